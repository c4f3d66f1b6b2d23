import Foundation
import PeilDisclosure
import PeilStudy
import PeilTable
import Testing

/// A reader with all files of a publication and nothing else, against the answers themselves.
struct ReadBackTests {
    /// A third of the sample study's second wave, and a ninth of Wassenaar's: many small cells, and an area that is hidden.
    private static func small() throws -> StudyCopy { try published.get() }

    /// Made once: so many small cells are seconds of work.
    private static let published = Result {
        let study = try StudyCopy()
        try study.editWave { records in
            let areas = try records.values("gemeente")
            records.rows = records.rows.indices.filter { $0 % (areas[$0] == "GM0629" ? 9 : 3) == 0 }.map {
                records.rows[$0]
            }
        }
        let answer = try study.run("run", "--wave", "golf2")
        try #require(answer.exitCode == 0, "\(answer.error)")
        return study
    }

    @Test func noHiddenCountFollowsFromAllFormatsTogether() throws {
        let study = try Self.small()
        let files = try PublishedFiles(try study.published())
        // A number in any format is known.
        let known = files.printed.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let reader = try ReaderOfCounts(study, files.rows, known: known)
        #expect(reader.protected.count > 100, "the study has too few small cells to say anything")
        let intervals = try Attacker(reader.system).intervals(hidden: reader.hidden, for: reader.protected)
        for (cell, protection) in reader.protected {
            guard let interval = intervals[cell] else {
                Issue.record("\(reader.system.names[cell]) is printed")
                continue
            }
            #expect(protection.isMet(by: interval), "\(reader.system.names[cell]): \(interval)")
        }
    }

    @Test func theAttackOfThisTestFindsALeak() throws {
        let study = try Self.small()
        let files = try PublishedFiles(try study.published())
        // All that is hidden but the smallest cells: what a publication without complements would print.
        let all = try ReaderOfCounts(study, files.rows, known: Set(files.rows.map(\.id)))
        let small = Set(all.protected.keys.map { all.system.names[$0] })
        let careless = Set(files.rows.map(\.id).filter { id in !small.contains { $0.hasSuffix(id) } })
        let reader = try ReaderOfCounts(study, files.rows, known: careless)
        let intervals = try Attacker(reader.system).intervals(hidden: reader.hidden, for: reader.protected)
        #expect(reader.protected.contains { cell, protection in !(intervals[cell].map(protection.isMet) ?? false) })
    }

    @Test func allFormatsPrintTheSameRows() throws {
        let files = try PublishedFiles(try Self.small().published())
        let csv = try #require(files.printed["csv"])
        #expect(files.printed["json"] == csv)
        // The page shows a part of the rows, and none that the tidy file hides.
        let changes = Records(files.changes, delimiter: ",")
        let page = try #require(files.printed["html"]).subtracting(try changes.values("row_id"))
        #expect(page.count > 50)
        #expect(page.isSubset(of: csv), "\(page.subtracting(csv).sorted().prefix(5))")
        #expect(csv.count < files.rows.count - 100, "a study without hidden rows shows nothing")
    }

    @Test func aHiddenAreaHasNoMarkInAChart() throws {
        let files = try PublishedFiles(try Self.small().published())
        let (wide, narrow) = (files.chartRows(), files.chartRows("n"))
        #expect(wide.count == narrow.count)
        let hidden = wide.indices.filter { !wide[$0].contains("data-row=") }
        #expect(!hidden.isEmpty && hidden.count < wide.count, "no chart hides a row")
        for row in hidden {
            #expect(try files.isHatchedBox(wide[row]), "\(wide[row].prefix(300))")
            #expect(try files.isHatchedBox(narrow[row]), "\(narrow[row].prefix(300))")
        }
        for row in wide.indices where !hidden.contains(row) { #expect(try !files.isHatchedBox(narrow[row])) }
    }

    @Test func fileNamesHoldNoArea() throws {
        let study = try Self.small()
        let names = try study.published().keys
        #expect(names.contains("index.html"))
        for name in names {
            #expect(name.range(of: "GM[0-9]{4}", options: .regularExpression) == nil, "\(name)")
            for area in ["delft", "haag", "rijswijk", "wassenaar", "westland", "zoetermeer"] {
                #expect(!name.lowercased().contains(area), "\(name)")
            }
        }
    }
}

/// The counts behind a publication, counted here from the answers, as one system: answers of a question make its base, areas
/// the region, segments everyone, and answers of one question those of another.
private struct ReaderOfCounts {
    let system: TableSystem
    let hidden: [Bool]
    /// Counts and bases from 1 to 9.
    let protected: [Int: Protection]

    private struct Group: Hashable {
        let area: String
        let segment: String
    }

    init(_ copy: StudyCopy, _ rows: [PublishedFiles.Row], known: Set<String>) throws {
        let study = try Study(at: copy.path)
        let wave = try #require(study.waves.first { $0.id == "golf2" })
        let table = try StudyRun(study, wave: wave).prepare().table
        var builder = Builder()
        let areas = try table.column(try #require(study.areas).variable).rowLabels()
        let segments = try table.column(StudyRun.segmentVariable).rowLabels()
        let shares = rows.filter { $0.statistic != "mean" }
        var sets: [(question: String, level: String, rows: Set<Int>)] = []
        for question in Self.distinct(shares.map(\.question)) {
            let own = shares.filter { $0.question == question }
            let levels = Self.distinct(own.map(\.level))
            let answers = try table.column(question).rowLabels()
            for level in levels {
                sets.append((question, level, Set(answers.indices.filter { answers[$0] == level })))
            }
            for group in Self.distinct(own.map { Group(area: $0.area, segment: $0.segment) }) {
                let members = answers.indices.filter {
                    answers[$0] != nil && (group.area.isEmpty || areas[$0] == group.area)
                        && (group.segment.isEmpty || segments[$0] == group.segment)
                }
                let printed = Set(
                    own.filter { $0.area == group.area && $0.segment == group.segment && known.contains($0.id) }.map(
                        \.level))
                builder.add(
                    question, levels, group.area, group.segment, base: members.count, isBaseKnown: !printed.isEmpty,
                    counts: levels.map { level in (members.count { answers[$0] == level }, printed.contains(level)) })
            }
        }
        builder.addMargins()
        for whole in sets {
            for question in Self.distinct(sets.map(\.question)) where question != whole.question {
                let parts = sets.filter {
                    $0.question == question && !$0.rows.isEmpty && $0.rows.isSubset(of: whole.rows)
                }
                // Two equal answers are one relation.
                guard !parts.isEmpty, parts.count > 1 || question < whole.question,
                    parts.reduce(0, { $0 + $1.rows.count }) == whole.rows.count
                else { continue }
                builder.addLink(whole.question, whole.level, parts.map { ($0.question, $0.level) })
            }
        }
        system = try builder.system()
        hidden = builder.hidden
        protected = builder.protected
    }

    private static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
        var seen = Set<Value>()
        return values.filter { seen.insert($0).inserted }
    }

    private struct Builder {
        private struct Key: Hashable {
            let question: String
            /// `base` and `rest` stand for themselves; an answer's name begins with `=`.
            let what: String
            let area: String
            let segment: String
        }

        private var keys: [Key] = []
        private var place: [Key: Int] = [:]
        private var names: [String] = []
        private var values: [Double] = []
        private var relations: [TableSystem.Relation] = []
        private(set) var hidden: [Bool] = []
        private(set) var protected: [Int: Protection] = [:]

        private mutating func add(_ key: Key, _ name: String, _ value: Int, isKnown: Bool) -> Int {
            place[key] = values.count
            keys.append(key)
            names.append(name)
            values.append(Double(value))
            hidden.append(!isKnown)
            if (1..<10).contains(value) { protected[values.count - 1] = .frequency(Double(value), minimum: 10) }
            return values.count - 1
        }

        mutating func add(
            _ question: String, _ levels: [String], _ area: String, _ segment: String, base: Int, isBaseKnown: Bool,
            counts: [(count: Int, isKnown: Bool)]
        ) {
            func key(_ what: String) -> Key { Key(question: question, what: what, area: area, segment: segment) }
            func name(_ level: String) -> String {
                [question, level, area, segment, "share"].map { $0.isEmpty ? "-" : $0 }.joined(separator: ".")
            }
            let baseCell = add(key("base"), "base of " + name(""), base, isKnown: isBaseKnown)
            var parts: [Int] = []
            for (level, (count, isKnown)) in zip(levels, counts) {
                let cell = add(key("=" + level), name(level), count, isKnown: isKnown)
                parts.append(cell)
                // Few who did not say it are as easily recognised as few who did.
                let others = add(key("!" + level), "not " + name(level), base - count, isKnown: false)
                relations.append(.init(parts: [cell, others], total: baseCell))
            }
            let rest = base - counts.reduce(0) { $0 + $1.count }
            parts.append(add(key("rest"), "rest of " + name(""), rest, isKnown: false))
            relations.append(.init(parts: parts, total: baseCell))
        }

        /// Respondents without an area or a segment are known to the reader.
        mutating func addMargins() {
            var inside: [Key: (areas: [Int], segments: [Int])] = [:]
            for (cell, key) in keys.enumerated() {
                let whole = Key(question: key.question, what: key.what, area: "", segment: "")
                if !key.area.isEmpty { inside[whole, default: ([], [])].areas.append(cell) }
                if !key.segment.isEmpty { inside[whole, default: ([], [])].segments.append(cell) }
            }
            for (whole, parts) in inside {
                guard let total = place[whole] else { continue }
                for cells in [parts.areas, parts.segments] where !cells.isEmpty {
                    let rest = values[total] - cells.reduce(0) { $0 + values[$1] }
                    relations.append(.init(cells.map { ($0, 1) } + [(total, -1)], from: -rest, to: -rest))
                }
            }
        }

        mutating func addLink(_ question: String, _ level: String, _ parts: [(question: String, level: String)]) {
            for (cell, key) in keys.enumerated() where key.question == question && key.what == "=" + level {
                let members = parts.compactMap {
                    place[Key(question: $0.question, what: "=" + $0.level, area: key.area, segment: key.segment)]
                }
                guard members.count == parts.count, members.reduce(0, { $0 + values[$1] }) == values[cell] else {
                    continue
                }
                relations.append(.init(parts: members, total: cell))
            }
        }

        func system() throws -> TableSystem {
            try TableSystem(names: names, values: values, relations: relations, isWhole: true)
        }
    }
}
