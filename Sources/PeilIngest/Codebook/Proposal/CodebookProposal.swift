import PeilTable

/// A codebook as a survey file suggests it, for people to read through and correct.
public struct CodebookProposal: Sendable {
    public var name: String
    public var languages: [String]
    /// Written above everything else, a line each.
    public var remarks: [String] = []
    /// Keys of the `csv` block with their values as YAML.
    public var csv: [(key: String, value: String)] = []
    public var variables: [ProposedVariable] = []

    public init(name: String, languages: [String]) {
        self.name = name
        self.languages = languages
    }

    /// Guesses that somebody has to look at.
    public var checkCount: Int { variables.reduce(0) { $0 + $1.checks.count } }

    /// Ids that conditions can name, each used once: letters, digits and underscores.
    mutating func settleIdentifiers() {
        var taken: Set<String> = []
        for index in variables.indices {
            let wanted = Self.identifier(variables[index].column)
            var id = wanted
            var number = 2
            while !taken.insert(id.lowercased()).inserted {
                id = "\(wanted)_\(number)"
                number += 1
            }
            variables[index].id = id
        }
    }

    static func identifier(_ column: String) -> String {
        var id = ""
        for scalar in column.unicodeScalars {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isPlain { id.unicodeScalars.append(scalar) } else if id.last != "_" { id += "_" }
        }
        while id.count > 1, id.last == "_" { id.removeLast() }
        if id.isEmpty || id == "_" { return "column" }
        return id.unicodeScalars.first.map { $0.properties.isAlphabetic } ?? false ? id : "v" + id
    }
}

/// One column with what it seems to be.
public struct ProposedVariable: Sendable {
    public struct Option: Sendable, Equatable {
        public var code: String
        /// By language.
        public var label: [String: String]
    }

    public struct Absence: Sendable, Equatable {
        public var code: String
        public var reason: MissingReason
        public var label: [String: String]
    }

    public internal(set) var id = ""
    public var column: String
    public var type: VariableType
    public var wording: [String: String] = [:]
    public var options: [Option] = []
    public var absences: [Absence] = []
    /// Spellings by the code that they stand for.
    public var aliases: [(code: String, spellings: [String])] = []
    public var group: String?
    public var emptyMeansUnticked = false
    public var separator: String?
    public var pattern: String?
    public var unit: String?
    public var isRequired = false
    public var isUnique = false
    /// Its cells point at a person or a house, and are dropped when the file is read.
    public internal(set) var isPersonal = false
    public var note: String?
    /// What is doubtful, one sentence each.
    public var checks: [String] = []
    /// Some values were too rare to be written down as codes.
    var hasRareValues = false
    /// Every value in the order of codes, where there are no more than a list may hold; else empty.
    var observed: [String] = []
    /// The first and the last day, in days since 1970-01-01, where it holds dates.
    public internal(set) var days: ClosedRange<Int>?

    public init(column: String, type: VariableType) {
        self.column = column
        self.type = type
    }

    /// Takes codes whose label says that there is no answer out of the options.
    mutating func moveAbsences() {
        for option in options {
            // Where a code has no label it may be one itself.
            let texts = option.label.isEmpty ? [option.code] : option.label.values.sorted()
            guard let reason = texts.lazy.compactMap(AbsenceWords.reason).first else { continue }
            options.removeAll { $0.code == option.code }
            absences.append(Absence(code: option.code, reason: reason, label: option.label))
            checks.append(
                "code \(printable(option.code)) is an answer in the file; its label reads as \(reason.codebookWord).")
        }
    }
}
