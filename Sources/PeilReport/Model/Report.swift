/// A report before it gets a form: texts in one language, numbers bound to their rows, no markup.
public struct Report: Sendable {
    public let language: Language
    /// Name of the page's file without its extension.
    public let file: String
    public let title: RichText
    /// Name of the study and of the wave, for the head of the page.
    public let brand: String
    public let waveLabel: String
    /// A warning above everything (invented data, draft); nil for none.
    public let banner: String?
    /// Links to the other pages; empty where there is one page.
    public let navigation: [Link]
    public let kicker: RichText
    public let lead: [RichText]
    public let keyFigures: [KeyFigure]
    public let sections: [Section]
    /// Everything that the page finds, in its order, also what the summary leaves out.
    public let findings: [Finding]
    public let method: Method
    public let footer: RichText
    /// A hundred dots beside the heading; nil for none.
    public var cover: Cover?

    /// A share as so many of a hundred: solid to the lower limit, light to the upper one.
    public struct Cover: Sendable {
        /// Between 0 and 1, as printed.
        public let share: Double
        public let lower: Double?
        public let upper: Double?
        /// The segment whose mark the dots wear.
        public let segment: Int?
        /// Says the same in words.
        public let text: RichText
    }

    /// Another page of the same report.
    public struct Link: Sendable {
        public let title: String
        /// Name of its file without the extension.
        public let page: String
        public var isCurrent = false
    }

    public struct KeyFigure: Sendable {
        public let label: String
        public let value: RichText
        /// Margin, number of people, warning.
        public let notes: [RichText]
        /// The number on a line from 0 to 100%, under it.
        public var scale: Scale?

        /// Shares between 0 and 1, as printed.
        public struct Scale: Sendable {
            public let estimate: Double
            public let lower: Double?
            public let upper: Double?
            /// The same share in the wave before, where waves may be compared.
            public var earlier: Double?
        }
    }

    public struct Section: Sendable {
        public let id: String
        public let title: String
        public let parts: [Part]
    }

    /// A block with the boxes that limit what may be concluded from it.
    public struct Part: Sendable {
        public let blocks: [Block]
        public let callouts: [Callout]
    }

    public struct Method: Sendable {
        public let title: String
        public let blocks: [Block]
    }

    public enum Block: Sendable {
        case heading(String)
        case paragraph(RichText)
        case findings([Finding])
        case chart(Chart)
        case table(Figureless)
        case list([RichText])
        case definitions([Definition])
        case links(title: String, [Link])
        case messages(sayTitle: String, say: [RichText], avoidTitle: String, avoid: [RichText])
    }

    /// A table that is itself the picture: title, subtitle, source around it, as with a chart.
    public struct Figureless: Sendable {
        public var id: String
        public let title: RichText
        public let subtitle: RichText
        public let key: [Chart.Key]
        public let table: DataTable
        public let source: RichText
        /// The title says what the caption says: it is for those who do not see the page.
        public var isCaptionQuiet = false
    }

    public struct Definition: Sendable {
        public let term: String
        public let text: RichText
    }

    public struct Callout: Sendable {
        public enum Kind: Sendable { case explanation, doNotConclude }
        public let kind: Kind
        public let title: String
        public let points: [RichText]
    }
}

/// Rows and columns with header cells; cells may carry a class, a sign, a warning.
public struct DataTable: Sendable {
    public struct Cell: Sendable {
        public enum Style: Sendable, Equatable {
            case plain
            /// One of five declared classes, 0 lowest.
            case heat(Int)
            case hidden
        }
        public var text: RichText
        public var style: Style = .plain
        public var sign: Verdict?
        public var isIndicative = false
        /// A word under the number.
        public var second = ""

        init(
            _ text: RichText, style: Style = .plain, sign: Verdict? = nil, isIndicative: Bool = false,
            second: String = ""
        ) {
            self.second = second
            self.text = text
            self.style = style
            self.sign = sign
            self.isIndicative = isIndicative
        }
    }
    public struct Row: Sendable {
        public let header: String
        public let cells: [Cell]
        /// The region or everyone, under a rule.
        public var isTotal = false
    }
    public let caption: String
    /// The corner first.
    public let columns: [String]
    /// The mark of each segment column, beside its name.
    public var columnMarks: [Int?] = []
    public let rows: [Row]
    public var isHeat = false
    /// Columns of words, counted from the corner: set flush left, as words are read.
    public var wordColumns: Set<Int> = []
}
