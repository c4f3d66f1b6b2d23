import Crypto
import Foundation
import PeilTable
import Testing

@testable import PeilIngest

/// Identifiers of people become keyed pseudonyms before a table leaves ingest.
@Suite struct PseudonymTests {
    private static let key = SymmetricKey(data: Array("0123456789abcdef0123456789abcdef".utf8))

    /// Source: Python 3.11, hmac.new(b"0123456789abcdef0123456789abcdef", b"nr\0" + value, "sha256").hexdigest()[:32]
    @Test(arguments: [
        ("1001", "27bb61ece0f3d141bfb09b38d4b52a75"), ("é", "23582d363558f482ba4dae5a504be78e")
    ])
    func aPseudonymIsTheHMACOfVariableAndIdentifier(_ identifier: String, _ expected: String) {
        let pseudonyms = Pseudonyms(key: Self.key, variables: ["nr"])
        #expect(pseudonyms.text(of: identifier, in: "nr") == expected)
        #expect(pseudonyms.text(of: identifier, in: "person") != expected)
    }

    private static let book = """
        languages: [nl]
        variables:
        - {id: nr, type: id, unique: true, personal: pseudonym}
        - {id: household, type: id}
        - {id: a, type: int}
        """

    private func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("peil-\(UUID().uuidString)").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func thePersonIsTheSameInEveryFileAndTheHouseholdStays() throws {
        let path = try file("nr;household;a\nr7;h1;1\nr8;h1;2\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let pseudonyms = Pseudonyms(key: Self.key, variables: ["nr"])
        let wave = try WaveReader.read(
            [WaveFile(path: path)], codebook: codebook(Self.book), pseudonyms: pseudonyms)
        #expect(try values(wave, "nr") == ["r7", "r8"].map { pseudonyms.text(of: $0, in: "nr") })
        #expect(try values(wave, "household") == ["h1", "h1"])
    }

    @Test func withoutAKeyACodebookThatAsksForPseudonymsIsRefused() throws {
        let error = #expect(throws: IngestError.self) {
            _ = try WaveReader.read([WaveFile(path: "/dev/null")], codebook: codebook(Self.book))
        }
        #expect(error?.code == "KEY_MISSING" && error?.exitCode == 78)
    }

    @Test func aRepeatedIdentifierIsStillFound() throws {
        let path = try file("nr;household;a\nr7;h1;1\nr7;h1;2\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let code = errorCode {
            _ = try WaveReader.read(
                [WaveFile(path: path)], codebook: codebook(Self.book),
                pseudonyms: Pseudonyms(key: Self.key, variables: ["nr"]))
        }
        #expect(code == "DUPLICATE_RESPONDENT")
    }

    @Test(arguments: [
        ("short", 0o600, "KEY_TOO_SHORT", Int32(78)), (String(repeating: "k", count: 44), 0o640, "KEY_EXPOSED", 78),
        (String(repeating: "k", count: 44), 0o604, "KEY_EXPOSED", 78)
    ])
    func aKeyThatCannotProtectIsRefused(_ text: String, _ mode: Int, _ code: String, _ exitCode: Int32) throws {
        let path = try file(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: IngestError.self) { _ = try Pseudonyms(keyFile: path, variables: []) }
        #expect(error?.code == code && error?.exitCode == exitCode)
        #expect(error?.description.contains("kkkk") == false)
    }

    @Test func aKeyThatIsNotThereIsNeverMadeByItself() {
        let error = #expect(throws: IngestError.self) { _ = try Pseudonyms(keyFile: "/nowhere/key", variables: []) }
        #expect(error?.code == "FILE_ABSENT" && error?.exitCode == 66)
    }

    @Test func aLineEndAfterTheKeyDoesNotCount() throws {
        let text = String(repeating: "k", count: 44)
        let paths = try [file(text), file(text + "\n")]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        let names = try paths.map { path in
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return try Pseudonyms(keyFile: path, variables: ["nr"]).text(of: "1", in: "nr")
        }
        #expect(names[0] == names[1])
    }
}
