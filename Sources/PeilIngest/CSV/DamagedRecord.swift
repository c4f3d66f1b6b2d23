/// A second look at a record whose quotes do not pair: which fields were meant, as far as can be told.
/// For lists of bad records only; a damaged record never becomes an answer.
struct DamagedRecord {
    let bytes: [UInt8]
    /// The record without its line end.
    let place: Range<Int>
    let dialect: CSVDialect

    /// The fields, where a reading gives `width` of them (nil: any number). In the damaged field a quote closes only in
    /// front of a delimiter or the end; or else its first quote belongs to the text.
    func fields(width: Int?) -> [String]? {
        guard let quote = dialect.quote, let damaged = damagedField(quote) else { return nil }
        for opens in [true, false] {
            guard let cells = split(quote, textFrom: opens ? nil : damaged), width == nil || cells.count == width else {
                continue
            }
            return cells.map { CSVRecords.text(bytes, $0, dialect) }
        }
        return nil
    }

    /// The first field with text behind its closing quote, or without a closing quote.
    private func damagedField(_ quote: UInt8) -> Int? {
        var field = 0
        var index = place.lowerBound
        while index < place.upperBound {
            skipSpace(&index, field)
            if index < place.upperBound, bytes[index] == quote {
                guard let end = strictEnd(index + 1, quote), end == place.upperBound || bytes[end] == dialect.delimiter
                else { return field }
                index = end
            } else {
                skipToDelimiter(&index)
            }
            index += 1
            field += 1
        }
        return nil
    }

    /// All cells; the opening quote of field `textFrom` counts as text. Nil where a quote does not close.
    private func split(_ quote: UInt8, textFrom: Int?) -> [Range<Int>]? {
        var cells: [Range<Int>] = []
        var index = place.lowerBound
        while true {
            skipSpace(&index, cells.count)
            let start = index
            if index < place.upperBound, bytes[index] == quote, cells.count != textFrom {
                guard let end = looseEnd(index + 1, quote) else { return nil }
                index = end
            } else {
                skipToDelimiter(&index)
            }
            cells.append(start..<index)
            guard index < place.upperBound else { return cells }
            index += 1
        }
    }

    private func skipSpace(_ index: inout Int, _ field: Int) {
        guard dialect.skipsSpace, field > 0 else { return }
        while index < place.upperBound, bytes[index] == Ascii.space { index += 1 }
    }

    private func skipToDelimiter(_ index: inout Int) {
        while index < place.upperBound, bytes[index] != dialect.delimiter { index += 1 }
    }

    /// Behind the closing quote by the rules of the dialect.
    private func strictEnd(_ start: Int, _ quote: UInt8) -> Int? {
        var index = start
        while index < place.upperBound {
            if bytes[index] == dialect.escape, dialect.escape != quote {
                index += 2
            } else if bytes[index] != quote {
                index += 1
            } else if dialect.escape == quote, index + 1 < place.upperBound, bytes[index + 1] == quote {
                index += 2
            } else {
                return index + 1
            }
        }
        return nil
    }

    /// Behind the first quote in front of a delimiter or the end; a doubled quote inside text is none.
    private func looseEnd(_ start: Int, _ quote: UInt8) -> Int? {
        var index = start
        while index < place.upperBound {
            if bytes[index] == quote {
                let next = index + 1
                if next == place.upperBound || bytes[next] == dialect.delimiter { return next }
                let isDoubled = bytes[next] == quote && next + 1 < place.upperBound
                if isDoubled, bytes[next + 1] != dialect.delimiter { index = next }
            }
            index += 1
        }
        return nil
    }
}
