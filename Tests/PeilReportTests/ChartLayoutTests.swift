import Foundation
import Testing

@testable import PeilReport

/// Charts as a browser lays them out: every kind, with ordinary, hidden, indicative and extreme values, with one area and
/// with forty, with labels of more than sixty characters.
@Suite(.serialized) struct ChartLayoutTests {
    static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    enum Kind: String, CaseIterable, Sendable { case ordinary, hidden, indicative, extremes, single, many, long }

    private func gallery(_ kind: Kind) -> ChartGallery {
        var gallery = ChartGallery()
        switch kind {
        case .ordinary: break
        case .hidden: gallery.shape = .hidden
        case .indicative: gallery.shape = .indicative
        case .extremes: gallery.shape = .extremes
        case .single: gallery.areaNames = ["Enig"]
        case .many: gallery.areaNames = (0..<40).map { "Gemeente met een lange naam \($0)" }
        case .long: gallery.word = { $0.count > 3 ? "\($0) en een toevoeging van veel meer tekens dan past" : $0 }
        }
        return gallery
    }

    /// Writes down texts that leave their drawing or cover another, tables without buttons, and sideways scroll.
    private static let script = """
        addEventListener("load", () => {
          const found = [];
          for (const frame of document.querySelectorAll("iframe")) {
            const page = frame.contentDocument, width = frame.clientWidth;
            if (page.documentElement.scrollWidth !== width) found.push(width + ": scrolls sideways");
            if (page.querySelector(".tw tbody tr:nth-child(3)") && !page.querySelector(".tw thead button")) found.push(width + ": the script did not run");
            let drawn = 0;
            for (const svg of page.querySelectorAll("svg[role=img]")) {
              const box = svg.getBoundingClientRect();
              if (!box.width) continue;
              drawn += 1;
              const texts = [...svg.querySelectorAll("text")].filter(t => t.textContent.trim())
                .map(t => [t.textContent, t.getBoundingClientRect()]);
              texts.forEach(([text, a], index) => {
                if (a.left < box.left - 1 || a.right > box.right + 1 || a.top < box.top - 1 || a.bottom > box.bottom + 1)
                  found.push(width + " " + svg.id + " outside: " + text);
                for (const [other, b] of texts.slice(index + 1)) {
                  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                  if (across > 1 && down > 3) found.push(width + " " + text + " covers " + other);
                }
              });
            }
            if (drawn !== page.querySelectorAll("figure").length) found.push(width + ": " + drawn + " drawings");
          }
          const out = document.createElement("pre");
          out.id = "found";
          out.textContent = JSON.stringify(found);
          document.body.append(out);
        });
        """

    @Test(.enabled(if: chromium != nil, "chromium is not installed"), arguments: Kind.allCases)
    func `no text leaves its drawing or covers another`(_ kind: Kind) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = try HTMLRenderer().text(gallery(kind).report())
        try page.write(to: folder.appending(path: "page.html"), atomically: true, encoding: .utf8)
        if let kept = ProcessInfo.processInfo.environment["PEIL_REPORT_OUT"] {
            try page.write(toFile: "\(kept)/gallery-\(kind.rawValue).html", atomically: true, encoding: .utf8)
        }
        let frames = [1280, 768, 390].map {
            "<iframe src=\"page.html\" style=\"border:0;width:\($0)px;height:900px\"></iframe>"
        }
        let wrapper = "<!doctype html><body>\(frames.joined())<script>\(Self.script)</script></body>"
        try wrapper.write(to: folder.appending(path: "wrapper.html"), atomically: true, encoding: .utf8)
        let found = try dump(folder)
        #expect(found == "[]")
    }

    private func dump(_ folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.chromium))
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--hide-scrollbars",
            "--virtual-time-budget=5000", "--window-size=1400,1000",
            "--user-data-dir=\(folder.appending(path: "profile").path())", "--dump-dom",
            "file://\(folder.appending(path: "wrapper.html").path())"
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let answer = try #require(text.components(separatedBy: "<pre id=\"found\">").dropFirst().first)
        return answer.components(separatedBy: "</pre>")[0]
    }
}
