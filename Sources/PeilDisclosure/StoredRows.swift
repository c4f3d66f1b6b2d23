import Foundation
import PeilNumerics

/// The rows of a stored publication, written and read some tens at a time: an encoder or decoder of everything at once takes
/// ten times the memory of what it makes. The bytes are those of one encoder.
enum StoredRows {
    fileprivate static let atOnce = 64
    /// What stands before the first row.
    fileprivate static let key = Array("\"rows\":[".utf8)

    /// - Parameters:
    ///   - rows: those of the release.
    ///   - form: the encoded publication, whose own array of rows is empty.
    ///   - encoder: that of the form.
    ///   - threads: to work with; they change no byte.
    /// - Returns: the form with its rows.
    static func insert(
        _ rows: ReleasedRows, into form: Data, _ encoder: JSONEncoder, threads: Int
    ) throws -> [UInt8] {
        var reader = StoredRowsReader()
        try reader.add([UInt8](form))
        guard let place = reader.placeOfRows else { throw StoredPublicationError.notWritable }
        var result = Array(reader.form[..<place])
        let parts = ParallelBlocks(threads: threads).map((rows.count + atOnce - 1) / atOnce) { block in
            let start = block * atOnce
            return Result { try encoder.encode(Array(rows[start..<min(start + atOnce, rows.count)])) }
        }
        for (block, part) in parts.enumerated() {
            if block > 0 { result.append(UInt8(ascii: ",")) }
            result.append(contentsOf: try part.get().dropFirst().dropLast())
        }
        result.append(contentsOf: reader.form[place...])
        return result
    }
}

/// Takes a stored publication piece by piece, wherever the pieces begin and end, and keeps its rows in their compact form.
struct StoredRowsReader {
    private(set) var rows = ReleasedRows()
    /// The publication with an empty array in the place of its rows.
    private(set) var form: [UInt8] = []
    /// Where in `form` the rows stood; nil where no array of rows has begun.
    private(set) var placeOfRows: Int?

    /// Rows that are not decoded yet, between brackets.
    private var some: [UInt8] = []
    private var waiting = 0
    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    private var isInRows = false

    /// - Parameter piece: the next bytes of the file.
    /// - Throws: what the decoder says of a row that is none.
    mutating func add(_ piece: [UInt8]) throws {
        // The first byte of the piece that is not kept yet.
        var from = 0
        for (place, byte) in piece.enumerated() {
            if isInText {
                endText(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if isInRows, depth == 3 {
                    from = place
                    if waiting > 0 { some.append(UInt8(ascii: ",")) }
                } else if depth == 2, placeOfRows == nil {
                    form += piece[from...place]
                    from = place + 1
                    beginRows()
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if isInRows, depth == 2 {
                    some += piece[from...place]
                    waiting += 1
                    if waiting == StoredRows.atOnce { try decode() }
                } else if isInRows, depth == 1 {
                    isInRows = false
                    from = place
                    try decode()
                }
            default: break
            }
        }
        if !isInRows { form += piece[from...] } else if depth > 2 { some += piece[from...] }
    }

    private mutating func endText(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInText = false
        }
    }

    private mutating func beginRows() {
        guard form.suffix(StoredRows.key.count).elementsEqual(StoredRows.key) else { return }
        isInRows = true
        placeOfRows = form.count
        some = [UInt8(ascii: "[")]
    }

    private mutating func decode() throws {
        some.append(UInt8(ascii: "]"))
        for row in try JSONDecoder().decode([ReleasedRow].self, from: Data(some)) { rows.append(row) }
        some.removeAll(keepingCapacity: true)
        some.append(UInt8(ascii: "["))
        waiting = 0
    }
}
