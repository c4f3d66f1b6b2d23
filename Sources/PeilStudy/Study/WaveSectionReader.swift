import Foundation
import PeilIngest
import PeilStore
import PeilTable

/// Reads `waves:`: which files make up each wave, how they are written, and who is one person in them.
struct WaveSectionReader {
    let folder: String
    let codebook: Codebook

    /// - Returns: the waves, and the texts of codebooks and margins that are only theirs.
    func waves(_ root: Section) throws -> (entries: [Study.WaveEntry], texts: [String]) {
        var ids = Set<String>()
        var texts: [String] = []
        let waves = try root.sections("waves").map { section in
            let (own, codebookTexts) = try ownCodebook(section)
            texts += codebookTexts
            let reader = WaveSectionReader(folder: folder, codebook: own ?? codebook)
            var wave = try reader.wave(section)
            wave.codebook = own
            wave.codebookHash = codebookTexts.first.map { ContentHash(of: $0.utf8).hex }
            if section.has("weighting") {
                let weighting = try WeightingReader(folder: folder, codebook: reader.codebook).recipe(in: section)
                wave.weighting = weighting.recipe
                texts += weighting.texts
            }
            guard ids.insert(wave.id).inserted else {
                throw section.fail("id", "an id of its own", remedy: "rename one of the waves '\(wave.id)'")
            }
            return wave
        }
        guard !waves.isEmpty else { throw root.fail("waves", "a list with at least one wave") }
        for (before, after) in zip(waves, waves.dropFirst()) where after.from < before.from {
            throw root.fail(
                "waves", "in the order of their dates: '\(after.id)' begins before '\(before.id)'",
                remedy: "put the earlier wave first, or correct `from`")
        }
        return (waves, texts)
    }

    /// The codebook of a wave that was asked by another one than the study's.
    private func ownCodebook(_ section: Section) throws -> (Codebook?, texts: [String]) {
        guard !section.isAbsent("codebook") else { return (nil, []) }
        let path = StudyFiles.join(folder, try section.path("codebook"))
        let text = try StudyFiles.text(path, what: "codebook")
        let codebook = try Codebook.load(yaml: text, file: path)
        return (codebook, [text] + codebook.sideFileHashes.values.sorted())
    }

    private func wave(_ section: Section) throws -> Study.WaveEntry {
        try section.allow(["id", "label", "from", "to", "files", "expect", "merge", "codebook", "weighting"])
        let expected = try expectations(section)
        var files: [Study.WaveEntry.File] = []
        for file in try section.sections("files") { files += try self.files(file, expected) }
        guard !files.isEmpty else { throw section.fail("files", "a list with at least one file") }
        var names = Set<String>()
        for file in files where !names.insert(file.path).inserted {
            throw section.fail("files", "files of their own: '\(file.path)' is there twice", remedy: "list it once")
        }
        let merge = try section.optionalSection("merge").map(merge)
        guard files.count == 1 || merge != nil else {
            throw section.fail(
                "merge", "given where a wave has several files",
                remedy:
                    "say who is one person in them, for example merge: {by: [\(identifiers.joined(separator: ", "))], prefer: file_order}"
            )
        }
        return Study.WaveEntry(
            id: try section.text("id"), label: try section.localized("label"), from: try section.text("from"),
            to: try section.text("to"), files: files, expectations: expected, merge: merge)
    }

    /// One file, or those that a pattern finds, in byte order of their names.
    private func files(_ section: Section, _ shared: [ExpectedValue]) throws -> [Study.WaveEntry.File] {
        try section.allow(["path", "pattern", "mode", "csv", "expect"])
        guard section.has("path") != section.has("pattern") else {
            throw section.fail(section.has("path") ? "pattern" : "path", "given, and only one of path and pattern")
        }
        let own = try expectations(section)
        let expected = shared.filter { entry in !own.contains { $0.variable == entry.variable } } + own
        let mode = try section.optionalText("mode") ?? ""
        let dialect = try section.optionalSection("csv").map(dialect) ?? .none
        let name = try section.path(section.has("path") ? "path" : "pattern")
        let paths = section.has("path") ? [name] : FilePattern(name).matches(in: folder)
        // A pattern that finds nothing yet stands for a file that is not there.
        return (paths.isEmpty ? [name] : paths).map {
            Study.WaveEntry.File(
                path: $0, declared: name, isPattern: !section.has("path"), mode: mode, dialect: dialect,
                expectations: expected)
        }
    }

    private func expectations(_ section: Section) throws -> [ExpectedValue] {
        guard let expected = try section.optionalSection("expect") else { return [] }
        return try expected.keys.map { name in
            guard let variable = codebook.variable(name) else {
                let known = codebook.variables.map(\.id)
                throw expected.fail(
                    name, "a variable of the codebook",
                    remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "see the codebook")
            }
            let code = try expected.text(name)
            guard variable.categories.isEmpty || variable.categories.contains(where: { $0.code == code }) else {
                throw expected.fail(
                    name, "one of the codes of \(name)",
                    remedy: "codes are: \(variable.categories.prefix(12).map(\.code).joined(separator: ", "))")
            }
            return ExpectedValue(variable: name, code: code)
        }
    }

    private var identifiers: [String] { codebook.variables.filter { $0.type == .id }.map(\.id) }

    private func merge(_ section: Section) throws -> MergeRule {
        try section.allow(["by", "prefer", "must_agree"])
        let by = try section.texts("by")
        guard !by.isEmpty else { throw section.fail("by", "a list of identifiers") }
        for name in by where codebook.variable(name)?.type != .id {
            throw section.fail(
                "by", "identifiers of the codebook (type: id), and '\(name)' is none",
                remedy: nearestName(to: name, among: identifiers).map { "did you mean '\($0)'?" }
                    ?? "identifiers are: \(identifiers.joined(separator: ", "))")
        }
        let agree = try section.texts("must_agree", default: [])
        for name in agree where codebook.variable(name) == nil {
            throw section.fail("must_agree", "variables of the codebook, and '\(name)' is none")
        }
        return MergeRule(
            identifiers: by, precedence: try section.choice("prefer", default: .fileOrder), mustAgree: agree)
    }

    private func dialect(_ section: Section) throws -> DialectDeclaration {
        var dialect = DialectDeclaration.none
        do {
            for key in section.keys { try dialect.set(key, to: try section.optionalText(key)) }
            try dialect.check()
        } catch let trouble as DialectDeclaration.Trouble {
            throw section.fail(
                trouble.key,
                "right: \(trouble.message.prefix(1).lowercased())\(trouble.message.dropFirst().dropLast())",
                remedy: trouble.remedy)
        }
        return dialect
    }
}

/// A file name with `*` for any run of characters and `?` for one, in one folder.
struct FilePattern {
    private let folder: String
    private let name: [UInt8]

    init(_ pattern: String) {
        let slash = pattern.lastIndex(of: "/")
        folder = slash.map { String(pattern[..<$0]) } ?? ""
        name = Array((slash.map { pattern[pattern.index(after: $0)...] } ?? pattern[...]).utf8)
    }

    /// Paths below `root` of the files that fit, in byte order; hidden and unfinished uploads do not.
    func matches(in root: String) -> [String] {
        let place = folder.isEmpty ? root : StudyFiles.join(root, folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter {
            !$0.hasPrefix(".") && !$0.hasSuffix(".part") && !$0.hasSuffix(".tmp") && fits(Array($0.utf8))
        }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
    }

    /// Without backtracking over more than the last star: linear in the length of either for each star.
    func fits(_ text: [UInt8]) -> Bool {
        var (at, place) = (0, 0)
        var star: (at: Int, place: Int)?
        while place < text.count {
            if at < name.count, name[at] == UInt8(ascii: "*") {
                star = (at, place)
                at += 1
            } else if at < name.count, name[at] == text[place] || name[at] == UInt8(ascii: "?") {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.at, last.place + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return name[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
