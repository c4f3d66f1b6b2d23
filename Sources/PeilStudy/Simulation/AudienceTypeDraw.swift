import PeilNumerics

/// Draws the latent audience type of every adult in every wave. Adults of one household often share a
/// type; a few people change type between waves, as a campaign intends.
struct AudienceTypeDraw {
    let parameters: SimulationParameters
    let random: StableRandom

    /// Result: `[wave][person]`, indices into `parameters.types`.
    func types(household: [Int32], ageClass: [UInt8], municipality: [UInt8]) -> [[UInt8]] {
        let weights = weightsByMunicipalityAndAge()
        var random = self.random
        var current: [UInt8] = []
        current.reserveCapacity(household.count)
        var householdType = 0
        for person in household.indices {
            let home = Int(household[person])
            let mix = weights[Int(municipality[home])]
            if person == 0 || household[person] != household[person - 1] {
                householdType = random.choice(weights: mix[Int(ageClass[person])])
            }
            let own = random.choice(weights: mix[Int(ageClass[person])])
            current.append(UInt8(random.chance(parameters.sharedTypeChance) ? householdType : own))
        }
        var waves = [current]
        while waves.count < parameters.waves.count {
            current = current.map { UInt8(random.choice(weights: parameters.transitions[Int($0)])) }
            waves.append(current)
        }
        return waves
    }

    /// `[municipality][ageClass][type]`: the mix of the municipality times the odds of the age class.
    private func weightsByMunicipalityAndAge() -> [[[Double]]] {
        parameters.municipalities.map { municipality in
            parameters.ageClasses.indices.map { ageClass in
                parameters.types.indices.map { municipality.mix[$0] * parameters.types[$0].ageOdds[ageClass] }
            }
        }
    }
}
