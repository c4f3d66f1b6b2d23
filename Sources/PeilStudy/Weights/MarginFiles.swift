import PeilIngest
import PeilStatistics
import PeilTable

/// Totals of margins that stand in files of a study: `{file, columns, total}`, or shares of `of` people.
struct MarginFiles {
    static let keys = ["file", "columns", "total", "of"]

    let folder: String
    /// What was read, for the hash of the study.
    private(set) var texts: [String] = []

    init(folder: String) { self.folder = folder }

    /// Sums of the column `total` over the columns that the margin does not use.
    mutating func totals(_ section: Section, _ variables: [String]) throws -> [(key: [String], total: Double)] {
        let path = StudyFiles.join(folder, try section.path("file"))
        texts.append(try StudyFiles.text(path, what: "margins", maximum: StudyFiles.maximumTableBytes))
        let columns = try section.texts("columns", default: variables)
        let total = try section.text("total")
        guard columns.count == variables.count else { throw section.fail("columns", "as many columns as variables") }
        let people = section.isAbsent("of") ? nil : try section.number("of")
        if let people, people <= 0 { throw section.fail("of", "a number of people above 0") }
        do {
            let table = try AnalysisTableReader.read(path: path, columns: Set(columns + [total]))
            return try Self.shares(try Self.cells(columns, total, table), of: people)
        } catch {
            throw Failure(naming: error, file: path).inStudyFile(path)
        }
    }

    /// Shares must add up to 1 (or 100 as percentages) before they become counts.
    private static func shares(
        _ cells: [(key: [String], total: Double)], of people: Double?
    ) throws -> [(key: [String], total: Double)] {
        guard let people else { return cells }
        let sum = cells.map(\.total).reduce(0, +)
        for whole in [1.0, 100] where abs(sum - whole) <= 0.005 * whole {
            return cells.map { ($0.key, $0.total / sum * people) }
        }
        throw Failure(
            "BAD_TARGET", "The shares of the margins file add up to \(sum), not to 1 or 100",
            remedy: "correct the shares, or take `of` out where the file holds counts",
            exitCode: ExitStatus.configuration)
    }

    private static func cells(
        _ columns: [String], _ total: String, _ table: Table
    ) throws -> [(key: [String], total: Double)] {
        let grouping = Grouping.cross(try columns.map { ($0, try table.column($0)) })
        let counts = try table.numbers(total)
        var sums = [Double](repeating: 0, count: grouping.count)
        for row in 0..<table.rowCount {
            guard grouping.groupOfRow[row] >= 0, counts.isPresent(row) else {
                throw Failure(
                    "BAD_TARGET", "A line of the margins file is not complete", line: row + 2,
                    remedy: "fill every cell that the margins use", exitCode: ExitStatus.configuration)
            }
            sums[Int(grouping.groupOfRow[row])] += counts.values[row]
        }
        return zip(grouping.keys, sums).map { ($0, $1) }
    }
}
