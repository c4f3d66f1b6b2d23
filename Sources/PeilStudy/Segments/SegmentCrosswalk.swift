import PeilNumerics
public import PeilStatistics

/// Where the respondents of one version of the segments went in another: weighted shares of all respondents. Sizes of
/// two versions may be compared only through it.
public struct SegmentCrosswalk: Sendable, Equatable {
    public let fromVersion: Int
    public let fromCodes: [String]
    public let toCodes: [String]
    /// Old × new codes; all together 1.
    public let shares: [[Double]]

    init(fromVersion: Int, fromCodes: [String], toCodes: [String], shares: [[Double]]) {
        self.fromVersion = fromVersion
        self.fromCodes = fromCodes
        self.toCodes = toCodes
        self.shares = shares
    }

    public init(fromVersion: Int, _ old: Segmentation, _ new: Segmentation, weights: [Double]) {
        var sums = [[CompensatedSum]](
            repeating: [CompensatedSum](repeating: CompensatedSum(), count: new.codes.count), count: old.codes.count)
        for (row, weight) in weights.enumerated() {
            sums[Int(old.codeOfRow[row])][Int(new.codeOfRow[row])].add(weight)
        }
        let total = CompensatedSum.of(weights)
        self.init(
            fromVersion: fromVersion, fromCodes: old.codes, toCodes: new.codes,
            shares: sums.map { $0.map { total > 0 ? $0.value / total : 0 } })
    }

    var json: JSONValue {
        .object([
            ("from_version", .integer(fromVersion)), ("from", .strings(fromCodes)), ("to", .strings(toCodes)),
            ("shares", .array(shares.map { .numbers($0) }))
        ])
    }
}
