import PeilIngest
public import PeilStatistics
public import PeilTable

/// The segments that a study asks for: found in a wave, or fixed on an earlier one.
public struct StudySegments {
    private let study: Study
    private let request: Study.SegmentRequest?

    /// - Parameters:
    ///   - study: the study.
    ///   - request: nil for a study without segments of its own, which may still place people.
    public init(_ study: Study, _ request: Study.SegmentRequest?) {
        self.study = study
        self.request = request
    }

    /// Every respondent of a wave in one segment.
    /// - Throws: `Failure` where the questions behind a frozen model changed, or where segments that are found anew in
    ///   every wave would be published as if they could be compared.
    public func segmentation(_ table: Table, weights: [Double], threads: Int) throws -> Segmentation? {
        guard let request else { return nil }
        try study.refuseIdentifiers(request.method.columns, key: "segments")
        if let file = request.model {
            try check(file)
            return try file.model.score(table)
        }
        switch request.method {
        case .rules(let rules): return try rules.score(table)
        case .kMeans(let means):
            try requireOneWave()
            return try means.fit(table, weights: weights, threads: threads).score(table)
        case .latentClasses(let classes):
            try requireOneWave()
            let fit = try classes.analyse(table, weights: weights, threads: threads)
            let scored = try fit.model.score(table)
            return Segmentation(
                codes: scored.codes, codeOfRow: scored.codeOfRow, memberships: scored.memberships,
                method: scored.method, seed: classes.seed, bestReached: fit.bestReached)
        }
    }

    private func requireOneWave() throws {
        guard study.waves.count == 1 else {
            throw Failure(
                "SEGMENTS_NOT_FROZEN",
                "Segments that are found anew in each of \(study.waves.count) waves are not the same groups",
                file: study.file,
                remedy:
                    "run `peil segment fit` on one wave with --out, and name the file under segments › model",
                exitCode: ExitStatus.configuration)
        }
    }

    /// The questions must be those that the model was made with.
    public func check(_ file: SegmentModelFile) throws {
        let fingerprint = QuestionFingerprint(codebook: study.codebook)
        for item in file.model.items where request?.acceptedChanges.contains(item) != true {
            guard file.fingerprints[item] == fingerprint.text(item) else {
                throw Failure(
                    "SEGMENT_ITEM_CHANGED",
                    "The question behind '\(item)' is not the one the segments were made with", file: study.file,
                    remedy:
                        "restore it in the codebook, fit a new version, or vouch for it under segments › accept_changed",
                    exitCode: ExitStatus.configuration)
            }
        }
    }
}

extension Study {
    /// Identifiers and texts are no answers: what tells people apart would stand in results and models by name.
    func refuseIdentifiers(_ names: [String], key: String) throws {
        for name in names {
            guard let variable = codebook.variable(name), variable.type == .id || variable.type == .text else {
                continue
            }
            throw Failure(
                "NOT_A_QUESTION",
                "'\(name)' under \(key) holds \(variable.type == .id ? "identifiers" : "open text"), not answers",
                file: file, remedy: "name closed questions or numbers", exitCode: ExitStatus.configuration)
        }
    }

    /// What the study asks for, for commands that cannot do without.
    /// - Throws: `Failure` where it asks for no segments.
    func requiredSegments() throws -> SegmentRequest {
        guard let segments else {
            throw Failure(
                "MISSING_KEY", "The study asks for no segments", file: file,
                remedy: "add `segments:` with a method and inputs", exitCode: ExitStatus.configuration)
        }
        return segments
    }
}
