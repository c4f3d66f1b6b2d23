/// Why a report cannot be made of a publication and an outline.
public enum ReportError: Error, Equatable, Sendable {
    /// `key` names the text in the study's files ("questions.kit.label") that lacks a translation.
    case missingTranslation(key: String, language: Language)
    /// The outline asks for a question that the publication does not hold; `place` is the section id.
    case unknownQuestion(String, place: String)
    case unknownLevel(question: String, level: String, place: String)
    /// Two sections share an id, or an id is no plain word: links inside the page would break.
    case badSectionID(String)
    /// Two pages would be one file: codes of areas or segments that differ only in capitals, or a page named like one.
    case samePage(String)
    case template(String)
    /// The workbook cannot be written; what libxlsxwriter says of it.
    case workbook(String)
}

/// The languages that reports are written in.
public enum Language: String, Sendable, Hashable, CaseIterable, Encodable {
    case nl, en
}
