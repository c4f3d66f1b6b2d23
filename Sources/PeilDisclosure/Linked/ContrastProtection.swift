/// Whether the test of a group against the rest may be printed beside the group's figure.
///
/// A difference from the rest tells the share or mean of the rest: estimate − difference. The rest is a group like any
/// other, made of all groups of the same kind but one. With two areas it is the other area, which may be hidden itself; and
/// where the region is hidden, the rest and the group together are the region again. So a test is printed only where the
/// rest has a base that could be printed and the same figure of everyone is printed.
struct ContrastProtection {
    let rules: DisclosureRules

    /// Takes the tests away that would tell what is hidden.
    /// - Parameter cells: all figures of one question, decided.
    func apply(_ cells: inout [Cell]) {
        guard cells.contains(where: { $0.figure.contrast != nil }) else { return }
        var everyone: [FigureName: Bool] = [:]
        var basesOfKind: [Kind: Int] = [:]
        for cell in cells {
            let name = cell.figure.name
            basesOfKind[Kind(name), default: 0] += cell.figure.base
            if name.area.isEmpty && name.segment.isEmpty { everyone[name] = !cell.isHidden }
        }
        for index in cells.indices where cells[index].figure.contrast != nil {
            let name = cells[index].figure.name
            let whole = FigureName(question: name.question, level: name.level, statistic: name.statistic)
            // Everyone has no rest: their test is against something else.
            guard name != whole else { continue }
            let rest = basesOfKind[Kind(name), default: 0] - cells[index].figure.base
            // A draft without a figure of everyone says nothing about everyone.
            cells[index].showsContrast = rest >= rules.minimumBase && everyone[whole] ?? true
        }
    }

    /// Groups of one kind make up everybody: areas, say, in one answer of a question.
    private struct Kind: Hashable {
        let level: String
        let statistic: FigureName.Statistic
        let hasArea: Bool
        let hasSegment: Bool

        init(_ name: FigureName) {
            (level, statistic) = (name.level, name.statistic)
            (hasArea, hasSegment) = (!name.area.isEmpty, !name.segment.isEmpty)
        }
    }
}
