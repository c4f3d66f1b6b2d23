import Foundation
import PeilTable

@testable import PeilIngest
@testable import PeilStudy

/// What a researcher writes: study.yaml, a codebook, a plan, the simulation file. Each input is read as what its
/// words say it is, the way the commands read it: from a folder, with its other files beside it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStudy(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    StudyTarget.check(bytes)
    return 0
}

enum StudyTarget {
    static let planted = PlantedMistake()

    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isCodebook = text.contains("variables") || text.contains("columns:")
        if isCodebook { checkCodebook(text) }
        if text.contains("items") { StudyFolder.refuses(bytes, "plan.yaml") { _ = try AnalysisPlan(file: $0) } }
        if text.contains("population:") || text.contains("items:") {
            StudyFolder.refuses(bytes, "simulation.yaml") { _ in _ = try SimulationParameters(yaml: text) }
        }
        StudyFolder.refuses(bytes, "study.yaml") {
            let study = try Study(at: $0)
            _ = study.designOfItsBasis
            _ = study.waves.map { $0.files.map { study.path($0.path) } }
        }
    }

    private static func checkCodebook(_ text: String) {
        StudyFolder.refuses(Array(text.utf8), "codebook.yaml.new") { path in
            let codebook = try Codebook.load(yaml: text, file: path)
            _ = CodebookTable(codebook)
            _ = DDICodebook(codebook)
            _ = CodebookComparison(old: StudyFolder.codebook, new: codebook)
            _ = CodebookComparison(old: codebook, new: StudyFolder.codebook)
            for file in [StudyFolder.wave, StudyFolder.emptyWave] {
                do throws(IngestError) {
                    _ = try WaveReader.read(bytes: Array(file.utf8), path: "", codebook: codebook)
                } catch {
                    guard exitCodes.contains(error.exitCode) else { finding("no exit code of sysexits", "\(error)") }
                }
            }
        }
    }
}

/// A study's folder, in memory where the machine has a file system there.
enum StudyFolder {
    static let codebookText = """
        languages: [nl]
        variables:
        - {id: nr, type: id, unique: true}
        - {id: w, type: weight}
        - {id: gemeente, type: code, labels: [{code: GM0503, nl: Delft}, {code: GM0518, nl: Den Haag}]}
        - {id: a, type: int, min: 0, max: 100}
        - {id: b, type: code, labels: [{code: 1, nl: ja}, {code: 2, nl: nee}]}
        """
    static let wave =
        "nr;w;gemeente;a;b;c;t\n1;1;GM0503;20;1;1,5;x\n2;0,5;GM0518;98;2;;y\n3;2;GM0503;;1;-3;aaaaaaaaaaaaaaaaaaaaaaaa\n"
    static let emptyWave = "nr;w;gemeente;a;b;c;t\n"

    static let codebook: Codebook = {
        do { return try Codebook.load(yaml: codebookText, file: "codebook.yaml") } catch {
            finding("the driver's own codebook is refused", "\(error)")
        }
    }()

    private static let path = InputFolder.made([
        ("codebook.yaml", codebookText), ("frame.csv", "gemeente,n\nGM0503,100\n"),
        ("margins.csv", "gemeente,b,n\nGM0503,1,60\nGM0503,2,40\nGM0518,1,30\nGM0518,2,70\n")
    ])

    /// Reads the bytes as the file `name`.
    static func refuses(_ bytes: [UInt8], _ name: String, _ read: (String) throws -> Void) {
        InputFolder.refuses(bytes, "\(path)/\(name)", StudyTarget.planted, read)
    }
}
