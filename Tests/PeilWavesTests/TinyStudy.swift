import Foundation
import PeilStore
import PeilStudy

@testable import PeilWaves

/// A small study in a folder of its own, whose waves are delivered by its inbox.
final class TinyStudy {
    let root: String
    private var extra = ""
    private var waves = ["w1", "w2", "w3"]

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/peil-waves-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: "\(root)/inbox", withIntermediateDirectories: true)
        try write(
            """
            codebook: tiny
            version: "1"
            languages: [nl, en]
            columns:
              person: {type: id, unique: true}
              weight: {type: weight}
              area: {type: code, labels: [{code: N, nl: Noord, en: North}, {code: S, nl: Zuid, en: South}]}
              kit: {type: code, labels: [{code: "1", nl: ja, en: "yes"}, {code: "2", nl: nee, en: "no"}]}

            """, to: "codebook.yaml")
        try writeStudy()
    }

    private init(at root: String) { self.root = root }

    /// The study in another folder; the old one is gone.
    func moved() throws -> TinyStudy {
        try FileManager.default.moveItem(atPath: root, toPath: root + "-moved")
        return TinyStudy(at: root + "-moved")
    }

    func status(_ wave: String) throws -> WaveStatus.Line {
        guard let line = try WaveStatus(try study()).lines.first(where: { $0.wave == wave }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return line
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
    }

    /// - Parameter extra: more keys of the study.
    func writeStudy(_ extra: String = "", files: [String: String] = [:]) throws {
        self.extra = extra
        let list = waves.enumerated().map { index, wave in
            let own = files[wave] ?? "files: [{path: data/\(wave).csv, mode: web}]"
            return "  - {id: \(wave), label: {nl: golf \(wave), en: wave \(wave)}, from: \"202\(index)-03-01\", "
                + "to: \"202\(index)-03-31\", \(own)}"
        }
        try write(
            """
            study: tiny
            language: nl
            codebook: codebook.yaml
            basis: probability
            waves:
            \(list.joined(separator: "\n"))
            design: {weights: weight}
            weighting: {steps: []}
            areas: {variable: area, region: {nl: Streek, en: Region}}
            families: [{id: primary, questions: [kit]}]
            \(extra)
            report:
              title: {nl: Klein, en: Small}
              population: {nl: volwassenen, en: adults}
              formats: [html, csv, json]
              questions:
                - {variable: kit, label: {nl: Pakket, en: Kit}, levels: ["1"]}
              key_figures: [{question: kit, level: "1", says: {nl: heeft een pakket, en: has a kit}}]
              sections:
                - {id: kit, title: {nl: Pakket, en: Kit}, blocks: [{levels: kit}, {trend: [{question: kit, level: "1"}]}]}

            """, to: "study.yaml")
    }

    /// Rows as a bureau sends them: every `every`-th has a kit.
    static func answers(_ wave: String, rows: Int = 600, every: Int = 3, from first: Int = 0) -> String {
        var lines = ["person,weight,area,kit"]
        for row in first..<(first + rows) {
            lines.append(
                "\(wave)-\(row),\(1 + Double(row % 7) / 10),\(row % 2 == 0 ? "N" : "S"),\(row % every == 0 ? 1 : 2)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func deliver(_ text: String, as name: String, hasNote: Bool = true) throws {
        try write(text, to: "inbox/\(name)")
        if hasNote { try write("bytes: \(text.utf8.count)\n", to: "inbox/\(name).done") }
    }

    func study() throws -> Study { try Study(at: root) }

    @discardableResult func process(restores: Bool = false, only: String? = nil) throws -> WaveSummary {
        try WaveProcessor(try study(), restores: restores).process(only: only)
    }

    func outcome(_ wave: String, restores: Bool = false) throws -> WaveOutcome? {
        try process(restores: restores).outcomes.first { $0.wave == wave }
    }

    func ledger() throws -> DeliveryLedger? { try DeliveryLedger(reading: root) }
    func current() throws -> String? { try PublishedFolder.current(in: "\(root)/out")?.id }
    func page(_ name: String = "index.html", of id: String? = nil) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/out/\(id ?? "current")/\(name)")),
            as: UTF8.self)
    }
    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).sorted()
    }
    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// Paths of files whose bytes hold a text, the study's own data aside.
    func holding(_ text: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return files.filter { name in
            guard let bytes = FileManager.default.contents(atPath: "\(root)/\(name)") else { return false }
            return bytes.range(of: Data(text.utf8)) != nil
        }.sorted()
    }
}
