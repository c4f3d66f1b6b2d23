import PeilDisclosure

/// Reads the rules of release: `disclosure` of a study file.
struct DisclosureReader {
    private let section: Section

    init(_ section: Section) { self.section = section }

    /// - Parameter means: questions of which the report shows a mean.
    /// - Throws: `Failure` at the line of the section for rules under the floor, out of order or out of range.
    func read(means: [String]) throws -> DisclosureRules {
        var rules = try thresholds()
        rules.dominance = try section.optionalSection("dominance").map { try DominanceReader($0).policy(means: means) }
        return rules
    }

    private func thresholds() throws -> DisclosureRules {
        try section.allow([
            "minimum_frequency", "minimum_base", "indicative_base", "indicative_effective_n",
            "maximum_interval_width", "group_disclosure_share", "rounding", "dominance"
        ])
        let defaults = try DisclosureRules()
        let steps = try section.optionalSection("rounding")
        try steps?.allow([
            "share", "table_share", "mean", "table_mean", "small_people", "large_people", "people_threshold"
        ])
        func step(_ key: String, _ standard: Double) throws -> Double {
            try steps?.number(key, default: standard) ?? standard
        }
        do {
            return try DisclosureRules(
                minimumFrequency: try section.integer("minimum_frequency", default: defaults.minimumFrequency),
                minimumBase: try section.integer("minimum_base", default: defaults.minimumBase),
                indicativeBase: try section.integer("indicative_base", default: defaults.indicativeBase),
                indicativeEffectiveN: try section.number(
                    "indicative_effective_n", default: defaults.indicativeEffectiveN),
                maximumIntervalWidth: try section.number(
                    "maximum_interval_width", default: defaults.maximumIntervalWidth),
                groupDisclosureShare: try section.number(
                    "group_disclosure_share", default: defaults.groupDisclosureShare),
                shareStep: try step("share", defaults.shareStep),
                tableShareStep: try step("table_share", defaults.tableShareStep),
                meanStep: try step("mean", defaults.meanStep),
                tableMeanStep: try step("table_mean", defaults.tableMeanStep),
                smallPeopleStep: try step("small_people", defaults.smallPeopleStep),
                largePeopleStep: try step("large_people", defaults.largePeopleStep),
                peopleThreshold: try step("people_threshold", defaults.peopleThreshold)
            ).notFinerThanDefault()
        } catch let error as DisclosureError {
            var failure = Failure(naming: error, file: section.file)
            failure.line = section.mark?.line
            throw failure
        }
    }
}

extension DisclosureRules {
    /// A study may round more than the defaults, in whole multiples of their steps (the pages print no more decimals than those
    /// have), and never less. Tables are never coarser than pages.
    fileprivate func notFinerThanDefault() throws(DisclosureError) -> DisclosureRules {
        let standard = try DisclosureRules()
        let steps: [(name: String, own: Double, standard: Double)] = [
            ("share", shareStep, standard.shareStep), ("table_share", tableShareStep, standard.tableShareStep),
            ("mean", meanStep, standard.meanStep), ("table_mean", tableMeanStep, standard.tableMeanStep),
            ("small_people", smallPeopleStep, standard.smallPeopleStep),
            ("large_people", largePeopleStep, standard.largePeopleStep)
        ]
        for step in steps {
            let times = step.own / step.standard
            guard times > 1 - 1e-9, abs(times - times.rounded()) < 1e-9 * times else {
                throw .outOfRange("rounding › \(step.name) must be a whole multiple of \(step.standard)")
            }
        }
        for (name, page, table) in [("share", shareStep, tableShareStep), ("mean", meanStep, tableMeanStep)]
        where table > page {
            throw .contradiction("rounding › table_\(name) must not be coarser than \(name)")
        }
        return self
    }
}
