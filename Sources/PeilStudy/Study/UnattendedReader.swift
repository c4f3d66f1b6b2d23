import Foundation
public import PeilStatistics
import PeilTable

/// What a study says of waves that are processed while nobody looks: how deliveries arrive, what holds a wave for a human,
/// who is told, and how long copies of answers are kept.
public struct UnattendedRequest: Sendable, Equatable {
    /// Seconds without any change after which a file without a note of its sender counts as whole.
    public var settleSeconds = 60.0
    public var holds = HoldLimits()
    /// An executable in the study's folder that is given the message about a publication.
    public var notify: String?
    public var retention = Retention()

    /// How long copies are kept, in days; nil: until somebody removes them.
    public struct Retention: Sendable, Equatable {
        /// Copies of delivered answers, counted from their arrival, once a later wave or this one was published.
        public var rawDays: Int?
        /// Rejected deliveries.
        public var quarantineDays: Int?
    }

    /// Above these a wave waits for a human.
    public struct HoldLimits: Sendable, Equatable {
        /// Share of the records that was left out: broken, or excluded by a rule of the codebook.
        public var leftOut = 0.1
        /// Share of the records that are break-offs.
        public var breakOffs = 0.25
        /// Fewer respondents than this share of the wave before.
        public var respondents = 0.5
        /// Share of the compared questions whose answers moved beyond the codebook's bounds (`shift`).
        public var shiftedQuestions = 0.1
        /// Total variation of the sizes of the segments against the wave before.
        public var segments = 0.15
        /// Weighted share of people who cannot be placed in a segment.
        public var unplaced = 0.1
        /// Kish's design effect of the weights.
        public var designEffect = 5.0
        /// Share of the respondents of a corrected delivery that the correction no longer has.
        public var lostRespondents = 0.05
        /// Of a frozen segment model against the wave that it was made on.
        public var drift = SegmentDrift.Limits()
    }
}

/// Reads `inbox`, `holds`, `notify` and `privacy › retain`.
struct UnattendedReader {
    let root: Section
    let folder: String

    static let keys = ["inbox", "holds", "notify"]

    func request() throws -> UnattendedRequest {
        var request = UnattendedRequest()
        if let inbox = try root.optionalSection("inbox") {
            try inbox.allow(["settle"])
            request.settleSeconds = try inbox.number("settle", default: request.settleSeconds)
            guard (0...86_400).contains(request.settleSeconds) else {
                throw inbox.fail("settle", "a number of seconds from 0 to 86400")
            }
        }
        if let holds = try root.optionalSection("holds") { request.holds = try limits(holds) }
        if !root.isAbsent("notify") {
            let name = try root.path("notify")
            guard StudyFiles.isInside(name, folder: folder) else {
                throw root.fail(
                    "notify", "a path inside the study's folder",
                    remedy: "put the executable in the study's folder and name it relative to that")
            }
            request.notify = name
        }
        if let privacy = try root.optionalSection("privacy"), let retain = try privacy.optionalSection("retain") {
            try retain.allow(["raw", "quarantine"])
            request.retention.rawDays = try retain.optionalText("raw").map { try days($0, "raw", retain) }
            request.retention.quarantineDays = try retain.optionalText("quarantine").map {
                try days($0, "quarantine", retain)
            }
        }
        return request
    }

    private func limits(_ section: Section) throws -> UnattendedRequest.HoldLimits {
        var limits = UnattendedRequest.HoldLimits()
        let shares: [(String, WritableKeyPath<UnattendedRequest.HoldLimits, Double>)] = [
            ("left_out", \.leftOut), ("break_offs", \.breakOffs), ("respondents", \.respondents),
            ("shifted_questions", \.shiftedQuestions), ("segments", \.segments), ("unplaced", \.unplaced),
            ("lost_respondents", \.lostRespondents)
        ]
        let drift: [(String, WritableKeyPath<SegmentDrift.Limits, Double>)] = [
            ("drift_answers", \.items.totalVariation), ("drift_scores", \.items.standardisedDifference),
            ("drift_missing", \.items.missingShare), ("drift_sureness", \.sureness), ("drift_fit", \.fit)
        ]
        try section.allow(shares.map(\.0) + drift.map(\.0) + ["design_effect"])
        for (key, place) in shares {
            limits[keyPath: place] = try section.number(key, default: limits[keyPath: place])
            guard (0...1).contains(limits[keyPath: place]) else { throw section.fail(key, "a share from 0 to 1") }
        }
        for (key, place) in drift {
            limits.drift[keyPath: place] = try section.number(key, default: limits.drift[keyPath: place])
            guard (0...10).contains(limits.drift[keyPath: place]) else {
                throw section.fail(key, "a limit from 0 to 10")
            }
        }
        limits.designEffect = try section.number("design_effect", default: limits.designEffect)
        guard limits.designEffect >= 1 else { throw section.fail("design_effect", "1 or more") }
        return limits
    }

    /// "90 days", "24 months", "5 years": a month has 30.4 days, rounded up.
    private func days(_ text: String, _ key: String, _ section: Section) throws -> Int {
        let words = text.split(separator: " ")
        let units: [String: Double] = [
            "day": 1, "days": 1, "month": 30.4375, "months": 30.4375, "year": 365.25, "years": 365.25
        ]
        guard words.count == 2, let count = Int(words[0]), (1...36_500).contains(count),
            let unit = units[String(words[1])]
        else { throw section.fail(key, "a time such as '24 months'", remedy: "write days, months or years") }
        return Int((Double(count) * unit).rounded(.up))
    }
}
