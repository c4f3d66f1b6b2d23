/// The content of `truth.json`: true values of each wave, what the sample became, and hashes of the files.
struct TruthDocument {
    let population: FinitePopulation
    let waves: [SimulatedWave]
    let truth: [PopulationTruth]
    /// Path and SHA-256 of each file.
    let hashes: [(String, String)]

    var json: OrderedJSON {
        let parameters = population.parameters
        return .object([
            ("schema", .text("peil-simulation-truth-1")),
            ("note", .text("Invented population; no person of flesh and blood is in it.")),
            ("population_seed", .text(String(population.seed))),
            ("sample_seed", .text(String(parameters.sampleSeed))),
            ("rows", .number(Double(parameters.rows))),
            ("adults", .number(Double(population.adultCount))),
            ("households", .number(Double(population.householdCount))),
            ("respondents_in_all_waves", .number(Double(peopleInAllWaves))),
            ("waves", .list(zip(waves, truth).map { waveValue($0, $1) })),
            ("files", .object(hashes.map { ($0, .text($1)) }))
        ])
    }

    private var peopleInAllWaves: Int {
        guard let first = waves.first else { return 0 }
        return waves.dropFirst().reduce(Set(first.rows.map(\.person))) { $0.intersection($1.rows.map(\.person)) }
            .count
    }

    private func waveValue(_ wave: SimulatedWave, _ truth: PopulationTruth) -> OrderedJSON {
        let parameters = population.parameters
        return .object([
            ("wave", .number(Double(wave.code))),
            ("label", .text(parameters.waves[wave.wave].label)),
            ("file", .text(wave.file)),
            ("sample", sampleValue(wave)),
            ("region", groupValue(truth.region)),
            (
                "municipalities",
                .object(
                    zip(parameters.municipalities, truth.municipalities).map {
                        ($0.code, groupValue($1))
                    })
            ),
            ("household_correlation", .object(truth.householdCorrelation.map { ($0.name, .rounded($0.value)) }))
        ])
    }

    private func sampleValue(_ wave: SimulatedWave) -> OrderedJSON {
        let outcomes = Disposition.allCases.map { disposition in
            (disposition.rawValue, OrderedJSON.number(Double(wave.frame.count { $0.disposition == disposition })))
        }
        let eligible = wave.frame.count { $0.disposition != .notEligible }
        let byMunicipality = population.parameters.municipalities.enumerated().map { index, municipality in
            (
                municipality.code,
                OrderedJSON.number(Double(wave.rows.count { population.municipality(of: $0.person) == index }))
            )
        }
        let weights = wave.frame.map(\.baseWeight)
        return .object([
            ("respondents", .number(Double(wave.rows.count))),
            ("invited", .number(Double(wave.frame.count))),
            ("households", .number(Double(Set(wave.frame.map(\.household)).count))),
            ("response_rate", .rounded(Double(wave.rows.count) / Double(max(1, eligible)))),
            ("dispositions", .object(outcomes)),
            ("respondents_by_municipality", .object(byMunicipality)),
            ("base_weight_lowest", .rounded(weights.min() ?? 0)),
            ("base_weight_highest", .rounded(weights.max() ?? 0))
        ])
    }

    private func groupValue(_ group: PopulationTruth.Group) -> OrderedJSON {
        let parameters = population.parameters
        func named(_ names: [String], _ values: [Double]) -> OrderedJSON {
            .object(zip(names, values).map { ($0, .rounded($1)) })
        }
        return .object([
            ("adults", .number(Double(group.adults))),
            ("shares", named(parameters.truth.shares.map(\.name), group.shares)),
            ("means", named(parameters.truth.means.map(\.name), group.means)),
            ("types", named(parameters.types.map(\.name), group.typeMix)),
            ("segments", named(DefaultSegmentRules.codes, group.segments))
        ])
    }
}

/// JSON whose keys keep their order, so that equal content is equal bytes.
indirect enum OrderedJSON {
    case text(String)
    case number(Double)
    case list([OrderedJSON])
    case object([(String, OrderedJSON)])

    /// Eight decimals: more than any estimate, less than the noise of the last bits.
    static func rounded(_ value: Double) -> OrderedJSON { .number((value * 1e8).rounded() / 1e8) }

    /// Two spaces an indent, one entry a line.
    var text: String { text(indent: "") }

    private func text(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .text(let value):
            return Self.quoted(value)
        case .number(let value):
            return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
        case .list(let values):
            return values.isEmpty
                ? "[]"
                : "[\n" + values.map { inner + $0.text(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let entries):
            let lines = entries.map { inner + Self.quoted($0) + ": " + $1.text(indent: inner) }
            return lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
