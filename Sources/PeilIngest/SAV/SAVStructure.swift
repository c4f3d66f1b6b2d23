/// The skeleton of an SPSS system file (.sav, .zsav), walked before the C library sees the file: it trusts sizes and
/// counts that it finds. Whatever does not add up is refused here, so that it reads well-formed files only.
/// Layout: the PSPP manual, "System File Format".
struct SAVStructure {
    /// One variable record; a text wider than eight bytes takes more slots, one wider than 255 more records.
    struct Slot {
        let name: String
        /// 0 for a number, else the bytes of a text.
        let width: Int
        /// Position of its first eight bytes in a record, in units of eight.
        let position: Int
        var slotCount: Int { max(1, (width + 7) / 8) }
    }

    enum Compression: Int { case none, bytecode, zlib }

    /// A record of the dictionary that the C library shall pass over: four bytes to change on the way.
    struct Patch: Equatable {
        let offset: Int
        let bytes: [UInt8]
    }

    private(set) var compression = Compression.none
    /// nil where the header leaves it open.
    private(set) var recordCount: Int?
    private(set) var slots: [Slot] = []
    /// Units of eight bytes in one record.
    private(set) var unitsPerRecord = 0
    var encoding: String?
    var patches: [Patch] = []
    var longNames: [String: String] = [:]
    var responseSets: [SAVResponseSet] = []
    /// Missing texts of variables wider than eight bytes, by long name.
    var longMissing: [String: [String]] = [:]
    /// Where eight bytes say again how many records there are, as large files need it.
    var wideCountPlace: Int?
    private(set) var dataStart = 0
    var cursor: SAVCursor

    static let headerBytes = 176
    static let variableLimit = 65_536
    private static let labelLimit = 65_536

    static func isSAV(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: Array("$FL2".utf8)) || bytes.starts(with: Array("$FL3".utf8))
    }

    /// Errors: TRUNCATED, MALFORMED, TOO_MANY_COLUMNS, NOT_CSV.
    init(_ bytes: [UInt8]) throws(IngestError) {
        guard Self.isSAV(bytes) else {
            throw IngestError(
                "NOT_CSV", "The file is no SPSS file.", remedy: "Deliver a .sav file, or the answers as CSV.")
        }
        guard bytes.count >= Self.headerBytes else { throw SAVTrouble.truncated(at: bytes.count) }
        let layout = bytes[64..<68].map { $0 }
        let isBigEndian = layout == [0, 0, 0, 2] || layout == [0, 0, 0, 3]
        guard isBigEndian || layout == [2, 0, 0, 0] || layout == [3, 0, 0, 0] else {
            throw SAVTrouble.malformed("the layout code", at: 64)
        }
        cursor = SAVCursor(bytes, isBigEndian: isBigEndian, offset: 68, end: bytes.count)
        try readHeader()
        try readDictionary()
        try checkData()
    }

    private mutating func readHeader() throws(IngestError) {
        try cursor.skip(4)
        guard let compression = Compression(rawValue: try cursor.int32()),
            (compression == .zlib) == (cursor.bytes[3] == UInt8(ascii: "3"))
        else { throw SAVTrouble.malformed("the compression", at: 72) }
        self.compression = compression
        guard try cursor.int32() >= 0 else { throw SAVTrouble.malformed("the weight", at: 76) }
        let count = try cursor.int32()
        guard count >= -1 else { throw SAVTrouble.malformed("the number of records", at: 80) }
        recordCount = count < 0 ? nil : count
        cursor.offset = Self.headerBytes
    }

    private mutating func readDictionary() throws(IngestError) {
        while true {
            let start = cursor.offset
            switch try cursor.int32() {
            case 2: try readVariable()
            case 3: try readValueLabels()
            case 6:
                let lines = try cursor.int32()
                guard lines >= 0 else { throw SAVTrouble.malformed("the documents", at: start) }
                try cursor.skip(lines * 80)
            case 7: try readExtension()
            case 999:
                try cursor.skip(4)
                dataStart = cursor.offset
                guard !slots.isEmpty else { throw SAVTrouble.malformed("a dictionary without variables", at: start) }
                return
            default: throw SAVTrouble.malformed("a record of the dictionary", at: start)
            }
        }
    }

    // MARK: Variables

    private mutating func readVariable() throws(IngestError) {
        let start = cursor.offset
        let (width, name, _) = try readVariableRecord()
        guard width >= 0, width <= 255, !name.isEmpty else { throw SAVTrouble.malformed("a variable", at: start) }
        guard slots.count < Self.variableLimit else {
            throw IngestError(
                "TOO_MANY_COLUMNS", "The SPSS file has more than \(Self.variableLimit) variables.",
                remedy: "Check that this is the right file.")
        }
        let slot = Slot(name: name, width: width, position: unitsPerRecord)
        slots.append(slot)
        unitsPerRecord += slot.slotCount
        for _ in 1..<slot.slotCount {
            let place = cursor.offset
            guard try cursor.int32() == 2 else { throw SAVTrouble.malformed("a wide text", at: place) }
            let (width, _, isPlain) = try readVariableRecord()
            guard width == -1, isPlain else { throw SAVTrouble.malformed("a wide text", at: place) }
        }
    }

    /// `isPlain`: without a label and without missing values.
    private mutating func readVariableRecord() throws(IngestError) -> (width: Int, name: String, isPlain: Bool) {
        let start = cursor.offset
        let width = try cursor.int32()
        let hasLabel = try cursor.int32()
        let missing = try cursor.int32()
        try cursor.skip(8)
        let name = text(try cursor.take(8))
        guard (0...1).contains(hasLabel), [-3, -2, 0, 1, 2, 3].contains(missing) else {
            throw SAVTrouble.malformed("a variable", at: start)
        }
        if hasLabel == 1 {
            let length = try cursor.int32()
            guard (0...Self.labelLimit).contains(length) else { throw SAVTrouble.malformed("a label", at: start) }
            try cursor.skip((length + 3) / 4 * 4)
        }
        try cursor.skip(abs(missing) * 8)
        return (width, name, hasLabel == 0 && missing == 0)
    }

    /// Bytes as text without the spaces behind it; bytes beyond ASCII only matter for comparing.
    func text(_ place: Range<Int>) -> String {
        var end = place.upperBound
        while end > place.lowerBound, cursor.bytes[end - 1] == Ascii.space || cursor.bytes[end - 1] == 0 { end -= 1 }
        return String(decoding: cursor.bytes[place.lowerBound..<end], as: UTF8.self)
    }

    private mutating func readValueLabels() throws(IngestError) {
        let start = cursor.offset
        let count = try cursor.int32()
        guard count >= 0 else { throw SAVTrouble.malformed("value labels", at: start) }
        for _ in 0..<count {
            try cursor.skip(8)
            let length = try cursor.byte()
            try cursor.skip((length + 8) / 8 * 8 - 1)
        }
        guard try cursor.int32() == 4 else { throw SAVTrouble.malformed("value labels", at: start) }
        let variables = try cursor.int32()
        guard variables >= 0, variables <= slots.count else { throw SAVTrouble.malformed("value labels", at: start) }
        var isText: Bool?
        for _ in 0..<variables {
            let position = try cursor.int32() - 1
            guard let slot = slot(at: position), slot.width <= 8, (slot.width > 0) == (isText ?? (slot.width > 0))
            else {
                throw SAVTrouble.malformed("value labels", at: start)
            }
            isText = slot.width > 0
        }
    }

    private func slot(at position: Int) -> Slot? {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < slots.count && slots[low].position == position ? slots[low] : nil
    }
}
