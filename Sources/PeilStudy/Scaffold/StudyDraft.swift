import PeilIngest
import PeilTable

/// A study as it can be guessed from one file of answers: the codebook that was proposed, and a study.yaml whose
/// report shows the questions one by one. Every guess stands in it as a comment.
public struct StudyDraft: Sendable {
    /// Questions that the report starts with; a reader takes in no more, and each costs time in disclosure control.
    static let questionLimit = 30
    /// Answers of one question, up to which a chart can be read.
    static let answerLimit = 20

    let request: ScaffoldRequest
    /// The codebook, made so that the file can be read with it.
    public private(set) var proposal: CodebookProposal
    /// Columns that are left out for now because their codes are not known, by id.
    public private(set) var leftOut: [String]
    let weights: String?
    let strata: [String]
    let clusters: [String]
    let area: String?

    /// - Throws: `Failure` UNKNOWN_COLUMN, AREAS_NOT_LISTED, REPEATED_COLUMN (64).
    public init(_ request: ScaffoldRequest, _ proposed: CodebookProposal) throws {
        var proposal = proposed
        proposal.speak(ScaffoldRequest.languages)
        let uncertain = proposal.makeRunnable()
        self.request = request
        func column(_ name: String, _ option: String, _ change: (inout ProposedVariable) -> Void) throws -> String {
            let place = try proposal.place(of: name, option: option)
            change(&proposal.variables[place])
            return proposal.variables[place].id
        }
        weights = try request.weights.map { try column($0, "--weights") { $0.makeWeight() } }
        strata = try request.strata.map { try column($0, "--strata") { $0.makeDesignColumn() } }
        clusters = try request.clusters.map { try column($0, "--clusters") { $0.makeDesignColumn() } }
        area = try request.area.map { name in
            var isListed = true
            let id = try column(name, "--area") { isListed = $0.makeAreas() }
            guard isListed else { throw Self.notListed(name) }
            return id
        }
        let used = [weights, area].compactMap { $0 } + strata + clusters
        // An area may be the stratum too; a weight is nothing else.
        guard weights.map({ id in used.count { $0 == id } == 1 }) ?? true,
            Set(strata + clusters).count == strata.count + clusters.count
        else {
            throw Failure(
                "REPEATED_COLUMN", "One column cannot be two of weights, strata and clusters",
                remedy: "name each column once", exitCode: ExitStatus.usage)
        }
        leftOut = uncertain.filter { !used.contains($0) }
        self.proposal = proposal
    }

    private static func notListed(_ name: String) -> Failure {
        Failure(
            "AREAS_NOT_LISTED",
            "--area: '\(CodebookProposal.shown(name))' holds too many values, or none, to be a list of areas",
            remedy: "name a column with a code or a name of an area in each record", exitCode: ExitStatus.usage)
    }

    // MARK: Questions

    /// A question as the report can show it.
    struct Question {
        let variable: ProposedVariable
        let isMean: Bool
    }

    /// Questions in the order of the file; columns of the design, identifiers, days, durations and texts are none.
    var allQuestions: [Question] {
        let others = Set([weights, area].compactMap { $0 } + strata + clusters)
        return proposal.variables.compactMap { variable in
            guard !others.contains(variable.id) else { return nil }
            switch variable.type {
            case .code, .region:
                return (2...Self.answerLimit).contains(variable.options.count)
                    ? Question(variable: variable, isMean: false) : nil
            // Several answers in one cell become columns of their own only when the file is read.
            case .multi: return variable.separator == nil ? Question(variable: variable, isMean: false) : nil
            case .int, .number: return variable.unit == "s" ? nil : Question(variable: variable, isMean: true)
            case .id, .date, .weight, .text: return nil
            }
        }
    }

    public var questionCount: Int { min(Self.questionLimit, allQuestions.count) }

    /// The days that the records say, as whole months: a single day might be one respondent's.
    var period: (from: CalendarDay, to: CalendarDay)? {
        // A birth date is no fieldwork: surveys last less than three years.
        let dates = proposal.variables.compactMap(\.days).filter { $0.upperBound - $0.lowerBound < 3 * 366 }
        return dates.first.map {
            (
                CalendarDay(daysSince1970: $0.lowerBound).month.first,
                CalendarDay(daysSince1970: $0.upperBound).month.last
            )
        }
    }
}
