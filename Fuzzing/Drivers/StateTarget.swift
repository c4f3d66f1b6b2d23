import PeilNumerics

@testable import PeilStudy

/// What a worker of a cluster sends: states and parameters of passes. Whoever merges reads them from other machines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzState(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    StateTarget.check(bytes)
    return 0
}

enum StateTarget {
    private static let planted = PlantedMistake()

    /// The bytes as they came, and under the right checksum: it would stop nearly all that a fuzzer invents.
    static func check(_ bytes: [UInt8]) {
        read(bytes)
        let content = Array(bytes.dropLast(16))
        var checksum = CyclicChecksum()
        checksum.add(content, 0..<content.count)
        read(content + Array(checksum.text.utf8))
    }

    private static func read(_ bytes: [UInt8]) {
        do {
            let plan = try PassState.plan(bytes, named: "1.state")
            let state = try PassState(bytes, of: plan, named: "1.state")
            guard try PassState(state.sealed(), of: plan, named: "1.state").sealed() == state.sealed() else {
                finding("a state that was read is written otherwise")
            }
            let twice = PassMerging.twiceRefused(state, plan)
            guard twice else { finding("a partition is counted twice") }
            for parameters in [state.given].compactMap({ $0 }) {
                _ = try PassParameters(parameters.sealed(), of: plan, named: "parameters")
            }
        } catch {
            let failure = Failure(naming: error, file: "1.state")
            planted.run(after: failure.code, where: "STATE_CUT", on: bytes)
            guard exitCodes.contains(failure.exitCode), !failure.code.isEmpty, !failure.remedy.isEmpty else {
                finding("an error has no exit code of sysexits, or says nothing", failure.text)
            }
        }
    }
}

extension PassMerging {
    fileprivate static func twiceRefused(_ state: PassState, _ plan: PassPlan) -> Bool {
        var sum = state
        do { try sum.merge(state, named: "2.state", plan) } catch { return true }
        return false
    }
}
