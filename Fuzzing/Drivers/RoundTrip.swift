@testable import PeilIngest

/// Good records, written out again in the dialect that was found, are the same records. Records that say
/// something else once nothing stands between them and the header are left aside: the header again, import codes.
enum RoundTrip {
    static func check(_ first: Reading) {
        guard let dialect = first.dialect, first.rows.allSatisfy({ $0.count == first.rows[0].count }),
            !first.rows.isEmpty || first.header != nil, !first.rows.contains(where: { $0 == first.header }),
            !first.rows.prefix(4).joined().contains(where: { $0.hasPrefix("{\"ImportId\":") })
        else { return }
        guard let text = written(first, dialect) else { return }
        var plain = dialect
        plain.encoding = "utf-8"
        plain.headerLines = first.header == nil ? 0 : 1
        plain.preambleLines = 0
        plain.descriptionRows = 0
        plain.skipsSpace = false
        do throws(IngestError) {
            let second = try CSVReader.read(text, dialect: plain)
            let rows = (0..<second.rowCount).map { row in (0..<second.columnCount).map { second.text(row, $0) } }
            guard second.badRecords.isEmpty, second.header == first.header, rows == first.rows else {
                finding(
                    "good records that are written out come back as others",
                    "\(String(decoding: text, as: UTF8.self))\n\(first)\n\(rows) \(second.badRecords)")
            }
        } catch {
            finding(
                "good records that are written out are refused",
                "\(String(decoding: text, as: UTF8.self))\n\(first)\n\(error)")
        }
    }

    /// Nil where the dialect has no way to write a field.
    private static func written(_ reading: Reading, _ dialect: CSVDialect) -> [UInt8]? {
        var text: [UInt8] = []
        for row in (reading.header.map { [$0] } ?? []) + reading.rows {
            for (index, field) in row.enumerated() {
                if index > 0 { text.append(dialect.delimiter) }
                guard let field = Self.field(Array(field.utf8), dialect) else { return nil }
                text += field
            }
            text.append(Ascii.lineFeed)
        }
        return text
    }

    private static func field(_ field: [UInt8], _ dialect: CSVDialect) -> [UInt8]? {
        guard let quote = dialect.quote else {
            let isPlain = !field.contains { $0 == dialect.delimiter || Ascii.isLineEnd($0) }
            return isPlain && !field.isEmpty ? field : nil
        }
        guard let escape = dialect.escape else {
            return field.contains(quote) ? nil : [quote] + field + [quote]
        }
        var inner: [UInt8] = []
        for byte in field {
            if byte == quote || byte == escape { inner.append(escape) }
            inner.append(byte)
        }
        return [quote] + inner + [quote]
    }
}
