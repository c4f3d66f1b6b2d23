import Testing

@testable import PeilStore

struct PublishedFolderTests {
    @Test func `what readers see now is found with the hashes of its files`() throws {
        try withTemporaryFolder { folder in
            let none = try PublishedFolder.current(in: "\(folder)/absent")
            #expect(none?.id == nil)
            let set = try AtomicPublication(folder: folder).publish([PublicationFile(name: "a", text: "1")])
            let now = try PublishedFolder.current(in: folder)
            let found = try #require(now)
            #expect(found.id == set.id && found.manifest == set.manifest)
            #expect(found.recordedHash(of: "a") == ContentHash(of: "1".utf8))
            #expect(found.recordedHash(of: "b") == nil)
            var bytes: [UInt8] = []
            _ = try found.read("a") { bytes += $0 }
            #expect(bytes == Array("1".utf8))
        }
    }

    @Test func `a list of files that was changed is refused`() throws {
        try withTemporaryFolder { folder in
            let set = try AtomicPublication(folder: folder).publish([PublicationFile(name: "a", text: "1")])
            let other = try PublicationManifest(
                [PublicationFile(name: "a", text: "2")].map(PublicationManifest.Entry.init))
            try DurableFile.write(other.encoded, to: "\(set.folder)/MANIFEST.json")
            #expect(throws: StoreError.self) { try PublishedFolder.current(in: folder) }
        }
    }

    @Test(arguments: ["", "..", "../x", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcdef/"])
    func `a name that is none of ours leads nowhere`(_ id: String) throws {
        try withTemporaryFolder { folder in
            let found = try PublishedFolder.named(id, in: folder)
            #expect(found?.id == nil)
        }
    }
}
