extension DisclosureRules {
    /// Facts with small counts replaced by "fewer than", and without those that would tell more of such a count
    /// (`FactProtection`).
    /// - Parameter areas: whose respondents some table hides; their counts would give the base away.
    func release(_ facts: [Fact], hiding areas: Set<String> = []) throws(TableSystemError) -> [ReleasedFact] {
        let ordered = facts.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        let leftOut = try FactProtection(self, ordered).leftOut()
        return ordered.indices.filter { index in
            !leftOut.contains(index) && !(areas.contains(ordered[index].area) && ordered[index].value.isCount)
        }.map { index in
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

    func isSmall(_ count: Int) -> Bool { count > 0 && count < minimumFrequency }
}

extension Fact.Value {
    /// Says how many respondents.
    fileprivate var isCount: Bool {
        switch self {
        case .count, .share: true
        case .measure, .text: false
        }
    }
}

extension Fact {
    /// Topic, key, area as bytes: an order that no locale changes.
    fileprivate var order: [UInt8] { Array("\(topic)\u{0}\(key)\u{0}\(area)".utf8) }
}
