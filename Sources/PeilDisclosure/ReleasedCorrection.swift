/// What differs between a corrected report and the version that readers saw before it. Both are released, so the list tells
/// nothing that the two do not.
public struct ReleasedCorrection: Sendable, Codable {
    /// 2 for the first correction of a wave.
    public let version: Int
    /// Name of the publication that it replaces.
    public let replaces: String
    /// Figures whose printed value changed, appeared or went, in the order of the rows.
    public let changed: [Figure]

    public struct Figure: Sendable, Codable {
        public let name: FigureName
        /// As it was printed, with the decimals of the tables where they have more; nil: it was not shown.
        public let before: Double?
        public let now: Double?
    }
}

extension Released where Content == Publication {
    /// The same release, which also says what it corrects.
    public func correcting(
        _ earlier: Released<Publication>, version: Int, replaces id: String
    ) -> Released<Publication> {
        func printed(_ row: ReleasedRow) -> [Double?] {
            [row.estimate, row.tableEstimate, row.lower, row.upper, row.n.map(Double.init)]
        }
        let before = Dictionary(
            earlier.content.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changed: [ReleasedCorrection.Figure] = []
        for row in content.rows {
            let old = before[row.name]
            guard old.map(printed) != printed(row) else { continue }
            let isSilent = old?.estimate == nil && row.estimate == nil
            if isSilent, old?.status == row.status { continue }
            changed.append(
                .init(
                    name: row.name, before: old.flatMap { $0.tableEstimate ?? $0.estimate },
                    now: row.tableEstimate ?? row.estimate))
        }
        let names = Set(content.rows.map(\.name))
        for row in earlier.content.rows where !names.contains(row.name) && row.estimate != nil {
            changed.append(.init(name: row.name, before: row.tableEstimate ?? row.estimate, now: nil))
        }
        var publication = content
        publication.correction = ReleasedCorrection(version: version, replaces: id, changed: changed)
        return Released(publication)
    }

    /// The release as it would be for a first version.
    public var withoutCorrection: Released<Publication> {
        var publication = content
        publication.correction = nil
        return Released(publication)
    }
}
