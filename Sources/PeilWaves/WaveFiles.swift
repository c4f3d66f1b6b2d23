import Foundation
import PeilStore
import PeilStudy

/// One file of a wave that is there, wherever it came from.
struct ArrivingFile {
    let slot: Study.WaveEntry.File
    /// The name under which the study knows it.
    let name: String
    let source: Source

    enum Source {
        /// A new file, in the inbox or where the study says.
        case new(ArrivedFile, isFromInbox: Bool)
        /// The copy of an earlier delivery: a correction may bring some files of a wave only.
        case kept(LedgerDelivery.File)
    }
}

/// What lies ready for one wave.
enum WaveArrival {
    /// Nothing that was not processed before.
    case nothing
    /// Something came, and more must come or settle: one reason each.
    case unfinished([String])
    case complete([ArrivingFile])
}

/// Looks through the inbox, and through the places that the study names, once a run.
struct WaveFiles {
    private let study: Study
    private let folder: StudyFolder
    private let settle: Settling
    /// Path below the inbox of each plain file that is a delivery, or may become one.
    private let names: [String]

    init(_ study: Study, _ folder: StudyFolder, settle: Settling) throws(StoreError) {
        self.study = study
        self.folder = folder
        self.settle = settle
        var found = try ArrivalFolder.files(in: folder.inbox)
        for wave in study.waves {
            guard try ArrivalFolder.folders(in: folder.inbox).contains(wave.id) else { continue }
            found += try ArrivalFolder.files(in: "\(folder.inbox)/\(wave.id)").map { "\(wave.id)/\($0)" }
        }
        names = found.filter { !$0.hasPrefix(".") && !$0.contains("/.") && !Settling.isNote($0) }
    }

    /// Files of the inbox that no wave of the study, or more than one, takes for its own.
    func strangers() -> [(name: String, waves: [String])] {
        names.compactMap { name in
            let plain = Settling.finishedName(name)
            let owners = study.waves.filter { wave in slots(of: wave).contains { takes($0, plain, of: wave) } }
            return owners.count == 1 ? nil : (name, owners.map(\.id))
        }
    }

    /// - Parameter known: deliveries of the wave so far, oldest first.
    func arrival(of wave: Study.WaveEntry, known: [LedgerDelivery]) throws(StoreError) -> WaveArrival {
        let ambiguous = Set(strangers().map(\.name))
        let mine = names.filter { !ambiguous.contains($0) }
        let hasInbox = mine.contains { name in
            slots(of: wave).contains { takes($0, Settling.finishedName(name), of: wave) }
        }
        // Once a wave came by the inbox, what lies elsewhere is history.
        guard hasInbox || !known.contains(where: { $0.files.contains(where: \.isFromInbox) }) else { return .nothing }
        var (files, waiting) = ([ArrivingFile](), [String]())
        var isAnythingNew = false
        // What an inbox does not bring anew stays as it was delivered last.
        let last = hasInbox ? known.last { $0.stage != .quarantined && $0.stage != .replaced && !$0.isPurged } : nil
        for slot in slots(of: wave) {
            var found = try fromInbox(slot, of: wave, mine, &waiting)
            if found.isEmpty, let last {
                found = last.files.filter { $0.declared == slot.declared }.map {
                    ArrivingFile(slot: slot, name: $0.name, source: .kept($0))
                }
            }
            if found.isEmpty { found = try inPlace(slot, of: wave, &waiting) }
            if found.isEmpty { waiting.append("\(slot.declared) is not there") }
            for file in found { if case .new = file.source { isAnythingNew = true } }
            files += found
        }
        guard isAnythingNew else { return .nothing }
        return waiting.isEmpty ? .complete(files) : .unfinished(waiting)
    }

    private func fromInbox(
        _ slot: Study.WaveEntry.File, of wave: Study.WaveEntry, _ names: [String], _ waiting: inout [String]
    ) throws(StoreError) -> [ArrivingFile] {
        var found: [ArrivingFile] = []
        for name in names where takes(slot, Settling.finishedName(name), of: wave) {
            guard let file = try ArrivedFile.look("\(folder.inbox)/\(name)") else { continue }
            if let reason = try settle.reason(toWaitFor: file, shown: "inbox/\(name)") { waiting.append(reason) }
            found.append(
                ArrivingFile(slot: slot, name: self.name(name, in: slot), source: .new(file, isFromInbox: true)))
        }
        return found
    }

    /// Where the study itself says that the file lies.
    private func inPlace(
        _ slot: Study.WaveEntry.File, of wave: Study.WaveEntry, _ waiting: inout [String]
    ) throws(StoreError) -> [ArrivingFile] {
        var found: [ArrivingFile] = []
        for entry in wave.files where entry.declared == slot.declared {
            let path = study.path(entry.path)
            // Files below the inbox were looked at already.
            guard !entry.path.hasPrefix("inbox/"), let file = try ArrivedFile.look(path) else { continue }
            if let reason = try settle.reason(toWaitFor: file, shown: entry.path) { waiting.append(reason) }
            found.append(ArrivingFile(slot: entry, name: entry.path, source: .new(file, isFromInbox: false)))
        }
        return found
    }

    /// One entry for each `path` or `pattern` of a wave.
    private func slots(of wave: Study.WaveEntry) -> [Study.WaveEntry.File] {
        var seen = Set<String>()
        return wave.files.filter { seen.insert($0.declared).inserted }
    }

    /// A file in the inbox is known by its name alone, or by its name in the folder of its wave.
    private func takes(_ slot: Study.WaveEntry.File, _ name: String, of wave: Study.WaveEntry) -> Bool {
        let parts = name.split(separator: "/")
        if parts.count > 1, parts[0] != wave.id[...] { return false }
        return slot.takes(fileNamed: String(parts.last ?? ""))
    }

    private func name(_ name: String, in slot: Study.WaveEntry.File) -> String {
        guard slot.isPattern else { return slot.declared }
        let plain = String(Settling.finishedName(name).split(separator: "/").last ?? "")
        let parts = slot.declared.split(separator: "/").dropLast()
        return (parts + [plain[...]]).joined(separator: "/")
    }
}
