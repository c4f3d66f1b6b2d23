import PeilNumerics

/// What the passes so far found, for the next one: the weighting factor of every combination of controls, and how far
/// segments have come. Made where all states are merged, handed to every partition.
public struct PassParameters: Sendable {
    /// The factor of a combination: all steps together, and those before the last.
    struct Factor { let final, entering: Double }

    /// The pass that they come from.
    public let pass: Int
    let fingerprint: String
    /// Number, rows and hash of each partition that the pass was over.
    let partitions: [PassState.Partition]
    let auxiliaries: TupleDictionary
    let final: [Double]
    let entering: [Double]
    /// Of each segmentation of the plan.
    let stages: [SegmentStage]
    /// Of all of it.
    public let checksum: String

    private static let magic = "peil-parameters-2"

    /// After a pass that knows the controls: of weights or of estimates.
    init(_ state: PassState, final: [Double], entering: [Double], stages: [SegmentStage]) {
        // In the order of their labels, so that nothing depends on the order in which they were met.
        let met = state.auxiliaries
        let all = (0..<Int32(met.count)).map { $0 }
        let coded = CodedTuples(met.table(all, kinds: state.kinds).map(\.1), rowCount: met.count)
        var auxiliaries = TupleDictionary(met.columns)
        _ = auxiliaries.merge(coded)
        var order = [Int](repeating: 0, count: met.count)
        for (place, tuple) in coded.tupleOfRow.enumerated() { order[Int(tuple)] = place }
        self.init(
            pass: state.pass, fingerprint: state.fingerprint, partitions: state.partitions, auxiliaries: auxiliaries,
            final: order.map { final[$0] }, entering: order.map { entering[$0] }, stages: stages)
    }

    /// After a pass about segments: factors are those that it was given.
    init(_ state: PassState, auxiliaryColumns: [String], stages: [SegmentStage]) {
        self.init(
            pass: state.pass, fingerprint: state.fingerprint, partitions: state.partitions,
            auxiliaries: state.given?.auxiliaries ?? TupleDictionary(auxiliaryColumns),
            final: state.given?.final ?? [], entering: state.given?.entering ?? [], stages: stages)
    }

    private init(
        pass: Int, fingerprint: String, partitions: [PassState.Partition], auxiliaries: TupleDictionary,
        final: [Double], entering: [Double], stages: [SegmentStage]
    ) {
        self.pass = pass
        self.fingerprint = fingerprint
        self.partitions = partitions
        self.auxiliaries = auxiliaries
        self.final = final
        self.entering = entering
        self.stages = stages
        var writer = Self.opened(fingerprint)
        Self.write(
            to: &writer, pass: pass, partitions: partitions, auxiliaries: auxiliaries, final: final,
            entering: entering, stages: stages)
        checksum = String(decoding: writer.sealed().suffix(16), as: UTF8.self)
    }

    private static func opened(_ fingerprint: String) -> ByteWriter {
        var writer = ByteWriter(magic)
        writer.write(PeilVersion.text)
        writer.write(fingerprint)
        return writer
    }

    private static func write(
        to writer: inout ByteWriter, pass: Int, partitions: [PassState.Partition], auxiliaries: TupleDictionary,
        final: [Double], entering: [Double], stages: [SegmentStage]
    ) {
        writer.write(pass)
        writer.write(partitions.count)
        for own in partitions {
            writer.write([own.number, own.count, own.rows])
            writer.write(own.hash)
        }
        writer.write(auxiliaries)
        writer.write(final)
        writer.write(entering)
        for stage in stages { writer.write(stage) }
    }

    /// Without what a file begins and ends with.
    func write(to writer: inout ByteWriter) {
        Self.write(
            to: &writer, pass: pass, partitions: partitions, auxiliaries: auxiliaries, final: final,
            entering: entering, stages: stages)
    }

    /// Whether the factors of two passes are the same.
    func hasFactors(of other: PassParameters) -> Bool {
        auxiliaries.labels.map(\.labels) == other.auxiliaries.labels.map(\.labels)
            && auxiliaries.tuples == other.auxiliaries.tuples && final == other.final && entering == other.entering
    }

    /// The file.
    public func sealed() -> [UInt8] {
        var writer = Self.opened(fingerprint)
        write(to: &writer)
        return writer.sealed()
    }

    /// Reads the file.
    /// - Throws: `Failure` for one that is foreign, cut, damaged or of another plan.
    public init(_ bytes: [UInt8], of plan: PassPlan, named name: String) throws {
        do {
            var reader = try ByteReader(bytes, Self.magic)
            try PassFailure.refuseOtherVersion(try reader.text(), "parameters file", name)
            let fingerprint = try reader.text()
            guard fingerprint == plan.fingerprint else {
                throw PassFailure.state(
                    "OTHER_PLAN", "The parameters were made for another plan or study", name,
                    "make them again with this one")
            }
            try self.init(&reader, plan)
            guard reader.isAtEnd else { throw ByteReader.Trouble.damaged }
        } catch let trouble as ByteReader.Trouble {
            throw trouble.failure("parameters file", "peil merge", name)
        }
    }

    /// Reads what `write(to:)` wrote.
    init(_ reader: inout ByteReader, _ plan: PassPlan) throws {
        let pass = try reader.whole()
        var partitions: [PassState.Partition] = []
        for _ in 0..<(try reader.count()) {
            let numbers = try reader.wholes()
            guard numbers.count == 3 else { throw ByteReader.Trouble.damaged }
            partitions.append(
                PassState.Partition(number: numbers[0], count: numbers[1], hash: try reader.text(), rows: numbers[2]))
        }
        let auxiliaries = try reader.tuples(plan.auxiliaryColumns)
        let final = try reader.numbers(limit: auxiliaries.count)
        let entering = try reader.numbers(limit: auxiliaries.count)
        var stages: [SegmentStage] = []
        for request in plan.segments { stages.append(try reader.stage(request)) }
        guard pass >= 1, final.count == auxiliaries.count, entering.count == final.count else {
            throw ByteReader.Trouble.damaged
        }
        self.init(
            pass: pass, fingerprint: plan.fingerprint, partitions: partitions, auxiliaries: auxiliaries, final: final,
            entering: entering, stages: stages)
    }

    /// The factors of the combinations of a block.
    /// - Throws: OTHER_DATA for a combination that the pass before did not meet.
    func factors(of coded: CodedTuples) throws -> [Factor] {
        try auxiliaries.known(coded).map { place in
            guard let place else { throw Self.otherData }
            return Factor(final: final[Int(place)], entering: entering[Int(place)])
        }
    }

    /// Whether the partition is the one of the pass before.
    func check(_ partition: PassState.Partition, _ path: String?) throws {
        guard let own = partitions.first(where: { $0.number == partition.number }) else { throw Self.otherData }
        guard own.count == partition.count, own.hash == partition.hash else {
            throw PassFailure.state(
                "OTHER_DATA", "Partition \(partition.number) is not the file that the pass before read", path,
                "keep the partitions and their numbers as they were, or begin with the first pass")
        }
    }

    private static let otherData = PassFailure.state(
        "OTHER_DATA", "The parameters were made over other data", nil,
        "keep the partitions and their numbers as they were, or begin with the first pass")
}
