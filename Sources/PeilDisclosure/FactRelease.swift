extension DisclosureRules {
    /// Facts with small counts replaced by "fewer than". Where one area alone has a small count, the total
    /// minus the others would give it: then the smallest other area's fact is left out.
    func release(_ facts: [Fact]) -> [ReleasedFact] {
        let ordered = facts.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        let leftOut = factsToLeaveOut(ordered)
        return ordered.indices.filter { !leftOut.contains($0) }.map { index in
            let fact = ordered[index]
            return ReleasedFact(topic: fact.topic, key: fact.key, area: fact.area, value: released(fact.value))
        }
    }

    private func released(_ value: Fact.Value) -> ReleasedFact.Value {
        switch value {
        case .count(let count): isSmall(count) ? .fewerThan(minimumFrequency) : .count(count)
        case .measure(let measure): .measure(measure.isFinite ? rounded(measure, to: 0.001) : 0)
        case .text(let text): .text(text)
        }
    }

    private func isSmall(_ count: Int) -> Bool { count > 0 && count < minimumFrequency }

    private func factsToLeaveOut(_ facts: [Fact]) -> Set<Int> {
        let series = Dictionary(grouping: facts.indices) { "\(facts[$0].topic)\u{0}\(facts[$0].key)" }
        var result: Set<Int> = []
        for indices in series.values {
            let counts = indices.filter { !facts[$0].area.isEmpty }.compactMap { index -> (Int, Int)? in
                guard case .count(let count) = facts[index].value else { return nil }
                return (index, count)
            }
            guard counts.count(where: { isSmall($0.1) }) == 1 else { continue }
            let others = counts.filter { !isSmall($0.1) && $0.1 > 0 }
            if let smallest = others.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) { result.insert(smallest.0) }
        }
        return result
    }
}

extension Fact {
    /// Topic, key, area as bytes: an order that no locale changes.
    fileprivate var order: [UInt8] { Array("\(topic)\u{0}\(key)\u{0}\(area)".utf8) }
}
