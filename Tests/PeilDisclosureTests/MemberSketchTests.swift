import PeilNumerics
import Testing

@testable import PeilDisclosure

/// Sums that name nobody tell how many people two bases do not share, up to the limit.
struct MemberSketchTests {
    private let limit = 10

    private func sketch(_ people: some Sequence<UInt64>) -> MemberSketch {
        var sketch = MemberSketch(limit: limit)
        for person in people { sketch.add(MemberSketch.powers(of: person, limit: limit)) }
        return sketch
    }

    private func people(_ count: Int, seed: UInt64) -> [UInt64] {
        var random = StableRandom(seed: seed)
        return (0..<count).map { _ in random.next() }
    }

    @Test(arguments: [(0, 0), (1, 0), (0, 1), (1, 1), (2, 3), (4, 5), (9, 0)])
    func `few who joined or left are counted`(joined: Int, left: Int) {
        let before = people(400, seed: 1)
        let after = Array(before.dropFirst(left)) + people(joined, seed: 2)
        #expect(sketch(after).difference(from: sketch(before), limit: limit) == joined + left)
        #expect(sketch(before).difference(from: sketch(after.reversed()), limit: limit) == joined + left)
    }

    @Test func `many are not`() {
        let before = people(400, seed: 1)
        for (joined, left) in [(10, 0), (5, 5), (0, 40), (400, 400)] {
            let after = Array(before.dropFirst(left)) + people(joined, seed: 3)
            #expect(sketch(after).difference(from: sketch(before), limit: limit) == nil)
        }
    }

    @Test func `parts add up to the whole`() {
        let all = people(90, seed: 5)
        var whole = sketch(all.prefix(40))
        for person in all.dropFirst(40) { whole.add(MemberSketch.powers(of: person, limit: limit)) }
        #expect(whole == sketch(all) && whole == sketch(all.reversed()))
        #expect(whole.sums[0] == 90)
    }

    // MARK: Releases

    private func draft(_ members: [UInt64]) -> PublicationDraft {
        let question = PublicationSubject.Question(
            id: "q", label: .init([:]), wording: .init([:]), wordingHash: "",
            levels: [.init(code: "1", label: .init([:]))],
            statistic: .share, unit: .init([:]), base: .init([:]), isSensitive: false)
        let subject = PublicationSubject(
            study: "s", title: .init([:]), population: .init([:]), region: .init([:]), wave: "w", waveLabel: .init([:]),
            fieldworkFrom: "", fieldworkTo: "", mode: "", basis: "probability", banner: .init([:]),
            questions: [question],
            areas: [], segments: [], studyHash: "", inputHash: "", seed: 0, version: "")
        let name = FigureName(question: "q", level: "1", statistic: .share)
        let figure = Figure(
            name: name, estimate: 0.4, standardError: 0.02, lower: 0.36, upper: 0.44, intervalLevel: 0.95,
            intervalMethod: "logit", degreesOfFreedom: 100, base: members.count, count: members.count * 2 / 5,
            missingShare: 0, effectiveN: Double(members.count), designEffect: 1, contrast: nil)
        var draft = PublicationDraft(subject: subject, figures: [figure], facts: [])
        draft.members.set(sketch(members), BaseMembers.key(question: "q", area: "", segment: ""))
        return draft
    }

    private func version(_ members: [UInt64]) -> EarlierRelease.Version {
        .init(hidden: [], shown: ["q.1.-.-.share": members.count], members: ["q.-.-": sketch(members)])
    }

    private func refuses(_ now: [UInt64], _ earlier: (BaseMembers) -> EarlierRelease) -> Bool {
        let draft = draft(now)
        do {
            _ = try DisclosureRules().release(draft, boundBy: earlier(draft.members))
            return false
        } catch {
            #expect(error == .differencing(rowIDs: ["q.1.-.-.share"]))
            return true
        }
    }

    @Test func `one person swapped at an equal base is refused in a version`() {
        let before = people(300, seed: 1)
        let swapped = Array(before.dropFirst()) + people(1, seed: 9)
        let other = Array(before.dropFirst(20)) + people(20, seed: 9)
        #expect(refuses(swapped) { _ in EarlierRelease([version(before)]) })
        #expect(!refuses(before.reversed()) { _ in EarlierRelease([version(before)]) })
        #expect(!refuses(other) { _ in EarlierRelease([version(before)]) })
    }

    @Test func `another wave may not tell who joined`() {
        let before = people(300, seed: 1)
        let joined = before + people(3, seed: 4)
        let moved = Array(joined.dropFirst(2))
        func others(_ members: BaseMembers) -> EarlierRelease {
            EarlierRelease([], others: [version(before)], members: members, limit: limit)
        }
        #expect(refuses(joined, others))
        #expect(!refuses(moved, others), "nobody knows whom the difference is about")
        #expect(!refuses(people(303, seed: 8), others), "another sample")
    }

    @Test func `the same people under another name are a version`() {
        let before = people(300, seed: 1)
        var draft = draft(before)
        draft.members = BaseMembers(["q.-.-": sketch(before)])
        let hidden = EarlierRelease.Version(
            hidden: ["q.1.-.-.share"], shown: [:], members: ["q.-.-": sketch(before.reversed())])
        let earlier = EarlierRelease([], others: [hidden], members: draft.members, limit: limit)
        #expect(earlier.wasHidden("q.1.-.-.share"))
        #expect(!EarlierRelease([], others: [hidden], members: BaseMembers(), limit: limit).wasHidden("q.1.-.-.share"))
    }
}
