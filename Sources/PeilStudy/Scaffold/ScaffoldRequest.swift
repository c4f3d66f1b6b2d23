import PeilIngest
import PeilTable

/// What somebody says of a survey file from which a study is to be made; the rest is proposed.
public struct ScaffoldRequest: Sendable {
    /// The file of answers.
    public var file: String
    /// The study's folder, which must not be there yet.
    public var folder: String
    /// Of the texts in the file, and of the report.
    public var language: String
    public var title: String
    public var basis: Study.Basis
    /// Columns, by their name in the file or their id in the codebook.
    public var weights: String?
    public var strata: [String] = []
    public var clusters: [String] = []
    public var area: String?

    public init(file: String, folder: String, language: String, title: String, basis: Study.Basis) {
        self.file = file
        self.folder = folder
        self.language = language
        self.title = title
        self.basis = basis
    }

    /// Languages that a report can have; a proposal speaks them all.
    static let languages = CodebookImport.languages
}

extension CodebookProposal {
    /// The columns that look like weights or like areas, by id.
    public func columns(like type: VariableType) -> [String] { variables.filter { $0.type == type }.map(\.id) }

    /// The place of the column that somebody names.
    /// - Throws: `Failure` UNKNOWN_COLUMN with exit code 64.
    public func place(of name: String, option: String) throws(Failure) -> Int {
        if let place = variables.firstIndex(where: { $0.column == name })
            ?? variables.firstIndex(where: { $0.id == name })
        {
            return place
        }
        let names = variables.map(\.column)
        throw Failure(
            "UNKNOWN_COLUMN", "\(option): the file has no column '\(Self.shown(name))'",
            remedy: nearestName(to: name, among: names).map { "did you mean '\(Self.shown($0))'?" }
                ?? "columns are: \(names.prefix(12).map(Self.shown).joined(separator: ", "))",
            exitCode: ExitStatus.usage)
    }

    /// A name in one line, short enough for a message.
    static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(80).map { $0.properties.isWhitespace || $0.value < 32 ? " " : $0 }))
    }
}
