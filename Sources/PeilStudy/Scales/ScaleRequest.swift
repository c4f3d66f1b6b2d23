public import PeilIngest
public import PeilTable

extension Study {
    /// Several questions that the study reads as one thing.
    public struct ScaleRequest: Sendable {
        public enum Content: Sendable {
            case reflective(Reflective)
            case checklist([Check])
            case claim(Claim)

            /// The word of study files.
            public var word: String {
                switch self {
                case .reflective: "reflective"
                case .checklist: "checklist"
                case .claim: "claim"
                }
            }
        }

        /// Answers that all show the same trait, each with noise of its own: they should go together.
        public struct Reflective: Sendable {
            public let items: [Item]
            /// Who answered fewer has no score.
            public let minimumAnswered: Int
        }

        public struct Item: Sendable {
            public let name: String
            public let label: LocalizedText
            /// The lowest and highest answer that can be given.
            public let range: ClosedRange<Double>
            /// The scale turns the answers.
            public let isReversed: Bool
            /// The codebook has turned them already.
            public let isTurnedByCodebook: Bool

            /// What the answers went through, in words.
            var direction: String {
                switch (isTurnedByCodebook, isReversed) {
                case (false, false): "as asked"
                case (false, true): "reversed"
                case (true, false): "reversed by the codebook"
                case (true, true): "reversed by the codebook and again by the scale"
                }
            }
        }

        /// One thing that people have done or not: things done make the sum, whether or not they go together.
        public struct Check: Sendable {
            public let name: String
            public let label: LocalizedText
            public let done: JudgedConditions
        }

        /// What people say they have, and what a stricter question bears out.
        public struct Claim: Sendable {
            public let claimed: JudgedConditions
            public let verified: JudgedConditions
        }

        public let id: String
        public let label: LocalizedText
        public let content: Content
        /// Line in the study's file.
        public let line: Int?
    }
}
