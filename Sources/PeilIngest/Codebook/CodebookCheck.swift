import PeilTable

/// Contradictions inside a codebook: names used twice, names that do not exist, codes that are both
/// an answer and an absence.
struct CodebookCheck {
    let codebook: Codebook
    let file: String

    func run() throws(IngestError) {
        var known: [String] = []
        var columns: Set<String> = []
        for variable in codebook.variables {
            guard !known.contains(variable.id) else {
                throw error("'\(variable.id)' is described twice.", remedy: "Keep one description.")
            }
            guard columns.insert(variable.column).inserted else {
                throw error(
                    "Column '\(variable.column)' belongs to two variables.", remedy: "Keep one, and derive the other.")
            }
            known.append(variable.id)
            try checkAnswers(variable)
        }
        let answers =
            known
            + codebook.variables.filter { $0.type == .multi && !$0.categories.isEmpty }.flatMap { variable in
                variable.categories.map { "\(variable.id)_\($0.code)" } + ["\(variable.id)_count"]
            }
        for variable in codebook.variables {
            try checkNames(variable.routing?.map(\.variable) ?? [], in: answers, place: "ask_if of '\(variable.id)'")
        }
        var available = answers
        for derived in codebook.derived {
            guard !available.contains(derived.variable.name) else {
                throw error(
                    "'\(derived.variable.name)' is described twice.", line: derived.line,
                    remedy: "Give it another name.")
            }
            try checkNames(derived.inputs, in: available, place: "'\(derived.variable.name)'", line: derived.line)
            available.append(derived.variable.name)
        }
        try checkRules(available)
        try checkRegionChanges()
    }

    /// A region that is merged into itself by a detour has no code at all.
    private func checkRegionChanges() throws(IngestError) {
        for change in codebook.regionChanges {
            var seen: Set<String> = [change.old]
            var code = change.new
            while let next = code {
                guard seen.insert(next).inserted else {
                    throw error(
                        "The changes of municipality \(printable(change.old)) go round in a circle.",
                        remedy: "Correct municipality_changes: each old code leads to a later one.")
                }
                code = codebook.regionChanges.first { $0.old == next }?.new
            }
        }
    }

    private func checkRules(_ available: [String]) throws(IngestError) {
        for rule in codebook.exclusions {
            try checkNames(rule.keep.map(\.variable), in: available, place: "exclude '\(rule.name)'")
        }
        if let rule = codebook.completeness { try checkNames(rule.needs, in: available, place: "completeness") }
        for rule in codebook.nesting { try checkNames([rule.inner, rule.outer], in: available, place: "nested") }
        if let rule = codebook.speeders { try checkNames([rule.variable], in: available, place: "speeders") }
        for rule in codebook.straightliners {
            try checkNames(rule.items, in: available, place: "straightliners '\(rule.name)'")
        }
        for rule in codebook.consistency {
            try checkNames(rule.inputs, in: available, place: "consistency '\(rule.name)'")
        }
        try checkNames(codebook.sameAnswers.items, in: available, place: "same_answers")
        try checkNames(codebook.shift.ignored, in: available, place: "shift › ignore")
        try checkFlags(available)
    }

    /// Flags become columns of the table.
    private func checkFlags(_ available: [String]) throws(IngestError) {
        let flags =
            [SpeederRule.flag, SameAnswersRule.flag] + codebook.straightliners.map(\.flag)
        var seen = Set(available)
        for flag in flags where !seen.insert(flag).inserted {
            throw error("'\(flag)' is the name of a flag, and is used twice.", remedy: "Choose another name.")
        }
    }

    private func checkAnswers(_ variable: CodebookVariable) throws(IngestError) {
        var codes: Set<String> = []
        for category in variable.categories {
            guard codes.insert(category.code).inserted else {
                throw error("Code \(printable(category.code)) stands twice in '\(variable.id)'.", remedy: "Keep one.")
            }
            guard variable.missing[category.code] == nil else {
                throw error(
                    "Code \(printable(category.code)) of '\(variable.id)' is an answer and an absence.",
                    remedy: "Choose one of the two.")
            }
        }
        for code in variable.aliases.values.sorted() where !codes.isEmpty && !codes.contains(code) {
            throw error(
                "An alias of '\(variable.id)' stands for code \(printable(code)), which does not exist.",
                remedy: "Name an existing code.")
        }
        if variable.type == .code, variable.categories.isEmpty {
            throw error("'\(variable.id)' has no answers.", remedy: "Add labels or name an answer set.")
        }
        if variable.categories.count > Int(UInt16.max) {
            throw error("'\(variable.id)' has more than 65535 answers.", remedy: "Make it an id.")
        }
    }

    private func checkNames(_ names: [String], in known: [String], place: String, line: Int? = nil) throws(IngestError)
    {
        for name in names where !known.contains(name) {
            throw error(
                "\(place) uses '\(printable(name))', which is not described above it.", line: line,
                remedy: nearestName(to: name, among: known).map { "Did you mean '\($0)'?" } ?? "Describe it first.")
        }
    }

    private func error(_ message: String, line: Int? = nil, remedy: String) -> IngestError {
        IngestError("CODEBOOK_INVALID", message, file: file, line: line, remedy: remedy, exitCode: 78)
    }
}
