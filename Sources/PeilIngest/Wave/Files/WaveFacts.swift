/// What each file of a wave gave, and who stood in more than one of them.
public struct WaveFacts: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public let name: String
        public let mode: String
        public let quality: FileQuality
        /// Rows of the wave that came from this file.
        public let rowsInWave: Int
    }
    /// Records that were left out because the person's record in another place counts.
    public struct Merged: Sendable, Equatable {
        public let keptIn: String
        public let leftOutOf: String
        public let count: Int
    }

    public let files: [File]
    public let merged: [Merged]

    /// Rules under which records of people who have another one are counted as left out.
    public static let inAnotherFile = "answered in another file too"
    public static let answeredTwice = "answered twice in one file"
}
