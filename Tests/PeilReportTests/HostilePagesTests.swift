import Foundation
import PeilDisclosure
import Testing

@testable import PeilReport

/// Labels, messages and titles come from files that anybody may have written: none of them becomes part of the page.
struct HostilePagesTests {
    static let texts: [String] = [
        "<script>alert(1)</script>", "</title><script>x</script>", "</style><img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "<!--", "-->", "<![CDATA[", "]]>", "&lt;b&gt;",
        "&#60;i&#62;",
        "{{title}}", "{{{style}}}", "{value}", "{", "}", "\u{202E}omgekeerd", "a\u{0000}b", "\u{FEFF}x", "x\u{2028}y",
        "<a href=javascript:alert(1)>k</a>", "<iframe src=//x></iframe>", "<base href=//x>",
        "<meta http-equiv=refresh content=0>",
        "`${7*7}`", "%3Cscript%3E", "=cmd|' /C calc'!A0", "<table><tr><td>", "\\\"\\u003cscript",
        String(repeating: "<b>", count: 50)
    ]

    /// Elements with the names of their attributes, in order; breaks of lines in drawings aside, which follow the length of a text.
    private func tree(_ html: String) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let element = try Regex(
            "<(/?[a-zA-Z!][^\\s>/]*)((?:\\s+[^\\s=>/]+(?:=(?:\"[^\"]*\"|[A-Za-z0-9._-]+))?)*)\\s*/?>")
        let attribute = try Regex("\\s+([^\\s=>/]+)(?:=(?:\"[^\"]*\"|[A-Za-z0-9._-]+))?")
        for match in html.matches(of: element) {
            let name = String(match.output[1].substring ?? "")
            if ["tspan", "/tspan"].contains(name) { continue }
            let names = (match.output[2].substring ?? "").matches(of: attribute).map {
                String($0.output[1].substring ?? "")
            }
            counts["\(name) \(names.joined(separator: " "))", default: 0] += 1
        }
        return counts
    }

    private func pages(_ addition: String) throws -> [(name: String, text: String)] {
        try Fixture.$addition.withValue(addition) {
            let released = try DisclosureRules().release(Fixture.draft())
            return try renderAll(
                publication: released, outline: Fixture.outlineWithPages, language: .nl, formats: [.html]
            ).filter { ["index.html", "segment-s3.html", "area-a1.html", "dreigingen.html"].contains($0.name) }
                .map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
        }
    }

    @Test func `no text of a study adds an element or an attribute`() throws {
        let plain = try pages(" gewoon").map { try tree($0.text).keys.sorted() }
        for text in Self.texts {
            for ((name, page), expected) in zip(try pages(text), plain) {
                let found = try tree(page).keys.sorted()
                #expect(found == expected, "\(name) with \(text): \(Set(found).symmetricDifference(expected))")
                #expect(!page.contains("<script>alert") && !page.contains("onerror=alert(1)>"), "\(name) with \(text)")
            }
        }
    }
}
