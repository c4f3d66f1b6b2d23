import Foundation

/// The record of a long run, as far as a shorter one is compared with it.
struct EarlierRun: Decodable {
    private struct Line: Decodable {
        let kind: String
        let question: String
        let area: String
        let segment: String
        let coverage: Double
    }

    private let statistics: [Line]

    init(record path: String) throws {
        self = try JSONDecoder().decode(EarlierRun.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    var coverage: [Statistic: Double] {
        Dictionary(
            statistics.compactMap { line in
                Statistic.Kind(rawValue: line.kind).map { kind in
                    (
                        Statistic(kind: kind, question: line.question, area: line.area, segment: line.segment),
                        line.coverage
                    )
                }
            }, uniquingKeysWith: { first, _ in first })
    }
}
