/// Invented survey waves with known truth.
///
///     parameters + margins + population seed → population   (once; the same people for every sample)
///     population + rows + sample seed        → waves        (as often as a coverage study wants)
///     population                             → truth
///
/// The same parameters, margins, seeds and build give the same bytes on every machine: own generator,
/// own logarithm, no clock, no hash order.
public enum Simulation {
    /// All adults of the margins in households. seed nil: the seed of the parameters.
    public static func population(
        _ parameters: SimulationParameters, margins: [AdultMargin], seed: UInt64? = nil
    )
        throws(SimulationError) -> FinitePopulation
    {
        let table = try MarginTable(margins, parameters: parameters)
        return FinitePopulation(parameters: parameters, margins: table, seed: seed ?? parameters.populationSeed)
    }

    /// Draws every wave. rows: respondents aimed at in each wave; nil takes rows and seed of the parameters.
    public static func drawWaves(
        from population: FinitePopulation, rows: Int? = nil, seed: UInt64? = nil
    )
        throws(SimulationError) -> [SimulatedWave]
    {
        let draw = SampleDraw(
            population: population, rows: rows ?? population.parameters.rows,
            seed: seed ?? population.parameters.sampleSeed)
        let frames = try draw.waves()
        return frames.enumerated().map { wave, frame in
            SimulatedWave(wave: wave, frame: frame, population: population, draw: draw)
        }
    }

    /// Draws one wave (by its index): the same rows as `drawWaves` gives for it.
    public static func drawWave(
        _ wave: Int, from population: FinitePopulation, rows: Int? = nil,
        seed: UInt64? = nil
    ) throws(SimulationError) -> SimulatedWave {
        let draw = SampleDraw(
            population: population, rows: rows ?? population.parameters.rows,
            seed: seed ?? population.parameters.sampleSeed)
        return SimulatedWave(wave: wave, frame: try draw.waves()[wave], population: population, draw: draw)
    }

    /// True values of each wave over all adults; takes some seconds.
    public static func truth(of population: FinitePopulation) -> [PopulationTruth] {
        TruthPass(population).run()
    }
}
