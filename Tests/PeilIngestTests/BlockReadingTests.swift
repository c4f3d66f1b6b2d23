import Testing

@testable import PeilIngest

/// The same file in blocks of any size and on any number of threads, against one block that holds it whole.
struct BlockReadingTests {
    static let codebookText = """
        {languages: [nl], csv: {delimiter: ';', decimal: ','}, policy: {max_bad_records: 100000},
         variables: [{id: nr, type: id, unique: true}, {id: a, type: int, min: 0, max: 99, missing: [{code: 98, kind: refused}]},
           {id: b, type: code, labels: [{code: 1, nl: ja}, {code: 2, nl: nee}]}, {id: c, type: number},
           {id: m, type: multi, sep: '|', codes: [x, y, z]}, {id: w, type: weight}, {id: t, type: text, keep: true}]}
        """

    /// What a reading gives, in a form that can be compared and printed.
    private struct Found: Equatable {
        var error: String?
        var header: [String]?
        var rows: [[String]] = []
        var bad: [String] = []
        var warnings: [String] = []
        var columns: [String] = []
    }

    private func read(_ bytes: [UInt8], _ codebook: Codebook?, blockBytes: Int, threads: Int) -> Found {
        var found = Found()
        do throws(IngestError) {
            let reading = try DelimitedFile(
                .memory(bytes), declared: DialectDeclaration.none.over(codebook?.csv), guessesHeader: true,
                threads: threads, blockBytes: blockBytes
            ).read { head in FileInspector(head.records, codebook: codebook, keepsText: true) }
            found.header = reading.head.layout.header
            var warnings = reading.warnings
            if let refusal = reading.consumer.refusal { throw refusal }
            if let wave = reading.consumer.wave {
                let content = try wave.finish(recordCount: reading.recordCount) { offset throws(IngestError) in
                    try reading.record(at: offset)
                }
                found.rows = content.texts
                found.bad = content.badRecords.map { "\($0)" }
                warnings += content.warnings
                for name in content.table.names {
                    guard let column = try? content.table.column(name) else { continue }
                    found.columns.append("\(name) \(column)")
                }
                found.columns.append("lines \(content.lines)")
            } else {
                found.rows = reading.consumer.texts
                found.bad = reading.consumer.badRecords.map { "\($0)" }
                found.columns = reading.consumer.tallies.map { "\($0.facts("column"))" }
            }
            found.warnings = warnings.map { "\($0)" }
        } catch { found.error = error.description }
        return found
    }

    private func check(_ text: String, _ codebook: Codebook?, _ label: String) {
        let bytes = Array(text.utf8)
        let whole = read(bytes, codebook, blockBytes: 1 << 20, threads: 1)
        for size in [1, 7, 16, 33, 64, 200] {
            for threads in [1, 3] {
                let found = read(bytes, codebook, blockBytes: size, threads: threads)
                #expect(found == whole, "\(label): blocks of \(size) bytes on \(threads) threads")
            }
        }
    }

    static let texts: [(String, String)] = [
        ("plain", "nr;a;b\n1;2;3\n4;5;6\n7;8;9\n"),
        ("no last line end", "nr;a;b\r\n1;2;3\r\n4;5;6\r\n7;8;9"),
        ("cut off", "nr;a;b\n1;2;3\n4;5;6\n7;8"),
        ("carriage returns", "nr;a;b\r1;2;3\r4;5;6\r7;8;9\r"),
        ("mixed line ends", "nr;a;b\n1;2;3\r\n4;5;6\r7;8;9\n"),
        ("quoted line ends", "nr;a;b\n1;\"x;\ny\"\"\r\nz\";3\n4;\"\";6\n7;\"8\";\"\n\n\"\n"),
        ("stray quotes", "nr;a;b\n1;2\"x\" y;3\n4;\"5\"6;7\n8;\"9;\n10\";11\n12;13;14\n"),
        ("measure signs", "nr;a;b\n1;32\" tv;3\n4;15\" x;6\n7;8;9\n1;40\";2\n"),
        ("open quote", "nr;a;b\n1;2;3\n4;\"5;6\n7;8;9\n"),
        ("open quote that closes later", "nr;a;b\n1;2;3\n4;\"5;6\n7;\"x\";9\n5;5;5\n"),
        ("ragged", "nr;a;b\n1;2;3\n4;5\n6;7;8;9\n1;1;1\n2\n3;3;3\n"),
        ("blank lines", "\n\nnr;a;b\n\n1;2;3\n\n\n4;5;6\n\n7;8;9\n\n\n\n"),
        ("one column", "a\n1\n\n2\n\n\n3\n"),
        ("one column, one record wider", "a\n1\n\n2\n3;4\n5\n6\n7\n8\n9\n"),
        ("delimiters at the end", "a;b\n1;2;\n3;4;\n5;6;\n"),
        ("delimiters at the end of most", "a;b\n1;2;\n3;4;\n5;6\n7;8;\n"),
        ("second table", "a;b;c\n1;2;3\n4;5;6\n\nd;e\n1;2\n3;4\n5;6\n"),
        ("damaged record in a second table", "a;b;c\n1;2;3\n4;5;6\n\nd;e\n1;2\n\"x\"y;4;5;6\n5;6\n"),
        ("second table begins damaged", "a;b;c\n1;2;3\n\n\"d\"e;4;5;6\n1;2\n3;4\n"),
        ("records of two widths, the last damaged", "a;b;c\n1;2;3;4\n1;2;3;4\n1;2;3;4;5\n\"x\"y;2\n"),
        ("header names in a damaged end", "a;b;c\n1;2;3\n4;5;6\na;b;c;d\n\"x\"y;2\n1;2;3;4\n"),
        ("header again behind a blank line", "a;b\n\na;b\n1;2\n"), ("empty names", ";\n\n;\n;\n;x\n"),
        ("header again", "nr;a;b\n1;2;3\n4;5;6\nnr;a;b\n7;8;9\n"),
        ("no header", "1;2;3\n4;5;6\n7;8;9\n"),
        ("accents", "nr;a;b\né;ë;3\nñ;ü;€\n\"ö\";8;9\n"),
        ("backslashes", "a,b\n1,\"x\\\"y\"\n2,\"p\\\"q\"\n3,\"r\\\"s\"\n4,z\n5,\"u\\\"v\"\n"),
        ("single quotes", "a;b\n'1';'x;y'\n'2';'p'\n'3';'it''s'\n"),
        ("sep line", "sep=;\na;b\n1;2\n3;4\n")
    ]

    @Test(arguments: texts) func recordsAreTheSameInBlocksOfAnySize(name: String, text: String) {
        check(text, nil, name)
    }

    static let answers: [(String, String)] = [
        (
            "clean",
            "nr;a;b;c;m;w;t\n1;20;1;1,5;x|y;1;hallo\n2;98;2;;;0,5;\n3;;ja;2;z;2;\"twee\nregels\"\n4;44;1;-3,25;y;1;hallo\n"
        ),
        (
            "troubles",
            "nr;a;b;c;m;w;t\n1;200;1;1,5;x|y;1;a\n2; 3 ;9;;;0,5;\n3;x;ja;2;q;2;b\n4;4,5;1;1.5;y;0;c\n5;5;NEE;1;x||x;-1;d\n6;6;2;1e400;z;;e\n"
        ),
        (
            "repeated",
            "nr;a;b;c;m;w;t\n1;20;1;1;x;1;a\n2;21;2;2;y;1;b\n1;20;1;1;x;1;\"a\"\n3;22;1;1;z;1;c\n2;21;2;2;y;1;b\n"
        ),
        ("two answers", "nr;a;b;c;m;w;t\n1;20;1;1;x;1;a\n2;21;2;2;y;1;b\n1;30;1;1;x;1;a\n"),
        (
            "total line",
            "nr;a;b;c;m;w;t\n1;20;1;1;x;1;a\n2;21;2;2;y;1;b\n3;30;1;1;x;1;a\n4;30;1;1;x;1;a\nTotaal;30;1;1;x;1;a\n"
        ),
        ("damaged", "nr;a;b;c;m;w;t\n1;20;1;1;x;1;a\n1,2E+09;21;2;2;y;1;b\n"),
        ("extreme", "nr;a;b;c;m;w;t\n1;20;1;1;x;1;a\n2;21;2;2;y;1;b\n3;30;1;1;x;1;a\n4;30;1;1;x;99;a\n5;1;1;1;x;2;\n")
    ]

    @Test(arguments: answers) func answersAreTheSameInBlocksOfAnySize(name: String, text: String) throws {
        check(text, try codebook(Self.codebookText), name)
    }

    /// Every kind of column. In blocks of one record each cell is looked at by itself; in one block nearly all go
    /// through the loops that take many.
    private static var everyKind: String {
        let many = (0..<300).map { "k\($0)" }.joined(separator: ", ")
        return """
            {languages: [nl], csv: {delimiter: ';', decimal: ','}, missing_tokens: [nvt], policy: {max_bad_records: 100000},
             variables: [{id: nr, type: id}, {id: a, type: int, min: 0, max: 99999999, missing: [{code: 98, kind: refused}]},
               {id: b, type: code, labels: [{code: 1, nl: ja}, {code: 2, nl: nee}, {code: 10, nl: weet niet}], missing: [{code: 9, kind: dont_know}]},
               {id: c, type: number}, {id: d, type: date}, {id: g, type: region}, {id: h, type: region, labels: [{code: GM0518, nl: Den Haag}, {code: GM0599, nl: Rotterdam}]},
               {id: k, type: code, labels: [\(many)]}, {id: m, type: multi, sep: '|', codes: [x, y, een langere keuze, nog een langere keuze]},
               {id: p, type: id}, {id: w, type: weight}, {id: t, type: text, keep: true}]}
            """
    }

    private struct RandomCells {
        var random: Numbers
        let repeats: Bool

        mutating func pick(_ choices: [String]) -> String { choices[random.next(below: choices.count)] }
        mutating func digits(_ count: Int) -> String {
            String((0..<count).map { _ in Character(UnicodeScalar(UInt8(48 + random.next(below: 10)))) })
        }

        /// `oddity`: one cell in so many is something else than plain.
        mutating func record(_ row: Int, oddity: Int) -> String {
            func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
            let number = pick([
                "\(100_000 + row)", "\(100_000 + row)", repeats ? "\(random.next(below: 50))" : "\(100_000 + row)"
            ])
            let whole = pick([digits(1), digits(3), "98", "", digits(8), "0"])
            let decimal = pick([
                digits(2) + "," + digits(1), digits(3) + "," + digits(4), digits(5), "-" + digits(2) + ",5", ""
            ])
            let month = 1 + random.next(below: 12)
            let date = pick(["2024-\(month < 10 ? "0" : "")\(month)-1\(digits(1))", "01-02-2023", "2023-02-28", ""])
            let text = pick([
                "", "", "ja", "geen idee hoor", quoted("twee\nregels; en \"zo\""), "bel 06-12345678", "é€ñ",
                quoted("kort"),
                repeats ? "een antwoord dat vaker komt" : "een antwoord van \(row) dat niet vaker komt", "nvt"
            ])
            var cells = [
                number, whole, pick(["1", "2", "10", "9", "", "1", "2"]), decimal, date,
                pick(["518", "GM0518", "0599", "14", "GM0014"]),
                pick(["518", "GM0518", "Den Haag", "rotterdam", ""]), "k\(random.next(below: 300))",
                pick([
                    "x", "y", "x|y", "een langere keuze|x", "x|y|een langere keuze|nog een langere keuze", "", "x||y",
                    "y|y"
                ]),
                "\(1000 + random.next(below: 40))", pick(["1", "0,5", "12,3456", "3"]), text
            ]
            if oddity > 0, random.next(below: oddity) == 0 {
                let odd = [
                    " 1", "1 ", "x", "-1", "1.5", "0", "nvt", quoted("1"), quoted(""), "99999999999", "1e3", "NaN", "",
                    "31-02-2024"
                ]
                cells[random.next(below: 11)] = pick(odd)
            }
            return cells.joined(separator: ";")
        }
    }

    @Test(arguments: [(1, 0, true), (2, 0, false), (3, 6, true), (4, 6, false), (5, 1, true)])
    func everyKindOfColumnIsTheSameInBlocksOfAnySize(seed: Int, oddity: Int, repeats: Bool) throws {
        var cells = RandomCells(random: Numbers(state: UInt64(seed)), repeats: repeats)
        let end = seed % 2 == 0 ? "\r\n" : "\n"
        let text = (0..<170).reduce("nr;a;b;c;d;g;h;k;m;p;w;t" + end) { $0 + cells.record($1, oddity: oddity) + end }
        let bytes = Array(text.utf8)
        let codebook = try codebook(Self.everyKind)
        let whole = read(bytes, codebook, blockBytes: 1 << 20, threads: 1)
        #expect(whole.error == nil && (oddity > 0 || whole.columns.count > 12), "\(whole.error ?? "")")
        for (size, threads) in [(1, 1), (1, 3), (100, 1), (333, 2), (1 << 10, 3), (5 << 10, 1), (9 << 10, 2)] {
            let found = read(bytes, codebook, blockBytes: size, threads: threads)
            #expect(found.error == whole.error && found.bad == whole.bad, "blocks of \(size)")
            #expect(found.warnings == whole.warnings, "blocks of \(size)")
            for (own, other) in zip(found.columns, whole.columns) { #expect(own == other, "blocks of \(size)") }
            #expect(found == whole, "blocks of \(size)")
        }
    }

    @Test func aNumberThatGrowsWidensItsColumn() throws {
        var text = "nr;a\n"
        for row in 0..<300 { text += "\(row);\(row < 100 ? "\(row)" : row < 200 ? "\(row * 300)" : "\(row).5")\n" }
        let table = try AnalysisTableReader.read(bytes: Array(text.utf8), columns: nil, missingValue: nil)
        let values = try table.numbers("a").values
        #expect(values[99] == 99 && values[199] == 59_700 && values[299] == 299.5)
    }
}
