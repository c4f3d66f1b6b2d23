import Foundation
import PeilStudy

/// Research results as an aligned table for a terminal, or as CSV.
enum ResultText {
    private static let columns = [
        "item", "variable", "level", "domain", "estimate", "se", "df", "ci", "lower", "upper", "n",
        "effective_n", "deff", "statistic", "df1", "df2", "p", "p_adjusted", "reason"
    ]

    /// Columns that hold anything, on the lines of a terminal; nil where every item failed. A single statistic needs no
    /// name.
    static func table(_ results: JSONValue, _ layout: TextLayout) -> String? {
        let rows = rows(results, digits: 6)
        guard !rows.isEmpty else { return nil }
        let used = columns.indices.filter { column in
            rows.contains { !$0[column].isEmpty }
                && !(column == 0 && rows.allSatisfy { $0[0] == AnalysisPlan.onlyItem })
        }
        let table = TextTable(
            headings: used.map { columns[$0] }, rows: rows.map { row in used.map { row[$0] } },
            isNumber: used.map { $0 >= 4 && columns[$0] != "ci" && columns[$0] != "reason" })
        return "Research results, not for publication\n" + table.text(layout) + "\n"
    }

    static func commaSeparated(_ results: JSONValue) -> String {
        ([columns] + rows(results, digits: nil)).map(CSVText.line).joined(separator: "\n") + "\n"
    }

    private static func rows(_ results: JSONValue, digits: Int?) -> [[String]] {
        (results["items"]?.elements ?? []).flatMap { item -> [[String]] in
            let id = item["id"]?.plainText ?? ""
            let estimates = (item["estimates"]?.elements ?? []) + (item["contrasts"]?.elements ?? [])
            let effects = Self.effects.flatMap { name in
                (item[name]?.elements ?? []).map { row("\(id) \(name)", $0, digits) }
            }
            return estimates.map { row(id, $0, digits) } + effects + test(id, item, digits)
                + (item["wald_tests"]?.elements ?? []).map { waldTest(id, $0, digits) } + scalars(id, item, digits)
        }
    }

    /// What a model is asked beside its coefficients.
    private static let effects = ["marginal_effects", "predicted_margins", "standardised", "importance"]

    /// The test of a term of a model, in a row of its own.
    private static func waldTest(_ id: String, _ test: JSONValue, _ digits: Int?) -> [String] {
        let cells = [
            "item": "\(id) wald_tests", "variable": test["term"]?.plainText ?? "", "statistic": text(test["F"], digits),
            "df1": text(test["df1"], digits), "df2": text(test["df2"], digits), "p": text(test["p"], digits),
            "reason": reasons(test)
        ]
        return columns.map { cells[$0] ?? "" }
    }

    private static func text(_ value: JSONValue?, _ digits: Int?) -> String {
        guard let digits, case .number(let number)? = value else { return value?.plainText ?? "" }
        // Adding nothing makes a zero below zero a plain one.
        return String(format: "%.\(digits)g", number + 0)
    }

    /// The outcome of a test, in a row of its own.
    private static func test(_ id: String, _ item: JSONValue, _ digits: Int?) -> [[String]] {
        guard let test = item["test"] else { return [] }
        let cells = [
            "item": id, "variable": test["method"]?.plainText ?? "test", "statistic": text(test["statistic"], digits),
            "df1": text(test["df1"], digits), "df2": text(test["df2"], digits), "p": text(test["p"], digits),
            "reason": reasons(test)
        ]
        return [columns.map { cells[$0] ?? "" }]
    }

    private static func reasons(_ row: JSONValue) -> String {
        (row["reasons"]?.pairs ?? []).map { "\($0.0): \($0.1.plainText)" }.joined(separator: "; ")
    }

    private static func row(_ id: String, _ estimate: JSONValue, _ digits: Int?) -> [String] {
        func number(_ value: JSONValue?) -> String { text(value, digits) }
        let domain = (estimate["domain"]?.pairs ?? []).map { "\($0.0)=\($0.1.plainText)" }.joined(separator: " ")
        return [
            id, estimate["variable"]?.plainText ?? "", estimate["level"]?.plainText ?? "", domain,
            number(estimate["estimate"]), number(estimate["se"]), number(estimate["df"]),
            estimate["ci"]?["method"]?.plainText ?? "", number(estimate["ci"]?["lower"]),
            number(estimate["ci"]?["upper"]), number(estimate["n"]), number(estimate["effective_n"]),
            number(estimate["deff"]), number(estimate["t"]), "", "", number(estimate["p"]),
            number(estimate["p_adjusted"]), reasons(estimate)
        ]
    }

    /// Results that are not estimates, one line a number.
    private static func scalars(_ id: String, _ item: JSONValue, _ digits: Int?) -> [[String]] {
        let pairs = (item["scalars"]?.pairs ?? []) + (item["weights"]?.pairs ?? [])
        return pairs.filter { $0.1.elements.isEmpty }.map { name, value in
            [id, name, "", "", text(value, digits)] + [String](repeating: "", count: columns.count - 5)
        }
    }
}
