import PeilTable

/// Municipality codes in their many spellings: 518, 0518, gm0518, a name with or without the suffix that CBS gives it,
/// or a code that has since been merged into another.
struct RegionDecoder: Sendable {
    private let changes: [String: RegionChange]
    /// Year of the boundaries that the codebook's codes belong to.
    private let vintage: Int?
    private let codeOfSpelling: [[UInt8]: String]
    /// By the name without its bracket; nil where two regions share it.
    private let codeOfBareName: [[UInt8]: String?]
    private let indexOfCode: [String: Int]

    init(_ variable: CodebookVariable, changes: [RegionChange]) {
        vintage = variable.vintage
        self.changes = Dictionary(changes.map { ($0.old, $0) }) { first, _ in first }
        var codes: [[UInt8]: String] = [:]
        var bare: [[UInt8]: String?] = [:]
        for category in variable.categories {
            for label in Set(category.label.byLanguage.values) {
                let name = RegionName(label)
                codes[name.whole] = category.code
                if let known = bare[name.bare], known != category.code {
                    bare[name.bare] = .some(nil)
                } else {
                    bare[name.bare] = category.code
                }
            }
        }
        for (spelling, code) in variable.aliases { codes[RegionName(spelling).whole] = code }
        codeOfSpelling = codes
        codeOfBareName = bare
        indexOfCode = Dictionary(variable.categories.enumerated().map { ($1.code, $0) }) { first, _ in first }
    }

    /// The code that a spelling stands for: a category where the codebook lists the regions, a name otherwise.
    func meaning(_ cell: Cell) -> CellMeaning {
        let text = cell.text
        if let index = indexOfCode[text] { return CellMeaning(answer: .category(index)) }
        guard let code = named(text) ?? Self.municipalityCode(cell.bytes) else {
            return unknown("region that the codebook does not know")
        }
        var warnings: [(code: String, message: String)] = []
        if code != text {
            warnings.append(
                ("REGION_NORMALISED", "region codes in other spellings were read as codes of the codebook"))
        }
        if let answer = answer(code), !indexOfCode.isEmpty || changes[code] == nil {
            return CellMeaning(answer: answer, warnings: warnings)
        }
        switch successor(of: code) {
        case .code(let new):
            guard let answer = answer(new) else { break }
            return CellMeaning(
                answer: answer,
                warnings: new == code ? warnings : warnings + [("RENAMED_REGION", "\(code) is now \(new)")])
        case .split(let change):
            let year = change.year.map { " in \($0)" } ?? ""
            return unknown("\(change.old) was split\(year) and has no one successor")
        case .later(let year):
            return unknown(
                "\(code) is a code from \(year) on, and the codebook has the boundaries of \(vintage.map(String.init) ?? "before")"
            )
        }
        return unknown("region that the codebook does not know")
    }

    private enum Successor {
        case code(String)
        case split(RegionChange)
        /// The code came into use after the codebook's vintage.
        case later(Int)
    }

    /// What became of a code up to the codebook's vintage, over as many mergers as there were.
    private func successor(of code: String) -> Successor {
        var current = code
        // A circle is refused when the codebook is read; the bound keeps a mistake from becoming a hang.
        for _ in 0...changes.count {
            guard let change = changes[current], isInForce(change) else { break }
            guard let new = change.new else { return .split(change) }
            current = new
        }
        if current == code, let change = changes.values.first(where: { $0.new == code && !isInForce($0) }),
            let year = change.year
        {
            return .later(year)
        }
        return .code(current)
    }

    private func isInForce(_ change: RegionChange) -> Bool {
        guard let vintage, let year = change.year else { return true }
        return year <= vintage
    }

    private func named(_ text: String) -> String? {
        let name = RegionName(text)
        if let code = codeOfSpelling[name.whole] { return code }
        // A bracket that one of the two has tells apart what only one of them could be.
        guard let code = codeOfBareName[name.bare] ?? nil else { return nil }
        return !name.hasBracket || codeOfSpelling[name.bare] == code ? code : nil
    }

    private func answer(_ code: String) -> CellMeaning.Answer? {
        indexOfCode.isEmpty ? .name(code) : indexOfCode[code].map { .category($0) }
    }

    private func unknown(_ message: String) -> CellMeaning {
        CellMeaning(answer: .trouble(code: "UNKNOWN_REGION", message: message))
    }

    /// `GM` and four digits from one to four digits with or without that prefix.
    private static func municipalityCode(_ cell: [UInt8]) -> String? {
        var digits = cell[...]
        if digits.count > 2, digits.first.map({ $0 | 0x20 }) == UInt8(ascii: "g"),
            digits.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "m")
        {
            digits = digits.dropFirst(2)
        }
        guard (1...4).contains(digits.count), digits.allSatisfy(Ascii.isDigit),
            digits.contains(where: { $0 != Ascii.zero })
        else { return nil }
        return "GM" + String(repeating: "0", count: 4 - digits.count) + String(decoding: digits, as: UTF8.self)
    }
}

/// The name of a region without what differs between sources: capitals, curly apostrophes, the word "gemeente", points
/// in brackets. `Bergen (NH.)` and `bergen (NH)` are one name; `Utrecht (gemeente)` is `utrecht`.
struct RegionName {
    /// With its bracket, where that is more than "(gemeente)".
    let whole: [UInt8]
    /// Without a bracket.
    let bare: [UInt8]
    let hasBracket: Bool

    init(_ text: String) {
        var plain = text.lowercased().replacing("\u{2019}", with: "'").replacing("\u{2018}", with: "'")
            .split(separator: " ").joined(separator: " ")
        if plain.hasPrefix("gemeente ") { plain = String(plain.dropFirst("gemeente ".count)) }
        var bracket = ""
        if plain.hasSuffix(")"), let open = plain.lastIndex(of: "(") {
            bracket = String(plain[plain.index(after: open)...].dropLast()).replacing(".", with: "")
            plain = String(plain[..<open])
            while plain.hasSuffix(" ") { plain.removeLast() }
        }
        if bracket == "gemeente" { bracket = "" }
        bare = Array(plain.utf8)
        hasBracket = !bracket.isEmpty
        whole = Array((bracket.isEmpty ? plain : "\(plain) (\(bracket))").utf8)
    }
}
