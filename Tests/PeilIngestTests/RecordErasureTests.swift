import Testing

@testable import PeilIngest

/// One person's records go; every other byte stays.
@Suite struct RecordErasureTests {
    private func erased(
        _ bytes: [UInt8], _ person: String = "p2", _ columns: Set<String> = ["person"]
    ) throws -> [UInt8]? {
        try RecordErasure.erasing(bytes, declared: .none, columns: columns) { $0 == Array(person.utf8) }?.bytes
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func aLineGoesWhateverEndsIt(_ end: String) throws {
        let text = ["person,kit", "p1,1", "p2,2", "p3,1", "p4,1"].joined(separator: end) + end
        let rest = ["person,kit", "p1,1", "p3,1", "p4,1"].joined(separator: end) + end
        #expect(try erased(Array(text.utf8)) == Array(rest.utf8))
    }

    @Test func aRecordOfSeveralLinesGoesWhole() throws {
        let text = "person;note;kit\np1;\"a\";1\np2;\"b\nc \"\"d\"\"\";2\n\"p3\";e;1\n"
        #expect(try erased(Array(text.utf8)) == Array("person;note;kit\np1;\"a\";1\n\"p3\";e;1\n".utf8))
    }

    @Test func twoRecordsOfOnePersonGo() throws {
        let text = "person,kit\np2,1\np1,1\n p2 ,2\np3,2\n"
        #expect(try erased(Array(text.utf8)) == Array("person,kit\np1,1\np3,2\n".utf8))
    }

    @Test func aBrokenRecordThatNamesThePersonGoes() throws {
        let text = "person,kit\np1,1\np2,2,9,9\np3,1\n"
        #expect(try erased(Array(text.utf8)) == Array("person,kit\np1,1\np3,1\n".utf8))
    }

    @Test func theSameTextInAnotherColumnStays() throws {
        let text = "person,kit\np1,p2\np3,1\n"
        #expect(try erased(Array(text.utf8)) == nil)
    }

    @Test func anEncodingStaysWhatItWas() throws {
        let text = "person,naam\np1,José\np2,Zoë\np3,Anaïs\n"
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        let rest = "person,naam\np1,José\np3,Anaïs\n".unicodeScalars.map { UInt8($0.value) }
        #expect(try erased(latin) == rest)
        func wide(_ text: String) -> [UInt8] { [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
        #expect(try erased(wide(text)) == wide("person,naam\np1,José\np3,Anaïs\n"))
    }
}
