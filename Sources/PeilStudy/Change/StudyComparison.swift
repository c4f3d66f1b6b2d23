import Foundation
import PeilStatistics
import PeilTable

/// Compares the waves of a study: what changed, how sure that is, and what may not be compared.
public struct StudyComparison {
    private let study: Study
    private let threads: Int

    public init(_ study: Study, threads: Int = 1) {
        self.study = study
        self.threads = threads
    }

    /// One change on its way to the tables.
    struct Change {
        let question: String
        let level: String
        let place: Comparability.Place
        let code: String
        let label: String
        let waves: (from: String, to: String)
        let outcome: ChangeBetweenWaves.Outcome
        let counts: (from: Int, to: Int)
        let sharedUnits: Int
        let bridges: [Bridge]
        let family: String
        let isShare: Bool
        var adjustedP: Double?

        /// The smaller of the two bases.
        var base: Int { min(counts.from, counts.to) }

        /// nil where there is no margin to test by: a wave of 0 % or 100 % has none.
        var standardError: Double? {
            guard let variances = outcome.variances, variances.first > 0, variances.second > 0 else { return nil }
            return outcome.standardError
        }

        var p: Double? {
            standardError.flatMap {
                twoSidedP(
                    estimate: outcome.difference, standardError: $0, degreesOfFreedom: outcome.degreesOfFreedom)
            }
        }
    }

    /// A question that is not compared between two waves.
    struct Stop {
        let question: String
        let place: Comparability.Place
        let waves: (from: String, to: String)
        let breaks: [WaveBreak]
    }

    /// What was found, and, where comparisons were stopped, the failure to end with.
    public struct Result {
        public let report: ResearchReport
        public let failure: Failure?
    }

    /// - Parameters:
    ///   - from: the earlier wave; nil with `to`: every wave that is there against the study's reference.
    ///   - to: the later wave.
    ///   - questions: empty: those of the study.
    ///   - margin: a change within ±margin counts as none; nil: the study's.
    /// - Throws: `Failure`: 66 for a wave that is absent, 65 for people that contradict themselves.
    public func run(from: String?, to: String?, questions: [String] = [], margin: Double? = nil) throws -> Result {
        let pairs = try pairs(from, to)
        let needed = Set(pairs.flatMap { [$0.from, $0.to] }).sorted()
        var waves: [Int: ComparedWave] = [:]
        for index in needed {
            waves[index] = try ComparedWave(StudyRun(study, wave: study.waves[index], threads: threads))
        }
        try refuseSameData(needed.compactMap { waves[$0] })
        guard let newest = needed.last.flatMap({ waves[$0] }) else { preconditionFailure("a pair has two waves") }
        let compared = try self.questions(questions, newest)
        var work = ComparisonWork(study: study, margin: margin ?? study.compare.margin)
        for pair in pairs {
            guard let first = waves[pair.from], let second = waves[pair.to] else { continue }
            try work.compare(first, second, pair, compared)
        }
        for question in compared { try work.addSeries(question, needed.compactMap { waves[$0] }) }
        return work.result(
            inputs: needed.compactMap { waves[$0]?.prepared.inputHash }, isUnlinked: ComparedWave.isUnlinked(study),
            countsOverlap: newest.prepared.estimation.design.replicates == nil)
    }

    /// One delivery under two names changes by nothing, and says so with certainty.
    private func refuseSameData(_ waves: [ComparedWave]) throws {
        for (index, wave) in waves.enumerated() {
            guard let twin = waves[..<index].first(where: { $0.prepared.inputHash == wave.prepared.inputHash }) else {
                continue
            }
            throw Failure(
                "SAME_DATA", "Waves '\(twin.run.wave.id)' and '\(wave.run.wave.id)' hold the same data",
                file: study.file,
                remedy: "name the files of each wave under `waves › files`", exitCode: ExitStatus.data)
        }
    }

    // MARK: What to compare

    /// Places of waves in the study, earlier first.
    private func pairs(_ from: String?, _ to: String?) throws -> [(from: Int, to: Int)] {
        if from != nil || to != nil {
            guard let from, let to else {
                throw usage("--from and --to belong together", "name both waves, or none for every wave")
            }
            let (first, second) = (try place(from), try place(to))
            guard first < second else {
                throw usage(
                    first == second ? "Wave '\(from)' is compared with itself" : "'\(from)' comes after '\(to)'",
                    "--from names the earlier wave")
            }
            return [(first, second)]
        }
        let there = study.waves.indices.filter { study.holdsFiles(of: study.waves[$0]) }
        guard there.count > 1 else {
            let absent = study.waves.indices.first { !there.contains($0) }
            throw Failure(
                "WAVE_ABSENT",
                absent.map { "Wave '\(study.waves[$0].id)' lacks files, so there are not two waves to compare" }
                    ?? "The study has one wave", file: study.file,
                remedy: absent.map { "add \(study.waves[$0].files[0].path)" } ?? "add the next wave under `waves`",
                exitCode: ExitStatus.absent)
        }
        switch study.compare.reference {
        case .previous: return zip(there, there.dropFirst()).map { ($0, $1) }
        case .wave(let name):
            let reference = try place(name)
            guard there.contains(reference) else {
                throw Failure(
                    "WAVE_ABSENT", "Wave '\(name)', the reference, lacks files", file: study.file,
                    remedy: "add \(study.waves[reference].files[0].path)", exitCode: ExitStatus.absent)
            }
            return there.filter { $0 != reference }.map { (min($0, reference), max($0, reference)) }
        }
    }

    private func place(_ name: String) throws -> Int {
        let known = study.waves.map(\.id)
        guard let place = known.firstIndex(of: name) else {
            throw Failure(
                "UNKNOWN_WAVE", "The study has no wave '\(name)'", file: study.file,
                remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
                    ?? "waves are: \(known.joined(separator: ", "))", exitCode: ExitStatus.absent)
        }
        return place
    }

    private func usage(_ message: String, _ remedy: String) -> Failure {
        Failure("USAGE", message, file: study.file, remedy: remedy, exitCode: ExitStatus.usage)
    }

    private func questions(_ given: [String], _ newest: ComparedWave) throws -> [ComparedQuestion] {
        var names = given.isEmpty ? study.compare.questions : given
        if names.isEmpty {
            names = study.report.questions.map(\.variable).filter {
                $0 != StudyRun.segmentVariable || newest.prepared.segmentation != nil
            }
        }
        try newest.run.study.refuseIdentifiers(names, key: "questions")
        if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
            throw usage("'\(names[twice])' is named twice", "name each question once")
        }
        do {
            return try names.map { try ComparedQuestion($0, newest.run.study, in: newest.prepared.table) }
        } catch { throw Failure(naming: error, file: newest.run.study.path(newest.run.wave.files[0].path)) }
    }
}
