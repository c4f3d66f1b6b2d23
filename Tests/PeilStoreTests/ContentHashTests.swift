import Foundation
import Testing

@testable import PeilStore

@Suite struct ContentHashTests {
    /// FIPS 180-4 examples of SHA-256.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
    ])
    func publishedExamples(message: String, digest: String) {
        #expect(ContentHash(of: message.utf8).hex == digest)
    }

    @Test func fileLongerThanOneBlockHashesLikeItsBytes() throws {
        try withTemporaryFolder { folder in
            let bytes = (0..<(3 << 20) + 17).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try DurableFile.write(bytes, to: "\(folder)/large")
            let found = try ContentHash.ofFile("\(folder)/large")
            #expect(found.hash == ContentHash(of: bytes))
            #expect(found.bytes == bytes.count)
        }
    }

    @Test func orderOfPartsDoesNotMatter() {
        let (one, two) = (ContentHash(of: [1]), ContentHash(of: [2]))
        #expect(ContentHash.combined([one, two]) == ContentHash.combined([two, one]))
        #expect(ContentHash.combined([one, one]) != ContentHash.combined([one]))
    }

    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
    func rejectsWhatIsNotAHash(text: String) {
        #expect(ContentHash(hex: text) == nil)
    }

    @Test func absentFolderAndLinkHaveTheirOwnError() throws {
        try withTemporaryFolder { folder in
            #expect(storeError { _ = try ContentHash.ofFile("\(folder)/none") } == .absent(path: "\(folder)/none"))
            #expect(storeError { _ = try ContentHash.ofFile(folder) }?.errorClass == "WRONG_KIND_OF_FILE")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "/etc/hostname")
            #expect(storeError { _ = try ContentHash.ofFile("\(folder)/link") }?.errorClass == "WRONG_KIND_OF_FILE")
        }
    }
}
