public import PeilDisclosure

/// One file of a publication, in memory: writing it is the caller's work.
public struct RenderedFile: Sendable, Equatable {
    public let name: String
    public let bytes: [UInt8]

    init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// The forms in which a publication leaves.
public enum ReportFormat: String, Sendable, CaseIterable {
    case html, csv, json, xlsx
    /// The HTML pages, printed by a browser: not by this module, which starts no programs.
    case pdf
    /// Each chart as a file of its own.
    case svg
    /// The same charts as pictures, drawn by a browser: not by this module.
    case png

    /// What a study gets that asks for nothing else.
    public static let standard: Set<ReportFormat> = [.html, .csv, .json]
}

/// Law: the files depend on the publication and the report alone; the same input gives the same bytes.
/// No time, host, path or locale of the machine enters them.
public protocol ReportRenderer: Sendable {
    var format: ReportFormat { get }
    func render(_ publication: Released<Publication>, report: Report) throws(ReportError) -> [RenderedFile]
}

/// All files of a publication in one language, in the order of `ReportFormat`.
public func renderAll(
    publication: Released<Publication>, outline: ReportOutline, language: Language,
    formats: Set<ReportFormat> = ReportFormat.standard
) throws(ReportError)
    -> [RenderedFile]
{
    let builder = try ReportBuilder(publication, outline: outline, language: language)
    var files: [RenderedFile] = []
    var findings = FindingsFile(publication)
    for (position, page) in builder.pages.enumerated() {
        let report = try builder.build(page)
        findings.add(report)
        if formats.contains(.html) {
            files += try HTMLRenderer(theme: outline.theme).render(publication, report: report)
        }
        if formats.contains(.svg) { files += charts(of: report, theme: outline.theme) }
        guard position == 0 else { continue }
        for renderer in [CSVRenderer(), JSONRenderer()] as [any ReportRenderer] where formats.contains(renderer.format)
        {
            files += try renderer.render(publication, report: report)
        }
    }
    if formats.contains(.json) { files.append(findings.file) }
    if formats.contains(.xlsx) {
        files.append(try XLSXRenderer(outline: outline).render(publication, language: language))
    }
    return files
}

/// The charts of a page as files: `charts/<page>-<chart>.svg`.
func charts(of report: Report, theme: Theme) -> [RenderedFile] {
    let blocks = report.sections.flatMap(\.parts).flatMap(\.blocks) + report.method.blocks
    return blocks.compactMap { block in
        guard case .chart(let chart) = block else { return nil }
        return RenderedFile(
            name: "charts/\(report.file)-\(PageName.plain(chart.id)).svg",
            bytes: standaloneSVG(chart, language: report.language, theme: theme))
    }
}
