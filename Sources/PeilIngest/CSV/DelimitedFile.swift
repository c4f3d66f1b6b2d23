/// A delimited text file that is read block by block. What its head says (dialect, header, width) is proposed
/// first; where the whole file belies it, or its encoding, the file is read once more in the other way.
struct DelimitedFile {
    /// What was found before the first answer.
    struct Head: Sendable {
        let layout: FileLayout
        /// How the dialect was found, and the share of sampled records that fit it.
        let reason: String
        let score: Double
        /// The first records of the file; lines and numbers are those of the file.
        let records: CSVRecords
        /// What stands above the header, where it does not seem to be the first record.
        let preamble: PreambleGuess?
    }

    /// What came out of a whole file.
    struct Reading<Consumer: Sendable>: Sendable {
        let head: Head
        let consumer: Consumer
        let recordCount: Int
        let goodCount: Int
        /// Physical line behind the last one.
        let lastLine: Int
        let warnings: [FileWarning]
        /// SHA-256 of the file as delivered; nil where it was not asked for.
        let hash: String?
        /// Processor seconds that the hash cost on the way, and threads that read.
        let hashSeconds: Double
        let threads: Int
        /// The file as UTF-8.
        fileprivate let text: ByteSource

        /// What the stage `read` has cost since `clock` began, and apart from it the hash.
        func costs(since clock: StageClock) -> [StageCost] {
            var read = clock.cost(of: "read", threads: threads)
            guard hash != nil else { return [read] }
            read.processorSeconds -= hashSeconds
            return [read, StageCost(stage: "hash", processorSeconds: hashSeconds, wallSeconds: hashSeconds)]
        }

        /// The fields of the record at `place`, read once more.
        func record(at place: RecordPlaces.Place) throws(IngestError) -> [String] {
            var wanted = 1 << 12
            while true {
                var bytes: [UInt8] = []
                try text.append(wanted, from: place.offset, to: &bytes)
                let isLast = bytes.count < wanted
                let split = RecordSplitter.split(
                    bytes, from: 0, line: 1, dialect: head.layout.dialect, limits: CSVLimits(), isFinal: isLast)
                // Blank lines are no records, as when the text was first read.
                let records = split.records.filter { head.layout.isOneColumn || !$0.isBlank }
                if place.skipped < records.count {
                    let record = records[place.skipped]
                    return HeadCells(bytes: bytes, fieldEnds: split.fieldEnds, dialect: head.layout.dialect)
                        .fields(record)
                }
                guard !isLast else { return [] }
                wanted *= 4
            }
        }
    }

    let source: ByteSource
    let declared: DialectDeclaration
    let limits: CSVLimits
    let guessesHeader: Bool
    let threads: Int
    let hashes: Bool
    let blockBytes: Int

    /// Bytes of the head that dialect and layout are proposed from.
    static let headBytes = 1 << 20

    init(
        _ source: ByteSource, declared: DialectDeclaration = .none, limits: CSVLimits = CSVLimits(),
        guessesHeader: Bool, threads: Int, hashes: Bool = false, blockBytes: Int = BlockCutter.blockBytes
    ) {
        self.source = source
        self.declared = declared
        self.limits = limits
        self.guessesHeader = guessesHeader
        self.threads = threads
        self.hashes = hashes
        self.blockBytes = blockBytes
    }

    /// How the file is being read; corrected by what a reading finds.
    private struct Attempt {
        var text: ByteSource
        /// Position in `text` behind a byte order mark.
        var start = 0
        var encoding = "utf-8"
        var encodingWarnings: [FileWarning] = []
        /// The text is UTF-8 because we made it so.
        var isConverted = false
        var isSequential = false
        var corrections = FileLayout.Corrections()
    }

    /// Reads the file through a consumer that `makeConsumer` makes for its head. An error of `makeConsumer`
    /// comes after those of the file as a whole.
    /// Errors: EMPTY_FILE, BAD_ENCODING, TRUNCATED, NUL_BYTE, COMPRESSED_INPUT, NOT_CSV, UNTERMINATED_QUOTE,
    /// MULTI_TABLE, MULTIROW_HEADER, TOO_MANY_COLUMNS, MALFORMED, DIALECT_CONTRADICTION, READ_FAILED.
    func read<Consumer: RecordConsumer>(
        _ makeConsumer: (Head) throws(IngestError) -> Consumer
    ) throws(IngestError) -> Reading<Consumer> {
        var attempt = try firstAttempt()
        while true {
            let head = try head(&attempt)
            let consumer: Consumer
            do throws(IngestError) { consumer = try makeConsumer(head) } catch {
                if try pass(NoConsumer(), head, &attempt) == nil { continue }
                throw error
            }
            guard let outcome = try pass(consumer, head, &attempt) else { continue }
            return Reading(
                head: head, consumer: outcome.consumer, recordCount: outcome.facts.recordCount,
                goodCount: outcome.facts.goodCount, lastLine: outcome.facts.lineCount + 1,
                warnings: attempt.encodingWarnings + outcome.facts.warnings(head.layout), hash: outcome.hash,
                hashSeconds: outcome.hashSeconds, threads: outcome.threads, text: attempt.text)
        }
    }

    /// One pass; nil where the file must be read again, as `attempt` now says.
    private func pass<Consumer: RecordConsumer>(
        _ consumer: Consumer, _ head: Head, _ attempt: inout Attempt
    ) throws(IngestError) -> BlockPipeline<Consumer>.Outcome? {
        let layout = head.layout
        let isDelivered = !attempt.isConverted
        let outcome: BlockPipeline<Consumer>.Outcome
        if attempt.isSequential {
            outcome = try readOneAfterAnother(consumer, layout, attempt)
        } else {
            let start = attempt.start + layout.bodyStart
            let cutter = BlockCutter(
                attempt.text, from: start, quote: layout.dialect.quote, recordBytes: limits.recordBytes,
                blockBytes: blockBytes)
            var head: [UInt8] = []
            if hashes, isDelivered { try attempt.text.append(start, from: 0, to: &head) }
            outcome = try BlockPipeline(
                cutter, layout: layout, limits: limits, checksEncoding: isDelivered, threads: threads,
                hash: hashes && isDelivered ? TextHash(head: head) : nil, consumer: consumer
            ).run()
        }
        switch outcome.again {
        case .oneAfterAnother:
            attempt.isSequential = true
            return nil
        case .inAnotherEncoding:
            attempt = try converted(source.readAll())
            return nil
        case nil: break
        }
        try outcome.facts.refuse(layout)
        if layout.endsWithDelimiter, outcome.facts.trailingDelimiterCount < outcome.facts.recordCount {
            attempt.corrections.recordsEndPlainly = true
            return nil
        }
        if layout.isOneColumn, outcome.facts.badCount > 0, !attempt.corrections.hasOtherWidths {
            attempt.corrections.hasOtherWidths = true
            return nil
        }
        guard hashes, outcome.hash == nil else { return outcome }
        return .init(
            consumer: outcome.consumer, facts: outcome.facts, again: nil, hash: FileBytes.hash(try source.readAll()))
    }

    // MARK: Head

    private func firstAttempt() throws(IngestError) -> Attempt {
        var start: [UInt8] = []
        try source.append(1 << 13, from: 0, to: &start)
        guard !start.isEmpty else {
            throw IngestError(
                "EMPTY_FILE", "The file is empty: it holds no byte.", line: 1,
                remedy: "Deliver the file again; check that the export finished.")
        }
        try FileSignature.refuseOtherFormats(start)
        let isOtherwiseDeclared = declared.isBinding && declared.encoding.map { $0 != "utf-8" } ?? false
        let isUTF16 = start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) || start.contains(0)
        if isOtherwiseDeclared || isUTF16 { return try converted(source.readAll()) }
        return Attempt(text: source, start: start.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }

    /// The whole file in memory as UTF-8. Errors: those of `TextEncoding.decode`.
    private func converted(_ bytes: [UInt8]) throws(IngestError) -> Attempt {
        let text = try TextEncoding.decode(bytes, declared: declared)
        return Attempt(
            text: .memory(text.bytes), encoding: text.encoding, encodingWarnings: text.warnings, isConverted: true)
    }

    /// The text's beginning, cut behind a line end.
    private func headText(_ attempt: Attempt) throws(IngestError) -> (bytes: [UInt8], isWhole: Bool) {
        var wanted = Self.headBytes
        while true {
            var bytes: [UInt8] = []
            try attempt.text.append(wanted, from: attempt.start, to: &bytes)
            if bytes.count < wanted || attempt.start + bytes.count >= attempt.text.count { return (bytes, true) }
            if let end = bytes.lastIndex(of: Ascii.lineFeed) ?? bytes.dropLast().lastIndex(of: Ascii.carriageReturn) {
                bytes.removeLast(bytes.count - end - 1)
                return (bytes, false)
            }
            guard wanted < limits.recordBytes else { return (bytes, false) }
            wanted *= 4
        }
    }

    private func head(_ attempt: inout Attempt) throws(IngestError) -> Head {
        let (bytes, isWhole) = try headText(attempt)
        guard attempt.isConverted || EncodingFacts(bytes).isSound else {
            attempt = try converted(source.readAll())
            return try head(&attempt)
        }
        let text = DecodedText(bytes: bytes, encoding: attempt.encoding, warnings: [])
        let proposal = try DialectSniffer.propose(text, declared: declared)
        let layout = try FileLayout(
            head: bytes, isWhole: isWhole, dialect: proposal.dialect, limits: limits,
            guessesHeader: guessesHeader && declared.headerLines == nil, sniffed: proposal.warnings,
            corrections: attempt.corrections)
        let split = RecordSplitter.split(
            bytes, from: layout.bodyStart, line: layout.bodyLine, dialect: layout.dialect, limits: limits,
            isFinal: isWhole)
        var records = RecordSorter(layout: layout, limits: limits).sort(bytes, split).records
        records.move(lines: 0, numbers: layout.firstNumber)
        return Head(
            layout: layout, reason: proposal.reason, score: proposal.score, records: records,
            preamble: proposal.preamble)
    }

    // MARK: One record after the other

    /// For files whose quotes do not tell where a block may be cut: each stretch begins where the last one's
    /// records ended.
    private func readOneAfterAnother<Consumer: RecordConsumer>(
        _ consumer: Consumer, _ layout: FileLayout, _ attempt: Attempt
    ) throws(IngestError) -> BlockPipeline<Consumer>.Outcome {
        var consumer = consumer
        var facts = FileFacts(lineCount: layout.bodyLine - 1)
        var scratch = consumer.makeScratch()
        let sorter = RecordSorter(layout: layout, limits: limits)
        var position = attempt.start + layout.bodyStart
        var wanted = blockBytes
        while true {
            var bytes: [UInt8] = []
            try attempt.text.append(wanted, from: position, to: &bytes)
            let isLast = bytes.count < wanted
            if bytes.isEmpty { break }
            let split = RecordSplitter.split(
                bytes, from: 0, line: 1, dialect: layout.dialect, limits: limits, isFinal: isLast)
            try CSVReader.refuse(split.moved(lines: facts.lineCount), limits: limits)
            guard split.consumed > 0 else {
                wanted *= 2
                continue
            }
            let encoding = attempt.isConverted ? nil : EncodingFacts(Array(bytes[..<split.consumed]))
            guard encoding?.isSound ?? true else {
                return .init(consumer: consumer, facts: facts, again: .inAnotherEncoding, hash: nil)
            }
            let place = BlockPlace(
                lines: facts.lineCount, firstNumber: layout.firstNumber + facts.recordCount,
                offset: position, blockBytes: split.consumed, textBytes: attempt.text.count - position)
            position += split.consumed
            var (records, own) = sorter.sort(bytes, split)
            if let encoding { own.note(encoding) }
            let part = consumer.take(records, &scratch)
            consumer.add(part, at: place)
            facts.add(own)
            wanted = blockBytes
            if isLast { break }
        }
        return .init(consumer: consumer, facts: facts, again: nil, hash: nil)
    }
}
