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
        [RenderedFile(name: "\(report.file).html", pieces: try page(report))]
    }

    /// The bytes of a page, in pieces.
    func page(_ report: Report) throws(ReportError) -> [[UInt8]] {
        let words = Wording(report.language)
        var drawings = PageDrawings.ofPage()
        let main = HTMLPage(report: report, words: words).main(&drawings)
        var footer = [Markup.el("p", [], report.footer.markup())]
        if let own = theme.footer[report.language.rawValue], !own.isEmpty { footer.append(.el("p", [], own)) }
        var values: [String: Any] = [
            "language": report.language.rawValue, "title": "\(report.title.plain) – \(report.brand)",
            "style": PageStyle.short(style(for: drawings) + printedMargins(report)), "skip": words[.skip],
            "brand": report.brand, "wave": report.waveLabel,
            "navigation": HTMLPage(report: report, words: words).navigation().html,
            "script": Self.script, "scriptHash": Self.scriptHash, "footer": Markup.group(footer).html
        ]
        // An empty text would count as one that is there.
        for (key, text) in [("banner", report.banner), ("logo", theme.logo?.dataURI), ("sender", theme.name)] {
            if let text, !text.isEmpty { values[key] = text }
        }
        do {
            let (head, foot) = try Self.parsed.get()
            return [Array(head.render(values).utf8)] + main + [Array(foot.render(values).utf8)]
        } catch {
            throw .template("\(error)")
        }
    }

    /// What stands before and after the page's own part.
    private static let parsed = Result {
        let parts = template.components(separatedBy: "{{{main}}}")
        return (try MustacheTemplate(string: parts[0]), try MustacheTemplate(string: parts[1]))
    }

    private static let template = String(decoding: PackageResources.page_mustache, as: UTF8.self)

    /// The theme's colours, the rules of the page, those of its drawings: what something on the page follows.
    private func style(for drawings: PageDrawings) -> String {
        var classes = drawings.pageClasses.union(Self.frameClasses)
        if theme.logo == nil { classes.remove("logo") }
        if theme.name.isEmpty { classes.remove("sender") }
        let rules = Self.pageStyle.text(for: classes) + drawings.css
        return theme.customProperties(for: rules) + rules
    }

    private static let pageStyle = PageStyle(String(decoding: PackageResources.style_css, as: UTF8.self))

    /// Classes of the frame around a page's own elements, and of what the script adds.
    private static let frameClasses = Set(
        template.split(separator: "class=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) } + ["pages", "tip"])

    /// What a printed page says in its margins: the banner above, study and wave below.
    private func printedMargins(_ report: Report) -> String {
        let font = "font:8.5pt var(--font)"
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

    /// Without the indents, spaces and comments that are for who reads its file. No text in it has a sign between spaces.
    static let script = String(decoding: PackageResources.page_js, as: UTF8.self).split(separator: "\n")
        .map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }.joined(separator: "\n")
        .replacing(/[ ]?(=>|[=!]==|&&|\|\||[=?{}<+*-])[ ]?/) { $0.1 }.replacing(", ", with: ",").replacing(
            "; ", with: ";")

    /// What the page's policy lets run: this script and no other.
    static let scriptHash = "sha256-" + Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString()
}
