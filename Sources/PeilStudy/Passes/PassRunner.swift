import PeilStatistics

/// What follows when all partitions of a pass are merged.
public enum PassOutcome: Sendable {
    /// Another pass is needed, with these parameters.
    case next(PassParameters)
    case results(PlanRunner.Outcome)
}

extension PassPlan {
    /// Ends a pass over all partitions.
    /// - Throws: PARTITION_MISSING; what weighting steps and designs may throw.
    public func finish(_ state: PassState, threads: Int) throws -> PassOutcome {
        let names = FailureNames(file: plan.dataset)
        do {
            try state.refuseIncomplete()
            let stages = zip(segments.indices, self.stages(state.given)).map { index, stage in
                segments[index].next(
                    stage, state.segments[index], kinds: state.kinds, threads: threads, names: names)
            }
            if state.work == .patterns || state.work == .rounds {
                return .next(PassParameters(state, auxiliaryColumns: auxiliaryColumns, stages: stages))
            }
            let design = try MergedDesign(state, self, threads: threads)
            let own = PassParameters(
                state, final: design.finalFactors, entering: design.enteringFactors, stages: stages)
            if state.work == .weights { return .next(own) }
            if needsCalibration, state.given?.hasFactors(of: own) != true {
                throw PassFailure.state(
                    "OTHER_PARAMETERS", "The parameters that the states were made with are not those of these data",
                    nil, "run all passes over the same partitions")
            }
            // k-means of more patterns than were kept goes on in rounds before there are results.
            if stages.contains(where: \.isRound) { return .next(own) }
            return .results(PlanRunner(self, MergedSums(state, self, design)).run())
        } catch { throw names.failure(error) }
    }
}

/// Merges states that lie in files, one at a time in memory beside the sum.
public struct PassMerging {
    public let plan: PassPlan

    public init(_ plan: PassPlan) { self.plan = plan }

    /// Merges by the plan that the first of the states carries; states of another one are then refused.
    /// - Parameter paths: the states.
    /// - Throws: `Failure` for a first state that cannot be read.
    public init(carriedBy paths: [String]) throws {
        guard let first = paths.first else { throw Self.nothing }
        plan = try PassState.plan(ResultFile.bytes(first), named: first)
    }

    private static let nothing = Failure(
        "USAGE", "There are no states to merge", remedy: "name the states that `peil partial` wrote",
        exitCode: ExitStatus.usage)

    /// - Throws: `Failure` that names the file which cannot be merged.
    public func merged(_ paths: [String]) throws -> PassState {
        // Partitions are met in the order of their numbers, whatever the order of the names.
        var order: [(first: Int, path: String)] = []
        for path in paths {
            order.append((try PassState.firstPartition(ResultFile.bytes(path), of: plan, named: path), path))
        }
        order.sort { $0.first < $1.first }
        guard let first = order.first else { throw Self.nothing }
        var result = try PassState(ResultFile.bytes(first.path), of: plan, named: first.path)
        for own in order.dropFirst() {
            try result.merge(PassState(ResultFile.bytes(own.path), of: plan, named: own.path), named: own.path, plan)
        }
        result.settle()
        return result
    }
}
