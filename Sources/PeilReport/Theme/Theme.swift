/// How reports look: colours by role, a font stack, the sender's name and logo. The custom properties of the page and
/// the colours of a drawing on its own both come from this value.
public struct Theme: Sendable, Equatable {
    private let colours: [Role: Colour]
    /// Families that a reader's machine may have, first choice first. Nothing is loaded from anywhere.
    public let fonts: [String]
    /// Who sends the report, beside the logo and as its alternative text.
    public let name: String
    public let logo: Logo?
    /// Words at the foot of each page by language code.
    public let footer: [String: String]

    public static let standardFonts = ["Segoe UI", "SF Pro Text", "Roboto", "Arial", "Liberation Sans", "sans-serif"]

    /// The theme without a file. Its contrasts are held by a test.
    public static let standard = Theme(colours: [:])

    private init(colours: [Role: Colour]) {
        self.colours = colours
        fonts = Self.standardFonts
        name = ""
        logo = nil
        footer = [:]
    }

    /// Roles that `colours` does not name keep their standard colour.
    /// - Throws: `.contrast` for the first pair of roles that stand too close, by the formula of WCAG 2.1; `.font` for a
    ///   name that is no plain family name.
    public init(
        colours: [Role: Colour], fonts: [String] = Theme.standardFonts, name: String = "", logo: Logo? = nil,
        footer: [String: String] = [:]
    ) throws(ThemeError) {
        self.colours = colours
        self.fonts = fonts
        self.name = name
        self.logo = logo
        self.footer = footer
        // Letters, digits, spaces, hyphens: what cannot end a declaration of the style sheet.
        for font in fonts {
            let isPlain = font.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == " " || $0 == "-"
            }
            guard isPlain, !font.isEmpty, font.utf8.count <= 60 else { throw .font(font) }
        }
        guard !fonts.isEmpty else { throw .font("") }
        for pair in Self.pairs {
            let ratio = self[pair.role].contrast(on: self[pair.background])
            guard ratio >= pair.minimum else {
                throw .contrast(
                    role: pair.role.rawValue, background: pair.background.rawValue, ratio: ratio,
                    minimum: pair.minimum)
            }
        }
    }

    public subscript(role: Role) -> Colour {
        guard let colour = colours[role] ?? Colour(role.standard) else {
            preconditionFailure("standard colours are written as #rrggbb")
        }
        return colour
    }

    /// The stack as CSS writes it: names in quotes, generic families bare.
    var fontStack: String {
        let generic: Set<String> = ["sans-serif", "serif", "monospace", "system-ui"]
        return fonts.map { generic.contains($0) ? $0 : "\"\($0)\"" }.joined(separator: ",")
    }

    /// `:root{--ink:#17212b;…;--font:…}`, with the roles that `rules` name.
    func customProperties(for rules: String) -> String {
        // After each parenthesis that opens: names of properties, and other things that are no role.
        let named = Set(
            rules.utf8.split(separator: UInt8(ascii: "(")).map { Substring($0.prefix { $0 != UInt8(ascii: ")") }) })
        let colours = Role.allCases.filter { named.contains("--\($0.rawValue)") }
            .map { "--\($0.rawValue):\(self[$0].hex)" }
        return ":root{" + (colours + ["--font:\(fontStack)"]).joined(separator: ";") + "}"
    }

    /// `value` with each `var(--role)` replaced by its colour.
    func resolved(_ value: String) -> String {
        guard value.hasPrefix("var(--"), value.hasSuffix(")") else { return value }
        return Role(rawValue: String(value.dropFirst(6).dropLast())).map { self[$0].hex } ?? value
    }
}

/// Why a theme is refused.
public enum ThemeError: Error, Sendable, Equatable {
    /// `role` is read on `background`, and `ratio` (1 to 21) is under the `minimum`.
    case contrast(role: String, background: String, ratio: Double, minimum: Double)
    /// Not a plain name of a font family.
    case font(String)
    case logo(LogoError)
}
