import PeilReport
import PeilStore

/// Reads `report › theme`: a file that says which colours, fonts, logo and name a report has. It may change what a role
/// looks like; it can neither add roles nor make a text unreadable.
struct ThemeReader {
    private let folder: String
    private let file: String
    private let root: Section
    private let text: String

    struct Answer {
        let theme: Theme
        /// Of the file and of the logo.
        let hashes: [ContentHash]
    }

    /// - Parameter name: relative to the study's folder.
    init(_ name: String, folder: String) throws {
        self.folder = folder
        file = StudyFiles.join(folder, name)
        text = try StudyFiles.text(file, what: "theme")
        root = try Section.document(text, file: file)
        try root.allow(["colours", "fonts", "logo", "name", "footer"])
    }

    func answer() throws -> Answer {
        var hashes = [ContentHash(of: text.utf8)]
        var logo: Logo?
        if let name = try root.optionalText("logo") {
            let path = StudyFiles.join(folder, name)
            guard StudyFiles.isInside(name, folder: folder) else {
                throw root.fail(
                    "logo", "a path inside the study's folder",
                    remedy: "use a relative path without '..' and no link out of it")
            }
            let bytes = try StudyFiles.bytes(path, what: "logo", maximum: Logo.maximumBytes)
            do { logo = try Logo(bytes) } catch { throw Failure(naming: error, file: path) }
            hashes.append(ContentHash(of: bytes))
        }
        let footer = try root.optionalLocalized("footer")
        var words: [String: String] = [:]
        for language in Language.allCases { words[language.rawValue] = footer?.text(in: language.rawValue) }
        do {
            let theme = try Theme(
                colours: try colours(), fonts: try root.texts("fonts", default: Theme.standardFonts),
                name: try root.optionalText("name") ?? "", logo: logo, footer: words)
            return Answer(theme: theme, hashes: hashes)
        } catch let error as ThemeError {
            var failure = Failure(naming: error, file: file)
            failure.line = root.node("colours")?.mark?.line
            throw failure
        }
    }

    private func colours() throws -> [Theme.Role: Colour] {
        guard let section = try root.optionalSection("colours") else { return [:] }
        try section.allow(Theme.Role.allCases.map(\.rawValue))
        var result: [Theme.Role: Colour] = [:]
        for key in section.keys {
            guard let role = Theme.Role(rawValue: key) else { continue }
            guard let colour = Colour(try section.text(key)) else {
                throw section.fail(key, "a colour as \"#rrggbb\"", remedy: "write six hexadecimal digits, in quotes")
            }
            result[role] = colour
        }
        return result
    }
}
