import Testing

@testable import PeilStore

@Suite struct FolderLockTests {
    @Test func aSecondHolderIsTurnedAwayAtOnce() throws {
        try withTemporaryFolder { folder in
            let first = try FolderLock(folder)
            let error = storeError { _ = try FolderLock(folder) }
            #expect(error == .busy(path: folder))
            #expect(error?.exitCode == 75)
            _ = consume first
        }
    }

    @Test func endingTheHolderFreesTheFolder() throws {
        try withTemporaryFolder { folder in
            do { _ = try FolderLock(folder) }
            _ = try FolderLock(folder)
        }
    }

    @Test func aFolderThatIsNotThereGives73() throws {
        try withTemporaryFolder { folder in
            #expect(storeError { _ = try FolderLock("\(folder)/none") }?.exitCode == 73)
        }
    }
}
