/// Label and value above a narrow plot: side by side where both fit, else the value on a line of its own.
struct NarrowHead {
    private let lines: [String]
    private let value: RichText
    private let indent: Double
    private let isBold: Bool
    private let isApart: Bool

    init(_ label: String, value: RichText, indent: Double = 0, isBold: Bool = false) {
        self.value = value
        self.indent = indent
        self.isBold = isBold
        let room = 340 - indent - TextWidth.of(value.plain)
        let whole = TextWidth.of(label, isBold: isBold)
        // Half the width is enough for most names on two lines.
        isApart = !value.isEmpty && room < 165 && whole > room
        lines = TextLines.wrap(label, width: isApart ? 346 - indent : room, isBold: isBold, maximum: 3)
    }

    /// Lines of 17 px.
    var count: Int { lines.count + (isApart ? 1 : 0) }

    /// - Parameter first: baseline of the first line.
    func draw(first: Double) -> [Markup] {
        let baseline = first + Double(isApart ? lines.count : 0) * 17
        return Draw.lines(lines, indent, first: first, isBold ? "b plate" : "plate")
            + (value.isEmpty ? [] : [Draw.text(350, baseline, "e plate", value)])
    }
}
