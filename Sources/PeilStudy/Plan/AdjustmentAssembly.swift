import PeilStatistics
import PeilTable

extension AdjustmentStep {
    /// The step over the rows of a table. `sample`: the frame linked with these rows; only non-response needs it.
    /// `identifiers` of the rows: what is drawn for a person does not depend on the order of the rows.
    func step(
        over table: Table, _ design: SampleDesign, sample: LinkedSample? = nil, identifiers: [String]? = nil
    ) throws -> WeightSteps.WeightStep {
        switch self {
        case .rake(let margins, let raking):
            return .rake(raking, try margins.map { try $0.classes(table).drawing(by: identifiers) })
        case .poststratify(let margin, let method):
            return .poststratify(method, try margin.classes(table).drawing(by: identifiers))
        case .calibrate(let calibration, let terms, let domain, let stage):
            let controls = try Controls(table, domain: domain).classes(terms)
            return .calibrate(calibration, controls, within: try stage.map { try Self.units($0, design) })
        case .trim(let trim): return .trim(try trim.step(table))
        case .declared(let terms, let base):
            return .declare(
                try Controls(table, domain: []).classes(terms),
                baseWeights: try base.map { try table.numbers($0).values })
        case .nonresponse(let step):
            guard let sample else { throw WeightingError.frameMissing }
            return .factors(try step.adjustment(sample).factorOfRow, name: step.name)
        }
    }

    private static func units(_ stage: Int, _ design: SampleDesign) throws -> Calibration.Units {
        guard design.stages.indices.contains(stage - 1) else {
            throw WeightingError.badBound("aggregate_stage \(stage) of a design with \(design.stages.count) stage(s)")
        }
        let own = design.stages[stage - 1]
        return Calibration.Units(unitOfRow: own.unitOfRow, count: own.unitCount)
    }
}

extension MarginClasses {
    /// The same margin, whose drawn classes go by the identifiers of the rows.
    fileprivate func drawing(by identifiers: [String]?) -> MarginClasses {
        guard let identifiers else { return self }
        switch outside {
        case .imputed(let seed, _): return treating(.imputed(seed: seed, identifiers: identifiers))
        case .imputedWithin(let groups, let seed, _):
            return treating(.imputedWithin(groups, seed: seed, identifiers: identifiers))
        default: return self
        }
    }

    /// The same margin with another treatment of rows outside.
    fileprivate func treating(_ outside: OutsideMargin) -> MarginClasses {
        MarginClasses(
            variable: variable, names: names, classOfRow: classOfRow, totals: totals, values: values, outside: outside)
    }
}

extension AdjustmentStep.Margin {
    /// The class of each row.
    /// - Throws: `.unknownCategory` for respondents in a category that has no total.
    func classes(_ table: Table) throws -> MarginClasses {
        let grouping = Grouping.cross(try variables.map { ($0, try table.column($0)) })
        var indexOfKey: [[[UInt8]]: Int32] = [:]
        for (index, entry) in totals.enumerated() { indexOfKey[entry.key.map { Array($0.utf8) }] = Int32(index) }
        let classOfGroup = try grouping.keys.map { key in
            guard let index = indexOfKey[key.map { Array($0.utf8) }] else {
                throw WeightingError.unknownCategory(margin: name, category: key.joined(separator: " × "))
            }
            return index
        }
        let classes = try MarginClasses(
            variable: name, names: totals.map { $0.key.joined(separator: " × ") },
            classOfRow: grouping.groupOfRow.map { $0 < 0 ? -1 : classOfGroup[Int($0)] }, totals: totals.map(\.total),
            outside: outside
        ).collapsing(collapse)
        guard variables.count > 1, outside != .refused, outside != .leftAlone,
            let groups = try outsideGroups(table, classes)
        else { return classes }
        switch outside {
        case .keepTheirShare: return classes.treating(.keepTheirShareWithin(groups))
        case .imputed(let seed, let identifiers):
            return classes.treating(.imputedWithin(groups, seed: seed, identifiers: identifiers))
        default: return classes
        }
    }

    /// Rows by all variables but the last, and the classes of the margin by the same; nil where joined categories run over
    /// several of these groups, or nobody is outside.
    private func outsideGroups(_ table: Table, _ classes: MarginClasses) throws -> OutsideGroups? {
        guard classes.classOfRow.contains(where: { $0 < 0 }) else { return nil }
        let outer = Grouping.cross(try variables.dropLast().map { ($0, try table.column($0)) })
        var indexOfKey: [[String]: Int32] = [:]
        for (index, key) in outer.keys.enumerated() { indexOfKey[key] = Int32(index) }
        var groupOfClass = [Int32?](repeating: nil, count: classes.names.count)
        // Joined categories: which of the new classes each total went to.
        let joined = try MarginClasses(
            variable: name, names: totals.map { $0.key.joined(separator: " × ") },
            classOfRow: totals.indices.map { Int32($0) }, totals: totals.map(\.total)
        ).collapsing(collapse).classOfRow
        for (entry, target) in zip(totals, joined) {
            let key = Array(entry.key.dropLast())
            guard let group = indexOfKey[key] else {
                throw WeightingError.emptyCell(margin: name, category: key.joined(separator: " × "))
            }
            guard groupOfClass[Int(target)] == nil || groupOfClass[Int(target)] == group else { return nil }
            groupOfClass[Int(target)] = group
        }
        return OutsideGroups(
            names: outer.keys.map { $0.joined(separator: " × ") }, groupOfRow: outer.groupOfRow,
            groupOfClass: groupOfClass.map { $0 ?? 0 })
    }
}

extension AdjustmentStep.Trim {
    fileprivate func step(_ table: Table) throws -> WeightSteps.TrimmingStep {
        switch bounds {
        case .absolute(let cut):
            return .init(.absolute(cut), recalibrationRounds: recalibrationRounds, drift: drift)
        case .relative(let trimming, let columns):
            let groups = Grouping.cross(try columns.map { ($0, try table.column($0)) })
            let without = groups.groupOfRow.count { $0 < 0 }
            guard without == 0 else {
                throw WeightingError.outsideMargin(margin: columns.joined(separator: " × "), count: without)
            }
            return .init(
                .relative(
                    trimming, groupOfRow: groups.groupOfRow, groups: groups.keys.map { $0.joined(separator: " × ") }),
                recalibrationRounds: recalibrationRounds, drift: drift)
        }
    }
}

/// Terms of a calibration as classes over rows: the indicators of one column are one set of classes, so that a row
/// meets a control per column whatever the number of levels.
private struct Controls {
    private let table: Table
    private let domains: Grouping

    init(_ table: Table, domain: [String]) throws {
        self.table = table
        domains =
            domain.isEmpty
            ? .everyone(rowCount: table.rowCount)
            : Grouping.cross(try domain.map { ($0, try table.column($0)) })
        let without = domains.groupOfRow.count { $0 < 0 }
        guard without == 0 else {
            throw WeightingError.outsideMargin(margin: domain.joined(separator: " × "), count: without)
        }
    }

    func classes(_ terms: [AdjustmentStep.Term]) throws -> [MarginClasses] {
        var result: [MarginClasses] = []
        var done = Set<String>()
        for term in terms {
            switch term.kind {
            case .intercept: result.append(try control("(intercept)", [term], values: nil) { _ in 0 })
            case .numeric(let column):
                let numbers = try table.numbers(column)
                let values = numbers.values.indices.map { numbers.isPresent($0) ? numbers.values[$0] : Double.nan }
                result.append(try control(column, [term], values: values) { _ in 0 })
            case .indicator(let column, _):
                guard done.insert(column).inserted else { continue }
                result.append(try indicators(column, terms))
            }
        }
        return result
    }

    private func indicators(_ column: String, _ terms: [AdjustmentStep.Term]) throws -> MarginClasses {
        let own = terms.filter { $0.column == column && $0.isIndicator }
        let coded = try table.column(column).coded()
        let without = coded.indexOfRow.count { $0 < 0 }
        guard without == 0 else { throw WeightingError.outsideMargin(margin: column, count: without) }
        let levels = own.map { Array($0.label.utf8) }
        let termOfLabel = coded.labels.map { label in levels.firstIndex(of: Array(label.utf8)).map { Int32($0) } ?? -1 }
        return try control(column, own, values: nil) { termOfLabel[Int(coded.indexOfRow[$0])] }
    }

    /// Terms × domains as classes.
    private func control(
        _ name: String, _ terms: [AdjustmentStep.Term], values: [Double]?, _ termOfRow: (Int) -> Int32
    ) throws -> MarginClasses {
        var names: [String] = []
        var totals: [Double] = []
        let count = domains.count
        for term in terms {
            for key in domains.keys {
                guard let total = term.totals.first(where: { $0.domain == key })?.total else {
                    throw WeightingError.unknownCategory(
                        margin: domains.variables.joined(separator: " × "), category: key.joined(separator: " × "))
                }
                names.append((key + [term.label]).joined(separator: " × "))
                totals.append(total)
            }
            if let missing = term.totals.first(where: { entry in
                entry.total != 0 && !domains.keys.contains(entry.domain)
            }) {
                throw WeightingError.emptyCell(
                    margin: domains.variables.joined(separator: " × "),
                    category: missing.domain.joined(separator: " × "))
            }
        }
        let classOfRow = (0..<table.rowCount).map { row in
            let term = termOfRow(row)
            return term < 0 ? -1 : term * Int32(count) + domains.groupOfRow[row]
        }
        return MarginClasses(variable: name, names: names, classOfRow: classOfRow, totals: totals, values: values)
    }
}

extension AdjustmentStep.Term {
    fileprivate var isIndicator: Bool { if case .indicator = kind { true } else { false } }

    fileprivate var label: String {
        switch kind {
        case .intercept: "(intercept)"
        case .indicator(_, let level): level
        case .numeric(let column): column
        }
    }
}
