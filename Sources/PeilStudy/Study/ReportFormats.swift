import PeilReport
import PeilTable

extension ReportFormat {
    /// The forms that a text lists by commas. Throws `Failure` with exit code 64 for a word that is none.
    static func named(_ list: String) throws -> Set<ReportFormat> {
        let known = allCases.map(\.rawValue)
        var formats: Set<ReportFormat> = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let format = ReportFormat(rawValue: word) else {
                throw Failure(
                    "USAGE", "'\(word)' is not a form of reports",
                    remedy: nearestName(to: word, among: known).map { "did you mean '\($0)'?" }
                        ?? "choose from \(known.joined(separator: ", "))", exitCode: ExitStatus.usage)
            }
            formats.insert(format)
        }
        return formats
    }
}
