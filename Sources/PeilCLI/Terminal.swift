import Foundation
import PeilStudy

/// What the streams of this process end in: how wide it is, and whether it shows colours.
enum Terminal {
    /// Layout of results: the width of the terminal, else what `COLUMNS` says, else no limit, so that a file or a pipe
    /// holds one line a row. Headings are bold on a terminal only.
    static let results = TextLayout(width: width, hasBoldHeadings: showsColour(on: STDOUT_FILENO))

    private static var width: Int? {
        var size = winsize()
        if isatty(STDOUT_FILENO) == 1, unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return max(narrowest, Int(size.ws_col))
        }
        return environment("COLUMNS").flatMap { Int($0) }.map { max(narrowest, $0) }
    }

    private static let narrowest = 40

    /// Colour on a terminal that has it, unless `NO_COLOR` is set to anything (no-color.org).
    static func showsColour(on stream: Int32) -> Bool {
        isatty(stream) == 1 && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
