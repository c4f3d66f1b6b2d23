import Foundation

/// How far a log has come, in a file beside it: the number of its newest line and a hash of all lines so far.
///
/// The log alone cannot tell that its last lines are gone, or all of them. The head is written durably after the line is:
/// a run that is killed in between leaves a log that is one line ahead, which the next run notes. A head that is ahead
/// of its log means that lines were lost.
struct LogHead: Equatable, Codable {
    let sequence: Int
    /// SHA-256 of the chain up to the line before and the line itself; the first line follows an empty chain.
    let chain: String

    static let empty = LogHead(sequence: 0, chain: "")

    static func path(of log: String) -> String { "\(log).head" }

    func after(_ line: some Sequence<UInt8>) -> LogHead {
        LogHead(sequence: sequence + 1, chain: ContentHash(of: Array(chain.utf8) + Array(line)).hex)
    }

    /// The head of a log; nil where it has none: a log of before heads were kept, or one without a line.
    /// - Throws: `.damaged` where the file is no head.
    static func read(of log: String) throws(StoreError) -> LogHead? {
        let path = path(of: log)
        guard try FileStatus.of(path) != nil else { return nil }
        guard let head = try? JSONDecoder().decode(LogHead.self, from: Data(try DurableFile.read(path))),
            head.sequence > 0, ContentHash(hex: head.chain) != nil
        else { throw .damaged(path: path, line: nil, reason: "this is not the head of a log") }
        return head
    }

    func write(of log: String) throws(StoreError) {
        let text = #"{"chain":"\#(chain)","sequence":\#(sequence)}"# + "\n"
        try DurableFile.write(Array(text.utf8), to: Self.path(of: log))
    }

    /// - Parameter reached: the head of every whole line of the log, in order.
    /// - Throws: `.cutShort` where the log has fewer lines than this head, `.damaged` where the lines are others.
    func check(_ reached: [LogHead], of log: String) throws(StoreError) {
        guard sequence <= reached.count else {
            throw .cutShort(path: log, lines: reached.count, expected: sequence)
        }
        guard reached[sequence - 1] == self else {
            throw .damaged(path: log, line: nil, reason: "its lines are not those that its head was written after")
        }
    }
}
