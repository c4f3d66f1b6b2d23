import Crypto
import Foundation
import Mustache
public import PeilDisclosure

/// One page that stands alone: style, script and logo inside, nothing fetched from anywhere. The script only sorts tables
/// and shows values under the pointer; without it the page says the same.
public struct HTMLRenderer: ReportRenderer {
    public let format = ReportFormat.html
    private let theme: Theme
    public init(theme: Theme = .standard) { self.theme = theme }

    public func render(_ publication: Released<Publication>, report: Report) throws(ReportError) -> [RenderedFile] {
        [RenderedFile(name: "\(report.file).html", text: try page(report))]
    }

    func page(_ report: Report) throws(ReportError) -> String {
        let words = Wording(report.language)
        let main = HTMLPage(report: report, words: words).main().string
        var footer = [Markup.el("p", [], report.footer.markup())]
        if let own = theme.footer[report.language.rawValue], !own.isEmpty { footer.append(.el("p", [], own)) }
        var values: [String: Any] = [
            "language": report.language.rawValue, "title": "\(report.title.plain) – \(report.brand)",
            "style": style, "skip": words[.skip],
            "brand": report.brand, "wave": report.waveLabel, "main": main,
            "navigation": HTMLPage(report: report, words: words).navigation().string,
            "script": Self.script, "scriptHash": Self.scriptHash, "footer": Markup.group(footer).string
        ]
        // An empty text would count as one that is there.
        for (key, text) in [("banner", report.banner), ("logo", theme.logo?.dataURI), ("sender", theme.name)] {
            if let text, !text.isEmpty { values[key] = text }
        }
        do {
            return try MustacheTemplate(string: Self.template).render(values)
        } catch {
            throw .template("\(error)")
        }
    }

    private static let template = String(decoding: PackageResources.page_mustache, as: UTF8.self)

    /// The theme's colours, the rules of the drawings, the rules of the page.
    var style: String {
        [theme.customProperties, String(decoding: PackageResources.style_css, as: UTF8.self), DrawingStyle.css]
            .joined(separator: "\n")
    }

    static var script: String { String(decoding: PackageResources.page_js, as: UTF8.self) }

    /// What the page's policy lets run: this script and no other.
    static var scriptHash: String { "sha256-" + Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString() }
}
