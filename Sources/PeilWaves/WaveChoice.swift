public import PeilStudy
import PeilTable

/// Which wave a run takes.
public enum WaveChoice {
    /// The wave `id`, or without one the newest of which every file is there.
    /// - Throws: `Failure` with exit code 66 when the wave or all files are absent.
    public static func choose(_ id: String?, of study: Study) throws -> Study.WaveEntry {
        if let id {
            if let wave = study.waves.first(where: { $0.id == id }) { return wave }
            let known = study.waves.map(\.id)
            throw Failure(
                "UNKNOWN_WAVE", "The study has no wave '\(id)'", file: study.file,
                remedy: nearestName(to: id, among: known).map { "did you mean '\($0)'?" }
                    ?? "waves are: \(known.joined(separator: ", "))", exitCode: ExitStatus.absent)
        }
        if let wave = study.waves.last(where: study.holdsFiles) { return wave }
        throw Failure(
            "FILE_ABSENT", "No wave of the study has all of its files", file: study.file,
            remedy: "put \(study.waves.last?.files.first?.path ?? "the data") in the study's folder",
            exitCode: ExitStatus.absent)
    }
}
