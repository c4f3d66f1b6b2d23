import ArgumentParser
import PeilStudy

/// What a class of error, a warning or a method means.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what an error, a warning or a method means, what to do, and where to read on.",
        discussion: """
            EXAMPLES:
              peil explain RAGGED_SHORT      the word of error[RAGGED_SHORT]
              peil explain rake              a method, as plans and study files write it
              peil explain                   every name there is
            """)

    @Argument(
        help: ArgumentHelp("A class or a method.", valueName: "name"),
        completion: .list(Explanations.all.map(\.name)))
    var name: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        let messages = common.messages
        messages.running {
            guard let name else { return messages.result(list) }
            let explanation = try Explanations.find(name)
            messages.result(common.format == .json ? json(explanation).text : text(explanation))
        }
    }

    private var list: String {
        if common.format == .json {
            return JSONValue.object([
                ("schema", "peil-explanations-1"), ("explanations", .array(Explanations.all.map(json)))
            ]).text
        }
        func names(_ kind: Explanation.Kind) -> String {
            wrapped(Explanations.all.filter { $0.kind == kind }.map(\.name).sorted().joined(separator: " "), indent: 2)
        }
        return "Methods:\n\(names(.method))\nErrors and warnings:\n\(names(.problem))\n"
    }

    private func text(_ explanation: Explanation) -> String {
        var lines = [explanation.name, wrapped(explanation.what, indent: 2), wrapped(explanation.advice, indent: 2)]
        if let source = explanation.source { lines.append(wrapped("Source: \(source).", indent: 2)) }
        return (lines + ["  Read on: Guides/\(explanation.guide).md"]).joined(separator: "\n") + "\n"
    }

    private func json(_ explanation: Explanation) -> JSONValue {
        .object([
            ("name", .string(explanation.name)), ("kind", .string(explanation.kind.rawValue)),
            ("what", .string(explanation.what)), ("advice", .string(explanation.advice)),
            ("guide", .string("Guides/\(explanation.guide).md")),
            ("source", explanation.source.map(JSONValue.string) ?? .null)
        ])
    }

    /// Lines of at most 80 characters.
    private func wrapped(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 1 > 80 - indent {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).map { String(repeating: " ", count: indent) + $0 }.joined(separator: "\n")
    }
}
