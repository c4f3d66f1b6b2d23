/// Where the columns of a drawing with rows stand: label, plot, value, verdict. Widths follow from the texts, so that
/// no study's labels run into its plot.
struct RowColumns {
    let labelWidth: Double
    let from: Double
    let to: Double
    let value: Double
    let range: Double
    let note: Double
    let noteWidth: Double

    /// Space for labels and verdicts is bounded: longer ones go on more lines.
    init(
        _ rows: [Chart.Row], headings: Chart.Headings, width: Double = 720, label: ClosedRange<Double> = 100...196,
        note maximumNote: Double = 182, indent: Double = 0, second: (Chart.Row) -> RichText = { _ in "" }
    ) {
        let labels = rows.map { TextWidth.of($0.label, isBold: $0.segment != nil && indent > 0) + indent }
        labelWidth = min(max(labels.max() ?? 0, label.lowerBound), label.upperBound)
        let notes = rows.map { TextWidth.of($0.verdict.sign + " " + $0.note.plain, size: 13, isBold: true) }
        let noteHeading = TextWidth.of(headings.note, size: 13)
        let hasNotes = rows.contains { !$0.note.isEmpty }
        noteWidth = hasNotes ? min(max(notes.max() ?? 0, noteHeading, 60), maximumNote) : 0
        note = width - noteWidth
        let values = rows.compactMap { $0.value.map { TextWidth.of($0.text.plain, isBold: true) } }
        let ranges = rows.compactMap { row in
            row.value.map { value in
                let text = second(row).isEmpty ? "(" + value.range.plain + ")" : Self.bounded(second(row)).plain
                return text == "()" ? 0 : TextWidth.of(text, size: 13) + 7
            }
        }
        let heading = min(TextWidth.of(headings.value, size: 13), 120)
        let valueWidth = max((values.max() ?? 0) + (ranges.max() ?? 0), heading, 30)
        value = (hasNotes ? note - 18 : width) - valueWidth
        range = value + (values.max() ?? 0) + 7
        from = labelWidth + 10
        to = max(value - 28, from + 60)
    }

    /// A second number that leaves room for the plot.
    static func bounded(_ text: RichText) -> RichText {
        TextWidth.of(text.plain, size: 13) <= 110 ? text : RichText(TextLines.one(text.plain, width: 110, size: 13))
    }

    /// The headings above the columns, on as many lines as they need, the last one at `baseline`.
    func heads(_ headings: Chart.Headings, width: Double = 720, baseline: Double) -> [Markup] {
        let valueLines = headLines(headings.value, 118)
        let noteLines = headLines(headings.note, noteWidth)
        return above(valueLines, value, baseline) + above(noteLines, note, baseline)
    }

    /// Lines that the tallest heading takes.
    func headCount(_ headings: Chart.Headings) -> Int {
        max(headLines(headings.value, 118).count, headLines(headings.note, noteWidth).count, 1)
    }

    private func headLines(_ text: String, _ width: Double) -> [String] {
        text.isEmpty || width < 20 ? [] : TextLines.wrap(text, width: width, size: 13, maximum: 2)
    }

    private func above(_ lines: [String], _ x: Double, _ baseline: Double) -> [Markup] {
        lines.enumerated().map {
            Draw.text(x, baseline - Double(lines.count - 1 - $0.offset) * 17, "sm m", $0.element)
        }
    }
}

/// The verdict of a row as a drawing says it: sign and words, broken where the column ends.
struct NoteText {
    let lines: [RichText]
    private(set) var style: String

    /// - Parameter sign: the sign alone, where the row has no words.
    init(_ row: Chart.Row, width: Double, maximum: Int = 3, sign isForced: Bool = false) {
        style =
            switch row.verdict {
            case .higher: "sm hi"
            case .lower: "sm lo"
            default: "sm m"
            }
        let sign = row.verdict.sign.isEmpty || (row.note.isEmpty && !isForced) ? "" : row.verdict.sign + " "
        let whole = RichText(sign) + row.note
        // Measured as if bold, which is the wider.
        if TextWidth.of(whole.plain, size: 13, isBold: true) <= width {
            lines = [whole]
        } else {
            // Broken text loses the tie of a number to its row; the table under the drawing keeps it.
            lines = TextLines.wrap(whole.plain, width: width, size: 13, isBold: true, maximum: maximum)
                .map { RichText($0) }
        }
    }

    func styled(_ style: String) -> NoteText {
        var copy = self
        copy.style = style
        return copy
    }

    func draw(_ x: Double, middle: Double, _ more: String = "") -> [Markup] {
        let first = middle + 5 - Double(lines.count - 1) * 8
        return lines.enumerated().map { Draw.text(x, first + Double($0.offset) * 16, style + more, $0.element) }
    }
}

extension Chart.Row {
    func withNote(_ note: RichText) -> Chart.Row {
        Chart.Row(
            label: label, value: value, reference: reference, verdict: verdict, note: note, segment: segment,
            referenceText: referenceText, heading: heading)
    }
}
