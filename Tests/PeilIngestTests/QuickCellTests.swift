import Testing

@testable import PeilIngest

/// What reads numbers eight bytes at a time against what reads them one by one, and digits of identity likewise.
struct QuickCellTests {
    private func word(_ bytes: [UInt8], behind: UInt8) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(index < bytes.count ? bytes[index] : behind) << UInt64(8 * index) }
        return word
    }

    private func plain(_ bytes: [UInt8], decimal: UInt8) -> Double? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return unsafe QuickNumber.plain(
                Cell(start: base, count: buffer.count, limit: base + buffer.count), decimal: decimal)
        }
    }

    @Test("Digits of every length, whatever stands behind them")
    func wholeNumbers() {
        var random = Numbers(state: 1)
        for count in 1...8 {
            for _ in 0..<500 {
                let bytes = (0..<count).map { _ in UInt8(48 + random.next(below: 10)) }
                let wanted = UInt32(String(decoding: bytes, as: UTF8.self))
                for behind: UInt8 in [0, 44, 48, 57, 255] {
                    #expect(DigitWord.whole(word(bytes, behind: behind), count) == wanted)
                }
            }
        }
    }

    @Test("Every byte at every place: a digit or nothing")
    func everyByte() {
        for count in 1...8 {
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: 0x31, count: count)
                    bytes[place] = byte
                    let isDigit = byte >= 48 && byte <= 57
                    #expect((DigitWord.whole(word(bytes, behind: 0xFF), count) != nil) == isDigit)
                }
            }
        }
    }

    @Test("Numbers with a decimal mark, and everything that looks like one")
    func decimals() {
        var random = Numbers(state: 2)
        let bytes: [UInt8] = [48, 49, 50, 53, 57, 44, 46, 45, 43, 32, 101]
        for _ in 0..<60_000 {
            let count = 1 + random.next(below: 8)
            let cell = (0..<count).map { _ in bytes[random.next(below: random.next(below: 3) == 0 ? 11 : 6)] }
            for decimal in [Ascii.comma, Ascii.point] {
                let found = DigitWord.decimal(word(cell, behind: 0x35), count, marks: Word.repeating(decimal))
                guard let found else { continue }
                let power = (0..<found.decimals).reduce(1.0) { value, _ in value * 10 }
                #expect(Double(found.digits) / power == plain(cell, decimal: decimal), "\(cell)")
            }
            let isPlain = plain(cell, decimal: Ascii.comma) != nil && cell[0] != Ascii.minus
            let quick = DigitWord.decimal(word(cell, behind: 0x35), count, marks: Word.repeating(Ascii.comma))
            #expect((quick != nil) == isPlain, "\(cell)")
        }
    }

    @Test("Days of every month, leap years among them, and days that do not exist")
    func days() {
        var month = QuickNumber.Month()
        for year in [1899, 1900, 1999, 2000, 2021, 2024, 2100] {
            for number in 0...13 {
                for day in 0...32 {
                    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
                    let bytes = Array("\(year)-\(two(number))-\(two(day))".utf8)
                    let words = (word(Array(bytes[..<8]), behind: 0), UInt64(bytes[8]) | UInt64(bytes[9]) << 8)
                    let wanted = DateParser.days(year: year, month: number, day: day)
                    #expect(month.day(words).map { Double($0) } == wanted)
                }
            }
        }
        #expect(month.day((word(Array("2021/03/".utf8), behind: 0), 0x3130)) == nil)
        #expect(month.day((word(Array("2021-03-".utf8), behind: 0), 0x2F30)) == nil)
    }

    @Test func elfproefOfNineDigitsAtOnce() {
        var random = Numbers(state: 3)
        for _ in 0..<20_000 {
            let bytes = [UInt8(49 + random.next(below: 9))] + (0..<8).map { _ in UInt8(48 + random.next(below: 10)) }
            let words = (word(Array(bytes[..<8]), behind: 0), UInt64(bytes[8]))
            #expect(CitizenNumber.passes(words) == CitizenNumber.passes(bytes.span, 0..<9))
        }
    }

    /// Columns of cells that are counted quickly, against the same cells one by one.
    @Test func personalDataOfAColumnAtOnce() throws {
        var random = Numbers(state: 4)
        let kinds = [
            "", " ", "1", "12345", "123456", "1234567", "612345678", "111222333", "123456782", "0612345678", "2511 AB",
            "2511AB", "\"123456782\"", "\"\"", " 123456782", "12345678901234567", "06-12345678", "aap", "a@b.nl", "é",
            "1234567890123456", "999999999", "12-AB-34", "1.2.3.4"
        ]
        for _ in 0..<60 {
            let cells = (0..<40).map { _ in kinds[random.next(below: kinds.count)] }
            let text = "a,b\n" + cells.map { "\($0),\($0)\n" }.joined()
            var dialect = CSVDialect(delimiter: Ascii.comma, decimal: Ascii.point)
            dialect.headerLines = 1
            let records = try CSVReader.read(Array(text.utf8), dialect: dialect)
            for name in ["", "bsn"] {
                var wanted = PersonalDataTally(columnName: name)
                for row in 0..<records.rowCount { records.withField(row, 1) { wanted.add($0, $1) } }
                for column in 0..<2 {
                    var found = PersonalDataTally(columnName: name)
                    BlockCells.with(records) { found.add($0, column) }
                    #expect(found == wanted, "\(cells)")
                }
            }
        }
    }
}
