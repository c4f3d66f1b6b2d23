import PeilTable

/// Several answers in one cell, and blocks of one column per option.
struct MultipleResponseDecoder {
    let decoder: ColumnDecoder
    static let ticked = [
        Category(code: "0", label: LocalizedText(["nl": "niet aangekruist", "en": "not ticked"])),
        Category(code: "1", label: LocalizedText(["nl": "aangekruist", "en": "ticked"]))
    ]

    /// One 0/1 column per option and the number of options ticked. An empty cell is absent.
    func columns(_ notes: inout DecodingNotes) -> [(variable: Variable, column: Column)] {
        let variable = decoder.variable
        var options = variable.categories.map { _ in CategoryBuilder(count: decoder.rowCount) }
        var counts = NumberBuilder(count: decoder.rowCount)
        var indexOfCode: [[UInt8]: Int] = [:]
        for (index, category) in variable.categories.enumerated() { indexOfCode[Array(category.code.utf8)] = index }
        for row in 0..<decoder.rowCount {
            decoder.source.withCell(row) { bytes, place in
                let inner = CellSource.trimmed(bytes, place)
                if let reason = decoder.source.reason(bytes, inner) {
                    for index in options.indices { options[index].miss(row, reason) }
                    counts.miss(row, reason)
                    return
                }
                let parts = CellSource.copy(bytes, inner).split(
                    separator: variable.separator, omittingEmptySubsequences: false
                ).map(Self.trimmed)
                var chosen = Set<Int>()
                var isUntidy = false
                for part in parts {
                    if part.isEmpty {
                        isUntidy = true
                        continue
                    }
                    guard let index = indexOfCode[part] else {
                        notes.trouble(
                            row, "OUT_OF_CODEBOOK", variable.column, "an option that the codebook does not list")
                        return
                    }
                    if !chosen.insert(index).inserted { isUntidy = true }
                }
                if isUntidy {
                    notes.warn(
                        "MULTI_NORMALISED", column: variable.column, line: decoder.line(row),
                        "empty or repeated options were taken out")
                }
                for index in chosen { options[index].set(row, 1) }
                counts.set(row, Double(chosen.count))
            }
        }
        return named(options, counts)
    }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> [UInt8] {
        var part = part
        while let first = part.first, Ascii.isSpace(first) { part.removeFirst() }
        while let last = part.last, Ascii.isSpace(last) { part.removeLast() }
        return Array(part)
    }

    private func named(_ options: [CategoryBuilder], _ counts: NumberBuilder) -> [(variable: Variable, column: Column)]
    {
        let variable = decoder.variable
        var result = zip(variable.categories, options).map { category, builder in
            var wording = variable.wording
            for (language, text) in wording.byLanguage {
                wording.byLanguage[language] = text + " - " + (category.label.text(in: language) ?? category.code)
            }
            return (
                variable: Variable(
                    name: "\(variable.id)_\(category.code)", wording: wording, isSensitive: variable.isSensitive),
                column: builder.column(Self.ticked)
            )
        }
        result.append(
            (
                Variable(name: "\(variable.id)_count", wording: variable.wording, isSensitive: variable.isSensitive),
                counts.column
            ))
        return result
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
