import Mustache
public import PeilDisclosure

/// One page that stands alone: style inside, no script, nothing fetched from anywhere.
public struct HTMLRenderer: ReportRenderer {
    public let format = ReportFormat.html
    public init() {}

    public func render(_ publication: Released<Publication>, report: Report) throws(ReportError) -> [RenderedFile] {
        [RenderedFile(name: "\(report.file).html", text: try page(report))]
    }

    func page(_ report: Report) throws(ReportError) -> String {
        let words = Wording(report.language)
        let main = HTMLPage(report: report, words: words).main().string
        let values: [String: Any] = [
            "language": report.language.rawValue, "title": "\(report.title.plain) – \(report.brand)",
            "style": Self.style, "skip": words[.skip], "banner": report.banner ?? "",
            "brand": report.brand, "wave": report.waveLabel, "main": main,
            "navigation": HTMLPage(report: report, words: words).navigation().string,
            "footer": Markup.el("p", [], report.footer.markup()).string
        ]
        do {
            return try MustacheTemplate(string: Self.template).render(values)
        } catch {
            throw .template("\(error)")
        }
    }

    private static let template = String(decoding: PackageResources.page_mustache, as: UTF8.self)
    static var style: String { String(decoding: PackageResources.style_css, as: UTF8.self) }
}
