/// The cheapest set that holds an element of every cut: depth first, branching on the smallest cut that is not hit,
/// bounded by the cheapest elements of cuts that share none. Elements are bits, the cheapest the lowest.
struct HittingSet {
    /// Smallest first.
    private var cuts: [UInt128] = []
    /// Of each bit.
    private let prices: [Double]
    private var nodesLeft: Int
    private var best: UInt128?
    private var bestPrice = Double.infinity
    /// False where the nodes ran out.
    private(set) var isComplete = true
    /// Elements that it can hold.
    static let limit = UInt128.bitWidth

    /// - Parameters:
    ///   - prices: of each element, ascending.
    ///   - nodeLimit: sets that are tried, over all searches together.
    init(prices: [Double], nodeLimit: Int) {
        precondition(prices.count <= Self.limit, "a bit for each element")
        self.prices = prices
        nodesLeft = nodeLimit
    }

    mutating func add(_ cut: UInt128) {
        let size = cut.nonzeroBitCount
        cuts.insert(cut, at: cuts.firstIndex { $0.nonzeroBitCount > size } ?? cuts.count)
    }

    /// nil where there is none below a limit, or none was found.
    mutating func solve(below limit: Double) -> UInt128? {
        (best, bestPrice) = (nil, limit)
        branch(0, excluded: 0, price: 0, cuts)
        return best
    }

    /// - Parameter cuts: those that may not be hit yet.
    private mutating func branch(_ chosen: UInt128, excluded: UInt128, price spent: Double, _ cuts: [UInt128]) {
        guard nodesLeft > 0 else {
            isComplete = false
            return
        }
        nodesLeft -= 1
        let open = cuts.filter { $0 & chosen == 0 }
        guard let first = open.min(by: { ($0 & ~excluded).nonzeroBitCount < ($1 & ~excluded).nonzeroBitCount }) else {
            // Open or not, a set that costs as much as the limit is worth nothing.
            if spent < bestPrice - 1e-12 { (best, bestPrice) = (chosen, spent) }
            return
        }
        guard spent + bound(open, excluded) < bestPrice - 1e-12 else { return }
        var excluded = excluded
        var elements = first & ~excluded
        while elements != 0 {
            let bit = elements.trailingZeroBitCount
            let element: UInt128 = 1 << bit
            elements &= ~element
            branch(chosen | element, excluded: excluded, price: spent + prices[bit], open)
            excluded |= element
        }
    }

    private func bound(_ open: [UInt128], _ excluded: UInt128) -> Double {
        var (used, result): (UInt128, Double) = (0, 0)
        for cut in open {
            let elements = cut & ~excluded
            guard elements != 0 else { return .infinity }
            guard elements & used == 0 else { continue }
            used |= elements
            result += prices[elements.trailingZeroBitCount]
        }
        return result
    }
}
