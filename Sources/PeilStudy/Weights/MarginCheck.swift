import PeilIngest
import PeilTable

/// Margins of a study against each other and against the codebook, before any data are read.
struct MarginCheck {
    let codebook: Codebook
    let file: String

    /// - Throws: UNKNOWN_CATEGORY and MARGINS_DISAGREE (78), the latter with the table of differences.
    func run(_ steps: [AdjustmentStep]) throws {
        for step in steps {
            let margins: [AdjustmentStep.Margin]
            switch step {
            case .rake(let own, _): margins = own
            case .poststratify(let own, _): margins = [own]
            default: continue
            }
            for margin in margins { try checkCategories(margin) }
            for (index, first) in margins.enumerated() {
                for second in margins.dropFirst(index + 1) { try compare(first, second) }
            }
        }
    }

    func checkCategories(_ margin: AdjustmentStep.Margin) throws {
        for (place, name) in margin.variables.enumerated() {
            guard let codes = codebook.codes(of: name), !codes.isEmpty else { continue }
            let known = Set(codes)
            guard let strange = margin.totals.first(where: { !known.contains($0.key[place]) })?.key[place] else {
                continue
            }
            throw Failure(
                "UNKNOWN_CATEGORY",
                "The margin '\(margin.name)' has a total for '\(strange)', which is no category of '\(name)'",
                file: file,
                remedy: nearestName(to: strange, among: codes).map { "did you mean '\($0)'?" }
                    ?? "categories are: \(codes.prefix(12).joined(separator: ", "))",
                exitCode: ExitStatus.configuration)
        }
    }

    /// Totals by the variables that both have, and in all, must be the same: sums may differ by their last digits.
    private func compare(_ first: AdjustmentStep.Margin, _ second: AdjustmentStep.Margin) throws {
        let shared = first.variables.filter { second.variables.contains($0) }
        let (one, two) = (sums(first, shared), sums(second, shared))
        var lines: [String] = []
        for key in Set(one.keys).union(two.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let (left, right) = (one[key] ?? 0, two[key] ?? 0)
            guard abs(left - right) > 1e-6 * max(abs(left), abs(right)) else { continue }
            let name = key.isEmpty ? "all" : key.joined(separator: " × ")
            lines.append("\(name): \(shortestText(left)) and \(shortestText(right))")
        }
        guard !lines.isEmpty else { return }
        let total = { (sums: [[String]: Double]) in shortestText(sums.values.reduce(0, +)) }
        let shown =
            lines.prefix(10).joined(separator: "; ") + (lines.count > 10 ? "; and \(lines.count - 10) more" : "")
        throw Failure(
            "MARGINS_DISAGREE",
            "The margins '\(first.name)' (\(total(one)) people) and '\(second.name)' (\(total(two)) people) differ: \(shown)",
            file: file, remedy: "take both from one source and year, or scale one of them",
            exitCode: ExitStatus.configuration)
    }

    private func sums(_ margin: AdjustmentStep.Margin, _ shared: [String]) -> [[String]: Double] {
        let places = shared.compactMap { margin.variables.firstIndex(of: $0) }
        var sums: [[String]: Double] = [:]
        for entry in margin.totals { sums[places.map { entry.key[$0] }, default: 0] += entry.total }
        return sums
    }
}

extension Codebook {
    /// Codes that a variable of the file, or one derived from it, may have; nil where nobody lists them.
    func codes(of name: String) -> [String]? {
        if let variable = variable(name) { return variable.categories.map(\.code) }
        guard let derived = derived.first(where: { $0.variable.name == name }) else { return nil }
        switch derived.form {
        case .bands(_, _, let categories), .recode(_, _, let categories, _), .test(_, _, let categories):
            return categories.map(\.code)
        default: return nil
        }
    }
}
