import PeilIngest
import PeilReport
import PeilStore

/// Reads where the areas lie: `areas › boundaries`, the file of their shapes, and `areas › tiles`, their places on a map
/// of tiles. Both must know every area, so that no report is written with a hole in its map.
struct GeographyReader {
    private let section: Section
    /// Codes of the areas, from the codebook.
    private let codes: [String]
    private let folder: String

    struct Answer {
        var geography = ReportOutline.Geography()
        /// Of the file of shapes, which is part of what the study is.
        var hashes: [ContentHash] = []
    }

    init(_ section: Section, variable: String, codebook: Codebook, folder: String) {
        self.section = section
        codes = codebook.variables.first { $0.id == variable }?.categories.map(\.code) ?? []
        self.folder = folder
    }

    func answer() throws -> Answer {
        var answer = Answer()
        if let own = try section.optionalSection("boundaries") {
            try own.allow(["file", "code", "source"])
            try needCodes("boundaries")
            let name = try own.path("file")
            let path = StudyFiles.join(folder, name)
            let bytes = try StudyFiles.bytes(path, what: "boundaries", maximum: Boundaries.maximumBytes)
            do {
                answer.geography.boundaries = try Boundaries(
                    geoJSON: bytes, code: try own.text("code"), codes: codes)
            } catch let error as BoundaryError { throw Failure(naming: error, file: path) }
            answer.geography.source = try own.optionalLocalized("source")
            answer.hashes = [ContentHash(of: bytes)]
        }
        if let own = try section.optionalSection("tiles") { answer.geography.tiles = try tiles(own) }
        return answer
    }

    private func needCodes(_ key: String) throws {
        guard !codes.isEmpty else {
            throw section.fail(
                key, "absent where the codebook does not list the areas", remedy: "give the area variable its `labels`")
        }
    }

    /// `code: [column, row]`, columns in halves.
    private func tiles(_ own: Section) throws -> [String: Chart.TilePosition] {
        try needCodes("tiles")
        try own.allow(codes)
        var result: [String: Chart.TilePosition] = [:]
        for code in codes {
            let pair = try own.numbers(code)
            guard pair.count == 2, pair[0] >= 0, pair[0] <= 100, pair[0] * 2 == (pair[0] * 2).rounded(),
                let row = Int(exactly: pair[1]), (0...100).contains(row)
            else {
                throw own.fail(code, "[column, row]", remedy: "for example [0.5, 1]: columns in halves, rows whole")
            }
            if let other = result.first(where: { $1.row == row && abs($1.column - pair[0]) < 1 }) {
                throw own.fail(code, "a place of its own: '\(other.key)' is there", remedy: "move one of the two")
            }
            result[code] = Chart.TilePosition(column: pair[0], row: row)
        }
        return result
    }
}
