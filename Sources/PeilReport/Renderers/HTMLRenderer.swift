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
        let main = HTMLPage(report: report, words: words).main()
        var classes: Set<String> = []
        main.classes(into: &classes)
        let patterns = HTMLPage.patterns(for: ClassNames(classes))
        patterns.classes(into: &classes)
        var footer = [Markup.el("p", [], report.footer.markup())]
        if let own = theme.footer[report.language.rawValue], !own.isEmpty { footer.append(.el("p", [], own)) }
        var values: [String: Any] = [
            "language": report.language.rawValue, "title": "\(report.title.plain) – \(report.brand)",
            "style": style(for: ClassNames(classes)) + "\n" + printedMargins(report), "skip": words[.skip],
            "brand": report.brand, "wave": report.waveLabel, "main": Markup.group([patterns, main]).html,
            "navigation": HTMLPage(report: report, words: words).navigation().html,
            "script": Self.script, "scriptHash": Self.scriptHash, "footer": Markup.group(footer).html
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

    /// The theme's colours, the rules of the page, those of its drawings.
    private func style(for classes: ClassNames) -> String {
        [theme.customProperties, Self.pageStyle, DrawingStyle.css(for: classes)].joined(separator: "\n")
    }

    private static let pageStyle = String(decoding: PackageResources.style_css, as: UTF8.self)

    /// What a printed page says in its margins: the banner above, study and wave below.
    private func printedMargins(_ report: Report) -> String {
        let font = "font:8.5pt \(theme.fontStack)"
        let head = report.banner.map { "@top-left{content:\"\(Self.cssText($0))\";\(font)}" } ?? ""
        let foot = Self.cssText("\(report.brand) · \(report.waveLabel)")
        return "@page{\(head)@bottom-left{content:\"\(foot)\";\(font)}@bottom-right{content:counter(page);\(font)}}"
    }

    /// Text inside quotes of a style sheet: all but letters, digits and spaces as escapes, so that no text ends it.
    static func cssText(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            let isPlain =
                scalar == " "
                || (scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value)))
            return isPlain ? String(scalar) : scalar.value < 32 ? " " : "\\" + String(scalar.value, radix: 16) + " "
        }.joined()
    }

    /// Without the indents that are for who reads its file.
    static let script = String(decoding: PackageResources.page_js, as: UTF8.self).split(separator: "\n")
        .map { $0.drop { $0 == " " } }.joined(separator: "\n")

    /// What the page's policy lets run: this script and no other.
    static let scriptHash = "sha256-" + Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString()
}
