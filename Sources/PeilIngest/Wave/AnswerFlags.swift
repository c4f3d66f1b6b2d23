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
        var hashes = [UInt64](repeating: 0xCBF2_9CE4_8422_2325, count: table.rowCount)
        var answered = [Int32](repeating: 0, count: table.rowCount)
        var keys: [[Int]] = []
        var numbers = AnswerNumbers()
        for name in names {
            let column = numbers.keys(try table.column(name))
            for row in 0..<table.rowCount {
                hashes[row] = (hashes[row] ^ UInt64(truncatingIfNeeded: column[row])) &* 0x0000_0100_0000_01B3
                if column[row] >= 0 { answered[row] += 1 }
            }
            keys.append(column)
        }
        let order = (0..<table.rowCount).filter { answered[$0] >= rule.minimumAnswered }
            .sorted { (hashes[$0], $0) < (hashes[$1], $1) }
        var flags = Flags(rowCount: table.rowCount)
        for (row, next) in zip(order, order.dropFirst())
        where hashes[row] == hashes[next] && keys.allSatisfy({ $0[row] == $0[next] }) {
            flags.isFlagged[row] = true
            flags.isFlagged[next] = true
        }
        return flags
    }
}

/// Answers as small numbers that are equal where the answers are, over several columns.
private struct AnswerNumbers {
    static let absent = -1
    static let dontKnow = -2
    static let notAsked = -3
    private var numberOfCode: [[UInt8]: Int] = [:]

    mutating func keys(_ column: Column) -> [Int] {
        func key(_ reason: MissingReason?) -> Int {
            reason == .notAsked ? Self.notAsked : reason == .dontKnow ? Self.dontKnow : Self.absent
        }
        switch column {
        case .categorical(let column):
            let numbers = column.categories.map { number(Array($0.code.utf8)) }
            return (0..<column.count).map {
                column.isPresent($0) ? numbers[Int(column.codes[$0])] : key(column.reason($0))
            }
        case .numeric(let column):
            return (0..<column.count).map {
                column.isPresent($0) ? number(Array("\(column.values[$0])".utf8)) : key(column.reason($0))
            }
        case .identifier(let column):
            let numbers = column.names.map { number(Array($0.utf8)) }
            return (0..<column.count).map { column.isPresent($0) ? numbers[Int(column.indices[$0])] : Self.absent }
        }
    }

    private mutating func number(_ code: [UInt8]) -> Int {
        if let known = numberOfCode[code] { return known }
        numberOfCode[code] = numberOfCode.count
        return numberOfCode.count - 1
    }
}
