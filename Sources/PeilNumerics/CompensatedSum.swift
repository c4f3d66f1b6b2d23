/// Neumaier's compensated sum: the error stays at one rounding whatever the number of terms and their
/// spread.  Neumaier 1974, ZAMM 54:39–51.
@frozen
public struct CompensatedSum: Sendable, Equatable {
    @usableFromInline var sum = 0.0
    @usableFromInline var lost = 0.0

    @inlinable public init() {}

    /// Inlinable: it stands in the innermost loops of other modules.
    @inlinable public mutating func add(_ value: Double) {
        let next = sum + value
        lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
        sum = next
    }

    /// What another sum has, with what it lost.
    @inlinable public mutating func add(_ other: CompensatedSum) {
        add(other.sum)
        add(other.lost)
    }

    @inlinable public var value: Double { sum + lost }

    @inlinable public static func of(_ values: some Sequence<Double>) -> Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        return sum.value
    }
}
