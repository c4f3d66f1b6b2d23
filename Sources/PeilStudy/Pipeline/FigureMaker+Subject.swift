import PeilDisclosure
import PeilIngest
import PeilStatistics
import PeilStore
import PeilTable

/// What the figures of a report are about: its questions, areas and segments.
extension FigureMaker {
    func question(_ request: ReportRequest.Question) throws -> PublicationSubject.Question {
        let variable = try prepared.table.variable(request.variable)
        var levels: [Category] = []
        if request.statistic == .share {
            let all = try prepared.table.categories(request.variable).categories
            for level in request.levels where !all.contains(where: { $0.code == level }) {
                throw EstimationError.unknownLevel(variable: request.variable, level: level)
            }
            levels = request.levels.isEmpty ? all : all.filter { request.levels.contains($0.code) }
        }
        let wording = variable.wording.isEmpty ? request.label : variable.wording
        return PublicationSubject.Question(
            id: request.variable, label: request.label, wording: wording,
            wordingHash: Self.hash(of: wording, levels), levels: levels, statistic: request.statistic,
            unit: request.unit,
            base: request.base, isSensitive: variable.isSensitive,
            definesSegments: isInput(request.variable, .segment))
    }

    /// A short hash of everything a respondent read: another wording is another question.
    private static func hash(of wording: LocalizedText, _ levels: [Category]) -> String {
        let texts = QuestionFingerprint.content(wording, levels)
        return ContentHash(of: texts.joined(separator: "\u{1F}").utf8).short
    }

    /// What the report is about, for a draft of its figures.
    func subject(_ questions: [PublicationSubject.Question]) throws -> PublicationSubject {
        var areas: [PublicationSubject.Named] = []
        if let request = study.areas {
            let column = try prepared.table.column(request.variable)
            let occurring = Set(column.rowLabels().compactMap { $0 })
            switch column {
            case .categorical(let categories):
                areas = categories.categories.filter { occurring.contains($0.code) }.map {
                    .init(code: $0.code, label: $0.label)
                }
            default:
                areas = occurring.sorted().map { .init(code: $0, label: LocalizedText(everywhere: $0)) }
            }
        }
        let report = study.report
        let segments = (prepared.segmentation?.codes ?? []).compactMap { study.segments?.named($0) }
        return PublicationSubject(
            study: study.id, title: report.title, population: report.population,
            region: study.areas?.region ?? report.population, wave: run.wave.id, waveLabel: run.wave.label,
            fieldworkFrom: run.wave.from, fieldworkTo: run.wave.to,
            mode: run.wave.modes.joined(separator: "+"),
            basis: study.basis.rawValue, banner: report.banner, questions: questions, areas: areas,
            segments: segments, studyHash: study.hash,
            inputHash: prepared.inputHash, seed: prepared.segmentation?.seed ?? 0, version: PeilVersion.text,
            marginPopulation: study.weighting.population ?? LocalizedText([:]))
    }
}
