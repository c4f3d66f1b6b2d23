import PeilNumerics

/// An adult of the register before he or she has a place in the population.
struct RegisterAdult {
    var sex: UInt8
    var ageClass: UInt8
    var age: UInt8
}

/// Adults who live together, with their minor children.
struct BuiltHousehold {
    /// Codes of `hh_samenstelling`.
    enum Composition: UInt8 {
        case alone = 1
        case couple, coupleWithChildren, singleParent, other
    }
    var adults: [RegisterAdult]
    var minors = 0
    var childrenAtHome = 0
    var isShared = false
    /// Adults who are partners or the one parent: 2 or 1. The others are their grown-up children.
    var headCount: Int

    var composition: Composition {
        if isShared { return .other }
        let hasChildren = minors + childrenAtHome > 0
        if headCount == 2 { return hasChildren ? .coupleWithChildren : .couple }
        return hasChildren ? .singleParent : .alone
    }
}

/// Puts the adults of one municipality together in households: couples by age, grown-up children with
/// parents of a fitting age, shared houses, and people who live alone. Uses every adult exactly once,
/// so that the margins hold by construction.
struct HouseholdBuilder {
    let parameters: SimulationParameters
    var random: StableRandom

    /// counts: `[sex][ageClass]`. Result in random order.
    mutating func households(counts: [[Int]]) -> [BuiltHousehold] {
        var roles = Roles()
        for sex in 0..<2 {
            for (ageClass, count) in counts[sex].enumerated() {
                for _ in 0..<count { assign(adult(sex: sex, ageClass: ageClass), to: &roles) }
            }
        }
        var result = couples(&roles)
        result += roles.alone.map { BuiltHousehold(adults: [$0], headCount: 1) }
        result += placeChildren(roles.children, with: &result)
        result += sharedHouses(roles.shared)
        for index in result.indices where !result[index].isShared { addMinors(to: &result[index]) }
        random.shuffle(&result)
        return result
    }

    private struct Roles {
        var alone: [RegisterAdult] = []
        var partners: [[RegisterAdult]] = [[], []]
        var children: [RegisterAdult] = []
        var shared: [RegisterAdult] = []
    }

    private mutating func adult(sex: Int, ageClass: Int) -> RegisterAdult {
        let ages = parameters.ageClasses[ageClass]
        var age = ages.from
        if ages.decay > 0 {
            while age < ages.to, !random.chance(ages.decay + ages.ageing * Double(age - ages.from)) { age += 1 }
        } else {
            age += random.integer(below: ages.to - ages.from + 1)
        }
        return RegisterAdult(sex: UInt8(sex), ageClass: UInt8(ageClass), age: UInt8(age))
    }

    private mutating func assign(_ adult: RegisterAdult, to roles: inout Roles) {
        let sex = Int(adult.sex)
        let ageClass = Int(adult.ageClass)
        let rules = parameters.households
        var rest = random.uniform()
        rest -= rules.alone[sex][ageClass]
        if rest < 0 {
            roles.alone.append(adult)
            return
        }
        rest -= rules.couple[sex][ageClass]
        if rest < 0 {
            roles.partners[sex].append(adult)
            return
        }
        rest -= rules.childAtHome[sex][ageClass]
        if rest < 0 { roles.children.append(adult) } else { roles.shared.append(adult) }
    }

    /// Partners of about the same age: both lists sorted by age with some disorder, paired by rank.
    /// Whoever has no partner left lives alone.
    private mutating func couples(_ roles: inout Roles) -> [BuiltHousehold] {
        var result: [BuiltHousehold] = []
        for sex in 0..<2 {
            random.shuffle(&roles.partners[sex])
            let pairs = Int(Double(roles.partners[sex].count) * parameters.households.sameSexShare / 2)
            let ordered = byAge(Array(roles.partners[sex].prefix(2 * pairs)))
            for pair in 0..<pairs { result.append(couple(ordered[2 * pair], ordered[2 * pair + 1])) }
            roles.partners[sex].removeFirst(2 * pairs)
        }
        let paired = min(roles.partners[0].count, roles.partners[1].count)
        let men = byAge(Array(roles.partners[0].prefix(paired)))
        let women = byAge(Array(roles.partners[1].prefix(paired)))
        for (man, woman) in zip(men, women) { result.append(couple(man, woman)) }
        for sex in 0..<2 { roles.alone += roles.partners[sex].dropFirst(paired) }
        return result
    }

    private func couple(_ first: RegisterAdult, _ second: RegisterAdult) -> BuiltHousehold {
        BuiltHousehold(adults: [first, second], headCount: 2)
    }

    private mutating func byAge(_ adults: [RegisterAdult]) -> [RegisterAdult] {
        var keyed: [(key: Double, index: Int)] = []
        for (index, adult) in adults.enumerated() { keyed.append((Double(adult.age) + 2.5 * random.normal(), index)) }
        keyed.sort { ($0.key, $0.index) < ($1.key, $1.index) }
        return keyed.map { adults[$0.index] }
    }

    /// Grown-up children go to a random household with parents 20 to 45 years older; those for whom
    /// thirty tries find none live alone (returned as new households).
    private mutating func placeChildren(
        _ children: [RegisterAdult], with households: inout [BuiltHousehold]
    )
        -> [BuiltHousehold]
    {
        var alone: [BuiltHousehold] = []
        let candidates = households.indices.filter { index in
            households[index].adults.allSatisfy { $0.age >= 38 && $0.age <= 79 }
        }
        for child in children {
            if let home = findHome(for: child, candidates, households) {
                households[home].adults.append(child)
                households[home].childrenAtHome += 1
            } else {
                alone.append(BuiltHousehold(adults: [child], headCount: 1))
            }
        }
        return alone
    }

    private mutating func findHome(
        for child: RegisterAdult, _ candidates: [Int], _ households: [BuiltHousehold]
    )
        -> Int?
    {
        guard !candidates.isEmpty else { return nil }
        for _ in 0..<30 {
            let index = candidates[random.integer(below: candidates.count)]
            let home = households[index]
            let gaps = home.adults.prefix(home.headCount).map { Int($0.age) - Int(child.age) }
            // A couple comes before a lone parent: fewer children live with one parent.
            let isWelcome = home.headCount == 2 || random.chance(parameters.households.singleParentFactor)
            if isWelcome, home.adults.count < parameters.households.largest,
                gaps.allSatisfy({ $0 >= 20 && $0 <= 45 })
            {
                return index
            }
        }
        return nil
    }

    private mutating func sharedHouses(_ adults: [RegisterAdult]) -> [BuiltHousehold] {
        // Neighbours in a list sorted by age with disorder: students live with students.
        var waiting = byAge(adults)[...]
        var result: [BuiltHousehold] = []
        while !waiting.isEmpty {
            let size = min(2 + random.choice(weights: parameters.households.sharedSizes), waiting.count)
            let members = Array(waiting.prefix(size))
            waiting = waiting.dropFirst(size)
            result.append(BuiltHousehold(adults: members, isShared: size > 1, headCount: size > 1 ? size : 1))
        }
        random.shuffle(&result)
        return result
    }

    private mutating func addMinors(to household: inout BuiltHousehold) {
        let heads = household.adults.prefix(household.headCount)
        guard let youngest = heads.map(\.ageClass).min() else { return }
        let rules = parameters.households
        let factor = household.headCount == 1 ? rules.singleParentFactor : 1
        guard random.chance(rules.minors[Int(youngest)] * factor) else { return }
        household.minors = 1 + random.choice(weights: rules.minorCounts)
    }
}
