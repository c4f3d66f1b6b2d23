import Foundation

/// Prints pages as tagged PDF files and charts as pictures, all in one run of the browser, without a network.
struct PagePrinter {
    let browser: Browser
    /// What one page may take.
    var seconds = 60.0

    /// One run of the browser with a folder of its own; nothing is left behind.
    func withRoom<Result>(_ body: (inout PrintingRoom) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "peil-print-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "profile"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { Self.remove(folder) }
        let session = try BrowserSession(browser, profile: folder.appending(path: "profile").path, seconds: seconds)
        var room = PrintingRoom(session: session, folder: folder)
        return try body(&room)
    }

    /// A browser's helpers may write for a moment after it ended.
    private static func remove(_ folder: URL) {
        for _ in 0..<50 {
            try? FileManager.default.removeItem(at: folder)
            guard FileManager.default.fileExists(atPath: folder.path) else { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }
}

/// A browser that is open: page after page goes through it, and none waits for another in memory.
struct PrintingRoom: ~Copyable {
    private var session: BrowserSession
    private let folder: URL

    fileprivate init(session: consuming BrowserSession, folder: URL) {
        self.session = session
        self.folder = folder
    }

    /// An HTML file as a tagged PDF file.
    /// - Parameter date: an ISO date of the study, which becomes the date of the file.
    /// - Throws: `BrowserError`.
    mutating func print(_ name: String, _ bytes: [UInt8], date: String) throws -> [UInt8] {
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try session.open(file.path)
        try session.ask("Runtime.evaluate", ["expression": Self.preparation])
        let answer = try session.ask(
            "Page.printToPDF",
            [
                "printBackground": true, "preferCSSPageSize": true, "generateTaggedPDF": true,
                "generateDocumentOutline": true
            ])
        guard let text = answer["data"] as? String, let data = Data(base64Encoded: text) else {
            throw BrowserError.refused("it printed nothing")
        }
        return PrintedNames.replaced(in: PrintedDates(date).replaced(in: [UInt8](data)))
    }

    /// A chart as a PNG picture, two dots a pixel of the drawing.
    /// - Parameter svg: an SVG file that holds its own size.
    /// - Throws: `BrowserError`.
    mutating func picture(of svg: [UInt8]) throws -> [UInt8] {
        let file = folder.appending(path: "chart.svg")
        try Data(svg).write(to: file)
        try session.open(file.path)
        let size = Self.size(of: svg)
        let clip: [String: Any] = ["x": 0, "y": 0, "width": size.width, "height": size.height, "scale": 2]
        let answer = try session.ask(
            "Page.captureScreenshot", ["format": "png", "clip": clip, "captureBeyondViewport": true])
        guard let text = answer["data"] as? String, let data = Data(base64Encoded: text) else {
            throw BrowserError.refused("it drew nothing")
        }
        return [UInt8](data)
    }

    /// Width and height of a drawing, from its view box.
    private static func size(of svg: [UInt8]) -> (width: Double, height: Double) {
        let head = String(decoding: svg.prefix(2_000), as: UTF8.self)
        let box =
            head.components(separatedBy: "viewBox=\"").dropFirst().first?.components(separatedBy: "\"").first ?? ""
        let numbers = box.split(separator: " ").compactMap { Double($0) }
        return numbers.count == 4 ? (numbers[2], numbers[3]) : (768, 600)
    }

    /// What is folded on a page lies open on paper. Links to other pages would name this machine's temporary folder. A heading
    /// that sorts is no field of a form on paper, and a figure is its drawing, which has the description, and not the frame of it.
    private static let preparation = """
        for (const part of document.querySelectorAll("details")) part.open = true;
        for (const link of document.querySelectorAll("a[href]"))
          if (!link.getAttribute("href").startsWith("#")) link.removeAttribute("href");
        for (const button of document.querySelectorAll("thead button")) button.replaceWith(...button.childNodes);
        for (const frame of document.querySelectorAll("figure")) frame.setAttribute("role", "group");
        """
}

/// The dates inside a PDF file, which the browser takes from the clock: replaced by a date of the study in as many
/// bytes, so that the file's table of places stays right.
struct PrintedDates {
    private let stamp: [UInt8]

    /// - Parameter date: `2026-05-03`; of any other text the dates become 1 January 1980.
    init(_ date: String) {
        let digits = date.utf8.filter { (0x30...0x39).contains($0) }
        stamp = (digits.count == 8 ? digits : Array("19800101".utf8)) + Array("120000".utf8)
    }

    func replaced(in bytes: [UInt8]) -> [UInt8] {
        var file = Data(bytes)
        for key in ["/CreationDate (D:", "/ModDate (D:"] {
            var rest = file.startIndex..<file.endIndex
            while let place = file.range(of: Data(key.utf8), in: rest) {
                let end = min(place.upperBound + stamp.count, file.endIndex)
                let old = file[place.upperBound..<end]
                if old.count == stamp.count, old.allSatisfy({ (0x30...0x39).contains($0) }) {
                    file.replaceSubrange(place.upperBound..<end, with: stamp)
                }
                rest = end..<file.endIndex
            }
        }
        return [UInt8](file)
    }
}
