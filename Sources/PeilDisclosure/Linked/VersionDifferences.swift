/// Two versions of one wave whose bases differ by a few respondents give those few away: their answers are the difference.
///
/// Two waves whose bases differ by a few who joined, or by a few who left, do the same where the others answer as they did; people
/// in a base are told apart by `MemberSketch`, so that one person swapped for another is found at equal numbers too.
///
/// Looked at: every base that both versions print, and what is left of the region (or of everybody) when the areas (or
/// segments) that both print are taken off: the people of the hidden ones.
struct VersionDifferences {
    private let bases: [FigureName: Int]
    private let earlier: EarlierRelease
    private let members: BaseMembers
    private let minimumFrequency: Int

    /// - Parameter bases: printed ones, by row.
    init(_ bases: [FigureName: Int], _ earlier: EarlierRelease, _ members: BaseMembers, minimumFrequency: Int) {
        self.members = members
        self.bases = bases
        self.earlier = earlier
        self.minimumFrequency = minimumFrequency
    }

    func refuse() throws(DisclosureError) {
        var close: Set<String> = []
        for version in earlier.versions {
            for (name, base) in bases {
                guard let before = version.shown[name.rowID] else { continue }
                if isClose(base - before) || isClose(rest(name, version)) || isClose(moved(name, version) ?? 0) {
                    close.insert(name.rowID)
                }
            }
        }
        for wave in earlier.others {
            for (name, base) in bases {
                guard let before = wave.shown[name.rowID], let moved = moved(name, wave) else { continue }
                // Some joined and none left, or the other way round: else nobody knows whom a difference is about.
                if isClose(moved), moved == abs(base - before) { close.insert(name.rowID) }
            }
        }
        guard close.isEmpty else { throw .differencing(rowIDs: close.sorted()) }
    }

    /// People who are in one of the two bases only, where that can be told.
    private func moved(_ name: FigureName, _ version: EarlierRelease.Version) -> Int? {
        let key = BaseMembers.key(name)
        guard let own = members.sketches[key], let before = version.members[key] else { return nil }
        return own.difference(from: before, limit: minimumFrequency)
    }

    private func isClose(_ difference: Int) -> Bool { difference != 0 && abs(difference) < minimumFrequency }

    /// How many more people the hidden parts of a total hold than before; 0 where nothing is hidden.
    private func rest(_ total: FigureName, _ version: EarlierRelease.Version) -> Int {
        var change = 0
        if total.area.isEmpty { change = leftOver(total, version) { !$0.area.isEmpty && $0.segment == total.segment } }
        guard change == 0 || !isClose(change), total.segment.isEmpty else { return change }
        return leftOver(total, version) { !$0.segment.isEmpty && $0.area == total.area }
    }

    private func leftOver(
        _ total: FigureName, _ version: EarlierRelease.Version, _ isPart: (FigureName) -> Bool
    ) -> Int {
        guard let own = bases[total], let before = version.shown[total.rowID] else { return 0 }
        var (now, then, parts) = (own, before, 0)
        for (name, base) in bases
        where name.question == total.question && name.level == total.level && name.statistic == total.statistic
            && isPart(name)
        {
            guard let known = version.shown[name.rowID] else { continue }
            now -= base
            then -= known
            parts += 1
        }
        return parts == 0 ? 0 : now - then
    }
}
