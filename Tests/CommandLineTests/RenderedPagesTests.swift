import Foundation
import PeilTestSupport
import Testing

/// Every sentence and every number of every page of the sample study, as a browser gets them.
@Suite struct RenderedPagesTests {
    private struct Page {
        let name: String
        let html: String

        /// Blocks of text; drawings give their description, cells and labels of drawings are no sentences.
        func blocks(dropping cells: Bool = true) throws -> [String] {
            var text = html
            func remove(_ pattern: String) throws {
                text = text.replacing(try Regex(pattern).dotMatchesNewlines(), with: "")
            }
            try remove("<(style|script)[^>]*>.*?</\\1>")
            try remove("<head>.*?</head>")
            try remove("<text[ >].*?</text>")
            // The end of a cell is where the next begins, or the table ends.
            if cells { try remove("<(td|th)[ >].*?(?=<(td|th|tr|tbody)[ >]|</table>)") }
            let inline = try Regex("</?(span|strong|b|a|tspan)( [^>]*)?>")
            text = text.replacing(inline, with: "")
            return text.components(separatedBy: "<").map { part in
                let after = part.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
                return after.count == 2 ? Self.plain(String(after[1])) : ""
            }.filter { !$0.isEmpty }
        }

        static func plain(_ text: String) -> String {
            var result = text
            for (entity, character) in [
                ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"), ("\u{2060}", "")
            ] { result = result.replacingOccurrences(of: entity, with: character) }
            return result.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// What ends with a full stop, a question mark or an exclamation mark and has a verb's room: three words.
        func sentences() throws -> [String] {
            try blocks().flatMap { block -> [String] in
                var found: [String] = []
                var current = ""
                for (index, character) in zip(block.indices, block) {
                    current.append(character)
                    let next = block.index(after: index)
                    guard ".!?".contains(character), next == block.endIndex || block[next] == " " else { continue }
                    found.append(current.trimmingCharacters(in: .whitespaces))
                    current = ""
                }
                return found
            }.filter { $0.split(separator: " ").count > 2 }
        }
    }

    private static let dutch = Result { try made("nl") }
    private static let english = Result { try made("en") }

    private static func made(_ language: String) throws -> (pages: [Page], files: [String: String]) {
        let folder = try TemporaryFolder()
        let study = Program.root.appendingPathComponent("Data/haaglanden").path
        let answer = try Program.run([
            "run", study, "--wave", "golf2", "--language", language, "--out", folder.path("out"), "--quiet"
        ])
        #expect(answer.exitCode == 0, "\(answer.error)")
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path("out/current"))
        where name.hasSuffix(".html") || name.hasSuffix(".csv") {
            files[name] = String(decoding: try folder.bytes("out/current/\(name)"), as: UTF8.self)
        }
        let pages = files.filter { $0.key.hasSuffix(".html") }.map { Page(name: $0.key, html: $0.value) }
        return (pages.sorted { $0.name < $1.name }, files)
    }

    private static func words(_ sentence: String) -> [String] {
        sentence.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// Douma's reading ease: 206.84 − 0.93 words a sentence − 77 syllables a word; 60 is B1.
    @Test func everyDutchPageReadsAtB1() throws {
        let pages = try Self.dutch.get().pages
        #expect(pages.count == 23)
        for page in pages {
            let sentences = try page.sentences()
            let words = sentences.flatMap(Self.words)
            let perSentence = Double(words.count) / Double(sentences.count)
            let ease =
                206.84 - 0.93 * perSentence - 77 * Double(words.map(syllables).reduce(0, +)) / Double(words.count)
            #expect(sentences.count > 40 && perSentence <= 12, "\(page.name): \(perSentence) words a sentence")
            #expect(ease >= 60, "\(page.name): \(ease)")
        }
    }

    @Test func noDutchSentenceIsLongOrSaysWhatASurveyCannot() throws {
        let forbidden = [
            "geen verschil", "gelijk", "significant", "significante", "door", "doordat", "waardoor", "daardoor",
            "leidt tot", "zorgt voor", "komt door", "oorzaak van", "effect van", "nummer 1", "scoort", "beste",
            "slechtste", "betrouwbaarheidsinterval", "respondenten", "steekproefomvang", "middels", "teneinde",
            "gestegen", "gedaald", "toegenomen", "afgenomen"
        ]
        for page in try Self.dutch.get().pages {
            for sentence in try page.sentences() {
                let words = Self.words(sentence)
                // A list of names is read as a list.
                let isList = sentence.contains(":") || sentence.contains(";")
                #expect(words.count <= 22 || isList, "\(page.name): \(sentence)")
                let spoken = " " + words.joined(separator: " ").lowercased() + " "
                for word in forbidden { #expect(!spoken.contains(" \(word) "), "\(page.name): \(sentence)") }
            }
        }
    }

    /// Numbers and verbs agree: "35 van de 100 hebben", "één gemeente wijkt af", "twee gemeenten wijken af".
    @Test func numbersAndVerbsAgree() throws {
        let wrong = [
            "\\b([2-9]|[1-9]\\d+) van de \\d+ (mensen )?(heeft|is|wil|denkt|kent|weet|doet|noemt|zegt)\\b",
            "\\béén \\w+(en|s) (wijken|zijn|liggen|staan|tonen)\\b", "\\bDe andere één\\b",
            "\\b(twee|drie|vier|vijf|zes|zeven|acht|negen|tien) (gemeente|onderwerp|groep|kenmerk|vak)\\b",
            "\\b(twee|drie|vier|vijf|zes|zeven|acht|negen|tien|\\d\\d+) (gemeenten|onderwerpen|groepen) (is|wijkt|ligt|staat)\\b",
            "\\b\\d+% (hebben|zijn|willen|denken|kennen|weten|noemen|zeggen)\\b"
        ]
        for page in try Self.dutch.get().pages {
            for block in try page.blocks() {
                for pattern in wrong {
                    #expect(block.firstMatch(of: try Regex(pattern)) == nil, "\(page.name): \(block)")
                }
            }
        }
        let english = [
            "\\b\\d+% (has|is|expects|knows|says|wants)\\b", "\\bone (municipality|topic|group) (differ|are)\\b",
            "\\b(two|three|four|five|six|seven|eight|nine) (municipalities|topics|groups) (differs|is|has)\\b"
        ]
        for page in try Self.english.get().pages {
            for block in try page.blocks() {
                for pattern in english {
                    #expect(block.firstMatch(of: try Regex(pattern)) == nil, "\(page.name): \(block)")
                }
            }
        }
    }

    @Test func noPageTellsAFindingTwice() throws {
        for page in try Self.dutch.get().pages {
            let told = try Regex("<p>((?:[^<]|<span[^>]*>|</span>)*(?:hoger|lager) dan [^<]*)</p>")
            let tag = try Regex("<[^>]*>")
            let found = page.html.matches(of: told).map {
                Page.plain(String($0.output[1].substring ?? "").replacing(tag, with: ""))
            }
            #expect(Set(found).count == found.count, "\(page.name): \(found)")
        }
    }

    private static func page(_ name: String) throws -> String { try #require(dutch.get().files[name], "\(name)") }

    @Test func besideTheSummaryStandsWhatTheLeadDoesNotShow() throws {
        let lead = try Self.page("index.html").components(separatedBy: "id=\"in-short\"")
        let short = lead[1].components(separatedBy: "</section>")[0]
        #expect(lead[0].contains("Dat is niet te onderscheiden van de vorige meting"))
        #expect(short.contains("Dat er niets veranderde.") && !short.contains("één meting"))
        let hazards = try Self.page("dreigingen.html").components(separatedBy: "id=\"in-short\"")[1]
        #expect(hazards.components(separatedBy: "</section>")[0].contains("Dit is wat mensen verwachten."))
    }

    @Test func whatGoesTogetherHasAShortHeadingAndIsToldOnce() throws {
        let html = try Self.page("samenhang.html")
        #expect(html.contains("<h1>Wat gaat samen</h1>"))
        let read = html.replacing(try Regex("<(svg|table|head)[ >].*?</\\1>").dotMatchesNewlines(), with: "")
        for finding in ["Noodpakket in huis hangt samen met", "Voorbereidingsscore hangt samen met"] {
            #expect(read.components(separatedBy: finding).count == 2, "\(finding)")
        }
    }

    @Test func aColumnIsExplainedOnlyWhereItStands() throws {
        for page in try Self.dutch.get().pages where page.name != "method.html" {
            let explains = page.html.contains("Kijk in de kolom ‘verandering zichtbaar vanaf’")
            #expect(explains == page.html.contains("Verandering zichtbaar vanaf (punten)"), "\(page.name)")
        }
    }

    /// A page is forwarded as one file, and all of them in a message.
    @Test func pagesAreLight() throws {
        for pages in [try Self.dutch.get().pages, try Self.english.get().pages] {
            let sizes = pages.map(\.html.utf8.count)
            #expect(sizes.max() ?? .max < 150_000 && sizes.reduce(0, +) < 1_500_000, "\(sizes)")
        }
    }

    /// The script finds what a part of a drawing says in the table: one part a row, in both drawings.
    @Test func bothDrawingsOfAChartHaveAPartForEachRow() throws {
        var count = 0
        for page in try Self.dutch.get().pages {
            for figure in page.html.components(separatedBy: "<figure").dropFirst() {
                let drawings = ["w", "n"].compactMap { variant in
                    figure.components(separatedBy: "<svg class=\(variant) ").dropFirst().first.map { drawing in
                        drawing.components(separatedBy: "</svg>")[0].components(separatedBy: "<g").dropFirst()
                            .count { !$0.hasPrefix(" class") }
                    }
                }
                guard drawings.count == 2 else { continue }
                count += 1
                let rows = figure.components(separatedBy: "<tbody>")[1].components(separatedBy: "<tr").count - 1
                #expect(drawings == [rows, rows], "\(page.name): \(figure.prefix(60))")
            }
        }
        #expect(count > 100)
    }

    /// Of two drawings one is shown; both are named by the same words.
    @Test func eachDrawingIsNamed() throws {
        let label = try Regex("<svg class=[wn] viewBox=\"[0-9. ]*\" role=img aria-labelledby=\"([^ \"]+) ([^ \"]+)\">")
        for page in try Self.dutch.get().pages {
            let found = page.html.matches(of: label)
            #expect(found.count == page.html.components(separatedBy: "role=img aria-labelledby").count - 1)
            for match in found {
                for (element, place) in [("title", 1), ("desc", 2)] {
                    let id = match.output[place].substring ?? ""
                    #expect(
                        page.html.components(separatedBy: "<\(element) id=\"\(id)\">").count == 2, "\(page.name): \(id)"
                    )
                }
            }
        }
    }

    /// What a reader sees of a row is a number of that row: as it stands, as a percentage, in points, or half a margin.
    @Test func everyNumberInProseIsThatOfItsRow() throws {
        for made in [try Self.dutch.get(), try Self.english.get()] {
            var values: [String: [Double]] = [:]
            for name in ["estimates.csv", "contrasts.csv", "changes.csv", "drivers.csv"] {
                let table = Records(try #require(made.files[name]), delimiter: ",")
                for row in table.rows {
                    var own: [String: Double] = [:]
                    for (column, text) in zip(table.header, row) { own[column] = Double(text) }
                    // A contrast is of the row of its name; every other name stands once.
                    #expect((values[row[0]] == nil) == (name != "contrasts.csv"), "\(row[0]) in \(name)")
                    values[row[0], default: []] += Self.printable(
                        own, reason: zip(table.header, row).first { $0.0 == "reason" }?.1)
                }
            }
            var count = 0
            for page in made.pages {
                for (text, rows) in Self.numbers(page.html) {
                    let known = rows.compactMap { values[$0] }
                    #expect(known.count == rows.count, "\(page.name): \(rows)")
                    guard rows.count == 1, let own = known.first else { continue }
                    count += 1
                    let isDutch = page.html.contains("<html lang=\"nl\"")
                    let spoken = Self.spoken(text, isDutch: isDutch)
                    let agrees = spoken.allSatisfy { number in own.contains { abs($0 - number) <= 0.5001 } }
                    #expect(agrees && !spoken.isEmpty, "\(page.name): \(text) of \(rows[0]) among \(own)")
                }
            }
            #expect(count > 500)
        }
    }

    /// Numbers bound to rows outside tables and drawings.
    private static func numbers(_ html: String) -> [(String, [String])] {
        pageNumbers(html).filter { $0.place == .prose }.map { ($0.text, $0.rows) }
    }

    private static func spoken(_ text: String, isDutch: Bool) -> [Double] {
        let plain = text.replacingOccurrences(of: isDutch ? "." : ",", with: "").replacingOccurrences(
            of: isDutch ? "," : ".", with: ".")
        return plain.split { !"0123456789.−".contains($0) }.compactMap {
            Double($0.replacingOccurrences(of: "−", with: "-"))
        }
    }

    /// Every form in which a row's numbers may be printed: as such, and times a hundred.
    private static func printable(_ row: [String: Double], reason: String?) -> [Double] {
        var plain = [
            "estimate", "lower", "upper", "difference", "earlier_estimate", "earlier_lower", "earlier_upper",
            "reference_estimate", "detectable_change"
        ].compactMap { row[$0] }
        // A margin is at most half its width, rounded up.
        if let low = row["lower"], let high = row["upper"] { plain.append(((high - low) * 50).rounded(.up) / 100) }
        if let limit = reason?.split(separator: "=").last.flatMap({ Double($0) }) { plain.append(limit) }
        return plain.flatMap { [$0, $0 * 100] } + ["n", "effective_n"].compactMap { row[$0] }
    }
}
