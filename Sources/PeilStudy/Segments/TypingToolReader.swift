import PeilNumerics
import PeilStatistics
import PeilTable

/// Reads a typing tool file strictly: another schema, a key too many or too few, a number that is none and parts that do
/// not fit together are each an error with its place.
struct TypingToolReader {
    private let root: Section

    static let keys = [
        "schema", "version", "study", "wave", "codebook_hash", "model", "method", "seed", "segments", "unplaced",
        "items",
        "required_answers", "missing_rule", "tables", "points", "assessment",
        "confusion"
    ]

    init(_ text: String, file: String) throws {
        root = try Section.document(text, file: file)
        let schema = try root.text("schema")
        guard schema == TypingToolFile.schema else {
            throw Failure(
                "UNKNOWN_SCHEMA", "The file is not of schema \(TypingToolFile.schema)", file: file,
                line: root.mark?.line,
                remedy: schema.hasPrefix("peil-typing-tool-")
                    ? "it was made by another version of peil: use that one, or derive the tool again"
                    : "name a file that `peil segment typing-tool` wrote", exitCode: ExitStatus.configuration)
        }
        try root.allow(Self.keys)
    }

    func file() throws -> TypingToolFile {
        let (items, questions, answers) = try items()
        let (codes, labels, shares) = try segments()
        let unplaced = try root.text("unplaced")
        guard !codes.contains(unplaced) else { throw root.fail("unplaced", "another code than those of the segments") }
        let classifier = try classifier(items, segmentCount: codes.count)
        guard let seed = UInt64(try root.text("seed")) else { throw root.fail("seed", "a whole number, 0 or more") }
        let tool = TypingTool(
            codes: codes + [unplaced], classifier: classifier, assessment: try assessment(codes),
            confusion: try confusion(try root.section("confusion"), codes),
            handScoring: try handScoring(items, segmentCount: codes.count), shares: shares,
            method: try root.text("method"), seed: seed)
        return TypingToolFile(
            tool: tool, texts: TypingToolTexts(questions: questions, answers: answers, segments: labels),
            source: TypingToolFile.Source(
                study: try root.text("study"), wave: try root.text("wave"),
                codebookHash: try root.text("codebook_hash"), modelID: try root.text("model"),
                version: try root.text("version")))
    }

    // MARK: Items and segments

    private func items() throws -> ([AnswerPatterns.Item], [LocalizedText], [[LocalizedText]]) {
        let sections = try root.sections("items")
        guard (1...TypingToolMethod.largestSize).contains(sections.count) else {
            throw root.fail("items", "1 to \(TypingToolMethod.largestSize) items")
        }
        var (items, questions, answers) = ([AnswerPatterns.Item](), [LocalizedText](), [[LocalizedText]]())
        for section in sections {
            try section.allow(["name", "wording", "answers"])
            let own = try section.sections("answers")
            for answer in own { try answer.allow(["code", "label"]) }
            let codes = try own.map { try $0.text("code") }
            guard (2...AnswerPatterns.categoryLimit).contains(codes.count), Set(codes).count == codes.count else {
                throw section.fail("answers", "two or more answers, each code once")
            }
            items.append(AnswerPatterns.Item(name: try section.text("name"), categories: codes))
            questions.append(try section.localized("wording"))
            answers.append(try own.map { try $0.localized("label") })
        }
        guard Set(items.map(\.name)).count == items.count else { throw root.fail("items", "each item once") }
        return (items, questions, answers)
    }

    private func segments() throws -> ([String], [LocalizedText], [Double]) {
        let sections = try root.sections("segments")
        for section in sections { try section.allow(["code", "label", "share"]) }
        let codes = try sections.map { try $0.text("code") }
        guard (2...PrevalenceCorrection.segmentLimit).contains(codes.count), Set(codes).count == codes.count else {
            throw root.fail("segments", "2 to \(PrevalenceCorrection.segmentLimit) segments, each code once")
        }
        let shares = try sections.map { try $0.number("share") }
        guard Self.areShares(shares) else { throw root.fail("segments", "segments whose shares add up to 1") }
        return (codes, try sections.map { try $0.localized("label") }, shares)
    }

    private static func areShares(_ values: [Double]) -> Bool {
        values.allSatisfy { (0...1).contains($0) } && abs(values.reduce(0, +) - 1) < 1e-9
    }

    // MARK: Scores

    private func classifier(_ items: [AnswerPatterns.Item], segmentCount: Int) throws -> ShortClassifier {
        let tables = try root.sections("tables").map { section -> ScoreTable in
            try section.allow(["constants", "scores"])
            let constants = try section.numbers("constants")
            guard constants.count == segmentCount else { throw section.fail("constants", "a number for each segment") }
            var (places, scores) = ([Int](), [[[Double]]]())
            for own in try section.sections("scores") {
                try own.allow(["item", "answers"])
                let place = try self.place(own, items)
                places.append(place)
                scores.append(try lists(own, items[place].categories.count, segmentCount))
            }
            return ScoreTable(items: places, constants: constants, scores: scores)
        }
        let required = try root.integer("required_answers")
        guard (1...items.count).contains(required) else {
            throw root.fail("required_answers", "between 1 and the number of items, \(items.count)")
        }
        let classifier = ShortClassifier(
            items: items, requiredAnswers: required, missingRule: try root.choice("missing_rule"), tables: tables)
        guard let classifier else {
            throw root.fail(
                "tables", "a table of all items and, with missing_rule own_table, one for each set of answered items")
        }
        return classifier
    }

    private func place(_ section: Section, _ items: [AnswerPatterns.Item]) throws -> Int {
        let name = try section.text("item")
        guard let place = items.firstIndex(where: { $0.name == name }) else {
            throw section.fail("item", "an item of this tool")
        }
        return place
    }

    /// A list of numbers for each answer, one a segment.
    private func lists(_ section: Section, _ answers: Int, _ segmentCount: Int) throws -> [[Double]] {
        let lists = try section.numberLists("answers")
        guard lists.count == answers, lists.allSatisfy({ $0.count == segmentCount }) else {
            throw section.fail("answers", "\(answers) lists of \(segmentCount) numbers")
        }
        return lists
    }

    private func handScoring(_ items: [AnswerPatterns.Item], segmentCount: Int) throws -> HandScoring {
        let section = try root.section("points")
        try section.allow(["start", "items", "agreement"])
        let own = try section.sections("items")
        guard own.count == items.count else { throw section.fail("items", "points for each item") }
        var (points, open) = ([[[Int]]](), [[Int]]())
        for (place, entry) in own.enumerated() {
            try entry.allow(["item", "answers", "open"])
            guard try self.place(entry, items) == place else { throw entry.fail("item", "the items in their order") }
            points.append(
                try lists(entry, items[place].categories.count, segmentCount).map { try whole($0, entry, "answers") })
            open.append(try whole(try entry.numbers("open"), entry, "open"))
        }
        let start = try whole(try section.numbers("start"), section, "start")
        guard start.count == segmentCount, open.allSatisfy({ $0.count == segmentCount }) else {
            throw section.fail("start", "points for each segment")
        }
        let agreement = try section.number("agreement")
        guard (0...1).contains(agreement) else { throw section.fail("agreement", "a share between 0 and 1") }
        return HandScoring(startPoints: start, points: points, openPoints: open, agreement: agreement)
    }

    private func whole(_ values: [Double], _ section: Section, _ key: String) throws -> [Int] {
        try values.map { value in
            guard let points = Int(exactly: value), (0...1000).contains(points) else {
                throw section.fail(key, "whole points, 0 or more")
            }
            return points
        }
    }

    // MARK: How good it is

    private func assessment(_ codes: [String]) throws -> TypingAssessment {
        let section = try root.section("assessment")
        try section.allow([
            "accuracy", "accuracy_se", "largest_share", "log_loss", "unplaced_share", "n", "confusion"
        ])
        func share(_ key: String) throws -> Double {
            let value = try section.number(key)
            guard (0...1).contains(value) else { throw section.fail(key, "a share between 0 and 1") }
            return value
        }
        let error = try isNull("accuracy_se", of: section) ? nil : try share("accuracy_se")
        let loss = try section.number("log_loss")
        guard loss >= 0 else { throw section.fail("log_loss", "0 or more") }
        return TypingAssessment(
            confusion: try confusion(try section.section("confusion"), codes), accuracy: try share("accuracy"),
            accuracyError: error, largestShare: try share("largest_share"), logLoss: loss,
            unplacedShare: try share("unplaced_share"), count: try count(section, "n"))
    }

    private func count(_ section: Section, _ key: String) throws -> Int {
        let value = try section.integer(key)
        guard value >= 0 else { throw section.fail(key, "0 or more") }
        return value
    }

    /// Margins may be null, where nothing is assumed about how people came into the sample; they may not be left out.
    private func isNull(_ key: String, of section: Section) throws -> Bool {
        guard section.has(key) else {
            _ = try section.text(key)
            return false
        }
        return section.isAbsent(key)
    }

    private func confusion(_ section: Section, _ codes: [String]) throws -> ConfusionMatrix {
        try section.allow(["placed_by_segment", "standard_errors", "covariance", "n", "df"])
        let size = codes.count
        let shares = try section.numberLists("placed_by_segment")
        guard shares.count == size, shares.allSatisfy({ $0.count == size && Self.areShares($0) }) else {
            throw section.fail("placed_by_segment", "\(size) lists of \(size) shares that add up to 1")
        }
        let counts = try section.numbers("n").map { Int(exactly: $0) ?? -1 }
        guard counts.count == size, counts.allSatisfy({ $0 >= 0 }) else {
            throw section.fail("n", "a number of respondents for each segment")
        }
        let covariance = try isNull("covariance", of: section) ? nil : try covariance(section, size * size)
        let matrix = ConfusionMatrix(
            codes: codes, shares: shares.flatMap { $0 }, covariance: covariance, counts: counts,
            degreesOfFreedom: try count(section, "df"))
        // Standard errors are written for readers without a covariance; they may not contradict it.
        if covariance != nil {
            let errors = try section.numberLists("standard_errors")
            let own = (0..<size).map { k in (0..<size).map { matrix.standardError(placed: $0, segment: k) ?? 0 } }
            guard errors == own else { throw section.fail("standard_errors", "the roots of the covariance's diagonal") }
        } else {
            guard try isNull("standard_errors", of: section) else {
                throw section.fail("standard_errors", "null where there is no covariance")
            }
        }
        return matrix
    }

    private func covariance(_ section: Section, _ size: Int) throws -> DenseMatrix {
        let rows = try section.numberLists("covariance")
        guard rows.count == size, rows.allSatisfy({ $0.count == size }) else {
            throw section.fail("covariance", "\(size) lists of \(size) numbers")
        }
        var matrix = DenseMatrix(rows: size, columns: size)
        for i in 0..<size { for j in 0..<size { matrix[i, j] = rows[i][j] } }
        let isCovariance = (0..<size).allSatisfy { i in
            matrix[i, i] >= 0
                && (0..<i).allSatisfy { abs(matrix[i, $0] - matrix[$0, i]) <= 1e-9 * (matrix[i, i] + matrix[$0, $0]) }
        }
        guard isCovariance else { throw section.fail("covariance", "a symmetric matrix with a diagonal of 0 or more") }
        return matrix
    }
}

extension TypingToolFile {
    /// A tool that `json` wrote.
    /// - Throws: `Failure`: 66 absent, 77 unreadable, 78 wrong in itself, with file and line.
    public static func read(_ path: String) throws -> TypingToolFile {
        try parse(try StudyFiles.text(path, what: "typing tool"), file: path)
    }

    public static func parse(_ text: String, file: String) throws -> TypingToolFile {
        try TypingToolReader(text, file: file).file()
    }
}
