import Foundation
import Testing

/// The page as a browser lays it out. A window of chromium is at least 500 pixels wide, so a wrapper page
/// holds the report in a frame of the wanted width and writes down what it measured.
@Suite(.serialized) struct BrowserTests {
    static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private func measure(width: Int, language: String) throws -> [String: Any] {
        let study = try StudyCopy()
        #expect(try study.run("run", "--language", language).exitCode == 0)
        try study.folder.write(
            """
            <!doctype html><body style="margin:0"><iframe id="page" src="study/out/current/index.html"
            style="border:0;width:\(width)px;height:900px"></iframe><script>
            addEventListener("load", () => {
              const page = document.getElementById("page").contentDocument, root = page.documentElement;
              const beyond = [...page.body.querySelectorAll("*")].filter(element => {
                const box = element.getBoundingClientRect();
                for (let up = element.parentElement; up; up = up.parentElement)
                  if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX) && up !== page.body) return false;
                return box.width > 1 && box.right > \(width) + 0.5;
              }).map(element => element.tagName + "." + element.getAttribute("class"));
              const clashes = [];
              for (const svg of page.querySelectorAll("svg[role=img]")) {
                const box = svg.getBoundingClientRect();
                if (!box.width) continue;
                const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
                texts.forEach(([text, a], index) => {
                  if (a.left < box.left - 1 || a.right > box.right + 1 || a.bottom > box.bottom + 1) clashes.push(text);
                  for (const [other, b] of texts.slice(index + 1))
                    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) clashes.push(text + " / " + other);
                });
              }
              const out = document.createElement("pre");
              out.id = "sizes";
              out.textContent = JSON.stringify({scroll: root.scrollWidth, client: root.clientWidth, height: root.scrollHeight,
                headings: page.querySelectorAll("h1").length, svgs: page.querySelectorAll("svg").length,
                tables: page.querySelectorAll("table").length, beyond: beyond.slice(0, 5), clashes: clashes.slice(0, 5),
                buttons: page.querySelectorAll("thead button").length});
              document.body.append(out);
            });
            </script></body>
            """, to: "wrapper.html")
        let dump = try Program.start(
            try #require(Self.chromium),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                "--virtual-time-budget=5000",
                "--window-size=1400,1000", "--hide-scrollbars", "--user-data-dir=\(study.folder.path("profile"))",
                "--dump-dom",
                "file://" + study.folder.path("wrapper.html")
            ])
        let text = try #require(
            dump.output.components(separatedBy: "<pre id=\"sizes\">").dropFirst().first, "\(dump.error.suffix(400))")
        let json = text.components(separatedBy: "</pre>")[0].replacingOccurrences(of: "&quot;", with: "\"")
            .replacingOccurrences(of: "&amp;", with: "&")
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test(.enabled(if: chromium != nil, "chromium is not installed"), arguments: [1280, 390], ["nl", "en"])
    func thePageNeverScrollsSideways(width: Int, language: String) throws {
        let sizes = try measure(width: width, language: language)
        #expect(sizes["client"] as? Int == width)
        #expect(sizes["scroll"] as? Int == width, "beyond the edge: \(sizes["beyond"] ?? "")")
        #expect((sizes["height"] as? Int ?? 0) > 3000, "the page is laid out")
        #expect(sizes["clashes"] as? [String] == [], "texts that leave their drawing or cover another")
        #expect((sizes["buttons"] as? Int ?? 0) > 10, "the page's own script may run")
        #expect(sizes["headings"] as? Int == 1)
        let (drawings, tables) = (sizes["svgs"] as? Int ?? 0, sizes["tables"] as? Int ?? 0)
        #expect(drawings > 10)
        #expect(tables >= 10)
    }
}
