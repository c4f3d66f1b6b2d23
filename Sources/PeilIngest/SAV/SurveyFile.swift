/// What a path holds, as the delimited text that the readers take. Its first bytes tell an SPSS file, not its name.
struct SurveyFile {
    /// The delimited text: the file itself, or what `SAVReader` made of it.
    let text: ByteSource
    /// The file as delivered, for checksums.
    let delivered: ByteSource
    /// How `text` is written, as far as it is known: for an SPSS file wholly.
    let dialect: DialectDeclaration
    let dictionary: SAVDictionary?

    init(
        text: ByteSource, delivered: ByteSource, dialect: DialectDeclaration, dictionary: SAVDictionary?
    ) {
        self.text = text
        self.delivered = delivered
        self.dialect = dialect
        self.dictionary = dictionary
    }

    /// Delimited text that is at hand.
    init(text: ByteSource, dialect: DialectDeclaration) {
        self.init(text: text, delivered: text, dialect: dialect, dictionary: nil)
    }

    /// `declared`: what the caller says about the dialect; an SPSS file has none (DIALECT_CONTRADICTION).
    /// Errors: those of `ByteSource.open` and `SAVReader.delimitedText`.
    init(
        _ path: String, declared: DialectDeclaration = .none, userMissing: SAVReader.UserMissing = .keptAsCodes
    ) throws(IngestError) {
        let source = try ByteSource.open(path)
        var head: [UInt8] = []
        try source.append(8, from: 0, to: &head)
        guard SAVStructure.isSAV(head) else {
            self.init(text: source, dialect: declared)
            return
        }
        guard !declared.isBinding else {
            throw IngestError(
                "DIALECT_CONTRADICTION", "A dialect is declared for an SPSS file, which has none.", file: path,
                remedy: "Leave the dialect out.")
        }
        do throws(IngestError) {
            let read = try SAVReader.delimitedText(source.readAll(), userMissing: userMissing)
            self.init(
                text: .memory(read.bytes), delivered: source, dialect: Self.canonical, dictionary: read.dictionary)
        } catch { throw error.naming(file: path) }
    }

    /// As `SAVText` writes.
    static let canonical = DialectDeclaration(
        encoding: "utf-8", delimiter: Ascii.comma, quote: Ascii.quote, escape: Ascii.quote, decimal: Ascii.point,
        headerLines: 1, preambleLines: 0, descriptionRows: 0, skipsSpace: false, isBinding: true)

    /// SHA-256 of the file as delivered, in hexadecimal digits.
    func hash<Consumer>(of reading: DelimitedFile.Reading<Consumer>) throws(IngestError) -> String {
        if dictionary == nil, let hash = reading.hash { return hash }
        return FileBytes.hash(try delivered.readAll())
    }

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
