import Foundation

@testable import PeilStudy

/// A folder for what is read from files, in memory where the machine has a file system there.
enum InputFolder {
    private static var location: String {
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        return "\(base)/peil-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    }

    /// A new folder with these files; it goes when the fuzzer ends.
    static func made(_ files: [(name: String, text: String)]) -> String {
        let path = location
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        } catch { finding("the folder of the input cannot be made", "\(error)") }
        atexit { try? FileManager.default.removeItem(atPath: InputFolder.location) }
        return path
    }

    /// Reads the bytes as a file; an error must be one that a user can act on.
    static func refuses(
        _ bytes: [UInt8], _ file: String, _ planted: PlantedMistake, _ read: (String) throws -> Void
    ) {
        guard FileManager.default.createFile(atPath: file, contents: Data(bytes)) else {
            finding("the file cannot be written", file)
        }
        do { try read(file) } catch {
            let failure = Failure(naming: error, file: file)
            planted.run(after: failure.code, where: "DUPLICATE_KEY", on: bytes)
            guard exitCodes.contains(failure.exitCode) else {
                finding("an error has no exit code of sysexits", failure.text)
            }
            guard !failure.code.isEmpty, !failure.message.isEmpty, !failure.remedy.isEmpty,
                failure.file?.isEmpty == false
            else { finding("an error says nothing", failure.text) }
            let lines = bytes.count { $0 == 10 || $0 == 13 } + 1
            guard failure.file != file || failure.line.map({ $0 >= 1 && $0 <= lines + 1 }) ?? true else {
                finding("an error points outside the file", failure.text)
            }
        }
    }
}
