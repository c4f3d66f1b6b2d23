import PeilTable

/// Municipality codes in their many spellings: 518, 0518, gm0518, a name, or a code that has since
/// been merged into another. Each distinct spelling is resolved once.
struct RegionDecoder {
    private enum Resolution {
        case region(String, isNormalised: Bool, change: RegionChange?)
        case unknown(RegionChange?)
    }

    let decoder: ColumnDecoder
    let changes: [RegionChange]
    private var known: [[UInt8]: Resolution] = [:]
    private let codeOfSpelling: [[UInt8]: String]
    private let valid: Set<String>

    init(decoder: ColumnDecoder, changes: [RegionChange]) {
        self.decoder = decoder
        self.changes = changes
        var codes: [[UInt8]: String] = [:]
        for category in decoder.variable.categories {
            for label in category.label.byLanguage.values { codes[Array(label.lowercased().utf8)] = category.code }
        }
        for (spelling, code) in decoder.variable.aliases { codes[Array(spelling.lowercased().utf8)] = code }
        codeOfSpelling = codes
        valid = Set(decoder.variable.categories.map(\.code))
    }

    /// Categories are those of the codebook, or the codes that occur, in byte order.
    mutating func column(_ notes: inout DecodingNotes) -> Column {
        var codes = [String?](repeating: nil, count: decoder.rowCount)
        var reasons = [UInt8](repeating: 0, count: decoder.rowCount)
        for row in 0..<decoder.rowCount {
            let (cell, reason, isTrimmed) = decoder.source.withCell(row) { bytes, place in
                let inner = CellSource.trimmed(bytes, place)
                return (CellSource.copy(bytes, inner), decoder.source.reason(bytes, inner), inner.count != place.count)
            }
            if isTrimmed {
                notes.warn(
                    "SPACES_TRIMMED", column: name, line: decoder.line(row), "spaces around values were taken off")
            }
            if let reason {
                reasons[row] = reason.rawValue
                continue
            }
            codes[row] = take(resolve(cell), row, &notes)
            if codes[row] == nil { reasons[row] = MissingReason.technical.rawValue }
        }
        var categories = decoder.variable.categories
        if categories.isEmpty {
            categories = Set(codes.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { Category(code: $0, label: LocalizedText(everywhere: $0)) }
        }
        let index = Dictionary(categories.enumerated().map { ($1.code, UInt16($0)) }) { first, _ in first }
        return .categorical(
            CategoricalColumn(
                categories: categories, codes: codes.map { $0.flatMap { index[$0] } ?? 0 }, reasons: reasons))
    }

    private var name: String { decoder.variable.column }

    private func take(_ resolution: Resolution, _ row: Int, _ notes: inout DecodingNotes) -> String? {
        let line = decoder.line(row)
        switch resolution {
        case .region(let code, let isNormalised, let change):
            if isNormalised {
                notes.warn(
                    "REGION_NORMALISED", column: name, line: line,
                    "region codes in other spellings were read as codes of the codebook")
            }
            if let change {
                let text = "\(change.old) is now \(code)"
                notes.warn("RENAMED_REGION", column: name, line: line, text)
                notes.extend("RENAMED_REGION", with: text)
            }
            return code
        case .unknown(let change):
            let reason = change.map {
                "\($0.old) was split\($0.year.map { " in \($0)" } ?? "") and has no one successor"
            }
            notes.trouble(row, "UNKNOWN_REGION", name, reason ?? "region that the codebook does not know")
            return nil
        }
    }

    private mutating func resolve(_ cell: [UInt8]) -> Resolution {
        if let resolution = known[cell] { return resolution }
        let resolution = resolveAnew(cell)
        known[cell] = resolution
        return resolution
    }

    private func resolveAnew(_ cell: [UInt8]) -> Resolution {
        let text = String(decoding: cell, as: UTF8.self)
        if valid.contains(text) { return .region(text, isNormalised: false, change: nil) }
        let spelled = codeOfSpelling[Array(text.lowercased().utf8)] ?? Self.municipalityCode(cell)
        guard let code = spelled else { return .unknown(nil) }
        let isNormalised = !code.utf8.elementsEqual(cell)
        guard !valid.contains(code), let change = changes.first(where: { $0.old == code }) else {
            return valid.isEmpty || valid.contains(code)
                ? .region(code, isNormalised: isNormalised, change: nil) : .unknown(nil)
        }
        guard let new = change.new, valid.isEmpty || valid.contains(new) else { return .unknown(change) }
        return .region(new, isNormalised: isNormalised, change: change)
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
