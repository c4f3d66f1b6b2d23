import Foundation
import PeilIngest
import PeilStore
import PeilTable

/// Weights of respondents as a file: identifier and weight, in the order of the table, with a manifest beside it that
/// says of which study, data and recipe they are. Microdata: only for its owner, and never among publications.
public struct WeightsFile {
    private let identifier: (name: String, values: [String])
    private let weights: [Double]
    private let source: [(String, JSONValue)]

    /// Of a wave: the respondents' own identifier (`unique`), a pseudonym where the study has a key.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        guard let name = run.study.codebook.variables.first(where: { $0.isUnique && prepared.table.has($0.id) })?.id
        else {
            throw Failure(
                "NO_IDENTIFIER", "The codebook has no identifier of respondents (unique: true)", file: run.study.file,
                remedy: "describe the column that tells respondents apart", exitCode: ExitStatus.configuration)
        }
        let values = try prepared.table.column(name).rowLabels().map { $0 ?? "" }
        self.init(
            (name, values), prepared.weights.design.weights,
            source: [
                ("study", .string(run.study.id)), ("wave", .string(run.wave.id)),
                ("study_hash", .string(run.study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("pseudonyms", .bool(run.study.keyFile != nil)),
                ("steps", .strings(prepared.weights.records.map { "\($0.kind.rawValue): \($0.name)" })),
                ("largest_relative_error", .number(prepared.weights.largestRelativeError))
            ])
    }

    /// Of a plan: the column `identifier`, or the number of the row.
    public init(_ report: WeightReport, _ plan: AnalysisPlan, over table: Table, identifier: String?) throws {
        let values = try identifier.map { try table.column($0).rowLabels().map { $0 ?? "" } }
        self.init(
            (identifier ?? "row", values ?? (1...max(1, report.rowCount)).map(String.init)), report.finalWeights,
            source: [("plan", .string(plan.id)), ("dataset", .string(plan.dataset))])
    }

    private init(
        _ identifier: (name: String, values: [String]), _ weights: [Double], source: [(String, JSONValue)]
    ) {
        self.identifier = identifier
        self.weights = weights
        self.source = source
    }

    /// Writes `path` and `path.manifest.json`, both whole or not at all, readable by their owner only.
    /// - Parameter publications: the study's folder of publications, which takes no microdata.
    /// - Throws: `Failure`: 64 inside `publications`, 73 and 74 where it cannot be written.
    public func write(to path: String, publications: String?) throws {
        let place = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        if let publications {
            let folder = URL(fileURLWithPath: publications).standardizedFileURL.resolvingSymlinksInPath().path
            guard place != folder, !place.hasPrefix(folder + "/") else {
                throw Failure(
                    "USAGE", "Weights of respondents do not go among publications", file: path,
                    remedy: "write them elsewhere, for example in internal/", exitCode: ExitStatus.usage)
            }
        }
        var text = CSVText.line([identifier.name, "weight"]) + "\n"
        for (value, weight) in zip(identifier.values, weights) {
            text += CSVText.line([value, shortestText(weight)]) + "\n"
        }
        let bytes = Array(text.utf8)
        let manifest = JSONValue.object(
            [("schema", "peil-weights-file-1"), ("use", "not for publication")] + source + [
                ("rows", .integer(weights.count)), ("sum", .number(weights.reduce(0, +))),
                ("sha256", .string(ContentHash(of: bytes).hex)), ("version", .string(PeilVersion.text))
            ])
        do {
            try DurableFile.write(bytes, to: path, mode: 0o600)
            try DurableFile.write(Array((manifest.text + "\n").utf8), to: path + ".manifest.json", mode: 0o600)
        } catch { throw Failure(naming: error, file: path) }
    }
}
