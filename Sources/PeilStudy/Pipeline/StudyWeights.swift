import PeilNumerics
public import PeilStatistics
import PeilTable

/// The weights of a wave with everything a reader may ask about them.
public struct StudyWeights: Sendable {
    public let design: SampleDesign
    public let iterations: Int
    public let largestRelativeError: Double
    public let trimmed: Int
    public let rounds: Int
    /// Largest weight divided by the mean of its group, when trimming was asked for.
    public let largestRatio: Double?
}

extension WeightingRecipe {
    /// Runs the steps from the design weights; where the design has replicates, in each of them too.
    /// - Throws: `WeightingError` naming margins and categories; `ReplicateError` naming the replicate.
    func weights(_ table: Table, _ design: SampleDesign, threads: Int) throws -> StudyWeights {
        let full = try weights(table, design)
        guard design.replicates != nil else { return full }
        let replicated = try design.adjustingEachReplicate(threads: threads) { base in
            try weights(table, design.reweighted(base)).design.weights
        }
        return StudyWeights(
            design: replicated, iterations: full.iterations, largestRelativeError: full.largestRelativeError,
            trimmed: full.trimmed, rounds: full.rounds, largestRatio: full.largestRatio)
    }

    /// Runs the steps from the design weights.
    /// - Throws: `WeightingError` naming margins and categories.
    func weights(_ table: Table, _ design: SampleDesign) throws -> StudyWeights {
        var result = StudyWeights(
            design: design, iterations: 0, largestRelativeError: 0, trimmed: 0, rounds: 0, largestRatio: nil)
        var lastRake: (classes: [MarginClasses], raking: Raking)?
        for step in steps {
            switch step {
            case .rake(let margins, let tolerance, let iterations):
                let classes = try margins.map { try $0.classes(table, designWeights: design.weights) }
                let raking = Raking(tolerance: tolerance, maximumIterations: iterations)
                lastRake = (classes, raking)
                result = try Self.raked(result, from: result.design.weights, classes, raking, rounds: 0)
            case .trim(let trimming, let group, let rounds):
                guard let lastRake else { continue }
                result = try Self.trimmed(result, trimming, table, group, lastRake.classes, lastRake.raking, rounds)
            }
        }
        return result
    }

    private static func raked(
        _ before: StudyWeights, from base: [Double], _ classes: [MarginClasses], _ raking: Raking,
        rounds: Int, trimmed: Int = 0, ratio: Double? = nil
    ) throws -> StudyWeights {
        let fit = try raking.fit(base, to: classes)
        return StudyWeights(
            design: before.design.calibrated(
                weights: fit.weights,
                by: CalibrationModel(baseWeights: base, margins: classes)),
            iterations: fit.iterations, largestRelativeError: fit.largestRelativeError, trimmed: trimmed,
            rounds: rounds, largestRatio: ratio)
    }

    /// Trims and rakes in turn until the margins and the bounds both hold.
    private static func trimmed(
        _ start: StudyWeights, _ trimming: Trimming, _ table: Table, _ group: String,
        _ classes: [MarginClasses], _ raking: Raking, _ maximumRounds: Int
    ) throws -> StudyWeights {
        let groups = Grouping.cross([(group, try table.column(group))])
        guard !groups.groupOfRow.contains(-1) else {
            throw WeightingError.badBound("every respondent needs a value of '\(group)'")
        }
        var current = start
        var everTrimmed = Set<Int>()
        for round in 0...maximumRounds {
            let worst = trimming.largestRatio(
                current.design.weights, groups: groups.groupOfRow, groupCount: groups.count)
            if worst.ratio <= trimming.upper * (1 + 1e-6) {
                return StudyWeights(
                    design: current.design, iterations: current.iterations,
                    largestRelativeError: current.largestRelativeError, trimmed: everTrimmed.count,
                    rounds: round, largestRatio: worst.ratio)
            }
            guard round < maximumRounds else {
                throw WeightingError.trimmingDoesNotSettle(
                    group: groups.keys[worst.group].joined(), largestRatio: worst.ratio,
                    rounds: maximumRounds)
            }
            let cut = trimming.trim(current.design.weights, groups: groups.groupOfRow, groupCount: groups.count)
            everTrimmed.formUnion(cut.trimmed)
            current = try raked(current, from: cut.weights, classes, raking, rounds: round)
        }
        return current
    }
}

extension WeightingRecipe.Margin {
    /// The classes of the rows. Where `keepsOutside`, rows without the last variable form one class for each
    /// value of the others; its total is their share of the design weights there, taken off the other totals.
    func classes(_ table: Table, designWeights: [Double]) throws -> MarginClasses {
        let labels = try variables.map { try table.column($0).rowLabels() }
        var indexOfKey: [[String]: Int] = [:]
        for (index, cell) in cells.enumerated() { indexOfKey[cell.key] = index }
        var classOfRow = [Int32](repeating: -1, count: table.rowCount)
        var outsideOfRow = [[String]?](repeating: nil, count: table.rowCount)
        for row in 0..<table.rowCount {
            let key = labels.map { $0[row] }
            if let complete = key.allPresent {
                guard let index = indexOfKey[complete] else {
                    throw WeightingError.unknownCategory(margin: name, category: complete.joined(separator: " × "))
                }
                classOfRow[row] = Int32(index)
            } else if keepsOutside, let outer = Array(key.dropLast()).allPresent {
                outsideOfRow[row] = outer
            } else {
                throw WeightingError.unknownCategory(margin: name, category: "(no answer)")
            }
        }
        return withOutside(classOfRow, outsideOfRow, designWeights)
    }

    private func withOutside(_ classOfRow: [Int32], _ outsideOfRow: [[String]?], _ weights: [Double]) -> MarginClasses {
        var all: [[String]: Double] = [:]
        var outside: [[String]: Double] = [:]
        for row in classOfRow.indices {
            let outer = outsideOfRow[row] ?? Array(cells[Int(classOfRow[row])].key.dropLast())
            all[outer, default: 0] += weights[row]
            if outsideOfRow[row] != nil { outside[outer, default: 0] += weights[row] }
        }
        func share(_ outer: [String]) -> Double { all[outer].map { $0 > 0 ? (outside[outer] ?? 0) / $0 : 0 } ?? 0 }
        var names = cells.map { $0.key.joined(separator: " × ") }
        var totals = cells.map { $0.total * (1 - share(Array($0.key.dropLast()))) }
        var result = classOfRow
        let outers = outside.keys.sorted { $0.lexicographicallyPrecedes($1) }
        for outer in outers {
            let population = cells.filter { Array($0.key.dropLast()) == outer }.map(\.total).reduce(0, +)
            for row in result.indices where outsideOfRow[row] == outer { result[row] = Int32(names.count) }
            names.append((outer + ["(outside)"]).joined(separator: " × "))
            totals.append(population * share(outer))
        }
        return MarginClasses(variable: name, names: names, classOfRow: result, totals: totals)
    }
}

extension [String?] {
    /// The texts when none is absent.
    fileprivate var allPresent: [String]? {
        let present = compactMap { $0 }
        return present.count == count ? present : nil
    }
}
