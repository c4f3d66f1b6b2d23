import PeilTable

/// What a proposal needs so that a study can run on it before anybody has corrected its guesses.
extension CodebookProposal {
    /// Gives every text in each of `languages`: where the file knows one language only, the same text in the others.
    public mutating func speak(_ languages: [String]) {
        let known = self.languages
        func spread(_ texts: [String: String]) -> [String: String] {
            guard let text = known.lazy.compactMap({ texts[$0] }).first else { return texts }
            return Dictionary(uniqueKeysWithValues: languages.map { ($0, texts[$0] ?? text) })
        }
        for index in variables.indices {
            variables[index].wording = spread(variables[index].wording)
            for place in variables[index].options.indices {
                variables[index].options[place].label = spread(variables[index].options[place].label)
            }
            for place in variables[index].absences.indices {
                variables[index].absences[place].label = spread(variables[index].absences[place].label)
            }
        }
        self.languages = languages
    }

    /// Turns guesses that could refuse records of the very file they were made from into milder ones: columns whose
    /// list of codes is not whole are read as open text, and municipalities under other codes than CBS's as plain codes.
    /// - Returns: ids of the columns that are left out of the analysis by this.
    public mutating func makeRunnable() -> [String] {
        var leftOut: [String] = []
        for index in variables.indices {
            switch variables[index].type {
            case .code where variables[index].hasRareValues:
                variables[index].makeText()
                leftOut.append(variables[index].id)
            case .region where variables[index].options.isEmpty:
                variables[index].makeText()
                leftOut.append(variables[index].id)
            case .region where !variables[index].options.allSatisfy({ $0.code.hasPrefix("GM") }):
                variables[index].type = .code
            default: break
            }
        }
        return leftOut
    }
}

extension ProposedVariable {
    /// Open text, which is dropped when the file is read.
    fileprivate mutating func makeText() {
        checks.append("read as open text for now: give it `type: code` and `labels` for all its values to use it.")
        type = .text
        options = []
        absences = []
    }

    /// A column of weights, because somebody says so.
    public mutating func makeWeight() {
        guard type != .weight else { return }
        self = plain(.weight)
    }

    /// Names of strata or sampling units. Open text would be dropped; a list of codes may stay one.
    public mutating func makeDesignColumn() {
        if type == .text || type == .date || type == .multi { self = plain(.id) }
    }

    /// Codes of areas, where the column has few enough values to be a list.
    /// - Returns: whether it can be one.
    public mutating func makeAreas() -> Bool {
        if type == .region || type == .code { return !options.isEmpty }
        guard !observed.isEmpty, !isPersonal else { return false }
        let codes = observed
        self = plain(.code)
        options = codes.map { .init(code: $0, label: [:]) }
        checks.append("areas, as you said: write their names as labels.")
        return true
    }

    /// The column and its question without what was guessed about its answers.
    private func plain(_ type: VariableType) -> ProposedVariable {
        var result = ProposedVariable(column: column, type: type)
        result.id = id
        result.wording = wording
        result.observed = observed
        return result
    }
}
