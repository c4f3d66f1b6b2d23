/// Why a file or a codebook cannot be used: where, and what its sender can do about it.
/// It never holds a respondent's answer: names, positions and classes only.
public struct IngestError: Error, Sendable, Equatable {
    /// A class of data trouble (`RAGGED_SHORT`), or the name of another error in the same spelling.
    public let code: String
    public let message: String
    public let file: String
    /// Physical line, counted from 1.
    public let line: Int?
    public let column: Int?
    /// What to do.
    public let remedy: String
    /// 65 data, 66 absent, 74 input/output, 77 no permission, 78 codebook wrong.
    public let exitCode: Int32

    public init(
        _ code: String, _ message: String, file: String = "", line: Int? = nil,
        column: Int? = nil, remedy: String, exitCode: Int32 = 65
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.remedy = remedy
        self.exitCode = exitCode
    }

    /// The same error with the name of the file that the reader was given.
    public func naming(file: String) -> IngestError {
        IngestError(
            code, message, file: self.file.isEmpty ? file : self.file, line: line, column: column,
            remedy: remedy, exitCode: exitCode)
    }
}

extension IngestError: CustomStringConvertible {
    /// `error[CLASS]: sentence. file:line:column · what to do.`
    public var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }
            .joined(separator: ":")
        return "error[\(code)]: \(message) \(place) · \(remedy)"
    }
}

/// A trouble that loses nothing: all records are kept and the class is reported once with its count.
public struct FileWarning: Sendable, Equatable {
    public let code: String
    public var count: Int
    public var columns: [String]
    /// Physical lines, the first few.
    public var lines: [Int]
    public var message: String

    public init(_ code: String, count: Int, columns: [String] = [], lines: [Int] = [], message: String) {
        self.code = code
        self.count = count
        self.columns = columns
        self.lines = Array(lines.prefix(10))
        self.message = message
    }
}

/// A name from a file as it may be shown in a message: control characters and markup taken out.
func printable(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars.prefix(80) {
        let isControl =
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || (0x200B...0x200F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            || scalar.value == 0xFEFF
        if isControl { result += "?" } else { result.unicodeScalars.append(scalar) }
    }
    return result
}
