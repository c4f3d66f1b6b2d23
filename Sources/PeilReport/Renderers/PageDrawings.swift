/// The drawings of a page in fewer bytes: the same marks and texts in the same places. A chart as a file of its own stays as it
/// was drawn. What changes:
/// - classes that lead to the same look become one short name, the shortest for what occurs most;
/// - places are whole pixels;
/// - rectangles become paths, and neighbours of one look one path, as do all rules between rows;
/// - where all numbers of a group state the same row, the group names it; three texts of one look in turn are a group of it;
/// - a break that text in a drawing cannot make anyway is not forbidden.
struct PageDrawings {
    /// How often each value of `class` occurs in a drawing.
    private var counts: [String: Int] = [:]
    /// Short names by value of `class`, their declarations, and the ids of names and descriptions.
    private var names: [String: String] = [:]
    private var looks: [(name: String, declarations: [String])] = []
    private var labels: [String: String] = [:]
    /// Classes of elements outside drawings, and of the drawings themselves.
    private(set) var pageClasses: Set<String> = []

    /// Classes of parts of drawings.
    var classes: Set<String> { Set(counts.keys.flatMap { $0.split(separator: " ").map(String.init) }) }

    /// Sees what a part of the page uses.
    mutating func note(_ markup: Markup, isInside: Bool = false) {
        switch markup {
        case .text: return
        case .group(let children): for child in children { note(child, isInside: isInside) }
        case .element(let name, let attributes, let children):
            for case ("class", let value) in attributes {
                if isInside {
                    counts[value, default: 0] += 1
                } else {
                    pageClasses.formUnion(value.split(separator: " ").map(String.init))
                }
            }
            for child in children { note(child, isInside: isInside || name == "svg") }
        }
    }

    /// Gives names, once all parts have been seen.
    mutating func nameLooks() {
        var values: [[String]: [String]] = [:]
        var total: [[String]: Int] = [:]
        for (value, count) in counts {
            let look = DrawingStyle.css(classes: Set(value.split(separator: " ").map(String.init)))
            values[look, default: []].append(value)
            total[look, default: 0] += count
        }
        let ordered = total.filter { !$0.key.isEmpty }.sorted { first, second in
            first.value == second.value
                ? first.key.lexicographicallyPrecedes(second.key) : first.value > second.value
        }
        for (index, look) in ordered.enumerated() {
            let name = Self.name(index)
            looks.append((name, look.key))
            for value in values[look.key] ?? [] { names[value] = name }
        }
    }

    /// A, B, … Z, A0, B0, …: no class of the page has a capital.
    private static func name(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
        return index < 26 ? letter : letter + "\(index / 26 - 1)"
    }

    /// The looks as rules of the style sheet: a rule a declaration, because few declarations make many looks. No element has two.
    var css: String {
        var owners: [String: [String]] = [:]
        for look in looks {
            for declaration in look.declarations { owners[declaration, default: []].append("." + look.name) }
        }
        let rules = owners.sorted { $0.key < $1.key }.map { "\($0.value.joined(separator: ",")){\($0.key)}" }
        return "svg{\(DrawingStyle.css(element: "text").joined(separator: ";"))}" + rules.joined()
    }

    /// A part of the page with its drawings made short.
    mutating func short(_ markup: Markup) -> Markup {
        switch markup {
        case .text: return markup
        case .group(let children): return .group(children.map { short($0) })
        case .element("svg", let attributes, let children):
            return .element("svg", attributes.map { labelled($0) }, parts(children))
        case .element(let name, let attributes, let children):
            return .element(name, attributes, children.map { short($0) })
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

    /// Runs of at least three texts of one look, without numbers that state a row, in a group that has the look.
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
            guard case .element("text", let own, _) = part, let first = own.first, first.0 == "class",
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
        if look == names["rr"] { return parts.firstIndex(where: isPath) }
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
            case "class": if let name = names[value] { look = [("class", name)] }
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
        var number: [UInt8] = []
        var isMeasured = false
        func flush() {
            guard !number.isEmpty else { return }
            if let value = Double(String(decoding: number, as: UTF8.self)) {
                result += Array(Draw.px(value.rounded()).utf8)
            }
            number = []
        }
        for byte in text.utf8 {
            let isNumber = (48...57).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            if isNumber, !isMeasured {
                number.append(byte)
                continue
            }
            flush()
            result.append(byte)
            if !isNumber, byte != UInt8(ascii: " ") { isMeasured = (97...122).contains(byte) }
        }
        flush()
        return String(decoding: result, as: UTF8.self)
    }

    /// Without the marks that keep a range on one line.
    private static func breakable(_ markup: Markup) -> Markup? {
        guard case .text(let text) = markup else { return markup }
        guard !text.isEmpty else { return nil }
        return .text(text.replacing("\u{2060}", with: ""))
    }
}
