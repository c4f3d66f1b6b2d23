import PeilDisclosure
import PeilIngest
import PeilStatistics
import PeilTable

/// The facts about a file that a report may tell, with the numbers of their rules: release decides which
/// counts are shown.
struct QualityRelease {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private var quality: FileQuality { prepared.quality }
    private var codebook: Codebook { run.study.codebook }

    /// So many questions with the most item non-response.
    private static let worstQuestions = 10

    init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
    }

    func facts() -> [Fact] { books() + flags() + findings() + nonResponse() + file() + areas() + fieldwork() }

    private func count(_ key: String, _ value: Int) -> Fact { Fact(topic: "quality", key: key, value: .count(value)) }

    private func part(_ key: String, _ value: Int, isWhole: Bool = false) -> Fact {
        Fact(topic: "quality", key: key, value: .count(value), partOf: "rows", isWhole: isWhole)
    }

    private func rule(_ key: String, _ value: Double) -> Fact { Fact(topic: "rule", key: key, value: .measure(value)) }

    /// read = kept + quarantined + break-offs + excluded by each rule.
    private func books() -> [Fact] {
        var facts = [
            part("rows_read", quality.rowsRead, isWhole: true), part("rows_kept", quality.rowsKept),
            part("quarantined", quality.quarantined.count), part("partials", quality.partials)
        ]
        facts += quality.exclusions.map { part("excluded.\($0.rule)", $0.count) }
        facts.append(count("duplicates", quality.duplicates))
        guard let rule = codebook.completeness, let counts = quality.completeness else { return facts }
        facts.append(count("partial_interviews", counts.partialInterviews))
        facts.append(self.rule("completeness", rule.minimumRequiredShare))
        facts.append(self.rule("partial_interviews", rule.completeShare))
        return facts
    }

    /// Who is flagged and stays; who is left out stands among the exclusions.
    private func flags() -> [Fact] {
        var facts: [Fact] = []
        if let rule = codebook.speeders, quality.speederFinding != nil, !rule.removes {
            facts.append(count("speeders", quality.speeders))
            if let share = rule.shareOfMedian { facts.append(self.rule("speeders", share)) }
            if let seconds = rule.seconds { facts.append(self.rule("speeder_seconds", seconds)) }
        }
        for (rule, finding) in zip(codebook.straightliners, quality.straightliners) where !rule.removes {
            facts.append(count("straightliners.\(finding.rule)", finding.count))
            facts.append(self.rule("straightliners.\(finding.rule)", rule.share))
        }
        if let finding = quality.sameAnswers, !codebook.sameAnswers.removes {
            facts.append(count("same_answers", finding.count))
        }
        return facts
    }

    private func findings() -> [Fact] { quality.findings.map { count("finding.\($0.rule)", $0.count) } }

    /// Questions of the report, those with the largest share first: the share without an answer of those asked, and
    /// its parts by reason. Of sensitive questions the share only.
    private func nonResponse() -> [Fact] {
        let reported = askedQuestions()
        let worst = quality.itemMissing.filter { reported.contains($0.variable) && $0.absent > 0 }
            .prefix(Self.worstQuestions)
        return worst.enumerated().flatMap { position, item -> [Fact] in
            let key = "\(position < 9 ? "0" : "")\(position + 1).\(item.variable)"
            func fact(_ key: String, _ count: Int, partOf: String = "") -> Fact {
                Fact(topic: "nonresponse", key: key, value: .share(count: count, of: item.asked), partOf: partOf)
            }
            let whole = fact(key, item.absent)
            guard codebook.variable(item.variable)?.isSensitive != true else { return [whole] }
            func count(_ reasons: MissingReason...) -> Int {
                reasons.reduce(0) { $0 + (item.countByReason[$1.codebookWord] ?? 0) }
            }
            // The figures of a question tell its whole too: only leaving out a second reason hides a small one.
            return [
                whole, fact("\(key).dont_know", count(.dontKnow), partOf: key),
                fact("\(key).refused", count(.refused), partOf: key),
                fact("\(key).not_answered", count(.notAnswered, .technical), partOf: key)
            ]
        }
    }

    /// Questions of the report, and those that people were asked where the report shows something derived from one alone.
    private func askedQuestions() -> Set<String> {
        var found = Set(run.study.report.questions.map(\.variable))
        for derived in codebook.derived.reversed() where found.contains(derived.variable.name) {
            let inputs = Set(derived.inputs)
            if inputs.count == 1 { found.formUnion(inputs) }
        }
        return found
    }

    /// How the files are written, in words that the report translates: "utf-8 semicolon comma".
    private func file() -> [Fact] {
        func name(_ sign: UInt8) -> String {
            let names: [Character: String] = [
                ",": "comma", ";": "semicolon", ".": "point", "\t": "tab", "|": "bar", " ": "space", ":": "colon"
            ]
            let character = Character(UnicodeScalar(sign))
            return names[character] ?? String(character)
        }
        var texts: [String] = []
        for file in prepared.facts.files {
            let dialect = file.quality.dialect
            let text = "\(dialect.encoding) \(name(dialect.delimiter)) \(name(dialect.decimal))"
            if !texts.contains(text) { texts.append(text) }
        }
        let text = texts.joined(separator: "; ")
        return [Fact(topic: "quality", key: "dialect", value: .text(text))]
    }

    private func areas() -> [Fact] {
        guard let areas = run.study.areas, let labels = try? prepared.table.column(areas.variable).rowLabels() else {
            return []
        }
        var counts: [String: Int] = [:]
        for label in labels { if let label { counts[label, default: 0] += 1 } }
        return counts.keys.sorted().map {
            Fact(
                topic: "quality", key: "respondents", area: $0, value: .count(counts[$0] ?? 0), counting: "respondents")
        }
    }

    /// Who was invited and could take part, and the share that did (AAPOR's RR2), in the whole and by area.
    private func fieldwork() -> [Fact] {
        guard let outcome = prepared.fieldwork else { return [] }
        func facts(_ area: String, _ counts: DispositionCounts) -> [Fact] {
            let invited = Int(counts.eligible + counts.unknown)
            return [
                Fact(topic: "fieldwork", key: "invited", area: area, value: .count(invited)),
                Fact(
                    topic: "fieldwork", key: "response", area: area,
                    value: .share(count: Int(counts.respondents), of: invited), counting: "respondents")
            ]
        }
        return facts("", outcome.counts) + outcome.byArea.flatMap { facts($0.code, $0.counts) }
    }
}
