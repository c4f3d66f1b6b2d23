/// All counts of respondents behind the shares of a publication, in one system: answers make up the base, areas the region,
/// segments everyone, and answers of one question those of another.
///
/// The reader is taken to know every count that stands behind a printed share exactly, and every printed base: more than
/// rounded shares of weighted people tell. What is left is least and most of each hidden count (`Attacker`). Also there:
/// how many gave none of the shown answers, and how many did not give an answer that nearly everybody gave.
struct LinkedCounts {
    /// One cell of the system.
    enum Kind: Hashable {
        /// Index of a figure.
        case count(Int)
        /// Nobody prints it: those in the base who gave none of the shown answers.
        case rest
        /// The base less one answer.
        case others
        case base
        /// Of an earlier version, or who joined or left since (`EarlierCounts`).
        case earlier
    }

    let rules: DisclosureRules
    let cells: [Cell]
    private(set) var kinds: [Kind] = []
    private(set) var names: [String] = []
    private(set) var values: [Int] = []
    private(set) var isHidden: [Bool] = []
    private(set) var primary: [Int: Protection] = [:]
    /// Sum of the weights of the same respondents; nil where no figure tells it.
    private(set) var totals: [Double?] = []
    /// Whose count it is: the group's area, and the cell of its base.
    private(set) var groups: [(area: String, base: Int)] = []
    var sums = LinkedSums()
    /// Of a figure that an earlier version showed: where its count may lie for who remembers that.
    let room: (Figure) -> ClosedRange<Double>?
    /// Who gave one answer, or none of the shown ones, is among those who did not give another.
    var parts: [(part: Int, whole: Int)] = []
    var placeOfName: [FigureName: Int] = [:]
    var baseOfName: [FigureName: Int] = [:]
    var placeOfBase: [String: Int] = [:]
    /// Of counts: those in the base who did not give the answer, where few did not.
    var placeOfOthers: [Int: Int] = [:]
    private(set) var figuresOfBase: [Int: [Int]] = [:]
    private(set) var holdsSegments = false
    /// Cells that segments are held against.
    private(set) var besideSegments: Set<Int> = []

    /// - Parameter cells: shares of questions that links tie together, decided by their own rules and by `BaseSuppression`.
    init(
        _ cells: [Cell], rules: DisclosureRules, areas: [String], segments: [String], links: [CountLink],
        exclusive: [ExclusiveAnswers] = [], nested: [NestedAnswers] = [], segmentQuestion: String? = nil,
        room: @escaping (Figure) -> ClosedRange<Double>? = { _ in nil }
    ) {
        self.rules = rules
        self.room = room
        self.cells = cells
        var questions: [String] = []
        for cell in cells where questions.last != cell.figure.name.question {
            questions.append(cell.figure.name.question)
        }
        for question in questions {
            let own = cells.indices.filter { cells[$0].figure.name.question == question }
            addQuestion(own, areas, segments)
        }
        for link in links { add(link) }
        for group in exclusive { add(group) }
        for pair in nested { add(pair) }
        guard let segmentQuestion else { return }
        holdsSegments = true
        addSegments(segmentQuestion, questions)
    }

    var relations: [TableSystem.Relation] { sums.relations }

    /// - Parameter base: cell of the base; nil for the base itself.
    mutating func add(
        _ kind: Kind, _ name: String, _ value: Int, isHidden hidden: Bool, area: String, base: Int?, total: Double?
    ) -> Int {
        kinds.append(kind)
        names.append(name)
        values.append(value)
        isHidden.append(hidden)
        totals.append(total)
        groups.append((area, base ?? values.count - 1))
        return values.count - 1
    }

    // MARK: One question

    private mutating func addQuestion(_ own: [Int], _ areas: [String], _ segments: [String]) {
        let groups = GroupedCells(own.map { cells[$0] })
        let all = own.map { cells[$0] }
        // Answers that overlap have no common rest.
        let isExclusive = groups.keys.allSatisfy { key in
            groups.cells[key, default: []].reduce(0) { $0 + (Self.count(all[$1])) } <= groups.base(key, all)
        }
        let hasRest =
            isExclusive
            && groups.keys.contains { key in
                groups.cells[key, default: []].reduce(0) { $0 + (Self.count(all[$1])) } < groups.base(key, all)
            }
        var bases: [GroupedCells.Key: Int] = [:]
        var rests: [GroupedCells.Key: Int] = [:]
        for key in groups.keys {
            let members = groups.cells[key, default: []]
            let base = groups.base(key, all)
            let name = "\(all[members[0]].figure.name.question)|\(key.area)|\(key.segment)"
            let baseIsHidden = groups.isHidden(key, all)
            let baseCell = add(
                .base, "base|\(name)", base, isHidden: baseIsHidden, area: key.area, base: nil,
                total: Self.weightedBase(members.map { all[$0].figure }))
            bases[key] = baseCell
            figuresOfBase[baseCell] = members.map { own[$0] }
            placeOfBase[BaseMembers.key(all[members[0]].figure.name)] = baseCell
            if baseIsHidden, base > 0, base < rules.minimumFrequency {
                primary[baseCell] = .frequency(Double(base), minimum: Double(rules.minimumFrequency))
            }
            // Of two parts each is all that the other is not: one more name for it would only make the tables larger.
            let areTwo = isExclusive && members.count + (hasRest ? 1 : 0) == 2
            var parts: [Int] = []
            for member in members {
                let count = addCount(own[member], baseCell)
                if !areTwo, cells[own[member]].isHidden || !isExclusive { addOthers(count, baseCell) }
                parts.append(count)
            }
            let counts = parts
            guard isExclusive else { continue }
            if hasRest {
                let rest = add(
                    .rest, "rest|\(name)", base - parts.reduce(0) { $0 + values[$1] }, isHidden: true, area: key.area,
                    base: baseCell, total: total(of: baseCell, less: parts))
                rests[key] = rest
                protectIfSmall(rest)
                parts.append(rest)
            }
            if areTwo { for count in counts { placeOfOthers[count] = parts.first { $0 != count } } }
            for count in counts where !areTwo {
                guard let others = placeOfOthers[count] else { continue }
                self.parts += parts.filter { $0 != count }.map { ($0, others) }
            }
            sums.add(.init(parts: parts, total: baseCell))
        }
        addSums(groups.keys, bases, rests, own, areas, segments)
    }

    private mutating func addCount(_ index: Int, _ baseCell: Int) -> Int {
        let cell = cells[index]
        let count = Self.count(cell)
        let figure = cell.figure
        let share = figure.name.statistic == .mean ? 1 : figure.estimate
        let place = add(
            .count(index), figure.name.rowID, count, isHidden: cell.isHidden, area: figure.name.area, base: baseCell,
            total: totals[baseCell].map { $0 * share })
        placeOfName[cell.figure.name] = place
        baseOfName[cell.figure.name] = baseCell
        guard cell.isHidden else { return place }
        switch cell.reason {
        case .sensitiveBelowRegion: primary[place] = count > 0 ? .exact(Double(count)) : nil
        case .groupDisclosure:
            let most = (rules.groupDisclosureShare * Double(values[baseCell])).rounded(.down)
            primary[place] = Protection(lowAtMost: min(most, Double(count)), highAtLeast: Double(count), width: 1)
        case .smallCell, .smallBase, .complement, .indicativeBase, .indicativeEffectiveN, .wideInterval, .confidential,
            nil:
            break
        }
        protectIfSmall(place)
        return place
    }

    /// Those in the base who did not give an answer, where they are few.
    private mutating func addOthers(_ count: Int, _ baseCell: Int) {
        let others = values[baseCell] - values[count]
        guard others > 0, others < rules.minimumFrequency else { return }
        let place = add(
            .others, "others|\(names[count])", others, isHidden: true, area: groups[count].area, base: baseCell,
            total: total(of: baseCell, less: [count]))
        placeOfOthers[count] = place
        protectIfSmall(place)
        sums.add(.init(parts: [count, place], total: baseCell))
    }

    /// One sum of weights for all figures of a group; nil where one of them has none or another.
    private static func weightedBase(_ figures: [Figure]) -> Double? {
        guard let first = figures.first?.weightedBase, first > 0,
            figures.allSatisfy({ abs(($0.weightedBase ?? 0) - first) <= 1e-9 * first })
        else { return nil }
        return first
    }

    func total(of whole: Int, less parts: [Int]) -> Double? {
        guard var total = totals[whole] else { return nil }
        for part in parts { total -= totals[part] ?? 0 }
        return max(0, total)
    }

    mutating func protectIfSmall(_ place: Int) {
        let value = values[place]
        guard value > 0, value < rules.minimumFrequency else { return }
        primary[place] = .frequency(Double(value), minimum: Double(rules.minimumFrequency))
    }

    // MARK: Sums over areas, segments and questions

    private mutating func addSums(
        _ keys: [GroupedCells.Key], _ bases: [GroupedCells.Key: Int], _ rests: [GroupedCells.Key: Int], _ own: [Int],
        _ areas: [String], _ segments: [String]
    ) {
        var levels: [String] = []
        for index in own where !levels.contains(cells[index].figure.name.level) {
            levels.append(cells[index].figure.name.level)
        }
        let question = cells[own[0]].figure.name.question
        func place(_ level: String?, _ key: GroupedCells.Key, _ table: [GroupedCells.Key: Int]) -> Int? {
            guard let level else { return table[key] }
            return placeOfName[
                FigureName(
                    question: question, level: level, area: key.area, segment: key.segment, statistic: .share)]
        }
        for key in keys {
            let inside = [
                key.area.isEmpty ? areas.map { GroupedCells.Key(area: $0, segment: key.segment) } : [],
                key.segment.isEmpty ? segments.map { GroupedCells.Key(area: key.area, segment: $0) } : []
            ]
            for members in inside {
                for (level, table) in levels.map({ (Optional($0), bases) }) + [(nil, bases), (nil, rests)] {
                    sums.add(
                        members.compactMap { place(level, $0, table) }, total: place(level, key, table), values)
                }
            }
        }
    }

    // MARK: Segments

    /// Who answered a question in a segment is part of the segment: its base is at most what the question of segments counts there,
    /// and exactly that where everybody answered.
    private mutating func addSegments(_ whole: String, _ questions: [String]) {
        guard let everybody = placeOfBase[BaseMembers.key(question: whole, area: "", segment: "")] else { return }
        for (name, place) in placeOfName.sorted(by: { $0.value < $1.value }) where name.question == whole {
            for question in questions where question != whole {
                func base(_ area: String, _ segment: String) -> Int? {
                    placeOfBase[BaseMembers.key(question: question, area: area, segment: segment)]
                }
                guard let own = base(name.area, name.level), isHidden[own] || isHidden[place] else { continue }
                let missing = Double(values[place] - values[own])
                guard missing >= 0 else { continue }
                besideSegments.formUnion([place, own])
                let isAnsweredByAll = base("", "").map { values[$0] == values[everybody] } ?? false
                sums.add(
                    .init([(place, 1), (own, -1)], from: 0, to: isAnsweredByAll ? missing : Double(values[everybody])))
            }
        }
    }

    /// Of a mean, everybody in its base.
    private static func count(_ cell: Cell) -> Int {
        cell.figure.count ?? (cell.figure.name.statistic == .mean ? cell.figure.base : 0)
    }
}
