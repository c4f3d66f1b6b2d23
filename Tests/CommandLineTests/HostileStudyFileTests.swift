import Foundation
import Testing

/// Study files that mean harm: refused with class and exit code before anything is written, and at once.
@Suite struct HostileStudyFileTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let errorClass: String
        /// What the file holds.
        let text: @Sendable () -> String
        var testDescription: String { name }
    }

    private static let laughs =
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + (1...9).map { level in
            "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ","))]\n"
        }.joined()

    static let cases = [
        Case(name: "aliases of aliases", errorClass: "TOO_LARGE") { laughs },
        Case(name: "aliases of aliases as a key", errorClass: "YAML_REFUSED") { laughs + "? *a9\n: x\n" },
        Case(name: "lists without end", errorClass: "TOO_LARGE") { String(repeating: "[", count: 500_000) },
        Case(name: "lists forty deep", errorClass: "TOO_DEEP") {
            "study: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        },
        Case(name: "two megabytes", errorClass: "TOO_LARGE") {
            "study: '" + String(repeating: "x", count: 2 << 20) + "'"
        },
        Case(name: "a million quotes", errorClass: "NOT_YAML") { "study: " + String(repeating: "'", count: 1_000_001) },
        Case(name: "a tag", errorClass: "YAML_REFUSED") { "study: !!python/object:os.system x\n" },
        Case(name: "unknown key", errorClass: "UNKNOWN_KEY") { "study: x\nsutdy: y\n" },
        Case(name: "absolute path", errorClass: "WRONG_VALUE") { "study: x\nlanguage: nl\ncodebook: /etc/passwd\n" },
        Case(name: "path to the folder above", errorClass: "WRONG_VALUE") {
            "study: x\nlanguage: nl\ncodebook: a/../../codebook.yaml\n"
        },
        Case(name: "link out of the folder", errorClass: "WRONG_VALUE") {
            "study: x\nlanguage: nl\ncodebook: link.yaml\n"
        }
    ]

    /// The best of five runs takes less than a tenth of a second of processor time, the start of the program included.
    @Test(arguments: cases) func isRefusedAtOnce(_ example: Case) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.yaml"),
            withDestinationPath: Program.root.appendingPathComponent("Data/haaglanden/codebook.yaml").path)
        try folder.write(example.text(), to: "study.yaml")
        let before = try folder.tree()
        var best = Double.infinity
        for _ in 0..<5 {
            // Processor time of this one process: other tests run beside it.
            let answer = try Program.start(
                "/bin/bash",
                ["-c", "TIMEFORMAT='%U %S'; time \"$0\" run \"$1\"", Program.path, folder.path("study.yaml")])
            let lines = answer.error.split(separator: "\n")
            let spent = try #require(lines.last).split(separator: " ").compactMap { Double($0) }
            try #require(spent.count == 2, "\(answer.error)")
            best = min(best, spent[0] + spent[1])
            #expect(
                answer.exitCode == 78 && answer.error.hasPrefix("error[\(example.errorClass)]: "), "\(answer.error)")
            #expect(answer.error.contains("study.yaml") && answer.output.isEmpty)
        }
        #expect(try folder.tree() == before)
        #expect(best < 0.1, "\(best) seconds")
    }
}
