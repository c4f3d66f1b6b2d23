/// Nine digits with Σ (9 − i)·dᵢ for the first eight, minus the last, divisible by eleven (elfproef).
/// One number in eleven passes by chance, so one cell proves nothing: `PersonalDataTally` judges a column.
enum CitizenNumber {
    static func passes(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count == 9 else { return false }
        var sum = 0
        var any = 0
        for offset in 0..<9 {
            let byte = bytes[word.lowerBound + offset]
            guard Ascii.isDigit(byte) else { return false }
            let digit = Int(byte - Ascii.zero)
            any |= digit
            sum += offset == 8 ? -digit : (9 - offset) * digit
        }
        return any != 0 && sum % 11 == 0
    }

    /// The same for nine digits, of which the first is not 0, in two numbers.
    @inline(__always)
    static func passes(_ words: (low: UInt64, high: UInt64)) -> Bool {
        // Weights 9 to 2 on the even and the odd bytes; sums of products add up in the highest sixteen bits.
        let digits = words.low & 0x0F0F_0F0F_0F0F_0F0F
        let even = (digits & 0x00FF_00FF_00FF_00FF) &* 0x0009_0007_0005_0003
        let odd = (digits >> 8 & 0x00FF_00FF_00FF_00FF) &* 0x0008_0006_0004_0002
        let sum = even >> 48 &+ odd >> 48
        // The last digit counts as −1, which is 10 to eleven.
        return (sum &+ 10 &* (words.high & 0x0F)) % 11 == 0
    }
}

/// Account numbers of ISO 13616: the length of their country, and remainder 1 modulo 97.
enum IBAN {
    /// Where one that begins with the word ends, written in one piece or in groups with a space between; nil: none does.
    static func end(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Int? {
        let start = word.lowerBound
        guard word.count >= 4, Ascii.isLetter(bytes[start]), Ascii.isLetter(bytes[start + 1]),
            Ascii.isDigit(bytes[start + 2]), Ascii.isDigit(bytes[start + 3])
        else { return nil }
        let country = [bytes[start] & 0xDF, bytes[start + 1] & 0xDF]
        guard let length = lengths[String(decoding: country, as: UTF8.self)] else { return nil }
        var characters: [UInt8] = []
        var index = start
        while index < place.upperBound, characters.count < length {
            if PersonalDataScan.isWord(bytes[index]) {
                characters.append(bytes[index])
            } else if bytes[index] != Ascii.space || index + 1 == place.upperBound
                || !PersonalDataScan.isWord(bytes[index + 1])
            {
                return nil
            }
            index += 1
        }
        guard characters.count == length, index == place.upperBound || !PersonalDataScan.isWord(bytes[index]) else {
            return nil
        }
        return remainder(characters) == 1 ? index : nil
    }

    /// Of the number that the characters are when the first four stand last and A is 10 … Z is 35.
    private static func remainder(_ characters: [UInt8]) -> Int {
        (characters[4...] + characters[..<4]).reduce(0) { rest, byte in
            Ascii.isDigit(byte)
                ? (rest * 10 + Int(byte - Ascii.zero)) % 97
                : (rest * 100 + Int(byte & 0xDF) - 55) % 97
        }
    }

    /// Characters by country, from the registry of ISO 13616.
    private static let lengths = [
        "NL": 18, "BE": 16, "DE": 22, "FR": 27, "LU": 20, "GB": 22, "IE": 22, "ES": 24, "PT": 25, "IT": 27, "AT": 20,
        "CH": 21, "LI": 21, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "IS": 26, "PL": 28, "CZ": 24, "SK": 24, "HU": 28,
        "RO": 24, "BG": 22, "GR": 27, "HR": 21, "SI": 19, "EE": 20, "LV": 21, "LT": 20, "CY": 28, "MT": 31, "TR": 26,
        "UA": 29, "MA": 28, "MC": 27, "SM": 27, "AD": 24, "RS": 22, "BA": 20, "AL": 28, "MK": 19, "ME": 22, "XK": 20
    ]
}

/// Addresses of a computer on the network.
enum NetworkAddress {
    /// Four numbers of 0…255 with points. The last two are not both 0: 120.0.0.0 is the version of a browser.
    static func fourthBegins(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Bool {
        let start = word.lowerBound
        guard word.upperBound < place.upperBound, bytes[word.upperBound] == Ascii.point else { return false }
        if start > place.lowerBound, bytes[start - 1] == Ascii.point || bytes[start - 1] == Ascii.minus { return false }
        var index = start
        var parts: [Int] = []
        while parts.count < 4 {
            var value = 0
            let first = index
            while index < place.upperBound, Ascii.isDigit(bytes[index]), index < first + 4 {
                value = value * 10 + Int(bytes[index] - Ascii.zero)
                index += 1
            }
            guard index > first, index <= first + 3, value <= 255, index == first + 1 || bytes[first] != Ascii.zero
            else { return false }
            parts.append(value)
            if parts.count == 4 { break }
            guard index < place.upperBound, bytes[index] == Ascii.point else { return false }
            index += 1
        }
        if index < place.upperBound, PersonalDataScan.isWord(bytes[index]) { return false }
        if index + 1 < place.upperBound, bytes[index] == Ascii.point, Ascii.isDigit(bytes[index + 1]) { return false }
        return parts[0] > 0 && (parts[2] > 0 || parts[3] > 0)
    }

    /// Eight groups of up to four hexadecimal digits with colons, or three at least with `::` once. 12:34:56 is a time.
    static func holdsSixth(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        var index = place.lowerBound
        while index < place.upperBound {
            guard isPart(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < place.upperBound, isPart(bytes[index]) { index += 1 }
            let stands =
                (start == place.lowerBound || !PersonalDataScan.isWord(bytes[start - 1]))
                && (index == place.upperBound || !PersonalDataScan.isWord(bytes[index]))
            if stands, (6...39).contains(index - start), isSixth(bytes, start..<index) { return true }
        }
        return false
    }

    private static func isSixth(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
        var groups = 0
        var length = 0
        var gaps = 0
        for index in word {
            if bytes[index] != Ascii.colon {
                if length == 0 { groups += 1 }
                length += 1
                if length > 4 { return false }
            } else {
                if index > word.lowerBound, bytes[index - 1] == Ascii.colon { gaps += 1 }
                length = 0
            }
        }
        return gaps == 0 ? groups == 8 : gaps == 1 && (3...7).contains(groups)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || byte == Ascii.colon
            || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "f")
    }
}
