/// The XML structure of LimeSurvey: tables of rows, each row a list of fields in CDATA. Only that much XML is read;
/// entities, attributes and everything else in the file are passed over.
struct LimeSurveyXML {
    private let bytes: [UInt8]
    /// Rows by table (`questions`, `answers`, `question_l10ns` …), each a field by name.
    private var tables: [String: [[String: String]]] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        read()
    }

    // MARK: Tables

    private mutating func read() {
        var index = 0
        var path: [String] = []
        var row: [String: String] = [:]
        var text: [UInt8] = []
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            if starts("<![CDATA[", at: index) {
                let end = find("]]>", from: index + 9)
                text += bytes[min(index + 9, end)..<end]
                index = end + 3
                continue
            }
            let end = find(">", from: index)
            let tag = bytes[(index + 1)..<max(index + 1, end)]
            index = end + 1
            if tag.first == UInt8(ascii: "/") {
                let name = path.popLast() ?? ""
                if name == "row", let table = path.dropLast().last {
                    tables[table, default: []].append(row)
                    row = [:]
                } else if path.last == "row" {
                    row[name] = String(decoding: text, as: UTF8.self)
                }
                text = []
            } else if tag.last != UInt8(ascii: "/"), tag.first != UInt8(ascii: "?"), tag.first != UInt8(ascii: "!") {
                path.append(String(decoding: tag.prefix { !Ascii.isSpace($0) }, as: UTF8.self))
                guard path.count < 64 else { return }
                text = []
            }
        }
    }

    private func starts(_ mark: String, at index: Int) -> Bool { bytes[index...].starts(with: mark.utf8) }

    private func find(_ mark: String, from start: Int) -> Int {
        var index = start
        while index < bytes.count, !starts(mark, at: index) { index += 1 }
        return min(index, bytes.count)
    }

    // MARK: Questions

    func structure() -> LimeSurveyStructure {
        var result = LimeSurveyStructure()
        var places: [String: Int] = [:]
        let texts = localized("question_l10ns", key: "qid", text: "question")
        for row in sorted(tables["questions"] ?? []) {
            let id = row["qid"] ?? ""
            let text = texts[id] ?? Self.single(row, "question")
            for language in text.keys.sorted() where !result.languages.contains(language) {
                result.languages.append(language)
            }
            if let place = places[id] {
                result.questions[place].item.text.merge(text) { first, _ in first }
                continue
            }
            places[id] = result.questions.count
            result.questions.append(
                .init(
                    item: .init(code: row["title"] ?? "", text: text), type: row["type"] ?? "",
                    isMandatory: row["mandatory"] == "Y", hasOther: row["other"] == "Y",
                    relevance: row["relevance"] ?? ""))
        }
        for row in sorted(tables["subquestions"] ?? []) {
            guard let place = places[row["parent_qid"] ?? ""] else { continue }
            let text = texts[row["qid"] ?? ""] ?? Self.single(row, "question")
            LimeSurveyTable.merge(
                .init(code: row["title"] ?? "", text: text, scale: row["scale_id"] ?? "0"),
                into: &result.questions[place].subquestions)
        }
        let answers = localized("answer_l10ns", key: "aid", text: "answer")
        for row in sorted(tables["answers"] ?? []) {
            guard let place = places[row["qid"] ?? ""] else { continue }
            let text = answers[row["aid"] ?? ""] ?? Self.single(row, "answer")
            LimeSurveyTable.merge(
                .init(code: row["code"] ?? "", text: text), into: &result.questions[place].answers)
        }
        return result
    }

    /// Texts by id and language: since version 4 they stand in tables of their own.
    private func localized(_ table: String, key: String, text: String) -> [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for row in tables[table] ?? [] {
            result[row[key] ?? "", default: [:]][row["language"] ?? ""] = CodebookImport.plainText(row[text] ?? "")
        }
        return result
    }

    private static func single(_ row: [String: String], _ name: String) -> [String: String] {
        guard let language = row["language"] else { return [:] }
        return [language: CodebookImport.plainText(row[name] ?? "")]
    }

    /// In the order of the survey: group, then place; stable.
    private func sorted(_ rows: [[String: String]]) -> [[String: String]] {
        let groups = Dictionary(
            (tables["groups"] ?? []).map { ($0["gid"] ?? "", Int($0["group_order"] ?? "") ?? 0) }
        ) { first, _ in first }
        let places = rows.enumerated().map { number, row in
            (groups[row["gid"] ?? ""] ?? 0, Int(row["question_order"] ?? row["sortorder"] ?? "") ?? 0, number)
        }
        return places.sorted(by: <).map { rows[$0.2] }
    }
}
