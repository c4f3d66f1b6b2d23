import Foundation
import Testing

@testable import PeilStore

@Suite struct AtomicPublicationTests {
    func files(_ contents: [String: String]) throws -> [PublicationFile] {
        try contents.map { try PublicationFile(name: $0.key, text: $0.value) }
    }

    func publish(_ contents: [String: String], in out: String) throws -> PublishedSet {
        try AtomicPublication(folder: out).publish(files(contents))
    }

    @Test func readersFindTheWholeSetBehindCurrent() throws {
        try withTemporaryFolder { folder in
            let out = "\(folder)/deep/out"
            let set = try publish(["regio.html": "<p>", "gemeente/delft.html": "<b>"], in: out)
            #expect(try text("\(out)/current/regio.html") == "<p>")
            #expect(try text("\(out)/current/gemeente/delft.html") == "<b>")
            #expect(
                try listing("\(out)/\(set.id)") == ["MANIFEST.json", "gemeente", "gemeente/delft.html", "regio.html"])
            #expect(try SystemCall.linkTarget("\(out)/current") == set.id)
            #expect(try FileStatus.of("\(out)/\(set.id)/regio.html")?.mode == 0o644)
        }
    }

    @Test func theNameIsTheHashOfTheManifest() throws {
        try withTemporaryFolder { folder in
            let set = try publish(["a": "1", "b": "22"], in: folder)
            let manifest = try DurableFile.read("\(set.folder)/MANIFEST.json")
            #expect(set.manifest == ContentHash(of: manifest))
            #expect(set.id == String(set.manifest.hex.prefix(16)))
            // sha256 of "1" and "22" as sha256sum prints them: the name must be the same on every machine.
            #expect(
                String(decoding: manifest, as: UTF8.self) == """
                    {
                      "schema": "peil-manifest-1",
                      "files": [
                        {"name": "a", "bytes": 1, "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"},
                        {"name": "b", "bytes": 2, "sha256": "785f3ec7eb32f30b90cd0fcf3657d388b5ff4297f2f9716ff66e9b69c05ddd09"}
                      ]
                    }

                    """)
        }
    }

    @Test func theSameContentTwiceIsOnePublication() throws {
        try withTemporaryFolder { folder in
            let first = try publish(["a": "1", "b": "2"], in: folder)
            let before = try listing(folder)
            let inode = try FileManager.default.attributesOfItem(atPath: "\(folder)/current")[.systemFileNumber] as? Int
            let second = try publish(["b": "2", "a": "1"], in: folder)
            #expect(first == second)
            #expect(try listing(folder) == before)
            let after = try FileManager.default.attributesOfItem(atPath: "\(folder)/current")[.systemFileNumber] as? Int
            #expect(inode == after, "the link was written again")
        }
    }

    @Test func aCorrectionKeepsTheOldSetAndGoingBackWorks() throws {
        try withTemporaryFolder { folder in
            let old = try publish(["a": "1"], in: folder)
            let new = try publish(["a": "2"], in: folder)
            #expect(old.id != new.id)
            #expect(try text("\(folder)/current/a") == "2")
            #expect(try text("\(folder)/\(old.id)/a") == "1")
            _ = try publish(["a": "1"], in: folder)
            #expect(try text("\(folder)/current/a") == "1")
        }
    }

    @Test func leftoversOfAKilledRunDisappear() throws {
        try withTemporaryFolder { folder in
            let old = try publish(["a": "1"], in: folder)
            try DurableFolder.make("\(folder)/.staging-0123456789abcdef/deep")
            try DurableFile.write([1], to: "\(folder)/.staging-0123456789abcdef/deep/half")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/.current-0123", withDestinationPath: "nowhere")
            #expect(try text("\(folder)/current/a") == "1", "a killed run must not disturb readers")
            _ = try AtomicPublication(folder: folder)
            #expect(try listing(folder) == ["\(old.id)", "\(old.id)/MANIFEST.json", "\(old.id)/a", "current"].sorted())
        }
    }

    @Test func aRunKilledBeforeTheLinkIsFinishedByTheNext() throws {
        try withTemporaryFolder { folder in
            let set = try publish(["a": "1"], in: folder)
            try DurableFolder.remove("\(folder)/current")
            #expect(try publish(["a": "1"], in: folder) == set)
            #expect(try text("\(folder)/current/a") == "1")
        }
    }

    @Test func aSecondRunMeanwhileIsTurnedAway() throws {
        try withTemporaryFolder { folder in
            let running = try AtomicPublication(folder: folder)
            #expect(storeError { _ = try AtomicPublication(folder: folder) }?.exitCode == 75)
            _ = try running.current()
        }
    }

    @Test func nothingIsLeftWhenAFileCannotBeWritten() throws {
        try withTemporaryFolder { folder in
            let old = try publish(["a": "1"], in: folder)
            // "a" is a file, so "a/b" cannot lie under it: the failure comes after writing has begun.
            let error = storeError { _ = try publish(["a": "2", "a/b": "3"], in: folder) }
            #expect(error?.exitCode == 73)
            #expect(try listing(folder) == ["\(old.id)", "\(old.id)/MANIFEST.json", "\(old.id)/a", "current"].sorted())
            #expect(try text("\(folder)/current/a") == "1")
        }
    }

    @Test func filesAreOnTheDiskAsTheyAreMade() throws {
        try withTemporaryFolder { folder in
            let together = try publish(["b": "2", "deep/a": "1"], in: "\(folder)/together")
            let out = "\(folder)/out"
            let set = try AtomicPublication(folder: out).publish { staging in
                try staging.add(PublicationFile(name: "b", text: "2"))
                let place = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: out).first { $0 != ".lock" })
                #expect(place.hasPrefix(".staging-"))
                #expect(try text("\(out)/\(place)/b") == "2", "the file waits in memory")
                try staging.add(PublicationFile(name: "deep/a", text: "1"))
                #expect(staging.names == ["b", "deep/a"])
            }
            #expect(set.id == together.id, "the name tells how the files came")
            #expect(try listing(set.folder) == listing(together.folder))
        }
    }

    @Test func aFileThatComesInPiecesIsTheFile() throws {
        try withTemporaryFolder { folder in
            let whole = try publish(["a": "one two", "deep/b": ""], in: "\(folder)/whole")
            let pieces = try AtomicPublication(folder: "\(folder)/pieces").publish { staging in
                try staging.add("a") { write in for word in ["one", "", " two"] { try write(Array(word.utf8)) } }
                try staging.add("deep/b") { _ in }
            }
            #expect(pieces.id == whole.id)
            #expect(try text("\(pieces.folder)/a") == "one two")
            let published = try #require(try PublishedFolder.current(in: "\(folder)/pieces"))
            try published.verify()
            var read: [UInt8] = []
            #expect(try published.read("a") { read += $0 } == published.recordedHash(of: "a"))
            #expect(read == Array("one two".utf8))
            let before = try listing("\(folder)/pieces")
            for name in ["a", "../a", "MANIFEST.json"] {
                let error = storeError {
                    _ = try AtomicPublication(folder: "\(folder)/pieces").publish { staging in
                        try staging.add(PublicationFile(name: "A", text: ""))
                        try staging.add(name) { _ in }
                    }
                }
                #expect(error != nil, "\(name)")
            }
            #expect(try listing("\(folder)/pieces") == before)
        }
    }

    @Test func whatFailsWhileFilesAreMadeLeavesNothing() throws {
        struct Trouble: Error {}
        try withTemporaryFolder { folder in
            let old = try publish(["a": "1"], in: folder)
            let before = try listing(folder)
            #expect(throws: Trouble.self) {
                try AtomicPublication(folder: folder).publish { staging in
                    try staging.add(PublicationFile(name: "a", text: "2"))
                    throw Trouble()
                }
            }
            #expect(try listing(folder) == before)
            #expect(try text("\(folder)/\(old.id)/a") == "1")
        }
    }

    @Test(arguments: ["", "/a", "../a", "a/../b", "a//b", ".a", "a/", "a b", "é", "MANIFEST.json", "a\u{0}b"])
    func namesThatCouldLeaveTheFolderAreRefused(name: String) throws {
        try withTemporaryFolder { folder in
            let error = storeError { _ = try publish([name: "1"], in: folder) }
            let left = try listing(folder)
            #expect(error?.errorClass == "BAD_FILE_NAME")
            #expect(left.isEmpty)
        }
    }

    @Test func namesThatDifferOnlyInCaseAreRefused() throws {
        try withTemporaryFolder { folder in
            let error = storeError { _ = try publish(["Delft.html": "1", "delft.html": "2"], in: folder) }
            let left = try listing(folder)
            #expect(error?.errorClass == "BAD_FILE_NAME")
            #expect(left.isEmpty)
        }
    }

    @Test func anOutputFolderThatIsALinkIsRefused() throws {
        try withTemporaryFolder { folder in
            try DurableFolder.make("\(folder)/elsewhere")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/out", withDestinationPath: "elsewhere")
            #expect(
                storeError { _ = try AtomicPublication(folder: "\(folder)/out") }?.errorClass == "WRONG_KIND_OF_FILE")
            #expect(try listing("\(folder)/elsewhere").isEmpty)
        }
    }

    @Test func aFileInPlaceOfTheOutputFolderGives73() throws {
        try withTemporaryFolder { folder in
            try DurableFile.write([1], to: "\(folder)/out")
            #expect(storeError { _ = try AtomicPublication(folder: "\(folder)/out") }?.exitCode == 73)
            #expect(storeError { _ = try AtomicPublication(folder: "\(folder)/out/under") }?.exitCode == 73)
            #expect(storeError { _ = try AtomicPublication(folder: "/proc/out") }?.exitCode == 73)
        }
    }

    @Test func somebodysOwnCurrentFolderIsNotReplaced() throws {
        try withTemporaryFolder { folder in
            try DurableFolder.make("\(folder)/current")
            #expect(storeError { _ = try publish(["a": "1"], in: folder) }?.errorClass == "WRONG_KIND_OF_FILE")
            #expect(try listing(folder) == ["current"])
        }
    }

    @Test(arguments: ["changed", "gone", "added", "manifest"])
    func aPublicationThatWasTouchedByHandIsReported(how: String) throws {
        try withTemporaryFolder { folder in
            let set = try publish(["a": "1", "b": "2"], in: folder)
            switch how {
            case "changed": try DurableFile.write(Array("9".utf8), to: "\(set.folder)/a")
            case "gone": try DurableFolder.remove("\(set.folder)/a")
            case "added": try DurableFile.write([1], to: "\(set.folder)/c")
            default: try DurableFile.write(Array("{}".utf8), to: "\(set.folder)/MANIFEST.json")
            }
            let error = storeError { _ = try publish(["a": "1", "b": "2"], in: folder) }
            #expect(error?.errorClass == "DAMAGED")
            #expect(error?.exitCode == 74)
        }
    }
}
