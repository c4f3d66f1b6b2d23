internal import PeilNumerics

/// Columns of a joint variance: each a linear combination of the groups' basic totals.
struct VarianceColumns {
    /// Which cells a column's domain holds.
    enum Domain: Equatable {
        case group(Int)
        case allGroups
    }

    let groupCount: Int
    let basicCount: Int
    /// Parameters per group.
    let parameters: Int
    private(set) var domains: [Domain] = []
    /// Coefficients of the columns of groups: parameters × k a group, row by row.
    private let gradients: [Double]
    private(set) var contrasts: [Contrast] = []

    init(groupCount: Int, basicCount: Int, gradients: [DenseMatrix?], groupsAreOneDomain: Bool) {
        self.groupCount = groupCount
        self.basicCount = basicCount
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        self.parameters = parameters
        var coefficients = [Double](repeating: 0, count: groupCount * parameters * basicCount)
        for group in 0..<groupCount {
            for j in 0..<parameters {
                let offset = (group * parameters + j) * basicCount
                if let gradient = gradients[group] {
                    for b in 0..<basicCount { coefficients[offset + b] = gradient[j, b] }
                }
                domains.append(groupsAreOneDomain ? .allGroups : .group(group))
            }
        }
        self.gradients = coefficients
    }

    var count: Int { domains.count }
    /// Columns of groups, before the contrasts.
    var plainCount: Int { groupCount * parameters }

    /// What basic totals of one group give for parameter j of it.
    @inline(__always)
    func plain(_ group: Int, _ j: Int, _ totals: [Double], at offset: Int) -> Double {
        var sum = 0.0
        let first = (group * parameters + j) * basicCount
        for b in 0..<basicCount { sum += gradients[first + b] * totals[offset + b] }
        return sum
    }

    /// A group beside all other rows of the domain.
    struct Contrast {
        let group: Int
        let parameter: Int
        /// The rest's gradient, k; nil where the rest has no value.
        let rest: [Double]?
    }

    /// θ(group) − θ(rest): adds the column of group and parameter with minus the rest's gradient in every other
    /// group; the rest is every other row of the domain, so the two share no row.
    mutating func addContrast(group: Int, parameter: Int, restGradient: DenseMatrix?) {
        let rest = restGradient.map { gradient in (0..<basicCount).map { gradient[parameter, $0] } }
        contrasts.append(Contrast(group: group, parameter: parameter, rest: rest))
        domains.append(.allGroups)
    }

    /// Coefficients of a group's own column, k.
    func gradient(_ group: Int, _ parameter: Int) -> ArraySlice<Double> {
        let first = (group * parameters + parameter) * basicCount
        return gradients[first..<first + basicCount]
    }

    /// Element (column, group · k + b) of the contrasts; nil without any. Rows of groups are 0.
    var contrastMatrix: DenseMatrix? {
        guard !contrasts.isEmpty else { return nil }
        var result = DenseMatrix(rows: count, columns: groupCount * basicCount)
        for (column, contrast) in contrasts.enumerated() {
            let row = plainCount + column
            for (b, value) in gradient(contrast.group, contrast.parameter).enumerated() {
                result[row, contrast.group * basicCount + b] = value
            }
            guard let rest = contrast.rest else { continue }
            for other in 0..<groupCount where other != contrast.group {
                for b in 0..<basicCount { result[row, other * basicCount + b] = -rest[b] }
            }
        }
        return result
    }
}
