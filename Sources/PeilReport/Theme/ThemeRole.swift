extension Theme {
    /// What a colour is for. A theme may change the colour of a role; it may not add roles.
    public enum Role: String, Sendable, CaseIterable {
        /// Text, and text that matters less.
        case ink
        case ink2 = "ink-2"
        case ink3 = "ink-3"
        /// The page, and boxes on it.
        case paper, tint
        /// Zero lines and hatching; rules; rules between rows.
        case lineStrong = "line-strong"
        case line
        case lineSoft = "line-soft"
        /// Links, bars, "higher"; lighter tones for intervals and areas.
        case accent
        case accent3 = "accent-3"
        case accent2 = "accent-2"
        case accent1 = "accent-1"
        /// "Lower", breaks, "do not conclude"; its lighter tone.
        case low
        case low2 = "low-2"
        /// The banner above a page of a draft.
        case note
        case noteLine = "note-line"
        /// From the low answers to the high ones.
        case d1, d2, d3, d4, d5
        /// Five classes of a heat table.
        case h0, h1, h2, h3, h4
        /// Segments in their order, then the one of people who cannot be placed.
        case s0, s1, s2, s3, s4, s5, s6
        /// Their lighter tones, for intervals.
        case s0Light = "s0-light"
        case s1Light = "s1-light"
        case s2Light = "s2-light"
        case s3Light = "s3-light"
        case s4Light = "s4-light"
        case s5Light = "s5-light"
        case s6Light = "s6-light"

        var standard: String {
            switch self {
            case .ink: "#17212b"
            case .ink2: "#44515d"
            case .ink3: "#596672"
            case .paper: "#ffffff"
            case .tint: "#f4f6f7"
            case .lineStrong: "#7b8791"
            case .line: "#cdd4da"
            case .lineSoft: "#e4e9ec"
            case .accent: "#0b5a7a"
            case .accent3: "#4e94b0"
            case .accent2: "#9cc7d8"
            case .accent1: "#cfe3eb"
            case .low: "#8a4b08"
            case .low2: "#e6c59b"
            case .note: "#fff4d1"
            case .noteLine: "#8a6100"
            case .d1: "#7a4a12"
            case .d2: "#dcb57e"
            case .d3: "#e3e6e9"
            case .d4: "#8fc1d4"
            case .d5: "#0b5a7a"
            case .h0: "#f3f8fa"
            case .h1: "#d5e7ee"
            case .h2: "#9cc7d8"
            case .h3: "#64a3bc"
            case .h4: "#0b5a7a"
            case .s0: "#123f73"
            case .s1: "#0f7f6c"
            case .s2: "#c2450c"
            case .s3: "#7a3577"
            case .s4: "#946a00"
            case .s5: "#596672"
            case .s6: "#7b8791"
            case .s0Light: "#b4c6de"
            case .s1Light: "#a9d8cf"
            case .s2Light: "#f3b79c"
            case .s3Light: "#dcbfdb"
            case .s4Light: "#e5cf96"
            case .s5Light: "#c8ced4"
            case .s6Light: "#d5dade"
            }
        }
    }

    /// One colour on another, and how far apart they must be.
    struct Pair: Sendable {
        let role: Role
        let background: Role
        let minimum: Double
    }

    /// Every text and every mark of page and drawings with what lies under it: 4.5:1 for text, 3:1 for marks.
    static let pairs: [Pair] = {
        var pairs: [Pair] = []
        func text(_ role: Role, _ backgrounds: [Role]) {
            pairs += backgrounds.map { Pair(role: role, background: $0, minimum: 4.5) }
        }
        func mark(_ role: Role, _ backgrounds: [Role]) {
            pairs += backgrounds.map { Pair(role: role, background: $0, minimum: 3) }
        }
        text(.ink, [.paper, .tint, .note, .accent1, .accent2, .d2, .d3, .d4, .h0, .h1, .h2, .h3])
        text(.ink2, [.paper, .tint])
        text(.ink3, [.paper, .tint])
        text(.accent, [.paper, .tint])
        text(.low, [.paper, .tint])
        text(.paper, [.accent, .low, .d1, .d5, .h4])
        mark(.lineStrong, [.paper, .tint])
        mark(.accent3, [.paper])
        for role in [Role.s0, .s1, .s2, .s3, .s4, .s5, .s6] { mark(role, [.paper]) }
        return pairs
    }()
}
