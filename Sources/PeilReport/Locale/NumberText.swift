/// Numbers as a reader of the language writes them. Digits are made by hand: no locale of the machine can
/// change a published byte.
struct NumberText: Sendable {
    let language: Language

    private var decimalSign: String { language == .nl ? "," : "." }
    private var groupSign: String { language == .nl ? "." : "," }

    /// 0.31 → `31%`.
    func percent(_ share: Double) -> String { "\(points(share))%" }

    /// 0.31 → `31`.
    func points(_ share: Double) -> String { signed(Int((share * 100).rounded(.toNearestOrAwayFromZero))) }

    /// `26–36`, kept on one line by word joiners.
    func range(_ lower: Double, _ upper: Double) -> String { "\(points(lower))\u{2060}–\u{2060}\(points(upper))" }

    /// 0.314 → `31,4%`.
    func precisePercent(_ share: Double) -> String { "\(decimal(share * 100, places: 1))%" }

    /// 1200 → `1.200`.
    func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { text += groupSign }
            text.append(digit)
        }
        return value < 0 ? "−" + text : text
    }

    /// 31.44 with one place → `31,4`.
    func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let units = Int((abs(value) * scale).rounded(.toNearestOrAwayFromZero))
        let whole = count(units / Int(scale))
        let sign = value < 0 && units != 0 ? "−" : ""
        guard places > 0 else { return sign + whole }
        let rest = String(units % Int(scale))
        return sign + whole + decimalSign + String(repeating: "0", count: places - rest.count) + rest
    }

    /// `2026-04-26` → `26 april 2026`; other texts as they are.
    func date(_ iso: String) -> String {
        let parts = iso.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
        let months =
            language == .nl
            ? [
                "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
                "oktober", "november", "december"
            ]
            : [
                "January", "February", "March", "April", "May", "June", "July", "August", "September",
                "October", "November", "December"
            ]
        return "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
    }

    /// Small numbers as words in running text.
    func word(_ value: Int) -> String {
        let words =
            language == .nl
            ? ["nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"]
            : ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        return words.indices.contains(value) ? words[value] : count(value)
    }

    private func signed(_ value: Int) -> String { value < 0 ? "−\(-value)" : "\(value)" }
}
