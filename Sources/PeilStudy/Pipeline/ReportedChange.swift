import Foundation
import PeilDisclosure
import PeilReport
import PeilStatistics
import PeilStore

/// Change since an earlier wave, for the questions whose trend the report shows.
struct ReportedChange {
    private let whole: Study
    private let run: StudyRun

    /// - Parameter whole: the study with all its waves, as its file says.
    init(_ whole: Study, _ run: StudyRun) {
        self.whole = whole
        self.run = run
    }

    /// nil where the report shows no trend, or no earlier wave is there.
    func draft(_ prepared: StudyRun.Prepared) throws -> ChangeDraft? {
        let asked = whole.report.outline.trendQuestions
        guard !asked.isEmpty, let pair = pair() else { return nil }
        let earlierRun = StudyRun(whole, wave: whole.waves[pair.from], threads: run.threads)
        let before = try ComparedWave(earlierRun)
        guard before.prepared.inputHash != prepared.inputHash else {
            throw Failure(
                "SAME_DATA", "Waves '\(earlierRun.wave.id)' and '\(run.wave.id)' hold the same data", file: whole.file,
                remedy: "name the files of each wave under `waves › files`", exitCode: ExitStatus.data)
        }
        let now = try ComparedWave(run, prepared)
        var work = ComparisonWork(study: whole, margin: whole.compare.margin)
        let questions = try asked.map { try ComparedQuestion($0, run.study, in: prepared.table).ofRegion }
        try work.compare(before, now, pair, questions)
        var breaks: [String: String] = [:]
        for stop in work.stops { breaks[stop.question] = stop.breaks.first?.kind.rawValue }
        let earlier = earlierRun.wave
        let hidden = try PublicationLog.records(of: whole.path(Publisher.log)).filter {
            $0.binds(study: whole.id, wave: earlier.id, input: before.prepared.inputHash)
        }.compactMap(\.decisions).reduce(into: Set<String>()) { $0.formUnion($1.hidden) }
        return ChangeDraft(
            wave: earlier.id, waveLabel: earlier.label, fieldworkFrom: earlier.from, fieldworkTo: earlier.to,
            earlier: try FigureMaker(earlierRun, before.prepared).regionFigures(of: asked), hiddenBefore: hidden,
            changes: work.adjustedChanges().map(Self.figure), breaks: breaks)
    }

    private static func figure(_ change: StudyComparison.Change) -> FigureChange {
        let outcome = change.outcome
        let margin = change.standardError.flatMap {
            ConfidenceInterval.student(
                outcome.difference, standardError: $0, degreesOfFreedom: outcome.degreesOfFreedom, level: 0.95)
        }
        return FigureChange(
            name: FigureName(
                question: change.question, level: change.level, statistic: change.isShare ? .share : .mean),
            difference: outcome.difference, lower: margin?.lower, upper: margin?.upper, p: change.p,
            adjustedP: change.adjustedP,
            family: change.family, bridges: change.bridges.map(\.text))
    }

    private func pair() -> (from: Int, to: Int)? {
        guard let own = whole.waves.firstIndex(where: { $0.id == run.wave.id }) else { return nil }
        return whole.comparedWave(of: own) { whole.holdsFiles(of: whole.waves[$0]) }.map { ($0, own) }
    }
}
