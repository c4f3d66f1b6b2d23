import Foundation
import PeilDisclosure
import PeilIngest
import PeilReport
import PeilStatistics
import PeilStore
import PeilTable

/// Gives every typed error of the road its class, sentence, place, remedy and exit code. The one table from
/// which users learn what went wrong.
struct FailureNames {
    /// The file whose data are being worked on, for errors that know only a row.
    let file: String

    func failure(_ error: any Error) -> Failure {
        switch error {
        case let error as Failure: error
        case let error as IngestError:
            Failure(
                error.code, error.message, file: error.file.isEmpty ? file : error.file, line: error.line,
                column: error.column, remedy: error.remedy, exitCode: error.exitCode)
        case let error as TableError: table(error)
        case let error as DesignError: design(error)
        case let error as ReplicateError: replicates(error)
        case let error as TestError: test(error)
        case let error as EstimationError: estimation(error)
        case let error as ModelError: model(error)
        case let error as ScaleError: scale(error)
        case let error as ChangeError: change(error)
        case let error as SmallAreaError: smallArea(error)
        case let error as WeightingError: weighting(error)
        case let error as ContrastError: contrast(error)
        case let error as SegmentationError: segmentation(error)
        case let error as MultinomialError: multinomial(error)
        case let error as TypingError: typing(error)
        case let error as AreaClusterError: areaClusters(error)
        case let error as DisclosureError: disclosure(error)
        case let error as TableSystemError: tableSystem(error)
        case let error as ReportError: report(error)
        case let error as BoundaryError: boundaries(error)
        case let error as ThemeError: theme(error)
        case let error as LogoError: logo(error)
        case let error as BrowserError: browser(error)
        case is StoredPublicationError:
            Failure(
                "INTERNAL", "The release cannot be stored", file: file,
                remedy: "report it with the command that you ran",
                exitCode: ExitStatus.internalError)
        case let error as StoreError:
            Failure(
                error.errorClass, error.message.prefix(1).uppercased() + error.message.dropFirst(), file: error.place,
                line: error.line, remedy: error.remedy, exitCode: error.exitCode)
        case let error as SimulationError:
            Failure(
                "SIMULATION", "\(error)", file: file, remedy: "see simulation.yaml of the sample study",
                exitCode: ExitStatus.configuration)
        default:
            Failure(
                "INTERNAL", "Something failed that should not: \(type(of: error))", file: file,
                remedy: "report it with the command that you ran", exitCode: ExitStatus.internalError)
        }
    }

    func data(_ code: String, _ message: String, _ remedy: String, line: Int? = nil) -> Failure {
        Failure(code, message, file: file, line: line, remedy: remedy, exitCode: ExitStatus.data)
    }

    func configuration(_ code: String, _ message: String, _ remedy: String) -> Failure {
        Failure(code, message, file: file, remedy: remedy, exitCode: ExitStatus.configuration)
    }

    private func table(_ error: TableError) -> Failure {
        switch error {
        case .unknownColumn(let name, let known):
            configuration(
                "MISSING_COLUMN", "The data have no column '\(name)'",
                nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
                    ?? "columns are: \(known.prefix(12).joined(separator: ", "))")
        case .notNumeric(let name):
            configuration(
                "NOT_NUMERIC", "Column '\(name)' holds answers that are not numbers",
                "use `proportion`, or a numeric column")
        case .notCategorical(let name):
            configuration("NOT_CATEGORICAL", "Column '\(name)' has no categories", "give it codes in the codebook")
        case .otherKind(let name):
            configuration(
                "FILES_DISAGREE", "Column '\(name)' holds numbers in one file and answers in another",
                "give it one type in the codebook")
        }
    }

    /// Data rows are counted from 1, without the header.
    private func design(_ error: DesignError) -> Failure {
        switch error {
        case .missingWeight(let column, let row):
            data(
                "MISSING_WEIGHT", "Weight '\(column)' is empty in data row \(row + 1)", "give every respondent a weight"
            )
        case .badWeight(let column, let row):
            data(
                "NEGATIVE_WEIGHT", "Weight '\(column)' is negative or not a number in data row \(row + 1)",
                "correct the weight at its source")
        case .missingDesignValue(let column, let row):
            data(
                "MISSING_DESIGN_VALUE", "Design column '\(column)' is empty in data row \(row + 1)",
                "every respondent needs a stratum and a sampling unit")
        case .noRespondents: data("HEADER_ONLY", "There are no respondents", "deliver a file with answers")
        case .populationSizeVaries(let column, let stratum):
            data(
                "POPULATION_SIZE_VARIES", "Population size '\(column)' is not constant in stratum '\(stratum)'",
                "give one size per stratum")
        case .populationSmallerThanSample(let column, let stratum):
            data(
                "POPULATION_TOO_SMALL",
                "Population size '\(column)' is smaller than the sample in stratum '\(stratum)'",
                "check whether it is a size or a sampling fraction")
        case .badPopulationSize(let column, let row):
            data(
                "BAD_POPULATION_SIZE", "Population size '\(column)' is empty or not positive in data row \(row + 1)",
                "fill it, or leave `fpc` out")
        case .clusterInTwoStrata(let column, _):
            data(
                "CLUSTER_IN_TWO_STRATA", "A sampling unit of '\(column)' lies in two strata",
                "a household belongs to one stratum; correct the frame, or set nest: true when names repeat")
        case .lonelyUnits(let strata, let stage):
            data(
                "LONELY_PSU",
                "Strata with a single sampling unit at stage \(stage): \(strata.prefix(12).joined(separator: ", "))",
                "join strata, or choose lonely_psu: adjust, average, remove or certainty")
        case .tooManyPopulationSizes(let stages, let given):
            configuration(
                "TOO_MANY_FPC", "\(given) population sizes for \(stages) stage(s)", "give one per stage of `clusters`")
        }
    }

    private func test(_ error: TestError) -> Failure {
        func names(_ columns: [String]) -> String { columns.map { "'\($0)'" }.joined(separator: ", ") }
        switch error {
        case .noCompleteRows(let columns):
            return data("EMPTY_DOMAIN", "Nobody in the domain answered all of \(names(columns))", "widen the domain")
        case .tooFewLevels(let column, let levels):
            return data(
                "TOO_FEW_LEVELS", "'\(column)' has \(levels) level(s) in the domain; a test needs two",
                "widen the domain")
        case .tooManyLevels(let column, let levels, let limit):
            return data(
                "TOO_MANY_LEVELS", "'\(column)' has \(levels) levels, more than the \(limit) that a table holds",
                "put its answers into classes first")
        case .notTwoGroups(let column, let groups):
            return data(
                "NOT_TWO_GROUPS", "'\(column)' makes \(groups) group(s); this test compares exactly two",
                "restrict the domain to two groups, or use ranktest with test: KruskalWallis")
        case .tooFewUnits(let columns, let df, let needed):
            return data(
                "NO_DEGREES_OF_FREEDOM",
                "The rows that answered \(names(columns)) have \(df) degrees of freedom; the test needs \(needed)",
                "widen the domain")
        case .noVariation(let columns):
            return data("NO_VARIATION", "\(names(columns)) do(es) not vary in the domain", "there is nothing to test")
        case .singularTable(let columns):
            return data(
                "SINGULAR_TABLE", "The table of \(names(columns)) has too many empty cells for this statistic",
                "join levels, or leave the rare ones out with a domain")
        case .negativeWeight(let row):
            return data(
                "NEGATIVE_WEIGHT", "The weight in data row \(row + 1) is negative; ranks need weights that are not",
                "bound the calibration")
        case .badShare(let column, let level):
            return configuration(
                "BAD_OPTION", "The expected share of '\(level)' in '\(column)' is not positive", "correct `expected`")
        case .levelWithoutShare(let column, let level):
            return configuration(
                "UNKNOWN_LEVEL", "'\(column)' and its expected shares do not agree on level '\(level)'",
                "give a share for each level that occurs, and no other")
        }
    }

    private func replicates(_ error: ReplicateError) -> Failure {
        switch error {
        case .noReplicates: return configuration("NO_REPLICATES", "There are fewer than two replicates", "give more")
        case .badScale(let message): return configuration("BAD_SCALE", message, "give one rscale, or one a replicate")
        case .missingWeight(let column, let row):
            return data(
                "MISSING_WEIGHT", "Replicate weight '\(column)' is empty in data row \(row + 1)",
                "give every respondent every replicate weight")
        case .badWeight(let column, let row):
            return data(
                "NEGATIVE_WEIGHT", "Replicate weight '\(column)' is negative or not a number in data row \(row + 1)",
                "correct it at its source; factors may be negative with combined_weights: false")
        case .strataNeedJackknifeN(let strata):
            return configuration(
                "STRATA_NEED_JKN", "JK1 knows no strata and this design has \(strata)", "use type: JKn")
        case .lonelyUnits(let strata):
            return data(
                "LONELY_PSU",
                "Strata with a single sampling unit, which replicates cannot resample: "
                    + strata.prefix(12).joined(separator: ", "),
                "join strata, or choose lonely_psu: remove or certainty")
        case .unsupportedLonelyRule(let rule):
            return configuration(
                "UNSUPPORTED_LONELY_RULE", "Replicates have no form for lonely_psu: \(rule)",
                "join strata, or choose remove or certainty")
        case .tooLarge(let replicates, let rows, let limit):
            return configuration(
                "TOO_LARGE", "\(replicates) replicates of \(rows) numbers are more than the \(limit) that fit",
                "use fewer replicates (type: bootstrap), or linearisation")
        case .allUndefined:
            return data("ALL_REPLICATES_UNDEFINED", "No replicate defines the estimate", "widen the domain")
        case .adjustment(let number, let error):
            let inner = weighting(error)
            return Failure(
                inner.code, "In replicate \(number): \(inner.message)", file: inner.file, remedy: inner.remedy,
                exitCode: inner.exitCode)
        }
    }

    private func estimation(_ error: EstimationError) -> Failure {
        switch error {
        case .emptyDomain: data("EMPTY_DOMAIN", "No respondent with weight is in the domain", "widen the domain")
        case .zeroDenominator(let variable):
            data("ZERO_DENOMINATOR", "The total of '\(variable)' is 0", "choose another denominator")
        case .shareAtBorder: data("SHARE_AT_BORDER", "A share of 0 or 1 has no logit", "widen the domain")
        case .tooFewRows: data("TOO_FEW_ROWS", "A variance needs two respondents", "widen the domain")
        case .collinear(let variable):
            data(
                "COLLINEAR", "'\(variable)' is constant or follows from the other predictors in these rows",
                "leave it out, or widen the domain")
        case .unknownLevel(let variable, let level):
            configuration("UNKNOWN_LEVEL", "'\(variable)' has no level '\(level)'", "use a code of the codebook")
        case .constantColumn(let name):
            data("CONSTANT_COLUMN", "Every respondent in the domain has the same '\(name)'", "leave the column out")
        case .notYesNo(let variable, let row):
            data(
                "NOT_YES_NO", "'\(variable)' is neither 0 nor 1 in data row \(row + 1)",
                "code answers that were ticked as 1 and the others as 0")
        case .noResponses: data("NO_RESPONSES", "Nobody in the domain gave any of the answers", "widen the domain")
        case .emptyClass(let name):
            data(
                "EMPTY_CLASS", "Nobody in the domain is in class '\(name)' of the standard population",
                "join it with a neighbouring class")
        case .emptySegment(let code):
            data("EMPTY_SEGMENT", "Nobody in the domain is in segment '\(code)'", "widen the domain, or join segments")
        case .inseparableSegments:
            data(
                "INSEPARABLE_SEGMENTS", "Respondents are placed so unsurely that the segments cannot be told apart",
                "ask for fewer segments, or use proportional assignment without correction")
        case .badOption(let message, let remedy): configuration("BAD_OPTION", message, remedy)
        }
    }

    private func weighting(_ error: WeightingError) -> Failure {
        switch error {
        case .emptyCell(let margin, let category):
            data(
                "EMPTY_CELL", "Nobody in the sample is in '\(category)' of margin '\(margin)', which has a target",
                "collapse it with a neighbouring category")
        case .respondentsWithoutTarget(let margin, let category):
            data(
                "NO_TARGET", "Respondents are in '\(category)' of margin '\(margin)', whose target is 0",
                "correct the margins or collapse the category")
        case .badTarget(let margin, let category):
            configuration(
                "BAD_TARGET", "The target of '\(category)' in margin '\(margin)' is negative or not a number",
                "correct the margins file")
        case .marginsDisagree(let first, let firstTotal, let second, let secondTotal):
            configuration(
                "MARGINS_DISAGREE",
                "Margin '\(first)' sums to \(shortestText(firstTotal)), margin '\(second)' to \(shortestText(secondTotal))",
                "use margins of one population")
        case .notConverged(let margin, let category, let relativeError, let iterations):
            data(
                "NOT_CONVERGED",
                "After \(iterations) rounds '\(category)' of margin '\(margin)' is still off by a relative \(relativeError)",
                "collapse that category: these margins cannot be met by this sample")
        case .unknownCategory(let margin, let category):
            data(
                "OUT_OF_CODEBOOK", "Margin '\(margin)' has no target for category '\(category)'",
                "add it to the margins, or declare it outside the margin")
        case .contradiction(let control, let others, let difference):
            data(
                "CONTROLS_CONTRADICT",
                "In this sample \(name(control)) follows from \(list(others)), and its target is "
                    + "\(shortestText(difference)) away from what follows from theirs",
                "correct one of these targets, or leave a control out")
        case .infeasible(let controls, let suggestion):
            data("INFEASIBLE", "No weights within the bounds meet \(list(controls)) together", suggestion)
        case .outsideMargin(let margin, let count):
            data(
                "OUTSIDE_MARGIN", "\(count) respondent(s) have no value of weighting variable '\(margin)'",
                "say what happens to them: missing: share or impute")
        case .badAuxiliary(let variable, let count):
            data(
                "BAD_AUXILIARY", "Weighting variable '\(variable)' is absent or not a number in \(count) row(s)",
                "fill it, or leave the control out")
        case .badDesignWeights(let count, let row):
            data(
                "BAD_DESIGN_WEIGHT",
                "\(count) design weight(s) are zero, negative or not a number, the first in data row \(row + 1)",
                "give every respondent a design weight above 0, or leave out who was not sampled")
        case .trimmingDoesNotSettle(let group, let ratio, let rounds):
            data(
                "TRIMMING_DRIFT",
                "After \(rounds) rounds the largest weight in '\(group)' is still \(ratio) times its mean",
                "raise the bound")
        case .trimmingImpossible(let group):
            data(
                "TRIMMING_IMPOSSIBLE", "The rows of '\(group)' cannot carry their total between these bounds",
                "widen the bounds")
        case .weightsOutsideBounds(let count):
            data(
                "OUTSIDE_BOUNDS", "\(count) row(s) can have no weight between these bounds",
                "widen the bounds, or use calfun: linear or raking")
        case .emptyResponseClass(let name):
            data(
                "EMPTY_RESPONSE_CLASS", "Nobody in class '\(name)' responded, and eligible units there did not",
                "collapse it with a neighbouring class")
        case .frameMissing:
            configuration(
                "FRAME_MISSING", "Non-response adjustment needs the sampled units that did not answer",
                "add `frame:` with all sampled units and their disposition")
        case .separated(let variable, let category):
            data(
                "SEPARATED", "In '\(category)' of '\(variable)' everybody responded or nobody did",
                "collapse that category, or use classes")
        case .unknownCollapse(let margin, let category):
            configuration(
                "UNKNOWN_CATEGORY", "Margin '\(margin)' has no category '\(category)' to collapse",
                "name categories as in its totals")
        case .badBound(let message): configuration("BAD_BOUND", message, "for example upper: 3")
        }
    }

    private func name(_ control: WeightingError.Control) -> String { "'\(control.category)' of '\(control.margin)'" }

    private func list(_ controls: [WeightingError.Control]) -> String {
        let names = controls.prefix(8).map(name)
        return names.joined(separator: ", ") + (controls.count > 8 ? " and \(controls.count - 8) more" : "")
    }

    private func disclosure(_ error: DisclosureError) -> Failure {
        switch error {
        case .floor(let given, let lowest):
            configuration(
                "BELOW_FLOOR", "A minimum frequency of \(given) lies below the floor of \(lowest)",
                "raise it to \(lowest) or more")
        case .contradiction(let message), .outOfRange(let message):
            configuration("BAD_RULE", "The disclosure rules cannot be: \(message)", "correct them under disclosure")
        case .duplicateFigure(let row):
            configuration("DUPLICATE_FIGURE", "The report asks twice for \(row)", "list each question once")
        case .cannotBeProtected(let cells):
            Failure(
                "UNSAFE_PUBLICATION",
                "A reader could work out \(cells.count) hidden figure(s): \(cells.prefix(3).joined(separator: ", "))",
                file: file, remedy: "show less: fewer areas, segments or answers of that question",
                exitCode: ExitStatus.data)
        case .unsafeBesideEarlier(let cells):
            Failure(
                "UNSAFE_PUBLICATION",
                "With the version that was published before, a reader could work out \(cells.count) hidden figure(s): \(cells.prefix(3).joined(separator: ", "))",
                file: file,
                remedy: "publish again when more respondents have changed, show less, or keep the version that is there",
                exitCode: ExitStatus.data)
        case .differencing(let rows):
            Failure(
                "DIFFERENCING",
                "\(rows.count) base(s) differ from the version that was published by fewer respondents than may be shown, such as \(rows[0])",
                file: file,
                remedy: "publish again when more respondents have changed, or keep the version that is there",
                exitCode: ExitStatus.data)
        case .badFigure(let row):
            Failure(
                "BAD_FIGURE", "Figure \(row) is too large to be computed", file: file,
                remedy: "give the codebook the range that answers can have, so that the value that cannot be is found",
                exitCode: ExitStatus.data)
        case .unknownName(let row):
            Failure(
                "INTERNAL", "Figure \(row) cannot be released", file: file,
                remedy: "report it with the command that you ran",
                exitCode: ExitStatus.internalError)
        }
    }

    private func browser(_ error: BrowserError) -> Failure {
        let reason =
            switch error {
            case .doesNotStart: "it does not start"
            case .ended: "it ended, or took more than a minute for a page"
            case .refused(let words): words
            }
        return Failure(
            "ENGINE_FAILED", "The browser did not print the report: \(reason)", file: file,
            remedy: "try another browser (PEIL_BROWSER), or leave pdf out of report › formats",
            exitCode: ExitStatus.engineMissing)
    }

    private func report(_ error: ReportError) -> Failure {
        switch error {
        case .missingTranslation(let key, let language):
            let place = key.replacingOccurrences(
                of: "questions.\(StudyRun.segmentVariable).levels.", with: "segments.labels."
            ).split(separator: ".").joined(separator: " › ")
            return configuration(
                "MISSING_TRANSLATION", "The report has no text in '\(language.rawValue)' for \(place)",
                "add the text, or choose the other language")
        case .unknownQuestion(let question, let place):
            return configuration(
                "UNKNOWN_QUESTION", "The report asks for '\(question)' in \(place), which is none of its questions",
                "list it under report › questions")
        case .unknownLevel(let question, let level, let place):
            return configuration(
                "UNKNOWN_LEVEL", "'\(question)' in \(place) has no answer '\(level)'", "use a code of the codebook")
        case .samePage(let file):
            return configuration(
                "SAME_PAGE", "Two pages of the report would be the file '\(file).html'",
                "give the page another id; codes of areas and segments may not differ in capitals alone")
        case .badSectionID(let id):
            return configuration(
                "BAD_SECTION", "'\(id)' cannot name a section", "use letters, digits and hyphens, each id once")
        case .workbook(let message):
            return Failure(
                "WORKBOOK", "The workbook cannot be written: \(message)", file: file,
                remedy: "make room in the folder for temporary files (TMPDIR), or leave xlsx out of report › formats",
                exitCode: ExitStatus.inputOutput)
        case .template(let message):
            return Failure(
                "INTERNAL", "The page cannot be made: \(message)", file: file,
                remedy: "report it with the command that you ran", exitCode: ExitStatus.internalError)
        }
    }

    private func contrast(_ error: ContrastError) -> Failure {
        switch error {
        case .unknownName(let name, let known):
            configuration(
                "UNKNOWN_NAME", "The contrast names '\(name)', which is no estimate of the item",
                "estimates are: \(known.prefix(12).joined(separator: ", "))")
        case .syntax(let message, let position):
            configuration(
                "BAD_EXPRESSION", "The expression cannot be read at character \(position + 1): \(message)",
                "use + - * / ^ log exp sqrt and names of estimates")
        case .notFinite: data("NOT_FINITE", "The contrast is not a finite number", "check its denominator or logarithm")
        }
    }
}

extension Failure {
    /// Any error of the road in the form that users see.
    public init(naming error: any Error, file: String = "") { self = FailureNames(file: file).failure(error) }
}
