/// Number of adults in one municipality, sex and age class: one line of `margins.csv`.
public struct AdultMargin: Sendable, Equatable {
    public var municipalityCode: String
    public var municipality: String
    /// `m` or `v`, as the population register has it.
    public var sex: String
    public var ageClass: String
    public var population: Int

    public init(municipalityCode: String, municipality: String, sex: String, ageClass: String, population: Int) {
        self.municipalityCode = municipalityCode
        self.municipality = municipality
        self.sex = sex
        self.ageClass = ageClass
        self.population = population
    }

    static let header = ["municipality_code", "municipality", "sex", "age_class", "population"]

    /// Reads the text of a margins file: semicolons or commas, no quotes, header as `header`.
    public static func read(csv text: String) throws(SimulationError) -> [AdultMargin] {
        var margins: [AdultMargin] = []
        let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let lines = plain.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let first = lines.first, fields(first) == header else {
            throw .badMargin(line: 1, expected: "the header \(header.joined(separator: ";"))")
        }
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let cells = fields(line)
            guard cells.count == 5, cells[2] == "m" || cells[2] == "v", let count = Int(cells[4]), count >= 0 else {
                throw .badMargin(line: index + 1, expected: "five cells, sex m or v, a whole number of people")
            }
            margins.append(
                AdultMargin(
                    municipalityCode: cells[0], municipality: cells[1], sex: cells[2],
                    ageClass: cells[3], population: count))
        }
        return margins
    }

    private static func fields(_ line: Substring) -> [String] {
        line.split(omittingEmptySubsequences: false) { $0 == ";" || $0 == "," }.map(String.init)
    }
}

/// Counts by municipality × sex × age class in the order of the parameters.
struct MarginTable {
    /// `counts[municipality][sex][ageClass]`
    let counts: [[[Int]]]

    init(_ margins: [AdultMargin], parameters: SimulationParameters) throws(SimulationError) {
        let classes = parameters.ageClasses.map(\.label)
        let codes = parameters.municipalities.map(\.code)
        var counts = [[[Int]]](
            repeating: [[Int]](repeating: [Int](repeating: -1, count: classes.count), count: 2),
            count: codes.count)
        for margin in margins {
            guard let municipality = codes.firstIndex(of: margin.municipalityCode) else {
                throw .marginMismatch("municipality \(margin.municipalityCode) has no parameters")
            }
            guard let ageClass = classes.firstIndex(of: margin.ageClass) else {
                throw .marginMismatch("age class \(margin.ageClass) has no parameters")
            }
            let sex = margin.sex == "m" ? 0 : 1
            guard counts[municipality][sex][ageClass] < 0 else {
                throw .marginMismatch("\(margin.municipalityCode) \(margin.sex) \(margin.ageClass) occurs twice")
            }
            counts[municipality][sex][ageClass] = margin.population
        }
        for (code, table) in zip(codes, counts) where table.contains(where: { $0.contains { $0 < 0 } }) {
            throw .marginMismatch("a cell of municipality \(code) is absent")
        }
        self.counts = counts
    }
}
