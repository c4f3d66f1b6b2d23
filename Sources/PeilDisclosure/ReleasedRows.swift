import PeilTable

/// The rows of a publication in the order of its subject, in a quarter of the memory that as many `ReleasedRow` values take: a
/// text is kept once, and a number only where there is one. A row is put together when it is asked for.
public struct ReleasedRows: RandomAccessCollection, Sendable {
    /// What a row has besides its numbers.
    private struct Entry {
        /// Places in `texts`; -1 for none.
        let texts:
            (
                question: Int32, level: Int32, area: Int32, segment: Int32, intervalMethod: Int32, reference: Int32,
                family: Int32
            )
        let statistic: FigureName.Statistic
        let status: ReleaseStatus
        let reason: ReleaseReason?
        let isBoundAbove: Bool
        /// A bit for each number that is there, in the order of `numbers(of:)`.
        let present: UInt32
        /// Where its numbers begin.
        let start: Int
    }

    private var texts: [String] = []
    private var placeOfText: [String: Int32] = [:]
    private var entries: [Entry] = []
    private var numbers: [Double] = []

    init() {}

    init(_ rows: some Collection<ReleasedRow>) {
        entries.reserveCapacity(rows.count)
        for row in rows { append(row) }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> ReleasedRow {
        let entry = entries[position]
        var place = entry.start
        var bit: UInt32 = 1
        func next() -> Double? {
            defer { bit <<= 1 }
            guard entry.present & bit != 0 else { return nil }
            defer { place += 1 }
            return numbers[place]
        }
        func whole() -> Int? { next().map { Int(Int64(bitPattern: $0.bitPattern)) } }
        let limit = next()
        return ReleasedRow(
            name: name(of: entry), status: entry.status, reason: entry.reason, estimate: next(),
            bound: limit.map { entry.isBoundAbove ? .above($0) : .below($0) }, tableEstimate: next(),
            standardError: next(), lower: next(), upper: next(), tableLower: next(), tableUpper: next(),
            intervalLevel: next(), intervalMethod: text(entry.texts.intervalMethod), degreesOfFreedom: whole(),
            n: whole(),
            missingShare: next(), effectiveN: next(), designEffect: next(), reference: text(entry.texts.reference),
            referenceEstimate: next(), difference: next(), p: next(), adjustedP: next(),
            family: text(entry.texts.family),
            detectableChange: next())
    }

    /// The name of a row alone: the rest of it need not be put together.
    /// - Parameter position: of the row.
    public func name(at position: Int) -> FigureName { name(of: entries[position]) }

    /// Finds rows by their names.
    public func nameIndex() -> NameIndex {
        NameIndex(positions: PositionIndex(count: count) { name(at: $0).hashValue })
    }

    /// Where each name stands in the rows that it was made of.
    public struct NameIndex: Sendable {
        fileprivate let positions: PositionIndex
    }

    /// The first row of a name; nil where there is none.
    /// - Parameters:
    ///   - name: of the row.
    ///   - index: of these rows.
    public func row(_ name: FigureName, by index: NameIndex) -> ReleasedRow? {
        index.positions.first(hash: name.hashValue) { self.name(at: $0) == name }.map { self[$0] }
    }

    mutating func append(_ row: ReleasedRow) {
        let limit: Double? =
            switch row.bound {
            case .above(let limit), .below(let limit): limit
            case nil: nil
            }
        var isBoundAbove = false
        if case .above = row.bound { isBoundAbove = true }
        let start = numbers.count
        var present: UInt32 = 0
        for (place, number) in Self.numbers(of: row, limit).enumerated() {
            guard let number else { continue }
            present |= 1 << UInt32(place)
            numbers.append(number)
        }
        let name = row.name
        entries.append(
            Entry(
                texts: (
                    keep(name.question), keep(name.level), keep(name.area), keep(name.segment),
                    keep(row.intervalMethod), keep(row.reference), keep(row.family)
                ),
                statistic: name.statistic, status: row.status, reason: row.reason, isBoundAbove: isBoundAbove,
                present: present, start: start))
    }

    /// In the order in which the subscript takes them back; whole numbers by their bits, so that none loses a digit.
    private static func numbers(of row: ReleasedRow, _ limit: Double?) -> [Double?] {
        func bits(_ whole: Int?) -> Double? { whole.map { Double(bitPattern: UInt64(bitPattern: Int64($0))) } }
        return [
            limit, row.estimate, row.tableEstimate, row.standardError, row.lower, row.upper, row.tableLower,
            row.tableUpper, row.intervalLevel, bits(row.degreesOfFreedom), bits(row.n), row.missingShare,
            row.effectiveN, row.designEffect, row.referenceEstimate, row.difference, row.p, row.adjustedP,
            row.detectableChange
        ]
    }

    private func name(of entry: Entry) -> FigureName {
        FigureName(
            question: texts[Int(entry.texts.question)], level: texts[Int(entry.texts.level)],
            area: texts[Int(entry.texts.area)],
            segment: texts[Int(entry.texts.segment)], statistic: entry.statistic)
    }

    private func text(_ place: Int32) -> String? { place < 0 ? nil : texts[Int(place)] }

    private mutating func keep(_ text: String?) -> Int32 {
        guard let text else { return -1 }
        if let place = placeOfText[text] { return place }
        let place = Int32(texts.count)
        texts.append(text)
        placeOfText[text] = place
        return place
    }
}

extension ReleasedRows: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for row in self { try list.encode(row) }
    }
}
