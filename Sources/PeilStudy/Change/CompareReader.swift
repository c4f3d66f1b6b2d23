import PeilIngest
import PeilTable

/// Reads `compare:`.
struct CompareReader {
    private let section: Section
    private let waves: [String]
    private let codebooks: [Codebook]
    private let known: [String]

    init(_ section: Section, waves: [Study.WaveEntry], codebook: Codebook) throws {
        self.section = section
        self.waves = waves.map(\.id)
        codebooks = [codebook] + waves.compactMap(\.codebook)
        known =
            codebooks.flatMap { $0.variables.map(\.id) + $0.derived.map(\.variable.name) } + [
                StudyRun.segmentVariable
            ]
    }

    func request() throws -> CompareRequest {
        try section.allow(["reference", "questions", "margin", "power", "bridge", "breaks", "overlap"])
        var request = CompareRequest()
        if let word = try section.optionalText("reference") {
            request.reference = word == "previous" ? .previous : .wave(try wave(section, "reference"))
        }
        request.questions = try section.texts("questions", default: [])
        for name in request.questions { try question(name, section, "questions") }
        if !section.isAbsent("margin") { request.margin = try positive(section, "margin") }
        request.power = try section.number("power", default: 0.8)
        guard request.power > 0, request.power < 1 else { throw section.fail("power", "a number between 0 and 1") }
        var known: Set<String> = []
        request.bridges = try section.sections("bridge", optional: true).map { own in
            let bridge = try bridge(own)
            let name = [bridge.question ?? "", bridge.answer ?? "", bridge.from, bridge.to].joined(separator: "\u{1F}")
            guard known.insert(name).inserted else {
                throw own.fail("question", "bridged once between two waves", remedy: "keep the bridge that holds")
            }
            return bridge
        }
        request.breaks = try section.sections("breaks", optional: true).map(declaredBreak)
        request.overlap = try section.optionalSection("overlap").map(overlap)
        return request
    }

    private func wave(_ section: Section, _ key: String) throws -> String {
        let name = try section.text(key)
        guard waves.contains(name) else {
            throw section.fail(
                key, "one of the study's waves",
                remedy: nearestName(to: name, among: waves).map { "did you mean '\($0)'?" }
                    ?? "waves are: \(waves.joined(separator: ", "))")
        }
        return name
    }

    @discardableResult
    private func question(_ name: String, _ section: Section, _ key: String) throws -> String {
        guard known.contains(name) else {
            throw section.fail(
                key, "questions of the codebook, and '\(name)' is none",
                remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "see the codebook")
        }
        return name
    }

    /// nil for `all`.
    private func questionOrAll(_ section: Section) throws -> String? {
        let name = try section.text("question")
        return name == "all" ? nil : try question(name, section, "question")
    }

    private func positive(_ section: Section, _ key: String) throws -> Double {
        let number = try section.number(key)
        guard number > 0 else { throw section.fail(key, "a number above 0") }
        return number
    }

    // MARK: Bridges

    private func bridge(_ section: Section) throws -> Bridge {
        try section.allow(["question", "answer", "from", "to", "kind", "by", "factor", "se", "codes", "reason"])
        let (from, to) = (try wave(section, "from"), try wave(section, "to"))
        guard let first = waves.firstIndex(of: from), let second = waves.firstIndex(of: to), first < second else {
            throw section.fail(
                "to", "a wave after '\(from)'", remedy: "a bridge leads from the earlier wave to the later")
        }
        let kind = try kind(section)
        let answer = try section.optionalText("answer")
        if answer != nil, case .factor = kind {
        } else if answer != nil {
            throw section.fail("answer", "given with a factor only")
        }
        return Bridge(
            question: try questionOrAll(section), answer: answer, from: from, to: to, kind: kind,
            reason: try section.optionalText("reason") ?? "")
    }

    private func kind(_ section: Section) throws -> Bridge.Kind {
        let word = try section.text("kind")
        switch word {
        case "recode": return .recode(try codes(section.section("codes")))
        case "factor":
            let error = try section.number("se")
            guard error >= 0 else { throw section.fail("se", "a standard error, 0 or more") }
            return .factor(try positive(section, "factor"), standardError: error)
        case "accepted": return .accepted(by: try name(section.text("by"), section, "by"))
        default:
            let start = "accepted by "
            guard word.hasPrefix(start) else {
                throw section.fail(
                    "kind", "recode, factor, or accepted by a name",
                    remedy: "for example kind: accepted, by: the name of who vouches for it")
            }
            return .accepted(by: try name(String(word.dropFirst(start.count)), section, "kind"))
        }
    }

    private func name(_ text: String, _ section: Section, _ key: String) throws -> String {
        guard text.contains(where: { !$0.isWhitespace }) else { throw section.fail(key, "a name") }
        return text
    }

    private func codes(_ section: Section) throws -> [String: String] {
        let pairs = try section.keys.map { ($0, try section.text($0)) }
        guard !pairs.isEmpty else {
            throw section.fail(
                "codes", "old codes with their new ones", remedy: "for example codes: {1: 1, 2: 1, 3: 2}")
        }
        try section.allow(section.keys)
        return Dictionary(pairs) { first, _ in first }
    }

    private func declaredBreak(_ section: Section) throws -> CompareRequest.Break {
        try section.allow(["question", "at", "reason"])
        let at = try wave(section, "at")
        guard at != waves[0] else {
            throw section.fail("at", "a wave with one before it", remedy: "name the first wave after the break")
        }
        return CompareRequest.Break(
            question: try questionOrAll(section), at: at, reason: try section.localized("reason"))
    }

    private func overlap(_ section: Section) throws -> CompareRequest.Overlap {
        try section.allow(["person", "same", "age", "maximum_contradictions"])
        let person = try question(section.text("person"), section, "person")
        guard codebooks[0].variable(person)?.type == .id else {
            throw section.fail("person", "an identifier of the codebook (type: id)")
        }
        let same = try section.texts("same", default: [])
        for name in same { try question(name, section, "same") }
        let age = try section.optionalText("age")
        if let age { try question(age, section, "age") }
        guard !same.isEmpty || age != nil else {
            throw section.fail("same", "given where there is no `age`", remedy: "for example same: [birth_year]")
        }
        let maximum = try section.integer("maximum_contradictions", default: 0)
        guard maximum >= 0 else { throw section.fail("maximum_contradictions", "0 or more") }
        return CompareRequest.Overlap(person: person, same: same, age: age, maximumContradictions: maximum)
    }
}
