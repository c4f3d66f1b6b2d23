import Foundation
import FoundationXML
import Testing

@testable import PeilReport

/// Reads well-formed markup into names, attributes and texts; throws where it is not well-formed.
final class ElementTree: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    /// Text of each `text`, `title` and `desc`, with what its parts say.
    private(set) var texts: [(name: String, attributes: [String: String], text: String)] = []
    private var open: [Int] = []

    init(_ xml: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = self
        guard parser.parse() else { throw CocoaError(.fileReadCorruptFile) }
    }

    convenience init(_ markup: Markup) throws { try self.init(Array(markup.string.utf8)) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append((name, attributes))
        guard ["text", "title", "desc", "tspan"].contains(name) else { return }
        texts.append((name, attributes, ""))
        open.append(texts.count - 1)
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { if ["text", "title", "desc", "tspan"].contains(name) { open.removeLast() } }

    func parser(_ parser: XMLParser, foundCharacters text: String) { for index in open { texts[index].text += text } }

    var names: Set<String> { Set(elements.map(\.name)) }
    var attributeNames: Set<String> { Set(elements.flatMap(\.attributes.keys)) }
    var ids: [String] { elements.compactMap { $0.attributes["id"] } }
}

private func gallery(_ shape: ChartGallery.Shape) -> ChartGallery {
    var gallery = ChartGallery()
    gallery.shape = shape
    return gallery
}

struct ChartTests {
    @Test(arguments: ChartGallery.Shape.allCases)
    func `each chart has two drawings with a name, a description and ids of their own`(
        _ shape: ChartGallery.Shape
    ) throws {
        var seen: Set<String> = []
        for chart in gallery(shape).charts {
            for variant in Variant.allCases {
                let tree = try ElementTree(chart.drawn(variant))
                let root = try #require(tree.elements.first)
                #expect(root.name == "svg" && root.attributes["role"] == "img")
                let labels = try #require(root.attributes["aria-labelledby"]).split(separator: " ").map(String.init)
                #expect(tree.ids.sorted() == labels.sorted(), "\(chart.id): what names it is in it, and nothing else")
                #expect(labels.allSatisfy { seen.insert($0).inserted }, "\(chart.id): ids occur once a page")
                #expect(tree.texts.first { $0.name == "title" }?.text == chart.alternativeTitle)
                #expect(tree.texts.first { $0.name == "desc" }?.text == chart.alternativeText)
                #expect(root.attributes["viewBox"]?.hasPrefix("0 0 \(Int(variant.width)) ") == true)
            }
        }
        #expect(seen.count == ChartGallery().charts.count * 4)
    }

    /// Numbers that a chart may print: those of its values.
    private func printed(_ chart: Chart) -> Set<String> {
        func parts(_ text: RichText) -> [String] {
            text.parts.compactMap { if case .number(let number, _) = $0 { number } else { nil } }
        }
        func value(_ value: Chart.Value?) -> [String] { value.map { parts($0.text) + parts($0.range) } ?? [] }
        func row(_ row: Chart.Row) -> [String] { value(row.value) + parts(row.note) + parts(row.referenceText) }
        let all: [String] =
            switch chart.drawing {
            case .dots(let rows, _), .group(let rows, _), .bars(let rows, _), .effects(let rows, _): rows.flatMap(row)
            case .tiles(let map): map.tiles.flatMap { row($0.row) }
            case .map(let map): map.areas.flatMap { row($0.row) }
            case .likert(let rows, _):
                rows.flatMap { item in
                    item.shares.flatMap { $0.map { parts($0.text) } ?? [] }
                        .flatMap { [$0, $0.replacing("%", with: "")] } + parts(item.sum) + parts(item.range)
                }
            case .trends(let panels, _): panels.flatMap { $0.points.flatMap { value($0.value) } }
            case .endurance(let endurance): endurance.marks.flatMap { value($0.value) }
            case .balance(let rows, _):
                rows.flatMap { row in [row.before, row.after].flatMap { $0.map { parts($0.text) } ?? [] } }
            case .histogram(let classes): classes.flatMap { parts($0.share.text) }
            }
        return Set(all)
    }

    @Test func `every number of a drawing is one of its values`() throws {
        for chart in ChartGallery().charts {
            let allowed = printed(chart)
            for variant in Variant.allCases {
                let numbers = try ElementTree(chart.drawn(variant)).texts.filter { $0.attributes["data-row"] != nil }
                #expect(numbers.count >= 3, "\(chart.id)")
                for number in numbers { #expect(allowed.contains(number.text), "\(chart.id): \(number.text)") }
            }
        }
    }

    @Test func `what is hidden leaves no number and no empty spot`() throws {
        for chart in gallery(.hidden).charts where !["balance", "weights", "endurance"].contains(chart.id) {
            for variant in Variant.allCases {
                let tree = try ElementTree(chart.drawn(variant))
                #expect(!tree.texts.contains { $0.attributes["data-row"] != nil }, "\(chart.id)")
                let hatched = tree.elements.filter {
                    $0.attributes["class"]?.split(separator: " ").contains("hid") == true
                }
                #expect(hatched.count >= 3, "\(chart.id)")
            }
        }
    }

    @Test func `indicative values are open and dashed in every chart that has them`() throws {
        for chart in gallery(.indicative).charts where !["balance", "weights"].contains(chart.id) {
            let classes = try ElementTree(chart.drawn(.wide)).elements.compactMap { $0.attributes["class"] }
            #expect(
                classes.contains { $0.contains("open") || $0.contains("soft") || $0.contains("dash") }, "\(chart.id)")
        }
    }

    @Test func `a mark stands where its value says`() throws {
        func middles(_ estimate: Double) throws -> [Double] {
            let value = Chart.Value(
                estimate: estimate, lower: 0, upper: 0.5, isIndicative: false, text: "x", range: "")
            let row = Chart.Row(
                label: "A", value: value, reference: 0.25, verdict: .untested, note: "", segment: nil)
            let tree = try ElementTree(ChartGallery().chart("c", .dots([row], .percent)).drawn(.wide))
            let circle = try #require(tree.elements.first { $0.name == "circle" }?.attributes["cx"])
            let rest = try #require(tree.elements.first { $0.attributes["class"] == "rest" }?.attributes["x"])
            return [try #require(Double(circle)), try #require(Double(rest)) + 1.5]
        }
        let quarter = try middles(0.25)
        #expect(abs(quarter[0] - quarter[1]) < 0.11, "the same value, the same place")
        let (low, high) = (try middles(0)[0], try middles(0.5)[0])
        #expect(high > low + 100)
        #expect(abs(quarter[0] - (low + high) / 2) < 0.11, "half-way is half-way")
    }

    @Test func `a trend draws no line over a break and no colour without a test`() throws {
        let trends = try #require(ChartGallery().charts.first { $0.id == "trends" })
        let classes = try ElementTree(trends.drawn(.wide)).elements.compactMap { $0.attributes["class"] }
        #expect(classes.filter { $0.hasPrefix("trend") } == ["trend up", "trend up", "trend even"])
        #expect(classes.filter { $0 == "break" }.count == 2)
    }

    @Test func `an axis has few round ticks and holds every value`() {
        for values in [[0.0], [1.0], [0.004], [0.31, 0.42], [0.97], [-0.31, 0.12], [-0.2, 0.2], [0.2]] {
            let axis = Axis(values, scale: .percent)
            #expect((2...7).contains(axis.ticks.count), "\(values)")
            #expect(values.allSatisfy { $0 >= axis.low - 1e-9 && $0 <= axis.high + 1e-9 }, "\(values)")
            #expect(axis.ticks.contains { abs($0) < 1e-9 }, "\(values)")
        }
        #expect(Axis([0.2], scale: .percent).high < 0.21, "a value on a tick needs no further one")
        #expect(Axis([-0.2, 0.1], scale: .percent).label(-0.1, isLast: false) == "\u{2212}10")
    }
}

struct HostileTextTests {
    static let texts: [String] = [
        "<script>alert(1)</script>", "</text><script>x</script>", "\" onload=\"x", "' onclick='x", "</svg><img src=x>",
        "&lt;b&gt;", "&amp;", "]]>", "<![CDATA[x]]>", "<!-- x -->", "-->", "<?xml version=\"1.0\"?>", "&#60;b&#62;",
        "{{skip}}", "{{{main}}}", "</title><script>", "</desc><a href='javascript:x'>", "javascript:alert(1)",
        "url(#p1)", "a\u{0}b", "a\u{1B}[31mb", "\u{202E}redro", "line\nbreak\ttab", "<style>*{display:none}</style>",
        "\u{FEFF}mark", "<!DOCTYPE x [<!ENTITY e 'x'>]>&e;", "%3Cscript%3E", "\\u003cscript\\u003e",
        String(repeating: "<", count: 80), "<svg/onload=x>"
    ]

    @Test(arguments: texts) func `a text never becomes markup`(_ hostile: String) throws {
        let plain = ChartGallery()
        var attacked = ChartGallery()
        attacked.word = { _ in hostile }
        attacked.areaNames = Array(repeating: hostile, count: 9)
        for (before, after) in zip(plain.charts, attacked.charts) {
            for variant in Variant.allCases {
                let (expected, tree) = (try ElementTree(before.drawn(variant)), try ElementTree(after.drawn(variant)))
                // Lines of text may be more or fewer; what there is stays of the same kinds.
                #expect(
                    tree.names.union(["path", "circle", "text"]) == expected.names.union(["path", "circle", "text"]))
                #expect(tree.attributeNames.isSubset(of: expected.attributeNames), "\(before.id)")
                #expect(tree.ids == expected.ids)
            }
            let file = try ElementTree(standaloneSVG(after, language: .nl))
            #expect(file.names.isDisjoint(with: ["script", "style", "a", "img", "image", "foreignObject"]))
        }
    }

    @Test(arguments: texts) func `a page of hostile texts has the elements of a plain one`(_ hostile: String) throws {
        var attacked = ChartGallery()
        attacked.word = { _ in hostile }
        let page = try HTMLRenderer().text(attacked.report())
        let plain = try HTMLRenderer().text(ChartGallery().report())
        for mark in ["<script", "<style", "<img", "<table", "<svg", "<title", "<desc", "<html", "<a ", "<li", "<h3"] {
            #expect(
                page.components(separatedBy: mark).count == plain.components(separatedBy: mark).count, "\(mark)")
        }
    }
}

struct StandaloneSVGTests {
    @Test func `a drawing on its own is the same bytes each time and needs nothing else`() throws {
        for chart in ChartGallery().charts {
            let bytes = standaloneSVG(chart, language: .en)
            #expect(bytes == standaloneSVG(chart, language: .en))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(
                text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""))
            for word in ["class=", "var(", "<style", "<script", "href", "data-"] {
                #expect(!text.contains(word), "\(word)")
            }
            let tree = try ElementTree(bytes)
            #expect(Set(tree.ids).count == tree.ids.count)
            let root = try #require(tree.elements.first).attributes
            #expect(root["lang"] == "en" && root["xml:lang"] == "en")
            // Each pattern that is used is there.
            for use in text.components(separatedBy: "url(#").dropFirst() {
                #expect(tree.ids.contains(String(use.prefix { $0 != ")" })))
            }
            #expect(tree.texts.contains { $0.name == "text" && chart.title.plain.hasPrefix($0.text) })
        }
    }

    @Test func `the colours of a drawing are the theme's`() throws {
        let accent = try #require(Colour("#7b1fa2"))
        let theme = try Theme(colours: [.accent: accent, .d5: accent, .h4: accent])
        let chart = try #require(ChartGallery().charts.first)
        let standard = String(decoding: standaloneSVG(chart, language: .nl), as: UTF8.self)
        let own = String(decoding: standaloneSVG(chart, language: .nl, theme: theme), as: UTF8.self)
        #expect(own == standard.replacing("#0b5a7a", with: "#7b1fa2"))
        #expect(own != standard)
    }

    /// What a browser would choose for the classes: more classes win, then the later rule.
    @Test func `attributes follow the rules of the page`() {
        let declarations = DrawingStyle.declarations(element: "path", classes: ["band", "dash", "up"])
        let values = Dictionary(uniqueKeysWithValues: declarations)
        #expect(values["stroke"] == "var(--accent)" && values["stroke-width"] == "2.5")
        #expect(values["stroke-dasharray"] == "5 4")
        let text = Dictionary(uniqueKeysWithValues: DrawingStyle.declarations(element: "text", classes: ["sm", "hi"]))
        #expect(text["font-size"] == "13px" && text["fill"] == "var(--accent)" && text["font-weight"] == "700")
    }

    @Test func `every class of a drawing has a rule`() throws {
        let known = Set(
            DrawingStyle.rules.flatMap { $0.selector.split(separator: ".").map(String.init) }
                + ["w", "n", "t", "num", "s0", "even"])
        for shape in ChartGallery.Shape.allCases {
            for chart in gallery(shape).charts {
                let marks = chart.key.flatMap { $0.mark.drawn }
                let tree = try ElementTree(.el("g", [], [chart.drawn(.wide), chart.drawn(.narrow)] + marks))
                for element in tree.elements {
                    for name in (element.attributes["class"] ?? "").split(separator: " ") {
                        #expect(known.contains(String(name)), "\(chart.id): \(name)")
                    }
                }
            }
        }
    }
}

struct TextLinesTests {
    @Test func `lines fit, and lose no letter until they are cut`() {
        var random = FixtureRandom(state: 11)
        for _ in 0..<400 {
            let words = (0..<Int(1 + random.next() * 8)).map { _ in
                String((0..<Int(1 + random.next() * 24)).map { _ in "abWm-il.Éß漢1"[random.next()] })
            }
            let text = words.joined(separator: " ")
            let width = 60 + random.next() * 200
            let lines = TextLines.wrap(text, width: width, maximum: 100)
            for line in lines { #expect(TextWidth.of(line) <= width, "\(line)") }
            let letters = { (text: String) in text.filter { $0 != "-" && !$0.isWhitespace } }
            #expect(letters(lines.joined()) == letters(text))
            let cut = TextLines.wrap(text, width: width, maximum: 2)
            #expect(cut.count <= 2 && (lines.count <= 2 || cut[1].hasSuffix("…")))
            #expect(cut.allSatisfy { TextWidth.of($0) <= width })
        }
    }

    @Test func `a long name breaks at its hyphen`() {
        #expect(TextLines.wrap("Leidschendam-Voorburg", width: 130) == ["Leidschendam-", "Voorburg"])
        #expect(TextLines.wrap("", width: 50) == [""])
        #expect(TextLines.one("Pijnacker-Nootdorp", width: 70).hasSuffix("…"))
    }
}

extension String {
    /// The character at a part of the length, between 0 and 1.
    fileprivate subscript(part: Double) -> Character { Array(self)[min(Int(part * Double(count)), count - 1)] }
}
