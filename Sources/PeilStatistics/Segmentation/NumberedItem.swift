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
        switch try table.packed(name).parted {
        case .numeric(.bytes(let bytes), let reasons):
            let values = (0..<256).map { Double(Int8(truncatingIfNeeded: $0)) }
            (self.values, codeOfRow) = Self.coded(bytes, valueOfSlot: values, reasons)
        case .categorical(let categories, .bytes(let codes), let reasons):
            let numbers = categories.map(\.value)
            guard !numbers.contains(nil) else { throw TableError.notNumeric(name) }
            let values = (0..<256).map { $0 < numbers.count ? numbers[$0] ?? 0 : 0 }
            (self.values, codeOfRow) = Self.coded(codes, valueOfSlot: values, reasons)
        default:
            let column = try table.numbers(name)
            (values, codeOfRow) = Self.coded(column)
        }
        guard values.allSatisfy(\.isFinite) else { throw SegmentationError.notFinite(item: name) }
    }

    /// Answers of one byte: which of the 256 occur, by value.
    private static func coded<Byte: FixedWidthInteger>(
        _ bytes: [Byte], valueOfSlot: [Double], _ reasons: [UInt8]
    ) -> (values: [Double], codeOfRow: [Int32]) {
        func slot(_ row: Int) -> Int { Int(UInt8(truncatingIfNeeded: bytes[row])) }
        var occurs = [Bool](repeating: false, count: 256)
        for row in bytes.indices where reasons.isEmpty || reasons[row] == 0 { occurs[slot(row)] = true }
        let found = (0..<256).filter { occurs[$0] }.sorted { valueOfSlot[$0] < valueOfSlot[$1] }
        var values = [0.0]
        var codeOfSlot = [Int32](repeating: 0, count: 256)
        for slot in found {
            if values.count == 1 || valueOfSlot[slot] != values[values.count - 1] { values.append(valueOfSlot[slot]) }
            codeOfSlot[slot] = Int32(values.count - 1)
        }
        if reasons.isEmpty { return (values, bytes.indices.map { codeOfSlot[slot($0)] }) }
        return (values, bytes.indices.map { reasons[$0] == 0 ? codeOfSlot[slot($0)] : 0 })
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
