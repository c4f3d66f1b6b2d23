import CByteScan

/// A stretch of a file that begins where a record begins.
struct TextBlock: Sendable {
    var bytes: [UInt8]
    /// Position in the file of its first byte.
    let offset: Int
    let index: Int
    /// Nothing follows it.
    let isLast: Bool
}

/// Cuts a file into blocks of whole records without reading the records: a line end lies outside quotes where
/// an even number of quotes stands before it. That holds for what RFC 4180 writes; whoever splits the block
/// finds out where it does not, and reads again one record after the other.
struct BlockCutter {
    /// Bytes of a block. A constant: the same blocks on any number of threads. Text, ends and answers of a block of
    /// this size lie in a second-level cache of a megabyte; smaller blocks cost more than they gain.
    static let blockBytes = 3 << 17

    let source: ByteSource
    let quote: UInt8?
    private let recordBytes: Int
    private let size: Int
    private var position: Int
    private var carried: [UInt8] = []
    private var index = 0
    private var isDone = false

    /// `start`: where the first record of the answers begins.
    init(_ source: ByteSource, from start: Int, quote: UInt8?, recordBytes: Int, blockBytes: Int = Self.blockBytes) {
        size = max(blockBytes, 1)
        self.source = source
        self.quote = quote
        self.recordBytes = recordBytes
        position = start
    }

    /// Bytes that have not been cut yet.
    var bytesLeft: Int { max(0, source.count - position) }

    /// The next block; nil behind the last one.
    mutating func next() throws(IngestError) -> TextBlock? {
        guard !isDone else { return nil }
        var bytes = carried
        let offset = position - carried.count
        carried = []
        var wanted = max(size, bytes.count * 2)
        while true {
            let before = bytes.count
            try source.append(wanted - before, from: position, to: &bytes)
            position += bytes.count - before
            if bytes.count < wanted {
                isDone = true
                guard !bytes.isEmpty else { return nil }
                return TextBlock(bytes: bytes, offset: offset, index: next(), isLast: true)
            }
            if let end = lastRecordEnd(bytes) {
                carried = Array(bytes[end...])
                bytes.removeLast(bytes.count - end)
                return TextBlock(bytes: bytes, offset: offset, index: next(), isLast: false)
            }
            guard bytes.count <= recordBytes else {
                // The splitter says what is wrong with a record of this size.
                isDone = true
                return TextBlock(bytes: bytes, offset: offset, index: next(), isLast: false)
            }
            wanted = bytes.count * 2
        }
    }

    private mutating func next() -> Int {
        index += 1
        return index - 1
    }

    private static func standsOddly(_ byte: UInt8, in bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe !peil_count_byte(base, buffer.count, byte, ScanWay.best.rawValue).isMultiple(of: 2)
        }
    }

    /// Behind the last line end with an even number of quotes before it; nil where there is none.
    private func lastRecordEnd(_ bytes: [UInt8]) -> Int? {
        var isInside = quote.map { Self.standsOddly($0, in: bytes) } ?? false
        let span = bytes.span
        for index in stride(from: bytes.count - 1, through: 0, by: -1) {
            let byte = span[index]
            if byte == quote { isInside.toggle() }
            if isInside { continue }
            if byte == Ascii.lineFeed { return index + 1 }
            if byte == Ascii.carriageReturn, index + 1 < bytes.count, span[index + 1] != Ascii.lineFeed {
                return index + 1
            }
        }
        return nil
    }
}
