import PeilNumerics
import PeilStatistics

/// Contrasts that a plan names, and each group beside the rest.
extension ItemRunner {
    func contrasts(_ result: GroupedEstimates) throws -> [JSONValue] {
        guard let covariance = result.covariance, !item.options.contrasts.isEmpty else { return [] }
        var names: [String] = []
        var values: [Double] = []
        for group in 0..<grouping.count {
            for (parameter, label) in result.labels.enumerated() {
                names.append(contrastName(label, group))
                guard let value = result.value(group, parameter) else { throw EstimationError.emptyDomain }
                values.append(value)
            }
        }
        // Where a variance is undefined the value of a contrast is not.
        let isDefined = covariance.storage.allSatisfy(\.isFinite)
        let used = isDefined ? covariance : DenseMatrix(rows: covariance.rows, columns: covariance.columns)
        return try item.options.contrasts.map { contrast in
            let outcome = try contrast.evaluate(names: names, values: values, covariance: used)
            return contrastRow(
                outcome.name, outcome.estimate, result.claim == .none || !isDefined ? nil : outcome.standardError,
                result.domainDegreesOfFreedom, adjustedP: nil)
        }
    }

    private func contrastRow(
        _ name: String, _ estimate: Double, _ error: Double?, _ df: Int, adjustedP: Double?
    ) -> JSONValue {
        let interval = error.flatMap {
            ConfidenceInterval.student(estimate, standardError: $0, degreesOfFreedom: df, level: item.options.level)
        }
        let p = error.flatMap { twoSidedP(estimate: estimate, standardError: $0, degreesOfFreedom: df) }
        var fields: [(String, JSONValue)] = [
            ("variable", .string(name)), ("estimate", .number(estimate)), ("se", .optional(error)),
            ("df", .integer(df)), ("ci", intervalJSON(interval, method: "t")),
            ("t", .optional(error.map { estimate / $0 })), ("p", .optional(p))
        ]
        if let adjustedP { fields.append(("p_adjusted", .number(adjustedP))) }
        if error == nil {
            let isPanel = runner.estimation.claim == .none
            fields.append(
                ("reasons", .object([("se", isPanel ? "OPT_IN_WITHOUT_ASSUMPTION" : "VARIANCE_UNDEFINED")])))
        }
        return .object(fields)
    }

    /// Each group minus all other rows of the domain; p also adjusted over the item, its family.
    func differencesFromRest(_ result: GroupedEstimates) -> [JSONValue] {
        guard !result.differencesFromRest.isEmpty else { return [] }
        var rows: [(name: String, difference: Double, error: Double?)] = []
        for group in 0..<grouping.count {
            for (parameter, label) in result.labels.enumerated() {
                guard let difference = result.differencesFromRest[group][parameter] else { continue }
                rows.append(
                    (
                        "\(contrastName(label, group)) - rest", difference,
                        result.standardErrorOfDifference(group, parameter)
                    ))
            }
        }
        let df = result.domainDegreesOfFreedom
        let tested = rows.indices.compactMap { index in
            rows[index].error.flatMap {
                twoSidedP(estimate: rows[index].difference, standardError: $0, degreesOfFreedom: df)
            }.map { (index, $0) }
        }
        let adjusted = Dictionary(
            uniqueKeysWithValues: zip(tested.map(\.0), benjaminiHochberg(tested.map(\.1))))
        return rows.enumerated().map { index, row in
            contrastRow(row.name, row.difference, row.error, df, adjustedP: adjusted[index])
        }
    }

    /// Groups are named by their keys, parameters by variable or level; both when there are several of both.
    private func contrastName(_ label: ParameterLabel, _ group: Int) -> String {
        let key = grouping.keys[group].joined(separator: ".")
        let own = label.level ?? label.variable
        if grouping.variables.isEmpty { return own }
        return item.variables.count == 1 && label.level == nil ? key : "\(key):\(own)"
    }
}
