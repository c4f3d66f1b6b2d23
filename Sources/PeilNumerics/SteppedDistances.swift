internal import CNearestCentre

/// How the nearest of a few centres is found: the same bits each way.
enum CentreWay: Int32, CaseIterable {
    case portable, avx2, avx512

    static let best = CentreWay(rawValue: peil_centre_best()) ?? .portable

    /// Those that this processor knows.
    static var known: [CentreWay] { allCases.filter { $0.rawValue <= best.rawValue } }
}

/// Squared distances to at most eight centres as whole numbers of small steps, the centre's number in the lowest three
/// bits: sums have no rounding, the least of eight also says whose it is, and points go side by side. They tell the
/// nearest centre of nearly all points; for the others it takes `CodedDistances`.
struct SteppedDistances: Sendable {
    /// Of a point: the nearest centre, and how much farther the second is.
    typealias Near = peil_near_centre

    static let clusterLimit = 8
    /// Steps in the largest sum; with roundings and the number of the centre it stays below 2³¹.
    private static let steps = Double(0x0E00_0000)
    private static let groupLimit = 1000
    /// Behind lanes without a centre.
    private static let nobody: UInt32 = 0xFFFF_FFF8

    /// A code each.
    private let parts: [SIMD8<UInt32>]
    private let groups: Int
    private let rootOfStep: Float

    /// nil for other numbers of centres, and for squares near the end of what a double holds.
    /// - Parameters:
    ///   - squares: what a code adds to the squared distance to each centre, group by group.
    ///   - groupStarts: the first code of each group, and the number of codes.
    init?(_ squares: [SIMD8<Double>], groupStarts: [Int], clusters: Int) {
        let groups = groupStarts.count - 1
        guard (2...Self.clusterLimit).contains(clusters), groups <= Self.groupLimit else { return nil }
        var largest = 0.0
        for group in 0..<groups {
            var most = 0.0
            for code in groupStarts[group]..<groupStarts[group + 1] {
                for lane in 0..<clusters { most = max(most, squares[code][lane]) }
            }
            largest += most
        }
        guard largest > 0x1p-200, largest < 0x1p200 else { return nil }
        let stepsInOne = Self.steps / largest
        var parts = [SIMD8<UInt32>](repeating: .zero, count: squares.count)
        for code in 0..<squares.count {
            let isOfFirst = code < groupStarts[1]
            for lane in 0..<clusters {
                let steps = UInt32((squares[code][lane] * stepsInOne).rounded()) << 3
                parts[code][lane] = steps | (isOfFirst ? UInt32(lane) : 0)
            }
            if isOfFirst { for lane in clusters..<8 { parts[code][lane] = Self.nobody } }
        }
        self.parts = parts
        self.groups = groups
        rootOfStep = Float((1 / stepsInOne).squareRoot()).nextDown
    }

    /// Fills `found` with the nearest centres of the `pending` points, in their order.
    func find(_ points: CodedPoints, _ pending: PendingPoints, _ found: inout [Near], way: CentreWay = .best) {
        precondition(points.groups == groups && points.codeCount == parts.count, "points of this table")
        precondition(pending.end <= points.count && pending.count <= found.count, "points that are there, room for all")
        unsafe points.codes.withUnsafeBufferPointer { codes in
            unsafe parts.withUnsafeBytes { parts in
                unsafe pending.listed.withUnsafeBufferPointer { listed in
                    unsafe found.withUnsafeMutableBufferPointer { found in
                        // Each code is rounded by half a step at most; one more for the rounding of the product.
                        var stepped = unsafe peil_stepped_points(
                            codes: codes.baseAddress, groups: groups,
                            parts: parts.baseAddress?.assumingMemoryBound(to: UInt32.self),
                            most_error: Float(groups) / 2 + 1, root_of_step: rootOfStep)
                        unsafe peil_nearest_centres(
                            &stepped, listed.baseAddress, pending.count, found.baseAddress, way.rawValue)
                    }
                }
            }
        }
    }
}
