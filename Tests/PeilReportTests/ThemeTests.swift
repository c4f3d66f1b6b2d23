import Foundation
import Testing

@testable import PeilReport

struct ThemeTests {
    /// WCAG 2.1: black on white 21:1, grey #767676 on white 4.54:1.
    @Test func `contrast is that of WCAG`() throws {
        let (black, white) = (try #require(Colour("#000000")), try #require(Colour("#ffffff")))
        #expect(abs(black.contrast(on: white) - 21) < 1e-9)
        #expect(abs(white.contrast(on: white) - 1) < 1e-12)
        #expect(abs(try #require(Colour("#767676")).contrast(on: white) - 4.54) < 0.01)
    }

    @Test func `the standard theme holds all its contrasts`() {
        for pair in Theme.pairs {
            let ratio = Theme.standard[pair.role].contrast(on: Theme.standard[pair.background])
            #expect(ratio >= pair.minimum, "\(pair.role) on \(pair.background): \(ratio)")
        }
        #expect(Theme.Role.allCases.allSatisfy { Colour($0.standard) != nil })
    }

    @Test func `a colour that cannot be read is refused with role and ratio`() throws {
        let pale = try #require(Colour("#9cc7d8"))
        do {
            _ = try Theme(colours: [.accent: pale])
            Issue.record("a pale accent was taken")
        } catch .contrast(let role, let background, let ratio, let minimum) {
            #expect(role == "accent" && background == "paper" && minimum == 4.5)
            #expect(abs(ratio - pale.contrast(on: try #require(Colour("#ffffff")))) < 1e-12)
        } catch { Issue.record("\(error)") }
        #expect(throws: ThemeError.self) { try Theme(colours: [.s2: try #require(Colour("#f3b79c"))]) }
    }

    @Test(arguments: ["red", "#fff", "#12345", "#1234567", "rgb(0,0,0)", "#12345g", "", "#١٢٣٤٥٦"])
    func `only six digits are a colour`(_ text: String) { #expect(Colour(text) == nil) }

    @Test(arguments: ["Arial\"}*{display:none", "", "a;b", "url(x)", "</style>", String(repeating: "a", count: 99)])
    func `a font is a name and nothing else`(_ font: String) {
        #expect(throws: ThemeError.font(font)) { try Theme(colours: [:], fonts: [font]) }
    }

    @Test func `a page takes colours, fonts, name and footer of its theme`() throws {
        let theme = try Theme(
            colours: [.low: try #require(Colour("#8b0000"))], fonts: ["Verdana", "sans-serif"], name: "Regio <X>",
            footer: ["nl": "Onderzoek & statistiek"])
        let page = try HTMLRenderer(theme: theme).text(ChartGallery().report())
        let rules = "{color:var(--low)}"
        #expect(theme.customProperties(for: rules) == ":root{--low:#8b0000;--font:\"Verdana\",sans-serif}")
        #expect(page.contains(":#8b0000;") && page.contains(":\"Verdana\",sans-serif"))
        #expect(page.contains("Regio &lt;X&gt;") && page.contains("Onderzoek &amp; statistiek"))
        #expect(!page.contains("<img") && !page.contains("class=\"banner\""))
    }

    @Test func `the page's policy lets its own script run and fetches nothing`() throws {
        let page = try HTMLRenderer().text(ChartGallery().report())
        #expect(page.contains("default-src 'none'") && page.contains("script-src '\(HTMLRenderer.scriptHash)'"))
        #expect(page.contains("<script>\(HTMLRenderer.script)</script>"))
        #expect(!HTMLRenderer.script.contains("</") && !HTMLRenderer.script.contains("innerHTML"))
    }

    @Test(arguments: ["\"}</style><script>", "a\\", "\n\r\u{0}", "é — 漢 '"])
    func `text in the printed margins cannot end its quotes`(_ text: String) {
        let made = HTMLRenderer.cssText(text)
        #expect(!made.contains("\"") && !made.contains("<") && !made.contains("\n") && !made.hasSuffix("\\"))
        #expect(HTMLRenderer.cssText("Golf 2") == "Golf 2" && HTMLRenderer.cssText("é") == "\\e9 ")
    }

    @Test func `looks with a name of one letter are looks that drawings have`() {
        var drawings = PageDrawings.ofPage()
        var page: [UInt8] = []
        for chart in ChartGallery.Shape.allCases.flatMap({ ChartGallery(shape: $0).charts }) {
            for variant in Variant.allCases { drawings.write(chart.drawn(variant), to: &page) }
        }
        #expect(PageDrawings.frequent.count == 26)
        #expect(Set(PageDrawings.frequent).subtracting(drawings.seen) == [])
    }

    private let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]

    @Test func `a logo is carried in the page`() throws {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><defs><g id=\"a\"/></defs><use href=\"#a\"/></svg>"
        for bytes in [png, Array(svg.utf8)] {
            let page = try HTMLRenderer(theme: Theme(colours: [:], name: "Regio", logo: Logo(bytes)))
                .text(ChartGallery().report())
            let encoded = Data(bytes).base64EncodedString()
            #expect(page.contains("base64,\(encoded)\" alt=\"Regio\">"))
        }
    }

    @Test(arguments: [
        "<svg><script>x</script></svg>", "<svg onload=\"x\"/>", "<svg><a href='https://x'/></svg>",
        "<svg><image href=\"http://x/y.png\"/></svg>", "<svg><style>@import url(x)</style></svg>",
        "<svg style=\"fill:url(http://x)\"/>", "<!DOCTYPE svg [<!ENTITY e \"x\">]><svg>&e;</svg>",
        "<svg><foreignObject/></svg>", "<svg><g\nonclick = 'x'/></svg>", "<svg><a href=\"java&#115;cript:x\"/></svg>",
        "<svg><animate attributeName='href'/></svg>", "<SVG><SCRIPT/></SVG><svg/>", "<svg style=\"fill:\\75rl(x)\"/>"
    ])
    func `an svg that does more than draw is no logo`(_ svg: String) {
        #expect(throws: LogoError.self) { try Logo(Array(svg.utf8)) }
    }

    @Test func `what is no image and what is too large are told apart`() {
        #expect(throws: LogoError.unknownFormat) { try Logo(Array("GIF89a".utf8)) }
        #expect(throws: LogoError.unknownFormat) { try Logo([]) }
        #expect(throws: LogoError.tooLarge(bytes: 200_001)) { try Logo([UInt8](repeating: 0, count: 200_001)) }
    }
}
