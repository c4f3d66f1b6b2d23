import Foundation
import PeilNumerics

/// The rows of a stored publication, written and read a few hundred at a time: an encoder or decoder of everything at once takes
/// ten times the memory of what it makes. The bytes are those of one encoder.
enum StoredRows {
    private static let atOnce = 256

    /// - Parameters:
    ///   - rows: those of the release.
    ///   - form: the encoded publication, whose own array of rows is empty.
    ///   - encoder: that of the form.
    ///   - threads: to work with; they change no byte.
    /// - Returns: the form with its rows.
    static func insert(
        _ rows: [ReleasedRow], into form: Data, _ encoder: JSONEncoder, threads: Int
    ) throws -> [UInt8] {
        let bytes = [UInt8](form)
        let place = elements(of: bytes).end
        var result = Array(bytes[..<place])
        let parts = ParallelBlocks(threads: threads).map((rows.count + atOnce - 1) / atOnce) { block in
            let start = block * atOnce
            return Result { try encoder.encode(Array(rows[start..<min(start + atOnce, rows.count)])) }
        }
        for (block, part) in parts.enumerated() {
            if block > 0 { result.append(UInt8(ascii: ",")) }
            result.append(contentsOf: try part.get().dropFirst().dropLast())
        }
        result.append(contentsOf: bytes[place...])
        return result
    }

    /// - Parameter bytes: a publication as `insert` made it.
    /// - Returns: the rows, and the form with an empty array in their place.
    static func take(from bytes: [UInt8]) throws -> (rows: [ReleasedRow], form: Data) {
        let (found, end) = elements(of: bytes)
        let decoder = JSONDecoder()
        var rows: [ReleasedRow] = []
        rows.reserveCapacity(found.count)
        for start in stride(from: 0, to: found.count, by: atOnce) {
            let last = found[min(start + atOnce, found.count) - 1]
            var some = Data([UInt8(ascii: "[")])
            some.append(contentsOf: bytes[found[start].lowerBound..<last.upperBound])
            some.append(UInt8(ascii: "]"))
            rows += try decoder.decode([ReleasedRow].self, from: some)
        }
        var form = Data(bytes[..<(found.first?.lowerBound ?? end)])
        form.append(contentsOf: bytes[end...])
        return (rows, form)
    }

    /// The objects of the array under the key `rows` of the outermost object, and where that array ends. Both are at the end
    /// of the bytes where there is no such array: what follows finds no publication there.
    private static func elements(of bytes: [UInt8]) -> (found: [Range<Int>], end: Int) {
        let key = Array("\"rows\":[".utf8)
        var found: [Range<Int>] = []
        var depth = 0
        var isInside = false
        var start = 0
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                if depth == 1, !isInside, bytes[at...].starts(with: key) {
                    isInside = true
                    at += key.count - 2
                } else {
                    at = endOfText(bytes, from: at)
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if isInside, depth == 3 { start = at }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if isInside, depth == 2 { found.append(start..<(at + 1)) }
                if isInside, depth == 1 { return (found, at) }
            default: break
            }
            at += 1
        }
        return (found, bytes.count)
    }

    /// The quotation mark that ends a text.
    private static func endOfText(_ bytes: [UInt8], from start: Int) -> Int {
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at
    }
}
