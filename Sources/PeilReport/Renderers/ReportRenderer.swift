public import PeilDisclosure

/// One file of a publication: writing it is the caller's work. A file of as many lines as there are rows is made line by line
/// while it is written.
public struct RenderedFile: Sendable, Equatable {
    public let name: String
    private let make: @Sendable () -> AnyIterator<[UInt8]>

    init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    init(name: String, bytes: [UInt8]) { self.init(name: name, pieces: [bytes]) }

    init(name: String, pieces: [[UInt8]]) {
        self.name = name
        make = { AnyIterator(pieces.makeIterator()) }
    }

    /// - Parameters:
    ///   - name: of the file.
    ///   - head: what stands before the lines.
    ///   - foot: what stands after them.
    ///   - separator: between two lines.
    ///   - count: how many lines there may be.
    ///   - line: adds a line to the bytes; nothing for one that the file leaves out.
    init(
        name: String, head: String, foot: String = "", separator: String = "", count: Int,
        line: @escaping @Sendable (_ place: Int, _ bytes: inout [UInt8]) -> Void
    ) {
        self.name = name
        make = {
            var place = 0
            var isBegun = false
            var isFirst = true
            var isDone = false
            return AnyIterator {
                guard !isDone else { return nil }
                var piece = isBegun ? [] : Array(head.utf8)
                isBegun = true
                // A head may fill a piece by itself.
                while place < count, piece.count < Self.pieceSize {
                    let before = piece.count
                    if !isFirst { piece.append(contentsOf: separator.utf8) }
                    let start = piece.count
                    line(place, &piece)
                    if piece.count == start { piece.removeLast(start - before) } else { isFirst = false }
                    place += 1
                }
                if place == count {
                    piece.append(contentsOf: foot.utf8)
                    isDone = true
                }
                return piece
            }
        }
    }

    /// Few enough bytes to stay small, many enough to be written at once.
    private static let pieceSize = 1 << 16

    /// The file from its first byte to its last, made anew each time.
    public var pieces: some Sequence<[UInt8]> { AnySequence(make) }

    /// All of it in memory.
    public var bytes: [UInt8] { pieces.reduce(into: []) { $0 += $1 } }

    public static func == (one: RenderedFile, other: RenderedFile) -> Bool {
        one.name == other.name && one.bytes == other.bytes
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

/// All files of a publication in one language, page by page, each given away before the next is made: the pages of hundreds
/// of areas are never in memory together.
/// - Parameter publication: what was released.
/// - Parameter outline: pages and sections.
/// - Parameter language: language of the words.
/// - Parameter formats: forms of the report.
/// - Parameter take: what is done with a file; what it throws ends the rendering.
/// - Throws: `ReportError`, or what `take` throws.
public func renderEach(
    publication: Released<Publication>, outline: ReportOutline, language: Language,
    formats: Set<ReportFormat> = ReportFormat.standard, _ take: (RenderedFile) throws -> Void
) throws {
    let builder = try ReportBuilder(publication, outline: outline, language: language)
    var findings = FindingsFile(publication)
    for (position, page) in builder.pages.enumerated() {
        let report = try builder.build(page)
        findings.add(report)
        if formats.contains(.html) {
            try HTMLRenderer(theme: outline.theme).render(publication, report: report).forEach(take)
        }
        if formats.contains(.svg) { try charts(of: report, theme: outline.theme).forEach(take) }
        guard position == 0 else { continue }
        for renderer in [CSVRenderer(), JSONRenderer()] as [any ReportRenderer] where formats.contains(renderer.format)
        {
            try renderer.render(publication, report: report).forEach(take)
        }
    }
    if formats.contains(.json) { try take(findings.file) }
    if formats.contains(.xlsx) {
        try take(XLSXRenderer(outline: outline).render(publication, language: language))
    }
}

/// The same files in one list, for a publication of few pages.
public func renderAll(
    publication: Released<Publication>, outline: ReportOutline, language: Language,
    formats: Set<ReportFormat> = ReportFormat.standard
) throws -> [RenderedFile] {
    var files: [RenderedFile] = []
    try renderEach(publication: publication, outline: outline, language: language, formats: formats) {
        files.append($0)
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
