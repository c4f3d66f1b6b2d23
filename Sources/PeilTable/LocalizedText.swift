/// A text in the languages of the study, by language code (`nl`, `en`).
public struct LocalizedText: Sendable, Hashable, Codable, ExpressibleByStringLiteral {
    public var byLanguage: [String: String]

    public init(_ byLanguage: [String: String]) { self.byLanguage = byLanguage }

    /// The same text in every language, for codes and names.
    public init(stringLiteral value: String) { byLanguage = ["": value] }

    public init(everywhere text: String) { byLanguage = ["": text] }

    /// The text in `language`, or nil when there is none: a missing translation is an error of the
    /// study that its reader must hear about, not a silent switch of language.
    public func text(in language: String) -> String? { byLanguage[language] ?? byLanguage[""] }

    public var isEmpty: Bool { byLanguage.isEmpty }
}
