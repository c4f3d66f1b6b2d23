import PeilStore

/// A result that a user asked for in a file.
public enum ResultFile {
    /// Writes the file whole or not at all. Errors: exit code 73 where it cannot be written, or where it is there
    /// already and `replaces` is false.
    public static func write(_ text: String, to path: String, replaces: Bool) throws {
        if !replaces, (try? DurableFile.read(path)) != nil {
            throw Failure(
                "OUTPUT_EXISTS", "There is a file here already", file: path,
                remedy: "name another file, or move this one away", exitCode: ExitStatus.cannotWrite)
        }
        try DurableFile.write(Array(text.utf8), to: path)
    }

    /// Writes bytes whole or not at all, in the place of what is there.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        try DurableFile.write(bytes, to: path)
    }

    /// The bytes of a file that `write` wrote.
    public static func bytes(_ path: String) throws -> [UInt8] { try DurableFile.read(path) }
}
