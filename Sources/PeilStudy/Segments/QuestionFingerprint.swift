import PeilIngest
import PeilStore
import PeilTable

/// A short hash of everything that gives an answer its meaning: what a respondent read, or, for a variable that is
/// derived, the rule and the questions it reads. Another fingerprint is another question.
struct QuestionFingerprint {
    let codebook: Codebook

    func text(_ name: String) -> String { text(name, depth: 0) }

    private func text(_ name: String, depth: Int) -> String {
        ContentHash(of: content(name, depth: depth).joined(separator: "\u{1F}").utf8).short
    }

    /// Derived variables read others; a codebook has no loops, and this does not rely on it.
    private func content(_ name: String, depth: Int) -> [String] {
        if let variable = codebook.variable(name) {
            return Self.content(variable.wording, variable.categories)
        }
        guard depth < 20, let derived = codebook.derived.first(where: { $0.variable.name == name }) else { return [] }
        return [derived.form.rule] + derived.inputs.map { text($0, depth: depth + 1) }
    }

    static func content(_ wording: LocalizedText, _ levels: [Category]) -> [String] {
        ([wording] + levels.map(\.label)).flatMap { text in
            text.byLanguage.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        } + levels.map(\.code)
    }
}

extension DerivedVariable.Form {
    /// The form in words that are the same in every run.
    var rule: String {
        func codes(_ categories: [Category]) -> String { categories.map(\.code).joined(separator: "|") }
        func words(_ conditions: [Condition]) -> String {
            conditions.map { "\($0.variable) \($0.comparison.rawValue) \($0.operands.joined(separator: "|"))" }
                .joined(separator: ";")
        }
        switch self {
        case .bands(_, let edges, let categories): return "bands \(edges) \(codes(categories))"
        case .recode(_, let target, let categories, let otherwise):
            let pairs = target.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
            return "recode \(pairs.joined(separator: "|")) \(codes(categories)) \(otherwise.codebookWord)"
        case .mean(let items, let treatment, let minimum):
            let turned = items.indices.filter { treatment.reversed.contains(items[$0]) }
            return "mean \(treatment.low) \(treatment.high) \(turned) \(treatment.rescales) \(minimum)"
        case .linear(_, let times, let plus): return "linear \(times) \(plus)"
        case .sum(_, let minimum): return "sum \(minimum)"
        case .count(let conditions, let minimum): return "count \(words(conditions)) \(minimum)"
        case .test(let conditions, let needed, let categories):
            return "test \(words(conditions)) \(needed) \(codes(categories))"
        case .paste(_, let separator): return "paste \(separator)"
        case .constant(let number): return "constant \(number)"
        }
    }
}
