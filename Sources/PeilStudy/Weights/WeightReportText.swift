import PeilStatistics

/// The report on weights as JSON, as tables for a terminal, and as one flat table.
extension WeightReport {
    /// Schema peil-weights-1.
    public var json: JSONValue {
        .object(
            [("schema", "peil-weights-1"), ("use", "not for publication")] + source + [
                ("rows", .integer(rowCount)), ("steps", .array(weights.records.map(Self.step))),
                ("response_classes", .array(weights.responseClasses.map(Self.responseClass))),
                ("margins", .array(diagnostics.controls.map(Self.control))),
                ("groups", .array(diagnostics.groups.map(Self.group))),
                ("before", diagnostics.before.map(Self.distribution) ?? .null),
                ("after", diagnostics.after.map(Self.distribution) ?? .null),
                ("trimmed", .integer(diagnostics.trimmedRows)), ("share_trimmed", .number(diagnostics.shareTrimmed)),
                ("influence", .array(influence.map(Self.influence)))
            ]
                + (bootstrap.map { check in
                    [
                        (
                            "bootstrap",
                            .object([
                                ("replicates", .integer(check.replicates)), ("seed", .integer(Int(check.seed))),
                                ("estimates", .array(check.lines.map(Self.bootstrapLine)))
                            ])
                        )
                    ]
                } ?? []))
    }

    private static func step(_ record: WeightSteps.Record) -> JSONValue {
        .object([
            ("kind", .string(record.kind.rawValue)), ("name", .string(record.name)),
            ("iterations", .integer(record.iterations)),
            ("largest_relative_error", .optional(record.largestRelativeError)),
            (
                "without_value",
                .object(record.outside.filter { $0.rows > 0 }.map { ($0.control, .integer($0.rows)) })
            ),
            ("trimmed", .integer(record.trimmedRows.count)), ("share_trimmed", .optional(record.shareTrimmed)),
            ("rounds", .integer(record.rounds)), ("settled", .bool(record.hasSettled)),
            ("largest_ratio", .optional(record.largestRatio))
        ])
    }

    private static func responseClass(_ line: NonResponseAdjustment.ClassLine) -> JSONValue {
        .object([
            ("class", .string(line.name)), ("responded", .integer(line.responded)),
            ("nonresponse", .integer(line.nonresponse)), ("not_eligible", .integer(line.notEligible)),
            ("unknown", .integer(line.unknown)), ("response_rate", .number(line.responseRate)),
            ("factor", .number(line.eligibilityFactor * line.responseFactor))
        ])
    }

    private static func control(_ line: WeightDiagnostics.ControlLine) -> JSONValue {
        .object([
            ("margin", .string(line.margin)), ("category", .string(line.category)), ("n", .integer(line.count)),
            ("target", .number(line.target)), ("before", .number(line.before)), ("after", .number(line.after)),
            ("relative_error", .number(line.relativeError)),
            ("standardised_difference_before", .optional(line.standardisedDifferenceBefore)),
            ("standardised_difference_after", .optional(line.standardisedDifferenceAfter))
        ])
    }

    private static func group(_ line: WeightDiagnostics.GroupLine) -> JSONValue {
        .object([
            ("group", .string(line.name)), ("before", line.before.map(distribution) ?? .null),
            ("after", line.after.map(distribution) ?? .null)
        ])
    }

    private static func distribution(_ weights: WeightDistribution) -> JSONValue {
        .object([
            ("n", .integer(weights.count)), ("sum", .number(weights.sum)), ("smallest", .number(weights.smallest)),
            ("largest", .number(weights.largest)),
            (
                "percentiles",
                .object(
                    zip(WeightDistribution.percentileLevels, weights.percentiles).map {
                        ("p\(Int(($0 * 100).rounded()))", .number($1))
                    })
            ),
            ("kish_design_effect", .number(weights.kishDesignEffect)), ("effective_n", .number(weights.effectiveCount)),
            ("largest_to_mean", .number(weights.largestToMean))
        ])
    }

    private static func influence(_ line: WeightInfluence) -> JSONValue {
        .object([
            ("estimate", .string(line.label)), ("value", .number(line.estimate)),
            ("without_heaviest", .array(line.without.map(JSONValue.number))),
            ("weight_share", .array(line.weightShares.map(JSONValue.number))),
            ("largest_change", .number(line.largestChange))
        ])
    }

    private static func bootstrapLine(_ line: RecipeBootstrap.Line) -> JSONValue {
        .object([
            ("estimate", .string(line.label)), ("value", .number(line.estimate)),
            ("se_linearised", .optional(line.linearised)), ("se_bootstrap", .optional(line.bootstrap)),
            ("ratio", .optional(line.ratio))
        ])
    }

    // MARK: Text

    /// Tables for a terminal.
    public func text(_ layout: TextLayout) -> String {
        func table(_ rows: [[String]]) -> String { Self.table(rows, layout) }
        var parts = ["Research results, not for publication"]
        parts.append(
            table(
                [["step", "", "iterations", "largest error", "without value", "trimmed", "largest/mean"]]
                    + weights.records.map(Self.stepRow)))
        if !weights.responseClasses.isEmpty {
            parts.append(
                table(
                    [["class of response", "responded", "not", "not eligible", "unknown", "rate", "factor"]]
                        + weights.responseClasses.map { line in
                            [
                                line.name, "\(line.responded)", "\(line.nonresponse)", "\(line.notEligible)",
                                "\(line.unknown)", Self.percent(line.responseRate),
                                Self.short(line.eligibilityFactor * line.responseFactor)
                            ]
                        }))
        }
        if !diagnostics.controls.isEmpty {
            parts.append(
                table(
                    [["margin", "category", "n", "target", "before", "after", "error", "difference before", "after"]]
                        + diagnostics.controls.map(Self.controlRow)))
        }
        parts.append(
            table(
                [["weights", "", "n", "sum", "smallest", "median", "largest", "largest/mean", "Kish", "effective n"]]
                    + Self.distributionRows("all", diagnostics.before, diagnostics.after)
                    + diagnostics.groups.flatMap { Self.distributionRows($0.name, $0.before, $0.after) }))
        if !influence.isEmpty {
            parts.append(
                table(
                    [["estimate", "value", "without the heaviest", "without the ten heaviest", "their weight"]]
                        + influence.map { line in
                            [
                                line.label, Self.short(line.estimate), Self.short(line.without.first),
                                Self.short(line.without.last), Self.percent(line.weightShares.last ?? 0)
                            ]
                        }))
        }
        if let bootstrap {
            parts.append(
                table(
                    [
                        [
                            "bootstrap of the whole recipe, \(bootstrap.replicates)", "value", "se linearised",
                            "se bootstrap", "ratio"
                        ]
                    ]
                        + bootstrap.lines.map { line in
                            [
                                line.label, Self.short(line.estimate), Self.short(line.linearised),
                                Self.short(line.bootstrap), Self.short(line.ratio)
                            ]
                        }))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func stepRow(_ record: WeightSteps.Record) -> [String] {
        let outside = record.outside.filter { $0.rows > 0 }.map { "\($0.rows) of \($0.control)" }
        return [
            record.kind.rawValue, record.name, record.iterations > 0 ? "\(record.iterations)" : "",
            record.largestRelativeError.map { SignificantDigits.text($0, 2) } ?? "", outside.joined(separator: ", "),
            record.kind == .trim
                ? "\(record.trimmedRows.count) (\(percent(record.shareTrimmed ?? 0)) of the weight)" : "",
            record.largestRatio.map { short($0) + (record.hasSettled ? "" : " (not settled)") } ?? ""
        ]
    }

    private static func controlRow(_ line: WeightDiagnostics.ControlLine) -> [String] {
        [
            line.margin, line.category, "\(line.count)", short(line.target, 8), short(line.before, 8),
            short(line.after, 8),
            line.relativeError < 1e-9 ? "< 1e-9" : short(line.relativeError, 2),
            short(line.standardisedDifferenceBefore, 3), short(line.standardisedDifferenceAfter, 3)
        ]
    }

    private static func distributionRows(
        _ name: String, _ before: WeightDistribution?, _ after: WeightDistribution?
    ) -> [[String]] {
        [("before", before), ("after", after)].compactMap { word, weights in
            guard let weights else { return nil }
            return [
                name, word, "\(weights.count)", short(weights.sum, 8), short(weights.smallest),
                short(weights.percentiles[3]),
                short(weights.largest), short(weights.largestToMean), short(weights.kishDesignEffect),
                "\(Int(weights.effectiveCount.rounded()))"
            ]
        }
    }

    private static func percent(_ share: Double) -> String { "\(short(share * 100, 3)) %" }

    /// So many significant digits; empty where there is no number. Differences that rounding leaves are 0.
    private static func short(_ value: Double?, _ digits: Int = 5) -> String {
        guard let value else { return "" }
        guard abs(value) >= 1e-13 else { return "0" }
        return SignificantDigits.text(value, digits)
    }

    /// Words to the left, numbers to the right: the first column holds words, and any with a cell that no number fills.
    private static func table(_ rows: [[String]], _ layout: TextLayout) -> String {
        let isNumber = rows[0].indices.map { column in
            column > 0 && rows.dropFirst().allSatisfy { $0[column].count < 16 && $0[column].first?.isLetter != true }
        }
        return TextTable(headings: rows[0], rows: Array(rows.dropFirst()), isNumber: isNumber).text(layout)
    }

    /// One line a control and a distribution: topic, name, category, key, value.
    public var csv: String {
        var rows = [["topic", "name", "category", "key", "value"]]
        func add(_ topic: String, _ name: String, _ category: String, _ values: JSONValue) {
            for (key, value) in values.pairs where value.elements.isEmpty && value.pairs.isEmpty {
                guard !["margin", "category", "group", "kind", "name"].contains(key) else { continue }
                rows.append([topic, name, category, key, value.plainText])
            }
        }
        for record in weights.records { add("step", record.kind.rawValue, record.name, Self.step(record)) }
        for line in diagnostics.controls { add("margin", line.margin, line.category, Self.control(line)) }
        for (word, weights) in [("before", diagnostics.before), ("after", diagnostics.after)] {
            if let weights { add("weights", "all", word, Self.distribution(weights)) }
        }
        for line in diagnostics.groups {
            for (word, weights) in [("before", line.before), ("after", line.after)] {
                if let weights { add("weights", line.name, word, Self.distribution(weights)) }
            }
        }
        for line in influence { add("influence", line.label, "", Self.influence(line)) }
        for line in bootstrap?.lines ?? [] { add("bootstrap", line.label, "", Self.bootstrapLine(line)) }
        return rows.map(CSVText.line).joined(separator: "\n") + "\n"
    }
}
