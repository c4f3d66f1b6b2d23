import Foundation
import Testing

/// The sample study's files come from its seeds. The optimised program draws them, because a debug build takes
/// minutes for the whole population.
struct SimulateTests {
    @Test("Simulating the sample study again gives the committed bytes")
    func committedBytes() throws {
        let folder = try TemporaryFolder()
        let study = Program.root.appendingPathComponent("Data/haaglanden")
        let answer = try Program.run("simulate", study.path, "--out", folder.path("again"))
        #expect(answer.exitCode == 0, "\(answer.error)")
        for name in ["data/golf1.csv", "data/golf2.csv", "data/truth_types.csv", "frame.csv", "truth.json"] {
            #expect(
                try folder.bytes("again/" + name) == Data(contentsOf: study.appendingPathComponent(name)), "\(name)")
        }
    }

    @Test("Another seed gives another sample of the same size")
    func anotherSeed() throws {
        let folder = try TemporaryFolder()
        let study = Program.root.appendingPathComponent("Data/haaglanden").path
        let answer = try Program.run("simulate", study, "--rows", "900", "--seed", "5", "--out", folder.path("other"))
        #expect(answer.exitCode == 0, "\(answer.error)")
        let rows = try folder.text("other/data/golf1.csv").components(separatedBy: "\r\n").count
        #expect((700...1100).contains(rows), "\(rows) lines")
    }
}
