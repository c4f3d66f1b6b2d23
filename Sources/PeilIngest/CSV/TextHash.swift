import Crypto

/// SHA-256 of a file that comes in block by block, in the order of the file, and what it has cost.
struct TextHash: Sendable {
    private var digest = SHA256()
    /// Processor seconds.
    private(set) var seconds = 0.0

    /// `head`: what stands before the first block.
    init(head: [UInt8]) { add(head) }

    mutating func add(_ bytes: [UInt8]) {
        let clock = ThreadClock()
        unsafe bytes.withUnsafeBytes { unsafe digest.update(bufferPointer: $0) }
        seconds += clock.seconds
    }

    /// In hexadecimal digits.
    var text: String { FileBytes.hexadecimal(digest.finalize()) }
}
