import PeilDisclosure
import PeilReport
import PeilStore

/// Renders a wave's report again from what was released: in another language or form, or after the outline changed.
/// It reads study.yaml and the stored publication, never an answer.
public struct StoredReport {
    private let study: Study
    /// Where the release lies.
    private let folder: String
    private let out: String

    /// - Parameters:
    ///   - study: the study.
    ///   - folder: where the release is read; nil for the folder `out` of the study.
    ///   - out: where the report is written; nil for where the release is read.
    public init(_ study: Study, from folder: String? = nil, out: String? = nil) {
        self.study = study
        self.folder = folder ?? study.path("out")
        self.out = out ?? self.folder
    }

    /// Name of the stored publication inside a publication's folder.
    public static let file = "publication.json"

    /// - Parameters:
    ///   - wave: nil for what readers see now.
    ///   - language: nil for the study's own.
    ///   - forms: forms of the report, listed by commas; nil for what the study asks.
    /// - Throws: `Failure`: exit 64 for a form that is none, 66 where nothing was published, 65 where the stored results were changed, 78 for an outline
    ///   that asks for what they do not hold.
    public func write(
        wave: String? = nil, language: String? = nil, forms: String? = nil
    ) throws -> Publisher.Result {
        do {
            let formats = try forms.map { try ReportFormat.named($0) }
            let records = try PublicationLog.records(of: study.path(Publisher.log)).filter { $0.study == study.id }
            let (stored, released) = try find(wave, records)
            let entry = study.waves.first { $0.id == released.content.subject.wave }
            let seen = entry.map { study.seen(by: $0) } ?? study
            var names: [String] = []
            let set = try AtomicPublication(folder: out).publish { staging in
                try Publisher.render(
                    released, seen, language: language ?? study.language, formats: formats, into: &staging)
                try copy(stored, into: &staging)
                names = staging.names
            }
            let record = records.last { $0.manifest == stored.manifest }
            // Another form of something published is published too; a draft stays a draft.
            if let record { try note(set, as: record) }
            return Publisher.Result(
                page: Publisher.page(names, in: out), id: set.id, study: study.id,
                wave: released.content.subject.wave,
                files: names, isRecorded: record != nil)
        } catch { throw Failure(naming: error, file: study.file) }
    }

    /// What readers see, or the newest recorded publication of a wave.
    private func find(
        _ wave: String?, _ records: [PublicationRecord]
    ) throws -> (PublishedFolder, Released<Publication>) {
        if let current = try PublishedFolder.current(in: folder) {
            let released = try release(current)
            if wave == nil || released.content.subject.wave == wave { return (current, released) }
        }
        for record in records.reversed() where record.wave == wave {
            guard let published = try PublishedFolder.named(record.publication, in: folder) else { continue }
            guard published.manifest == record.manifest else { throw changed(published) }
            return (published, try release(published))
        }
        throw Failure(
            "NOTHING_PUBLISHED",
            wave.map { "There is no report of wave '\($0)' in this folder" } ?? "There is no report in this folder yet",
            file: folder,
            remedy: "make it with 'peil run'\(wave.map { " and --wave \($0)" } ?? ""), or name its folder with --from",
            exitCode: ExitStatus.absent)
    }

    /// Adds the stored results as they were recorded: read once more, so that nobody holds them while pages are made.
    private func copy(_ published: PublishedFolder, into staging: inout StagingFolder) throws {
        try staging.add(Self.file) { write in
            let hash = try published.read(Self.file, write)
            guard hash == published.recordedHash(of: Self.file) else { throw changed(published) }
        }
    }

    private func release(_ published: PublishedFolder) throws -> Released<Publication> {
        guard let recorded = published.recordedHash(of: Self.file) else {
            throw Failure(
                "NOTHING_STORED", "This publication keeps no results to render again", file: published.path,
                remedy: "make it again with 'peil run'", exitCode: ExitStatus.absent)
        }
        let released: Released<Publication>
        do {
            released = try StoredPublication.released(recorded: recorded.hex) { take in
                try published.read(Self.file, take).hex
            }
        } catch is StoredPublicationError { throw changed(published) }
        guard released.content.subject.study == study.id else {
            throw Failure(
                "OTHER_STUDY", "This publication is not of study '\(study.id)'", file: published.path,
                remedy: "name the folder of this study's output", exitCode: ExitStatus.absent)
        }
        return released
    }

    private func changed(_ published: PublishedFolder) -> Failure {
        Failure(
            "STORED_RESULTS_CHANGED", "The stored results are not those that were released",
            file: "\(published.path)/\(Self.file)",
            remedy: "put the file back, or make the report in another folder with 'peil run --out'",
            exitCode: ExitStatus.data)
    }

    private func note(_ set: PublishedSet, as record: PublicationRecord) throws {
        var log = try PublicationLog(study.path(Publisher.log))
        _ = try log.append(
            publication: set.id, study: record.study, wave: record.wave, manifest: set.manifest,
            families: record.families, decisions: record.decisions)
    }
}
