import PeilTable

/// Municipality codes in their many spellings: 518, 0518, gm0518, a name, or a code that has since
/// been merged into another.
struct RegionDecoder: Sendable {
    private let changes: [RegionChange]
    private let codeOfSpelling: [[UInt8]: String]
    private let indexOfCode: [String: Int]

    init(_ variable: CodebookVariable, changes: [RegionChange]) {
        self.changes = changes
        var codes: [[UInt8]: String] = [:]
        for category in variable.categories {
            for label in category.label.byLanguage.values { codes[Array(label.lowercased().utf8)] = category.code }
        }
        for (spelling, code) in variable.aliases { codes[Array(spelling.lowercased().utf8)] = code }
        codeOfSpelling = codes
        indexOfCode = Dictionary(variable.categories.enumerated().map { ($1.code, $0) }) { first, _ in first }
    }

    /// The code that a spelling stands for: a category where the codebook lists the regions, a name otherwise.
    func meaning(_ cell: Cell) -> CellMeaning {
        let text = cell.text
        if let index = indexOfCode[text] { return CellMeaning(answer: .category(index)) }
        guard let code = codeOfSpelling[Array(text.lowercased().utf8)] ?? Self.municipalityCode(cell.bytes) else {
            return unknown(nil)
        }
        var warnings: [(code: String, message: String)] = []
        if code != text {
            warnings.append(
                ("REGION_NORMALISED", "region codes in other spellings were read as codes of the codebook"))
        }
        if indexOfCode[code] == nil, let change = changes.first(where: { $0.old == code }) {
            guard let new = change.new, let answer = answer(new) else { return unknown(change) }
            warnings.append(("RENAMED_REGION", "\(change.old) is now \(new)"))
            return CellMeaning(answer: answer, warnings: warnings)
        }
        guard let answer = answer(code) else { return unknown(nil) }
        return CellMeaning(answer: answer, warnings: warnings)
    }

    private func answer(_ code: String) -> CellMeaning.Answer? {
        indexOfCode.isEmpty ? .name(code) : indexOfCode[code].map { .category($0) }
    }

    private func unknown(_ change: RegionChange?) -> CellMeaning {
        let reason = change.map {
            "\($0.old) was split\($0.year.map { " in \($0)" } ?? "") and has no one successor"
        }
        return CellMeaning(
            answer: .trouble(code: "UNKNOWN_REGION", message: reason ?? "region that the codebook does not know"))
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
