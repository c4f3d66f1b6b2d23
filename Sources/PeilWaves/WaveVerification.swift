import PeilStore
public import PeilStudy

/// Reads everything again that the ledger knows of, and compares hashes: the ledger itself, copies, rejected deliveries,
/// results of stages, published reports and the study's log of publications. It repairs nothing.
public struct WaveVerification {
    /// One sentence for each thing that is not what was written.
    public let troubles: [String]
    public let copies: Int
    public let publications: Int

    public init(_ study: Study) throws {
        let folder = StudyFolder(root: study.folder)
        var (troubles, copies, reports) = ([String](), 0, 0)
        do {
            troubles += try LedgerCheck.troubles(in: study.folder).map { "ledger: \($0)" }
            guard troubles.isEmpty, let ledger = try DeliveryLedger(reading: study.folder) else {
                self.init(troubles, 0, 0)
                return
            }
            let snapshots = SnapshotStore(folder.raw)
            for delivery in try ledger.deliveries() where !delivery.isPurged {
                for file in delivery.files {
                    copies += 1
                    let rejected = "\(folder.quarantine(delivery.identity))/\(file.stored)"
                    let isHere = try delivery.stage != .quarantined || snapshots.holds(file.stored)
                    let isWhole =
                        isHere ? try snapshots.isWhole(file.stored) : try Self.isWhole(rejected, file.stored)
                    if isWhole != true {
                        let what = isWhole == nil ? "is gone" : "is not what came"
                        troubles.append("the copy of \(file.name) of wave '\(delivery.wave)' \(what)")
                    }
                }
                if [.estimated, .held, .rendered].contains(delivery.stage) {
                    let place = folder.stage(delivery.number ?? 0)
                    let parts = [
                        (StageFile.release(in: place), delivery.release),
                        (StageFile.decisions(in: place), delivery.decisions)
                    ]
                    for (file, hash) in parts where (try? file.read(hash)) == nil {
                        troubles.append(
                            "a result of wave '\(delivery.wave)' that was not published yet is gone or changed")
                    }
                }
            }
            let published = try ledger.publications()
            let recorded = try PublicationLog.records(of: study.path(Publisher.log))
            for publication in published {
                reports += 1
                let name = "report \(publication.publication) of wave '\(publication.wave)'"
                do throws(StoreError) {
                    guard let there = try PublishedFolder.named(publication.publication, in: folder.out) else {
                        troubles.append("\(name) is gone")
                        continue
                    }
                    if there.manifest.hex != publication.manifest { troubles.append("\(name) has another manifest") }
                    try there.verify()
                } catch { troubles.append("\(name): \(error.message)") }
                if !recorded.contains(where: { $0.publication == publication.publication }) {
                    troubles.append("\(name) is not in the study's log of publications, so it binds nothing")
                }
            }
            let order = study.waves.map(\.id)
            let newest = published.max {
                (order.firstIndex(of: $0.wave) ?? -1, $0.version) < (order.firstIndex(of: $1.wave) ?? -1, $1.version)
            }
            if let newest, try PublishedFolder.current(in: folder.out)?.id != newest.publication {
                troubles.append("out/current does not show the last publication, \(newest.publication)")
            }
        } catch { throw Failure(naming: error, file: study.folder) }
        self.init(troubles, copies, reports)
    }

    private init(_ troubles: [String], _ copies: Int, _ publications: Int) {
        self.troubles = troubles
        self.copies = copies
        self.publications = publications
    }

    private static func isWhole(_ path: String, _ hash: String) throws(StoreError) -> Bool? {
        guard try ArrivedFile.look(path) != nil else { return nil }
        return try ContentHash.ofFile(path).hash.hex == hash
    }

    public var json: JSONValue {
        .object([
            ("schema", "peil-waves-verify-1"), ("whole", .bool(troubles.isEmpty)), ("copies", .integer(copies)),
            ("publications", .integer(publications)), ("troubles", .strings(troubles))
        ])
    }
}
