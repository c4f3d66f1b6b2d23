/// Text of a file as UTF-8 bytes without byte order mark, with what had to be guessed.
struct DecodedText: Sendable {
    var bytes: [UInt8]
    var encoding: String
    var warnings: [FileWarning]
}

/// The usual spellings of an encoding's name as one.
func canonicalEncoding(_ name: String) -> String {
    let plain = name.lowercased()
    switch plain {
    case "utf8", "utf-8-bom", "utf-8-sig", "ascii", "us-ascii": return "utf-8"
    case "utf16le", "utf-16", "utf-16le-bom": return "utf-16le"
    case "utf16be", "utf-16be-bom": return "utf-16be"
    case "cp1252", "windows1252", "latin1", "latin-1", "iso-8859-1": return "windows-1252"
    case "latin9", "iso8859-15": return "iso-8859-15"
    default: return plain
    }
}

enum TextEncoding {
    static let known = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"]

    /// Finds the encoding by byte order mark, validity and the declaration, and converts to UTF-8.
    /// Errors: BAD_ENCODING, TRUNCATED (the file ends inside a character), NUL_BYTE.
    static func decode(_ bytes: [UInt8], declared: DialectDeclaration) throws(IngestError) -> DecodedText {
        if let name = declared.encoding, !known.contains(name) {
            throw IngestError(
                "BAD_ENCODING", "The declared encoding is not one that can be read.",
                remedy: "Declare one of \(known.joined(separator: ", ")).", exitCode: 78)
        }
        try refuseUTF32(bytes)
        let marked = markedEncoding(bytes)
        if declared.isBinding, let marked, let name = declared.encoding, name != marked.name {
            throw IngestError(
                "BAD_ENCODING", "The file begins with the mark of \(marked.name); \(name) is declared.",
                line: 1, remedy: "Declare \(marked.name), or leave the encoding open.")
        }
        if let marked, marked.name != "utf-8" {
            return try utf16(bytes, from: marked.length, bigEndian: marked.name == "utf-16be", name: marked.name)
        }
        if declared.isBinding, let name = declared.encoding, name.hasPrefix("utf-16") {
            try refuseOtherThanUTF16(bytes, bigEndian: name == "utf-16be")
            return try utf16(bytes, from: 0, bigEndian: name == "utf-16be", name: name)
        }
        let start = marked?.length ?? 0
        if marked == nil, let bigEndian = looksLikeUTF16(bytes) {
            let name = bigEndian ? "utf-16be" : "utf-16le"
            var text = try utf16(bytes, from: 0, bigEndian: bigEndian, name: name)
            text.warnings.append(guessed(name, line: 1))
            return text
        }
        try refuseNul(bytes)
        if declared.isBinding, let name = declared.encoding, name != "utf-8" {
            try refuseUTF8(bytes, from: start, declared: name)
            return try singleByte(bytes, name: name, guessedAt: nil)
        }
        return try utf8OrGuess(bytes, from: start, declared: declared)
    }

    private static func guessed(_ name: String, line: Int) -> FileWarning {
        FileWarning(
            "ENCODING_GUESSED", count: 1, lines: [line],
            message: "line \(line) is not valid UTF-8; the file was read as \(name)")
    }

    private static func markedEncoding(_ bytes: [UInt8]) -> (name: String, length: Int)? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return ("utf-8", 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return ("utf-16le", 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return ("utf-16be", 2) }
        return nil
    }

    /// True for big-endian, false for little-endian, nil for neither: Western text in UTF-16 has a
    /// zero in nearly every second byte.
    private static func looksLikeUTF16(_ bytes: [UInt8]) -> Bool? {
        let sample = min(bytes.count, 4096) & ~1
        guard sample >= 16, bytes.count.isMultiple(of: 2) else { return nil }
        var even = 0
        var odd = 0
        for index in stride(from: 0, to: sample, by: 2) {
            if bytes[index] == 0 { even += 1 }
            if bytes[index + 1] == 0 { odd += 1 }
        }
        let pairs = sample / 2
        if odd * 10 > pairs * 9, even * 10 < pairs { return false }
        if even * 10 > pairs * 9, odd * 10 < pairs { return true }
        return nil
    }

    private static func refuseNul(_ bytes: [UInt8]) throws(IngestError) {
        guard let offset = bytes.firstIndex(of: 0) else { return }
        throw IngestError(
            "NUL_BYTE", "A NUL byte stands at byte offset \(offset).",
            line: lineNumber(of: offset, in: bytes),
            remedy: "Export the file again as plain text; a NUL is a sign of a damaged or binary file.")
    }

    private static func utf8OrGuess(
        _ bytes: [UInt8], from start: Int, declared: DialectDeclaration
    )
        throws(IngestError) -> DecodedText
    {
        let facts = UTF8Facts(bytes, from: start)
        guard let bad = facts.firstInvalid else {
            var text = DecodedText(bytes: start == 0 ? bytes : Array(bytes[start...]), encoding: "utf-8", warnings: [])
            if let warning = facts.mojibakeWarning { text.warnings.append(warning) }
            return text
        }
        let line = lineNumber(of: bad, in: bytes)
        if facts.endsInsideCharacter, facts.invalidCount == 1 {
            throw IngestError(
                "TRUNCATED", "The file ends inside a character.", line: line,
                remedy: "Deliver the file again; the upload was cut off.")
        }
        if declared.isBinding && declared.encoding != nil || facts.multibyteCount > 0 || start > 0 {
            throw IngestError(
                "BAD_ENCODING", "The bytes of this line are not UTF-8, while other lines are.", line: line,
                remedy: "Export the file again in one encoding, UTF-8 if there is a choice.")
        }
        return try singleByte(bytes, name: guessedSingleByte(bytes, declared: declared), guessedAt: line)
    }

    /// Windows-1252, unless the file has a euro sign of ISO-8859-15 and none of the bytes that only
    /// Windows uses.
    private static func guessedSingleByte(_ bytes: [UInt8], declared: DialectDeclaration) -> String {
        if let name = declared.encoding, name == "iso-8859-15" || name == "windows-1252" { return name }
        let isWindows = bytes.contains { $0 >= 0x80 && $0 < 0xA0 }
        return !isWindows && bytes.contains(0xA4) ? "iso-8859-15" : "windows-1252"
    }

    private static func refuseUTF32(_ bytes: [UInt8]) throws(IngestError) {
        guard bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) else { return }
        throw IngestError(
            "BAD_ENCODING", "The file begins with the mark of UTF-32, which is not read.", line: 1,
            remedy: "Export the file again as UTF-8.")
    }

    /// A single-byte encoding is declared, and every letter beyond ASCII is well-formed UTF-8: read as
    /// declared, each would turn into two or three wrong ones.
    private static func refuseUTF8(_ bytes: [UInt8], from start: Int, declared name: String) throws(IngestError) {
        let facts = UTF8Facts(bytes, from: start)
        guard facts.firstInvalid == nil, facts.multibyteCount > 0,
            let first = bytes[start...].firstIndex(where: { $0 >= 0x80 })
        else { return }
        throw IngestError(
            "DIALECT_CONTRADICTION", "The file is UTF-8; \(name) is declared.",
            line: lineNumber(of: first, in: bytes), remedy: "Declare utf-8, or leave the encoding open.")
    }

    /// Line ends in UTF-16 have a zero byte, on the side that the order of the bytes says.
    private static func refuseOtherThanUTF16(_ bytes: [UInt8], bigEndian: Bool) throws(IngestError) {
        let other = looksLikeUTF16(bytes).map { $0 != bigEndian }
        let hasNoZero = bytes.count >= 16 && !bytes.prefix(4096).contains(0)
        guard other ?? hasNoZero else { return }
        throw IngestError(
            "DIALECT_CONTRADICTION",
            hasNoZero
                ? "UTF-16 is declared; the file has one byte per character."
                : "The bytes stand in the other order than the declared UTF-16 has.",
            line: 1, remedy: "Leave the encoding open, or declare the one that the export names.")
    }

    private static func singleByte(
        _ bytes: [UInt8], name: String, guessedAt line: Int?
    )
        throws(IngestError) -> DecodedText
    {
        let table = name == "iso-8859-15" ? latin9 : windows1252
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 16)
        for (offset, byte) in bytes.enumerated() {
            if byte < 0x80 {
                result.append(byte)
                continue
            }
            guard let scalar = table[Int(byte) - 0x80] else {
                throw IngestError(
                    "BAD_ENCODING", "A byte that \(name) does not define.",
                    line: lineNumber(of: offset, in: bytes),
                    remedy: "Find out the encoding of the file and export it again as UTF-8.")
            }
            appendUTF8(scalar, to: &result)
        }
        return DecodedText(bytes: result, encoding: name, warnings: line.map { [guessed(name, line: $0)] } ?? [])
    }

    private static func utf16(
        _ bytes: [UInt8], from start: Int, bigEndian: Bool, name: String
    )
        throws(IngestError) -> DecodedText
    {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var line = 1
        func unit(_ index: Int) -> UInt32 {
            bigEndian
                ? UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
                : UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index])
        }
        var index = start
        while index + 1 < bytes.count {
            var value = unit(index)
            index += 2
            if (0xD800..<0xDC00).contains(value), index + 1 < bytes.count,
                (0xDC00..<0xE000).contains(unit(index))
            {
                value = 0x10000 + (value - 0xD800) << 10 + (unit(index) - 0xDC00)
                index += 2
            }
            guard value != 0, let scalar = UnicodeScalar(value) else {
                throw IngestError(
                    value == 0 ? "NUL_BYTE" : "BAD_ENCODING",
                    value == 0 ? "A NUL character." : "Half of a surrogate pair.", line: line,
                    remedy: "Export the file again as UTF-8.")
            }
            if value == 10 { line += 1 }
            appendUTF8(scalar.value, to: &result)
        }
        if index < bytes.count {
            throw IngestError(
                "TRUNCATED", "The file ends inside a character.", line: line,
                remedy: "Deliver the file again; the upload was cut off.")
        }
        return DecodedText(bytes: result, encoding: name, warnings: [])
    }

    static func appendUTF8(_ scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case ..<0x80: bytes.append(UInt8(scalar))
        case ..<0x800:
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        case ..<0x10000:
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | scalar >> 18))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// Code points of bytes 0x80...0xFF; nil where the encoding has none.
    private static let windows1252: [UInt32?] =
        [
            0x20AC, nil, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, nil,
            0x017D, nil, nil, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
            0x0153, nil, 0x017E, 0x0178
        ] + (0xA0...0xFF).map { UInt32?($0) }

    private static let latin9: [UInt32?] = {
        var table: [UInt32?] = (0x80...0xFF).map { UInt32?($0) }
        for (byte, scalar) in [
            (0xA4, 0x20AC), (0xA6, 0x160), (0xA8, 0x161), (0xB4, 0x17D), (0xB8, 0x17E),
            (0xBC, 0x152), (0xBD, 0x153), (0xBE, 0x178)
        ] as [(Int, UInt32)] {
            table[byte - 0x80] = scalar
        }
        return table
    }()
}

/// The physical line of a byte, counted from 1; CR, LF and CRLF each end a line.
func lineNumber(of offset: Int, in bytes: [UInt8]) -> Int {
    var line = 1
    for index in 0..<min(offset, bytes.count) {
        if bytes[index] == Ascii.lineFeed { line += 1 }
        if bytes[index] == Ascii.carriageReturn, index + 1 < bytes.count, bytes[index + 1] != Ascii.lineFeed {
            line += 1
        }
    }
    return line
}
