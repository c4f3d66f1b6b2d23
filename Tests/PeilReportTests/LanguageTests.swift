import Foundation
import PeilDisclosure
import PeilTestSupport
import Testing

@testable import PeilReport

/// What the page may say, and how long its sentences are.
struct LanguageTests {
    private func sentences(_ language: Language) throws -> [String] {
        try Fixture.pages(language).flatMap { sentences(of: $0) }
    }

    private func sentences(of report: Report) -> [String] {
        var texts = [report.title.plain, report.kicker.plain] + report.lead.map(\.plain) + [report.footer.plain]
        texts += report.keyFigures.flatMap { $0.notes.map(\.plain) } + [report.cover?.text.plain ?? ""]
        texts += report.findings.flatMap { [$0.sentence.plain, $0.detail.plain] }
        func collect(_ block: Report.Block) {
            switch block {
            case .paragraph(let text): texts.append(text.plain)
            case .findings(let findings): texts += findings.flatMap { [$0.sentence.plain, $0.detail.plain] }
            case .chart(let chart):
                texts += [chart.title.plain, chart.subtitle, chart.alternativeText, chart.source.plain]
            case .table(let table): texts += [table.title.plain, table.subtitle.plain, table.source.plain]
            case .list(let items): texts += items.map(\.plain)
            case .definitions(let items): texts += items.map(\.text.plain)
            case .messages(_, let say, _, let avoid): texts += (say + avoid).map(\.plain)
            case .heading(let text): texts.append(text)
            case .links: break
            }
        }
        for part in report.sections.flatMap(\.parts) {
            part.blocks.forEach(collect)
            texts += part.callouts.flatMap { $0.points.map(\.plain) }
        }
        report.method.blocks.forEach(collect)
        return texts.flatMap { $0.split(whereSeparator: { ".!?".contains($0) }).map(String.init) }
            .filter { $0.contains(" ") }
    }

    @Test func `no sentence claims what a survey cannot`() throws {
        let forbidden = [
            "geen verschil", "gelijk", "significant", "door", "leidt tot", "zorgt voor", "nummer 1",
            "scoort", "beste", "slechtste"
        ]
        for sentence in try sentences(.nl) {
            let words = " " + sentence.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : " " }.joined() + " "
            for word in forbidden { #expect(!words.contains(" \(word) "), "\(sentence)") }
        }
    }

    @Test func `sentences are short on average`() throws {
        for language in Language.allCases {
            let lengths = try sentences(language).map { $0.split(separator: " ").count }
            #expect(Double(lengths.reduce(0, +)) / Double(lengths.count) <= 12)
        }
    }

    /// Douma's reading ease for Dutch: 206.84 − 0.93 words a sentence − 77 syllables a word (Douma 1960); 60 is B1.
    @Test func `Dutch pages read at B1`() throws {
        let all = try sentences(.nl)
        let words = all.flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        let spoken = words.reduce(0) { $0 + syllables($1) }
        let perSentence = Double(words.count) / Double(all.count)
        let ease = 206.84 - 0.93 * perSentence - 77 * Double(spoken) / Double(words.count)
        #expect(ease >= 60, "\(ease)")
    }

    @Test func `chart titles have at most fourteen words`() throws {
        for block in try Fixture.pages(.nl).flatMap(\.sections).flatMap(\.parts).flatMap(\.blocks) {
            guard case .chart(let chart) = block else { continue }
            #expect(chart.title.plain.split(separator: " ").count <= 14, "\(chart.title.plain)")
        }
    }

    @Test func `the verb follows the evidence`() throws {
        for findings in try Fixture.pages(.nl).map(\.findings) {
            for finding in findings where finding.evidence == .indicative {
                // A size with its margin compares nothing.
                let isSize = finding.id.contains("priority") || finding.rowIDs.count < 3
                #expect(finding.sentence.plain.contains("niet zeker") || isSize, "\(finding.sentence.plain)")
            }
            for finding in findings where finding.evidence == .notDistinguishable {
                let text = finding.sentence.plain
                let words = [
                    "niet te onderscheiden", "geen duidelijk verschil", "geen duidelijke verandering",
                    "niet vergelijkbaar", "hangt er duidelijk mee samen"
                ]
                #expect(words.contains { text.contains($0) }, "\(text)")
            }
        }
    }

    @Test func `numbers are written as the language does`() {
        let nl = NumberText(language: .nl)
        let en = NumberText(language: .en)
        #expect(nl.percent(0.31) == "31%" && nl.decimal(31.44, places: 1) == "31,4" && nl.count(1200) == "1.200")
        #expect(en.decimal(31.44, places: 1) == "31.4" && en.count(1_162_070) == "1,162,070")
        #expect(nl.date("2026-04-26") == "26 april 2026" && nl.points(-0.07) == "−7")
        #expect(nl.range(0.26, 0.36) == "26\u{2060}–\u{2060}36" && nl.decimal(-0.02, places: 1) == "0,0")
    }
}

/// Contrast of the colours that carry text, computed as WCAG 2.1 does, from the style sheet itself.
struct ContrastTests {
    private func luminance(_ name: String) throws -> Double {
        let style = Theme.standard.customProperties(for: "var(--\(name))")
        let start = try #require(style.range(of: "--\(name):#")).upperBound
        let hex = style[start...].prefix(6)
        let channels = try [0, 2, 4].map { offset in
            let from = hex.index(hex.startIndex, offsetBy: offset)
            let value = Double(try #require(Int(hex[from..<hex.index(from, offsetBy: 2)], radix: 16))) / 255
            return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    @Test(arguments: [
        ("ink", "paper"), ("ink-2", "paper"), ("ink-3", "paper"), ("accent", "paper"), ("low", "paper"),
        ("ink", "tint"), ("ink-2", "tint"), ("accent", "tint"), ("ink", "note"), ("paper", "d1"),
        ("ink", "d2"), ("ink", "d3"), ("ink", "d4"), ("paper", "d5"), ("ink", "h0"), ("ink", "h1"),
        ("ink", "h2"), ("ink", "h3"), ("paper", "h4")
    ])
    func `text stands out from what is behind it`(_ pair: (String, String)) throws {
        let lights = [try luminance(pair.0), try luminance(pair.1)].sorted()
        #expect((lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, "\(pair)")
    }
}
