import PeilStatistics
import PeilTable

/// The rows of a report's figures by place, arranged once for all questions that everybody was asked: on a large sample
/// arranging costs more than most figures.
final class FigureDomains {
    enum Place: Hashable { case region, area, segment, segmentOfArea }

    private let prepared: StudyRun.Prepared
    private let area: String?
    private var groupings: [Place: Grouping] = [:]
    private var ofEverybody: [Place: GroupedDomain] = [:]

    init(_ prepared: StudyRun.Prepared, area: String?) {
        self.prepared = prepared
        self.area = area
    }

    /// - Parameter asked: rows to whom the question was put.
    func domain(_ place: Place, in asked: [Bool]) throws -> GroupedDomain {
        let grouping = try grouping(place)
        guard !asked.contains(false) else { return prepared.estimation.domain(by: grouping, in: asked) }
        if let known = ofEverybody[place] { return known }
        let new = prepared.estimation.domain(by: grouping)
        ofEverybody[place] = new
        return new
    }

    private func grouping(_ place: Place) throws -> Grouping {
        if let known = groupings[place] { return known }
        let segment = StudyRun.segmentVariable
        let names: [String] =
            switch place {
            case .region: []
            case .area: [area].compactMap { $0 }
            case .segment: [segment]
            case .segmentOfArea: [area, segment].compactMap { $0 }
            }
        let new: Grouping =
            names.isEmpty
            ? .everyone(rowCount: prepared.table.rowCount)
            : .cross(try names.map { ($0, try prepared.table.column($0)) })
        groupings[place] = new
        return new
    }
}
