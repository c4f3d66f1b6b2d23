import PeilStore
import PeilStudy

/// Reports that tell of change since a wave whose own report became another one later.
///
/// Such a report stays as it is until somebody has it made again: what readers see changes when its own answers change, or
/// when a human decides, never by itself. Who looks at the status, or is told of the correction, learns of it.
enum StaleComparison {
    /// - Returns: of each wave with such a report, the wave that it is compared with.
    static func all(_ study: Study, _ published: [LedgerEvent]) -> [String: String] {
        var (shown, made, changed): ([String: String], [String: Int64], [String: Int64]) = ([:], [:], [:])
        for event in published {
            guard let wave = event.wave, let sequence = event.sequence else { continue }
            made[wave] = sequence
            // Made again with the same bytes, it is the same report.
            if shown.updateValue(event.text, forKey: wave) != event.text { changed[wave] = sequence }
        }
        var stale: [String: String] = [:]
        for (place, wave) in study.waves.enumerated() {
            guard let own = made[wave.id],
                let other = study.comparedWave(of: place, isThere: { made[study.waves[$0].id] != nil })
            else { continue }
            let name = study.waves[other].id
            if let later = changed[name], later > own { stale[wave.id] = name }
        }
        return stale
    }

    static func sentence(_ wave: String, since other: String) -> String {
        "the report of wave '\(wave)' still tells of change since wave '\(other)' as it was before"
    }
}
