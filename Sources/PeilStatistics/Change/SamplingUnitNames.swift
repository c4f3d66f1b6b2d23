/// What the primary sampling units of a wave are called, so that those that take part again are found in the next.
///
/// A name is that of a household, school or person, the same in every wave. Where names only hold within a stratum, the
/// stratum is part of the name, and a unit that moves to another stratum is a new one.
public struct SamplingUnitNames: Sendable {
    /// Names without a namesake; units without a name are absent.
    private let unitOfName: [String: Int32]

    /// - Parameters:
    ///   - design: the design of the sample.
    ///   - labels: the unit's name in each row, nil where it is not known: such a unit is nobody else's.
    ///   - withinStrata: names may repeat in other strata.
    /// - Throws: `.repeatedUnit` when two units carry one name.
    public init(_ design: SampleDesign, labels: [String?], withinStrata: Bool) throws(ChangeError) {
        precondition(labels.count == design.rowCount, "a name a row")
        let stage = design.stages[0]
        var unitOfName: [String: Int32] = [:]
        for (row, label) in labels.enumerated() {
            guard let label else { continue }
            let unit = stage.unitOfRow[row]
            let stratum = stage.strata[Int(stage.stratumOfUnit[Int(unit)])].label
            let name = withinStrata ? "\(stratum)\u{1F}\(label)" : label
            let known = unitOfName.updateValue(unit, forKey: name)
            guard known == nil || known == unit else { throw .repeatedUnit }
        }
        self.unitOfName = unitOfName
    }

    /// Pairs of units with one name, in the order of this wave's units.
    func shared(with other: SamplingUnitNames) -> [(own: Int, other: Int)] {
        unitOfName.compactMap { name, unit in other.unitOfName[name].map { (Int(unit), Int($0)) } }
            .sorted { $0.0 < $1.0 }
    }
}
