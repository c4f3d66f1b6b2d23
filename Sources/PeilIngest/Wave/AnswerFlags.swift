import PeilTable

/// Flags of respondents who may not have read the questions: 0/1 columns that figures and plans may use.
struct AnswerFlags {
    let table: Table

    /// A flag a row; nil where the rule says nothing about the respondent, for the reason given.
    struct Flags {
        var isFlagged: [Bool]
        /// Raw `MissingReason` a row, 0 where the flag is known.
        var reasons: [UInt8]

        init(rowCount: Int) {
            isFlagged = [Bool](repeating: false, count: rowCount)
            reasons = [UInt8](repeating: 0, count: rowCount)
        }

        var rows: [Int] { isFlagged.indices.filter { isFlagged[$0] } }
        var judged: Int { reasons.count { $0 == 0 } }

        var column: Column {
            .categorical(
                CategoricalColumn(
                    categories: [
                        Category(code: "0", label: LocalizedText(["nl": "nee", "en": "no"])),
                        Category(code: "1", label: LocalizedText(["nl": "ja", "en": "yes"]))
                    ], codes: isFlagged.map { $0 ? 1 : 0 }, reasons: reasons))
        }
    }

    /// Faster than the bound: the larger of the share of the median and the number of seconds.
    /// nil where the file has no durations.
    func speeders(_ rule: SpeederRule) throws(TableError) -> (flags: Flags, bound: Double)? {
        guard table.has(rule.variable) else { return nil }
        let column = try table.numbers(rule.variable)
        let present = (0..<column.count).filter { column.isPresent($0) }.map { column.values[$0] }.sorted()
        guard !present.isEmpty else { return nil }
        let middle = present.count / 2
        let median = present.count % 2 == 1 ? present[middle] : (present[middle - 1] + present[middle]) / 2
        let bound = max((rule.shareOfMedian ?? 0) * median, rule.seconds ?? 0)
        var flags = Flags(rowCount: table.rowCount)
        for row in 0..<column.count {
            if let reason = column.reason(row) {
                flags.reasons[row] = reason.rawValue
            } else {
                flags.isFlagged[row] = column.values[row] < bound
            }
        }
        return (flags, bound)
    }

    /// The most frequent answer stands at `share` of the items that were put, twice at least.
    func straightliners(_ rule: StraightlinerRule) throws(TableError) -> Flags {
        var keys: [[Int]] = []
        var numbers = AnswerNumbers()
        for item in rule.items { keys.append(numbers.keys(try table.column(item))) }
        var flags = Flags(rowCount: table.rowCount)
        var answers: [Int] = []
        for row in 0..<table.rowCount {
            answers.removeAll(keepingCapacity: true)
            var put = 0
            for column in keys where column[row] != AnswerNumbers.notAsked {
                put += 1
                let key = column[row]
                if key >= 0 || key == AnswerNumbers.dontKnow && rule.countsDontKnow { answers.append(key) }
            }
            guard put >= 2 else {
                flags.reasons[row] = MissingReason.notAsked.rawValue
                continue
            }
            let most = answers.map { answer in answers.count { $0 == answer } }.max() ?? 0
            flags.isFlagged[row] = most >= 2 && Double(most) >= rule.share * Double(put) - 1e-9
        }
        return flags
    }

    /// Respondents whose answers to `names` are those of another; both are flagged. nil where fewer questions
    /// are there than have to be equal.
    func sameAnswers(_ rule: SameAnswersRule, _ names: [String]) throws(TableError) -> Flags? {
        guard names.count >= rule.minimumAnswered else { return nil }
        var prints = [AnswerPrint](repeating: AnswerPrint(), count: table.rowCount)
        var numbers = AnswerNumbers()
        for name in names {
            numbers.visit(try table.column(name)) { row, answer in prints[row].add(answer) }
        }
        let order = prints.indices.filter { prints[$0].answered >= rule.minimumAnswered }
            .sorted { prints[$0].isBefore(prints[$1]) }
        var flags = Flags(rowCount: table.rowCount)
        for (row, next) in zip(order, order.dropFirst()) where prints[row].isSame(as: prints[next]) {
            flags.isFlagged[row] = true
            flags.isFlagged[next] = true
        }
        return flags
    }
}

/// The answers of a respondent in 128 bits: two hashes of their own, so that equal ones stand for equal answers
/// (among a million respondents two others are equal by chance once in 10²⁶ files), without a copy of the table.
private struct AnswerPrint {
    private var first: UInt64 = 0xCBF2_9CE4_8422_2325
    private var second: UInt64 = 0x9E37_79B9_7F4A_7C15
    private(set) var answered: Int32 = 0

    mutating func add(_ answer: Int) {
        let bits = UInt64(truncatingIfNeeded: answer)
        first = (first ^ bits) &* 0x0000_0100_0000_01B3
        first ^= first >> 29
        second = (second &+ bits &+ 1) &* 0xBF58_476D_1CE4_E5B9
        second ^= second >> 31
        if answer >= 0 { answered += 1 }
    }

    func isSame(as other: AnswerPrint) -> Bool { first == other.first && second == other.second }
    func isBefore(_ other: AnswerPrint) -> Bool { (first, second) < (other.first, other.second) }
}

/// Answers as small numbers that are equal where the answers are, over several columns.
private struct AnswerNumbers {
    static let absent = -1
    static let dontKnow = -2
    static let notAsked = -3
    private var numberOfCode: [[UInt8]: Int] = [:]

    /// One number a row.
    mutating func keys(_ column: Column) -> [Int] {
        var keys = [Int](repeating: Self.absent, count: column.count)
        visit(column) { row, answer in keys[row] = answer }
        return keys
    }

    /// Calls `use` with each row and its number, in order.
    mutating func visit(_ column: Column, _ use: (Int, Int) -> Void) {
        func absence(_ reason: MissingReason?) -> Int {
            reason == .notAsked ? Self.notAsked : reason == .dontKnow ? Self.dontKnow : Self.absent
        }
        switch column {
        case .categorical(let column):
            let numbers = column.categories.map { number(Array($0.code.utf8)) }
            for row in 0..<column.count {
                use(row, column.isPresent(row) ? numbers[Int(column.codes[row])] : absence(column.reason(row)))
            }
        case .numeric(let column):
            for row in 0..<column.count {
                let isPresent = column.isPresent(row)
                use(row, isPresent ? number(Array("\(column.values[row])".utf8)) : absence(column.reason(row)))
            }
        case .identifier(let column):
            let numbers = column.names.map { number(Array($0.utf8)) }
            for row in 0..<column.count {
                use(row, column.isPresent(row) ? numbers[Int(column.indices[row])] : Self.absent)
            }
        }
    }

    private mutating func number(_ code: [UInt8]) -> Int {
        if let known = numberOfCode[code] { return known }
        numberOfCode[code] = numberOfCode.count
        return numberOfCode.count - 1
    }
}
