/// The extension records of an SPSS dictionary. Those that the C library needs are checked to the letter; those that
/// are read here, or that nobody needs, it is made to pass over.
extension SAVStructure {
    mutating func readExtension() throws(IngestError) {
        let start = cursor.offset
        let subtype = try cursor.int32()
        let size = try cursor.int32()
        let count = try cursor.int32()
        guard size >= 0, count >= 0, size <= 1 << 16 else { throw SAVTrouble.malformed("an extension", at: start) }
        let place = try cursor.take(size * count)
        switch subtype {
        case 3 where size == 4 && count == 8: break
        case 4 where size == 8 && count == 3: break
        case 11 where size == 4 && (count == 2 * slots.count || count == 3 * slots.count): break
        case 13 where size == 1 && count > 0: try checkLongNames(place)
        case 14 where size == 1 && count > 0: try checkVeryLongTexts(place)
        case 21 where size == 1 && count > 0: try checkLongLabels(place)
        case _ where [3, 4, 13, 14, 21].contains(subtype) && count > 0:
            throw SAVTrouble.malformed("an extension", at: start)
        default:
            if subtype == 20 { try readEncoding(place) }
            if subtype == 7 || subtype == 19 { readResponseSets(place) }
            if subtype == 22 { try readLongMissing(place) }
            if subtype == 16, size == 8, count == 2 { wideCountPlace = place.lowerBound + 8 }
            patches.append(Patch(offset: start, bytes: [0x7F, 0x7F, 0x7F, 0x7F]))
        }
    }

    private func part(_ place: Range<Int>) -> SAVCursor {
        SAVCursor(cursor.bytes, isBigEndian: cursor.isBigEndian, offset: place.lowerBound, end: place.upperBound)
    }

    private mutating func readEncoding(_ place: Range<Int>) throws(IngestError) {
        let name = text(place)
        let isName = name.utf8.allSatisfy {
            Ascii.isLetter($0) || Ascii.isDigit($0) || [UInt8(ascii: "-"), UInt8(ascii: "_"), Ascii.colon].contains($0)
        }
        guard isName, name.utf8.count <= 40 else {
            throw SAVTrouble.malformed("the character set", at: place.lowerBound)
        }
        encoding = name.isEmpty ? nil : name
    }

    // MARK: Names

    /// `SHORT=Long` pairs, a tab between them.
    private mutating func checkLongNames(_ place: Range<Int>) throws(IngestError) {
        for pair in cursor.bytes[place].split(separator: Ascii.tab, omittingEmptySubsequences: true) {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), isKey(pair[..<equals]),
                isName(pair[(equals + 1)...])
            else { throw SAVTrouble.malformed("the names of the variables", at: pair.startIndex) }
            let short = String(decoding: pair[..<equals], as: UTF8.self).uppercased()
            longNames[short] = String(decoding: pair[(equals + 1)...], as: UTF8.self)
        }
        let isDoubled = zip(cursor.bytes[place], cursor.bytes[place].dropFirst()).contains {
            $0 == Ascii.tab && $1 == Ascii.tab
        }
        guard !isDoubled, cursor.bytes[place.lowerBound] != Ascii.tab else {
            throw SAVTrouble.malformed("the names of the variables", at: place.lowerBound)
        }
    }

    private func isKey(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard (1...8).contains(bytes.count), let first = bytes.first else { return false }
        let isFirst = first == UInt8(ascii: "@") || (first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z"))
        return (isFirst || (0x80...0xF7).contains(first))
            && bytes.allSatisfy {
                Ascii.isLetter($0) || Ascii.isDigit($0) || (0x80...0xF7).contains($0) || "@#$_.".utf8.contains($0)
            }
    }

    private func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...64).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7E).contains($0) || (0x80...0xF7).contains($0) }
    }

    /// `NAME=00300`, a zero byte and a tab: the true width of a text that lies in several variables.
    private mutating func checkVeryLongTexts(_ place: Range<Int>) throws(IngestError) {
        func wrong() -> IngestError { SAVTrouble.malformed("the width of a long text", at: place.lowerBound) }
        let parts = cursor.bytes[place].split(separator: Ascii.tab, omittingEmptySubsequences: false)
        for (number, part) in parts.enumerated() {
            if part.isEmpty, number == parts.count - 1, number > 0 { break }
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")), isKey(part[..<equals]),
                let zero = part.firstIndex(of: 0), part[zero...].allSatisfy({ $0 == 0 }),
                (1...5).contains(zero - equals - 1), part[(equals + 1)..<zero].allSatisfy(Ascii.isDigit),
                let width = Int(String(decoding: part[(equals + 1)..<zero], as: UTF8.self)),
                (1...32_767).contains(width)
            else { throw wrong() }
            let name = String(decoding: part[..<equals], as: UTF8.self).uppercased()
            guard let first = slots.firstIndex(where: { $0.name.uppercased() == name }) else { throw wrong() }
            let segments = width > 255 ? (width + 251) / 252 : 1
            guard first + segments <= slots.count, slots[first..<(first + segments)].allSatisfy({ $0.width > 0 }),
                segments == 1 || slots[first..<(first + segments - 1)].allSatisfy({ $0.width == 255 })
            else { throw wrong() }
        }
    }

    // MARK: Long texts

    private func checkLongLabels(_ place: Range<Int>) throws(IngestError) {
        var part = part(place)
        while !part.isAtEnd {
            _ = try part.length(at: 1...256)
            guard (1...32_767).contains(try part.int32()) else {
                throw SAVTrouble.malformed("labels of long texts", at: place.lowerBound)
            }
            let count = try part.int32()
            guard count >= 0 else { throw SAVTrouble.malformed("labels of long texts", at: place.lowerBound) }
            for _ in 0..<count {
                _ = try part.length(at: 0...32_767)
                _ = try part.length(at: 0...65_535)
            }
        }
    }

    /// Name, number of values, then each value; its length stands once, or (old writers) before each.
    private mutating func readLongMissing(_ place: Range<Int>) throws(IngestError) {
        var part = part(place)
        while !part.isAtEnd {
            let name = text(try part.length(at: 1...256))
            let count = try part.byte()
            guard (1...3).contains(count), try part.int32() == 8 else {
                throw SAVTrouble.malformed("missing values of long texts", at: place.lowerBound)
            }
            for number in 0..<count {
                var look = part
                if number > 0, try look.int32() == 8 { part = look }
                longMissing[name, default: []].append(text(try part.take(8)))
            }
        }
    }

    // MARK: Multiple response

    /// `$name=C 5 label a b` or `$name=D1 1 5 label a b` or `$name=E 1 1 1 5 label a b`, a line each. What cannot be
    /// read is left out: nothing depends on it but a proposal.
    private mutating func readResponseSets(_ place: Range<Int>) {
        for line in cursor.bytes[place].split(separator: Ascii.lineFeed) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            var rest = line[(equals + 1)...]
            guard let kind = rest.popFirst() else { continue }
            var counted: String?
            if kind == UInt8(ascii: "E") {
                rest = rest.drop { $0 == Ascii.space }
                rest = rest.drop { $0 != Ascii.space }
            }
            if kind != UInt8(ascii: "C") {
                rest = rest.drop { $0 == Ascii.space }
                guard let value = Self.counted(&rest) else { continue }
                counted = value
            }
            rest = rest.drop { $0 == Ascii.space }
            guard Self.counted(&rest) != nil else { continue }
            let members = rest.split(separator: Ascii.space).map { String(decoding: $0, as: UTF8.self) }
            guard members.count > 1 else { continue }
            responseSets.append(
                SAVResponseSet(
                    name: String(decoding: line[..<equals].drop { $0 == UInt8(ascii: "$") }, as: UTF8.self),
                    countedValue: counted, variables: members))
        }
    }

    /// A length, a space, and as many bytes.
    private static func counted(_ rest: inout ArraySlice<UInt8>) -> String? {
        let digits = rest.prefix { Ascii.isDigit($0) }
        guard (1...5).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
            rest.count > digits.count + length
        else { return nil }
        let value = rest.dropFirst(digits.count + 1).prefix(length)
        rest = rest.dropFirst(digits.count + 1 + length)
        return String(decoding: value, as: UTF8.self)
    }
}

extension SAVCursor {
    /// A length within `bounds` and the place of as many bytes.
    mutating func length(at bounds: ClosedRange<Int>) throws(IngestError) -> Range<Int> {
        let length = try int32()
        guard bounds.contains(length) else { throw SAVTrouble.malformed("a length", at: offset - 4) }
        return try take(length)
    }
}
