import ArgumentParser
import Foundation
import PeilStudy
import PeilTable

/// The command that the first words name, as far as they name one.
struct CommandPath {
    /// The words from `peil` on, for messages.
    let words: [String]
    let command: any ParsableCommand.Type
    /// A word that stands where a command should, and names none.
    let unknown: String?

    init(_ arguments: [String]) {
        var words = ["peil"]
        var command: any ParsableCommand.Type = Peil.self
        var rest = arguments[...]
        if rest.first == "help" { rest = rest.dropFirst() }
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: { $0._commandName == word })
        {
            words.append(word)
            command = next
            rest = rest.dropFirst()
        }
        self.words = words
        self.command = command
        let isGroup = !command.configuration.subcommands.isEmpty
        unknown = rest.first.flatMap { isGroup && !$0.hasPrefix("-") && $0 != "help" ? $0 : nil }
    }

    var text: String { words.joined(separator: " ") }
    var subcommands: [String] { command.configuration.subcommands.map { $0._commandName } }

    /// Every option of the command as its help names them.
    var options: [String] {
        let help = Peil.helpMessage(for: command, includeHidden: true, columns: 200)
        return help.matches(of: /(?m)^  (?:-\w, )?(--[a-z][a-z-]*)/).map { String($0.1) }
    }

    /// The first example of the command's help.
    var example: String? {
        command.configuration.discussion.split(separator: "\n").lazy
            .compactMap { $0.firstMatch(of: /^ *(peil \S.*?)(?:   .*)?$/).map { String($0.1) } }.first
    }
}

/// The parser's sentences, turned into one sentence and what to type instead.
struct UsageAdvice {
    let path: CommandPath

    /// - Parameter sentence: what the parser, or a command's own validation, said.
    func failure(_ sentence: String) -> Failure {
        let flat = sentence.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: " ")
        let (message, remedy) = unknownOption(flat) ?? missing(flat) ?? wrongValue(flat) ?? (flat, help)
        return Failure("USAGE", message, remedy: remedy, exitCode: ExitStatus.usage)
    }

    private var help: String { "see '\(path.text) --help'" }

    private func unknownOption(_ sentence: String) -> (String, String)? {
        guard let match = sentence.firstMatch(of: /^Unknown option '(-[^']*)'/) else { return nil }
        let word = String(match.1)
        let options = path.options
        let longer = options.filter { word.count > 3 && $0.hasPrefix(word) }.min()
        let near = longer ?? nearestName(to: word, among: options)
        return ("'\(path.text)' has no option '\(word)'", near.map { "did you mean '\($0)'?" } ?? help)
    }

    private func missing(_ sentence: String) -> (String, String)? {
        if let match = sentence.firstMatch(of: /^Missing value for '(-[^ ']*)[^']*'/) {
            return ("\(match.1) needs a value after it", help)
        }
        guard let match = sentence.firstMatch(of: /^Missing expected argument '([^']*)'/) else { return nil }
        return ("'\(path.text)' needs \(match.1)", path.example.map { "for example: \($0)" } ?? help)
    }

    private func wrongValue(_ sentence: String) -> (String, String)? {
        guard
            let match = sentence.firstMatch(
                of: /^The value '(.*?)' is invalid for '(?:(--[a-z-]+) )?<?(.*?)>?'\.?(.*)$/)
        else { return nil }
        let (word, option) = (String(match.1), match.2.map(String.init) ?? String(match.3))
        let choices = match.4.matches(of: /'([^']+)'|- (\S+)/).map { String($0.1 ?? $0.2 ?? "") }
        guard !choices.isEmpty else {
            return ("'\(word)' is no value for \(option)", "it takes a number, for example: \(option) 2")
        }
        let remedy =
            nearestName(to: word, among: choices).map { "did you mean '\($0)'?" }
            ?? "choose one of \(choices.joined(separator: ", "))"
        return ("'\(word)' is no value for \(option)", remedy)
    }
}
