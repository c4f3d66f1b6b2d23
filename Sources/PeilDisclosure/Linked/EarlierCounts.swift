import PeilNumerics

/// Earlier versions of a wave in the hands of the same reader.
///
/// Who knows that nobody left (or that nobody joined) has one system of both: each count of the earlier version and who joined
/// make up that of the new one. What the earlier version showed is known from the log; what it hid is not written down anywhere, so that
/// whole tables stand in for it that agree with all that was shown, as near as they can be to the new counts in the proportion
/// of the two bases. Whether a reader can tell a new count does not depend on which tables stand in. Of the earlier counts those are
/// protected that are small now, and small in the tables that stand in.
///
/// Where nobody left, a version that keeps hidden what was hidden tells nothing of what was small before: with those who
/// joined as they are, every table of the earlier version makes one of the new one.
extension LinkedCounts {
    /// Adds the counts of an earlier version and who joined or left since.
    ///
    /// Adds nothing where what was shown tells a reader that people joined and left both, or that answers were corrected; nor
    /// where nothing differs.
    /// - Parameter number: counts versions from 1.
    mutating func add(_ version: EarlierRelease.Version, number: Int) {
        guard let known = known(version), let grew = direction(known) else { return }
        let relations = sums.relations.compactMap { earlier($0, known, grew: grew) }
        guard let values = standIn(known, relations, grew: grew) else { return }
        var place: [Int: Int] = [:]
        for now in known.keys.sorted() {
            let value = values[now] ?? 0
            let isHidden = known[now] == .some(nil)
            let before = add(
                .earlier, "version \(number)|\(names[now])", value, isHidden: isHidden, area: groups[now].area,
                base: nil,
                total: nil)
            place[now] = before
            // Who is few now was few then, where nobody left.
            if isHidden, self.values[now] < rules.minimumFrequency { protectIfSmall(before) }
            guard isHidden || self.isHidden[now] else { continue }
            let moved = add(
                .earlier, "since version \(number)|\(names[now])", abs(self.values[now] - value), isHidden: true,
                area: groups[now].area, base: nil, total: nil)
            sums.add(grew ? .init(parts: [before, moved], total: now) : .init(parts: [now, moved], total: before))
        }
        for relation in relations {
            let terms = relation.terms.compactMap { term in place[term.cell].map { ($0, term.coefficient) } }
            sums.add(.init(terms, from: relation.least, to: relation.most))
        }
    }

    /// Counts that the earlier version had: what it printed, nil for what it hid. nil where the log of that time does not say.
    private func known(_ version: EarlierRelease.Version) -> [Int: Int?]? {
        var known: [Int: Int?] = [:]
        for (place, kind) in kinds.enumerated() {
            switch kind {
            case .count(let index):
                let name = cells[index].figure.name
                let row = name.rowID
                if let base = version.shown[row] {
                    guard let count = name.statistic == .mean ? base : version.counts[row] else { return nil }
                    known[place] = .some(count)
                } else if version.hidden.contains(row) {
                    known[place] = .some(nil)
                }
            case .base:
                let rows = figuresOfBase[place, default: []].map { cells[$0].figure.name.rowID }
                if let base = rows.compactMap({ version.shown[$0] }).first {
                    known[place] = .some(base)
                } else if rows.contains(where: version.hidden.contains) {
                    known[place] = .some(nil)
                }
            case .rest, .others, .earlier: break
            }
        }
        // What nobody prints was there where all else of its sum was.
        for relation in sums.relations where relation.isEquation {
            let missing = relation.terms.map(\.cell).filter { known[$0] == nil }
            guard missing.count == 1, [.rest, .others].contains(kinds[missing[0]]) else { continue }
            known[missing[0]] = .some(nil)
        }
        return known
    }

    /// Whether people joined (true) or left; nil where a reader sees both, or neither.
    private func direction(_ known: [Int: Int?]) -> Bool? {
        let shown = known.compactMap { place, value in value.map { (now: values[place], before: $0) } }
        let grew = shown.contains { $0.now > $0.before }
        let shrank = shown.contains { $0.now < $0.before }
        return grew == shrank ? nil : grew
    }

    /// A sum as it was then; nil where that version had not all of it. Those in no part are no more than now where nobody left.
    private func earlier(
        _ relation: TableSystem.Relation, _ known: [Int: Int?], grew: Bool
    ) -> TableSystem.Relation? {
        guard relation.isEquation, relation.terms.allSatisfy({ known[$0.cell] != nil }) else { return nil }
        let rest = relation.least
        if rest == 0 { return relation }
        return grew ? .init(relation.terms, from: min(0, rest), to: max(0, rest)) : nil
    }

    /// Whole counts by place that keep these sums, and are no more than now, or no fewer; nil where there are none: then nobody
    /// can think that people only joined, or only left.
    private func standIn(
        _ known: [Int: Int?], _ relations: [TableSystem.Relation], grew: Bool
    ) -> [Int: Int]? {
        var result = known.compactMapValues { $0 }
        let unknown = known.keys.filter { result[$0] == nil }.sorted()
        let largest = result.keys.max { (values[$0], $1) < (values[$1], $0) }
        let ratio = largest.map { Double(result[$0] ?? 0) / Double(max(1, values[$0])) } ?? 1
        let targets = unknown.map { (Double(values[$0]) * ratio).rounded() }
        let column = Dictionary(uniqueKeysWithValues: unknown.enumerated().map { ($1, $0) })
        var rows: [LinearProgram.Row] = []
        for relation in relations {
            var (terms, fixed) = ([(column: Int, coefficient: Double)](), 0.0)
            for term in relation.terms {
                if let place = column[term.cell] {
                    terms += [(2 * place, term.coefficient), (2 * place + 1, -term.coefficient)]
                    fixed += term.coefficient * targets[place]
                } else {
                    fixed += term.coefficient * Double(result[term.cell] ?? 0)
                }
            }
            if terms.isEmpty {
                guard fixed >= relation.least, fixed <= relation.most else { return nil }
            } else if relation.isEquation {
                rows.append(.init(terms, equals: relation.least - fixed))
            } else {
                rows.append(.init(terms, from: relation.least - fixed, to: relation.most - fixed))
            }
        }
        guard !unknown.isEmpty else { return result }
        // Away from the target upwards and downwards.
        let most = unknown.indices.flatMap { at -> [Double] in
            let now = Double(values[unknown[at]])
            return grew ? [max(0, now - targets[at]), targets[at]] : [.infinity, max(0, targets[at] - now)]
        }
        guard
            let program = try? LinearProgram(rows, lower: most.map { _ in 0 }, upper: most)
        else { return nil }
        for move in most.indices { program.setCost(1 + Double(move &* 7_919 % 1_009) / 100_000, of: move) }
        guard let point = try? WholeSearch(program, limit: 200).first(from: .bounds) else { return nil }
        for (at, place) in unknown.enumerated() {
            result[place] = Int((targets[at] + point[2 * at] - point[2 * at + 1]).rounded())
        }
        return result
    }
}
