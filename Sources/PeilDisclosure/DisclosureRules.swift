/// The thresholds of release, as values: a study may be stricter, and may never go below the floor.
/// Defaults follow the habits of Dutch official statistics and municipal health monitors: at least ten
/// respondents in a cell, no figures under a base of fifty, "indicative" under a hundred.
public struct DisclosureRules: Sendable, Equatable, Encodable {
    /// A cell of fewer respondents than this (but not none) could give a person away.
    public let minimumFrequency: Int
    /// A base smaller than this says too little to be shown.
    public let minimumBase: Int
    /// From this base on a figure is shown without a warning, with one decimal more in tables.
    public let indicativeBase: Int
    public let indicativeEffectiveN: Double
    /// A share whose interval is wider than this (0.20 = 20 points) is shown with a warning.
    public let maximumIntervalWidth: Double
    /// Above this share a sensitive answer is known of nearly everybody in the group.
    public let groupDisclosureShare: Double
    /// Shares in sentences and charts; in tables and files.
    public let shareStep: Double
    public let tableShareStep: Double
    /// Means in sentences and charts; in tables and files.
    public let meanStep: Double
    public let tableMeanStep: Double
    /// Numbers of people: step below `peopleThreshold`, step from there on.
    public let smallPeopleStep: Double
    public let largePeopleStep: Double
    public let peopleThreshold: Double
    /// Amounts; nil for none. A publication does not say it: whoever knows the rule estimates closer to it.
    public var dominance: DominancePolicy?

    private enum CodingKeys: String, CodingKey {
        case minimumFrequency, minimumBase, indicativeBase, indicativeEffectiveN, maximumIntervalWidth
        case groupDisclosureShare, shareStep, tableShareStep, meanStep, tableMeanStep, smallPeopleStep, largePeopleStep
        case peopleThreshold
    }

    /// No study may publish cells of one or two people, whatever its file says.
    public static let lowestMinimumFrequency = 3

    /// Throws `.floor` for a minimum frequency under 3, `.contradiction` for thresholds out of order and
    /// `.outOfRange` for steps and shares that cannot be.
    public init(
        minimumFrequency: Int = 10, minimumBase: Int = 50, indicativeBase: Int = 100,
        indicativeEffectiveN: Double = 100, maximumIntervalWidth: Double = 0.20,
        groupDisclosureShare: Double = 0.9, shareStep: Double = 0.01, tableShareStep: Double = 0.001,
        meanStep: Double = 0.1, tableMeanStep: Double = 0.01, smallPeopleStep: Double = 100,
        largePeopleStep: Double = 1_000, peopleThreshold: Double = 10_000
    ) throws(DisclosureError) {
        let floor = Self.lowestMinimumFrequency
        guard minimumFrequency >= floor else { throw .floor(minimumFrequency, lowest: floor) }
        guard minimumFrequency <= minimumBase, minimumBase <= indicativeBase else {
            throw .contradiction("minimumFrequency ≤ minimumBase ≤ indicativeBase must hold")
        }
        for (name, value) in [
            ("maximumIntervalWidth", maximumIntervalWidth),
            ("groupDisclosureShare", groupDisclosureShare)
        ]
        where !(value > 0 && value <= 1) { throw .outOfRange(name) }
        for (name, value) in [
            ("shareStep", shareStep), ("tableShareStep", tableShareStep),
            ("meanStep", meanStep), ("tableMeanStep", tableMeanStep),
            ("smallPeopleStep", smallPeopleStep), ("largePeopleStep", largePeopleStep),
            ("peopleThreshold", peopleThreshold),
            ("indicativeEffectiveN", indicativeEffectiveN)
        ]
        where !(value > 0 && value.isFinite) { throw .outOfRange(name) }
        self.minimumFrequency = minimumFrequency
        self.minimumBase = minimumBase
        self.indicativeBase = indicativeBase
        self.indicativeEffectiveN = indicativeEffectiveN
        self.maximumIntervalWidth = maximumIntervalWidth
        self.groupDisclosureShare = groupDisclosureShare
        self.shareStep = shareStep
        self.tableShareStep = tableShareStep
        self.meanStep = meanStep
        self.tableMeanStep = tableMeanStep
        self.smallPeopleStep = smallPeopleStep
        self.largePeopleStep = largePeopleStep
        self.peopleThreshold = peopleThreshold
    }
}

/// Why a set of rules or a draft cannot be used.
public enum DisclosureError: Error, Equatable, Sendable {
    /// The minimum frequency asked for lies under the floor that no study may change.
    case floor(Int, lowest: Int)
    case contradiction(String)
    case outOfRange(String)
    /// Two figures of the draft carry the same name; which one holds is unknown.
    case duplicateFigure(rowID: String)
    /// A figure names a question, level, area or segment that the subject does not list.
    case unknownName(rowID: String)
    /// A figure is not a number, or its counts cannot be.
    case badFigure(rowID: String)
    /// Whatever is hidden besides, a reader can work these out.
    case cannotBeProtected(cells: [String])
    /// These bases differ from those of an earlier version by fewer respondents than may be shown.
    case differencing(rowIDs: [String])
    /// Whatever is hidden besides, who also has an earlier version of the wave can work these out.
    case unsafeBesideEarlier(cells: [String])
}
