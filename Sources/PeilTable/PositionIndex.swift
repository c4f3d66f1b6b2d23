/// Finds positions in a list by what stands there, four bytes a position: a dictionary would hold every key once more.
///
/// The list itself stays with the caller, who says how a position hashes and whether it is the one that is sought.
public struct PositionIndex: Sendable {
    /// Positions, each at its hash or at the next free place after it; -1 where there is none. More than half stays free.
    private var slots: [Int32]

    /// - Parameters:
    ///   - count: how many positions there are.
    ///   - hash: of what stands at a position.
    public init(count: Int, hash: (Int) -> Int) {
        var size = 4
        while size < 2 * count { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for position in 0..<count {
            var slot = hash(position) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(position)
        }
    }

    /// The first position that is sought; nil where there is none.
    /// - Parameters:
    ///   - hash: of what is sought.
    ///   - isSought: whether what stands at a position is that, and does not only hash like it.
    public func first(hash: Int, where isSought: (Int) -> Bool) -> Int? {
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let position = Int(slots[slot])
            if isSought(position) { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
