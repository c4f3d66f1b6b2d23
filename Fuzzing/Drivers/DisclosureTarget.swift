import Foundation

import PeilDisclosure
@testable import PeilStudy

/// Tables as `peil disclosure` takes them. What is read and small is attacked and protected: the true tables stay
/// possible, and what the protector calls safe the attacker does too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDisclosure(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    DisclosureTarget.check(bytes)
    return 0
}

enum DisclosureTarget {
    private static let planted = PlantedMistake()
    private static let path = InputFolder.made([])
    /// Larger tables are read only: an attack may take seconds.
    private static let largest = 14
    /// Beside larger values linear programs cannot tell a unit from their tolerance: such tables are read, and no more is claimed.
    private static let largestValue = 1e6

    static func check(_ bytes: [UInt8]) {
        InputFolder.refuses(bytes, "\(path)/tables.yaml", planted) { name in
            let file = try DisclosureFile(file: name)
            guard file.system.names.count <= largest, file.system.relations.count <= largest,
                file.system.values.allSatisfy({ abs($0) <= largestValue })
            else { return }
            let attack = try Attacker(file.system).intervals(hidden: file.hidden)
            for (cell, interval) in attack {
                let value = file.system.values[cell]
                let slack = 1e-6 * max(1, value)
                guard interval.low <= value + slack, interval.high >= value - slack else {
                    finding("the true table is impossible", "\(file.system.names[cell]): \(interval)")
                }
            }
            _ = try DisclosureAudit(file).json(withWitnesses: true).text
            let protection = try DisclosureProtection(file, cost: .value)
            _ = protection.json(withWitnesses: true).text
            try audit(protection, file)
        }
    }

    /// The lists of the protector, read again and attacked anew.
    private static func audit(_ protection: DisclosureProtection, _ file: DisclosureFile) throws {
        let protections = Dictionary(uniqueKeysWithValues: file.primary.map { ($0, file.protection($0)) })
        var hidden = file.hidden
        for cell in file.primary { hidden[cell] = true }
        for name in protection.secondary {
            guard let cell = file.system.names.firstIndex(of: name) else { finding("a cell that is none", name) }
            hidden[cell] = true
        }
        let attack = try Attacker(file.system).attack(hidden: hidden, for: protections, knowing: file.knowledge)
        for (cell, protection) in protections {
            guard let interval = attack.intervals[cell], protection.isMet(by: interval), attack.knownTo[cell] == nil
            else { finding("what was protected is open", file.system.names[cell]) }
        }
    }
}
