import PeilTable

/// Compares texts as a respondent reads them: capitals, spaces and punctuation change no question, words do.
enum WordingComparison {
    /// Languages that only one of the two has are a translation more or less: cosmetic. Texts without a language in
    /// common cannot be compared: breaking.
    static func verdict(_ old: LocalizedText, _ new: LocalizedText) -> CodebookVerdict {
        if old == new { return .identical }
        if old.isEmpty || new.isEmpty { return old.isEmpty && new.isEmpty ? .identical : .breaking }
        var verdict = CodebookVerdict.identical
        var isCompared = false
        for language in Set(old.byLanguage.keys).union(new.byLanguage.keys) {
            guard let first = old.text(in: language), let second = new.text(in: language) else {
                verdict = max(verdict, .cosmetic)
                continue
            }
            isCompared = true
            verdict = max(verdict, self.verdict(first, second))
        }
        return isCompared ? verdict : .breaking
    }

    static func verdict(_ old: String, _ new: String) -> CodebookVerdict {
        old == new ? .identical : essence(old) == essence(new) ? .cosmetic : .breaking
    }

    /// The words in small letters. Marks between digits stay (1.5, 18-24), and so do signs that mean something
    /// (< 20, 5 %, -5); apostrophes vanish, other punctuation separates.
    static func essence(_ text: String) -> [String] {
        let scalars = Array(text.lowercased().unicodeScalars)
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func isDigit(_ index: Int) -> Bool {
            scalars.indices.contains(index) && scalars[index].properties.numericType != nil
        }
        func endWord() {
            if !word.isEmpty { words.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        for (index, scalar) in scalars.enumerated() {
            if scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "\u{AD}" { continue }
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.generalCategory == .nonspacingMark
            {
                word.append(scalar)
            } else if isDigit(index + 1), isDigit(index - 1), !scalar.properties.isWhitespace {
                word.append(scalar.properties.isDash ? "-" : scalar)
            } else if isDigit(index + 1), scalar.properties.isDash, word.isEmpty {
                word.append("-")
            } else if isSign(scalar) {
                endWord()
                words.append(String(scalar))
            } else {
                endWord()
            }
        }
        endWord()
        return words
    }

    /// Mathematical signs, currencies, per cent and per mille.
    private static func isSign(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .mathSymbol, .currencySymbol: true
        default: scalar == "%" || scalar == "\u{2030}" || scalar == "&"
        }
    }
}
