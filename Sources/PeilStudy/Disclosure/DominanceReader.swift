import PeilDisclosure
import PeilTable

/// Rules of dominance: `{p: 15}`, `{p: 15, q: 60}`, `{n: 1, k: 75}`, or both kinds together.
struct DominanceReader {
    private let section: Section

    init(_ section: Section) { self.section = section }

    func rules() throws -> [DominanceRule] {
        try section.allow(["p", "q", "n", "k"])
        return try read()
    }

    /// Of a study, where `amounts` names questions.
    /// - Parameter means: questions that can be amounts.
    func policy(means: [String]) throws -> DominancePolicy {
        try section.allow(["p", "q", "n", "k", "amounts", "contributors"])
        let questions = try section.texts("amounts")
        for question in questions where !means.contains(question) {
            throw section.fail(
                "amounts", "of questions of which the report shows a mean; '\(question)' is none",
                remedy: nearestName(to: question, among: means).map { "did you mean '\($0)'?" }
                    ?? "add it to report › questions with `statistic: mean`")
        }
        guard !questions.isEmpty else { throw section.fail("amounts", "of one question or more") }
        return DominancePolicy(
            rules: try read(), questions: questions,
            contributors: try section.choice("contributors", default: .respondents))
    }

    private func read() throws -> [DominanceRule] {
        var rules: [DominanceRule] = []
        do {
            if !section.isAbsent("p") || !section.isAbsent("q") {
                rules.append(
                    try .closeness(percent: try section.number("p"), prior: try section.number("q", default: 100)))
            }
            if !section.isAbsent("n") || !section.isAbsent("k") {
                rules.append(try .share(ofLargest: try section.integer("n"), percent: try section.number("k")))
            }
        } catch let error as DisclosureError {
            var failure = Failure(naming: error, file: section.file)
            failure.line = section.mark?.line
            throw failure
        }
        guard !rules.isEmpty else { throw section.fail("p", "given, or `n` and `k`") }
        return rules
    }
}
