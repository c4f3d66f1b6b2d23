package import Yams

/// What is wrong with a YAML file before anybody asks what it means.
package struct YAMLTrouble: Error, Sendable, Equatable {
    /// NOT_YAML, TOO_LARGE, TOO_DEEP, YAML_REFUSED or DUPLICATE_KEY.
    package let code: String
    package let message: String
    package let line: Int?
    package let column: Int?
    package let remedy: String
}

/// Reads the YAML of studies, codebooks and plans, and refuses what such a file never needs and a hostile one uses:
/// megabytes, deep nesting, aliases that multiply, tags, keys given twice. All of it in time that grows with the
/// size of the text alone.
package enum YAMLDocument {
    package static let maximumBytes = 1 << 20
    /// Collections inside collections.
    static let maximumDepth = 32
    /// Values, those that an alias repeats counted each time.
    static let maximumValues = 100_000

    /// Nil for a file that holds nothing.
    package static func compose(_ text: String) throws(YAMLTrouble) -> Node? {
        try refuseBulk(text)
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch { throw trouble(error, in: text) }
        if let node {
            var walk = Walk()
            try walk.visit(node, depth: 0)
        }
        return node
    }

    /// What has to be known before the text is parsed: composing compares keys, and a key that is made of aliases
    /// of aliases takes forever.
    private static func refuseBulk(_ text: String) throws(YAMLTrouble) {
        guard text.utf8.count <= maximumBytes else {
            throw YAMLTrouble(
                code: "TOO_LARGE", message: "The file is larger than \(maximumBytes >> 20) MiB", line: nil, column: nil,
                remedy: "split it, or name the right file")
        }
        let shape = YAMLShape(text)
        guard shape.separatorCount <= maximumValues else { throw tooManyValues(nil) }
        if let line = shape.keyOfAliasesLine {
            throw YAMLTrouble(
                code: "YAML_REFUSED", message: "An alias or a list stands as a key in a file with aliases", line: line,
                column: nil, remedy: "write keys as plain text")
        }
    }

    fileprivate static func tooManyValues(_ mark: Mark?) -> YAMLTrouble {
        YAMLTrouble(
            code: "TOO_LARGE", message: "The file holds more than \(maximumValues) values, aliases counted each time",
            line: mark?.line, column: mark?.column, remedy: "split it, and write aliases out")
    }

    private static func trouble(_ error: any Error, in text: String) -> YAMLTrouble {
        func notYAML(_ line: Int?) -> YAMLTrouble {
            YAMLTrouble(
                code: "NOT_YAML", message: "The file is neither YAML nor JSON", line: line, column: nil,
                remedy: "check indentation and quotes at that line, or name the right file")
        }
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            return notYAML(mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            return twice(keys.first ?? "", context.mark)
        case .reader(_, let offset?, _, _):
            return notYAML(1 + text.prefix(offset).utf8.count { $0 == Ascii.lineFeed })
        default: return notYAML(nil)
        }
    }

    fileprivate static func twice(_ key: String, _ mark: Mark?) -> YAMLTrouble {
        YAMLTrouble(
            code: "DUPLICATE_KEY", message: "'\(printable(key))' is given twice", line: mark?.line,
            column: mark?.column, remedy: "keep one of them")
    }

    /// Counts what the file holds, and looks at each value once.
    private struct Walk {
        private var count = 0

        mutating func visit(_ node: Node, depth: Int) throws(YAMLTrouble) {
            count += 1
            guard count <= YAMLDocument.maximumValues else { throw YAMLDocument.tooManyValues(node.mark) }
            switch node {
            case .scalar(let scalar): try refuse(scalar.tag, scalar.mark)
            case .sequence(let sequence):
                try enter(depth, sequence.tag, sequence.mark)
                for element in sequence { try visit(element, depth: depth + 1) }
            case .mapping(let mapping):
                try enter(depth, mapping.tag, mapping.mark)
                var names = Set<String>()
                for (key, value) in mapping {
                    guard let name = key.scalar?.string else {
                        throw YAMLTrouble(
                            code: "YAML_REFUSED", message: "A list or a mapping stands as a key", line: key.mark?.line,
                            column: key.mark?.column, remedy: "write keys as plain text")
                    }
                    guard names.insert(name).inserted else { throw YAMLDocument.twice(name, key.mark) }
                    count += 1
                    try visit(value, depth: depth + 1)
                }
            case .alias: break
            }
        }

        private func enter(_ depth: Int, _ tag: Tag, _ mark: Mark?) throws(YAMLTrouble) {
            guard depth < YAMLDocument.maximumDepth else {
                throw YAMLTrouble(
                    code: "TOO_DEEP", message: "Lists stand in lists more than \(YAMLDocument.maximumDepth) deep",
                    line: mark?.line, column: mark?.column, remedy: "no key needs that many levels")
            }
            try refuse(tag, mark)
        }

        /// A quoted text bears the tag of texts.
        private func refuse(_ tag: Tag, _ mark: Mark?) throws(YAMLTrouble) {
            let name = tag.description
            guard name.isEmpty || name == Tag.Name.str.rawValue else {
                throw YAMLTrouble(
                    code: "YAML_REFUSED", message: "A tag (!\u{2026}) stands in front of a value", line: mark?.line,
                    column: mark?.column, remedy: "leave the tag out, or put the text between quotes")
            }
        }
    }
}
