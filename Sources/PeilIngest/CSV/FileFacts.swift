/// What the records of a stretch of a file say of the file as a whole. Facts of stretches add up in the order
/// of the file; lines are counted from the beginning of the stretch.
struct FileFacts: Sendable {
    /// Records that are answers: good and bad.
    var recordCount = 0
    var goodCount = 0
    /// Physical lines.
    var lineCount = 0
    var lineFeeds = 0, carriageReturns = 0, pairs = 0
    /// Blank lines that stand above a record, and their first few places.
    var blankCount = 0
    var blankLines: [Int] = []
    /// Blank lines behind the last record: the way a file ends, not worth a word.
    private var openBlankCount = 0
    private var openBlankLines: [Int] = []
    var toleratedQuoteCount = 0
    var toleratedQuoteLines: [Int] = []
    /// Records that end with one delimiter more than the header has.
    var trailingDelimiterCount = 0
    /// Line of a record that repeats the header.
    var repeatedHeaderLine: Int?
    private var tail = TailRun()
    /// Line of a last record that is too short and lacks its line end.
    var cutOffLine: Int?
    var badCount = 0
    var mojibakeCount = 0
    var firstMojibakeLine: Int?

    /// The records at the end of the stretch that have one width, which is not the header's. A record with text
    /// behind a closing quote has no width of its own: it belongs to the run that it stands in.
    private struct TailRun {
        struct Start {
            var fieldCount = 0
            var line = 0
            var followsBlank = false
            /// Names of the header among the record's fields.
            var sharedNames = 0
        }

        var start = Start()
        var count = 0
        /// Nil while all of its records are damaged.
        var width: Int?
        /// Damaged records in front of the first whole one, and that one: where a run goes on from the stretch
        /// before, they are part of that, and it may begin the next.
        var leadingCount = 0
        var firstWhole = Start()
        /// All records of the stretch belong to it.
        var isWhole = true
    }

    private static let shownLines = 10

    init(lineCount: Int = 0) { self.lineCount = lineCount }

    mutating func noteBlank(line: Int) {
        openBlankCount += 1
        if openBlankLines.count < Self.shownLines { openBlankLines.append(line) }
    }

    /// Counts a record: the blank lines above it now stand between records.
    mutating func noteRecord(isGood: Bool) {
        recordCount += 1
        if isGood { goodCount += 1 } else { badCount += 1 }
        settleBlanks()
    }

    /// Counts records of the header's width, no blank line among them.
    mutating func noteGood(_ count: Int, haveHeader: Bool) {
        recordCount += count
        goodCount += count
        guard count > 0 else { return }
        settleBlanks()
        if haveHeader { tail = TailRun(isWhole: false) }
    }

    private mutating func settleBlanks() {
        blankCount += openBlankCount
        blankLines += openBlankLines.prefix(max(0, Self.shownLines - blankLines.count))
        openBlankCount = 0
        openBlankLines = []
    }

    mutating func noteToleratedQuote(line: Int) {
        toleratedQuoteCount += 1
        if toleratedQuoteLines.count < Self.shownLines { toleratedQuoteLines.append(line) }
    }

    /// A record of the header's width ends the run at the end.
    mutating func noteWidth(ofGood record: SplitRecord) { tail = TailRun(isWhole: false) }

    /// `sharedNames` is asked for where a run may begin.
    mutating func noteWidth(ofRagged record: SplitRecord, sharedNames: () -> Int) {
        let isDamaged = record.damage == .textAfterQuote
        let width = Int(record.fieldCount)
        let joins = tail.count > 0 && (isDamaged || tail.width ?? width == width)
        guard !joins || !isDamaged && tail.width == nil else {
            tail.count += 1
            return
        }
        let start = TailRun.Start(
            fieldCount: width, line: Int(record.line), followsBlank: record.followsBlank, sharedNames: sharedNames())
        if joins {
            tail.leadingCount = tail.count
            tail.firstWhole = start
        } else {
            tail = TailRun(start: start, firstWhole: start, isWhole: tail.isWhole && tail.count == 0)
        }
        tail.count += 1
        tail.width = isDamaged ? nil : width
    }

    /// A run over the whole of the next stretch goes on with ours; a record behind our last blank line follows it.
    private mutating func join(_ next: FileFacts) {
        // Nothing but blank lines: our run stands.
        guard next.recordCount > 0 else { return }
        var run = next.tail
        run.start.line += lineCount
        run.firstWhole.line += lineCount
        if openBlankCount > 0, run.isWhole {
            run.start.followsBlank = true
            if run.leadingCount == 0 { run.firstWhole.followsBlank = true }
        }
        guard run.isWhole, run.count > 0, tail.count > 0 else {
            run.isWhole = run.isWhole && recordCount == 0
            tail = run
            return
        }
        if let width = run.width, tail.width ?? width != width {
            tail = TailRun(
                start: run.firstWhole, count: run.count - run.leadingCount, width: width, firstWhole: run.firstWhole,
                isWhole: false)
            return
        }
        if tail.width == nil, run.width != nil {
            tail.leadingCount = tail.count + run.leadingCount
            tail.firstWhole = run.firstWhole
            tail.width = run.width
        }
        tail.count += run.count
    }

    mutating func add(_ next: FileFacts) {
        func moved(_ line: Int) -> Int { line + lineCount }
        join(next)
        if next.recordCount > 0 { settleBlanks() }
        recordCount += next.recordCount
        goodCount += next.goodCount
        badCount += next.badCount
        lineFeeds += next.lineFeeds
        carriageReturns += next.carriageReturns
        pairs += next.pairs
        blankCount += next.blankCount
        blankLines += next.blankLines.prefix(max(0, Self.shownLines - blankLines.count)).map(moved)
        openBlankCount += next.openBlankCount
        openBlankLines += next.openBlankLines.prefix(max(0, Self.shownLines - openBlankLines.count)).map(moved)
        toleratedQuoteCount += next.toleratedQuoteCount
        toleratedQuoteLines += next.toleratedQuoteLines.prefix(max(0, Self.shownLines - toleratedQuoteLines.count))
            .map(moved)
        trailingDelimiterCount += next.trailingDelimiterCount
        if repeatedHeaderLine == nil { repeatedHeaderLine = next.repeatedHeaderLine.map(moved) }
        cutOffLine = next.cutOffLine.map(moved)
        mojibakeCount += next.mojibakeCount
        if firstMojibakeLine == nil { firstMojibakeLine = next.firstMojibakeLine.map(moved) }
        lineCount += next.lineCount
    }

    mutating func note(_ encoding: EncodingFacts) {
        mojibakeCount = encoding.mojibakeCount
        firstMojibakeLine = encoding.firstMojibakeLine
    }

    // MARK: Judgement of the whole file

    /// Errors: MULTI_TABLE, TRUNCATED.
    func refuse(_ layout: FileLayout) throws(IngestError) {
        if let line = secondTableLine(layout) {
            throw IngestError(
                "MULTI_TABLE", "A second table begins on line \(line).", line: line,
                remedy: "Deliver each table as a file of its own.")
        }
        if let line = cutOffLine, badCount == 1, goodCount > 0 {
            throw IngestError(
                "TRUNCATED", "The last record is incomplete and no line end follows it.", line: line,
                remedy: "Deliver the file again; the upload was cut off.")
        }
    }

    /// The header again, or records of another width to the end of the file that follow a blank line or
    /// repeat half of the header's names.
    private func secondTableLine(_ layout: FileLayout) -> Int? {
        guard layout.header != nil, layout.width > 1, recordCount > 1 else { return nil }
        if let line = repeatedHeaderLine { return line }
        let isTable =
            tail.count > 1 && tail.count < recordCount && tail.width ?? tail.start.fieldCount > 1
            && (tail.start.followsBlank || tail.start.sharedNames * 2 >= layout.width)
        return isTable ? tail.start.line : nil
    }

    func warnings(_ layout: FileLayout) -> [FileWarning] {
        var warnings: [FileWarning] = []
        if let line = firstMojibakeLine {
            warnings.append(
                FileWarning(
                    "MOJIBAKE_SUSPECT", count: mojibakeCount, lines: [line],
                    message: "text looks as if it was converted to UTF-8 twice, first on line \(line); kept as given"))
        }
        warnings += layout.warnings
        if blankCount > 0, recordCount > 0 {
            warnings.append(
                FileWarning(
                    "BLANK_LINES", count: blankCount, lines: blankLines,
                    message: "blank lines between records were skipped, first on line \(blankLines[0])"))
        }
        let lineEndKinds = (lineFeeds > 0 ? 1 : 0) + (carriageReturns > 0 ? 1 : 0) + (pairs > 0 ? 1 : 0)
        if lineEndKinds > 1 {
            warnings.append(
                FileWarning(
                    "MIXED_NEWLINES", count: lineEndKinds,
                    message: "the file mixes kinds of line ends; each ended a record"))
        }
        if let first = toleratedQuoteLines.first {
            warnings.append(
                FileWarning(
                    "STRAY_QUOTE", count: toleratedQuoteCount, lines: toleratedQuoteLines,
                    message: "quotes inside unquoted fields were kept as text, first on line \(first)"))
        }
        if layout.endsWithDelimiter, recordCount > 0 {
            warnings.append(
                FileWarning(
                    "TRAILING_DELIMITER", count: recordCount,
                    message: "every record ends with a delimiter that the header does not have"))
        }
        return warnings
    }
}
