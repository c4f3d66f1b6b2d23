/// What an SPSS file says about itself: its questions, the labels of their answers, and which values mean absent.
public struct SAVDictionary: Sendable, Equatable {
    public var variables: [SAVVariable] = []
    public var recordCount = 0
    /// Name of the character set that the file was written in.
    public var encoding = ""
    /// The variable that SPSS weights by, where the file has one.
    public var weight: String?
    public var responseSets: [SAVResponseSet] = []

    public init() {}

    public func variable(_ name: String) -> SAVVariable? { variables.first { $0.name == name } }
}

/// One variable of an SPSS file. Codes are written as they stand in the cells of the delimited text.
public struct SAVVariable: Sendable, Equatable {
    /// What the values stand for. Dates become ISO 8601; a duration stays a number of seconds.
    public enum Kind: Sendable, Equatable {
        case number, text, date, dateTime, duration
    }

    public enum Measure: String, Sendable {
        case unknown, nominal, ordinal, scale
    }

    public var name: String
    public var label: String
    /// As SPSS writes it: F8.2, A40, DATE11.
    public var format: String
    public var kind: Kind
    public var measure: Measure
    /// Bytes of storage: 8 for a number, the width of a text.
    public var width: Int
    public var valueLabels: [SAVValueLabel] = []
    public var missing: [SAVMissing] = []
    /// Codes that `missing` covers and that records hold.
    public var missingCodesFound: [String] = []

    public init(name: String, label: String, format: String, kind: Kind, measure: Measure, width: Int) {
        self.name = name
        self.label = label
        self.format = format
        self.kind = kind
        self.measure = measure
        self.width = width
    }
}

public struct SAVValueLabel: Sendable, Equatable {
    public let code: String
    public let label: String
    /// The value, where the variable is a number.
    let number: Double?
}

/// A user-missing value, or a range of them; nil is an open end.
public enum SAVMissing: Sendable, Equatable {
    case code(String)
    case range(low: Double?, high: Double?)

    func covers(_ code: String, _ number: Double?) -> Bool {
        switch self {
        case .code(let missing): return missing == code
        case .range(let low, let high):
            guard let number else { return false }
            return number >= low ?? -.infinity && number <= high ?? .infinity
        }
    }
}

/// Variables that together hold one question with several answers.
public struct SAVResponseSet: Sendable, Equatable {
    public let name: String
    /// The value that means ticked, where each variable stands for one option; nil where each holds a code.
    public let countedValue: String?
    public let variables: [String]
}
