/// Takes records out of an SPSS file. The dictionary stays byte for byte as its writer made it (labels, missing values, widths,
/// documents, sets of several answers, attributes that nobody here reads), and so does every answer that is left: only
/// the number of records changes, and the packing of what was packed.
///
/// ReadStat could write such a file anew, but it has no place for all of a dictionary. What was written is read back and compared
/// before it is trusted. Layout: the PSPP manual, "System File Format".
struct SAVErasure {
    private let bytes: [UInt8]
    private let structure: SAVStructure
    private let text: [UInt8]
    private let dictionary: SAVDictionary

    /// Errors: those of `SAVReader`.
    init(_ bytes: [UInt8]) throws(IngestError) {
        self.bytes = bytes
        structure = try SAVStructure(bytes)
        (text, dictionary) = try SAVReader.delimitedText(bytes)
    }

    /// The file without the records that are meant, and how many they were; nil where there is none.
    /// Errors: SPSS_NOT_REWRITTEN.
    func without(
        _ columns: Set<String>, _ isMeant: ([UInt8]) -> Bool
    ) throws(IngestError) -> (bytes: [UInt8], records: Int)? {
        try refuseNamedInLabels(columns, isMeant)
        let found = try RecordErasure.records(of: text, declared: SurveyFile.canonical, columns, isMeant)
        guard !found.isEmpty else { return nil }
        let result = try without(Set(found.map(\.ordinal)))
        try requireSame(result, RecordErasure.without(found.map(\.lines), text), removed: found.count)
        return (result, found.count)
    }

    /// A label of the person's own code would stay behind in the dictionary.
    private func refuseNamedInLabels(_ columns: Set<String>, _ isMeant: ([UInt8]) -> Bool) throws(IngestError) {
        let wanted = Set(columns.map { $0.lowercased() })
        for variable in dictionary.variables where wanted.contains(variable.name.lowercased()) {
            guard variable.valueLabels.contains(where: { isMeant(Array(RecordErasure.trimmed($0.code).utf8)) }) else {
                continue
            }
            throw IngestError(
                "SPSS_NOT_REWRITTEN",
                "An SPSS file names the person who must be erased in a value label of column \(printable(variable.name)).",
                remedy: "Have it delivered again without that record and that label, or as delimited text.")
        }
    }

    /// Nothing else may have changed: the same answers, and the same dictionary.
    private func requireSame(_ result: [UInt8], _ expected: [UInt8], removed: Int) throws(IngestError) {
        let read = try SAVReader.delimitedText(result)
        var (before, after) = (dictionary, read.dictionary)
        guard after.recordCount == before.recordCount - removed, read.bytes == expected else { throw notKept() }
        (before.recordCount, after.recordCount) = (0, 0)
        // Codes that only the person used are found no more.
        for index in before.variables.indices { before.variables[index].missingCodesFound = [] }
        for index in after.variables.indices { after.variables[index].missingCodesFound = [] }
        guard before == after else { throw notKept() }
    }

    private func notKept() -> IngestError {
        IngestError(
            "SPSS_NOT_REWRITTEN",
            "An SPSS file holds a record that must be erased; without it the rest does not read as it did before.",
            remedy: "Have it delivered again without that record, or as delimited text.")
    }

    // MARK: Bytes

    private func without(_ records: Set<Int>) throws(IngestError) -> [UInt8] {
        var result = Array(bytes[..<structure.dataStart])
        if let count = structure.recordCount { write(count - records.count, bytes: 4, to: &result, at: 80) }
        if let place = structure.wideCountPlace {
            write(dictionary.recordCount - records.count, bytes: 8, to: &result, at: place)
        }
        let data = bytes[structure.dataStart...]
        switch structure.compression {
        case .none: result += plain(Array(data), without: records)
        case .bytecode: result += packed(Array(data), without: records)
        case .zlib:
            let blocks = try SAVBlocks(bytes, at: structure.dataStart, isBigEndian: structure.cursor.isBigEndian)
            result += try blocks.replaced(by: packed(try blocks.unfolded(), without: records))
        }
        return result
    }

    private func plain(_ data: [UInt8], without records: Set<Int>) -> [UInt8] {
        let length = structure.unitsPerRecord * 8
        var result: [UInt8] = []
        for record in 0..<data.count / length where !records.contains(record) {
            result += data[record * length..<(record + 1) * length]
        }
        return result
    }

    /// Instructions come in eights, before the units that they leave unpacked; those of the records that stay are put into eights
    /// anew.
    private func packed(_ data: [UInt8], without records: Set<Int>) -> [UInt8] {
        var result: [UInt8] = []
        var (codes, units): ([UInt8], [UInt8]) = ([], [])
        func flush() {
            result += codes + [UInt8](repeating: 0, count: 8 - codes.count) + units
            codes.removeAll(keepingCapacity: true)
            units.removeAll(keepingCapacity: true)
        }
        func add(_ code: UInt8, _ unit: ArraySlice<UInt8>) {
            codes.append(code)
            units += unit
            if codes.count == 8 { flush() }
        }
        var (offset, unit) = (0, 0)
        reading: while offset + 8 <= data.count {
            var next = offset + 8
            for code in data[offset..<offset + 8] where code != 0 {
                if code == 252 {
                    add(code, [])
                    break reading
                }
                let width = code == 253 ? 8 : 0
                if !records.contains(unit / structure.unitsPerRecord) { add(code, data[next..<next + width]) }
                next += width
                unit += 1
            }
            offset = next
        }
        if !codes.isEmpty { flush() }
        return result
    }

    private func write(_ value: Int, bytes count: Int, to result: inout [UInt8], at place: Int) {
        SAVNumber.write(value, bytes: count, isBigEndian: structure.cursor.isBigEndian, to: &result, at: place)
    }
}

/// Whole numbers as an SPSS file has them.
enum SAVNumber {
    static func write(_ value: Int, bytes count: Int, isBigEndian: Bool, to result: inout [UInt8], at place: Int) {
        for index in 0..<count {
            let shift = 8 * (isBigEndian ? count - 1 - index : index)
            result[place + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }
}
