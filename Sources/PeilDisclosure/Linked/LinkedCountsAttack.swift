/// Figures to hide besides, and the attacker's last word.
extension LinkedCounts {
    private func knowledge(_ system: TableSystem) -> ContributorKnowledge {
        .counts(system, primary: primary.keys, parts: parts)
    }

    func system() throws(TableSystemError) -> TableSystem {
        var (lower, upper) = (
            [Double](repeating: 0, count: values.count), [Double](repeating: .infinity, count: values.count)
        )
        for (place, kind) in kinds.enumerated() {
            guard case .count(let index) = kind, let range = room(cells[index].figure) else { continue }
            lower[place] = range.lowerBound
            upper[place] = range.upperBound
        }
        return try TableSystem(
            names: names, values: values.map(Double.init), relations: relations, isWhole: true, lower: lower,
            upper: upper)
    }

    /// Figures to hide besides.
    /// - Parameter keep: figures that may not be hidden any more, because an earlier version showed them.
    func secondary(keep: (FigureName) -> Bool) throws(TableSystemError) -> [Int] {
        guard !primary.isEmpty else { return [] }
        let system = try system()
        let hidden = Set(isHidden.indices.filter { isHidden[$0] })
        for regionToo in [false, true] {
            let mayHide = kinds.map { kind -> Bool in
                guard case .count(let index) = kind else { return false }
                let name = cells[index].figure.name
                return !cells[index].isHidden && !keep(name)
                    && (regionToo || !name.area.isEmpty || !name.segment.isEmpty)
            }
            var problem = SuppressionProblem(
                system, primary: primary, alreadyHidden: hidden, mayHide: mayHide, cost: .value)
            problem.knowledge = knowledge(system)
            do {
                return try problem.solve().secondary.compactMap { place in
                    if case .count(let index) = kinds[place] { index } else { nil }
                }
            } catch {
                guard case .cannotBeProtected = error, !regionToo else { throw error }
            }
        }
        return []
    }

    /// Names of the cells that the attacker learns too much of, and what was attacked; the last word before anything is
    /// published.
    ///
    /// Besides, for each protected count the tables that show it to be open (`Attacker.attack`).
    func attack() throws(TableSystemError) -> Attack {
        let system = try system()
        var record = AttackRecord()
        for place in kinds.indices where isHidden[place] {
            record.unknowns += 1
            switch kinds[place] {
            case .count: record.hiddenCells += 1
            case .base: record.hiddenBases += 1
            case .rest, .others: break
            }
        }
        record.systems = system.connectedSets(of: isHidden)
        guard !primary.isEmpty else { return Attack(unsafe: [], record: record, witnesses: [:]) }
        let attack = try Attacker(system).attack(hidden: isHidden, for: primary, knowing: knowledge(system))
        var unsafe: [String] = []
        for (place, protection) in primary.sorted(by: { $0.key < $1.key }) {
            guard isHidden[place], let interval = attack.intervals[place], protection.isMet(by: interval),
                attack.knownTo[place] == nil
            else {
                unsafe.append(names[place])
                continue
            }
            record.note(interval, asked: protection)
        }
        return Attack(unsafe: unsafe, record: record, witnesses: attack.witnesses)
    }

    struct Attack {
        let unsafe: [String]
        let record: AttackRecord
        let witnesses: [Int: [[Int: Double]]]
    }
}
