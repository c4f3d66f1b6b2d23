import PeilTable

extension Table {
    /// A table from plain arrays; nil is an answer that was not given.
    public static func of(
        numbers: KeyValuePairs<String, [Double?]> = [:],
        codes: KeyValuePairs<String, [String?]> = [:]
    ) -> Table {
        var table = Table(rowCount: numbers.first?.value.count ?? codes.first?.value.count ?? 0)
        for (name, values) in numbers { table.set(.numeric(.of(values)), for: Variable(name: name)) }
        for (name, values) in codes { table.set(.categorical(.of(values)), for: Variable(name: name)) }
        return table
    }
}

extension NumericColumn {
    public static func of(_ values: [Double?]) -> NumericColumn {
        NumericColumn(
            values: values.map { $0 ?? 0 },
            reasons: values.map { $0 == nil ? MissingReason.notAnswered.rawValue : 0 })
    }
}

extension CategoricalColumn {
    /// Categories in byte order of their codes.
    public static func of(_ values: [String?]) -> CategoricalColumn {
        var codes: [String] = []
        for value in values.compactMap({ $0 }) where !codes.contains(where: { $0.utf8.elementsEqual(value.utf8) }) {
            codes.append(value)
        }
        codes.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let index = { (code: String) in UInt16(codes.firstIndex { $0.utf8.elementsEqual(code.utf8) }!) }
        return CategoricalColumn(
            categories: codes.map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
            codes: values.map { $0.map(index) ?? 0 },
            reasons: values.map { $0 == nil ? MissingReason.notAnswered.rawValue : 0 })
    }
}
