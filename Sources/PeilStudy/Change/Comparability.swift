import PeilIngest
import PeilStatistics
import PeilTable

/// Why figures of two waves may not be compared as they are.
struct WaveBreak: Equatable {
    enum Kind: String {
        case codebook, mode, boundaries, weighting, segments, declared
    }
    let kind: Kind
    /// One sentence.
    let message: String
}

/// What differs between two waves of a study, question by question, and what bridges it.
///
/// A break stops a comparison until the study bridges it: with a bridge from the one wave to the other, or, where other
/// waves lie between, with a bridge at each step where something breaks.
struct Comparability {
    private let study: Study
    private let waves: [Study.WaveEntry]
    private let pairs: PairCache

    init(_ study: Study) {
        self.study = study
        waves = study.waves
        pairs = PairCache()
    }

    /// Codebook comparisons that were made already.
    private final class PairCache {
        var known: [String: CodebookComparison] = [:]
    }

    /// Whom a figure is of, for the breaks that concern only some.
    enum Place {
        case region, areas, segments
    }

    /// What a comparison of a question needs: nothing, bridges, or more than the study gives.
    enum Verdict {
        case comparable(bridges: [Bridge])
        case stopped([WaveBreak])
    }

    /// - Parameters:
    ///   - from: place of the earlier wave in the study.
    ///   - to: place of the later one.
    func verdict(_ question: String, _ place: Place, from: Int, to: Int) -> Verdict {
        let direct = breaks(question, place, waves[from], waves[to])
        if direct.isEmpty { return .comparable(bridges: []) }
        if let own = bridges(for: direct, question, from, to) { return .comparable(bridges: own) }
        // Step by step over the waves that asked the question.
        let path = [from] + (from + 1..<to).filter { asks(question, waves[$0]) } + [to]
        var used: [Bridge] = []
        for (start, end) in zip(path, path.dropFirst()) {
            let found = breaks(question, place, waves[start], waves[end])
            if found.isEmpty { continue }
            guard path.count > 2, let own = bridges(for: found, question, start, end) else { return .stopped(direct) }
            used += own
        }
        return .comparable(bridges: used)
    }

    /// Bridges from one wave to another that together cover every break; nil where one is left open.
    private func bridges(for breaks: [WaveBreak], _ question: String, _ from: Int, _ to: Int) -> [Bridge]? {
        let own = study.compare.bridges.filter { $0.from == waves[from].id && $0.to == waves[to].id }
        var used: [Bridge] = []
        for found in breaks {
            guard let bridge = own.first(where: { $0.covers(found, of: question, areas: study.areas?.variable) })
            else { return nil }
            let isKnown = used.contains { $0.text == bridge.text }
            if !isKnown { used.append(bridge) }
        }
        return used
    }

    private func asks(_ question: String, _ wave: Study.WaveEntry) -> Bool {
        let codebook = wave.codebook ?? study.codebook
        return question == StudyRun.segmentVariable || codebook.variable(question) != nil
            || codebook.derived.contains { $0.variable.name == question }
    }

    // MARK: Breaks

    private func breaks(
        _ question: String, _ place: Place, _ from: Study.WaveEntry, _ to: Study.WaveEntry
    ) -> [WaveBreak] {
        var found = codebookBreaks(question, .codebook, from, to)
        if from.modes != to.modes, Set(from.modes) != Set(to.modes) {
            found.append(
                WaveBreak(kind: .mode, message: "It was put by \(Self.list(from)) and now by \(Self.list(to))."))
        }
        let recipes = [from, to].map { ($0.weighting ?? study.weighting).fingerprint }
        if recipes[0] != recipes[1] {
            found.append(WaveBreak(kind: .weighting, message: "The waves are weighted in different ways."))
        }
        if place == .areas, let areas = study.areas {
            found += codebookBreaks(areas.variable, .boundaries, from, to)
        }
        if place == .segments || question == StudyRun.segmentVariable, let segments = study.segments {
            for column in segments.method.columns { found += codebookBreaks(column, .segments, from, to) }
        }
        return found + declaredBreaks(question, from, to)
    }

    private func codebookBreaks(
        _ question: String, _ kind: WaveBreak.Kind, _ from: Study.WaveEntry, _ to: Study.WaveEntry
    ) -> [WaveBreak] {
        guard from.codebook != nil || to.codebook != nil else { return [] }
        let comparison = comparison(from, to)
        return comparison.differences.filter { $0.question == question && $0.verdict == .breaking }.map {
            WaveBreak(kind: kind, message: kind == .codebook ? $0.message : "\(question): \($0.message)")
        }
    }

    private func comparison(_ from: Study.WaveEntry, _ to: Study.WaveEntry) -> CodebookComparison {
        let key = "\(from.id)\u{1F}\(to.id)"
        if let known = pairs.known[key] { return known }
        let made = CodebookComparison(old: from.codebook ?? study.codebook, new: to.codebook ?? study.codebook)
        pairs.known[key] = made
        return made
    }

    private func declaredBreaks(
        _ question: String, _ from: Study.WaveEntry, _ to: Study.WaveEntry
    ) -> [WaveBreak] {
        let order = waves.map(\.id)
        guard let first = order.firstIndex(of: from.id), let last = order.firstIndex(of: to.id) else { return [] }
        return study.compare.breaks.filter { known in
            guard let at = order.firstIndex(of: known.at), at > first, at <= last else { return false }
            return known.question == nil || known.question == question
        }.map {
            WaveBreak(
                kind: .declared,
                message: $0.reason.text(in: study.language) ?? $0.reason.text(in: "") ?? "The study declares a break.")
        }
    }

    private static func list(_ wave: Study.WaveEntry) -> String {
        wave.modes.isEmpty ? "a mode that is not declared" : wave.modes.sorted().joined(separator: ", ")
    }
}

extension Bridge {
    /// A bridge of one question covers what breaks in it; boundaries and segments need a bridge of their own, or one for
    /// all. Only a change of codes can be recoded.
    fileprivate func covers(_ found: WaveBreak, of question: String, areas: String?) -> Bool {
        switch found.kind {
        case .boundaries: return self.question == areas && isVouched
        case .segments: return self.question == StudyRun.segmentVariable && isVouched
        case .codebook, .mode, .weighting, .declared:
            guard self.question == nil || self.question == question else { return false }
            if case .recode = kind {
                return found.kind == .codebook || found.kind == .declared && self.question == question
            }
            // What is put otherwise is a matter of that question.
            return found.kind != .codebook || self.question == question
        }
    }

    private var isVouched: Bool { if case .accepted = kind { true } else { false } }
}

extension WeightingRecipe {
    /// Methods, variables and bounds of the steps, without the totals, which change with the population.
    var fingerprint: [String] {
        steps.map { step in
            switch step {
            case .rake(let margins, _): "rake \(margins.map { "\($0.name) \($0.outside)" }.sorted())"
            case .poststratify(let margin, _): "poststratify \(margin.name) \(margin.outside)"
            case .calibrate(let calibration, let terms, let domain, let stage):
                "calibrate \(calibration) \(terms.map { "\($0.kind)" }) \(domain) \(stage ?? 0)"
            case .trim(let trim): "trim \(trim.bounds) \(trim.recalibrationRounds > 0)"
            case .declared(let terms, let base): "declared \(terms.map { "\($0.kind)" }) \(base ?? "")"
            case .nonresponse(let step): "nonresponse \(step.classes)"
            }
        }
    }
}
