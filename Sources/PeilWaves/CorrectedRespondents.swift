import PeilStore
import PeilStudy
import PeilTable

/// Who is in a corrected delivery and who was in the published one: counts only.
struct CorrectedRespondents {
    let study: Study
    let wave: Study.WaveEntry
    let folder: StudyFolder
    let ledger: DeliveryLedger
    let threads: Int

    init(_ study: Study, _ wave: Study.WaveEntry, _ folder: StudyFolder, _ ledger: DeliveryLedger, threads: Int) {
        self.study = study
        self.wave = wave
        self.folder = folder
        self.ledger = ledger
        self.threads = threads
    }

    struct Result {
        var counts: [(String, Int)] = []
        var holds: [WaveHold] = []
    }

    /// Nothing for a first version, or where the study knows nobody by an identifier, or the earlier copy is gone.
    func compare(_ prepared: StudyRun.Prepared, _ delivery: LedgerDelivery) throws -> Result {
        guard let last = try ledger.publications(of: wave.id).last, last.delivery != delivery.number,
            let before = try ledger.deliveries(of: wave.id).first(where: { $0.number == last.delivery }),
            !before.isPurged, let now = try identifiers(prepared.table)
        else { return Result() }
        let earlier = WaveCopies.entry(wave, before)
        let read = try StudyRun(study.reading([wave.id: earlier]), wave: entry(earlier), threads: threads).ingest()
        guard let then = try identifiers(read.wave.table) else { return Result() }
        let lost = then.subtracting(now).count
        var result = Result(counts: [
            ("respondents_new", now.subtracting(then).count), ("respondents_lost", lost),
            ("respondents_in_both", now.intersection(then).count)
        ])
        let limit = study.unattended.holds.lostRespondents
        if Double(lost) > limit * Double(max(then.count, 1)) {
            result.holds.append(
                WaveHold(
                    code: "RESPONDENTS_LOST",
                    message: "the correction no longer has \(lost) of \(then.count) respondents"))
        }
        return result
    }

    private func entry(_ files: [Study.WaveEntry.File]) -> Study.WaveEntry {
        study.reading([wave.id: files]).waves.first { $0.id == wave.id } ?? wave
    }

    private func identifiers(_ table: Table) throws -> Set<String>? {
        guard let name = study.codebook.variables.first(where: { $0.isUnique && table.has($0.id) })?.id else {
            return nil
        }
        return Set(try table.column(name).rowLabels().compactMap { $0 })
    }
}

/// The study as it reads the copies of deliveries.
enum WaveCopies {
    /// Files of a wave in the copies of one delivery.
    static func entry(_ wave: Study.WaveEntry, _ delivery: LedgerDelivery) -> [Study.WaveEntry.File] {
        delivery.files.compactMap { file in
            wave.files.first { $0.declared == file.declared }?.kept(
                in: "\(StudyFolder.raw)/\(file.stored)", as: file.name)
        }
    }

    /// The study whose wave reads `delivery`, and whose other waves read what was published of them. A wave of which nothing
    /// was published has no files: it is not compared with.
    static func study(_ study: Study, for delivery: LedgerDelivery, _ ledger: DeliveryLedger) throws -> Study {
        var files: [String: [Study.WaveEntry.File]] = [:]
        let deliveries = try ledger.deliveries()
        let publications = try ledger.publications()
        for wave in study.waves {
            if wave.id == delivery.wave {
                files[wave.id] = entry(wave, delivery)
            } else if let last = publications.last(where: { $0.wave == wave.id }),
                let published = deliveries.first(where: { $0.number == last.delivery }), !published.isPurged
            {
                files[wave.id] = entry(wave, published)
            } else {
                files[wave.id] = wave.files.map { $0.kept(in: "\(StudyFolder.raw)/none", as: $0.path) }
            }
        }
        return study.reading(files)
    }
}
