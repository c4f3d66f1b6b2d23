import PeilStatistics
import PeilTable

/// Indicators as columns of numbers: a mean's answers as they are, a share's as 0 and 1.
enum IndicatorColumns {
    /// The key figures of the report.
    static func keyFigures(_ study: Study) -> [SmallAreaRequest.Indicator] {
        study.report.outline.keyFigures.map {
            SmallAreaRequest.Indicator(question: $0.question, level: $0.level.isEmpty ? nil : $0.level)
        }
    }

    /// - Returns: a table of these columns, each under the name of its indicator.
    /// - Throws: `TableError`, `EstimationError.unknownLevel`.
    static func table(_ indicators: [SmallAreaRequest.Indicator], of data: Table) throws -> Table {
        var table = Table(rowCount: data.rowCount)
        for indicator in indicators {
            table.set(.numeric(try column(indicator, of: data)), for: Variable(name: indicator.name))
        }
        return table
    }

    private static func column(_ indicator: SmallAreaRequest.Indicator, of data: Table) throws -> NumericColumn {
        guard let level = indicator.level else {
            // The mean of "yes" and "no" is a mean of their codes.
            if case .categorical(let answers) = try data.column(indicator.question), answers.categories.count == 2 {
                throw EstimationError.badOption(
                    "'\(indicator.question)' has two answers, so it has shares and no mean",
                    remedy: "name the answer: \(indicator.question)=\(answers.categories[0].code)")
            }
            return try data.numbers(indicator.question)
        }
        let labels = try data.column(indicator.question).rowLabels()
        guard labels.contains(level) else {
            throw EstimationError.unknownLevel(variable: indicator.question, level: level)
        }
        return NumericColumn(
            values: labels.map { $0 == level ? 1 : 0 },
            reasons: labels.map { $0 == nil ? MissingReason.notAnswered.rawValue : 0 })
    }
}
