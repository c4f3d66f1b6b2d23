internal import PeilNumerics

/// How the answers to an item become a coordinate.
public struct ItemScale: Sendable, Equatable {
    /// Σwx / Σw over the answers given.
    public let mean: Double
    /// √(Σw(x − mean)² / Σw), the divisor being Σw.
    public let deviation: Double
    /// Whether coordinates are (x − mean) / deviation; else they are the answers themselves.
    public let isStandardised: Bool

    public init(mean: Double, deviation: Double, isStandardised: Bool) {
        self.mean = mean
        self.deviation = deviation
        self.isStandardised = isStandardised
    }

    public func coordinate(_ answer: Double) -> Double { isStandardised ? (answer - mean) / deviation : answer }
    /// Where respondents without an answer stand: at the mean.
    public var absent: Double { isStandardised ? 0 : mean }
    /// The answer at a coordinate.
    public func answer(_ coordinate: Double) -> Double { isStandardised ? mean + deviation * coordinate : coordinate }

    /// Coordinates of an item's answers in order; the first stands for no answer.
    func places(_ item: NumberedItem) -> [Double] { [absent] + item.values.dropFirst().map(coordinate) }

    /// - Parameter units: weight of each answer of the item in order, the first for no answer.
    init(_ item: NumberedItem, units: [Int64], standardise: Bool) throws(SegmentationError) {
        let given = (1..<max(1, units.count)).filter { units[$0] > 0 }
        guard given.count > (standardise ? 1 : 0) else { throw .constantInput(item.name) }
        let total = CompensatedSum.of(given.lazy.map { Double(units[$0]) })
        let mean = CompensatedSum.of(given.lazy.map { Double(units[$0]) / total * item.values[$0] })
        let square = CompensatedSum.of(
            given.lazy.map { Double(units[$0]) / total * (item.values[$0] - mean) * (item.values[$0] - mean) })
        guard mean.isFinite, square.isFinite, square > 0 || !standardise else { throw .notFinite(item: item.name) }
        // Squared distances of answers as they are must not overflow.
        let isModest = given.allSatisfy { abs(item.values[$0]) < 0x1p300 }
        guard isModest || standardise else { throw .notFinite(item: item.name) }
        self.init(mean: mean, deviation: square.squareRoot(), isStandardised: standardise)
    }
}
