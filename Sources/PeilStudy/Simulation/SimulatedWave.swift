/// One drawn wave: the file as it would be delivered and, for tests of methods, what lies behind it.
public struct SimulatedWave: Sendable {
    /// Index in the parameters' waves.
    public let wave: Int
    public let code: Int
    /// Path of the wave file inside the study folder.
    public let file: String
    public let columns: [String]
    /// One row a respondent, in the order in which forms came in.
    public let rows: [SimulatedRow]
    /// One entry an invited adult, with the outcome of the invitation.
    public let frame: [SampledAdult]

    /// The bytes of the wave file.
    public func bytes() -> [UInt8] { DutchText.bytes(header: columns, rows: rows.map(\.cells)) }

    /// The texts of one column, nil when the file does not have it.
    public func column(_ name: String) -> [String]? {
        columns.firstIndex(of: name).map { index in rows.map { $0.cells[index] } }
    }
}

public struct SimulatedRow: Sendable {
    public let responseID: String
    /// The adult of the population behind this row.
    public let person: Int
    public let cells: [String]
}

extension SimulatedWave {
    init(wave: Int, frame: [SampledAdult], population: FinitePopulation, draw: SampleDraw) {
        let random = draw.random.stream("interviews").stream(UInt64(wave))
        var interviews: [Interview] = []
        for sampled in frame where sampled.disposition == .responded {
            interviews.append(
                Interview(
                    of: sampled, wave: wave, in: population,
                    random: random.stream(UInt64(sampled.person))))
        }
        interviews.sort { $0.arrival < $1.arrival }
        let parameters = population.parameters.waves[wave]
        self.wave = wave
        self.frame = frame
        code = parameters.code
        file = parameters.file
        columns = population.parameters.columns
        let sources = CellSource.all(population.parameters)
        rows = interviews.enumerated().map { index, interview in
            let number = String(index + 1)
            let id = "R\(parameters.code)-" + String(repeating: "0", count: max(0, 6 - number.utf8.count)) + number
            return SimulatedRow(
                responseID: id, person: interview.sampled.person,
                cells: interview.cells(responseID: id, sources))
        }
    }
}
