public import PeilDisclosure
public import PeilIngest
public import PeilStatistics
import PeilStore
public import PeilTable

/// Drives the road for one wave of a study: file → table → weights → segments → figures → release → report.
public struct StudyRun: Sendable {
    /// As the wave sees it.
    public let study: Study
    public let wave: Study.WaveEntry
    public let threads: Int
    /// With all its waves, as its file says.
    private let whole: Study

    /// The name under which segments appear as a question.
    public static let segmentVariable = "segment"

    public init(_ study: Study, wave: Study.WaveEntry, threads: Int = 1) {
        self.study = study.seen(by: wave)
        whole = study
        self.wave = wave
        self.threads = threads
    }

    /// A wave with weights and segments: research data, never published as it is.
    public struct Prepared: Sendable {
        public var table: Table
        /// Of the whole wave.
        public let quality: FileQuality
        /// Of each of its files.
        public let facts: WaveFacts
        /// nil where the study has no frame.
        public let fieldwork: FieldworkOutcome?
        public let weights: StudyWeights
        public let designDegreesOfFreedom: Int
        public let segmentation: Segmentation?
        public let inputHash: String
        public var estimation: Estimation
        /// What reading and shaping the wave cost.
        public let costs: [StageCost]
    }

    /// Reads and checks the files of the wave, and links them with the frame.
    public func ingest() throws -> (wave: IngestedWave, sample: LinkedSample?, fieldwork: FieldworkOutcome?) {
        let files = wave.files.map {
            WaveFile(
                path: study.path($0.place), name: $0.path, mode: $0.mode, dialect: $0.dialect,
                expectations: $0.expectations)
        }
        let read: IngestedWave
        do {
            read = try WaveReader.read(
                files, merge: wave.merge, codebook: study.codebook, pseudonyms: try study.pseudonyms(),
                threads: threads)
        } catch {
            // A message names the file as it came, not the copy it is read from.
            var failure = Failure(naming: error, file: files[0].path)
            if let file = wave.files.first(where: { study.path($0.place) == failure.file }) {
                failure.file = study.path(file.path)
            }
            throw failure
        }
        guard let request = study.frame else { return (read, nil, nil) }
        do {
            let sample = try LinkedSample(try SampledFrame(study, request, wave: wave), read, study)
            return (read, sample, try FieldworkOutcome(sample, read, study))
        } catch { throw Failure(naming: error, file: study.path(request.file)) }
    }

    /// Everything up to the estimates.
    /// - Parameter withSegments: false for who is about to find them.
    public func prepare(withSegments: Bool = true) throws -> Prepared {
        let (read, sample, fieldwork) = try ingest()
        var table = read.table
        let file = study.path(wave.files[0].path)
        do {
            try checkColumns(table)
            let request = study.designOfItsBasis
            let design = try request.base(of: table)
            let weights = try study.weighting.weights(
                table, design, sample: sample, identifiers: try identifiers(table), threads: threads)
            let segmentation = withSegments ? try segments(table, weights.design) : nil
            if let segmentation, let request = study.segments {
                table.set(try column(segmentation, request), for: Variable(name: Self.segmentVariable))
            }
            return Prepared(
                table: table, quality: read.quality, facts: read.facts, fieldwork: fieldwork, weights: weights,
                designDegreesOfFreedom: design.degreesOfFreedom, segmentation: segmentation,
                inputHash: read.inputHash,
                estimation: request.estimation(weights.design, threads: threads), costs: read.costs)
        } catch {
            // What the study asks for wrongly stands in the study's file, what the answers lack in the data.
            var failure = Failure(naming: error, file: file)
            if failure.exitCode == ExitStatus.configuration, failure.file == file { failure.file = study.file }
            throw failure
        }
    }

    /// What tells respondents apart; nil where the codebook has no such column.
    private func identifiers(_ table: Table) throws -> [String]? {
        guard let name = study.codebook.variables.first(where: { $0.isUnique && table.has($0.id) })?.id else {
            return nil
        }
        return try table.column(name).rowLabels().map { $0 ?? "" }
    }

    /// Columns of the design are named by the study: one that the data lack is an error of the study.
    func checkColumns(_ table: Table) throws {
        for name in study.design.columns.all + study.design.extraColumns where !table.has(name) {
            throw TableError.unknownColumn(name, known: table.names)
        }
        if let areas = study.areas, !table.has(areas.variable) {
            throw TableError.unknownColumn(areas.variable, known: table.names)
        }
    }

    private func segments(_ table: Table, _ design: SampleDesign) throws -> Segmentation? {
        try StudySegments(study, study.segments).segmentation(table, weights: design.weights, threads: threads)
    }

    /// Segments as a column, by their names.
    func column(_ segmentation: Segmentation, _ request: Study.SegmentRequest) throws -> Column {
        let labels = Dictionary(uniqueKeysWithValues: request.labels.map { ($0.code, $0.label) })
        if let stranger = request.labels.first(where: { !segmentation.codes.contains($0.code) }) {
            throw Failure(
                "UNKNOWN_SEGMENT", "There is no segment '\(stranger.code)' to label", file: study.file,
                remedy: "segments are: \(segmentation.codes.joined(separator: ", "))",
                exitCode: ExitStatus.configuration)
        }
        // Of groups that are found nobody knows the codes before.
        if let stranger = study.report.outline.messages.keys.sorted().first(where: { !segmentation.codes.contains($0) })
        {
            throw Failure(
                "UNKNOWN_SEGMENT", "There is no segment '\(stranger)' for the message file to say something to",
                file: study.file, remedy: "segments are: \(segmentation.codes.joined(separator: ", "))",
                exitCode: ExitStatus.configuration)
        }
        let categories = try segmentation.codes.map { code in
            if case .rules = request.method, labels[code] == nil {
                throw Failure(
                    "MISSING_KEY", "Segment '\(code)' has no label", file: study.file,
                    remedy: "add it under segments › labels", exitCode: ExitStatus.configuration)
            }
            return Category(code: code, label: request.named(code).label)
        }
        return .categorical(CategoricalColumn(categories: categories, codes: segmentation.codeOfRow))
    }

    /// Strata with one sampling unit, by name: what a night's run would meet.
    public func lonelyStrata(_ design: SampleDesign) -> [String] {
        design.stages[0].strata.filter { $0.sampled == 1 }.map(\.label)
    }

    /// Every figure that the report asks for, before any rule of disclosure: research data, never published as it is.
    public func figures(_ prepared: Prepared) throws -> [Figure] {
        do { return try FigureMaker(self, prepared).figures() } catch { throw Failure(naming: error, file: study.file) }
    }

    /// All figures that the report asks for, not released yet: nothing of it may be published.
    public func draft(_ prepared: Prepared) throws -> PublicationDraft {
        do {
            let records = try PublicationLog.records(of: study.path(Publisher.log))
            var draft = try FigureMaker(self, prepared).draft(decidedBefore: decided(in: records, prepared))
            draft.changes = try ReportedChange(whole, self).draft(prepared)
            draft.drivers = try ReportedDrivers(self).drafts(prepared)
            // Without earlier publications there is nobody to tell apart.
            if !records.isEmpty { draft.members = try BaseMemberships(study, prepared).members() }
            return draft
        } catch { throw Failure(naming: error, file: study.file) }
    }

    /// What of a draft may be published, beside all that was published before.
    public func release(_ draft: PublicationDraft, of prepared: Prepared) throws -> Released<Publication> {
        do {
            let records = try PublicationLog.records(of: study.path(Publisher.log))
            return try study.disclosure.release(
                draft, boundBy: earlierRelease(records, prepared, draft.members), threads: threads)
        } catch { throw Failure(naming: error, file: study.file) }
    }

    /// The report of a wave: its figures, and what of them may be published.
    public func release(_ prepared: Prepared) throws -> Released<Publication> {
        try release(draft(prepared), of: prepared)
    }

    /// Rows that versions of this wave showed or hid.
    private func decided(in records: [PublicationRecord], _ prepared: Prepared) -> Set<String> {
        let own = records.filter { $0.binds(study: study.id, wave: wave.id, input: prepared.inputHash) }
        return own.compactMap(\.decisions).reduce(into: []) { rows, decisions in
            rows.formUnion(decisions.hidden)
            rows.formUnion(decisions.shown.keys)
        }
    }

    /// Every publication of the study: a draft is bound by them and adds none.
    private func earlierRelease(
        _ records: [PublicationRecord], _ prepared: Prepared, _ members: BaseMembers
    ) -> EarlierRelease {
        func versions(_ chosen: [PublicationRecord]) -> [EarlierRelease.Version] {
            chosen.compactMap(\.decisions).map { decisions in
                .init(
                    hidden: Set(decisions.hidden), shown: decisions.shown, shares: decisions.shares ?? [:],
                    members: (decisions.members ?? [:]).mapValues(MemberSketch.init(sums:)),
                    counts: decisions.counts ?? [:])
            }
        }
        func isOwn(_ record: PublicationRecord) -> Bool {
            record.binds(study: study.id, wave: wave.id, input: prepared.inputHash)
        }
        let trends = records.filter { $0.study == study.id }.compactMap(\.decisions?.trend).filter {
            $0.wave == wave.id
        }
        return EarlierRelease(
            versions(records.filter(isOwn)), others: versions(records.filter { !isOwn($0) }),
            trends: Set(trends.flatMap(\.shown)), members: members,
            limit: study.disclosure.minimumFrequency)
    }

    /// Who is in each base: what the log keeps of a publication, so that later ones tell nobody apart.
    public func members(_ prepared: Prepared) throws -> BaseMembers {
        do { return try BaseMemberships(study, prepared).members() } catch {
            throw Failure(naming: error, file: study.file)
        }
    }
}
