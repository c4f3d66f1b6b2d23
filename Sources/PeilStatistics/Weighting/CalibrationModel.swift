/// The auxiliaries of a calibration as the variance needs them, with the weights that entered and left it.
///
/// The variance of an estimate on calibrated weights is that of the residuals of its influence values from
/// their regression, weighted with the base weights, on the auxiliaries.  Deville, Särndal & Sautory 1993.
public struct CalibrationModel: Sendable {
    let cells: AuxiliaryCells
    /// Weights of the regression: those before the calibration, or 1 each (`Raking.Residuals`).
    public let baseWeights: [Double]
    /// Weights after it; later steps may have changed the weights again. nil: those of the design.
    let calibratedWeights: [Double]?

    init(cells: AuxiliaryCells, baseWeights: [Double], calibratedWeights: [Double]?) {
        self.cells = cells
        self.baseWeights = baseWeights
        self.calibratedWeights = calibratedWeights
    }

    /// A calibration done elsewhere, of which only the controls are known.
    /// - Parameter baseWeights: weights of the rows before.
    /// - Parameter margins: their totals are not used.
    public init(baseWeights: [Double], margins: [MarginClasses]) {
        cells = AuxiliaryCells(margins, rowCount: baseWeights.count)
        self.baseWeights = baseWeights
        calibratedWeights = nil
    }
}
