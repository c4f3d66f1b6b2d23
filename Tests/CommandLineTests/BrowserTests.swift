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
        return try Self.measured(study.folder.path("wrapper.html"), profile: study.folder.path("profile"))
    }

    /// What a wrapper page wrote down.
    private static func measured(_ wrapper: String, profile: String) throws -> [String: Any] {
        let dump = try Program.start(
            try #require(chromium),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                "--virtual-time-budget=8000", "--window-size=1400,1000", "--hide-scrollbars",
                "--user-data-dir=\(profile)", "--dump-dom", "file://" + wrapper
            ])
        let text = try #require(
            dump.output.components(separatedBy: "<pre id=\"sizes\">").dropFirst().first, "\(dump.error.suffix(400))")
        let json = text.components(separatedBy: "</pre>")[0].replacingOccurrences(of: "&quot;", with: "\"")
            .replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
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

    // MARK: Every page

    private static let published = Result {
        let study = try StudyCopy()
        let answer = try study.run()
        try #require(answer.exitCode == 0, "\(answer.error)")
        return study
    }

    /// All pages side by side, folded parts open; one list of findings for each.
    private static let script = """
        addEventListener("load", () => {
          const findings = [...document.querySelectorAll("iframe")].map(frame => {
            const page = frame.contentDocument, root = page.documentElement, found = [];
            page.querySelectorAll("details").forEach(part => part.open = true);
            const scrolls = element => {
              for (let up = element.parentElement; up && up !== page.body; up = up.parentElement)
                if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return true;
              return false;
            };
            const name = element => element.tagName + "." + element.getAttribute("class");
            if (root.scrollWidth > WIDTH) found.push("scrolls sideways: " + root.scrollWidth);
            for (const element of page.body.querySelectorAll("*")) {
              const box = element.getBoundingClientRect();
              // The link that skips the menu lies outside until it has the focus.
              if (element.className !== "skip" && box.width > 1 && (box.right > WIDTH + 0.5 || box.left < -0.5)
                && !scrolls(element)) found.push("beyond the edge: " + name(element));
              if (getComputedStyle(element).overflowX === "hidden" && element.clientWidth > 1
                && element.scrollWidth > element.clientWidth + 1) found.push("cut off: " + name(element));
            }
            for (const svg of page.querySelectorAll("svg[role=img]")) {
              const box = svg.getBoundingClientRect();
              if (!box.width) continue;
              const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
              texts.forEach(([text, a], index) => {
                if (a.left < box.left - 1 || a.right > box.right + 1 || a.top < box.top - 1 || a.bottom > box.bottom + 1)
                  found.push("leaves its drawing: " + text);
                for (const [other, b] of texts.slice(index + 1))
                  if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) found.push("covers: " + text + " / " + other);
              });
            }
            return {height: root.scrollHeight, found: found.slice(0, 4)};
          });
          const out = document.createElement("pre");
          out.id = "sizes";
          out.textContent = JSON.stringify({pages: findings});
          document.body.append(out);
        });
        """

    @Test(.enabled(if: chromium != nil, "chromium is not installed"), arguments: [1280, 768, 390])
    func everyPageFitsItsWindow(width: Int) throws {
        let study = try Self.published.get()
        let pages = try study.published().keys.filter { $0.hasSuffix(".html") }.sorted()
        try #require(pages.count > 20)
        let frames = pages.map {
            "<iframe src=\"study/out/current/\($0)\" style=\"border:0;display:block;width:\(width)px;height:900px\"></iframe>"
        }
        let wrapper = "pages-\(width).html"
        try study.folder.write(
            "<!doctype html><body style=\"margin:0\">\(frames.joined())<script>const WIDTH = \(width);\(Self.script)</script></body>",
            to: wrapper)
        let measured = try #require(
            try Self.measured(study.folder.path(wrapper), profile: study.folder.path("profile"))["pages"]
                as? [[String: Any]])
        #expect(measured.count == pages.count)
        for (page, sizes) in zip(pages, measured) {
            #expect(sizes["found"] as? [String] == [], "\(page) at \(width) pixels")
            #expect((sizes["height"] as? Int ?? 0) > 3000, "\(page) is laid out")
        }
    }
}
