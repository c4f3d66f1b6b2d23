import PeilIngest
public import PeilTable

/// The units that were sampled for one wave, and what became of each.
public struct SampledFrame: Sendable {
    /// A row a sampled unit.
    public let table: Table
    public let request: FrameRequest
    /// What the fieldwork office says became of each.
    public let disposition: [FrameDisposition]

    /// Reads the frame and keeps the rows of `wave`. Columns that the codebook describes are read by it, under the names
    /// of its variables or those of the columns of the answers; undeclared
    /// personal data refuse the frame, as they refuse a delivery.
    /// Errors: `Failure` of the reader; UNKNOWN_DISPOSITION, EMPTY_FRAME (78).
    init(_ study: Study, _ request: FrameRequest, wave: Study.WaveEntry) throws {
        let path = study.path(request.file)
        var codebook = study.codebook
        codebook.derived = []
        codebook.exclusions = []
        codebook.completeness = nil
        codebook.consistency = []
        codebook.nesting = []
        codebook.speeders = nil
        codebook.straightliners = []
        codebook.sameAnswers.minimumAnswered = .max
        codebook.csv.isBinding = false
        var table = try Self.read(path, codebook, Self.variables(study, request), study)
        if !table.has(request.identifier) {
            // Not by the names of the codebook: then as the columns of the answers are named.
            var variables = Self.variables(study, request)
            for index in variables.indices {
                variables[index].column = study.codebook.variable(variables[index].id)?.column ?? variables[index].id
            }
            table = try Self.read(path, codebook, variables, study)
        }
        for name in [request.identifier, request.disposition] + [request.wave].compactMap({ $0 }) + request.variables
        where !table.has(name) {
            throw Failure(
                "MISSING_COLUMN", "The frame has no column '\(name)'", file: path, line: 1,
                remedy: "name the column under frame in study.yaml, or add it to the frame",
                exitCode: ExitStatus.configuration)
        }
        if let column = request.wave ?? wave.expectations.map(\.variable).first(where: { table.has($0) }) {
            table = table.selecting(rows: try Self.rows(of: wave, column, table, study))
        }
        guard table.rowCount > 0 else {
            throw Failure(
                "EMPTY_FRAME", "The frame has no unit of wave '\(wave.id)'", file: path,
                remedy: "check the wave's code under expect", exitCode: ExitStatus.configuration)
        }
        self.table = table
        self.request = request
        disposition = try Self.dispositions(table, request, path)
        try refuseRepeated(path)
    }

    private static func read(
        _ path: String, _ codebook: Codebook, _ variables: [CodebookVariable], _ study: Study
    ) throws -> Table {
        var codebook = codebook
        codebook.variables = variables
        do {
            return try WaveReader.read(
                [WaveFile(path: path)], codebook: codebook, pseudonyms: try study.pseudonyms()
            ).table
        } catch { throw Failure(naming: error, file: path) }
    }

    private func refuseRepeated(_ path: String) throws {
        let units = try table.column(request.identifier).rowLabels()
        var seen = Set<String>()
        for (row, unit) in units.enumerated() {
            guard let unit, !seen.insert(unit).inserted else { continue }
            throw Failure(
                "DUPLICATE_UNIT", "Sampled unit \(row + 1) of the wave stands in the frame before", file: path,
                remedy:
                    "keep one row a sampled person and wave; where the frame holds several waves, say in which column (frame: {wave: …})",
                exitCode: ExitStatus.configuration)
        }
    }

    /// Columns of the frame: those of the design, the areas and the person as the codebook has them, the others as text.
    private static func variables(_ study: Study, _ request: FrameRequest) -> [CodebookVariable] {
        let design = study.design.columns
        let known =
            [request.identifier] + design.strata + design.clusters + [design.weights, request.wave].compactMap { $0 }
            + [study.areas?.variable].compactMap { $0 } + study.waves.flatMap { $0.expectations.map(\.variable) }
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        var variables = names.compactMap { name -> CodebookVariable? in
            guard var variable = study.codebook.variable(name) else { return nil }
            variable.column = name
            variable.routing = nil
            variable.isUnique = false
            variable.mayBeAbsent = true
            variable.isRequired = name == request.identifier
            return variable
        }
        for name in [request.disposition, request.mode].compactMap({ $0 }) + request.variables
        where !names.contains(name) {
            names.append(name)
            var text = CodebookVariable(id: name, type: .text)
            text.keepsText = true
            text.mayBeAbsent = true
            variables.append(text)
        }
        return variables
    }

    private static func rows(
        of wave: Study.WaveEntry, _ column: String, _ table: Table, _ study: Study
    ) throws -> [Int] {
        let code = wave.expectations.first { $0.variable == column }?.code ?? wave.id
        let labels = try table.column(column).rowLabels()
        return labels.indices.filter { labels[$0] == code }
    }

    private static func dispositions(
        _ table: Table, _ request: FrameRequest, _ path: String
    ) throws -> [FrameDisposition] {
        let labels = try table.column(request.disposition).rowLabels()
        var known: [String: FrameDisposition] = [:]
        return try labels.enumerated().map { row, label in
            let word = label ?? ""
            if let disposition = known[word] { return disposition }
            guard let disposition = FrameDisposition(word: word) else {
                throw Failure(
                    "UNKNOWN_DISPOSITION",
                    "The disposition of sampled unit \(row + 1) of the wave is \(word.isEmpty ? "empty" : "no known word")",
                    file: path,
                    remedy:
                        "use one of \(FrameDisposition.words.joined(separator: ", ")), or AAPOR's code such as 2.11",
                    exitCode: ExitStatus.configuration)
            }
            known[word] = disposition
            return disposition
        }
    }
}

/// What a fieldwork office writes of a sampled unit.
public enum FrameDisposition: String, Sendable, CaseIterable {
    case responded, partial, refused
    case breakOff = "break_off"
    case noContact = "no_contact"
    case other
    case unknown
    case notEligible = "not_eligible"

    static var words: [String] { allCases.map(\.rawValue) }

    /// peil's word, in any case, or AAPOR's final disposition code: 1.1 and 1.2 interviews, 2.1x refusals
    /// (2.12 break-off), 2.2 no contact, 2.3 other, 3.x unknown eligibility, 4.x not eligible.
    init?(word: String) {
        let plain = word.lowercased()
        if let known = FrameDisposition(rawValue: plain) {
            self = known
            return
        }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, first.count == 1,
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let detail = parts.count == 2 ? parts[1] : ""
        switch (first, detail.first) {
        case ("1", "1"): self = .responded
        case ("1", "2"): self = .partial
        case ("2", "1"): self = detail.hasPrefix("12") ? .breakOff : .refused
        case ("2", "2"): self = .noContact
        case ("2", "3"): self = .other
        case ("3", _): self = .unknown
        case ("4", _): self = .notEligible
        default: return nil
        }
    }
}
