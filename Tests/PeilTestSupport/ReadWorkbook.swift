import Foundation

/// A workbook as another program reads it: Python's zipfile and ElementTree, which share no code with the writer.
public struct ReadWorkbook: Decodable, Sendable {
    public struct Cell: Decodable, Sendable, Equatable {
        /// From 0.
        public let row: Int
        public let column: Int
        /// `text` or `number`.
        public let kind: String
        public let value: String
        /// The number format, "General" without one.
        public let format: String
    }

    public struct Sheet: Decodable, Sendable {
        public let name: String
        public let cells: [Cell]
        public let frozenRows: Int
        /// Where the links of the sheet lead to.
        public let links: [String]

        /// The cells of a row by column.
        public func row(_ row: Int) -> [Int: Cell] {
            Dictionary(cells.filter { $0.row == row }.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    public let sheets: [Sheet]
    /// Cells of all sheets that hold a formula.
    public let formulas: Int
    /// Title, subject, company, created.
    public let properties: [String: String]
    /// The years in which the archive says that its parts were made.
    public let years: [Int]

    /// Throws where Python cannot read the bytes.
    public static func read(_ bytes: some Sequence<UInt8>) throws -> ReadWorkbook {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("workbook.xlsx")
        let answer = folder.appendingPathComponent("answer.json")
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path, answer.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return try JSONDecoder().decode(ReadWorkbook.self, from: Data(contentsOf: answer))
    }

    private static let script = #"""
        import json, re, sys, zipfile
        from xml.etree import ElementTree as tree
        M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        book = zipfile.ZipFile(sys.argv[1])
        part = lambda name: tree.fromstring(book.read(name))
        plain = lambda text: re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
        words = lambda item: plain("".join(t.text or "" for t in item.iter(M + "t")))
        names = book.namelist()
        shared = [words(item) for item in part("xl/sharedStrings.xml")] if "xl/sharedStrings.xml" in names else []
        styles = part("xl/styles.xml")
        codes = {"0": "General", "2": "0.00", "3": "#,##0", "9": "0%"}
        codes |= {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(M + "numFmt")}
        formats = [codes[x.get("numFmtId")] for x in styles.find(M + "cellXfs")]
        targets = {r.get("Id"): r.get("Target") for r in part("xl/_rels/workbook.xml.rels")}
        sheets, formulas = [], 0
        for entry in part("xl/workbook.xml").iter(M + "sheet"):
            sheet = part("xl/" + targets[entry.get(R)])
            formulas += sum(1 for _ in sheet.iter(M + "f"))
            cells = []
            for c in sheet.iter(M + "c"):
                letters, row = re.match("([A-Z]+)([0-9]+)$", c.get("r")).groups()
                column = 0
                for letter in letters: column = column * 26 + ord(letter) - 64
                kind, value, inline = c.get("t"), c.find(M + "v"), c.find(M + "is")
                if value is None and inline is None: continue
                if kind not in (None, "s", "inlineStr"): sys.exit("a cell of type " + kind)
                text = words(inline) if kind == "inlineStr" else shared[int(value.text)] if kind == "s" else value.text
                cells.append({"row": int(row) - 1, "column": column - 1, "kind": "text" if kind else "number", "value": text,
                              "format": formats[int(c.get("s", "0"))]})
            panes = [int(float(p.get("ySplit", "0"))) for p in sheet.iter(M + "pane")]
            sheets.append({"name": entry.get("name"), "cells": cells, "frozenRows": panes[0] if panes else 0,
                           "links": [h.get("location") for h in sheet.iter(M + "hyperlink")]})
        core, app = part("docProps/core.xml"), part("docProps/app.xml")
        properties = {e.tag.split("}")[1]: e.text or "" for e in [*core, *app] if e.tag.split("}")[1] in
                      ("title", "subject", "Company", "created")}
        json.dump({"sheets": sheets, "formulas": formulas, "properties": properties,
                   "years": sorted({i.date_time[0] for i in book.infolist()})}, open(sys.argv[2], "w"))
        """#
}
