/// The counts of the files of a wave added up.
struct WholeQuality {
    private let files: [FileQuality]

    init(_ files: [FileQuality]) { self.files = files }

    var sum: FileQuality {
        guard var whole = files.first, files.count > 1 else { return files[0] }
        for file in files.dropFirst() { add(file, to: &whole) }
        var reasons: [String] = []
        for file in files where !reasons.contains(file.dialectReason) { reasons.append(file.dialectReason) }
        whole.dialectReason = reasons.joined(separator: "; ")
        whole.warnings = WaveReader.joined(files.flatMap(\.warnings))
        return whole
    }

    private func add(_ file: FileQuality, to whole: inout FileQuality) {
        whole.rowsRead += file.rowsRead
        whole.rowsKept += file.rowsKept
        whole.quarantined += file.quarantined
        whole.duplicates += file.duplicates
        whole.partials += file.partials
        whole.speeders += file.speeders
        if whole.speederBound != file.speederBound { whole.speederBound = nil }
        for exclusion in file.exclusions {
            guard let index = whole.exclusions.firstIndex(where: { $0.rule == exclusion.rule }) else {
                whole.exclusions.append(exclusion)
                continue
            }
            whole.exclusions[index] = .init(
                rule: exclusion.rule, count: whole.exclusions[index].count + exclusion.count)
        }
        if let counts = file.completeness {
            var all = whole.completeness ?? FileQuality.Completeness()
            all.complete += counts.complete
            all.partialInterviews += counts.partialInterviews
            all.breakOffs += counts.breakOffs
            all.withoutNeeds += counts.withoutNeeds
            whole.completeness = all
        }
        whole.speederFinding = Self.sum(whole.speederFinding, file.speederFinding)
        for finding in file.straightliners { Self.add(finding, to: &whole.straightliners) }
        for finding in file.findings { Self.add(finding, to: &whole.findings) }
    }

    private static func add(_ finding: FileQuality.Finding, to all: inout [FileQuality.Finding]) {
        guard let index = all.firstIndex(where: { $0.rule == finding.rule }) else {
            all.append(finding.withoutLines)
            return
        }
        all[index] = sum(all[index], finding) ?? finding
    }

    private static func sum(
        _ one: FileQuality.Finding?, _ other: FileQuality.Finding?
    ) -> FileQuality.Finding? {
        guard let one, let other else { return (one ?? other)?.withoutLines }
        return FileQuality.Finding(
            rule: one.rule, count: one.count + other.count, lines: [], severity: one.severity,
            judged: one.judged + other.judged, flag: one.flag)
    }
}

extension FileQuality.Finding {
    /// Lines mean nothing where several files are told of together.
    fileprivate var withoutLines: FileQuality.Finding {
        .init(rule: rule, count: count, lines: [], severity: severity, judged: judged, flag: flag)
    }
}
