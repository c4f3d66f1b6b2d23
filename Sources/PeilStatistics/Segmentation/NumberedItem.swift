internal import PeilNumerics
internal import PeilTable

/// An item as numbers from few to many: each row the place of its answer among the distinct ones, in rising order.
struct NumberedItem: Sendable {
    let name: String
    /// The distinct answers, ascending, after a 0 that stands for no answer.
    let values: [Double]
    /// Index into `values` a row; 0 for no answer.
    let codeOfRow: [Int32]

    /// - Throws: `TableError` for absent columns and answers that are no numbers; `SegmentationError.notFinite`.
    init(_ name: String, of table: Table) throws {
        self.name = name
        switch try table.packed(name) {
        case .numeric(.bytes(let bytes), let reasons):
            let slots = bytes.map { Int($0) + 128 }
            (values, codeOfRow) = Self.coded(slots, valueOfSlot: (0..<256).map { Double($0 - 128) }, reasons)
        case .categorical(let categories, let codes, let reasons):
            let numbers = categories.map(\.value)
            guard !numbers.contains(nil) else { throw TableError.notNumeric(name) }
            let slots = codes.unpacked.map { Int($0) }
            (values, codeOfRow) = Self.coded(slots, valueOfSlot: numbers.map { $0 ?? 0 }, reasons)
        default:
            let column = try table.numbers(name)
            (values, codeOfRow) = Self.coded(column)
        }
        guard values.allSatisfy(\.isFinite) else { throw SegmentationError.notFinite(item: name) }
    }

    /// Few possible answers, each in a slot: which of them occur, by value.
    private static func coded(
        _ slots: [Int], valueOfSlot: [Double], _ reasons: [UInt8]
    ) -> (values: [Double], codeOfRow: [Int32]) {
        var occurs = [Bool](repeating: false, count: valueOfSlot.count)
        for row in slots.indices where reasons.isEmpty || reasons[row] == 0 { occurs[slots[row]] = true }
        let found = valueOfSlot.indices.filter { occurs[$0] }.sorted { valueOfSlot[$0] < valueOfSlot[$1] }
        var values = [0.0]
        var codeOfSlot = [Int32](repeating: 0, count: valueOfSlot.count)
        for slot in found {
            if values.count == 1 || valueOfSlot[slot] != values[values.count - 1] { values.append(valueOfSlot[slot]) }
            codeOfSlot[slot] = Int32(values.count - 1)
        }
        if reasons.isEmpty { return (values, slots.map { codeOfSlot[$0] }) }
        return (values, slots.indices.map { reasons[$0] == 0 ? codeOfSlot[slots[$0]] : 0 })
    }

    private static func coded(_ column: NumericColumn) -> (values: [Double], codeOfRow: [Int32]) {
        var values = [0.0]
        var codeOfRow = [Int32](repeating: 0, count: column.count)
        for row in StableOrder.ascending(column.values).lazy.map({ Int($0) }) where column.isPresent(row) {
            if values.count == 1 || column.values[row] != values[values.count - 1] { values.append(column.values[row]) }
            codeOfRow[row] = Int32(values.count - 1)
        }
        return (values, codeOfRow)
    }
}
