public import PeilStatistics
import PeilTable

/// Frozen segments as they are kept: the model, where it came from, and what its own wave looked like. Schema
/// peil-segments-1. Research data: it holds weighted shares of the wave it was made on.
public struct SegmentModelFile: Sendable {
    static let schema = "peil-segments-1"

    public let study: String
    /// 1 for the first, one more for every refit.
    public let version: Int
    /// The wave on which it was made, and the hash of its files.
    public let wave: String
    public let inputHash: String
    public let seed: UInt64?
    public let model: FrozenSegments
    /// The fingerprint of the question behind each item.
    public let fingerprints: [String: String]
    public let reference: SegmentReference
    /// Where respondents of the previous version went.
    public let crosswalk: SegmentCrosswalk?

    public init(
        study: String, version: Int, wave: String, inputHash: String, seed: UInt64?, model: FrozenSegments,
        fingerprints: [String: String], reference: SegmentReference, crosswalk: SegmentCrosswalk?
    ) {
        self.study = study
        self.version = version
        self.wave = wave
        self.inputHash = inputHash
        self.seed = seed
        self.model = model
        self.fingerprints = fingerprints
        self.reference = reference
        self.crosswalk = crosswalk
    }

    public var text: String { json.text + "\n" }

    var json: JSONValue {
        .object([
            ("schema", .string(Self.schema)), ("use", "not for publication"), ("study", .string(study)),
            ("version", .integer(version)), ("wave", .string(wave)), ("input_hash", .string(inputHash)),
            ("peil", .string(PeilVersion.text)), ("method", .string(model.word)),
            ("seed", seed.map { .string(String($0)) } ?? .null),
            (
                "questions",
                .object(model.items.map { ($0, .string(fingerprints[$0] ?? "")) })
            ),
            ("model", Self.json(model)), ("reference", Self.json(reference, model.items)),
            ("crosswalk", crosswalk?.json ?? .null)
        ])
    }

    // MARK: Models

    private static func json(_ model: FrozenSegments) -> JSONValue {
        switch model {
        case .rules(let rules): json(rules)
        case .centroids(let centroids): json(centroids)
        case .latentClasses(let classes): json(classes)
        }
    }

    private static func json(_ model: CentroidModel) -> JSONValue {
        .object([
            ("codes", .strings(model.codes)), ("minimum_answered", .integer(model.minimumAnswered)),
            (
                "items",
                .array(
                    zip(model.items, model.scales).map { name, scale in
                        .object([
                            ("name", .string(name)), ("mean", .number(scale.mean)),
                            ("deviation", .number(scale.deviation)), ("standardised", .bool(scale.isStandardised))
                        ])
                    })
            ), ("centres", .array(model.centres.map { .numbers($0) })),
            ("objective", .number(model.fit.objective)), ("total_squares", .number(model.fit.totalSquares)),
            ("sizes", .numbers(model.fit.sizes)), ("counts", .array(model.fit.counts.map { .integer($0) })),
            ("rounds", .integer(model.fit.rounds)), ("distinct_points", .integer(model.fit.distinctPoints)),
            ("best_reached", model.fit.bestReached.map { .integer($0) } ?? .null),
            ("starts", .integer(model.fit.starts))
        ])
    }

    private static func json(_ model: LatentClassModel) -> JSONValue {
        .object([
            ("codes", .strings(model.codes)), ("minimum_answered", .integer(model.minimumAnswered)),
            ("shares", .numbers(model.shares)),
            (
                "items",
                .array(
                    zip(model.answerItems, model.probabilities).map { item, lines in
                        .object([
                            ("name", .string(item.name)), ("categories", .strings(item.categories)),
                            ("probabilities", .array(lines.map { .numbers($0) }))
                        ])
                    })
            ),
            (
                "covariates",
                .array(
                    (model.mix?.covariates ?? []).map { covariate in
                        .object([
                            ("variable", .string(covariate.variable)),
                            ("categories", covariate.categories.map { .strings($0) } ?? .null)
                        ])
                    })
            ),
            ("coefficients", .numbers(model.mix?.coefficients ?? []))
        ])
    }

    private static func json(_ rules: OrderedRules) -> JSONValue {
        .object([
            ("inputs", .strings(rules.inputs)), ("maximum_missing", .integer(rules.maximumMissing)),
            ("unclassified", .string(rules.unclassified)),
            (
                "rules",
                .array(
                    rules.rules.map { .object([("code", .string($0.code)), ("when", json($0.condition))]) })
            ), ("otherwise", .string(rules.otherwise))
        ])
    }

    private static func json(_ condition: OrderedRules.Condition) -> JSONValue {
        switch condition {
        case .answer(let answer):
            .object([
                ("column", .string(answer.column)), ("op", .string(answer.comparison.rawValue)),
                ("value", .strings(answer.values))
            ])
        case .all(let parts): .object([("all", .array(parts.map(json)))])
        case .any(let parts): .object([("any", .array(parts.map(json)))])
        }
    }

    // MARK: Reference

    private static func json(_ reference: SegmentReference, _ items: [String]) -> JSONValue {
        .object([
            ("sizes", .numbers(reference.sizes)), ("effective_n", .number(reference.effectiveN)),
            ("sureness", .optional(reference.sureness)),
            ("fit", reference.fit.map(json) ?? .null),
            (
                "items",
                .object(
                    items.compactMap { name in reference.items[name].map { (name, json($0)) } })
            )
        ])
    }

    private static func json(_ moments: AnswerDistribution.Moments) -> JSONValue {
        .object([("mean", .number(moments.mean)), ("variance", .number(moments.variance))])
    }

    private static func json(_ distribution: AnswerDistribution) -> JSONValue {
        let answers: (String, JSONValue) =
            switch distribution.answers {
            case .codes(let shares):
                ("codes", .object(shares.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }))
            case .numbers(let moments): ("numbers", json(moments))
            }
        return .object([
            answers, ("effective_n", .number(distribution.effectiveN)),
            ("missing_share", .number(distribution.missingShare))
        ])
    }
}
