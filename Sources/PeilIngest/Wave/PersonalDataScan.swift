/// Looks for personal data in one cell, anywhere in its text: kinds, never the text. One pass over the bytes
/// finds whether there is an @, a digit or a colon; only such cells are looked at again, and each
/// place where something may begin is tried over a bounded number of bytes, so that time is linear.
enum PersonalDataScan {
    /// The words of the kinds that occur in an open answer. A plus before digits begins a sum or a formula as well, so a
    /// telephone number in international form counts where a column is judged, not here.
    static func kinds(_ bytes: Span<UInt8>, _ place: Range<Int>) -> [String] { found(bytes, place).words }

    /// The kinds that occur in a text.
    static func found(_ bytes: Span<UInt8>, _ place: Range<Int>) -> PersonalDataKinds {
        let marks = Marks(bytes, place)
        guard !marks.isEmpty else { return [] }
        var kinds: PersonalDataKinds = []
        if marks.contains(.at), holdsMailAddress(bytes, place) { kinds.insert(.mail) }
        if marks.contains(.colon), NetworkAddress.holdsSixth(bytes, place) { kinds.insert(.networkAddress) }
        if marks.contains(.digit) { addWhatDigitsHold(bytes, place, &kinds) }
        return kinds
    }

    /// Bytes without which nothing personal can be recognised.
    struct Marks: OptionSet {
        let rawValue: UInt8
        static let at = Marks(rawValue: 1)
        static let digit = Marks(rawValue: 2)
        static let colon = Marks(rawValue: 4)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ bytes: Span<UInt8>, _ place: Range<Int>) {
            var seen: UInt8 = 0
            // A loop without branches: the compiler reads many bytes at a time.
            unsafe bytes.withUnsafeBufferPointer { all in
                for index in place {
                    let byte = unsafe all[index]
                    seen |= byte == UInt8(ascii: "@") ? 1 : 0
                    seen |= byte &- Ascii.zero < 10 ? 2 : 0
                    seen |= byte == Ascii.colon ? 4 : 0
                }
            }
            rawValue = seen
        }
    }

    /// A letter or digit before an @, a point somewhere after it in the same word, and two letters at least.
    private static func holdsMailAddress(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        var index = place.lowerBound
        while index < place.upperBound {
            guard bytes[index] == UInt8(ascii: "@"), index > place.lowerBound, isWord(bytes[index - 1]) else {
                index += 1
                continue
            }
            index += 1
            let domain = index
            while index < place.upperBound,
                isWord(bytes[index]) || bytes[index] == Ascii.minus
                    || bytes[index] == Ascii.point
            {
                if bytes[index] == Ascii.point, index > domain, index + 2 < place.upperBound,
                    Ascii.isLetter(bytes[index + 1]), Ascii.isLetter(bytes[index + 2])
                {
                    return true
                }
                index += 1
            }
        }
        return false
    }

    private static func addWhatDigitsHold(
        _ bytes: Span<UInt8>, _ place: Range<Int>, _ kinds: inout PersonalDataKinds
    ) {
        var index = place.lowerBound
        while true {
            index = nextCandidate(bytes, index, in: place)
            guard index < place.upperBound else { return }
            guard isWord(bytes[index]) else {
                index += 1
                continue
            }
            // A word: letters and digits that nothing else parts.
            var end = index + 1
            var digits = Ascii.isDigit(bytes[index]) ? 1 : 0
            while end < place.upperBound, isWord(bytes[end]) {
                if Ascii.isDigit(bytes[end]) { digits += 1 }
                end += 1
            }
            let word = index..<end
            if Ascii.isDigit(bytes[index]) {
                kinds.formUnion(TelephoneNumber.kind(bytes, word, in: place))
                if word.count == 9, digits == 9, CitizenNumber.passes(bytes, word) { kinds.insert(.citizenNumber) }
                if word.count <= 3, NetworkAddress.fourthBegins(bytes, word, in: place) {
                    kinds.insert(.networkAddress)
                }
                if DutchAddress.begins(bytes, word, in: place) { kinds.insert(.address) }
            } else if digits > 0, let account = IBAN.end(bytes, word, in: place) {
                kinds.insert(.iban)
                // Its groups of digits are no telephone numbers.
                end = account
            }
            if word.count <= 3, LicencePlate.begins(bytes, word, in: place) { kinds.insert(.licencePlate) }
            index = end
        }
    }

    /// From `index` on, where the next word begins in which something may begin: it holds a digit, or stands before a
    /// hyphen. Words without are passed over eight bytes at a time.
    private static func nextCandidate(_ bytes: Span<UInt8>, _ index: Int, in place: Range<Int>) -> Int {
        var found = index
        unsafe bytes.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            let hyphens = Word.repeating(Ascii.minus)
            while found + 8 <= place.upperBound {
                let word = unsafe Word.load(base + found)
                guard DigitWord.mayHoldDigit(word) || Word.matches(word, hyphens) != 0 else {
                    found += 8
                    continue
                }
                break
            }
        }
        while found < place.upperBound, !Ascii.isDigit(bytes[found]), bytes[found] != Ascii.minus { found += 1 }
        guard found < place.upperBound else { return found }
        while found > index, isWord(bytes[found - 1]) { found -= 1 }
        return found
    }

    /// ASCII letters and digits; other letters stand in no number.
    static func isWord(_ byte: UInt8) -> Bool { Ascii.isDigit(byte) || Ascii.isLetter(byte) }
}
