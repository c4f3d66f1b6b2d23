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

    private static let path: String = {
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let path = "\(base)/peil-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, text) in [
                ("codebook.yaml", codebookText), ("frame.csv", "gemeente,n\nGM0503,100\n"),
                ("margins.csv", "gemeente,b,n\nGM0503,1,60\nGM0503,2,40\nGM0518,1,30\nGM0518,2,70\n")
            ] { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        } catch { finding("the folder of the study cannot be made", "\(error)") }
        atexit { try? FileManager.default.removeItem(atPath: StudyFolder.path) }
        return path
    }()

    /// Reads the bytes as the file `name`; an error must be one that a user can act on.
    static func refuses(_ bytes: [UInt8], _ name: String, _ read: (String) throws -> Void) {
        let file = "\(path)/\(name)"
        guard FileManager.default.createFile(atPath: file, contents: Data(bytes)) else {
            finding("the file cannot be written", file)
        }
        do { try read(file) } catch {
            let failure = Failure(naming: error, file: file)
            StudyTarget.planted.run(after: failure.code, where: "DUPLICATE_KEY", on: bytes)
            guard exitCodes.contains(failure.exitCode) else {
                finding("an error has no exit code of sysexits", failure.text)
            }
            guard !failure.code.isEmpty, !failure.message.isEmpty, !failure.remedy.isEmpty,
                failure.file?.isEmpty == false
            else { finding("an error says nothing", failure.text) }
            let lines = bytes.count { $0 == 10 || $0 == 13 } + 1
            guard failure.file != file || failure.line.map({ $0 >= 1 && $0 <= lines + 1 }) ?? true else {
                finding("an error points outside the file", failure.text)
            }
        }
    }
}
