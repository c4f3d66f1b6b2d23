/// Whom a page is about: the rows that its blocks read.
enum Focus: Sendable, Hashable {
    case region
    case area(String)
    case segment(String)

    var area: String { if case .area(let code) = self { code } else { "" } }
    var segment: String { if case .segment(let code) = self { code } else { "" } }
}

/// One page of a report, before it is built: 342 municipalities need not be in memory at once.
public struct PageName: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case overview
        case topic(Int)
        case segment(String)
        case area(String)
        case method
    }
    let kind: Kind
    /// Name of the file without its extension: letters, digits, hyphens and underscores.
    public let file: String

    init(_ kind: Kind, topic: String = "") {
        self.kind = kind
        file =
            switch kind {
            case .overview: "index"
            case .topic: topic
            case .segment(let code): "segment-" + Self.plain(code)
            case .area(let code): "area-" + Self.plain(code)
            case .method: "method"
            }
    }

    var focus: Focus {
        switch kind {
        case .segment(let code): .segment(code)
        case .area(let code): .area(code)
        case .overview, .topic, .method: .region
        }
    }

    /// A code as a file name that every system takes: other bytes as `_` and two digits, so that no two codes meet.
    static func plain(_ code: String) -> String {
        var result = ""
        for byte in code.utf8 {
            switch byte {
            case 45, 48...57, 97...122: result.unicodeScalars.append(Unicode.Scalar(byte))
            // Capitals: some systems do not tell them from small letters.
            case 65...90: result.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default:
                let digits = String(byte, radix: 16)
                result += "_" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
