import PeilStore

/// A file of a simulated study: a path inside its folder and the bytes.
public struct SimulatedFile: Sendable {
    public let path: String
    public let bytes: [UInt8]
    public var sha256: String { SimulatedFile.sha256(of: bytes) }

    static func sha256(of bytes: [UInt8]) -> String { ContentHash(of: bytes).hex }
}

extension Simulation {
    /// All files of a simulated study from the texts of `simulation.yaml` and `margins.csv`: the wave files,
    /// `frame.csv`, `data/truth_types.csv` and, last, `truth.json` with the hashes of the others.
    /// The caller writes them; this module touches no disk. rows, seed: nil for those of the parameters.
    public static func files(
        parametersText: String, marginsText: String, rows: Int? = nil, seed: UInt64? = nil
    )
        throws(SimulationError) -> [SimulatedFile]
    {
        var parameters = try SimulationParameters(yaml: parametersText)
        parameters.rows = rows ?? parameters.rows
        parameters.sampleSeed = seed ?? parameters.sampleSeed
        let population = try population(parameters, margins: try AdultMargin.read(csv: marginsText))
        let waves = try drawWaves(from: population)
        let files = delivery(of: waves, from: population)
        let hashes =
            files.map { ($0.path, $0.sha256) } + [
                ("simulation.yaml", SimulatedFile.sha256(of: Array(parametersText.utf8))),
                ("margins.csv", SimulatedFile.sha256(of: Array(marginsText.utf8)))
            ]
        let document = TruthDocument(
            population: population, waves: waves, truth: truth(of: population),
            hashes: hashes)
        return files + [SimulatedFile(path: "truth.json", bytes: Array(document.json.text.utf8) + [10])]
    }

    /// What a survey office would hand over for drawn waves, and beside it the types that only a simulation knows:
    /// the wave files, `data/truth_types.csv` and `frame.csv`.
    public static func delivery(of waves: [SimulatedWave], from population: FinitePopulation) -> [SimulatedFile] {
        waves.map { SimulatedFile(path: $0.file, bytes: $0.bytes()) } + [
            SimulatedFile(path: "data/truth_types.csv", bytes: typesBytes(waves, population)),
            SimulatedFile(path: "frame.csv", bytes: frameBytes(waves, population))
        ]
    }

    /// One row an invited adult and wave, in the order of the pseudonyms.
    static func frameBytes(_ waves: [SimulatedWave], _ population: FinitePopulation) -> [UInt8] {
        let parameters = population.parameters
        var rows: [[String]] = []
        for wave in waves {
            rows += wave.frame.map { adult in
                [
                    String(wave.code), Pseudonym.person(adult.person, seed: population.seed),
                    Pseudonym.household(adult.household, seed: population.seed), population.strata[adult.stratum].name,
                    DutchText.decimal(adult.baseWeight, places: 6), adult.disposition.rawValue,
                    parameters.municipalities[population.municipality(of: adult.person)].code,
                    population.registerSex(of: adult.person) == 0 ? "m" : "v",
                    parameters.ageClasses[population.ageClass(of: adult.person)].label
                ]
            }.sorted { ($0[2], $0[1]) < ($1[2], $1[1]) }
        }
        return DutchText.bytes(
            header: [
                "golf", "persoon_id", "hh_id", "stratum", "basisgewicht", "disposition",
                "gemeente", "geslacht", "leeftijd_klasse"
            ], rows: rows)
    }

    /// The latent audience type behind each response, kept apart from the waves: no respondent states it.
    static func typesBytes(_ waves: [SimulatedWave], _ population: FinitePopulation) -> [UInt8] {
        var rows: [[String]] = []
        for wave in waves {
            rows += wave.rows.map { row in
                let type = population.audienceType(of: row.person, wave: wave.wave)
                return [String(wave.code), row.responseID, population.parameters.types[type].name]
            }
        }
        return DutchText.bytes(header: ["golf", "resp_id", "type"], rows: rows)
    }
}
