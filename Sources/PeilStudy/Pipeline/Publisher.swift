public import PeilDisclosure
import PeilReport
public import PeilStore

/// Renders what was released and puts it where readers look, whole or not at all.
public struct Publisher {
    private let run: StudyRun

    public init(_ run: StudyRun) { self.run = run }

    public struct Result: Sendable {
        /// Path of the page.
        public let page: String
        public let id: String
        let study: String
        let wave: String
        let files: [String]
        public let isRecorded: Bool
        /// What somebody should look at before these figures are used.
        public var findings: [ScaleFinding] = []

        public var json: JSONValue {
            .object([
                ("schema", "peil-run-1"), ("study", .string(study)), ("wave", .string(wave)),
                ("publication", .string(id)),
                ("page", .string(page)), ("files", .strings(files)), ("recorded", .bool(isRecorded)),
                ("holds", .array(findings.filter(\.holds).map(\.json)))
            ])
        }
    }

    /// - Parameters:
    ///   - released: what may be published.
    ///   - word: nl or en.
    ///   - out: nil for the folder `out` of the study.
    ///   - records: also record the publication in the study's log.
    ///   - members: who is in each base, of which the log keeps sums.
    public func write(
        _ released: Released<Publication>, language word: String, to out: String?, records: Bool,
        members: BaseMembers = BaseMembers()
    ) throws -> Result {
        let study = run.study
        let folder = out ?? study.path("out")
        do {
            if records { try requireSameFamilies() }
            var names: [String] = []
            let set = try AtomicPublication(folder: folder).publish { staging in
                try Self.write(released, study, language: word, into: &staging, threads: run.threads)
                names = staging.names
            }
            if records { try record(set, released.content, decisions(released.content, members)) }
            return Result(
                page: Self.page(names, in: folder), id: set.id, study: study.id, wave: run.wave.id,
                files: names, isRecorded: records)
        } catch { throw Failure(naming: error, file: study.file) }
    }

    /// Renders every file of a publication and, last, the release itself, from which they can be rendered again.
    /// - Parameters:
    ///   - released: what may be published.
    ///   - study: the study.
    ///   - word: nl or en.
    ///   - staging: the folder that becomes the publication.
    ///   - threads: to work with; they change no byte.
    public static func write(
        _ released: Released<Publication>, _ study: Study, language word: String, into staging: inout StagingFolder,
        threads: Int
    ) throws {
        try render(released, study, language: word, into: &staging)
        let stored = try StoredPublication.bytes(of: released, threads: threads)
        try staging.add(PublicationFile(name: StoredReport.file, bytes: stored))
    }

    /// Renders every file of a publication but the release. Each goes to the disk before the next is made; a browser prints and
    /// draws each as it comes.
    static func render(
        _ released: Released<Publication>, _ study: Study, language word: String, formats: Set<ReportFormat>? = nil,
        into staging: inout StagingFolder
    ) throws {
        guard let language = Language(rawValue: word) else {
            throw Failure(
                "USAGE", "'\(word)' is not a language of reports", remedy: "use nl or en", exitCode: ExitStatus.usage)
        }
        let formats = formats ?? study.report.formats
        let browser = formats.isDisjoint(with: [.pdf, .png]) ? nil : try Browser.find()
        // What a browser prints or draws is rendered for it, asked for or not.
        var needed = formats
        if formats.contains(.pdf) { needed.insert(.html) }
        if formats.contains(.png) { needed.insert(.svg) }
        func each(_ also: (RenderedFile) throws -> [PublicationFile]) throws {
            try renderEach(
                publication: released, outline: study.report.outline, language: language, formats: needed
            ) { file in
                if isAsked(file.name, formats) {
                    try staging.add(file.name) { write in for piece in file.pieces { try write(piece) } }
                }
                for made in try also(file) { try staging.add(made) }
            }
        }
        if let browser {
            let date = released.content.subject.fieldworkTo
            try PagePrinter(browser: browser).withRoom { room in
                try each { try made(from: $0, formats, date: date, in: &room) }
            }
        } else {
            try each { _ in [] }
        }
    }

    /// What a browser makes of a file: of a page a PDF file, of a chart a picture.
    private static func made(
        from file: RenderedFile, _ formats: Set<ReportFormat>, date: String, in room: inout PrintingRoom
    ) throws -> [PublicationFile] {
        let stem = file.name.split(separator: ".").dropLast().joined(separator: ".")
        if formats.contains(.pdf), file.name.hasSuffix(".html") {
            let bytes = try room.print(file.name, file.bytes, date: date)
            return [try PublicationFile(name: "\(stem).pdf", bytes: bytes, isDerived: true)]
        }
        if formats.contains(.png), file.name.hasSuffix(".svg") {
            return [try PublicationFile(name: "\(stem).png", bytes: try room.picture(of: file.bytes), isDerived: true)]
        }
        return []
    }

    /// What the study's forms of a report need besides peil is there: to be asked before any work.
    /// - Throws: `Failure` `ENGINE_MISSING` (exit 69).
    public func requireEngines() throws {
        if !run.study.report.formats.isDisjoint(with: [.pdf, .png]) { _ = try Browser.find() }
    }

    private static func isAsked(_ name: String, _ formats: Set<ReportFormat>) -> Bool {
        if name.hasSuffix(".html") { return formats.contains(.html) }
        return !name.hasSuffix(".svg") || formats.contains(.svg)
    }

    /// What a person opens first.
    static func page(_ names: [String], in folder: String) -> String {
        "\(folder)/current/\(names.first { $0.hasSuffix(".html") } ?? names.first ?? "")"
    }

    /// The log of what was published, in the study's folder.
    public static let log = "publications.jsonl"

    /// What binds later versions: rows that are hidden, printed bases, and sums that tell whether two bases hold the same people.
    public func decisions(_ publication: Publication, _ members: BaseMembers) -> PublicationDecisions {
        var hidden: [String] = []
        var shown: [String: Int] = [:]
        var shares: [String: Double] = [:]
        for row in publication.rows {
            if let base = row.n { shown[row.name.rowID] = base } else { hidden.append(row.name.rowID) }
            if row.name.statistic == .share, let share = row.tableEstimate ?? row.estimate {
                shares[row.name.rowID] = share
            }
        }
        return PublicationDecisions(
            hidden: hidden, shown: shown, shares: shares, members: members.printed(in: publication).mapValues(\.sums),
            counts: members.printedCounts(in: publication),
            trend: publication.changes.map { .init(wave: $0.wave, shown: $0.rows.map(\.name.rowID)) })
    }

    /// Adds a publication to the study's log; one that is there already is not added twice.
    public func record(
        _ set: PublishedSet, _ publication: Publication, _ decisions: PublicationDecisions
    ) throws {
        var log = try PublicationLog(run.study.path(Self.log))
        _ = try log.append(
            publication: set.id, study: run.study.id, wave: run.wave.id, manifest: set.manifest, families: families,
            decisions: decisions, input: publication.subject.inputHash)
    }

    /// The families of tests in one line, whatever their order in the study.
    private var families: String {
        run.study.families.map { "\($0.id): \($0.questions.sorted().joined(separator: ", "))" }.sorted()
            .joined(separator: "; ")
    }

    /// Families are chosen before the data: once a wave is published with them, a correction keeps them.
    public func requireSameFamilies() throws {
        let log = try PublicationLog(run.study.path(Self.log))
        let published = log.records.last {
            $0.study == run.study.id && $0.wave == run.wave.id && $0.families != nil
        }?.families
        guard let published, published != families else { return }
        throw Failure(
            "FAMILIES_CHANGED",
            "Wave '\(run.wave.id)' was published with the families of tests [\(published)]; the study now declares [\(families)]",
            file: run.study.file, remedy: "declare the published families again; a new wave may have others",
            exitCode: ExitStatus.data)
    }
}
