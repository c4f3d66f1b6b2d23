import Foundation

/// An arithmetic expression of estimates: + − * / ^, parentheses, log, exp, sqrt. It is differentiated as it is
/// evaluated (forward mode), so that a contrast needs no formula for its gradient.
public struct SmoothExpression: Sendable {
    private indirect enum Node: Sendable {
        case number(Double)
        case name(String)
        case negated(Node)
        case operation(Character, Node, Node)
        case function(String, Node)
    }

    /// Functions of one argument that an expression may call.
    public static let functions = ["log", "exp", "sqrt"]

    private let root: Node
    /// As it was written.
    public let text: String

    /// Bound of an expression; its parentheses nest no deeper, and neither does the walk over it.
    static let maximumLength = 2000

    public init(_ text: String) throws(ContrastError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw .syntax("it is longer than \(Self.maximumLength) characters", position: Self.maximumLength)
        }
        self.text = text
        var parser = Parser(text)
        root = try parser.sum()
        guard parser.isAtEnd else { throw .syntax("unexpected text", position: parser.position) }
    }

    /// The value and the derivative to each of `names`.
    func evaluate(names: [String], values: [Double]) throws(ContrastError) -> (Double, [Double]) {
        let dual = try Self.evaluate(root, names, values)
        guard dual.value.isFinite, dual.slopes.allSatisfy(\.isFinite) else { throw .notFinite }
        return (dual.value, dual.slopes)
    }

    private struct Dual {
        var value: Double
        var slopes: [Double]
        func mapped(_ value: Double, _ derivative: Double) -> Dual {
            Dual(value: value, slopes: slopes.map { $0 * derivative })
        }
        /// f(a, b) with ∂f/∂a and ∂f/∂b.
        func joined(_ other: Dual, _ value: Double, _ da: Double, _ db: Double) -> Dual {
            Dual(value: value, slopes: zip(slopes, other.slopes).map { $0 * da + $1 * db })
        }
    }

    private static func evaluate(_ node: Node, _ names: [String], _ values: [Double]) throws(ContrastError) -> Dual {
        switch node {
        case .number(let number):
            return Dual(value: number, slopes: names.map { _ in 0 })
        case .name(let name):
            guard let index = names.firstIndex(of: name) else { throw .unknownName(name, known: names) }
            return Dual(value: values[index], slopes: names.indices.map { $0 == index ? 1 : 0 })
        case .negated(let inner):
            let x = try evaluate(inner, names, values)
            return x.mapped(-x.value, -1)
        case .function(let name, let inner):
            let x = try evaluate(inner, names, values)
            switch name {
            case "log": return x.mapped(log(x.value), 1 / x.value)
            case "exp": return x.mapped(exp(x.value), exp(x.value))
            default: return x.mapped(x.value.squareRoot(), 0.5 / x.value.squareRoot())
            }
        case .operation(let sign, let left, let right):
            let a = try evaluate(left, names, values)
            let b = try evaluate(right, names, values)
            switch sign {
            case "+": return a.joined(b, a.value + b.value, 1, 1)
            case "-": return a.joined(b, a.value - b.value, 1, -1)
            case "*": return a.joined(b, a.value * b.value, b.value, a.value)
            case "/": return a.joined(b, a.value / b.value, 1 / b.value, -a.value / (b.value * b.value))
            default:
                let power = pow(a.value, b.value)
                let toBase = b.value * pow(a.value, b.value - 1)
                return a.joined(b, power, toBase, b.slopes.allSatisfy { $0 == 0 } ? 0 : power * log(a.value))
            }
        }
    }

    private struct Parser {
        let characters: [Character]
        var position = 0

        init(_ text: String) { characters = Array(text) }

        var isAtEnd: Bool { !characters[position...].contains { $0 != " " } }

        mutating func sum() throws(ContrastError) -> Node {
            var node = try product()
            while let sign = take("+-") { node = .operation(sign, node, try product()) }
            return node
        }

        mutating func product() throws(ContrastError) -> Node {
            var node = try factor()
            while let sign = take("*/") { node = .operation(sign, node, try factor()) }
            return node
        }

        mutating func factor() throws(ContrastError) -> Node {
            if take("-") != nil { return .negated(try factor()) }
            let base = try atom()
            return take("^") != nil ? .operation("^", base, try factor()) : base
        }

        mutating func atom() throws(ContrastError) -> Node {
            if take("(") != nil {
                let inner = try sum()
                guard take(")") != nil else { throw .syntax("a closing parenthesis is missing", position: position) }
                return inner
            }
            let quoted = take("`") != nil
            let word = takeWhile { quoted ? $0 != "`" : $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
            if quoted { _ = take("`") }
            guard !word.isEmpty else { throw .syntax("a number or name is missing", position: position) }
            if !quoted, let number = Double(word), word.first!.isNumber || word.first == "." { return .number(number) }
            if !quoted, SmoothExpression.functions.contains(word), take("(") != nil {
                let inner = try sum()
                guard take(")") != nil else { throw .syntax("a closing parenthesis is missing", position: position) }
                return .function(word, inner)
            }
            return .name(word)
        }

        private mutating func take(_ wanted: String) -> Character? {
            while position < characters.count, characters[position] == " " { position += 1 }
            guard position < characters.count, wanted.contains(characters[position]) else { return nil }
            position += 1
            return characters[position - 1]
        }

        private mutating func takeWhile(_ matches: (Character) -> Bool) -> String {
            let start = position
            while position < characters.count, matches(characters[position]) { position += 1 }
            return String(characters[start..<position])
        }
    }
}
