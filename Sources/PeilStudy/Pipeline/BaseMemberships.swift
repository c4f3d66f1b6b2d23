import PeilDisclosure
import PeilStore
import PeilTable

/// Who is in each base of a publication, as sums that name nobody (`MemberSketch`).
struct BaseMemberships {
    private let study: Study
    private let prepared: StudyRun.Prepared

    init(_ study: Study, _ prepared: StudyRun.Prepared) {
        self.study = study
        self.prepared = prepared
    }

    /// Who is in each base, where the study has a column that tells people apart, and how many gave each answer.
    func members() throws -> BaseMembers {
        var members = BaseMembers()
        try count(&members)
        guard let people = try people() else { return members }
        let limit = study.disclosure.minimumFrequency
        let powers = people.map { $0.map { MemberSketch.powers(of: $0, limit: limit) } }
        let groupings = try self.groupings()
        for request in study.report.questions {
            let column = try prepared.table.column(request.variable)
            for (grouping, area, segment) in groupings {
                let names = grouping.keys
                var sketches = [MemberSketch](repeating: MemberSketch(limit: limit), count: names.count)
                for row in powers.indices where column.isPresent(row) {
                    let group = Int(grouping.groupOfRow[row])
                    if group >= 0, let powers = powers[row] { sketches[group].add(powers) }
                }
                for (key, sketch) in zip(names, sketches) {
                    members.set(
                        sketch,
                        BaseMembers.key(
                            question: request.variable, area: area ? key[0] : "",
                            segment: segment ? key[key.count - 1] : ""))
                }
            }
        }
        return members
    }

    /// Respondents behind each share.
    private func count(_ members: inout BaseMembers) throws {
        let groupings = try self.groupings()
        for request in study.report.questions where request.statistic == .share {
            let column = try prepared.table.categories(request.variable)
            let levels = column.categories.map(\.code)
            for (grouping, area, segment) in groupings {
                let names = grouping.keys
                var counts = [Int](repeating: 0, count: names.count * levels.count)
                for row in grouping.groupOfRow.indices where column.isPresent(row) {
                    let group = Int(grouping.groupOfRow[row])
                    if group >= 0 { counts[group * levels.count + Int(column.codes[row])] += 1 }
                }
                for (place, count) in counts.enumerated() {
                    let key = names[place / levels.count]
                    members.set(
                        count,
                        FigureName(
                            question: request.variable, level: levels[place % levels.count], area: area ? key[0] : "",
                            segment: segment ? key[key.count - 1] : "", statistic: .share))
                }
            }
        }
    }

    /// A number a person: part of a hash of the name under which waves know the same person.
    private func people() throws -> [UInt64?]? {
        let table = prepared.table
        let known = study.compare.overlap?.person
        let unique = study.codebook.variables.first { $0.isUnique && table.has($0.id) }?.id
        guard let name = known.flatMap({ table.has($0) ? $0 : nil }) ?? unique else { return nil }
        return try table.column(name).rowLabels().map { label in
            label.flatMap { UInt64(ContentHash(of: "peil member \($0)".utf8).hex.prefix(16), radix: 16) }
        }
    }

    private func groupings() throws -> [(Grouping, area: Bool, segment: Bool)] {
        let table = prepared.table
        var all: [(Grouping, area: Bool, segment: Bool)] = [(.everyone(rowCount: table.rowCount), false, false)]
        let area = try study.areas.map { ($0.variable, try table.column($0.variable)) }
        let segment =
            prepared.segmentation == nil
            ? nil : (StudyRun.segmentVariable, try table.column(StudyRun.segmentVariable))
        if let area { all.append((.cross([area]), true, false)) }
        if let segment { all.append((.cross([segment]), false, true)) }
        if let area, let segment, study.report.questions.contains(where: \.byAreaAndSegment) {
            all.append((.cross([area, segment]), true, true))
        }
        return all
    }
}
