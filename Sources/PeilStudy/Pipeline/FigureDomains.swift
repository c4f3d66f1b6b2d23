import PeilStatistics
import PeilTable
import Synchronization

/// The rows of a report's figures by place, arranged once for all questions that everybody was asked: on a large sample
/// arranging costs more than most figures.
final class FigureDomains: Sendable {
    enum Place: Hashable, Sendable { case region, area, segment, segmentOfArea }

    private let prepared: StudyRun.Prepared
    private let area: String?
    private let known = Mutex<Known>(Known())

    private struct Known {
        var groupings: [Place: Grouping] = [:]
        var ofEverybody: [Place: GroupedDomain] = [:]
    }

    init(_ prepared: StudyRun.Prepared, area: String?) {
        self.prepared = prepared
        self.area = area
    }

    /// - Parameter asked: rows to whom the question was put.
    func domain(_ place: Place, in asked: [Bool]) throws -> GroupedDomain {
        // One at a time: who waits would otherwise make the same once more.
        let grouping = try known.withLock { known in
            let grouping = try known.groupings[place] ?? self.grouping(place)
            known.groupings[place] = grouping
            return grouping
        }
        guard !asked.contains(false) else { return prepared.estimation.domain(by: grouping, in: asked) }
        return known.withLock { known in
            let domain = known.ofEverybody[place] ?? prepared.estimation.domain(by: grouping)
            known.ofEverybody[place] = domain
            return domain
        }
    }

    private func grouping(_ place: Place) throws -> Grouping {
        let segment = StudyRun.segmentVariable
        let names: [String] =
            switch place {
            case .region: []
            case .area: [area].compactMap { $0 }
            case .segment: [segment]
            case .segmentOfArea: [area, segment].compactMap { $0 }
            }
        return names.isEmpty
            ? .everyone(rowCount: prepared.table.rowCount)
            : .cross(try names.map { ($0, try prepared.table.column($0)) })
    }
}
