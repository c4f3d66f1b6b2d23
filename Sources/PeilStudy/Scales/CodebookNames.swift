import PeilIngest
import PeilTable

/// What the codebook says about a column by its name, whether the file has it or it is derived.
struct CodebookNames {
    let codebook: Codebook

    /// Rules of rules; a codebook refers back no further.
    private static let depthLimit = 20

    init(_ codebook: Codebook) { self.codebook = codebook }

    var all: [String] { codebook.variables.map(\.id) + codebook.derived.map(\.variable.name) }

    func derived(_ name: String) -> DerivedVariable? { codebook.derived.first { $0.variable.name == name } }

    /// The question, or the name of a derived score.
    func wording(_ name: String) -> LocalizedText {
        codebook.variable(name)?.wording ?? derived(name)?.variable.wording ?? LocalizedText([:])
    }

    /// Answers of a closed question or of a derived one; nil for numbers, dates, texts and identifiers.
    func categories(_ name: String) -> [Category]? {
        if let variable = codebook.variable(name) {
            return [.code, .multi, .region].contains(variable.type) ? variable.categories : nil
        }
        switch derived(name)?.form {
        case .bands(_, _, let categories), .recode(_, _, let categories, _), .test(_, _, let categories):
            return categories
        case .paste: return []
        default: return nil
        }
    }

    /// The lowest and highest value that a column can have; nil where the codebook does not say.
    func range(_ name: String, depth: Int = 0) -> ClosedRange<Double>? {
        guard depth < Self.depthLimit else { return nil }
        if let categories = categories(name) {
            let values = categories.compactMap(\.value)
            guard values.count == categories.count, let low = values.min(), let high = values.max(), low < high else {
                return nil
            }
            return low...high
        }
        if let variable = codebook.variable(name) {
            guard let low = variable.minimum, let high = variable.maximum, low < high else { return nil }
            return low...high
        }
        return derived(name).flatMap { rangeOfNumber($0.form, depth: depth) }
    }

    private func rangeOfNumber(_ form: DerivedVariable.Form, depth: Int) -> ClosedRange<Double>? {
        switch form {
        case .mean(let items, let treatment, _):
            if treatment.rescales { return 0...100 }
            if treatment.low < treatment.high { return treatment.low...treatment.high }
            let ranges = items.map { range($0, depth: depth + 1) }
            return ranges.allSatisfy { $0 == ranges.first } ? ranges.first ?? nil : nil
        case .linear(let input, let times, let plus):
            guard let inner = range(input, depth: depth + 1), times != 0 else { return nil }
            let ends = [inner.lowerBound, inner.upperBound].map { times * $0 + plus }
            return min(ends[0], ends[1])...max(ends[0], ends[1])
        case .count(let conditions, _): return 0...Double(max(1, conditions.count))
        default: return nil
        }
    }

    /// Whether more of the column means less of the answers behind it: the codebook turned them.
    func isTurned(_ name: String, depth: Int = 0) -> Bool {
        guard depth < Self.depthLimit, let form = derived(name)?.form else { return false }
        switch form {
        case .linear(let input, let times, _): return (times < 0) != isTurned(input, depth: depth + 1)
        case .mean(let items, let treatment, _):
            let turns = items.map { treatment.reversed.contains($0) != isTurned($0, depth: depth + 1) }
            return !turns.contains(false)
        case .recode(let input, let target, let categories, _):
            let pairs = target.compactMap { code, place in
                Double(code).flatMap { from in categories[place].value.map { (from, $0) } }
            }.sorted { $0.0 < $1.0 }
            let falls = zip(pairs, pairs.dropFirst()).allSatisfy { $0.1 >= $1.1 }
            return (pairs.count > 1 && falls && pairs[0].1 > pairs[pairs.count - 1].1)
                != isTurned(input, depth: depth + 1)
        default: return false
        }
    }

    /// Whether a column is made from another one, at once or by way of others.
    func isMade(_ name: String, from source: String, depth: Int = 0) -> Bool {
        guard depth < Self.depthLimit, let inputs = derived(name)?.inputs else { return false }
        return inputs.contains { $0 == source || isMade($0, from: source, depth: depth + 1) }
    }
}
