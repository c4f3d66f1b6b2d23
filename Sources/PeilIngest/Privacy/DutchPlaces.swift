/// A postcode of four digits and two letters with a house number before or after it: one front door.
enum DutchAddress {
    /// Whether the word begins such a postcode, and a house number stands beside it.
    static func begins(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Bool {
        guard let end = postcodeEnd(bytes, word, in: place) else { return false }
        return numberFollows(bytes, end, in: place) || numberPrecedes(bytes, word.lowerBound, in: place)
    }

    /// Where a postcode that begins with the word ends; nil where none does.
    static func postcodeEnd(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Int? {
        let start = word.lowerBound
        guard word.count == 4 || word.count == 6, bytes[start] > Ascii.zero else { return nil }
        for index in start..<(start + 4) where !Ascii.isDigit(bytes[index]) { return nil }
        var letters = start + 4
        if word.count == 4 {
            guard letters < place.upperBound, bytes[letters] == Ascii.space else { return nil }
            letters += 1
        }
        guard letters + 2 <= place.upperBound else { return nil }
        let first = bytes[letters]
        let second = bytes[letters + 1]
        // Small letters after a space are a word: "in 2024 en 12".
        let areCapitals = first & 0x20 == 0 && second & 0x20 == 0
        guard Ascii.isLetter(first), Ascii.isLetter(second), areCapitals || word.count == 6 else { return nil }
        let end = letters + 2
        return end == place.upperBound || !PersonalDataScan.isWord(bytes[end]) ? end : nil
    }

    private static func numberFollows(_ bytes: Span<UInt8>, _ end: Int, in place: Range<Int>) -> Bool {
        var index = end
        while index < place.upperBound, index < end + 2, isMark(bytes[index]) { index += 1 }
        return index > end && index < place.upperBound && Ascii.isDigit(bytes[index]) && bytes[index] > Ascii.zero
    }

    /// "12, 2511 AB", "12a 2511AB".
    private static func numberPrecedes(_ bytes: Span<UInt8>, _ start: Int, in place: Range<Int>) -> Bool {
        var index = start - 1
        while index >= place.lowerBound, index > start - 4, isMark(bytes[index]) { index -= 1 }
        guard index >= place.lowerBound, index < start - 1 else { return false }
        if Ascii.isLetter(bytes[index]), index > place.lowerBound { index -= 1 }
        return Ascii.isDigit(bytes[index])
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        byte == Ascii.space || byte == Ascii.comma || byte == Ascii.minus || byte == Ascii.lineFeed
    }
}

/// Licence plates with their hyphens: six letters and digits in three groups, each all letters or all digits.
enum LicencePlate {
    static func begins(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Bool {
        let start = word.lowerBound
        guard start + 8 <= place.upperBound, start + word.count + 1 < start + 8,
            bytes[word.upperBound] == Ascii.minus,
            start == place.lowerBound || bytes[start - 1] != Ascii.minus && bytes[start - 1] < 0x80,
            start + 8 == place.upperBound
                || !PersonalDataScan.isWord(bytes[start + 8]) && bytes[start + 8] != Ascii.minus
        else { return false }
        return isPlate(bytes, start..<(start + 8))
    }

    /// The series of the vehicle register: two pairs and a pair, or one, two and three in any order but 1-3-2's months.
    private static func isPlate(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        var groups: [(count: Int, letters: Int, hasVowel: Bool)] = [(0, 0, false)]
        for index in place {
            let byte = bytes[index]
            if byte == Ascii.minus {
                groups.append((0, 0, false))
                continue
            }
            guard PersonalDataScan.isWord(byte) else { return false }
            let last = groups.count - 1
            groups[last].count += 1
            guard Ascii.isLetter(byte) else { continue }
            groups[last].letters += 1
            if isVowel(byte | 0x20) { groups[last].hasVowel = true }
        }
        guard groups.count == 3, groups.allSatisfy({ $0.letters == 0 || $0.letters == $0.count }) else { return false }
        let letterGroups = groups.count { $0.letters > 0 }
        guard letterGroups == 1 || letterGroups == 2 else { return false }
        switch groups.map(\.count) {
        case [2, 2, 2]: return true
        // Words of three letters, months among them, have a vowel; plates of this kind have none.
        case [2, 3, 1], [1, 3, 2], [3, 2, 1], [1, 2, 3]:
            return !groups.contains { $0.hasVowel } && !isMonth(bytes, place)
        default: return false
        }
    }

    private static func isVowel(_ letter: UInt8) -> Bool { "aeiou".utf8.contains(letter) }

    /// "1-mrt-26" is a date.
    private static func isMonth(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        for start in place.lowerBound...(place.upperBound - 3)
        where bytes[start] | 0x20 == UInt8(ascii: "m") && bytes[start + 1] | 0x20 == UInt8(ascii: "r")
            && bytes[start + 2] | 0x20 == UInt8(ascii: "t")
        { return true }
        return false
    }
}
