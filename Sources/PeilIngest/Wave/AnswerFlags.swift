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
        var keys: [[Int32]] = []
        var numbers = AnswerNumbers()
        for item in rule.items { keys.append(numbers.answers(try table.column(item))) }
        var flags = Flags(rowCount: table.rowCount)
        var answers: [Int32] = []
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
        var numbers = AnswerNumbers()
        var prints = [UInt64](repeating: AnswerPrint.first, count: table.rowCount)
        var answered = [Int32](repeating: 0, count: table.rowCount)
        for name in names {
            let answers = numbers.answers(try table.column(name))
            for row in answers.indices {
                prints[row] = AnswerPrint.first(prints[row], answers[row])
                if answers[row] >= 0 { answered[row] += 1 }
            }
        }
        let alike = AnswerPrint.alike(prints) { answered[$0] >= rule.minimumAnswered }
        // Those few are told apart by a second print.
        var second = [UInt64](repeating: AnswerPrint.second, count: alike.count)
        for name in names where !alike.isEmpty {
            let answers = numbers.answers(try table.column(name))
            for place in alike.indices { second[place] = AnswerPrint.second(second[place], answers[alike[place]]) }
        }
        let order = alike.indices.sorted { (prints[alike[$0]], second[$0]) < (prints[alike[$1]], second[$1]) }
        var flags = Flags(rowCount: table.rowCount)
        for (place, next) in zip(order, order.dropFirst())
        where prints[alike[place]] == prints[alike[next]] && second[place] == second[next] {
            flags.isFlagged[alike[place]] = true
            flags.isFlagged[alike[next]] = true
        }
        return flags
    }
}

/// The answers of a respondent in twice 64 bits: two hashes of their own, so that equal ones stand for equal answers
/// (among a million respondents two others are equal by chance once in 10²⁶ files), without a copy of the table.
private enum AnswerPrint {
    /// Of no answers.
    static let first: UInt64 = 0xCBF2_9CE4_8422_2325
    static let second: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func first(_ print: UInt64, _ answer: Int32) -> UInt64 {
        let next = (print ^ UInt64(truncatingIfNeeded: answer)) &* 0x0000_0100_0000_01B3
        return next ^ next >> 29
    }

    static func second(_ print: UInt64, _ answer: Int32) -> UInt64 {
        let next = (print &+ UInt64(truncatingIfNeeded: answer) &+ 1) &* 0xBF58_476D_1CE4_E5B9
        return next ^ next >> 31
    }

    /// The rows that share their print with another, of those that count.
    static func alike(_ prints: [UInt64], where counts: (Int) -> Bool) -> [Int] {
        // Rows go by the leading bits of their prints into buckets of some eight, in which equal ones are found.
        let shift = UInt64(min(63, prints.count.leadingZeroBitCount + 3))
        var next = [Int32](repeating: 0, count: Int(UInt64.max >> shift) + 2)
        let rows = prints.indices.filter(counts)
        for row in rows { next[Int(prints[row] >> shift) + 1] += 1 }
        for bucket in 1..<next.count { next[bucket] += next[bucket - 1] }
        var ordered = [Int32](repeating: 0, count: rows.count)
        for row in rows {
            let bucket = Int(prints[row] >> shift)
            ordered[Int(next[bucket])] = Int32(row)
            next[bucket] += 1
        }
        var result: [Int] = []
        var start = 0
        for end in next.dropLast().map({ Int($0) }) {
            if end - start > 1 {
                let own = ordered[start..<end].map { (print: prints[Int($0)], row: Int($0)) }.sorted { $0 < $1 }
                for place in own.indices
                where place > 0 && own[place - 1].print == own[place].print
                    || place + 1 < own.count && own[place + 1].print == own[place].print
                {
                    result.append(own[place].row)
                }
            }
            start = end
        }
        return result
    }
}

/// Answers as small numbers that are equal where the answers are, over several columns.
private struct AnswerNumbers {
    static let absent: Int32 = -1
    static let dontKnow: Int32 = -2
    static let notAsked: Int32 = -3
    private var numberOfCode: [[UInt8]: Int32] = [:]

    /// The number of an absent answer by its raw reason.
    private static let numberOfReason = (0...UInt8.max).map { raw in
        switch MissingReason(rawValue: raw) {
        case .notAsked: notAsked
        case .dontKnow: dontKnow
        default: absent
        }
    }

    /// One number a row; below 0 where the answer is absent.
    mutating func answers(_ column: Column) -> [Int32] {
        var answers: [Int32]
        let reasons: [UInt8]
        switch column {
        case .categorical(let column):
            let numbers = column.categories.map { number(Array($0.code.utf8)) }
            // Without a category nobody answered, and every code is 0.
            answers = numbers.isEmpty ? column.codes.map { _ in 0 } : column.codes.map { numbers[Int($0)] }
            reasons = column.reasons
        case .numeric(let column):
            var known: [Double: Int32] = [:]
            answers = column.values.map { value in
                if let number = known[value] { return number }
                let number = number(Array("\(value)".utf8))
                known[value] = number
                return number
            }
            reasons = column.reasons
        case .identifier(let column):
            let numbers = column.names.map { number(Array($0.utf8)) }
            answers = column.indices.map { $0 < 0 ? Self.absent : numbers[Int($0)] }
            reasons = []
        }
        for row in reasons.indices where reasons[row] != 0 { answers[row] = Self.numberOfReason[Int(reasons[row])] }
        return answers
    }

    private mutating func number(_ code: [UInt8]) -> Int32 {
        if let known = numberOfCode[code] { return known }
        let next = Int32(numberOfCode.count)
        numberOfCode[code] = next
        return next
    }
}
