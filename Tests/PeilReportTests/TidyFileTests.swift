import Foundation
import PeilDisclosure
import PeilTable
import Testing

@testable import PeilReport

/// The tidy file where every text of a study and a codebook begins like a formula.
struct TidyFileTests {
    private static let subject = PublicationSubject(
        study: "=study", title: LocalizedText(everywhere: "=t"), population: LocalizedText(everywhere: "=p"),
        region: LocalizedText(everywhere: "=r"), wave: "+wave", waveLabel: LocalizedText(everywhere: "=w"),
        fieldworkFrom: "2026-03-30", fieldworkTo: "2026-04-26", mode: "@mode", basis: "-basis",
        banner: LocalizedText(everywhere: "=b"),
        questions: [
            .init(
                id: "=kit", label: LocalizedText(everywhere: "=l"), wording: LocalizedText(everywhere: "=w"),
                wordingHash: "-hash", levels: [Category(code: "=1", label: LocalizedText(everywhere: "=y"))],
                statistic: .share, unit: LocalizedText(everywhere: "=u"), base: LocalizedText(everywhere: "\t=base"),
                isSensitive: false),
            .init(
                id: "@score", label: LocalizedText(everywhere: "=l"), wording: LocalizedText(everywhere: "=w"),
                wordingHash: "+hash", levels: [], statistic: .mean, unit: LocalizedText(everywhere: "=1+1"),
                base: LocalizedText(everywhere: "\n=base"), isSensitive: false)
        ],
        areas: [], segments: [], studyHash: "a", inputHash: "b", seed: 1, version: "0")

    private func file() throws -> RenderedFile {
        let figures = [
            Fixture.figure(FigureName(question: "=kit", level: "=1", statistic: .share), 0.4, 400, 160, reference: nil),
            Fixture.figure(FigureName(question: "@score", statistic: .mean), 0.4, 400, 160, reference: nil)
        ]
        let released = try DisclosureRules().release(
            PublicationDraft(subject: Self.subject, figures: figures, facts: []))
        let outline = ReportOutline(keyFigures: [], sections: [])
        let files = try renderAll(publication: released, outline: outline, language: .nl, formats: [.csv])
        return try #require(files.first { $0.name == "estimates.csv" })
    }

    @Test func `no text column begins like a formula`() throws {
        let lines = String(decoding: try file().bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3)
        for line in lines.dropFirst() {
            for field in line.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
                let text = field.hasPrefix("\"") ? String(field.dropFirst()) : field
                let isNumber = Double(text) != nil
                #expect(isNumber || !"=+-@\t\r".contains(text.prefix(1)) || text.isEmpty, "\(field)")
            }
            #expect(line.contains("'=study,'+wave,") && line.contains(",'@mode,") && line.contains(",'-basis,"))
        }
    }

    @Test func `every column is described once`() {
        #expect(Set(TidyColumns.all.map(\.name)).count == TidyColumns.all.count)
        #expect(TidyColumns.all.allSatisfy { $0.text.hasSuffix(".") })
    }
}
