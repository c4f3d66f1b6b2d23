import Foundation

/// A text of a page that states rows: those that the nearest element around it names (`data-row`). The heading of a table's row is a
/// label, whatever its row states.
public struct PageNumber: Sendable {
    public enum Place: Sendable { case prose, drawing, cell }
    public let text: String
    public let rows: [String]
    public let place: Place
}

private struct OpenElement {
    let name: Substring
    let rows: [String]?
}

/// All texts of a page that state rows, in their order. It reads what these pages are made of: cells, rows and items may lack their end.
public func pageNumbers(_ html: String) -> [PageNumber] {
    let ends: [Substring: Set<Substring>] = [
        "td": ["td", "th"], "th": ["td", "th"], "tr": ["td", "th", "tr"], "tbody": ["td", "th", "tr", "thead"]
    ]
    let void: Set<Substring> = ["meta", "link", "br", "hr", "img"]
    var open: [OpenElement] = []
    var found: [PageNumber] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
        let text = rest[..<start]
        if let number = stated(text, in: open) { found.append(number) }
        guard let end = rest[start...].firstIndex(of: ">") else { break }
        let tag = rest[rest.index(after: start)..<end]
        rest = rest[rest.index(after: end)...]
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" || $0 == "/" && tag.first == "/" }
        if name.hasPrefix("!") || void.contains(name) || tag.hasSuffix("/") { continue }
        if name == "style" || name == "script" {
            rest = rest.range(of: "</\(name)>").map { rest[$0.upperBound...] } ?? ""
        } else if name.hasPrefix("/") {
            if let place = open.lastIndex(where: { $0.name == name.dropFirst() }) { open.removeSubrange(place...) }
        } else {
            while let last = open.last, ends[name]?.contains(last.name) == true { open.removeLast() }
            let named = tag.range(of: "data-row=").map { value in
                let rest = tag[value.upperBound...]
                return rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != " " }
            }
            let rows = named?.split(separator: " ").map { plain(String($0)) }
            open.append(OpenElement(name: name, rows: rows))
        }
    }
    return found
}

private func stated(_ text: Substring, in open: [OpenElement]) -> PageNumber? {
    guard !text.allSatisfy(\.isWhitespace) else { return nil }
    guard let nearest = open.last(where: { $0.rows != nil || $0.name == "th" }), let rows = nearest.rows else {
        return nil
    }
    let place: PageNumber.Place =
        open.contains { $0.name == "svg" } ? .drawing : open.contains { $0.name == "table" } ? .cell : .prose
    return PageNumber(text: plain(String(text)), rows: rows, place: place)
}

private func plain(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"), ("\u{2060}", "")]
        .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
}
