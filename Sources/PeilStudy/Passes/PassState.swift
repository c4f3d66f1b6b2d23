import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilTable

typealias ColumnKind = AnalysisTableReader.ColumnKind

/// What one pass over one or several partitions has summed. Strata, sampling units, groups and classes are named by
/// their labels, since a partition does not know the whole design. Sums are exact, so that the merged ones depend
/// on the list of partitions alone: not on the order in which they are merged, nor on how.
public struct PassState: Sendable {
    /// A partition, known by its place in the list and its contents.
    public struct Partition: Sendable, Equatable {
        /// From 1.
        public let number: Int
        /// Partitions of the whole.
        public let count: Int
        /// SHA-256 of the file.
        public internal(set) var hash: String
        public internal(set) var rows: Int
        /// The first weights after all steps.
        var firstWeights: [Double] = []
    }

    /// The plan, for whoever merges.
    let source: PassPlan.Source
    let fingerprint: String
    /// From 1.
    public let pass: Int
    let work: PassPlan.Work
    /// What was broadcast for this pass; nil for the first.
    let given: PassParameters?
    public internal(set) var partitions: [Partition]
    var kinds: [String: ColumnKind] = [:]
    /// Strata, units and population sizes that occur together; controls that do.
    var designs: TupleDictionary
    var auxiliaries: TupleDictionary
    /// Rows of a design and auxiliary combination; Σ design weight, Σ weight before a declared calibration and Σ squared
    /// design weight.
    var cells = PairDictionary()
    var cellCounts: [Int] = []
    var cellSums = ExactSums(count: 0)
    var arrangements: [ArrangementSums]
    /// Of each segmentation of the plan.
    var segments: [SegmentSums]
    var weights = WeightSums()

    /// An empty state of a pass.
    init(_ plan: PassPlan, given: PassParameters?, partition: Partition) {
        source = plan.source
        fingerprint = plan.fingerprint
        pass = (given?.pass ?? 0) + 1
        self.given = given
        let work = plan.work(after: given)
        self.work = work
        partitions = [partition]
        designs = TupleDictionary(plan.designColumns)
        auxiliaries = TupleDictionary(plan.auxiliaryColumns)
        arrangements =
            work == .estimates ? plan.arrangements.map { ArrangementSums(by: $0.by, items: $0.sums.count) } : []
        segments = zip(plan.segments, plan.stages(given)).map { SegmentSums($0, $1, work) }
    }

    public var rowCount: Int { partitions.reduce(0) { $0 + $1.rows } }

    /// Bytes that the sums take, about.
    public var byteCount: Int {
        cells.count * 48 + designs.count * 64
            + arrangements.reduce(0) { total, own in
                total + own.units.count * 40 + own.items.reduce(0) { $0 + $1.byteCount }
            } + segments.reduce(0) { $0 + $1.byteCount }
    }

    /// Sums a cell of `cellSums`.
    static let cellWidth = 3
}

/// Sums over the rows of one domain by group.
struct ArrangementSums: Sendable {
    var groups: TupleDictionary
    /// Cells of a design combination (where rows are units: of one with an auxiliary combination) and a group, their rows with weight and Σ weight.
    var units = PairDictionary()
    var presenceCounts: [Int] = []
    var presence = ExactSums(count: 0)
    /// Cells of an auxiliary combination and a group.
    var auxiliaries = PairDictionary()
    var items: [ItemSums]

    init(by: [String], items: Int) {
        groups = TupleDictionary(by)
        self.items = [ItemSums](repeating: ItemSums(), count: items)
    }

    mutating func makeRoom() {
        presenceCounts += [Int](repeating: 0, count: units.count - presenceCounts.count)
        presence.grow(to: units.count)
    }
}

/// What the item `weights` tells.
struct WeightSums: Sendable {
    var count = 0
    /// Σw, Σw².
    var sums = ExactSums(count: 2)
    var smallest = Double.infinity
    var largest = -Double.infinity

    mutating func add(_ weights: [Double]) {
        count += weights.count
        sums.add(CompensatedSum.of(weights), at: 0)
        sums.add(CompensatedSum.of(weights.lazy.map { $0 * $0 }), at: 1)
        for weight in weights {
            smallest = min(smallest, weight)
            largest = max(largest, weight)
        }
    }

    mutating func merge(_ other: WeightSums) {
        count += other.count
        sums.add(other.sums, 0, at: 0)
        sums.add(other.sums, 1, at: 1)
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
    }
}

// MARK: Merging

extension PassState {
    /// Sums in the one form that depends on their exact values only.
    mutating func settle() {
        cellSums.settle()
        weights.sums.settle()
        for index in segments.indices { segments[index].settle() }
        for index in arrangements.indices {
            arrangements[index].presence.settle()
            for item in arrangements[index].items.indices { arrangements[index].items[item].settle() }
        }
    }

    /// Adds the sums of another state.
    /// - Throws: `Failure` that names states which do not belong together, and partitions counted twice.
    mutating func merge(_ other: PassState, named name: String, _ plan: PassPlan) throws {
        try refuseForeign(other, name)
        for (column, kind) in other.kinds.sorted(by: { $0.key < $1.key }) {
            guard let joined = kind.joined(kinds[column] ?? .nothing) else { throw PassFailure.kinds(column, name) }
            kinds[column] = joined
        }
        partitions = (partitions + other.partitions).sorted { $0.number < $1.number }
        let (ofDesign, ofAuxiliary) = (designs.merge(other.designs), auxiliaries.merge(other.auxiliaries))
        var ofCell: [Int32] = []
        for cell in 0..<other.cells.count {
            let own = cells.place(ofDesign[Int(other.cells.first[cell])], ofAuxiliary[Int(other.cells.second[cell])])
            ofCell.append(Int32(own))
            makeCellRoom()
            cellCounts[own] += other.cellCounts[cell]
            for sum in 0..<Self.cellWidth {
                cellSums.add(other.cellSums, cell * Self.cellWidth + sum, at: own * Self.cellWidth + sum)
            }
        }
        for index in arrangements.indices {
            arrangements[index].merge(
                other.arrangements[index], plan.rowsAreUnits ? ofCell : ofDesign, ofAuxiliary,
                before: plan.arrangements[index].sums.map(\.valuesBeforeLevels))
        }
        for index in segments.indices { segments[index].merge(other.segments[index]) }
        weights.merge(other.weights)
    }

    mutating func makeCellRoom() {
        cellCounts += [Int](repeating: 0, count: cells.count - cellCounts.count)
        cellSums.grow(to: cells.count * Self.cellWidth)
    }

    private func refuseForeign(_ other: PassState, _ name: String) throws {
        guard pass == other.pass else {
            throw PassFailure.state(
                "OTHER_PASS", "The state is of pass \(other.pass), the others are of pass \(pass)", name,
                "merge the states of one pass")
        }
        guard given?.checksum == other.given?.checksum else {
            throw PassFailure.state(
                "OTHER_PARAMETERS", "The state was made with other parameters than the rest", name,
                "run the pass again over every partition with the same --parameters")
        }
        guard partitions.first?.count == other.partitions.first?.count else {
            throw PassFailure.state(
                "OTHER_PARTITIONING",
                "The state is one of \(other.partitions.first?.count ?? 0) partitions, the others are of \(partitions.first?.count ?? 0)",
                name, "run `peil partial` with the same number of partitions (--part I/K) everywhere")
        }
        for own in other.partitions {
            guard let twin = partitions.first(where: { $0.number == own.number || $0.hash == own.hash && own.rows > 0 })
            else { continue }
            throw PassFailure.state(
                "PARTITION_TWICE",
                twin.number == own.number
                    ? "Partition \(own.number) is counted twice"
                    : "Partitions \(twin.number) and \(own.number) are the same file", name,
                "merge each partition once")
        }
    }

    /// Whether every partition is there.
    /// - Throws: PARTITION_MISSING that names those that are not.
    func refuseIncomplete() throws {
        let count = partitions.first?.count ?? 0
        let missing = (1...max(1, count)).filter { number in !partitions.contains { $0.number == number } }
        guard missing.isEmpty else {
            throw PassFailure.state(
                "PARTITION_MISSING",
                "Of \(count) partitions these are missing: \(missing.prefix(12).map(String.init).joined(separator: ", "))",
                nil, "run `peil partial` over them too; --partial merges some of them")
        }
    }
}

extension ArrangementSums {
    mutating func merge(
        _ other: ArrangementSums, _ ofKey: [Int32], _ ofAuxiliary: [Int32], before: [Int?]
    ) {
        let ofGroup = groups.merge(other.groups)
        let unitCells = (0..<other.units.count).map { cell in
            units.place(ofKey[Int(other.units.first[cell])], ofGroup[Int(other.units.second[cell])])
        }
        let auxiliaryCells = (0..<other.auxiliaries.count).map { cell in
            auxiliaries.place(
                ofAuxiliary[Int(other.auxiliaries.first[cell])], ofGroup[Int(other.auxiliaries.second[cell])])
        }
        makeRoom()
        for cell in unitCells.indices {
            presenceCounts[unitCells[cell]] += other.presenceCounts[cell]
            presence.add(other.presence, cell, at: unitCells[cell])
        }
        for index in items.indices {
            items[index].merge(
                other.items[index], before: before[index], unitCells: unitCells, auxiliaryCells: auxiliaryCells)
        }
    }
}

/// Failures of states and passes.
enum PassFailure {
    static func otherVersion(_ message: String, _ file: String?) -> Failure {
        state("OTHER_VERSION", message, file, "make it again with this version, the same one on every machine")
    }

    /// Two versions may add up differently.
    static func refuseOtherVersion(_ version: String, _ what: String, _ file: String?) throws {
        guard version == PeilVersion.text else {
            throw otherVersion("The \(what) was made by peil \(version), and this is \(PeilVersion.text)", file)
        }
    }

    static func state(_ code: String, _ message: String, _ file: String?, _ remedy: String) -> Failure {
        Failure(code, message, file: file, remedy: remedy, exitCode: ExitStatus.data)
    }

    static func kinds(_ column: String, _ file: String?) -> Failure {
        state(
            "PARTITIONS_DISAGREE", "Column '\(column)' holds numbers in one partition and words in another", file,
            "run every partition with --text \(column)")
    }
}
