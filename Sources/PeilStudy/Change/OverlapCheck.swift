import Foundation
import PeilStatistics
import PeilTable

/// People who took part in two waves, and whether what they say of themselves can be one person's.
///
/// Identifiers that were given out anew make strangers into one household, and a change then looks far more certain than
/// it is; answers that never change tell.
struct OverlapCheck {
    let people: Int
    /// People by what contradicts, in the order of the request.
    let contradictions: [(variable: String, people: Int)]
    /// People with at least one contradiction.
    let contradicting: Int

    /// - Throws: `Failure` `OVERLAP_CONTRADICTS` when more people contradict themselves than the study allows,
    ///   `REPEATED_PERSON` when an identifier is not one person's.
    init?(_ first: ComparedWave, _ second: ComparedWave, _ request: CompareRequest.Overlap?) throws {
        guard let request else { return nil }
        let people = [try Self.people(first, request), try Self.people(second, request)]
        let pairs = people[1].compactMap { name, row in people[0][name].map { ($0, row) } }
        var contradicting = Set<Int>()
        var found: [(variable: String, people: Int)] = []
        func note(_ variable: String, _ rows: [Int]) {
            contradicting.formUnion(rows)
            found.append((variable, rows.count))
        }
        for name in request.same {
            guard let (before, now) = try Self.columns(name, first, second) else { continue }
            let (old, new) = (before.rowLabels(), now.rowLabels())
            note(name, pairs.filter { old[$0.0] != nil && new[$0.1] != nil && old[$0.0] != new[$0.1] }.map(\.1))
        }
        if let age = request.age, try Self.columns(age, first, second) != nil {
            let (old, new) = (try first.prepared.table.numbers(age), try second.prepared.table.numbers(age))
            let grown = Self.years(first.run.wave, second.run.wave)
            note(
                age,
                pairs.filter { old.isPresent($0.0) && new.isPresent($0.1) }
                    .filter { !grown.contains(new.values[$0.1] - old.values[$0.0]) }.map(\.1))
        }
        self.people = pairs.count
        contradictions = found
        self.contradicting = contradicting.count
        guard contradicting.count > request.maximumContradictions else { return }
        let what = found.filter { $0.people > 0 }.map { "\($0.variable) of \($0.people)" }.joined(separator: ", ")
        throw Failure(
            "OVERLAP_CONTRADICTS",
            "Of \(pairs.count) people in \(first.run.wave.id) and \(second.run.wave.id), \(contradicting.count) contradict themselves: \(what)",
            file: first.run.study.file,
            remedy:
                "identifiers may have been given out anew: have them corrected, or allow so many under compare › overlap › maximum_contradictions",
            exitCode: ExitStatus.data)
    }

    private static func people(_ wave: ComparedWave, _ request: CompareRequest.Overlap) throws -> [String: Int] {
        let file = wave.run.study.path(wave.run.wave.files[0].path)
        do {
            var people: [String: Int] = [:]
            var repeated = 0
            for (row, name) in try wave.prepared.table.column(request.person).rowLabels().enumerated() {
                guard let name else { continue }
                if people.updateValue(row, forKey: name) != nil { repeated += 1 }
            }
            guard repeated == 0 else {
                throw Failure(
                    "REPEATED_PERSON", "'\(request.person)' stands for more than one respondent \(repeated) time(s)",
                    file: file, remedy: "give each person an identifier of their own", exitCode: ExitStatus.data)
            }
            return people
        } catch { throw Failure(naming: error, file: file) }
    }

    /// nil where one of the waves did not ask.
    private static func columns(
        _ name: String, _ first: ComparedWave, _ second: ComparedWave
    ) throws -> (Column, Column)? {
        guard first.prepared.table.has(name), second.prepared.table.has(name) else { return nil }
        return (try first.prepared.table.column(name), try second.prepared.table.column(name))
    }

    /// Whole years by which somebody can have grown older between two periods of fieldwork.
    static func years(_ first: Study.WaveEntry, _ second: Study.WaveEntry) -> ClosedRange<Double> {
        guard let start = day(first.from), let end = day(first.to), let from = day(second.from), let to = day(second.to)
        else { return -.greatestFiniteMagnitude ... .greatestFiniteMagnitude }
        let year = 365.25 * 86_400
        let (shortest, longest) = (from.timeIntervalSince(end) / year, to.timeIntervalSince(start) / year)
        return min(shortest, longest).rounded(.down)...max(shortest, longest).rounded(.up)
    }

    /// Years, months and days of an ISO date.
    private static func day(_ text: String) -> Date? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
        return calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
    }
}
