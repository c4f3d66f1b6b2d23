import ArgumentParser
import PeilStatistics
import PeilStudy
import PeilTable

/// The data and the rows of one statistic, or a plan that names them.
struct DataFlags: ParsableArguments {
    @Option(help: ArgumentHelp("A plan file (YAML or JSON) instead of flags.", valueName: "file"), completion: .file())
    var plan: String?

    @Option(help: ArgumentHelp("The data.", valueName: "file"), completion: .file())
    var data: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Groups.", valueName: "column"))
    var by: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows, as in \"age >= 18\"; may be repeated.",
            valueName: "condition"))
    var domain: [String] = []

    @Option(
        help: ArgumentHelp("A code that means no answer; may be repeated.", valueName: "code"))
    var missing: [String] = []

    @Option(help: ArgumentHelp("Take no more memory than this, for example 1G.", valueName: "size"))
    var maxMemory: MemorySize?
}

/// The design by flags, for one statistic at the prompt; plans say more.
struct DesignFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Column of weights.", valueName: "column"))
    var weights: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Column of strata, one per stage.", valueName: "column"))
    var strata: [String] = []

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Column of sampling units, one per stage.", valueName: "column"))
    var clusters: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Column of population sizes, one per stage.", valueName: "column"))
    var fpc: [String] = []

    @Option(help: ArgumentHelp("Rule for strata with one unit.", valueName: "rule"))
    var lonelyPsu: LonelyPSU = .fail

    @Flag(help: ArgumentHelp("The rule also holds where a domain has one unit.", visibility: .hidden))
    var lonelyDomain = false

    @Option(help: ArgumentHelp("Replicates without one unit each.", valueName: "kind", visibility: .hidden))
    var jackknife: Jackknife?

    @Option(help: ArgumentHelp("Rao-Wu bootstrap replicates.", valueName: "number"))
    var bootstrap: Int?

    @Option(help: ArgumentHelp("Seed of the bootstrap.", visibility: .hidden))
    var seed: UInt64 = 1

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Columns that hold replicate weights.", valueName: "column", visibility: .hidden))
    var replicateWeights: [String] = []

    @Option(help: ArgumentHelp("Kind of the replicate weights.", valueName: "kind", visibility: .hidden))
    var replicateType: ReplicateKind = .other

    @Option(
        help: ArgumentHelp(
            "Their scale, where the kind does not tell.", valueName: "number", visibility: .hidden))
    var replicateScale: Double?

    @Option(help: ArgumentHelp("Fay's rho.", visibility: .hidden))
    var rho: Double = 0

    @Flag(
        help: ArgumentHelp(
            "The replicate weights are factors, to be multiplied with --weights.", visibility: .hidden))
    var replicateFactors = false

    @Flag(
        help: ArgumentHelp(
            "Take replicates around the full estimate instead of their mean.", visibility: .hidden))
    var mse = false

    @Option(help: ArgumentHelp("panel: people signed up themselves.", visibility: .hidden))
    var basis: Basis = .probability

    @Option(
        help: ArgumentHelp(
            "What is assumed of a panel before a margin is given.", visibility: .hidden))
    var assume: OptInAssumption?

    enum Jackknife: String, ExpressibleByArgument, CaseIterable { case JK1, JKn }
    enum Basis: String, ExpressibleByArgument, CaseIterable { case probability, panel }

    func request() throws -> DesignRequest {
        let columns = DesignColumns(weights: weights, strata: strata, clusters: clusters, populationSizes: fpc)
        guard basis == .panel || assume == nil else {
            throw usage("--assume belongs to --basis panel", "chance selection assumes nothing")
        }
        return DesignRequest(
            columns: columns, lonelyPSU: lonelyPsu, lonelyInDomains: lonelyDomain, replicates: try replicates(),
            sample: basis == .panel ? .optIn(assume) : .probability)
    }

    private func replicates() throws -> ReplicateRequest? {
        let asked = [jackknife != nil, bootstrap != nil, !replicateWeights.isEmpty].count { $0 }
        guard asked <= 1 else {
            throw usage(
                "Replicates come from one source", "choose one of --jackknife, --bootstrap and --replicate-weights")
        }
        if let jackknife {
            return .made(jackknife == .JK1 ? .jackknife1 : .jackknifeN, isCentredAtEstimate: mse)
        }
        if let bootstrap {
            guard bootstrap >= 2 else { throw usage("--bootstrap must be at least 2", "for example 200") }
            return .made(.raoWuBootstrap(replicates: bootstrap, seed: seed), isCentredAtEstimate: mse)
        }
        guard !replicateWeights.isEmpty else { return nil }
        guard replicateWeights.count >= 2, rho >= 0, rho < 1,
            let scale = replicateScale
                ?? replicateType.defaultScale(replicates: replicateWeights.count, rho: rho), scale >= 0
        else {
            throw usage(
                "The scale of these replicate weights is not known",
                "give --replicate-scale, two columns or more, and a rho from 0 to below 1")
        }
        return .supplied(
            SuppliedReplicates(
                columns: replicateWeights, scale: scale, replicateScales: [1],
                isCentredAtEstimate: mse || replicateType == .successiveDifference, isCombined: !replicateFactors))
    }
}

/// Options of single statistics.
struct StatisticFlags: ParsableArguments {
    @Option(help: "Confidence level.")
    var level: Double = 0.95

    @Option(help: ArgumentHelp("Design effect.", valueName: "kind", visibility: .hidden))
    var deff: DesignEffectKind?

    @Flag(help: "Also each group minus all other rows.")
    var againstRest = false

    @Option(help: ArgumentHelp("Such as \"a - b\"; may be repeated.", valueName: "expression"))
    var contrast: [String] = []

    @Option(help: ArgumentHelp("For prop_ci: the answer whose share is wanted.", valueName: "code"))
    var value: String?

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("For prop_ci.", valueName: "method"))
    var methods: [ProportionInterval] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("For quantile.", valueName: "probability"))
    var probs: [Double] = []

    @Option(help: ArgumentHelp("For quantile.", valueName: "rule", visibility: .hidden))
    var qrule: QuantileRule = .math

    @Option(help: ArgumentHelp("For chisq.", valueName: "form"))
    var form: AssociationTest.Statistic = .secondOrder

    @Option(help: ArgumentHelp("For ranktest.", valueName: "score"))
    var score: RankTest.Score = .wilcoxon

    func options() throws -> PlanItem.Options {
        guard level > 0, level < 1 else { throw usage("--level must lie between 0 and 1", "for example --level 0.95") }
        var options = PlanItem.Options()
        options.level = level
        options.designEffect = deff
        options.againstRest = againstRest
        options.contrasts = try contrast.map { text in
            do { return Contrast(name: text, form: .expression(try SmoothExpression(text))) } catch {
                throw usage("'\(text)' cannot be read", "use + - * / ^ log exp sqrt and names of estimates")
            }
        }
        if let value { options.share = (.equal, [value]) }
        if !methods.isEmpty { options.intervals = methods }
        if !probs.isEmpty { options.probabilities = probs }
        options.quantileRule = qrule
        options.association = form
        options.rankScore = score
        return options
    }
}

private func usage(_ message: String, _ remedy: String) -> Failure {
    Failure("USAGE", message, remedy: remedy, exitCode: ExitStatus.usage)
}

extension LonelyPSU: ExpressibleByArgument {}
extension ReplicateKind: ExpressibleByArgument {}
extension OptInAssumption: ExpressibleByArgument {}
extension DesignEffectKind: ExpressibleByArgument {}
extension ProportionInterval: ExpressibleByArgument {}
extension QuantileRule: ExpressibleByArgument {}
extension AssociationTest.Statistic: ExpressibleByArgument {}
extension RankTest.Score: ExpressibleByArgument {}
