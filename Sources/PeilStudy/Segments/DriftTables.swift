import PeilStatistics

/// How a wave differs from the one its segments were made on, in tables and a sentence.
enum DriftTables {
    static func all(_ drift: SegmentDrift) -> [ResearchReport.Table] { [sizes(drift), items(drift), quality(drift)] }

    private static func sizes(_ drift: SegmentDrift) -> ResearchReport.Table {
        ResearchReport.Table(
            "drift_sizes", "Sizes then and now; a test of change needs both waves (peil compare)",
            [.text("segment"), .number("before"), .number("now"), .number("difference")],
            drift.sizes.map { [.text($0.code), .share($0.before), .share($0.now), .share($0.now - $0.before)] })
    }

    private static func items(_ drift: SegmentDrift) -> ResearchReport.Table {
        let unknown = Dictionary(
            drift.unknownAnswers.map { ($0.item, $0.rows) }, uniquingKeysWith: { first, _ in first })
        return ResearchReport.Table(
            "drift_items", "Answers to the items then and now",
            [
                .text("item"), .text("measure"), .number("value"), .number("by_chance", "by chance"),
                .number("missing_before", "missing before"), .number("missing_now", "missing now"),
                .number("unknown_answers", "unknown answers")
            ],
            drift.items.map { shift in
                [
                    .text(shift.question), .text(shift.measure.rawValue), .number(shift.value),
                    .number(shift.byChance), .share(shift.missingBefore), .share(shift.missingNow),
                    .integer(unknown[shift.question] ?? 0)
                ]
            })
    }

    private static func quality(_ drift: SegmentDrift) -> ResearchReport.Table {
        var rows: [[ResearchReport.Cell]] = []
        if let sureness = drift.sureness {
            rows.append([
                .text("mean highest chance"), .number(sureness.before), .number(sureness.now),
                .number(sureness.now - sureness.before)
            ])
        }
        if let fit = drift.fit {
            rows.append([.text("mean fit"), .number(fit.before), .number(fit.now), .number(fit.standardised)])
        }
        return ResearchReport.Table(
            "drift_quality",
            "How sure the placing is, and how well the answers fit (difference in standard deviations)",
            [.text("measure"), .number("before"), .number("now"), .number("difference")], rows)
    }

    /// The thresholds under `holds` that the alarms passed.
    static func keys(_ alarms: [SegmentDrift.Alarm]) -> String {
        var keys: Set<String> = []
        for alarm in alarms {
            switch alarm {
            case .item: keys.formUnion(["drift_answers", "drift_scores"])
            case .missing: keys.insert("drift_missing")
            case .sureness: keys.insert("drift_sureness")
            case .fit: keys.insert("drift_fit")
            case .unknownAnswers: break
            }
        }
        return keys.isEmpty ? "" : " The limits are holds › \(keys.sorted().joined(separator: ", "))."
    }

    static func sentence(_ alarms: [SegmentDrift.Alarm], since wave: String) -> String {
        guard !alarms.isEmpty else { return "Nothing lies above the limits of drift since \(wave)." }
        let words = alarms.map { alarm in
            switch alarm {
            case .item(let name): "answers to \(name) moved"
            case .missing(let name): "missing answers to \(name) moved"
            case .sureness: "placing became less sure"
            case .fit: "answers fit less well"
            case .unknownAnswers(let name): "\(name) has answers that the model has never seen"
            }
        }
        return "Look before you compare with \(wave): \(words.joined(separator: "; "))."
    }
}
