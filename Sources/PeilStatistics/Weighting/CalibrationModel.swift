/// The auxiliaries of a calibration as the variance needs them: per margin the category of each row, and the
/// weights that entered the calibration.
///
/// The variance of an estimate on calibrated weights is that of the residuals of its influence values from
/// their regression, weighted with the base weights, on the auxiliaries.  Deville, Särndal & Sautory 1993.
public struct CalibrationModel: Sendable {
    /// Weights before the calibration.
    public let baseWeights: [Double]
    /// Category of each row per margin, counted over all margins; −1 where the row is outside a margin.
    public let columnsOfRow: [[Int32]]
    /// Auxiliary dummies over all margins.
    public let columnCount: Int

    public init(baseWeights: [Double], margins: [MarginClasses]) {
        self.baseWeights = baseWeights
        var offset: Int32 = 0
        var columns: [[Int32]] = []
        for margin in margins {
            columns.append(margin.classOfRow.map { $0 < 0 ? -1 : $0 + offset })
            offset += Int32(margin.names.count)
        }
        columnsOfRow = columns
        columnCount = Int(offset)
    }
}

/// One margin: the class of each row and the population total of each class.
public struct MarginClasses: Sendable {
    public let variable: String
    public let names: [String]
    /// −1 for rows that this margin does not hold.
    public let classOfRow: [Int32]
    /// Persons in the population, per class.
    public let totals: [Double]

    public init(variable: String, names: [String], classOfRow: [Int32], totals: [Double]) {
        precondition(names.count == totals.count, "a total for each class")
        self.variable = variable
        self.names = names
        self.classOfRow = classOfRow
        self.totals = totals
    }
}
