import Foundation
import Testing

@testable import PeilStore

@Suite struct DurableFileTests {
    @Test(arguments: [UInt32(0o600), 0o640, 0o644, 0o666])
    func modeIsExactWhateverTheUmask(mode: UInt32) throws {
        try withTemporaryFolder { folder in
            try DurableFile.write([1], to: "\(folder)/file", mode: mode)
            #expect(try FileStatus.of("\(folder)/file")?.mode == mode)
        }
    }

    @Test func replacesAnOlderFileAndLeavesNothingElse() throws {
        try withTemporaryFolder { folder in
            try DurableFile.write(Array("old and longer".utf8), to: "\(folder)/file")
            try DurableFile.write(Array("new".utf8), to: "\(folder)/file")
            #expect(try text("\(folder)/file") == "new")
            #expect(try listing(folder) == ["file"])
        }
    }

    @Test func aLinkIsNeverWrittenThroughNorReplaced() throws {
        try withTemporaryFolder { folder in
            try DurableFile.write(Array("victim".utf8), to: "\(folder)/victim")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/file", withDestinationPath: "\(folder)/victim")
            let error = storeError { try DurableFile.write([1], to: "\(folder)/file") }
            #expect(error == .wrongKind(path: "\(folder)/file", expected: "a plain file"))
            #expect(try text("\(folder)/victim") == "victim")
            #expect(try FileStatus.of("\(folder)/file")?.kind == .link)
        }
    }

    @Test func aFolderInItsPlaceIsRefused() throws {
        try withTemporaryFolder { folder in
            #expect(storeError { try DurableFile.write([1], to: folder) }?.exitCode == 73)
        }
    }

    @Test func aFileWhereTheFolderShouldBeGives73() throws {
        try withTemporaryFolder { folder in
            try DurableFile.write([], to: "\(folder)/file")
            let error = storeError { try DurableFile.write([1], to: "\(folder)/file/under") }
            #expect(error?.exitCode == 73)
            #expect(try listing(folder) == ["file"])
        }
    }

    @Test func aReadOnlySystemGives73() {
        // /proc refuses new names to everybody, root included.
        let error = storeError { try DurableFile.write([1], to: "/proc/peil-cannot-write-here") }
        #expect(error?.exitCode == 73)
    }

    @Test func aFullDeviceGives74() throws {
        // /dev/full answers every write with "no space left".
        let device = try Descriptor(open: "/dev/full", 1)
        do {
            try device.write([1])
            Issue.record("the write succeeded")
        } catch {
            #expect(error == .diskFull(path: "/dev/full"))
            #expect(error.exitCode == 74)
        }
    }

    @Test func readingWhatIsNotThereGives66() throws {
        try withTemporaryFolder { folder in
            #expect(storeError { _ = try DurableFile.read("\(folder)/none") }?.exitCode == 66)
        }
    }

    @Test func messageNamesClassPlaceAndRemedy() {
        let error = StoreError.damaged(path: "out/log", line: 3, reason: "it is torn")
        #expect(
            error.description == "error[DAMAGED]: stored content is not what was written: it is torn. "
                + "out/log:3 · move it away, then run the same command again.")
    }
}
