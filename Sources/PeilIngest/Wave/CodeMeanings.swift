import PeilTable

/// What the codes and labels of a codebook make of a cell.
struct CodeMeanings: Sendable {
    private var indexOfCode: [[UInt8]: Int] = [:]
    /// Labels in every language, and aliases, in small letters.
    private var labels: [[UInt8]: (index: Int, isAlias: Bool)] = [:]

    init(_ variable: CodebookVariable) {
        for (index, category) in variable.categories.enumerated() { indexOfCode[Array(category.code.utf8)] = index }
        for (index, category) in variable.categories.enumerated() {
            for label in category.label.byLanguage.values { labels[Array(label.lowercased().utf8)] = (index, false) }
        }
        for (spelling, code) in variable.aliases {
            guard let index = variable.categories.firstIndex(where: { $0.code == code }) else { continue }
            labels[Array(spelling.lowercased().utf8)] = (index, true)
        }
    }

    func meaning(_ cell: Cell) -> CellMeaning {
        if let index = indexOfCode[cell.bytes] { return CellMeaning(answer: .category(index)) }
        guard let match = labels[Array(cell.text.lowercased().utf8)] else {
            return CellMeaning(
                answer: .trouble(code: "OUT_OF_CODEBOOK", message: "value that the codebook does not list"))
        }
        if match.isAlias { return CellMeaning(answer: .category(match.index)) }
        return CellMeaning(
            answer: .category(match.index),
            warnings: [("LABELS_NOT_CODES", "labels stand where codes are expected")])
    }

    /// Several codes in one cell.
    func options(_ cell: Cell, separator: UInt8) -> CellMeaning {
        var chosen: [Int] = []
        var isUntidy = false
        for part in cell.bytes.split(separator: separator, omittingEmptySubsequences: false) {
            let code = Self.trimmed(part)
            if code.isEmpty {
                isUntidy = true
                continue
            }
            guard let index = indexOfCode[code] else {
                return CellMeaning(
                    answer: .trouble(
                        code: "OUT_OF_CODEBOOK", message: "an option that the codebook does not list"))
            }
            if chosen.contains(index) { isUntidy = true } else { chosen.append(index) }
        }
        return CellMeaning(
            answer: .options(chosen),
            warnings: isUntidy ? [("MULTI_NORMALISED", "empty or repeated options were taken out")] : [])
    }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> [UInt8] {
        var part = part
        while let first = part.first, Ascii.isSpace(first) { part.removeFirst() }
        while let last = part.last, Ascii.isSpace(last) { part.removeLast() }
        return Array(part)
    }
}
