import Foundation
import PeilStore

/// Whether an upload has ended: the sender's own note says so, or nothing has changed for a while.
struct Settling {
    let seconds: Double
    let now: Date
    let stop: StopSignals

    /// Endings of names that upload programs give to a file until it is whole.
    private static let unfinished = [".part", ".tmp", ".filepart", ".crdownload", ".partial"]
    static let notes = [".done", ".sha256"]

    static func isNote(_ name: String) -> Bool { notes.contains { name.hasSuffix($0) } }

    /// The name that the file will have.
    static func finishedName(_ name: String) -> String {
        unfinished.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
    }

    /// nil: it may be read. Nothing is changed by asking.
    func reason(toWaitFor file: ArrivedFile, shown: String) throws(StoreError) -> String? {
        if Self.finishedName(file.path) != file.path { return "\(shown) is still being uploaded" }
        if try hasNote(file.path) { return nil }
        let age = file.age(at: now)
        if age < 0 {
            // The clock was set back: what it says of the file cannot be used, so the file is watched.
            guard try isUnchanged(file) else { return "\(shown) changed while it was watched" }
        } else if age < seconds {
            let left = Int((seconds - age).rounded(.up))
            return
                "\(shown) changed less than \(Int(seconds)) seconds ago: \(left) to go, or put \(shown).done beside it"
        }
        let isSPSS = file.path.lowercased().hasSuffix(".sav") || file.path.lowercased().hasSuffix(".zsav")
        let endsRecord = try file.endsRecord()
        guard isSPSS || endsRecord else {
            return
                "\(shown) does not end with a line end, as if it were cut off: end it, or put \(shown).done beside it"
        }
        return nil
    }

    private func hasNote(_ path: String) throws(StoreError) -> Bool {
        if try ArrivedFile.look(path + ".done") != nil { return true }
        return try ArrivedFile.look(path + ".sha256") != nil
    }

    /// By a clock that nobody can set.
    private func isUnchanged(_ file: ArrivedFile) throws(StoreError) -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            if stop.isAsked { return false }
            Thread.sleep(forTimeInterval: 0.1)
            guard try ArrivedFile.look(file.path) == file else { return false }
        }
        return try ArrivedFile.look(file.path) == file
    }
}

/// What a sender wrote beside a file: `NAME.sha256` as `sha256sum` writes it, or `NAME.done` with any of `rows`, `bytes`,
/// `sha256` (rows are held against what is read, later).
struct SenderNote {
    let hash: String?
    let bytes: Int?
    /// Texts by their ending, to be kept beside the copy.
    let texts: [(suffix: String, text: [UInt8])]

    private static let maximumBytes = 1 << 16

    init(beside path: String) throws(StoreError) {
        var (hash, bytes) = (String?.none, Int?.none)
        var texts: [(suffix: String, text: [UInt8])] = []
        for suffix in [".sha256", ".done"] {
            guard let note = try ArrivedFile.look(path + suffix) else { continue }
            guard note.bytes <= Self.maximumBytes else {
                throw .wrongKind(path: path + suffix, expected: "a short note about the file beside it")
            }
            let text = try DurableFile.read(path + suffix)
            texts.append((suffix, text))
            let words = String(decoding: text, as: UTF8.self)
            if suffix == ".sha256" {
                hash = words.split(whereSeparator: \.isWhitespace).first.map { $0.lowercased() } ?? ""
            } else {
                hash = Self.value("sha256", in: words)?.lowercased() ?? hash
                bytes = Self.value("bytes", in: words).flatMap { Int($0) } ?? bytes
            }
        }
        self.hash = hash
        self.bytes = bytes
        self.texts = texts
    }

    /// The value of `key: value` on a line, or of `"key": value` in JSON.
    private static func value(_ key: String, in text: String) -> String? {
        let separators: Set<Character> = ["{", "}", ",", "\n", "\r", "\r\n"]
        for entry in text.split(whereSeparator: separators.contains) {
            let parts = entry.split(separator: ":", maxSplits: 1)
            func bare(_ text: Substring) -> String {
                String(text.filter { $0 != "\"" && $0 != "'" && !$0.isWhitespace })
            }
            if parts.count == 2, bare(parts[0]) == key { return bare(parts[1]) }
        }
        return nil
    }

    /// nil where the copy is what the sender says.
    func trouble(_ copy: ContentHash, _ size: Int) -> String? {
        if let bytes, bytes != size { return "it holds \(size) bytes, and the note beside it says \(bytes)" }
        if let hash, hash != copy.hex { return "its SHA-256 is not the one in the note beside it" }
        return nil
    }
}
