/// Whether the first record of a file is an answer like the others, so that the file has no header.
struct HeaderGuess {
    let text: DecodedText
    let split: SplitText
    let dialect: CSVDialect

    /// True where at least one column holds a number or a date in the first record and in every other,
    /// and no column holds words above nothing but numbers. A file with a ragged record is not judged.
    func firstRecordIsData(_ first: SplitRecord, body: [SplitRecord], width: Int) -> Bool {
        guard !body.isEmpty, body.allSatisfy({ Int($0.fieldCount) == width && $0.damage == .none }) else {
            return false
        }
        var alike = 0
        for column in 0..<width {
            let top = kind(first, column)
            let below = kinds(of: column, in: body.prefix(200))
            if let below, below == .value, top == .word { return false }
            if let below, below == .value, top == .value { alike += 1 }
        }
        return alike > 0
    }

    private enum Kind { case value, word, empty }

    /// The one kind of all filled cells of a column; nil where they differ or all are empty.
    private func kinds(of column: Int, in body: ArraySlice<SplitRecord>) -> Kind? {
        var found: Kind?
        for record in body {
            let kind = kind(record, column)
            if kind == .empty { continue }
            if let found, found != kind { return nil }
            found = kind
        }
        return found
    }

    /// A value is made of digits and the signs of numbers, dates and times, with a digit in front
    /// or behind a sign or currency mark.
    private func kind(_ record: SplitRecord, _ column: Int) -> Kind {
        let cell = CSVRecords.text(
            text.bytes, CSVRecords.place(record, column, split.fieldEnds, text.bytes, dialect), dialect)
        var digits = 0
        for byte in cell.utf8 {
            if Ascii.isDigit(byte) {
                digits += 1
                continue
            }
            let isSign =
                byte == Ascii.minus || byte == Ascii.point || byte == Ascii.comma || byte == Ascii.colon
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "+")
                || byte == Ascii.space
            if !isSign { return .word }
        }
        return digits > 0 ? .value : cell.isEmpty ? .empty : .word
    }
}
