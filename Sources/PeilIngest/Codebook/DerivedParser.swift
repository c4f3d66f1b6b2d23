import PeilTable
internal import Yams

extension CodebookParser {
    static let forms = [
        "bands", "recode", "mean", "linear", "sum", "count", "any", "all", "at_least", "paste", "constant"
    ]

    /// A derived variable names exactly one form.
    func derived(_ node: Node) throws(IngestError) -> DerivedVariable {
        let fields = try YAMLFields(
            node, file: file, place: "a derived variable",
            known: ["id", "sensitive", "note", "unit"] + Self.forms + codebook.languages)
        let id = try fields.required("id")
        let named = fields.keys.filter { Self.forms.contains($0) }
        guard named.count == 1, let form = fields.node(named[0]) else {
            throw fields.error(
                "'\(id)' must name exactly one form.", remedy: "Use one of \(Self.forms.joined(separator: ", ")).")
        }
        let variable = Variable(
            name: id, wording: try fields.localized(codebook.languages),
            isSensitive: try fields.flag("sensitive") ?? false)
        return DerivedVariable(variable: variable, form: try self.form(named[0], form, id: id), line: fields.line)
    }

    private func form(_ name: String, _ node: Node, id: String) throws(IngestError) -> DerivedVariable.Form {
        let place = "\(name) of '\(id)'"
        func keys(_ known: String...) throws(IngestError) -> YAMLFields {
            try YAMLFields(node, file: file, place: place, known: known)
        }
        switch name {
        case "bands": return try bands(keys("of", "edges", "labels"))
        case "recode": return try recode(keys("of", "to", "otherwise"))
        case "mean": return try mean(keys("of", "low", "high", "reverse", "rescale", "min_answered"))
        case "linear":
            let fields = try keys("of", "times", "plus")
            return .linear(
                of: try fields.required("of"), times: try fields.number("times") ?? 1,
                plus: try fields.number("plus") ?? 0)
        case "sum":
            let fields = try keys("of", "min_answered")
            return .sum(of: try list(fields, "of"), minimumAnswered: try fields.integer("min_answered") ?? 1)
        case "count":
            let fields = try keys("where", "min_answered")
            let conditions = try fields.conditions("where")
            return .count(of: conditions, minimumAnswered: try fields.integer("min_answered") ?? conditions.count)
        case "any", "all", "at_least":
            return try test(name, keys("where", "labels", "count"))
        case "paste":
            let fields = try keys("of", "separator")
            return .paste(of: try list(fields, "of"), separator: try fields.text("separator") ?? "-")
        default:
            let fields = try keys("value")
            guard let value = try fields.number("value") else {
                throw fields.error("\(place) needs 'value'.", remedy: "Add the number.")
            }
            return .constant(value)
        }
    }

    private func list(_ fields: YAMLFields, _ key: String) throws(IngestError) -> [String] {
        let names = try fields.texts(key)
        guard !names.isEmpty else {
            throw fields.error("\(fields.place) needs '\(key)'.", remedy: "List the variables.")
        }
        return names
    }

    private func labels(_ fields: YAMLFields) throws(IngestError) -> [Category] {
        var categories: [Category] = []
        for node in try fields.nodes("labels") { categories.append(try category(node, place: fields.place)) }
        return categories
    }

    private func bands(_ fields: YAMLFields) throws(IngestError) -> DerivedVariable.Form {
        let edges = try fields.numbers("edges")
        let categories = try labels(fields)
        guard !edges.isEmpty, edges.count == categories.count, zip(edges, edges.dropFirst()).allSatisfy(<) else {
            throw fields.error(
                "\(fields.place) needs rising edges and one label for each.", at: "edges",
                remedy: "The first edge opens the first class; the last class has no upper end.")
        }
        return .bands(of: try fields.required("of"), edges: edges, categories: categories)
    }

    private func recode(_ fields: YAMLFields) throws(IngestError) -> DerivedVariable.Form {
        var target: [String: Int] = [:]
        var categories: [Category] = []
        for node in try fields.nodes("to") {
            let entry = try YAMLFields(
                node, file: file, place: fields.place, known: ["code", "from"] + codebook.languages)
            for code in try list(entry, "from") {
                guard target.updateValue(categories.count, forKey: code) == nil else {
                    throw entry.error(
                        "Code \(printable(code)) stands in two classes of \(fields.place).", at: "from",
                        remedy: "Keep it in one.")
                }
            }
            categories.append(try category(node, place: fields.place))
        }
        let word = try fields.text("otherwise") ?? MissingReason.technical.codebookWord
        guard let otherwise = MissingReason(codebookWord: word) else {
            throw fields.error(
                "Unknown kind of absence in \(fields.place).", at: "otherwise",
                remedy: "Use \(MissingReason.allCases.map(\.codebookWord).joined(separator: ", ")).")
        }
        return .recode(of: try fields.required("of"), target: target, categories: categories, otherwise: otherwise)
    }

    private func mean(_ fields: YAMLFields) throws(IngestError) -> DerivedVariable.Form {
        let items = try list(fields, "of")
        let reversed = Set(try fields.texts("reverse"))
        let rescales = try fields.flag("rescale") ?? false
        var treatment = ItemTreatment(low: 0, high: 0, reversed: reversed, rescales: rescales)
        if rescales || !reversed.isEmpty {
            guard let low = try fields.number("low"), let high = try fields.number("high"), low < high else {
                throw fields.error(
                    "\(fields.place) needs 'low' and 'high' to reverse or rescale.",
                    remedy: "Add the ends of the scale.")
            }
            treatment.low = low
            treatment.high = high
        }
        if let stranger = reversed.first(where: { !items.contains($0) }) {
            throw fields.error(
                "\(fields.place) reverses '\(stranger)', which is not among its items.", at: "reverse",
                remedy: "Add it to 'of'.")
        }
        return .mean(of: items, items: treatment, minimumAnswered: try fields.integer("min_answered") ?? 1)
    }

    private func test(_ name: String, _ fields: YAMLFields) throws(IngestError) -> DerivedVariable.Form {
        let conditions = try fields.conditions("where")
        var categories = try labels(fields)
        if categories.isEmpty {
            categories = [
                Category(code: "0", label: LocalizedText(["nl": "nee", "en": "no"])),
                Category(code: "1", label: LocalizedText(["nl": "ja", "en": "yes"]))
            ]
        }
        guard !conditions.isEmpty, categories.count == 2 else {
            throw fields.error(
                "\(fields.place) needs conditions, and two labels if any.",
                remedy: "Add 'where'; the first label is for no, the second for yes.")
        }
        let needed = name == "any" ? 1 : name == "all" ? conditions.count : try fields.integer("count") ?? 0
        guard needed >= 1, needed <= conditions.count else {
            throw fields.error(
                "\(fields.place) needs 'count' between 1 and the number of conditions.", remedy: "Add 'count'.")
        }
        return .test(of: conditions, needed: needed, categories: categories)
    }
}
