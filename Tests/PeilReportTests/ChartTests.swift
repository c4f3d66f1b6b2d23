import Foundation
import FoundationXML
import Testing

@testable import PeilReport

/// Reads well-formed markup into names, attributes and texts; throws where it is not well-formed.
final class ElementTree: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var texts: [String] = []

    init(_ xml: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = self
        guard parser.parse() else { throw CocoaError(.fileReadCorruptFile) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters text: String) { texts.append(text) }

    var names: [String] { elements.map(\.name) }
}

struct ChartTests {
    @Test func `the gallery is written for eyes`() throws {
        guard let folder = ProcessInfo.processInfo.environment["PEIL_REPORT_OUT"] else { return }
        var many = ChartGallery()
        many.areaNames = (0..<40).map { "Gemeente met een lange naam \($0)" }
        var single = ChartGallery()
        single.areaNames = ["Enig"]
        var pages: [(String, ChartGallery)] = [("ordinary", ChartGallery()), ("many", many), ("single", single)]
        for shape in ChartGallery.Shape.allCases.dropFirst() {
            var gallery = ChartGallery()
            gallery.shape = shape
            pages.append(("\(shape)", gallery))
        }
        var long = ChartGallery()
        long.word = { $0.count > 3 ? "\($0) en een toevoeging van veel meer tekens dan past" : $0 }
        pages.append(("long", long))
        for (name, gallery) in pages {
            let page = try HTMLRenderer().page(gallery.report())
            try page.write(toFile: "\(folder)/gallery-\(name).html", atomically: true, encoding: .utf8)
        }
        for chart in ChartGallery().charts {
            try Data(standaloneSVG(chart, language: .nl)).write(to: URL(filePath: "\(folder)/chart-\(chart.id).svg"))
        }
    }
}
