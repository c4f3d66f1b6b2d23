/// What can be wrong with the parameters, margins or wishes of a simulation. No case carries data of persons.
public enum SimulationError: Error, Equatable, Sendable {
    /// The file is not YAML.
    case notYAML(message: String)
    /// A key that does not exist; `nearest` is the valid key closest to it.
    case unknownKey(String, nearest: String?, place: String, line: Int?)
    case missingKey(String, place: String)
    /// A value of the wrong kind or outside its range.
    case badValue(key: String, expected: String, place: String, line: Int?)
    /// A line of the margins file that cannot be read (line 1 is the header).
    case badMargin(line: Int, expected: String)
    /// Margins and parameters name different municipalities or age classes.
    case marginMismatch(String)
    /// More answers wanted than this population and response can give.
    case sampleTooLarge(stratum: String, wanted: Int, available: Int)
}

extension SimulationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notYAML(let message):
            return "simulation file is not YAML: \(message)"
        case .unknownKey(let key, let nearest, let place, let line):
            let hint = nearest.map { " · did you mean '\($0)'?" } ?? ""
            return "unknown key '\(key)' in \(place)\(Self.at(line))\(hint)"
        case .missingKey(let key, let place):
            return "key '\(key)' is missing in \(place)"
        case .badValue(let key, let expected, let place, let line):
            return "'\(key)' in \(place) must be \(expected)\(Self.at(line))"
        case .badMargin(let line, let expected):
            return "margins line \(line): expected \(expected)"
        case .marginMismatch(let text):
            return "margins and simulation parameters disagree: \(text)"
        case .sampleTooLarge(let stratum, let wanted, let available):
            return "stratum \(stratum) has \(available) households, the sample wants \(wanted) · lower --rows"
        }
    }

    private static func at(_ line: Int?) -> String { line.map { " (line \($0))" } ?? "" }
}
