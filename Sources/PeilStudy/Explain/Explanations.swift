import PeilTable

/// What a class of error or warning means, or what a method does: what, what to do, and where to read on.
public struct Explanation: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// The word of `error[CLASS]`, of a warning, or of what a wave waits for.
        case problem = "class"
        case method
    }

    /// As messages, plans and study files write it.
    public let name: String
    public let kind: Kind
    public let what: String
    /// What to do about a class; how to use a method.
    public let advice: String
    /// The page in Guides/, without its ending.
    public let guide: String
    /// Where a method comes from.
    public let source: String?
}

/// Every class and method that peil knows, as `peil explain` tells them.
///
/// The texts stand by area in blocks: a line with name and guide, lines of text, lines of advice after `>`, and for
/// methods their source after `=`. A literal of three hundred values would take the compiler minutes.
public enum Explanations {
    public static let all: [Explanation] =
        [files, disk, studies, estimates, models, tables, partitions].flatMap { read($0, as: .problem) }
        + read(methods, as: .method)

    /// The explanation of a name, whatever its capitals and hyphens.
    /// - Throws: `Failure` UNKNOWN_NAME (64) with the nearest names.
    public static func find(_ name: String) throws(Failure) -> Explanation {
        let wanted = plain(name)
        if let found = all.first(where: { plain($0.name) == wanted }) { return found }
        let near = nearest(to: wanted)
        throw Failure(
            "UNKNOWN_NAME", "peil explains nothing of this name",
            remedy: near.isEmpty
                ? "see the list with 'peil explain'"
                : "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?",
            exitCode: ExitStatus.usage)
    }

    /// The nearest name, and the nearest of the others.
    private static func nearest(to wanted: String) -> [String] {
        var names = all.map(\.name)
        var near: [String] = []
        for _ in 0..<2 {
            guard let name = nearestName(to: wanted, among: names) else { break }
            near.append(name)
            names.removeAll { $0 == name }
        }
        return near
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    }

    private static func read(_ text: String, as kind: Explanation.Kind) -> [Explanation] {
        var result: [Explanation] = []
        var block: [Substring] = []
        let lines: [Substring] = text.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines + [Substring()] {
            if !line.isEmpty {
                block.append(line)
            } else if !block.isEmpty {
                result.append(explanation(block, kind))
                block = []
            }
        }
        return result
    }

    private static func explanation(_ block: [Substring], _ kind: Explanation.Kind) -> Explanation {
        let head = block[0].split(separator: " ")
        // Text, advice and source follow each other; a line without a sign goes on where the last one ended.
        var parts: [[Substring]] = [[], [], []]
        var part = 0
        for line in block.dropFirst() {
            if line.hasPrefix("> ") { part = 1 } else if line.hasPrefix("= ") { part = 2 }
            parts[part].append(line.hasPrefix("> ") || line.hasPrefix("= ") ? line.dropFirst(2) : line)
        }
        let texts = parts.map { $0.joined(separator: " ") }
        return Explanation(
            name: String(head[0]), kind: kind, what: texts[0], advice: texts[1],
            guide: head.count > 1 ? String(head[1]) : "README", source: texts[2].isEmpty ? nil : texts[2])
    }
}
