import PeilStatistics

/// The outcome of the fieldwork for people who hold the microdata: every count, every rate with its formula.
extension FieldworkOutcome {
    /// Lines of `peil check`.
    var lines: [QualityReport.Line] {
        var lines: [QualityReport.Line] = []
        func add(_ key: String, _ value: JSONValue, _ note: String = "") {
            lines.append(.init(topic: "fieldwork", key: key, value: value, note: note))
        }
        add("sampled", .integer(Int(counts.total)), Self.words(counts))
        for rate in [OutcomeRate.response1, .response2, .response4, .cooperation2, .refusal1, .contact1] {
            guard let value = counts.rate(rate) else { continue }
            let byWeight = weighted?.rate(rate).map { ", by base weight \(QualityReport.percent($0))" } ?? ""
            add(rate.rawValue, .string(QualityReport.percent(value)), rate.formula + byWeight)
        }
        for group in byArea { add("RR2 of \(group.code)", .string(Self.rate(group)), Self.words(group.counts)) }
        for group in byMode { add("RR2 by mode \(group.code)", .string(Self.rate(group)), Self.words(group.counts)) }
        for (mode, count) in respondentsByMode {
            let share = QualityReport.percent(Double(count) / max(counts.eligible + counts.unknown, 1))
            add("respondents by mode \(mode)", .integer(count), "\(share) of the eligible sample")
        }
        add("linked with the frame", .integer(links.linked))
        if links.withoutIdentifier > 0 {
            add("respondents without identifier", .integer(links.withoutIdentifier), "cannot be linked")
        }
        if links.withoutAnswers > 0 {
            add(
                "responded without answers that count", .integer(links.withoutAnswers),
                "break-offs, excluded and lost forms: counted with the refusals")
        }
        if links.againstDisposition > 0 {
            add(
                "answers of people who did not respond, says the frame", .integer(links.againstDisposition),
                "the answers count")
        }
        for (column, count) in links.differing {
            add("answers and frame differ in \(column)", .integer(count), "correct one of the two")
        }
        return lines
    }

    private static func rate(_ group: Group) -> String {
        group.counts.rate(.response2).map(QualityReport.percent) ?? "none"
    }

    private static func words(_ counts: DispositionCounts) -> String {
        [
            ("complete", counts.complete), ("partial", counts.partial), ("refused or broke off", counts.refusal),
            ("no contact", counts.nonContact), ("other", counts.other), ("unknown", counts.unknown),
            ("not eligible", counts.notEligible)
        ].filter { $0.1 > 0 }.map { "\(Int($0.1)) \($0.0)" }.joined(separator: ", ")
    }

    var json: JSONValue {
        .object([
            ("counts", Self.json(counts)), ("rates", Self.rates(counts)),
            ("weighted_rates", weighted.map(Self.rates) ?? .null),
            (
                "formulas",
                .object(
                    OutcomeRate.allCases.map { ($0.rawValue, .string($0.formula)) }
                        + [("e", .string("(I + P + R + NC + O) / (I + P + R + NC + O + NE)"))])
            ),
            ("by_area", .array(byArea.map(Self.json))), ("by_mode", .array(byMode.map(Self.json))),
            (
                "respondents_by_mode",
                .array(respondentsByMode.map { .object([("mode", .string($0.mode)), ("count", .integer($0.count))]) })
            ),
            (
                "links",
                .object([
                    ("linked", .integer(links.linked)), ("without_identifier", .integer(links.withoutIdentifier)),
                    ("responded_without_answers", .integer(links.withoutAnswers)),
                    ("answers_against_disposition", .integer(links.againstDisposition)),
                    (
                        "differing",
                        .array(
                            links.differing.map {
                                .object([("column", .string($0.column)), ("count", .integer($0.count))])
                            })
                    )
                ])
            )
        ])
    }

    private static func json(_ group: Group) -> JSONValue {
        .object([("code", .string(group.code)), ("counts", json(group.counts)), ("rates", rates(group.counts))])
    }

    private static func json(_ counts: DispositionCounts) -> JSONValue {
        .object([
            ("I", .number(counts.complete)), ("P", .number(counts.partial)), ("R", .number(counts.refusal)),
            ("NC", .number(counts.nonContact)), ("O", .number(counts.other)), ("U", .number(counts.unknown)),
            ("NE", .number(counts.notEligible))
        ])
    }

    private static func rates(_ counts: DispositionCounts) -> JSONValue {
        .object(
            OutcomeRate.allCases.map { ($0.rawValue, .optional(counts.rate($0))) }
                + [("e", .optional(counts.eligibleShare))])
    }
}
