public import PeilDisclosure

/// The numbers of the tidy file as a workbook for readers: a sheet per question, words where no number may stand.
public struct XLSXRenderer: Sendable {
    private let outline: ReportOutline

    public init(outline: ReportOutline) { self.outline = outline }

    /// Throws `.missingTranslation` for a text that lacks the language, `.workbook` where the file cannot be written.
    public func render(
        _ publication: Released<Publication>, language: Language
    ) throws(ReportError) -> RenderedFile {
        let workbook = try Context(publication.content, outline, language).workbook()
        return RenderedFile(name: "workbook.xlsx", bytes: try WorkbookFile.bytes(workbook))
    }
}
