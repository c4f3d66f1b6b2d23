/// Running text whose numbers know the row they state.
public struct RichText: Sendable, Equatable, ExpressibleByStringLiteral {
    public enum Part: Sendable, Equatable {
        case plain(String)
        case strong(String)
        /// A printed number and the row_ids of the released rows that it states (one, or the parts of a sum).
        case number(String, rows: [String])
    }
    public var parts: [Part]

    public init(_ parts: [Part]) { self.parts = parts }
    public init(_ text: String) { parts = text.isEmpty ? [] : [.plain(text)] }
    public init(stringLiteral value: String) { self.init(value) }

    public static func number(_ text: String, _ rows: String...) -> RichText {
        RichText([.number(text, rows: rows)])
    }

    /// The text alone, for alternative texts and checks.
    public var plain: String {
        parts.map { part in
            switch part {
            case .plain(let text), .strong(let text), .number(let text, _): text
            }
        }.joined()
    }

    public var rowIDs: [String] {
        parts.flatMap { part in if case .number(_, let rows) = part { rows } else { [String]() } }
    }

    public var isEmpty: Bool { parts.isEmpty }

    public static func + (left: RichText, right: RichText) -> RichText { RichText(left.parts + right.parts) }

    /// `template` with each `{name}` replaced.
    static func fill(_ template: String, _ values: [String: RichText]) -> RichText {
        var parts: [Part] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { parts.append(.plain(String(rest[..<open]))) }
            let name = String(rest[rest.index(after: open)..<close])
            guard let value = values[name] else { preconditionFailure("no value for {\(name)}") }
            parts += value.parts
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.plain(String(rest))) }
        return RichText(parts)
    }

    /// The same text with a capital, as a sentence begins.
    var capitalised: RichText {
        guard let first = parts.first else { return self }
        func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
        var copy = parts
        switch first {
        case .plain(let text): copy[0] = .plain(capital(text))
        case .strong(let text): copy[0] = .strong(capital(text))
        case .number(let text, let rows): copy[0] = .number(capital(text), rows: rows)
        }
        return RichText(copy)
    }
}
