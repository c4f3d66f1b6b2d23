import PeilTable

/// Weights far above the others: reported, never changed.
struct ExtremeWeights {
    /// Above so many medians.
    let ratio: Double

    func warn(_ weights: [Double], _ lines: RunningNumbers, _ notes: inout ColumnNotes) {
        guard let highest = weights.max(), highest > 0 else { return }
        // If more than half of all lie above the highest divided by the ratio, so does the median.
        let positive = weights.count { $0 > 0 }
        if weights.count(where: { $0 * ratio >= highest }) * 2 > positive { return }
        let median = weights.filter { $0 > 0 }.sorted()[positive / 2]
        for (row, weight) in weights.enumerated() where weight > ratio * median {
            notes.warn("EXTREME_WEIGHT", line: lines[row], "weights above \(shortestText(ratio)) medians")
        }
    }
}
