import PeilIngest
import PeilNumerics

extension PassState {
    /// Its number is raised with every change of what a state holds.
    private static let magic = "peil-partition-2"

    /// The state as it lies on disk.
    public func sealed() -> [UInt8] {
        var writer = ByteWriter(Self.magic)
        writer.write(PeilVersion.text)
        writer.write(source.text)
        writer.write(source.reading)
        writer.write(source.nested ? 1 : 0)
        writer.write(fingerprint)
        writer.write(partitions.count)
        for own in partitions {
            writer.write([own.number, own.count, own.rows])
            writer.write(own.hash)
            writer.write(own.firstWeights)
        }
        writer.write(given == nil ? 0 : 1)
        given?.write(to: &writer)
        writer.write(kinds.count)
        for (column, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            writer.write(column)
            writer.write(Int(kind.rawValue))
        }
        writer.write(designs)
        writer.write(auxiliaries)
        writer.write(cells)
        writer.write(cellCounts)
        writer.write(cellSums)
        writer.write(weights.count)
        writer.write(weights.sums)
        writer.write(weights.smallest)
        writer.write(weights.largest)
        writer.write(arrangements.count)
        for own in arrangements { writer.write(own) }
        for own in segments { own.write(to: &writer) }
        return writer.sealed()
    }

    /// Reads a stored state.
    /// - Throws: `Failure` for one that is foreign, cut, damaged or of another plan.
    public init(_ bytes: [UInt8], of plan: PassPlan, named name: String) throws {
        do {
            var reader = try Self.opened(bytes, plan, name)
            self = try Self.read(&reader, plan)
            guard reader.isAtEnd else { throw ByteReader.Trouble.damaged }
        } catch let trouble as ByteReader.Trouble {
            throw trouble.failure("state", "peil partial", name)
        }
    }

    /// The plan that a stored state was made for, with which it and its like can be merged.
    /// - Throws: `Failure` for a state that is foreign, cut, damaged or of another version.
    public static func plan(_ bytes: [UInt8], named name: String) throws -> PassPlan {
        do {
            var reader = try ByteReader(bytes, magic)
            let source = try head(&reader, name)
            var asked = try AnalysisPlan(text: source.text, file: name, dataset: name)
            asked.design.columns.nested = source.nested
            let plan = try PassPlan(asked, from: source, for: source.reading.isEmpty ? .partitions : .study)
            guard try reader.text() == plan.fingerprint else { throw ByteReader.Trouble.damaged }
            return plan
        } catch let trouble as ByteReader.Trouble {
            throw trouble.failure("state", "peil partial", name)
        }
    }

    private static func head(_ reader: inout ByteReader, _ name: String) throws -> PassPlan.Source {
        try PassFailure.refuseOtherVersion(try reader.text(), "state", name)
        return PassPlan.Source(
            text: try reader.text(), reading: try reader.text(), nested: try reader.whole() == 1)
    }

    private static func opened(_ bytes: [UInt8], _ plan: PassPlan, _ name: String) throws -> ByteReader {
        var reader = try ByteReader(bytes, magic)
        _ = try head(&reader, name)
        guard try reader.text() == plan.fingerprint else {
            throw PassFailure.state(
                "OTHER_PLAN", "The state was made for another plan or study", name, "make it again with this one")
        }
        return reader
    }

    /// The number of the first partition of a stored state, without reading its sums.
    static func firstPartition(_ bytes: [UInt8], of plan: PassPlan, named name: String) throws -> Int {
        do {
            var reader = try opened(bytes, plan, name)
            _ = try reader.count()
            guard let first = try reader.wholes().first else { throw ByteReader.Trouble.damaged }
            return first
        } catch let trouble as ByteReader.Trouble {
            throw trouble.failure("state", "peil partial", name)
        }
    }

    private static func read(_ reader: inout ByteReader, _ plan: PassPlan) throws -> PassState {
        var partitions: [Partition] = []
        for _ in 0..<(try reader.count()) {
            let numbers = try reader.wholes()
            guard numbers.count == 3, numbers[0] >= 1, numbers[0] <= numbers[1], numbers[2] >= 0 else {
                throw ByteReader.Trouble.damaged
            }
            var own = Partition(number: numbers[0], count: numbers[1], hash: try reader.text(), rows: numbers[2])
            own.firstWeights = try reader.numbers(limit: 10)
            partitions.append(own)
        }
        guard let first = partitions.first, partitions.allSatisfy({ $0.count == first.count }) else {
            throw ByteReader.Trouble.damaged
        }
        let isFirst = try reader.whole() == 0
        let given = isFirst ? nil : try PassParameters(&reader, plan)
        var state = PassState(plan, given: given, partition: first)
        state.partitions = partitions
        for _ in 0..<(try reader.count()) {
            let column = try reader.text()
            guard let kind = UInt8(exactly: try reader.whole()).flatMap(ColumnKind.init) else {
                throw ByteReader.Trouble.damaged
            }
            state.kinds[column] = kind
        }
        state.designs = try reader.tuples(plan.designColumns)
        state.auxiliaries = try reader.tuples(plan.auxiliaryColumns)
        state.cells = try reader.pairs(state.designs.count, state.auxiliaries.count)
        state.cellCounts = try reader.wholes()
        state.cellSums = try reader.sums(count: state.cells.count * cellWidth)
        state.weights.count = try reader.whole()
        state.weights.sums = try reader.sums(count: 2)
        state.weights.smallest = try reader.number()
        state.weights.largest = try reader.number()
        guard try reader.count() == state.arrangements.count, state.cellCounts.count == state.cells.count else {
            throw ByteReader.Trouble.damaged
        }
        for index in state.arrangements.indices {
            state.arrangements[index] = try reader.arrangement(
                plan.arrangements[index], plan.rowsAreUnits ? state.cells.count : state.designs.count,
                state.auxiliaries.count, rowsAreUnits: plan.rowsAreUnits, plan.stagesByItem(given))
        }
        for index in state.segments.indices { try state.segments[index].read(&reader, plan.segments[index]) }
        return state
    }
}

extension ByteReader.Trouble {
    func failure(_ what: String, _ maker: String, _ name: String) -> Failure {
        switch self {
        case .foreign:
            PassFailure.state("NOT_A_STATE", "The file is no \(what) of \(maker)", name, "name a file that it wrote")
        case .cut:
            PassFailure.state("STATE_CUT", "The \(what) is cut short", name, "copy it again, or run \(maker) again")
        case .otherVersion: PassFailure.otherVersion("The \(what) has the form of another version of peil", name)
        case .damaged:
            PassFailure.state(
                "STATE_DAMAGED", "The \(what) is damaged: its checksum or its form does not hold", name,
                "copy it again, or run \(maker) again")
        }
    }
}

// MARK: Parts

extension ByteWriter {
    mutating func write(_ tuples: TupleDictionary) {
        for labels in tuples.labels { write(labels.labels) }
        write(tuples.count)
        for tuple in tuples.tuples { for label in tuple { write(Int(label)) } }
    }

    mutating func write(_ pairs: PairDictionary) {
        write(pairs.first)
        write(pairs.second)
    }

    fileprivate mutating func write(_ own: ArrangementSums) {
        write(own.groups)
        write(own.units)
        write(own.presenceCounts)
        write(own.presence)
        write(own.auxiliaries)
        write(own.items.count)
        for item in own.items {
            write(item.parts.count)
            for part in item.parts {
                write(part.origins)
                write(part.levels.labels)
                write(part.basicCount)
                write(part.unitCounts)
                write(part.units)
                write(part.moments)
                write(part.auxiliaryCounts)
                write(part.auxiliaries)
            }
        }
    }
}

extension ByteReader {
    mutating func tuples(_ columns: [String]) throws -> TupleDictionary {
        var labels: [[String]] = []
        for _ in columns { labels.append(try texts()) }
        var tuples: [[Int32]] = []
        for _ in 0..<(try count(of: max(1, columns.count))) {
            var tuple: [Int32] = []
            for _ in columns {
                guard let label = Int32(exactly: try whole()) else { throw Trouble.damaged }
                tuple.append(label)
            }
            tuples.append(tuple)
        }
        guard let result = TupleDictionary(columns, labels: labels, tuples: tuples) else { throw Trouble.damaged }
        return result
    }

    fileprivate mutating func pairs(_ firstCount: Int, _ secondCount: Int) throws -> PairDictionary {
        let (first, second) = (try places(), try places())
        guard
            let result = PairDictionary(first: first, second: second, firstCount: firstCount, secondCount: secondCount)
        else { throw Trouble.damaged }
        return result
    }

    fileprivate mutating func arrangement(
        _ plan: PassPlan.Arrangement, _ keys: Int, _ auxiliaries: Int, rowsAreUnits: Bool,
        _ stages: [String: SegmentStage]
    ) throws -> ArrangementSums {
        var result = ArrangementSums(by: plan.by, items: plan.sums.count)
        result.groups = try tuples(plan.by)
        result.units = try pairs(keys, result.groups.count)
        result.presenceCounts = try wholes()
        result.presence = try sums(count: result.units.count)
        result.auxiliaries = try pairs(auxiliaries, result.groups.count)
        guard try count() == plan.sums.count, result.presenceCounts.count == result.units.count else {
            throw Trouble.damaged
        }
        for (index, request) in plan.sums.enumerated() {
            var parts: [ItemSums.Part] = []
            for _ in 0..<(try count()) {
                parts.append(try part(request, result.units.count, result.auxiliaries.count, rowsAreUnits, stages))
            }
            result.items[index] = ItemSums(parts)
        }
        return result
    }

    private mutating func part(
        _ request: SumRequest, _ units: Int, _ auxiliaries: Int, _ rowsAreUnits: Bool,
        _ stages: [String: SegmentStage]
    ) throws -> ItemSums.Part {
        let origins = try numbers(limit: request.originCount)
        let levels = try texts()
        var part = ItemSums.Part(origins: origins, basicCount: try whole())
        _ = part.levels.merge(levels)
        let expected = try request.estimator(
            origins: origins.count == request.originCount
                ? origins : [Double](repeating: 0, count: request.originCount),
            levels: part.levels.labels, stages)
        part.unitCounts = try wholes()
        guard origins.count == request.originCount, part.levels.count == levels.count,
            part.basicCount == expected?.basicCount, part.unitCounts.count <= units
        else { throw Trouble.damaged }
        part.units = try sums(count: part.unitCounts.count * part.unitWidth)
        part.moments = try sums(count: rowsAreUnits ? part.unitCounts.count * part.momentWidth : 0)
        part.auxiliaryCounts = try wholes()
        guard part.auxiliaryCounts.count <= auxiliaries else { throw Trouble.damaged }
        part.auxiliaries = try sums(count: part.auxiliaryCounts.count * part.basicCount)
        return part
    }
}
