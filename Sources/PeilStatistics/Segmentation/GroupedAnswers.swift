internal import PeilNumerics

/// The answers of points three items at a time: one small whole number a group of items, for distances by table.
struct GroupedAnswers: Sendable {
    static let combinationLimit = 4096
    /// The first code of each group, and the number of codes.
    let starts: [Int]
    /// One a group, point by point.
    let codes: [UInt16]
    var groups: Int { starts.count - 1 }
    /// Index into `values` of the item, item by item within each code; −1 beyond the last item.
    private let answerOfCode: [Int32]

    /// nil where items have so many answers that a table would cost more than it saves.
    init?(_ points: AnswerPoints) {
        let size = CodedDistances.groupSize
        let items = points.items
        let groups = stride(from: 0, to: items.count, by: size).map { items[$0..<min($0 + size, items.count)] }
        var starts = [0]
        var answerOfCode: [Int32] = []
        for group in groups {
            // Step by step: three long lists of answers multiply beyond a whole number.
            var combinations = 1
            for item in group where combinations <= Self.combinationLimit { combinations *= item.values.count }
            guard combinations <= Self.combinationLimit, starts[starts.count - 1] + combinations <= points.count,
                starts[starts.count - 1] + combinations <= Int(UInt16.max)
            else { return nil }
            answerOfCode += Self.answers(group.map(\.values.count), combinations)
            starts.append(starts[starts.count - 1] + combinations)
        }
        self.starts = starts
        self.answerOfCode = answerOfCode
        let ofRow = Self.codesOfRows(groups, starts)
        let count = groups.count
        var codes = [UInt16](repeating: 0, count: points.count * count)
        for point in 0..<points.count {
            let row = Int(points.rowOfPoint[point])
            for group in 0..<count { codes[point * count + group] = ofRow[row * count + group] }
        }
        self.codes = codes
    }

    /// Which answer to each item a combination holds; the first item changes slowest.
    private static func answers(_ counts: [Int], _ combinations: Int) -> [Int32] {
        var answers = [Int32](repeating: -1, count: 3 * combinations)
        for combination in 0..<combinations {
            var rest = combination
            for place in counts.indices.reversed() {
                answers[3 * combination + place] = Int32(rest % counts[place])
                rest /= counts[place]
            }
        }
        return answers
    }

    /// Row by row, so that a point's codes are then read from one place.
    private static func codesOfRows(_ groups: [ArraySlice<NumberedItem>], _ starts: [Int]) -> [UInt16] {
        let rows = groups[0][0].codeOfRow.count
        var result = [UInt16](repeating: 0, count: rows * groups.count)
        for (number, group) in groups.enumerated() {
            var codes = [Int32](repeating: 0, count: rows)
            for item in group {
                let count = Int32(item.values.count)
                for row in 0..<rows { codes[row] = codes[row] &* count &+ item.codeOfRow[row] }
            }
            let start = Int32(starts[number])
            for row in 0..<rows {
                result[row * groups.count + number] = UInt16(truncatingIfNeeded: codes[row] &+ start)
            }
        }
        return result
    }

    /// Places of the answers on their items' scales, three a code.
    func coordinates(_ places: [[Double]]) -> [Double] {
        var result = [Double](repeating: 0, count: answerOfCode.count)
        for group in 0..<groups {
            for code in starts[group]..<starts[group + 1] {
                for axis in 0..<3 where answerOfCode[3 * code + axis] >= 0 {
                    result[3 * code + axis] = places[3 * group + axis][Int(answerOfCode[3 * code + axis])]
                }
            }
        }
        return result
    }

    /// Units of each answer to each item.
    func itemUnits(_ units: [Int64], _ items: [NumberedItem]) -> [[Int64]] {
        var ofCode = [Int64](repeating: 0, count: starts[groups])
        for point in units.indices {
            for group in (point * groups)..<((point + 1) * groups) { ofCode[Int(codes[group])] &+= units[point] }
        }
        var result = items.map { [Int64](repeating: 0, count: $0.values.count) }
        for group in 0..<groups {
            for code in starts[group]..<starts[group + 1] {
                for axis in 0..<3 where answerOfCode[3 * code + axis] >= 0 {
                    result[3 * group + axis][Int(answerOfCode[3 * code + axis])] += ofCode[code]
                }
            }
        }
        return result
    }
}
