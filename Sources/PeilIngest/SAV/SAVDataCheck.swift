/// The answers of an SPSS file, counted before they are read: a file that breaks off, or that holds more records than
/// its header says, is told apart from a whole one.
extension SAVStructure {
    /// Bytes that one block of a .zsav may unfold to; SPSS writes blocks of 4 MB.
    private static let blockLimit = 64 << 20
    /// Bytes that all records together may take unfolded.
    private static let dataLimit = 1 << 35

    func checkData() throws(IngestError) {
        if let recordCount { try checkSize(recordCount * unitsPerRecord) }
        switch compression {
        case .none:
            let bytes = cursor.end - dataStart
            guard bytes.isMultiple(of: 8) else { throw SAVTrouble.truncated(at: cursor.end) }
            try checkUnits(bytes / 8)
        case .bytecode: try checkUnits(try countedUnits())
        case .zlib: try checkBlocks()
        }
    }

    private func checkUnits(_ units: Int) throws(IngestError) {
        try checkSize(units)
        guard let recordCount else {
            guard units.isMultiple(of: unitsPerRecord) else { throw SAVTrouble.truncated(at: cursor.end) }
            return
        }
        if units < recordCount * unitsPerRecord { throw SAVTrouble.truncated(at: cursor.end) }
        if units > recordCount * unitsPerRecord {
            throw IngestError(
                "MALFORMED", "The SPSS file holds more records than the \(recordCount) that its header announces.",
                remedy: "Open it in SPSS, save it anew and deliver that file.")
        }
    }

    private func checkSize(_ units: Int) throws(IngestError) {
        guard units <= Self.dataLimit / 8 else {
            throw IngestError(
                "MALFORMED", "The SPSS file announces more than \(Self.dataLimit >> 30) GB of answers.",
                remedy: "Check that this is the right file; split it if it is.")
        }
    }

    /// Units of eight bytes that the instructions of a compressed file unfold to. An instruction of 0 stands for
    /// nothing, 252 ends the file, 253 means that eight bytes follow as they are, any other stands for one value.
    private func countedUnits() throws(IngestError) -> Int {
        let bytes = cursor.bytes.span
        var offset = dataStart
        var units = 0
        while offset < cursor.end {
            guard cursor.end - offset >= 8 else { throw SAVTrouble.truncated(at: cursor.end) }
            var after = offset + 8
            for index in offset..<(offset + 8) {
                switch bytes[index] {
                case 0: break
                case 252: return units
                case 253:
                    guard cursor.end - after >= 8 else { throw SAVTrouble.truncated(at: cursor.end) }
                    after += 8
                    units += 1
                default: units += 1
                }
            }
            offset = after
        }
        return units
    }

    /// The table of blocks at the end of a .zsav: they follow each other without a gap.
    private func checkBlocks() throws(IngestError) {
        var head = SAVCursor(cursor.bytes, isBigEndian: cursor.isBigEndian, offset: dataStart, end: cursor.end)
        guard try head.size64() == dataStart else { throw SAVTrouble.malformed("the compressed data", at: dataStart) }
        let trailer = try head.size64()
        let length = try head.size64()
        guard trailer >= dataStart + 24, trailer <= cursor.end, length >= 24, (length - 24).isMultiple(of: 24),
            length <= cursor.end
        else { throw SAVTrouble.truncated(at: cursor.end) }
        guard trailer + length <= cursor.end else { throw SAVTrouble.truncated(at: cursor.end) }
        var table = SAVCursor(
            cursor.bytes, isBigEndian: cursor.isBigEndian, offset: trailer, end: trailer + length)
        try table.skip(20)
        let count = try table.int32()
        guard count == (length - 24) / 24 else { throw SAVTrouble.malformed("the table of blocks", at: trailer) }
        var next = dataStart + 24
        var unfolded = 0
        for _ in 0..<count {
            try table.skip(8)
            let start = try table.size64()
            let size = try table.int32()
            let packed = try table.int32()
            guard start == next, size > 0, size <= Self.blockLimit, packed > 0, packed <= trailer - start else {
                throw SAVTrouble.malformed("the table of blocks", at: table.offset - 24)
            }
            next = start + packed
            unfolded += size
            // A unit takes an instruction byte at least.
            try checkSize(unfolded)
        }
        guard next == trailer else { throw SAVTrouble.malformed("the table of blocks", at: trailer) }
        if let recordCount, unfolded < recordCount * unitsPerRecord { throw SAVTrouble.truncated(at: cursor.end) }
    }
}
