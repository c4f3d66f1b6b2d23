internal import CNearestCentre

/// Points of a block whose nearest centre may be another than before.
struct PendingPoints {
    private static let scratch = 16
    /// The first `count` of these, in rising order.
    private(set) var listed: [Int32]
    private(set) var count = 0
    /// Beyond every point that is listed.
    private(set) var end = 0

    init(block: Int) { listed = [Int32](repeating: 0, count: block + Self.scratch) }

    /// Lists the points of `range` whose cluster has drifted as far as their slack.
    /// - Parameter drift: by label; the last also for labels beyond.
    mutating func list(
        _ range: Range<Int>, _ labels: [UInt16], _ slack: [Float], _ drift: [Float], way: CentreWay = .best
    ) {
        precondition(range.upperBound <= min(labels.count, slack.count, Int(Int32.max)), "points that are there")
        precondition(range.count + Self.scratch <= listed.count && !drift.isEmpty, "room for all")
        end = range.upperBound
        count = unsafe labels.withUnsafeBufferPointer { labels in
            unsafe slack.withUnsafeBufferPointer { slack in
                unsafe drift.withUnsafeBufferPointer { drift in
                    unsafe listed.withUnsafeMutableBufferPointer { listed in
                        unsafe peil_points_that_may_move(
                            labels.baseAddress, slack.baseAddress, drift.baseAddress, drift.count,
                            Int32(range.lowerBound), Int32(range.upperBound), listed.baseAddress, way.rawValue)
                    }
                }
            }
        }
    }
}
