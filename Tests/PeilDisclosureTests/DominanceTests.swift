import PeilDisclosure
import Testing

/// Rules of dominance by what they say of contributors, and amounts that must lie open.
struct DominanceTests {
    /// Amounts of 1 to 6 contributors, some of whom dominate.
    private func drawn(_ seed: UInt64) -> [Double] {
        var draw = TableDraw(seed: seed)
        return (0...draw.next(6)).map { _ in Double(1 + draw.next([10, 100, 1_000][draw.next(3)])) }
    }

    @Test func `p per cent: the second largest may not come too near the largest`() throws {
        let rule = try DominanceRule.closeness(percent: 15)
        var unsafe = 0
        for seed: UInt64 in 1...300 {
            let all = drawn(seed).sorted(by: >)
            let total = all.reduce(0, +)
            // Anybody in it takes the total less the own contribution for the one of any other.
            let errors = all.indices.flatMap { one in
                all.indices.filter { $0 != one }.map { (total - all[one] - all[$0]) / all[$0] }
            }
            let isUnsafe = (errors.min() ?? 0) < 0.15 - 1e-12
            let level = rule.protectionLevel(of: Contributions(total: total, largest: all.reversed()))
            #expect((level > 0) == isUnsafe, "seed \(seed)")
            guard level > 0 else { continue }
            unsafe += 1
            // Of a total that is larger by the level the second is wrong by just 15 %.
            let second = all.dropFirst().first ?? 0
            #expect(abs((total + level - second - all[0]) / all[0] - 0.15) < 1e-9, "seed \(seed)")
        }
        #expect((50...250).contains(unsafe))
    }

    @Test func `n and k: the largest may not hold more than their share`() throws {
        let rule = try DominanceRule.share(ofLargest: 2, percent: 75)
        for seed: UInt64 in 1...300 {
            let all = drawn(seed).sorted(by: >)
            let total = all.reduce(0, +)
            let two = all.prefix(2).reduce(0, +)
            let level = rule.protectionLevel(of: Contributions(total: total, largest: all))
            #expect((level > 0) == (two > 0.75 * total + 1e-9), "seed \(seed)")
            // Of a total that is larger by the level they hold just 75 %.
            if level > 0 { #expect(abs(two / (total + level) - 0.75) < 1e-9, "seed \(seed)") }
        }
    }

    @Test func `who knew others within q beforehand knows more`() throws {
        let amount = Contributions(total: 130, largest: [100, 20])
        let plain = try DominanceRule.closeness(percent: 15)
        let prior = try DominanceRule.closeness(percent: 15, prior: 60)
        // 10 are left: 15 % of 100 are 15; within 60 % they are known to 6.
        #expect(plain.protectionLevel(of: amount) == 5)
        #expect(prior.protectionLevel(of: amount) == 15)
        #expect([plain, prior].protectionLevel(of: amount) == 15)
    }

    @Test func `rules that cannot be are refused`() {
        for (p, q) in [(0.0, 100.0), (60, 60), (15, 101), (-1, 50), (.nan, 100)] {
            #expect(throws: DisclosureError.self) { try DominanceRule.closeness(percent: p, prior: q) }
        }
        for (n, k) in [(0, 75.0), (10, 75), (1, 0), (1, 100), (1, .nan)] {
            #expect(throws: DisclosureError.self) { try DominanceRule.share(ofLargest: n, percent: k) }
        }
    }

    /// Two sensitive amounts in a row of three and a total: a has one contributor, b is made of 100 and 4.
    @Test func `the largest contributor to one amount bounds the other`() throws {
        let system = try TableSystem(
            names: ["a", "b", "c", "T"], values: [100, 104, 50, 254],
            relations: [.init(parts: [0, 1, 2], total: 3)], isWhole: false)
        let protections: [Int: Protection] = [
            0: .amount(100, level: 15), 1: .amount(104, level: 15)
        ]
        let knowledge = ContributorKnowledge(
            system, contributors: [.alone(in: 0, value: 100), .largest(in: 1, contribution: 100)],
            protections: protections)
        let attacker = Attacker(system)
        let hidden = [true, true, false, false]
        // Any reader: a + b = 204, both from 0 to 204.
        let attack = try attacker.attack(hidden: hidden, for: protections, knowing: knowledge)
        #expect(protections.allSatisfy { cell, protection in attack.intervals[cell].map(protection.isMet) == true })
        // Who is a knows b; who is most of b knows that a is 104 at most.
        #expect(attack.knownTo == [0: [1], 1: [0]])
        var problem = SuppressionProblem(
            system, primary: protections, mayHide: [false, false, true, false], cost: .value)
        problem.knowledge = knowledge
        #expect(try problem.solve().secondary == [2])
    }

    @Test func `an amount lies as far open below as above, but not below 0`() {
        let open = AttackInterval(low: 85, high: 115, isExact: true)
        #expect(Protection.amount(100, level: 15).isMet(by: open))
        #expect(!Protection.amount(100, level: 16).isMet(by: open))
        #expect(!Protection.amount(101, level: 15).isMet(by: open))
        #expect(Protection.amount(10, level: 40).isMet(by: AttackInterval(low: 0, high: 50, isExact: true)))
    }
}
