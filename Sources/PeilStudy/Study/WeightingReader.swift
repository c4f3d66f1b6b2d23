import PeilIngest

/// Reads `weighting:` of a study, or of one of its waves.
struct WeightingReader {
    let folder: String
    let codebook: Codebook

    /// - Returns: the recipe (no steps where the key is absent), and the texts of the files that it names.
    func recipe(in parent: Section) throws -> (recipe: WeightingRecipe, texts: [String]) {
        guard let section = try parent.optionalSection("weighting") else { return (WeightingRecipe(steps: []), []) }
        try section.allow(["steps", "population"])
        var reader = AdjustmentReader(files: MarginFiles(folder: folder))
        var steps: [AdjustmentStep] = []
        for own in try section.sections("steps") { steps.append(try reader.step(own)) }
        if case .trim(let trim) = steps.first, trim.recalibrationRounds > 0 {
            throw section.fail(
                "steps", "steps that calibrate before they trim and calibrate again",
                remedy: "put the trim step after a rake step, or take `recalibrate` out")
        }
        try MarginCheck(codebook: codebook, file: parent.file).run(steps)
        return (
            WeightingRecipe(steps: steps, population: try section.optionalLocalized("population")),
            reader.files?.texts ?? []
        )
    }
}
