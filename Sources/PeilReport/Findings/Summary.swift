/// What a reader with one minute gets: what is clear first, then who, what stops them, which channel and where, then the largest
/// thing of each section.
enum Summary {
    private static let mostClear = 6
    private static let mostEstimated = 5

    /// - Parameters:
    ///   - findings: those of each section, in the order of the page.
    ///   - told: rows whose figures stand above the summary, which tells nothing twice.
    static func choose(_ findings: [[Finding]], told: Set<String> = []) -> [Finding] {
        let fresh = findings.map { $0.filter { told.isDisjoint(with: $0.rowIDs) } }
        let clear = fresh.joined().filter { $0.evidence == .clear }.prefix(mostClear)
        let themed = Finding.Theme.allCases.dropLast().compactMap { first($0, in: fresh) }
        let others = fresh.compactMap { section in section.first { $0.theme == .other && $0.evidence == .estimated } }
        let nowhere = fresh.joined().filter(\.speaksForOthers)
        return Array(clear) + (themed + others).prefix(mostEstimated) + nowhere
    }

    /// The first thing that the page says on a theme; of regional patterns also where they are indicative.
    static func first(_ theme: Finding.Theme, in findings: [[Finding]]) -> Finding? {
        findings.joined().first {
            $0.theme == theme && ($0.evidence == .estimated || theme == .priority && $0.evidence == .indicative)
        }
    }
}

extension [Finding] {
    /// A summary that would only say of how many things nothing was found begins with what was, though the heading says it too.
    /// - Parameter heading: the finding that is the heading of the page.
    func led(by heading: Finding?) -> [Finding] {
        guard let heading, !isEmpty, allSatisfy(\.speaksForOthers) else { return self }
        return [heading] + self
    }
}
