import Foundation
import PeilStore

extension Simulation {
    /// Reads simulation.yaml and margins.csv of a study and writes the simulated files under `out`.
    /// - Returns: the paths that were written.
    public static func run(study: String, rows: Int?, seed: UInt64?, out: String) throws -> [String] {
        let parameters = StudyFiles.join(study, "simulation.yaml")
        do {
            let files = try files(
                parametersText: try StudyFiles.text(parameters, what: "simulation"),
                marginsText: try StudyFiles.text(
                    StudyFiles.join(study, "margins.csv"), what: "margins", maximum: StudyFiles.maximumTableBytes),
                rows: rows,
                seed: seed)
            return try files.map { file in
                let path = StudyFiles.join(out, file.path)
                try DurableFolder.make(StudyFiles.folder(of: path))
                try DurableFile.write(file.bytes, to: path)
                return path
            }
        } catch { throw Failure(naming: error, file: parameters) }
    }
}
