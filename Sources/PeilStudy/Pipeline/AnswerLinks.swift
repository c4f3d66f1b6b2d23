import Foundation
import PeilDisclosure
import PeilNumerics
import PeilTable

/// Finds answers of different questions that hold the same respondents: "72 hours or more" and the highest class of
/// hours, a class of ages and the ages in it.
///
/// Each row gets a random number of 64 bits; a set of rows is the sum of its numbers. Two sets with one sum are the same set, but
/// for a chance of 2⁻⁶⁴. What a codebook derives and what two columns happen to share are found alike, in a pass a question.
struct AnswerLinks {
    /// Levels of a question that the publication shows, and the level of each row: −1 without an answer, one more than there
    /// are at an answer that is not shown.
    struct Question {
        let id: String
        let levels: [String]
        let levelOfRow: [Int32]
        /// Whether the question was put to the respondent; empty: to everybody.
        var asked: [Bool] = []
    }

    private let questions: [Question]
    /// Sum of the numbers of each level's rows, and one of its rows.
    private let sets: [[(sum: UInt64, row: Int?)]]
    /// Sum of the numbers of everybody who answered the question.
    private let answered: [UInt64]

    init(_ questions: [Question], rowCount: Int) {
        self.questions = questions
        var random = StableRandom(seed: 0)
        let numbers = (0..<rowCount).map { _ in random.next() }
        answered = questions.map { question in
            question.levelOfRow.indices.reduce(UInt64(0)) {
                question.levelOfRow[$1] >= 0 ? $0 &+ numbers[$1] : $0
            }
        }
        sets = questions.map { question in
            var sets = [(sum: UInt64, row: Int?)](repeating: (0, nil), count: question.levels.count)
            for (row, level) in question.levelOfRow.enumerated() where level >= 0 && Int(level) < question.levels.count
            {
                sets[Int(level)].sum &+= numbers[row]
                if sets[Int(level)].row == nil { sets[Int(level)].row = row }
            }
            return sets
        }
    }

    /// Every answer that answers of another question make up.
    func links() -> [CountLink] {
        var links: [CountLink] = []
        for whole in questions.indices {
            for fine in questions.indices where fine != whole {
                links += self.links(of: questions[whole], sets[whole], by: questions[fine], sets[fine], fine < whole)
            }
        }
        return links
    }

    /// Questions that only those with some answers to another question got: the base of the one follows from the counts of the other.
    func routes() -> [CountLink] {
        var links: [CountLink] = []
        for target in questions where target.asked.contains(false) {
            for source in questions.indices where questions[source].id != target.id {
                if let levels = self.levels(of: questions[source], asking: target) {
                    links.append(
                        CountLink(
                            parts: levels.map { .init(question: questions[source].id, level: $0) },
                            whole: .init(question: target.id, level: "")))
                }
            }
        }
        return links
    }

    /// The shown answers whose people, all of them and nobody else, got the other question; nil where there are none.
    private func levels(of source: Question, asking target: Question) -> [String]? {
        var asked = [Bool](repeating: false, count: source.levels.count)
        var spared = asked
        for (row, level) in source.levelOfRow.enumerated() {
            guard level >= 0, Int(level) < source.levels.count else {
                if target.asked[row] { return nil }
                continue
            }
            if target.asked[row] { asked[Int(level)] = true } else { spared[Int(level)] = true }
        }
        guard zip(asked, spared).allSatisfy({ !($0 && $1) }), asked.contains(true) else { return nil }
        return source.levels.indices.filter { asked[$0] }.map { source.levels[$0] }
    }

    /// Answers of questions that show one, which the same people answered and nobody gave two of.
    func exclusive() -> [ExclusiveAnswers] {
        let single = questions.indices.filter { questions[$0].levels.count == 1 }
        var together = [Bool](repeating: false, count: single.count * single.count)
        let rowCount = questions.first?.levelOfRow.count ?? 0
        for row in 0..<rowCount {
            let given = single.indices.filter { questions[single[$0]].levelOfRow[row] == 0 }
            for one in given { for other in given { together[one * single.count + other] = true } }
        }
        var isPlaced = [Bool](repeating: false, count: single.count)
        var groups: [ExclusiveAnswers] = []
        for start in single.indices where !isPlaced[start] {
            var members = [start]
            for other in single.indices.dropFirst(start + 1)
            where !isPlaced[other] && answered[single[other]] == answered[single[start]]
                && members.allSatisfy({ !together[$0 * single.count + other] })
            {
                members.append(other)
            }
            guard members.count > 1 else { continue }
            for member in members { isPlaced[member] = true }
            groups.append(group(members.map { single[$0] }))
        }
        return groups
    }

    /// Chance that as many people as gave one answer all give another too, below which it is no chance.
    private static let chance = 1e-6

    /// Answers of questions that show one, of which the one holds all people of the other and more; where a third lies
    /// between the two, only its own pairs. Few people who all gave an answer that nearly everybody gave do not count.
    func nested() -> [NestedAnswers] {
        let single = questions.indices.filter { questions[$0].levels.count == 1 }
        let rowCount = questions.first?.levelOfRow.count ?? 0
        var counts = [Int](repeating: 0, count: single.count)
        var isOutside = [Bool](repeating: false, count: single.count * single.count)
        for row in 0..<rowCount {
            let given = single.map { questions[$0].levelOfRow[row] == 0 }
            for inner in given.indices where given[inner] {
                counts[inner] += 1
                for outer in given.indices where !given[outer] { isOutside[inner * single.count + outer] = true }
            }
        }
        func holds(_ inner: Int, _ outer: Int) -> Bool {
            counts[inner] > 0 && counts[inner] < counts[outer] && !isOutside[inner * single.count + outer]
        }
        var pairs: [NestedAnswers] = []
        for inner in single.indices {
            for outer in single.indices where holds(inner, outer) {
                let answered = questions[single[outer]].levelOfRow.count { $0 >= 0 }
                let share = Double(counts[outer]) / Double(max(1, answered))
                guard Double(counts[inner]) * log(share) < log(Self.chance) else { continue }
                guard !single.indices.contains(where: { holds(inner, $0) && holds($0, outer) }) else { continue }
                pairs.append(NestedAnswers(inner: answer(single[inner]), outer: answer(single[outer])))
            }
        }
        return pairs
    }

    /// The only answer that a question shows.
    private func answer(_ question: Int) -> CountLink.Answer {
        .init(question: questions[question].id, level: questions[question].levels[0])
    }

    private func group(_ members: [Int]) -> ExclusiveAnswers {
        let sum = members.reduce(UInt64(0)) { $0 &+ sets[$1][0].sum }
        return ExclusiveAnswers(
            answers: members.map(answer),
            coverEverybody: sum == answered[members[0]])
    }

    /// - Parameter isEarlier: two answers that are equal are linked once, from the earlier question.
    private func links(
        of whole: Question, _ wholeSets: [(sum: UInt64, row: Int?)], by fine: Question,
        _ fineSets: [(sum: UInt64, row: Int?)], _ isEarlier: Bool
    ) -> [CountLink] {
        var parts = [[Int]](repeating: [], count: whole.levels.count)
        for (level, set) in fineSets.enumerated() {
            guard let row = set.row else { continue }
            let target = Int(whole.levelOfRow[row])
            if parts.indices.contains(target) { parts[target].append(level) }
        }
        return whole.levels.indices.compactMap { level in
            let own = parts[level]
            guard !own.isEmpty, own.count > 1 || isEarlier else { return nil }
            guard own.reduce(UInt64(0), { $0 &+ fineSets[$1].sum }) == wholeSets[level].sum else { return nil }
            return CountLink(
                parts: own.map { .init(question: fine.id, level: fine.levels[$0]) },
                whole: .init(question: whole.id, level: whole.levels[level]))
        }
    }
}
