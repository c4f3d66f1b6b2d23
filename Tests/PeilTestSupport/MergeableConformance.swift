import Foundation
import PeilStatistics
import Testing

/// The laws of `Mergeable`, for any conformer.
/// - Parameters:
///   - rows: at least four rows, whatever a row is to the state.
///   - summarise: the state of some rows.
///   - empty: the state of no rows.
///   - otherShape: a state that must not merge with these.
///   - distance: largest relative difference of two states; infinite where their structure differs.
public func checkMergeable<State: Mergeable, Row>(
    rows: [Row], summarise: ([Row]) -> State, empty: State, otherShape: State,
    distance: (State, State) -> Double, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    precondition(rows.count >= 4, "the laws need rows to split")
    let cuts = (rows.count / 3, 2 * rows.count / 3)
    let a = summarise(Array(rows[..<cuts.0]))
    let b = summarise(Array(rows[cuts.0..<cuts.1]))
    let c = summarise(Array(rows[cuts.1...]))
    let whole = summarise(rows)
    let left = try merged(merged(a, b), c)
    let right = try merged(a, merged(b, c))
    #expect(distance(left, right) <= 1e-12, "merging is associative to 1e-12", sourceLocation: sourceLocation)
    #expect(
        distance(left, whole) <= 1e-12, "the merge of parts is the state of all rows to 1e-12",
        sourceLocation: sourceLocation)
    #expect(distance(a, whole) > 1e-6, "the distance tells states apart", sourceLocation: sourceLocation)
    #expect(
        try distance(merged(empty, a), a) == 0, "an empty state on the left changes nothing",
        sourceLocation: sourceLocation)
    #expect(
        try distance(merged(a, empty), a) == 0, "an empty state on the right changes nothing",
        sourceLocation: sourceLocation)
    let decoded = try JSONDecoder().decode(State.self, from: JSONEncoder().encode(whole))
    #expect(
        distance(decoded, whole) == 0, "a state comes back from its stored form bit by bit",
        sourceLocation: sourceLocation)
    #expect(throws: MergeError.differentShape, sourceLocation: sourceLocation) { try merged(a, otherShape) }
    #expect(throws: MergeError.differentShape, sourceLocation: sourceLocation) { try merged(otherShape, a) }
    #expect(State.stateVersion >= 1, "stored states carry a version", sourceLocation: sourceLocation)
}

private func merged<State: Mergeable>(_ first: State, _ second: State) throws(MergeError) -> State {
    var result = first
    try result.merge(second)
    return result
}
