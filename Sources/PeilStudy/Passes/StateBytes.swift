import PeilNumerics

/// Bytes of a stored state: whole numbers in as few bytes as they need, doubles with every bit, texts with their length;
/// a line before that says what it is, and a checksum behind it.
struct ByteWriter {
    private(set) var bytes: [UInt8]

    init(_ magic: String) { bytes = Array("\(magic)\n".utf8) }

    mutating func write(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value) << 1 ^ Int64(value) >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ value: Double) {
        let bits = value.bitPattern
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes += text.utf8
    }

    mutating func write(_ values: [Double]) {
        // Remainders of sums are mostly 0.
        let isZero = values.allSatisfy { $0.bitPattern == 0 }
        write(isZero ? -values.count - 1 : values.count)
        guard !isZero else { return }
        bytes.reserveCapacity(bytes.count + 8 * values.count)
        for value in values { write(value) }
    }

    mutating func write(_ values: [Int]) {
        write(values.count)
        for value in values { write(value) }
    }

    mutating func write(_ values: [Int32]) { write(values.map { Int($0) }) }

    mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }

    mutating func write(_ sums: ExactSums) {
        write(sums.high)
        write(sums.low)
        write(sums.rest.count)
        for index in sums.rest.keys.sorted() {
            write(index)
            write(sums.rest[index] ?? [])
        }
    }

    /// The bytes with their checksum.
    func sealed() -> [UInt8] {
        var checksum = CyclicChecksum()
        checksum.add(bytes, 0..<bytes.count)
        return bytes + Array(checksum.text.utf8)
    }
}

/// Reads what `ByteWriter` wrote. Whatever the bytes are, it ends in a value or in nil, and takes no more memory than
/// the bytes hold.
struct ByteReader {
    private let bytes: [UInt8]
    /// Where the checksum begins.
    private let end: Int
    private var position: Int

    enum Trouble: Error { case foreign, cut, damaged, otherVersion }

    private static let checksumLength = 16

    init(_ bytes: [UInt8], _ magic: String) throws(Trouble) {
        let head = Array("\(magic)\n".utf8)
        // The same kind of file in another form.
        let kind = head[...(head.lastIndex(of: UInt8(ascii: "-")) ?? 0)]
        if bytes.starts(with: kind), let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > kind.endIndex,
            bytes[kind.endIndex..<end].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            bytes[...end] != head[...]
        {
            throw .otherVersion
        }
        // A beginning of the head is a file that was cut.
        guard bytes.starts(with: head) || bytes.count < head.count && head.starts(with: bytes) && !bytes.isEmpty else {
            throw .foreign
        }
        guard bytes.count >= head.count + Self.checksumLength else { throw .cut }
        self.bytes = bytes
        end = bytes.count - Self.checksumLength
        position = head.count
        var checksum = CyclicChecksum()
        checksum.add(bytes, 0..<end)
        guard bytes[end...].elementsEqual(checksum.text.utf8) else { throw .damaged }
    }

    var isAtEnd: Bool { position == end }

    mutating func whole() throws(Trouble) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < end, shift < 64 else { throw .damaged }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return Int(truncatingIfNeeded: Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    /// A number of things that take at least so many bytes each.
    mutating func count(of size: Int = 1) throws(Trouble) -> Int {
        let count = try whole()
        guard count >= 0, count <= (end - position) / size else { throw .damaged }
        return count
    }

    mutating func number() throws(Trouble) -> Double {
        guard end - position >= 8 else { throw .damaged }
        var bits: UInt64 = 0
        for index in 0..<8 { bits |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += 8
        return Double(bitPattern: bits)
    }

    mutating func text() throws(Trouble) -> String {
        let count = try count()
        let own = bytes[position..<(position + count)]
        position += count
        guard let text = String(validating: own, as: UTF8.self) else { throw .damaged }
        return text
    }

    /// - Parameter limit: zeros that need no bytes are no more than this.
    mutating func numbers(limit: Int) throws(Trouble) -> [Double] {
        let count = try whole()
        if count < 0 {
            guard count >= -limit - 1 else { throw .damaged }
            return [Double](repeating: 0, count: -(count + 1))
        }
        guard count <= (end - position) / 8 else { throw .damaged }
        var result: [Double] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try number()) }
        return result
    }

    mutating func wholes() throws(Trouble) -> [Int] {
        let count = try count()
        var result: [Int] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try whole()) }
        return result
    }

    mutating func places() throws(Trouble) -> [Int32] {
        var result: [Int32] = []
        for value in try wholes() {
            guard let place = Int32(exactly: value) else { throw .damaged }
            result.append(place)
        }
        return result
    }

    mutating func texts() throws(Trouble) -> [String] {
        let count = try count()
        var result: [String] = []
        for _ in 0..<count { result.append(try text()) }
        return result
    }

    mutating func sums(count: Int) throws(Trouble) -> ExactSums {
        let (high, low) = (try numbers(limit: count), try numbers(limit: count))
        let entries = try self.count()
        var rest: [Int: [Double]] = [:]
        for _ in 0..<entries { rest[try whole()] = try numbers(limit: 0) }
        guard high.count == count, let sums = ExactSums(high: high, low: low, rest: rest) else { throw .damaged }
        return sums
    }
}
