/// One category of a closed question: the code that stands in the file and its label per language.
public struct Category: Sendable, Hashable, Codable {
    public let code: String
    public let label: LocalizedText
    /// The code as a number, where it is one (scale points); nil for names such as municipality codes.
    public var value: Double? { Double(code) }

    public init(code: String, label: LocalizedText) {
        self.code = code
        self.label = label
    }
}

/// What is known of a column beyond its values: wording, and how openly it may be shown.
public struct Variable: Sendable, Hashable, Codable {
    public let name: String
    /// The question as it was put, or the name of a derived score.
    public let wording: LocalizedText
    /// True for special categories of personal data (health, origin): region level only.
    public let isSensitive: Bool

    public init(name: String, wording: LocalizedText = LocalizedText([:]), isSensitive: Bool = false) {
        self.name = name
        self.wording = wording
        self.isSensitive = isSensitive
    }
}
