import PeilTable

/// Several answers in one cell, and blocks of one column per option.
enum MultipleResponseDecoder {
    static let ticked = [
        Category(code: "0", label: LocalizedText(["nl": "niet aangekruist", "en": "not ticked"])),
        Category(code: "1", label: LocalizedText(["nl": "aangekruist", "en": "ticked"]))
    ]

    /// One 0/1 variable per option, and the number of options ticked.
    static func variables(_ variable: CodebookVariable) -> (options: [Variable], count: Variable) {
        let options = variable.categories.map { category in
            var wording = variable.wording
            for (language, text) in wording.byLanguage {
                wording.byLanguage[language] = text + " - " + (category.label.text(in: language) ?? category.code)
            }
            return Variable(
                name: "\(variable.id)_\(category.code)", wording: wording, isSensitive: variable.isSensitive)
        }
        return (
            options,
            Variable(name: "\(variable.id)_count", wording: variable.wording, isSensitive: variable.isSensitive)
        )
    }

    /// A block whose cells are all empty was not shown to this respondent: not asked. Where exports
    /// write ticks only, an empty cell beside a ticked one is an option that was shown and left.
    static func settleBlocks(_ codebook: Codebook, _ table: inout Table) throws(TableError) {
        var blocks: [String: [CodebookVariable]] = [:]
        for variable in codebook.variables {
            if let group = variable.group, table.has(variable.id) { blocks[group, default: []].append(variable) }
        }
        for name in blocks.keys.sorted() {
            let members = blocks[name] ?? []
            var columns: [CategoricalColumn] = []
            for member in members {
                guard case .categorical(let column) = try table.column(member.id) else { continue }
                columns.append(column)
            }
            guard columns.count == members.count else { continue }
            settle(&columns, emptyMeansUnticked: members.contains { $0.emptyMeansUnticked })
            for (member, column) in zip(members, columns) { table.set(.categorical(column), for: member.tableVariable) }
        }
    }

    private static func settle(_ columns: inout [CategoricalColumn], emptyMeansUnticked: Bool) {
        guard let rowCount = columns.first?.count else { return }
        let silent = MissingReason.notAnswered.rawValue
        for row in 0..<rowCount {
            let allSilent = columns.allSatisfy { $0.reason(row) == .notAnswered }
            for index in columns.indices where columns[index].reason(row) == .notAnswered {
                if allSilent { columns[index].reasons[row] = MissingReason.notAsked.rawValue }
                guard !allSilent, emptyMeansUnticked, columns[index].reasons[row] == silent,
                    let zero = columns[index].categories.firstIndex(where: { $0.code == "0" })
                else { continue }
                columns[index].reasons[row] = 0
                columns[index].codes[row] = UInt16(zero)
            }
        }
    }
}
