/// Which facts are left out, so that a hidden count of respondents stays as unknown as "fewer than ten" says.
///
/// Counts by area add up to a total that a reader knows; parts of a whole add up to it. The reader knows besides that a count
/// shown as "fewer than ten" lies from 1 to 9, and that one left out does not. After that every number from 1 to 9 must
/// still be possible (`SuppressionProblem`). Else the whole is left out where it is a fact, or the cheapest other parts,
/// or, where nothing helps, the whole series.
struct FactProtection {
    private let rules: DisclosureRules
    private let facts: [Fact]

    init(_ rules: DisclosureRules, _ facts: [Fact]) {
        self.rules = rules
        self.facts = facts
    }

    func leftOut() throws(TableSystemError) -> Set<Int> {
        var result: Set<Int> = []
        for series in byArea() + byWhole() { result.formUnion(try leftOut(of: series)) }
        return result
    }

    // MARK: Series

    /// Counts that add up. Facts that count the same respondents are one part.
    private struct Series {
        var parts: [Part]
        /// Fact that may be left out.
        let whole: Int?
    }

    private struct Part {
        var facts: [Int]
        let count: Int
    }

    private func byArea() -> [Series] {
        let counted = facts.indices.filter { !facts[$0].area.isEmpty && facts[$0].value.partCount != nil }
        return grouped(counted) { facts[$0].counting.isEmpty ? facts[$0].name : facts[$0].counting }.map { members in
            let parts = grouped(members) { facts[$0].area }.map { same in
                Part(facts: same, count: same.compactMap { facts[$0].value.partCount }.min() ?? 0)
            }
            return Series(parts: parts, whole: nil)
        }
    }

    private func byWhole() -> [Series] {
        let counted = facts.indices.filter { !facts[$0].partOf.isEmpty && facts[$0].value.partCount != nil }
        return grouped(counted) { facts[$0].partOf }.map { members in
            Series(
                parts: members.filter { !facts[$0].isWhole }.map {
                    Part(facts: [$0], count: facts[$0].value.partCount ?? 0)
                }, whole: members.first { facts[$0].isWhole })
        }
    }

    /// In the order in which names appear.
    private func grouped(_ indices: [Int], by name: (Int) -> String) -> [[Int]] {
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for index in indices {
            if members[name(index)] == nil { order.append(name(index)) }
            members[name(index), default: []].append(index)
        }
        return order.compactMap { members[$0] }
    }

    // MARK: One series

    private func leftOut(of series: Series) throws(TableSystemError) -> [Int] {
        let minimum = Double(rules.minimumFrequency)
        var primary: [Int: Protection] = [:]
        var hidden: Set<Int> = []
        for (cell, part) in series.parts.enumerated() {
            guard isHidden(part) else { continue }
            hidden.insert(cell)
            primary[cell] = protection(part)
        }
        guard !primary.isEmpty else { return [] }
        let values = series.parts.map { Double($0.count) }
        let system = try TableSystem(
            names: series.parts.map { facts[$0.facts[0]].name }, values: values,
            relations: [.init(values.indices.map { ($0, 1) }, from: values.reduce(0, +), to: values.reduce(0, +))],
            isWhole: true,
            lower: series.parts.map {
                isFewerThan($0) ? 1 : isHidden($0) || $0.count == 0 ? 0 : min(minimum, Double($0.count))
            },
            upper: series.parts.map { isFewerThan($0) ? minimum - 1 : .infinity })
        let problem = SuppressionProblem(
            system, primary: primary, alreadyHidden: hidden,
            mayHide: series.parts.map { !isHidden($0) && series.whole == nil }, cost: .value)
        do {
            return try problem.choice().secondary.flatMap { series.parts[$0].facts }
        } catch {
            guard case .cannotBeProtected = error else { throw error }
            return series.whole.map { [$0] } ?? series.parts.flatMap(\.facts)
        }
    }

    /// Shown as "fewer than".
    private func isFewerThan(_ part: Part) -> Bool {
        part.facts.contains { index in
            if case .count(let count) = facts[index].value { rules.isSmall(count) } else { false }
        }
    }

    private func isHidden(_ part: Part) -> Bool {
        part.facts.contains { index in
            switch facts[index].value {
            case .count(let count): rules.isSmall(count)
            case .share(let count, let base):
                base < rules.minimumBase || rules.isSmall(count) || rules.isSmall(base - count)
            case .measure, .text: false
            }
        }
    }

    /// nil for a share that is hidden because its base says too little.
    private func protection(_ part: Part) -> Protection? {
        let minimum = Double(rules.minimumFrequency)
        if isFewerThan(part) { return Protection(lowAtMost: 1, highAtLeast: minimum - 1, width: minimum - 2) }
        for index in part.facts {
            guard case .share(let count, let base) = facts[index].value else { continue }
            if rules.isSmall(count) { return .frequency(Double(count), minimum: minimum) }
            guard rules.isSmall(base - count) else { continue }
            // Few others: the count may not come out as nearly the base.
            let most = Double(base) - minimum
            return Protection(lowAtMost: most, highAtLeast: min(most + 1, Double(count)), width: minimum)
        }
        return nil
    }
}

extension Fact.Value {
    /// The number of respondents that a part of a whole stands for.
    fileprivate var partCount: Int? {
        switch self {
        case .count(let count), .share(let count, _): count
        case .measure, .text: nil
        }
    }
}

extension Fact {
    fileprivate var name: String { "\(topic).\(key)" }
}
