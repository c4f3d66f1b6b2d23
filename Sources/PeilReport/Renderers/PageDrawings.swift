/// The drawings of a page in fewer bytes: the same marks and texts in the same places. A chart as a file of its own stays as it
/// was drawn. What changes:
/// - classes that lead to the same look become one short name;
/// - places are whole pixels;
/// - rectangles become paths, and neighbours of one look one path, as do all rules between rows;
/// - where all numbers of a group state the same row, the group names it; the numbers along an axis are a group of one look;
/// - a break that text in a drawing cannot make anyway is not forbidden.
struct PageDrawings {
    /// Values of `class` that occur most: looks with a name of one letter.
    static let frequent = [
        "sm m", "b", "e plate", "plate", "rest", "even", "band even", "sm m plate", "sm c", "sm c inv", "b plate",
        "d1 seam", "d2 seam", "d3 seam", "d4 seam", "d5 seam", "bar", "hid", "sm c m", "g", "g0", "up", "band up", "wk",
        "halo", "rr"
    ]
    private static let start: PageDrawings = {
        var drawings = PageDrawings()
        for value in frequent { _ = drawings.name(of: value) }
        return drawings
    }()

    /// Short names by value of `class` and by look, and the ids of names and descriptions.
    private var names: [String: String?] = [:]
    private var nameOfLook: [[String]: String] = [:]
    private var labels: [String: String] = [:]
    /// Values of `class` of parts of drawings.
    private(set) var seen: Set<String> = []
    /// Classes of elements outside drawings, and of the drawings themselves.
    private(set) var pageClasses: Set<String> = []

    /// Nothing of a page seen yet.
    static func ofPage() -> PageDrawings { start }

    /// Classes of parts of drawings.
    var classes: Set<String> { Set(seen.flatMap { $0.split(separator: " ").map(String.init) }) }

    /// The name of a look, or nil for classes that change nothing.
    private mutating func name(of value: String) -> String? {
        if let known = names[value] { return known }
        let look = DrawingStyle.css(classes: Set(value.split(separator: " ").map(String.init)))
        let name = look.isEmpty ? nil : nameOfLook[look] ?? Self.name(nameOfLook.count)
        names[value] = .some(name)
        if let name { nameOfLook[look] = name }
        return name
    }

    /// A, B, … Z, A0, B0, …: no class of the page has a capital.
    private static func name(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
        return index < 26 ? letter : letter + "\(index / 26 - 1)"
    }

    /// The looks as rules of the style sheet: a rule a declaration, because few declarations make many looks. No element has two.
    var css: String {
        let used = Set(seen.compactMap { names[$0] ?? nil })
        var owners: [String: [String]] = [:]
        for (look, name) in nameOfLook where used.contains(name) {
            for declaration in look { owners[declaration, default: []].append("." + name) }
        }
        let rules = owners.sorted { $0.key < $1.key }.map { "\($0.value.sorted().joined(separator: ",")){\($0.key)}" }
        return "svg{\(DrawingStyle.css(element: "text").joined(separator: ";"))}" + rules.joined()
    }

    /// Appends a part of the page with its drawings made short.
    mutating func write(_ markup: Markup, to output: inout [UInt8]) {
        switch markup {
        case .text: markup.write(to: &output, as: .html)
        case .group(let children): for child in children { write(child, to: &output) }
        case .each(let count, let make): for place in 0..<count { write(make(place), to: &output) }
        case .element(let name, let attributes, let children):
            for case ("class", let value) in attributes {
                pageClasses.formUnion(value.split(separator: " ").map(String.init))
            }
            if name == "svg" {
                let short = Markup.element(name, attributes.map { labelled($0) }, parts(children))
                return short.write(to: &output, as: .html)
            }
            guard Markup.open(name, attributes, isEmpty: children.isEmpty, as: .html, &output) else { return }
            for child in children { write(child, to: &output) }
            Markup.close(name, as: .html, &output)
        }
    }

    private mutating func labelled(_ attribute: (String, String)) -> (String, String) {
        guard attribute.0 == "aria-labelledby" else { return attribute }
        return (attribute.0, attribute.1.split(separator: " ").map { label(String($0)) }.joined(separator: " "))
    }

    /// With a full stop, which no id of a section or chart has.
    private mutating func label(_ id: String) -> String {
        if let known = labels[id] { return known }
        labels[id] = "i.\(labels.count)"
        return labels[id] ?? id
    }

    private mutating func parts(_ children: [Markup]) -> [Markup] {
        var result: [Markup] = []
        for child in children {
            if case .group(let inner) = child {
                for part in parts(inner) { append(part, to: &result) }
            } else if let part = part(child) {
                append(part, to: &result)
            }
        }
        return Self.together(result)
    }

    /// Runs of at least three numbers of one look that state no row, as along an axis, in a group that has the look.
    private static func together(_ parts: [Markup]) -> [Markup] {
        var result: [Markup] = []
        var run: [Markup] = []
        var look = ""
        func close() {
            if run.count < 3 {
                result += run
            } else {
                let plain = run.map { text -> Markup in
                    guard case .element(_, let own, let children) = text else { return text }
                    return .element("text", own.filter { $0.0 != "class" }, children)
                }
                result.append(.el("g", class: look, plain))
            }
            run = []
        }
        for part in parts {
            guard case .element("text", let own, let texts) = part, let first = own.first, first.0 == "class",
                case .text(let text)? = texts.first, text.utf8.allSatisfy({ $0 < 65 || $0 > 127 }),
                !own.contains(where: { $0.0 == "data-row" })
            else {
                close()
                result.append(part)
                continue
            }
            if first.1 != look { close() }
            look = first.1
            run.append(part)
        }
        close()
        return result
    }

    /// A path continues the one before it where both look the same, a rule between rows any other.
    private func append(_ part: Markup, to result: inout [Markup]) {
        if case .element("path", let own, _) = part, own.count == 2, own[0].0 == "class",
            let place = place(of: own[0].1, in: result), case .element(_, let before, _) = result[place]
        {
            result[place] = .el("path", [own[0], ("d", before[1].1 + own[1].1)])
        } else {
            result.append(part)
        }
    }

    /// Where a path is that one of this look may continue.
    private func place(of look: String, in parts: [Markup]) -> Int? {
        func isPath(_ part: Markup) -> Bool {
            guard case .element("path", let own, _) = part else { return false }
            return own.count == 2 && own[0] == ("class", look)
        }
        // Nothing lies over the rules between rows.
        if names["rr"] == look { return parts.firstIndex(where: isPath) }
        return parts.last.map(isPath) == true ? parts.count - 1 : nil
    }

    /// A group whose numbers all state one row names that row in their place.
    private static func named(_ group: [Markup]) -> (row: String, parts: [Markup])? {
        var rows: Set<String> = []
        var parts: [Markup] = []
        for part in group {
            guard case .element("text", let attributes, let children) = part else {
                parts.append(part)
                continue
            }
            rows.formUnion(attributes.filter { $0.0 == "data-row" }.map(\.1))
            let isNumber = attributes.contains { $0.0 == "data-row" }
            var inner: [Markup] = []
            for child in children {
                switch child {
                case .element("tspan", let own, let text) where own.count == 1 && own[0].0 == "data-row":
                    rows.insert(own[0].1)
                    inner += text
                case .text(let text) where isNumber || !text.contains(where: \.isNumber): inner.append(child)
                default: return nil
                }
            }
            parts.append(.element("text", attributes.filter { $0.0 != "data-row" }, inner))
        }
        guard rows.count == 1, let row = rows.first else { return nil }
        return (row, parts)
    }

    private mutating func part(_ markup: Markup) -> Markup? {
        guard case .element(let name, let attributes, let children) = markup else { return Self.breakable(markup) }
        var look: [(String, String)] = []
        var own: [(String, String)] = []
        for (key, value) in attributes {
            switch key {
            case "class":
                seen.insert(value)
                if let name = self.name(of: value) { look = [("class", name)] }
            case "id" where name == "title" || name == "desc": own.append((key, label(value)))
            // Where a text starts without it.
            case "x" where name == "text" && value == "0": continue
            case "x", "y", "cx", "cy": own.append((key, name == "rect" ? value : Self.whole(value)))
            // The borders of areas turn within a pixel.
            case "d": own.append((key, attributes.contains { $0.0 == "fill-rule" } ? value : Self.whole(value)))
            default: own.append((key, value))
            }
        }
        let inner = name == "desc" || name == "title" ? children : parts(children)
        if name == "text", inner.isEmpty { return nil }
        if name == "rect", own.map(\.0) == ["x", "y", "width", "height"] {
            return .el("path", look + [("d", Self.box(own.compactMap { Double($0.1) }))])
        }
        if name == "g", let (row, parts) = Self.named(inner) { return .el("g", own + [("data-row", row)], parts) }
        return .element(name, look + own, inner)
    }

    /// The outline of x, y, width and height: neighbours share an edge.
    private static func box(_ sides: [Double]) -> String {
        let (left, top) = (sides[0].rounded(), sides[1].rounded())
        let (width, height) = ((sides[0] + sides[2]).rounded() - left, (sides[1] + sides[3]).rounded() - top)
        return "M\(Draw.px(left)) \(Draw.px(top))h\(Draw.px(width))v\(Draw.px(height))h\(Draw.px(-width))z"
    }

    /// Places with one decimal, as drawings have them, without it; what is measured from the point before (h, v, l) keeps it.
    static func whole(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        let point = UInt8(ascii: ".")
        var isMeasured = false
        var bytes = text.utf8.makeIterator()
        // Where the digits of a place begin.
        var start = 0
        while let byte = bytes.next() {
            let isDigit = (48...57).contains(byte)
            if byte == point, !isMeasured {
                if let decimal = bytes.next(), decimal >= UInt8(ascii: "5") { addOne(to: &result, from: start) }
                continue
            }
            result.append(byte)
            if isDigit { continue }
            start = result.count
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: "-"), byte != point {
                isMeasured = (97...122).contains(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The next whole number, further from zero.
    private static func addOne(to digits: inout [UInt8], from start: Int) {
        var at = digits.count - 1
        while at >= start, digits[at] == UInt8(ascii: "9") {
            digits[at] = UInt8(ascii: "0")
            at -= 1
        }
        if at >= start { digits[at] += 1 } else { digits.insert(UInt8(ascii: "1"), at: start) }
    }

    /// Without the marks that keep a range on one line.
    private static func breakable(_ markup: Markup) -> Markup? {
        guard case .text(let text) = markup else { return markup }
        guard !text.isEmpty else { return nil }
        // The second byte of that mark: few other texts are looked through.
        guard text.utf8.contains(0x81) else { return markup }
        return .text(text.unicodeScalars.filter { $0 != "\u{2060}" }.reduce(into: "") { $0.unicodeScalars.append($1) })
    }
}
