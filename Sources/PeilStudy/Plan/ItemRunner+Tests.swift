import PeilStatistics

/// Tests of an item, laid out as `test` and `estimates`.
extension ItemRunner {
    func test() throws -> [(String, JSONValue)] {
        let fields: [(String, JSONValue)] =
            switch item.statistic {
            case .association: try association()
            case .goodnessOfFit: try goodnessOfFit()
            case .marginalHomogeneity: try marginalHomogeneity()
            case .rankTest: try rankTest()
            default: try tTest()
            }
        return fields + marginClaim()
    }

    /// A test compares with chance, so an opt-in sample needs its assumption first.
    private func outcome(_ outcome: TestOutcome, _ designDegreesOfFreedom: Int) -> (String, JSONValue) {
        let isAllowed = runner.estimation.claim != .none
        var fields: [(String, JSONValue)] = [
            ("method", .string(outcome.method)), ("statistic", .optional(outcome.statistic)),
            ("df1", .optional(outcome.degreesOfFreedom)), ("df2", .optional(outcome.denominatorDegreesOfFreedom)),
            ("p", isAllowed ? .optional(outcome.p) : .null), ("design_df", .integer(designDegreesOfFreedom))
        ].filter {
            if case .null = $0.1 { return $0.0 == "p" }
            return true
        }
        if !isAllowed { fields.append(("reasons", .object([("p", "OPT_IN_WITHOUT_ASSUMPTION")]))) }
        return ("test", .object(fields))
    }

    private func association() throws -> [(String, JSONValue)] {
        let result = try AssociationTest(item.variables[0], item.variables[1], statistic: item.options.association)
            .run(runner.estimation, of: runner.table, in: domain.mask)
        let table = result.table
        let cells = table.columnLevels.indices.flatMap { column in
            table.rowLevels.indices.map { row in
                JSONValue.object([
                    ("variable", "table_proportion"),
                    (
                        "domain",
                        .object([
                            (table.rowVariable, .string(table.rowLevels[row])),
                            (table.columnVariable, .string(table.columnLevels[column]))
                        ])
                    ),
                    ("estimate", .number(table.share(row, column))), ("n", .integer(table.count(row, column)))
                ])
            }
        }
        return [
            outcome(result.outcome, result.designDegreesOfFreedom), ("design_effects", .numbers(result.designEffects)),
            ("estimates", .array(cells))
        ]
    }

    private func goodnessOfFit() throws -> [(String, JSONValue)] {
        let result = try GoodnessOfFitTest(
            item.variables[0], shares: item.options.expectedShares, statistic: item.options.goodnessOfFit
        ).run(runner.estimation, of: runner.table, in: domain.mask)
        let cells = result.levels.indices.map { level in
            JSONValue.object([
                ("variable", .string(item.variables[0])), ("level", .string(result.levels[level])),
                ("estimate", .number(result.observed[level])), ("expected", .number(result.expected[level])),
                ("n", .integer(result.counts[level]))
            ])
        }
        return [outcome(result.outcome, result.designDegreesOfFreedom), ("estimates", .array(cells))]
    }

    private func marginalHomogeneity() throws -> [(String, JSONValue)] {
        let result = try MarginalHomogeneityTest(item.variables[0], item.variables[1])
            .run(runner.estimation, of: runner.table, in: domain.mask)
        let rows = result.levels.indices.map { level in
            differenceRow(
                level: result.levels[level], result.differences[level], result.standardErrors[level],
                result.designDegreesOfFreedom, n: result.rowCount, interval: nil)
        }
        return [outcome(result.outcome, result.designDegreesOfFreedom), ("estimates", .array(rows))]
    }

    private func tTest() throws -> [(String, JSONValue)] {
        let result = try TTest(item.comparison, level: item.options.level)
            .run(runner.estimation, of: runner.table, in: domain.mask)
        let row = differenceRow(
            level: nil, result.difference.estimate, result.difference.standardError,
            result.outcome.degreesOfFreedom.map { Int($0) } ?? result.designDegreesOfFreedom, n: result.rowCount,
            interval: result.difference.interval)
        return [outcome(result.outcome, result.designDegreesOfFreedom), ("estimates", .array([row]))]
            + (result.groups.isEmpty ? [] : [("groups", .strings(result.groups))])
    }

    private func rankTest() throws -> [(String, JSONValue)] {
        let result = try RankTest(item.variables[0], by: item.variables[1], score: item.options.rankScore)
            .run(runner.estimation, of: runner.table, in: domain.mask)
        let groups = result.groups.indices.map { group in
            JSONValue.object([
                ("group", .string(result.groups[group])), ("mean_score", .number(result.meanScores[group])),
                ("n", .integer(result.counts[group]))
            ])
        }
        var fields = [outcome(result.outcome, result.designDegreesOfFreedom)]
        if let difference = result.differenceInMeanRankScore {
            fields.append(
                (
                    "estimates",
                    .array([
                        .object([
                            ("variable", "difference_in_mean_rank_score"), ("estimate", .number(difference)),
                            ("se", runner.estimation.claim == .none ? .null : .optional(result.standardError))
                        ])
                    ])
                ))
        }
        return fields + [("groups", .array(groups))]
    }

    private func differenceRow(
        level: String?, _ estimate: Double, _ error: Double, _ df: Int, n: Int, interval: ConfidenceInterval?
    ) -> JSONValue {
        let hasMargin = runner.estimation.claim != .none
        let interval =
            interval
            ?? ConfidenceInterval.student(
                estimate, standardError: error, degreesOfFreedom: df, level: item.options.level)
        var fields: [(String, JSONValue)] = [("variable", "difference")]
        if let level { fields.append(("level", .string(level))) }
        fields += [
            ("estimate", .number(estimate)), ("se", hasMargin ? .number(error) : .null), ("df", .integer(df)),
            ("ci", intervalJSON(hasMargin ? interval : nil, method: "t")), ("n", .integer(n))
        ]
        if !hasMargin { fields.append(("reasons", .object([("se", "OPT_IN_WITHOUT_ASSUMPTION")]))) }
        return .object(fields)
    }
}
