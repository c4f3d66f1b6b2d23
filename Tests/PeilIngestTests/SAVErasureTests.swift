import CReadStat
import PeilTestSupport
import Testing

@testable import PeilIngest

/// A person leaves an SPSS file, and the file stays what it was for everybody else.
@Suite struct SAVErasureTests {
    private static let compressions: [readstat_compress_t] = [
        READSTAT_COMPRESS_NONE, READSTAT_COMPRESS_ROWS, READSTAT_COMPRESS_BINARY
    ]

    private func erased(_ bytes: [UInt8], _ person: String, _ column: String = "resp_id") throws -> [UInt8]? {
        try RecordErasure.erasing(bytes, declared: .none, columns: [column]) { $0 == Array(person.utf8) }?.bytes
    }

    /// The survey as it would have been written without some of its records.
    private func survey(_ compression: readstat_compress_t, without rows: Set<Int>) -> SAVFixture {
        var survey = SAVFixture.survey(compression)
        for column in survey.columns.indices {
            survey.columns[column].cells = survey.columns[column].cells.enumerated()
                .filter { !rows.contains($0.offset) }.map(\.element)
        }
        return survey
    }

    @Test(arguments: compressions)
    func anSPSSCopyIsWrittenAgainWithoutThePerson(_ compression: readstat_compress_t) throws {
        let bytes = try SAVFixture.survey(compression).bytes()
        for row in 0..<4 {
            let rest = try #require(try erased(bytes, "\(row + 1)"))
            let read = try SAVReader.delimitedText(rest)
            let expected = try SAVReader.delimitedText(survey(compression, without: [row]).bytes())
            #expect(read.bytes == expected.bytes)
            #expect(read.dictionary == expected.dictionary)
            #expect(read.dictionary.recordCount == 3)
        }
    }

    @Test func everyByteOfTheDictionaryStaysButTheNumberOfRecords() throws {
        let bytes = try SAVFixture.survey().bytes()
        let rest = try #require(try erased(bytes, "2"))
        let structure = try SAVStructure(bytes)
        let record = structure.unitsPerRecord * 8
        var expected = bytes
        expected[80] = 3
        expected[try #require(structure.wideCountPlace)] = 3
        expected.removeSubrange(structure.dataStart + record..<structure.dataStart + 2 * record)
        let isSame = rest == expected
        #expect(isSame)
    }

    @Test func allRecordsMayGo() throws {
        for compression in Self.compressions {
            let bytes = try SAVFixture.survey(compression).bytes()
            let rest = try #require(
                try RecordErasure.erasing(bytes, declared: .none, columns: ["RESP_ID"]) { _ in true })
            #expect(rest.records == 4)
            #expect(try SAVReader.delimitedText(rest.bytes).dictionary.recordCount == 0)
        }
    }

    @Test func manyRecordsOfSeveralBlocksKeepTheirOrder() throws {
        let count = 4_000
        let columns =
            [SAVFixture.Column(name: "resp_id", cells: (0..<count).map { .number(Double($0)) })]
            + (0..<20).map { column in
                SAVFixture.Column(
                    name: "v\(column)", textWidth: 96,
                    cells: (0..<count).map { .text(String(repeating: "\($0 * 31 + column) ", count: 12)) })
            }
        for compression in Self.compressions {
            let bytes = try SAVFixture(columns: columns, compression: compression).bytes()
            let rest = try #require(
                try RecordErasure.erasing(bytes, declared: .none, columns: ["resp_id"]) { $0.last == 0x37 })
            #expect(rest.records == count / 10)
            #expect(try SAVReader.delimitedText(rest.bytes).dictionary.recordCount == count * 9 / 10)
        }
    }

    @Test func aPersonWhoIsNotInTheFileLeavesItAlone() throws {
        #expect(try erased(SAVFixture.survey().bytes(), "99") == nil)
        #expect(try erased(SAVFixture.survey().bytes(), "34") == nil)
    }

    @Test func aLabelThatNamesThePersonIsRefused() throws {
        var survey = SAVFixture.survey()
        survey.columns[0].labels = [(2, "mevrouw De Vries")]
        let bytes = try survey.bytes()
        let error = #expect(throws: IngestError.self) { try erased(bytes, "2") }
        #expect(error?.code == "SPSS_NOT_REWRITTEN")
        #expect(error?.message.contains("value label of column") == true)
        #expect(error?.message.contains("Vries") == false)
        #expect(try erased(bytes, "3") != nil)
    }
}
