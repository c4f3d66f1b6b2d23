/// How far the search for a pattern has come.
public struct SuppressionStep: Sendable, Equatable {
    public enum Stage: String, Sendable, CaseIterable {
        case choosing = "cells to hide"
        case takingBack = "cells to publish again"
        case wholeNumbers = "tables in whole numbers"
        case cheapest = "the cheapest pattern"
        case attack = "attack on what is left"
    }

    public let stage: Stage
    /// Cells that are done, of `count`; both 0 where nobody knows how long it takes.
    public let done: Int
    public let count: Int
}
