import Foundation

/// The sender's mark, carried inside the page as a data URI: nothing is fetched.
public struct Logo: Sendable, Equatable {
    let dataURI: String

    /// A page stays small.
    public static let maximumBytes = 200_000

    /// - Throws: `.tooLarge`, `.unknownFormat` for what is neither PNG nor SVG, `.unsafe` for an SVG with scripts, event
    ///   handlers, foreign content, entities or references out of itself. A browser would not run them in an image; a
    ///   file that tries is no logo.
    public init(_ bytes: [UInt8]) throws(LogoError) {
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
        let type: String
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            type = "image/png"
        } else if let text = String(validating: bytes, as: UTF8.self), text.contains("<svg") {
            try Self.check(text)
            type = "image/svg+xml"
        } else {
            throw .unknownFormat
        }
        dataURI = "data:\(type);base64," + Data(bytes).base64EncodedString()
    }

    /// What an SVG may not hold, in lower case, with the word a reader gets.
    private static let forbidden: [(text: String, name: String)] = [
        ("<script", "script"), ("<foreignobject", "foreignObject"), ("<!entity", "entity"), ("<!doctype", "doctype"),
        ("javascript:", "javascript:"), ("<iframe", "iframe"), ("<embed", "embed"), ("<object", "object"),
        ("@import", "@import"), ("<handler", "handler"), ("<set", "set"), ("<animate", "animate"),
        // An escape of CSS, and a reference of XML, hide words from this search.
        ("\\", "\\"), ("&#", "&#")
    ]

    private static let space: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
    private static let lead: Set<Character> = space.union(["=", "'", "\""])

    private static func check(_ svg: String) throws(LogoError) {
        let text = svg.lowercased()
        for entry in forbidden where text.contains(entry.text) { throw .unsafe(entry.name) }
        if hasHandler(text) { throw .unsafe("on…=") }
        for attribute in ["href", "src", "url("] {
            for rest in text.components(separatedBy: attribute).dropFirst() {
                let value = rest.drop { Self.lead.contains($0) }
                guard value.hasPrefix("#") || value.hasPrefix("data:image/png;base64,") else {
                    throw .unsafe(attribute)
                }
            }
        }
    }

    /// Whether some word that starts with "on" is given a value: an event handler.
    private static func hasHandler(_ text: String) -> Bool {
        var previous: Character = " "
        var index = text.startIndex
        while index < text.endIndex {
            if !previous.isLetter, text[index...].hasPrefix("on") {
                let name = text[index...].prefix { $0.isLetter }
                if text[name.endIndex...].drop(while: { space.contains($0) }).hasPrefix("=") { return true }
            }
            previous = text[index]
            index = text.index(after: index)
        }
        return false
    }
}

public enum LogoError: Error, Sendable, Equatable {
    case tooLarge(bytes: Int)
    case unknownFormat
    /// What the SVG holds and may not.
    case unsafe(String)
}
