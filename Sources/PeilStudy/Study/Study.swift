import Foundation
public import PeilDisclosure
public import PeilIngest
public import PeilReport
public import PeilStatistics
public import PeilTable

/// A study: what study.yaml declares, validated, with every file it names found inside its folder.
public struct Study: Sendable {
    public let id: String
    /// The folder that holds the study, as the user gave it.
    public let folder: String
    public let file: String
    public let language: String
    public private(set) var codebook: Codebook
    public let basis: Basis
    public private(set) var waves: [WaveEntry]
    public let design: DesignRequest
    public private(set) var weighting: WeightingRecipe
    public let areas: AreaRequest?
    public let segments: SegmentRequest?
    public let scales: [ScaleRequest]
    public let models: [ModelRequest]
    public let families: [Family]
    public let compare: CompareRequest
    public let disclosure: DisclosureRules
    public let report: ReportRequest
    public let frame: FrameRequest?
    /// The key file of pseudonyms, relative to the study's folder; nil: identifiers stay as they are.
    public let keyFile: String?
    public let unattended: UnattendedRequest
    /// SHA-256 over the study's own files: what they say decides the publication, where they lie does not.
    public let hash: String
    /// SHA-256 of the codebook file.
    public private(set) var codebookHash: String

    /// How respondents came into the sample.
    public enum Basis: String, Sendable, CaseIterable {
        case probability
        /// Volunteers of a panel: intervals then assume that weighting made them like the population.
        case panel
    }

    public struct WaveEntry: Sendable {
        public struct File: Sendable {
            /// Relative to the study's folder.
            public let path: String
            /// The `path` or `pattern` as the study writes it.
            public let declared: String
            public let isPattern: Bool
            /// Where its bytes lie, relative to the study's folder: `path`, or the copy that a delivery was kept in.
            public private(set) var place: String
            public let mode: String
            public let dialect: DialectDeclaration
            /// What every record of the file must say.
            public let expectations: [ExpectedValue]

            init(
                path: String, declared: String, isPattern: Bool, mode: String, dialect: DialectDeclaration,
                expectations: [ExpectedValue]
            ) {
                self.path = path
                self.declared = declared
                self.isPattern = isPattern
                place = path
                self.mode = mode
                self.dialect = dialect
                self.expectations = expectations
            }

            /// Whether a file of this name, wherever it lies, is this file or one that the pattern means.
            public func takes(fileNamed name: String) -> Bool {
                let own = declared.split(separator: "/").last.map(String.init) ?? declared
                return isPattern ? FilePattern(own).fits(Array(name.utf8)) : name == own
            }

            /// The same file under the name in which it came, kept in another place.
            public func kept(in place: String, as path: String) -> File {
                var file = File(
                    path: path, declared: declared, isPattern: isPattern, mode: mode, dialect: dialect,
                    expectations: expectations)
                file.place = place
                return file
            }
        }
        public let id: String
        public let label: LocalizedText
        /// ISO dates.
        public let from: String
        public let to: String
        public fileprivate(set) var files: [File]
        /// What every record of the wave must say.
        public let expectations: [ExpectedValue]
        /// Who is one person in the files.
        public let merge: MergeRule?
        /// Where the wave was asked by another codebook than the study's.
        public internal(set) var codebook: Codebook?
        /// SHA-256 of the file of `codebook`.
        public internal(set) var codebookHash: String?
        /// Where the wave is weighted in another way than the study's.
        public internal(set) var weighting: WeightingRecipe?

        /// Modes of the files, each once.
        var modes: [String] {
            var modes: [String] = []
            for file in files where !modes.contains(file.mode) && !file.mode.isEmpty { modes.append(file.mode) }
            return modes
        }
    }

    /// The column of areas, and what the areas are called together.
    public struct AreaRequest: Sendable {
        public let variable: String
        public let region: LocalizedText
        public let words: ReportOutline.AreaWords
        /// nil: the study says nothing of them.
        public let smallAreas: SmallAreaRequest?
        /// Where the areas lie.
        public var geography = ReportOutline.Geography()
    }

    /// Tests that are adjusted together.
    public struct Family: Sendable {
        public let id: String
        public let questions: [String]
    }

    public struct SegmentRequest: Sendable {
        public enum Method: Sendable {
            case rules(OrderedRules)
            case kMeans(WeightedKMeans)
            case latentClasses(LatentClasses)

            public var items: [String] {
                switch self {
                case .rules(let rules): rules.inputs
                case .kMeans(let means): means.items
                case .latentClasses(let classes): classes.items
                }
            }

            /// Segments that the study asks for, where it gives a number.
            var count: Int? {
                switch self {
                case .rules: nil
                case .kMeans(let means): means.clusters
                case .latentClasses(let classes): classes.classes
                }
            }

            /// Columns that the method reads: its items and its covariates.
            var columns: [String] {
                if case .latentClasses(let classes) = self { return classes.items + classes.covariates }
                return items
            }

            /// The code of those who cannot be placed.
            var unclassified: String {
                switch self {
                case .rules(let rules): rules.unclassified
                case .kMeans: WeightedKMeans.unclassified
                case .latentClasses: LatentClassModel.unclassified
                }
            }

            /// The word of study files.
            public var word: String {
                switch self {
                case .rules: "rules"
                case .kMeans: "kmeans"
                case .latentClasses: "lca"
                }
            }
        }
        public let method: Method
        public let labels: [PublicationSubject.Named]
        /// Segments that were fixed on an earlier wave; nil: found in the wave itself.
        public let model: SegmentModelFile?
        /// Items whose question changed since, and which the study vouches for.
        public let acceptedChanges: [String]

        /// Whether a variable made the segments: as an input, or as a derivation from one.
        func isMade(from name: String, _ codebook: Codebook) -> Bool {
            let inputs = method.items
            return inputs.contains(name)
                || codebook.derived.contains { derived in
                    derived.variable.name == name && derived.inputs.contains(where: inputs.contains)
                }
        }

        /// Codes of segments that the study's rules make, and last of those who cannot be placed; nil where groups are found.
        var ruledCodes: [String]? {
            if case .rules(let rules) = method { return rules.codes }
            return nil
        }

        /// What a segment is called: by the study, or else by its code.
        public func named(_ code: String) -> PublicationSubject.Named {
            labels.first { $0.code == code }
                ?? PublicationSubject.Named(
                    code: code,
                    label: code == method.unclassified
                        ? LocalizedText(["nl": "Niet in te delen", "en": "Cannot be placed"])
                        : LocalizedText(["nl": "Groep \(code)", "en": "Group \(code)"]),
                    description: LocalizedText([:]))
        }
    }

    /// The study as one of its waves sees it: with the wave's own codebook and weighting, where it has them.
    func seen(by wave: WaveEntry) -> Study {
        var study = self
        if let codebook = wave.codebook {
            study.codebook = codebook
            study.codebookHash = wave.codebookHash ?? ""
        }
        if let weighting = wave.weighting { study.weighting = weighting }
        return study
    }

    /// The study with other files for its waves: those that deliveries were kept in.
    public func reading(_ files: [String: [WaveEntry.File]]) -> Study {
        var study = self
        for index in waves.indices { if let own = files[waves[index].id] { study.waves[index].files = own } }
        return study
    }

    /// Whether every file of a wave is there.
    public func holdsFiles(of wave: WaveEntry) -> Bool {
        !wave.files.isEmpty && wave.files.allSatisfy { FileManager.default.fileExists(atPath: path($0.place)) }
    }

    /// The wave that the report of another is compared with: the newest before it that is there, or the reference that the study
    /// names; nil where the report shows no change.
    /// - Parameters:
    ///   - own: place of the wave in `waves`.
    ///   - isThere: of the wave at a place in `waves`.
    /// - Returns: its place.
    public func comparedWave(of own: Int, isThere: (Int) -> Bool) -> Int? {
        guard !report.outline.trendQuestions.isEmpty else { return nil }
        let earlier = (0..<own).filter(isThere)
        switch compare.reference {
        case .previous: return earlier.last
        case .wave(let name): return earlier.first { waves[$0].id == name }
        }
    }

    public func path(_ name: String) -> String { StudyFiles.join(folder, name) }

    /// Header names of the columns by which one person is known: unique identifiers, those that tell one person in several
    /// files, in two waves or in the frame.
    public var personColumns: Set<String> {
        var names = Set(codebook.variables.filter { $0.type == .id && $0.isUnique }.map(\.id))
        for wave in waves { names.formUnion(wave.merge?.identifiers ?? []) }
        if let person = compare.overlap?.person { names.insert(person) }
        if let frame { names.insert(frame.identifier) }
        return Set(names.flatMap { name in [name] + (codebook.variable(name).map { [$0.column] } ?? []) })
    }

    /// Replaces the identifiers of people where the study has a key: those of respondents (unique), those that tell one
    /// person in several files or in the frame, and those that the codebook declares.
    public func pseudonyms() throws -> Pseudonyms? {
        guard let keyFile else { return nil }
        var names = Set(
            codebook.variables.filter { $0.type == .id && ($0.isUnique || $0.personal == .pseudonym) }.map(\.id))
        for wave in waves { names.formUnion(wave.merge?.identifiers ?? []) }
        if let frame { names.insert(frame.identifier) }
        do { return try Pseudonyms(keyFile: path(keyFile), variables: names) } catch {
            throw Failure(naming: error, file: path(keyFile))
        }
    }
}

/// The steps that turn design weights into weights, in declared order.
public struct WeightingRecipe: Sendable {
    public let steps: [AdjustmentStep]
    /// Whom the margins count, in words, where that differs from whom the survey is about.
    public var population: LocalizedText?

    public init(steps: [AdjustmentStep], population: LocalizedText? = nil) {
        self.steps = steps
        self.population = population
    }

    /// Names of the margins and controls, in order.
    var controlNames: [String] {
        steps.flatMap { step -> [String] in
            switch step {
            case .rake(let margins, _): margins.map(\.name)
            case .poststratify(let margin, _): [margin.name]
            case .calibrate(_, let terms, _, _): terms.compactMap(\.column)
            case .trim, .declared, .nonresponse: []
            }
        }
    }
}

/// What the report asks for: questions with their figures, and the outline of the page.
public struct ReportRequest: Sendable {
    public struct Question: Sendable {
        public let variable: String
        public let label: LocalizedText
        public let statistic: FigureName.Statistic
        /// Codes that are published; empty for all.
        public let levels: [String]
        public let unit: LocalizedText
        public let base: LocalizedText
        public let byArea: Bool
        public let bySegment: Bool
        /// Also as a number of people.
        public let people: Bool
        /// In each segment of each area too.
        public let byAreaAndSegment: Bool
    }

    public let title: LocalizedText
    public let population: LocalizedText
    public let banner: LocalizedText
    public let questions: [Question]
    public let outline: ReportOutline
    /// The files of a publication.
    public let formats: Set<ReportFormat>
    /// Texts of the files that the report names: part of what the study is.
    let texts: [String]
}

extension Study {
    /// The design with what the basis lets a margin claim. A panel that is weighted assumes, and its report says so,
    /// that within the classes of the weights people who take part answer like people who do not; a panel without
    /// weighting can assume nothing and has no margins.
    var designOfItsBasis: DesignRequest {
        var request = design
        switch basis {
        case .probability: request.sample = .probability
        case .panel: request.sample = .optIn(weighting.steps.isEmpty ? nil : .weightingExplainsParticipation)
        }
        return request
    }
}
