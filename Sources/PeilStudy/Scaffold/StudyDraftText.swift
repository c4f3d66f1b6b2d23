import Foundation
import PeilIngest
import PeilTable

extension StudyDraft {
    /// The text of study.yaml: `data` is the path of the answers from the study's folder, `changed` the day on which
    /// the file was last changed.
    func studyText(data: String, changed: CalendarDay) -> String {
        let lines = heading + wave(data, changed) + design + areas + reportHead + questionLines + outline
        return lines.joined(separator: "\n") + "\n"
    }

    private var id: String { Self.plainName(request.title) }

    /// Letters, digits and hyphens.
    static func plainName(_ text: String) -> String {
        let words = marks(off: text.lowercased()).unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? Character(scalar) : "-"
        }
        let name = String(words).split(separator: "-").joined(separator: "-")
        return name.isEmpty ? "study" : String(name.prefix(60))
    }

    /// Without accents: é becomes e.
    private static func marks(off text: String) -> String {
        let parts = text.decomposedStringWithCanonicalMapping.unicodeScalars
        return String(String.UnicodeScalarView(parts.filter { $0.properties.generalCategory != .nonspacingMark }))
    }

    private var heading: [String] {
        let isChance = request.basis == .probability
        return [
            "# Proposed by peil init. Read it through; a line under `# check:` is a guess.",
            "# What else may stand here: weighting to known counts, segments, scales, models, waves to compare;",
            "# Guides/Your-own-survey.md says how.",
            "study: \(id)", "language: \(request.language)", "codebook: codebook.yaml",
            "# check: "
                + (isChance
                    ? "chance decided who was asked; `panel` where people chose to take part."
                    : "people chose to take part; `probability` where chance decided who was asked."),
            "basis: \(request.basis.rawValue)", ""
        ]
    }

    private func wave(_ data: String, _ changed: CalendarDay) -> [String] {
        let (from, to) = period ?? (changed, changed)
        return [
            "waves:", "  - id: wave1", "    label: {nl: \"eerste meting\", en: \"first wave\"}",
            period == nil
                ? "    # check: no column of days was found: this is the day on which the file was last changed."
                : "    # check: the months that the records name.",
            "    from: \"\(from.isoText)\"", "    to: \"\(to.isoText)\"",
            "    files: [{path: \(YAMLText.quoted(data))}]", ""
        ]
    }

    private var design: [String] {
        func list(_ ids: [String]) -> String { "[\(ids.map(YAMLText.scalar).joined(separator: ", "))]" }
        var lines: [String] = []
        if let weights { lines.append("  weights: \(YAMLText.scalar(weights))") }
        if !strata.isEmpty { lines.append("  strata: \(list(strata))") }
        if !clusters.isEmpty { lines.append("  clusters: \(list(clusters))") }
        if lines.isEmpty { return ["# No weights, strata or clusters: everybody counts for one.", "design: {}", ""] }
        if !strata.isEmpty {
            lines += [
                "  # A stratum with one sampling unit counts with its distance to the mean of all.",
                "  lonely_psu: adjust"
            ]
        }
        return ["design:"] + lines + [""]
    }

    private var areas: [String] {
        guard let area else { return [] }
        let isMunicipal = proposal.variables.contains { $0.id == area && $0.type == .region }
        return [
            "areas:", "  variable: \(YAMLText.scalar(area))", "  # check: what all areas together are called.",
            "  region: {nl: \"alle gebieden\", en: \"all areas\"}"
        ]
            + (isMunicipal
                ? [] : ["  singular: {nl: \"gebied\", en: \"place\"}", "  plural: {nl: \"gebieden\", en: \"places\"}"])
            + [""]
    }

    // MARK: Report

    private static func both(_ text: String) -> String { pair(text, text) }

    private static func pair(_ dutch: String, _ english: String) -> String {
        "{nl: \(YAMLText.quoted(dutch)), en: \(YAMLText.quoted(english))}"
    }

    private var reportHead: [String] {
        [
            "report:", "  title: \(Self.both(request.title))", "  # check: whom the survey is about.",
            "  population: {nl: \"de mensen die meededen\", en: \"the people who took part\"}"
        ]
    }

    private func text(_ variable: ProposedVariable) -> String {
        variable.wording[request.language] ?? variable.column
    }

    private func unit(_ variable: ProposedVariable) -> String {
        variable.unit.map(Self.both) ?? "{nl: \"gemiddeld\", en: \"mean\"}"
    }

    private var questions: [Question] { Array(allQuestions.prefix(Self.questionLimit)) }

    private var questionLines: [String] {
        var lines = ["  questions:"]
        for question in questions {
            let variable = question.variable
            lines.append("    - variable: \(YAMLText.scalar(variable.id))")
            lines.append("      label: \(Self.both(text(variable)))")
            if variable.type == .multi { lines.append("      levels: [\"1\"]") }
            if question.isMean { lines += ["      statistic: mean", "      unit: \(unit(variable))"] }
        }
        let more = allQuestions.dropFirst(Self.questionLimit).map(\.variable.id)
        if !more.isEmpty {
            lines.append("    # More questions could stand here: \(more.prefix(200).joined(separator: ", "))")
        }
        return lines
    }

    private func measure(_ question: Question, _ code: String) -> String {
        "{question: \(YAMLText.scalar(question.variable.id)), level: \(YAMLText.quoted(code))}"
    }

    /// One answer that stands for the question where there is room for one only.
    private func leading(_ question: Question) -> String? {
        if question.isMean { return nil }
        return question.variable.type == .multi ? "1" : question.variable.options.first?.code
    }

    private var outline: [String] {
        var lines = ["  key_figures:"] + questions.prefix(3).map(keyFigure)
        lines += ["  sections:"]
        let answers = answerBlocks
        if !answers.isEmpty { lines += section("answers", "Antwoorden", "Answers") + answers }
        let means = questions.filter(\.isMean)
        if !means.isEmpty {
            lines +=
                section("means", "Gemiddelden", "Averages")
                + means.map { "        - means: [\(YAMLText.scalar($0.variable.id))]" }
        }
        // Places are compared by tests, and a panel that is not weighted has none.
        if area != nil, request.basis == .probability {
            lines += section("areas", "Per gebied", "By area")
            lines += questions.prefix(3).map { question in
                let id = YAMLText.scalar(question.variable.id)
                return "        - area_dots: "
                    + (leading(question).map { measure(question, $0) } ?? "{question: \(id)}")
            }
        }
        return lines
    }

    private func section(_ id: String, _ dutch: String, _ english: String) -> [String] {
        ["    - id: \(id)", "      title: \(Self.pair(dutch, english))", "      blocks:"]
    }

    private func keyFigure(_ question: Question) -> String {
        let id = YAMLText.scalar(question.variable.id)
        guard let code = leading(question) else { return "    - {question: \(id)}" }
        let option = question.variable.options.first { $0.code == code }
        let answer = option?.label[request.language] ?? code
        let name = text(question.variable)
        if question.variable.type == .multi {
            return "    - {question: \(id), level: \"1\", says: \(Self.pair("kiest: \(name)", "chooses: \(name)"))}"
        }
        return "    - {question: \(id), level: \(YAMLText.quoted(code)), says: "
            + Self.pair("antwoordt ‘\(answer)’ bij: \(name)", "answers ‘\(answer)’ to: \(name)") + "}"
    }

    /// A chart for each list of answers, and one for each question with several answers.
    private var answerBlocks: [String] {
        var lines: [String] = []
        var shown: Set<String> = []
        for question in questions where !question.isMean {
            guard question.variable.type == .multi else {
                lines.append("        - levels: \(YAMLText.scalar(question.variable.id))")
                continue
            }
            let group = question.variable.group ?? question.variable.id
            guard shown.insert(group).inserted else { continue }
            let members = questions.filter {
                $0.variable.type == .multi && ($0.variable.group ?? $0.variable.id) == group
            }
            lines.append("        - bars: {measures: [\(members.map { measure($0, "1") }.joined(separator: ", "))]}")
        }
        return lines
    }
}
