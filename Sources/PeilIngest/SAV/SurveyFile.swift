/// What a path holds, as the delimited text that the readers take. Its first bytes tell an SPSS file, not its name.
struct SurveyFile {
    /// The delimited text: the file itself, or what `SAVReader` made of it.
    let text: [UInt8]
    /// The bytes as delivered, for checksums.
    let original: [UInt8]
    /// How `text` is written, as far as it is known: for an SPSS file wholly.
    let dialect: DialectDeclaration
    let dictionary: SAVDictionary?

    /// `declared`: what the caller says about the dialect; an SPSS file has none (DIALECT_CONTRADICTION).
    /// Errors: those of `FileBytes.read` and `SAVReader.delimitedText`.
    static func open(
        _ path: String, declared: DialectDeclaration = .none, userMissing: SAVReader.UserMissing = .keptAsCodes
    ) throws(IngestError) -> SurveyFile {
        let bytes = try FileBytes.read(path)
        guard SAVStructure.isSAV(bytes) else {
            return SurveyFile(text: bytes, original: bytes, dialect: declared, dictionary: nil)
        }
        guard !declared.isBinding else {
            throw IngestError(
                "DIALECT_CONTRADICTION", "A dialect is declared for an SPSS file, which has none.", file: path,
                remedy: "Leave the dialect out.")
        }
        do {
            let read = try SAVReader.delimitedText(bytes, userMissing: userMissing)
            return SurveyFile(text: read.bytes, original: bytes, dialect: canonical, dictionary: read.dictionary)
        } catch { throw error.naming(file: path) }
    }

    /// As `SAVText` writes.
    static let canonical = DialectDeclaration(
        encoding: "utf-8", delimiter: Ascii.comma, quote: Ascii.quote, escape: Ascii.quote, decimal: Ascii.point,
        headerLines: 1, preambleLines: 0, descriptionRows: 0, skipsSpace: false, isBinding: true)

    /// The codebook for this file. Numbers of an SPSS file have no decimal mark of their own to agree on; and what
    /// SPSS calls missing must not pass for an answer because the codebook does not know its code.
    /// Errors: UNDECLARED_MISSING.
    func fitting(_ codebook: Codebook) throws(IngestError) -> Codebook {
        guard let dictionary else { return codebook }
        var result = codebook
        for index in result.variables.indices {
            result.variables[index].decimal = nil
            let variable = result.variables[index]
            guard let column = dictionary.variable(variable.column), variable.type != .text else { continue }
            let unknown = column.missingCodesFound.filter { code in
                variable.missing[code] == nil && !variable.categories.contains { $0.code == code }
            }
            guard unknown.isEmpty else {
                throw IngestError(
                    "UNDECLARED_MISSING",
                    "SPSS calls \(unknown.count) code(s) of column \(printable(column.name)) missing that the codebook does not list: \(unknown.prefix(5).map(printable).joined(separator: ", ")).",
                    line: 1, remedy: "List them under missing of '\(variable.id)', each with its kind.")
            }
        }
        return result
    }
}
