extension DisclosureRules {
    /// Facts with small counts replaced by "fewer than". Where one area alone has a small count, the total
    /// minus the others would give it: then the smallest other area's fact is left out. Parts of one whole are
    /// protected likewise: the whole is left out where it is a fact, else the smallest other part.
    func release(_ facts: [Fact]) -> [ReleasedFact] {
        let ordered = facts.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        let leftOut = areasToLeaveOut(ordered).union(partsToLeaveOut(ordered))
        return ordered.indices.filter { !leftOut.contains($0) }.map { index in
            let fact = ordered[index]
            return ReleasedFact(topic: fact.topic, key: fact.key, area: fact.area, value: released(fact.value))
        }
    }

    private func released(_ value: Fact.Value) -> ReleasedFact.Value {
        switch value {
        case .count(let count): isSmall(count) ? .fewerThan(minimumFrequency) : .count(count)
        case .share(let count, let base): released(count, of: base)
        case .measure(let measure): .measure(measure.isFinite ? rounded(measure, to: 0.001) : 0)
        case .text(let text): .text(text)
        }
    }

    private func released(_ count: Int, of base: Int) -> ReleasedFact.Value {
        guard base >= minimumBase, !isSmall(count), !isSmall(base - count) else { return .hiddenShare }
        return .share(rounded(Double(count) / Double(base), to: tableShareStep))
    }

    private func isSmall(_ count: Int) -> Bool { count > 0 && count < minimumFrequency }

    private func areasToLeaveOut(_ facts: [Fact]) -> Set<Int> {
        let series = Dictionary(grouping: facts.indices) { "\(facts[$0].topic)\u{0}\(facts[$0].key)" }
        var result: Set<Int> = []
        for indices in series.values {
            let counts = indices.filter { !facts[$0].area.isEmpty }.compactMap { index -> (Int, Int)? in
                guard case .count(let count) = facts[index].value else { return nil }
                return (index, count)
            }
            guard counts.count(where: { isSmall($0.1) }) == 1 else { continue }
            if let smallest = smallestShown(counts) { result.insert(smallest) }
        }
        return result
    }

    private func partsToLeaveOut(_ facts: [Fact]) -> Set<Int> {
        var result: Set<Int> = []
        for (name, indices) in Dictionary(grouping: facts.indices, by: { facts[$0].partOf }) where !name.isEmpty {
            let parts = indices.filter { !facts[$0].isWhole }.compactMap { index in
                facts[index].value.partCount.map { (index, $0) }
            }
            let small = parts.map(\.1).filter(isSmall)
            guard isGivenAway(small) else { continue }
            if let whole = indices.first(where: { facts[$0].isWhole }) {
                result.insert(whole)
            } else if let smallest = smallestShown(parts) {
                result.insert(smallest)
            }
        }
        return result
    }

    /// Whether the sum of hidden counts, each known to lie from 1 to the minimum frequency less one, fixes them.
    private func isGivenAway(_ hidden: [Int]) -> Bool {
        guard hidden.count > 1 else { return hidden.count == 1 }
        let sum = hidden.reduce(0, +)
        return sum == hidden.count || sum == hidden.count * (minimumFrequency - 1)
    }

    private func smallestShown(_ counts: [(index: Int, count: Int)]) -> Int? {
        counts.filter { !isSmall($0.count) && $0.count > 0 }
            .min { ($0.count, $0.index) < ($1.count, $1.index) }?.index
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
    /// Topic, key, area as bytes: an order that no locale changes.
    fileprivate var order: [UInt8] { Array("\(topic)\u{0}\(key)\u{0}\(area)".utf8) }
}
