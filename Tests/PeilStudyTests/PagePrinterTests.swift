import Foundation
import Testing

@testable import PeilStudy

/// Pages on paper: what the browser makes of them, and what it may not do.
@Suite(.serialized) struct PagePrinterTests {
    static let browser = try? Browser.find()

    private func page(_ body: String, name: String = "proef") -> (name: String, bytes: [UInt8]) {
        let text = """
            <!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Proef</title></head><body><main><h1>Kop</h1>
            <h2>Deel</h2><p>Zin.</p><table><caption>Tabel</caption><thead><tr><th scope="col">a</th></tr></thead><tbody><tr>
            <td>1</td></tr></tbody></table><details><summary>Meer</summary><p>Gevouwen</p></details>\(body)</main></body></html>
            """
        return ("\(name).html", Array(text.utf8))
    }

    /// Page after page, as a publication prints them.
    private func printed(
        _ pages: [(name: String, bytes: [UInt8])], by printer: PagePrinter
    ) throws -> [[UInt8]] {
        try printer.withRoom { room in
            var files: [[UInt8]] = []
            for page in pages { files.append(try room.print(page.name, page.bytes, date: "2026-05-03")) }
            return files
        }
    }

    private func count(_ mark: String, _ text: String) -> Int { text.components(separatedBy: mark).count - 1 }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: Unicode.ASCII.self) }

    @Test(.enabled(if: browser != nil, "chromium is not installed"))
    func `a printed page is tagged, has a language, a title, bookmarks and the date of the study`() throws {
        let printer = PagePrinter(browser: try #require(Self.browser))
        let pages = [
            page(
                "<a href=\"other.html\">elders</a><figure><svg role=\"img\" aria-label=\"Staven\" width=\"9\" height=\"9\">"
                    + "<rect width=\"9\" height=\"9\"/></svg></figure><table><thead><tr><th><button>a</button></th></tr></thead></table>"
            ), page("<a href=\"https://example.org/\">ver</a>", name: "andere")
        ]
        let first = try printed(pages, by: printer)
        #expect(first.count == 2)
        for file in first.map(text) {
            #expect(file.hasPrefix("%PDF-"))
            for mark in [
                "/Marked true", "/StructTreeRoot", "/Lang (nl)", "/Title (Proef)", "/Outlines", "/S /H1", "/S /TH",
                "/CreationDate (D:20260503120000", "/ModDate (D:20260503120000"
            ] { #expect(file.contains(mark), "\(mark)") }
            #expect(!file.contains("/URI") && !file.contains("file:") && !file.contains("/S /Form"))
            // Every figure has its description.
            #expect(count("/S /Figure", file) == count("/Alt (", file))
        }
    }

    @Test(.enabled(if: browser != nil, "chromium is not installed"))
    func `a page and a picture may take turns, and neither leaves its file behind for the next`() throws {
        let svg = Array(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 20\"><rect width=\"30\" height=\"20\"/></svg>"
                .utf8)
        let own = page("")
        let printer = PagePrinter(browser: try #require(Self.browser))
        func inTurns() throws -> [[UInt8]] {
            try printer.withRoom { room in
                let first = try room.print(own.name, own.bytes, date: "2026-05-03")
                let picture = try room.picture(of: svg)
                return [first, picture, try room.print(own.name, own.bytes, date: "2026-05-03")]
            }
        }
        let made = try inTurns()
        let again = try inTurns()
        #expect(again == made && made[0] == made[2] && made[2].starts(with: Array("%PDF-".utf8)))
        // The eight bytes of every PNG, then sixteen to the size: two dots a pixel.
        #expect(made[1].prefix(4).elementsEqual([0x89, 0x50, 0x4e, 0x47]) && made[1][19] == 60 && made[1][23] == 40)
    }

    @Test(.enabled(if: browser != nil, "chromium is not installed"))
    func `the browser asks nothing of any network`() throws {
        let listener = Process()
        listener.executableURL = URL(filePath: "/usr/bin/env")
        listener.arguments = [
            "python3", "-c",
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True)\n"
                + "while True: s.accept(); print('seen', flush=True)"
        ]
        let output = Pipe()
        listener.standardOutput = output
        try listener.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).split(separator: "\n")[0]
        let made = try printed(
            [page("<img src=\"http://127.0.0.1:\(port)/a.png\"><img src=\"http://localhost:\(port)/b.png\">")],
            by: PagePrinter(browser: try #require(Self.browser)))
        // SIGTERM is held back in what threads of a test start.
        kill(listener.processIdentifier, SIGKILL)
        listener.waitUntilExit()
        #expect(made.count == 1)
        let heard = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(!heard.contains("seen"))
    }

    @Test func `a browser that hangs, ends or is none ends in an error`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "peil-hang-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "hang").path
        try Data("#!/bin/sh\nexec sleep 300\n".utf8).write(to: URL(filePath: script))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        for path in [script, "/bin/true", "/bin/false", folder.path] {
            let printer = PagePrinter(browser: Browser(path: path), seconds: 1)
            #expect(throws: BrowserError.ended) { try printed([page("")], by: printer) }
        }
    }

    @Test func `a browser is found by name or is said to be missing`() throws {
        #expect(try Browser.find(["PEIL_BROWSER": "/bin/true"]).path == "/bin/true")
        #expect(try Browser.find(["PEIL_BROWSER": "true", "PATH": "/nowhere:/bin"]).path == "/bin/true")
        for environment in [["PEIL_BROWSER": "/nowhere/chromium"], ["PATH": "/nowhere"], [:]] {
            let failure = #expect(throws: Failure.self) { try Browser.find(environment) }
            #expect(failure?.code == "ENGINE_MISSING" && failure?.exitCode == 69)
        }
    }

    @Test func `names of tagged parts are counted anew in their order, and nothing else is`() {
        let file = "x (node00000017) [(node00000309) (node00000017)] (node0000001) (node000000a1) (node00000018"
        let made = text(PrintedNames.replaced(in: Array(file.utf8)))
        #expect(
            made == "x (node00000001) [(node00000002) (node00000001)] (node0000001) (node000000a1) (node00000018")
        #expect(PrintedNames.replaced(in: []).isEmpty)
    }

    @Test func `dates are replaced in as many bytes, and nothing else is`() {
        let file =
            "x /CreationDate (D:20261126231500+00'00') /ModDate (D:2026) (D:20261126231500) /ModDate (D:20261126231501Z)"
        let made = text(PrintedDates("2026-05-03").replaced(in: Array(file.utf8)))
        #expect(
            made
                == "x /CreationDate (D:20260503120000+00'00') /ModDate (D:2026) (D:20261126231500) /ModDate (D:20260503120000Z)"
        )
        #expect(
            text(PrintedDates("").replaced(in: Array("/ModDate (D:20261126231501Z)".utf8))).contains("D:19800101120000")
        )
        #expect(PrintedDates("2026-05-03").replaced(in: Array("/ModDate (D:".utf8)).count == 12)
    }
}
