import CZlib

/// The answers of a .zsav: blocks folded by zlib, and behind them a table that says where each lies. `SAVStructure` has checked
/// the table.
struct SAVBlocks {
    private let bytes: [UInt8]
    private let start: Int
    private let isBigEndian: Bool
    /// The first 20 bytes of the table: bias, zero, and the size that a block has unfolded.
    private let head: [UInt8]
    private let blockSize: Int
    private let blocks: [(place: Range<Int>, size: Int)]

    /// Errors: TRUNCATED, MALFORMED.
    init(_ bytes: [UInt8], at start: Int, isBigEndian: Bool) throws(IngestError) {
        self.bytes = bytes
        self.start = start
        self.isBigEndian = isBigEndian
        var header = SAVCursor(bytes, isBigEndian: isBigEndian, offset: start + 8, end: bytes.count)
        let trailer = try header.size64()
        var table = SAVCursor(bytes, isBigEndian: isBigEndian, offset: trailer, end: bytes.count)
        head = Array(bytes[try table.take(20)])
        table.offset -= 4
        blockSize = max(8, try table.int32() / 8 * 8)
        var blocks: [(Range<Int>, Int)] = []
        for _ in 0..<(try table.int32()) {
            try table.skip(8)
            let place = try table.size64()
            let size = try table.int32()
            let packed = try table.int32()
            blocks.append((place..<place + packed, size))
        }
        self.blocks = blocks
    }

    /// What all blocks hold, one after the other.
    func unfolded() throws(IngestError) -> [UInt8] {
        var result: [UInt8] = []
        for (place, size) in blocks {
            var length = uLongf(size)
            let block = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
                let outcome = unsafe bytes[place].withUnsafeBufferPointer { source in
                    unsafe uncompress(target.baseAddress, &length, source.baseAddress, uLong(source.count))
                }
                count = outcome == Z_OK ? Int(length) : 0
            }
            guard block.count == size else { throw SAVTrouble.malformed("a block", at: place.lowerBound) }
            result += block
        }
        return result
    }

    /// Header, blocks and table for other answers.
    func replaced(by data: [UInt8]) throws(IngestError) -> [UInt8] {
        var result = Array(bytes[start..<start + 24])
        var entries: [UInt8] = []
        for place in stride(from: 0, to: data.count, by: blockSize) {
            let block = Array(data[place..<min(place + blockSize, data.count)])
            let folded = try Self.folded(block)
            entries += number(start + place, 8) + number(start + result.count, 8)
            entries += number(block.count, 4) + number(folded.count, 4)
            result += folded
        }
        SAVNumber.write(start + result.count, bytes: 8, isBigEndian: isBigEndian, to: &result, at: 8)
        SAVNumber.write(24 + entries.count, bytes: 8, isBigEndian: isBigEndian, to: &result, at: 16)
        return result + head + number(entries.count / 24, 4) + entries
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        SAVNumber.write(value, bytes: count, isBigEndian: isBigEndian, to: &result, at: 0)
        return result
    }

    private static func folded(_ block: [UInt8]) throws(IngestError) -> [UInt8] {
        let room = Int(compressBound(uLong(block.count)))
        var length = uLongf(room)
        let folded = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
            let outcome = unsafe block.withUnsafeBufferPointer { source in
                unsafe compress2(
                    target.baseAddress, &length, source.baseAddress, uLong(source.count), Z_DEFAULT_COMPRESSION)
            }
            count = outcome == Z_OK ? Int(length) : 0
        }
        guard !folded.isEmpty else {
            throw IngestError(
                "SPSS_NOT_REWRITTEN", "A block of a compressed SPSS file cannot be folded again.",
                remedy: "Have it delivered again without that record, or as delimited text.")
        }
        return folded
    }
}
