import Foundation
import PeilStudy
import Testing

@Suite struct ExplainTests {
    /// Names in capitals that are no classes: variables of the environment.
    private static let others: Set<String> = ["PEIL_BROWSER", "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "NO_COLOR"]

    /// Every class in Sources: literals in SCREAMING_SNAKE, and single words that an error or a warning is made with.
    private static func classes() throws -> Set<String> {
        let sources = Program.root.appendingPathComponent("Sources")
        let snake = try Regex("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\"")
        let made = try Regex(
            "(?:Failure|IngestError|FileWarning|WaveHold|data|configuration|usage|bad)"
                + "\\(\\s*(?:code:\\s*)?\"([A-Z][A-Z0-9_]+)\""
        )
        let ofStore = try Regex("case \\.[a-zA-Z]+: \"([A-Z][A-Z0-9_]{2,})\"")
        var found: Set<String> = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            for expression in [snake, made] + (name.hasSuffix("StoreError.swift") ? [ofStore] : []) {
                for match in text.matches(of: expression) {
                    if let word = match.output[1].substring { found.insert(String(word)) }
                }
            }
        }
        return found.subtracting(others)
    }

    @Test func everyClassIsExplained() throws {
        let classes = try Self.classes()
        #expect(
            classes.count > 250 && classes.isSuperset(of: ["BUSY", "DAMAGED", "RAGGED_SHORT", "USAGE", "SEPARATED"]))
        let explained = Set(Explanations.all.filter { $0.kind == .problem }.map(\.name))
        #expect(classes.subtracting(explained).sorted() == [], "add them to Sources/PeilStudy/Explain")
        #expect(explained.subtracting(classes).sorted() == [], "these are explained and never raised")
    }

    @Test func everyStatisticAndStepIsExplained() throws {
        let methods = Set(Explanations.all.filter { $0.kind == .method }.map(\.name))
        let steps: Set<String> = ["rake", "poststratify", "calibrate", "trim", "nonresponse"]
        #expect(methods.isSuperset(of: PlanItem.Statistic.allCases.map(\.rawValue)))
        #expect(methods.isSuperset(of: steps))
    }

    @Test func everyExplanationIsWholeAndItsPageIsThere() throws {
        for explanation in Explanations.all {
            #expect(explanation.what.hasSuffix(".") && explanation.what.count > 20, "\(explanation.name)")
            #expect(explanation.advice.hasSuffix(".") && !explanation.advice.hasPrefix("> "), "\(explanation.name)")
            #expect((explanation.source != nil) == (explanation.kind == .method), "\(explanation.name)")
            let page = Program.root.appendingPathComponent("Guides/\(explanation.guide).md").path
            #expect(FileManager.default.fileExists(atPath: page), "\(explanation.name): \(page)")
        }
        #expect(Set(Explanations.all.map(\.name)).count == Explanations.all.count)
    }

    @Test(arguments: ["LONELY_PSU", "lonely-psu", "rake", "typing-tool"])
    func aNameIsExplainedWhateverItsSpelling(name: String) throws {
        let answer = try Program.run("explain", name)
        #expect(answer.exitCode == 0 && answer.error.isEmpty)
        #expect(answer.output.contains("Read on: Guides/"))
        #expect(answer.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func anUnknownNameEndsInTheNearest() throws {
        let answer = try Program.run("explain", "RAGED_SHORT")
        #expect(answer.exitCode == 64 && answer.output.isEmpty)
        #expect(answer.error.hasPrefix("error[UNKNOWN_NAME]") && answer.error.contains("'RAGGED_SHORT' or '"))
        #expect(try Program.run("explain", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq").exitCode == 64)
    }

    @Test func theListAndJSONHoldEverything() throws {
        let list = try Program.run("explain").output
        #expect(Explanations.all.allSatisfy { list.contains($0.name) })
        let json = try Program.run("explain", "rake", "--format", "json").json()
        #expect(json["kind"] as? String == "method" && json["guide"] as? String == "Guides/Raking.md")
    }
}
