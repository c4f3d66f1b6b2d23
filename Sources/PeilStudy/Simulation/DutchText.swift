/// Files as Dutch survey offices deliver them: UTF-8 with byte order mark, semicolons, decimal commas,
/// CRLF, quotes only where a cell needs them.
enum DutchText {
    /// value with a decimal comma and at most `places` digits behind it, without closing zeros.
    static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = String(scaled / Int64(scale))
        var digits = String(scaled % Int64(scale))
        digits = String(repeating: "0", count: places - min(places, digits.utf8.count)) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return sign + whole + (digits.isEmpty ? "" : "," + digits)
    }

    /// The bytes of a table with one header row.
    static func bytes(header: [String], rows: [[String]]) -> [UInt8] {
        var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
        append(header, to: &bytes)
        for row in rows { append(row, to: &bytes) }
        return bytes
    }

    private static func append(_ row: [String], to bytes: inout [UInt8]) {
        for (index, cell) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ";")) }
            append(cell, to: &bytes)
        }
        bytes += [13, 10]
    }

    private static func append(_ cell: String, to bytes: inout [UInt8]) {
        let needsQuotes = cell.utf8.contains { [10, 13, 34, 59].contains($0) }
        guard needsQuotes else {
            bytes += cell.utf8
            return
        }
        bytes.append(34)
        for byte in cell.utf8 {
            if byte == 34 { bytes.append(34) }
            bytes.append(byte)
        }
        bytes.append(34)
    }
}
