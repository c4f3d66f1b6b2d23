/// What a reader with one minute gets: what is clear first, then the largest thing of each section.
enum Summary {
    private static let mostClear = 6
    private static let mostEstimated = 3

    /// - Parameter findings: those of each section, in the order of the page.
    static func choose(_ findings: [[Finding]]) -> [Finding] {
        let clear = findings.joined().filter { $0.evidence == .clear }.prefix(mostClear)
        let estimated = findings.compactMap { section in section.first { $0.evidence == .estimated } }
        return Array(clear) + estimated.prefix(mostEstimated)
    }
}
