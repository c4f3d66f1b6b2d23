import Foundation

/// A released publication as a file, from which reports are rendered again without the answers.
///
/// `Released` itself cannot be decoded. The way back stands here alone: bytes become a release again only where their hash
/// is the one that was recorded when they were written, and only where they keep the law of a release, that hidden rows
/// carry no number.
public enum StoredPublication {
    public static let schema = "peil-publication-1"

    /// The file: JSON with sorted keys, so that the same release gives the same bytes.
    /// - Parameters:
    ///   - released: what may be published.
    ///   - threads: to work with; they change no byte.
    /// - Throws: `.notWritable` where a number is none.
    public static func bytes(
        of released: Released<Publication>, threads: Int = 1
    ) throws(StoredPublicationError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let publication = released.content
        let form = Form(
            schema: schema, subject: publication.subject, rules: StoredRules(publication.rules), rows: [],
            facts: publication.facts, changes: publication.changes, drivers: publication.drivers,
            unmodelled: publication.unmodelled, attack: publication.attack, correction: publication.correction)
        guard let data = try? encoder.encode(form),
            let bytes = try? StoredRows.insert(publication.rows, into: data, encoder, threads: threads)
        else { throw .notWritable }
        return bytes + [UInt8(ascii: "\n")]
    }

    /// The release that was stored. This module links no cryptography, so the hash function is an argument.
    /// - Parameters:
    ///   - bytes: the bytes of the file.
    ///   - recorded: the hash in the log of publications or in the manifest.
    ///   - hash: of any bytes, in the form of `recorded`.
    /// Throws `.changed` where the hashes differ, `.unreadable` for another schema, `.breaksRules` where a hidden row has a number.
    public static func released(
        _ bytes: [UInt8], recorded: String, hash: ([UInt8]) -> String
    ) throws(StoredPublicationError) -> Released<Publication> {
        guard hash(bytes) == recorded else { throw .changed }
        var reader = StoredRowsReader()
        guard (try? reader.add(bytes)) != nil else { throw .unreadable }
        return try released(reader)
    }

    /// The release that was stored, from a file that is never in memory as a whole.
    /// - Parameters:
    ///   - recorded: the hash in the log of publications or in the manifest.
    ///   - read: gives the bytes of the file piece by piece, and returns the hash of all of them in the form of `recorded`.
    /// - Throws: `StoredPublicationError` as for bytes, or what `read` throws.
    public static func released(
        recorded: String, read: (_ take: ([UInt8]) -> Void) throws -> String
    ) throws -> Released<Publication> {
        var reader = StoredRowsReader()
        var isReadable = true
        let hash = try read { piece in
            guard isReadable else { return }
            do { try reader.add(piece) } catch { isReadable = false }
        }
        guard hash == recorded else { throw StoredPublicationError.changed }
        guard isReadable else { throw StoredPublicationError.unreadable }
        return try released(reader)
    }

    private static func released(_ reader: StoredRowsReader) throws(StoredPublicationError) -> Released<Publication> {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(reader.form)), form.schema == schema,
            form.rows.isEmpty
        else { throw .unreadable }
        guard let rules = try? form.rules.rules() else { throw .breaksRules }
        for row in reader.rows where !row.keepsSilence { throw .breaksRules }
        return Released(
            Publication(
                subject: form.subject, rules: rules, rows: reader.rows, facts: form.facts, changes: form.changes,
                drivers: form.drivers, unmodelled: form.unmodelled, attack: form.attack, correction: form.correction))
    }

    private struct Form: Codable {
        let schema: String
        let subject: PublicationSubject
        let rules: StoredRules
        /// Empty: `StoredRows` writes and reads them.
        let rows: [ReleasedRow]
        let facts: [ReleasedFact]
        let changes: ReleasedChanges?
        let drivers: [ReleasedDrivers]
        let unmodelled: [ReleasedUnmodelled]
        let attack: AttackRecord
        let correction: ReleasedCorrection?
    }
}

/// Why a stored publication is not taken for a release.
public enum StoredPublicationError: Error, Equatable, Sendable {
    /// Its bytes are not those that were recorded.
    case changed
    /// No publication of this schema.
    case unreadable
    /// A rule lies under its floor, or a row that is hidden has a number.
    case breaksRules
    /// A number that JSON cannot say.
    case notWritable
}

/// The rules by name. They come back through their own initialiser, which knows the floors: rules that anybody could
/// decode would be rules without floors.
private struct StoredRules: Codable {
    let values: [String: Double]

    init(_ rules: DisclosureRules) {
        values = [
            "minimumFrequency": Double(rules.minimumFrequency), "minimumBase": Double(rules.minimumBase),
            "indicativeBase": Double(rules.indicativeBase), "indicativeEffectiveN": rules.indicativeEffectiveN,
            "maximumIntervalWidth": rules.maximumIntervalWidth, "groupDisclosureShare": rules.groupDisclosureShare,
            "shareStep": rules.shareStep, "tableShareStep": rules.tableShareStep, "meanStep": rules.meanStep,
            "tableMeanStep": rules.tableMeanStep, "smallPeopleStep": rules.smallPeopleStep,
            "largePeopleStep": rules.largePeopleStep, "peopleThreshold": rules.peopleThreshold
        ]
    }

    func rules() throws(StoredPublicationError) -> DisclosureRules {
        do throws(DisclosureError) {
            return try DisclosureRules(
                minimumFrequency: whole("minimumFrequency"), minimumBase: whole("minimumBase"),
                indicativeBase: whole("indicativeBase"), indicativeEffectiveN: value("indicativeEffectiveN"),
                maximumIntervalWidth: value("maximumIntervalWidth"),
                groupDisclosureShare: value("groupDisclosureShare"),
                shareStep: value("shareStep"), tableShareStep: value("tableShareStep"), meanStep: value("meanStep"),
                tableMeanStep: value("tableMeanStep"), smallPeopleStep: value("smallPeopleStep"),
                largePeopleStep: value("largePeopleStep"), peopleThreshold: value("peopleThreshold"))
        } catch { throw .breaksRules }
    }

    /// 0, which no rule allows, where the name is absent.
    private func value(_ name: String) -> Double { values[name] ?? 0 }
    private func whole(_ name: String) -> Int { Int(exactly: value(name)) ?? 0 }
}

extension ReleasedRow {
    /// A row that is not shown has no number at all.
    fileprivate var keepsSilence: Bool {
        guard status == .suppressed || status == .tooFew else { return true }
        let numbers: [Double?] = [
            estimate, tableEstimate, standardError, lower, upper, tableLower, tableUpper, missingShare, effectiveN,
            designEffect, referenceEstimate, difference, p, adjustedP, detectableChange
        ]
        return numbers.allSatisfy { $0 == nil } && n == nil && bound == nil && degreesOfFreedom == nil
    }
}
