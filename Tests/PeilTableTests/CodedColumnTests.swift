import PeilTable
import PeilTestSupport
import Testing

/// The clear implementation: a text per row, distinct texts by their bytes, sorted by the documented order.
private enum Reference {
    static func coded(_ column: Column) -> (labels: [String], indexOfRow: [Int32]) {
        let rows = column.referenceLabels()
        var known: [[UInt8]: String] = [:]
        for label in rows.compactMap({ $0 }) { known[Array(label.utf8)] = label }
        let labels = known.values.sorted { isOrdered([$0], before: [$1]) }
        let index = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (Array($1.utf8), Int32($0)) })
        return (labels, rows.map { $0.map { index[Array($0.utf8)]! } ?? -1 })
    }

    static func cross(_ columns: [Column]) -> (keys: [[String]], groupOfRow: [Int32]) {
        let labels = columns.map { $0.referenceLabels() }
        let rows: [[String]?] = labels[0].indices.map { row in
            let key = labels.compactMap { $0[row] }
            return key.count == columns.count ? key : nil
        }
        var known: [[[UInt8]]: [String]] = [:]
        for key in rows.compactMap({ $0 }) { known[key.map { Array($0.utf8) }] = key }
        let keys = known.values.sorted { isOrdered($0, before: $1) }
        let index = Dictionary(
            uniqueKeysWithValues: keys.enumerated().map { ($1.map { Array($0.utf8) }, Int32($0)) })
        return (keys, rows.map { $0.map { key in index[key.map { Array($0.utf8) }]! } ?? -1 })
    }

    static func isOrdered(_ left: [String], before right: [String]) -> Bool {
        for (a, b) in zip(left, right) where !a.utf8.elementsEqual(b.utf8) {
            switch (number(a), number(b)) {
            case (let x?, let y?) where x != y: return x < y
            case (_?, nil): return true
            case (nil, _?): return false
            default: return a.utf8.lexicographicallyPrecedes(b.utf8)
            }
        }
        return false
    }

    static func number(_ key: String) -> Double? { Double(key).flatMap { $0.isFinite ? $0 : nil } }
}

extension Column {
    fileprivate func referenceLabels() -> [String?] {
        (0..<count).map { row in
            guard isPresent(row) else { return nil }
            switch self {
            case .numeric(let column): return shortestText(column.values[row])
            case .categorical(let column): return column.categories[Int(column.codes[row])].code
            case .identifier(let column): return column.names[Int(column.indices[row])]
            }
        }
    }

    /// Treating as it reads: by the text of each row.
    fileprivate func referenceTreated(_ codes: [String]) -> [String?] {
        referenceLabels().map { label in label.flatMap { codes.contains($0) ? nil : $0 } }
    }
}

/// Columns of every kind, from a fixed seed.
private struct RandomColumns {
    var generator: Generator

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
        }
    }

    static let words = [
        "caf\u{e9}", "cafe\u{301}", "10", "9", "1e1", "1.0", "1", "-0", "0", "+3", "nan", "inf", "-inf", "1e400", "",
        " 1", "zz\0a", "zz", "zz\0", "Bergen op Zoom-Noord 2", "Bergen op Zoom-Noord 1", "Bergen op Zoom-N",
        "’s-Gravenhage",
        "0x1p3", ".5", "\u{663}", "5.", "-7", "a", "ab", "B"
    ]

    mutating func column(kind: Int, rows: Int, missing: Bool) -> Column {
        let absent = (0..<rows).map { _ in missing && Int.random(in: 0..<7, using: &generator) == 0 }
        switch kind {
        case 0: return numbers(absent, (-3...9).map(Double.init))
        case 1:
            let odd = [0.0, -0.0, 0.5, -0.5, 1e300, -1e300, .leastNonzeroMagnitude, 3, .infinity, -.infinity, 1e15]
            return numbers(absent, odd)
        case 2:
            let ids = [9_007_199_254_740_993, 123_456_789_012, -123_456_789_012, 2_147_483_648, 4, 1_999_999_999]
            return numbers(absent, ids.map(Double.init))
        case 3: return numbers(absent, (0..<997).map { Double($0 * $0) / 7 - 1000 })
        case 4: return .identifier(IdentifierColumn(absent.map { $0 ? nil : draw(Self.words) }))
        case 5:
            // Names that never occur, and one that stands twice: no reader makes such a column, callers may.
            let names = Self.words + ["never", "9"]
            let used = [0, 1, 3, names.count - 1, 17, 18]
            return .identifier(
                IdentifierColumn(names: names, indices: absent.map { $0 ? -1 : Int32(draw(used)) }))
        default:
            return .categorical(
                CategoricalColumn(
                    categories: Self.words.map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
                    codes: absent.map { _ in UInt16(draw(Array(Self.words.indices))) },
                    reasons: absent.map { $0 ? 2 : 0 }))
        }
    }

    private mutating func numbers(_ absent: [Bool], _ values: [Double]) -> Column {
        let drawn = absent.map { _ in draw(values) }
        return .numeric(NumericColumn(values: drawn, reasons: absent.map { $0 ? 1 : 0 }))
    }

    private mutating func draw<T>(_ values: [T]) -> T {
        values[Int.random(in: values.indices, using: &generator)]
    }
}

@Suite("Columns as small whole numbers")
struct CodedColumnTests {
    @Test("Labels and indices are those of a text per row", arguments: 0..<7)
    func coded(kind: Int) {
        for seed in 0..<12 {
            var random = RandomColumns(generator: .init(state: UInt64(seed * 31 + kind)))
            let column = random.column(kind: kind, rows: [0, 1, 40, 3000][seed % 4], missing: seed % 3 > 0)
            let expected = Reference.coded(column)
            let coded = column.coded()
            #expect(coded.labels.map { Array($0.utf8) } == expected.labels.map { Array($0.utf8) })
            #expect(coded.indexOfRow == expected.indexOfRow)
            #expect(column.rowLabels() == column.referenceLabels())
            #expect(column.firstMissingRow == expected.indexOfRow.firstIndex(of: -1))
        }
    }

    @Test("A cross of any columns has the groups that texts would give", arguments: 0..<7, 0..<7)
    func cross(first: Int, second: Int) {
        for (seed, rows) in [300, 2000].enumerated() {
            var random = RandomColumns(generator: .init(state: UInt64(seed * 1000 + first * 10 + second)))
            let columns = [first, second, 0, 4].map { random.column(kind: $0, rows: rows, missing: $0 != 6) }
            for width in 1...4 {
                let expected = Reference.cross(Array(columns.prefix(width)))
                let found = Grouping.cross(columns.prefix(width).map { ("v", $0) })
                #expect(found.keys.map { $0.map { Array($0.utf8) } } == expected.keys.map { $0.map { Array($0.utf8) } })
                #expect(found.groupOfRow == expected.groupOfRow)
            }
        }
    }

    @Test("Answers treated as absent are those whose text is listed", arguments: 0..<7)
    func treating(kind: Int) {
        let codes = ["9", "0", "-0", "9.0", "0.5", "caf\u{e9}", "1e+300", "inf", "123456789012", "none"]
        var random = RandomColumns(generator: .init(state: UInt64(kind + 77)))
        let column = random.column(kind: kind, rows: 500, missing: true)
        let treated = column.treating(codes, as: .refused)
        #expect(treated.rowLabels() == column.referenceTreated(codes))
        for row in 0..<500 where column.isPresent(row) && !treated.isPresent(row) && kind != 4 && kind != 5 {
            #expect(treated.reason(row) == .refused)
        }
        for row in 0..<500 where !column.isPresent(row) { #expect(treated.reason(row) == column.reason(row)) }
    }

    @Test("Pairs are numbered alike by a table and by a hash")
    func pairs() {
        var random = RandomColumns.Generator(state: 5)
        let outer = (0..<5000).map { _ in Int32.random(in: -1..<40, using: &random) }
        let inner = (0..<5000).map { _ in Int32.random(in: -1..<30, using: &random) }
        let table = PairCoding(outer: outer, count: 40, inner: inner, count: 30)
        let hash = PairCoding(outer: outer, count: .init(Int32.max), inner: inner, count: .init(Int32.max))
        #expect(table == hash)
        let expected = Set(zip(outer, inner).filter { $0 >= 0 && $1 >= 0 }.map { [$0, $1] })
            .sorted { $0.lexicographicallyPrecedes($1) }
        #expect(zip(table.outer, table.inner).map { [$0, $1] } == expected)
        for row in outer.indices where table.indexOfRow[row] >= 0 {
            #expect(expected[Int(table.indexOfRow[row])] == [outer[row], inner[row]])
        }
        #expect(table.indexOfRow.map { $0 < 0 } == zip(outer, inner).map { $0 < 0 || $1 < 0 })
    }

    @Test("Many distinct keys: the hash grows and the order holds")
    func manyKeys() {
        var random = RandomColumns.Generator(state: 8)
        let values = (0..<60_000).map { _ in Double.random(in: -1e9...1e9, using: &random) }
        let coded = Column.numeric(NumericColumn(values: values)).coded()
        let sorted = Set(values).sorted()
        #expect(coded.labels == sorted.map(shortestText))
        #expect(values.indices.allSatisfy { sorted[Int(coded.indexOfRow[$0])] == values[$0] })
    }
}
