import CReadStat
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilIngest

@Suite struct CodebookImportTests {
    /// A proposal that has been read back as a codebook.
    private func propose(_ bytes: [UInt8], language: String = "nl") throws -> (yaml: String, book: Codebook) {
        var proposal = try CodebookImport.propose(bytes, language: language)
        proposal.settleIdentifiers()
        let yaml = proposal.yaml()
        return (yaml, try codebook(yaml))
    }

    private func propose(_ text: String) throws -> (yaml: String, book: Codebook) { try propose(Array(text.utf8)) }

    // MARK: SPSS

    @Test func anSPSSFileGivesItsLabelsAndReasons() throws {
        let (yaml, book) = try propose(SAVFixture.survey().bytes())
        let types = Dictionary(uniqueKeysWithValues: book.variables.map { ($0.id, $0.type) })
        #expect(
            types == [
                "resp_id": .id, "Zorgen": .code, "leeftijd": .int, "uren": .number, "datum": .date,
                "gewicht": .weight, "gemeente": .region, "toelichting": .text
            ])
        let worry = try #require(book.variable("Zorgen"))
        #expect(worry.wording.text(in: "nl") == "Hoeveel zorgen maakt u zich?")
        #expect(worry.categories.map(\.code) == ["1", "2", "3"])
        #expect(worry.missing == ["8": .dontKnow, "9": .refused])
        #expect(book.variable("leeftijd")?.missing == ["999": .notAnswered])
        #expect(yaml.contains("# check: why is there no answer at 999?"))
        #expect(book.variable("gemeente")?.missing == ["GM9999": .notAnswered])
        #expect(!yaml.contains("regel twee") && !yaml.contains("Zeeën"))
    }

    @Test func anSPSSFileIsDecodedByItsOwnProposal() throws {
        let bytes = try SAVFixture.survey(READSTAT_COMPRESS_ROWS).bytes()
        let book = try propose(bytes).book
        let read = try SAVReader.delimitedText(bytes)
        let file = SurveyFile(
            text: .memory(read.bytes), delivered: .memory(bytes), dialect: SurveyFile.canonical,
            dictionary: read.dictionary)
        let wave = try WaveReader.read(
            bytes: read.bytes, path: "", codebook: file.fitting(book), dialect: file.dialect)
        #expect(wave.quality.rowsRead == 4 && wave.quality.quarantined.isEmpty)
        #expect(try values(wave, "Zorgen") == ["1", "3", "(dont_know)", "(not_answered)"])
        #expect(try values(wave, "leeftijd") == ["34", "98", "(not_answered)", "61"])
        #expect(try values(wave, "gemeente") == ["GM0518", "GM0503", "(not_answered)", "GM0518"])
    }

    @Test func whatSPSSCallsMissingMayNotPassForAnAnswer() throws {
        let bytes = try SAVFixture.survey().bytes()
        let read = try SAVReader.delimitedText(bytes)
        let file = SurveyFile(
            text: .memory(read.bytes), delivered: .memory(bytes), dialect: SurveyFile.canonical,
            dictionary: read.dictionary)
        let careless = try codebook("{languages: [nl], variables: [{id: leeftijd, type: int}]}")
        #expect(errorCode { _ = try file.fitting(careless) } == "UNDECLARED_MISSING")
        let careful = try codebook(
            "{languages: [nl], variables: [{id: leeftijd, type: int, missing: [{code: 999, kind: refused}]}]}")
        #expect(errorCode { _ = try file.fitting(careful) } == nil)
    }

    @Test(arguments: [
        ("weet niet", MissingReason.dontKnow), ("Weet ik niet / geen mening", .dontKnow), ("Don't know", .dontKnow),
        ("Wil niet zeggen", .refused), ("REFUSED", .refused), ("I prefer not to say", .refused),
        ("n.v.t.", .notAsked), ("N/A", .notAsked), ("Niet gevraagd (routing)", .notAsked),
        ("Geen antwoord", .notAnswered), ("technische fout", .technical)
    ]) func labelsTellWhyThereIsNoAnswer(label: String, reason: MissingReason) {
        #expect(AbsenceWords.reason(label) == reason)
    }

    @Test(arguments: ["geen zorgen", "ja", "niet van plan", "ik weet niet zeker of ik dat wil", "onwaarschijnlijk"])
    func answersAreNotTakenForAbsences(label: String) {
        #expect(AbsenceWords.reason(label) == nil)
    }

    // MARK: Exports of answers

    private static func rows(_ count: Int, _ row: (Int) -> String) -> String {
        (0..<count).map(row).joined(separator: "\n") + "\n"
    }

    @Test func aQualtricsExportGivesItsQuestions() throws {
        let text =
            """
            StartDate,ResponseId,IPAddress,Q1,Q2_1,Q2_2,Q3_TEXT
            Start Date,Response ID,IP Address,"How worried
            are you?",Channels - Radio,Channels - Television,What else?
            "{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""ip""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}","{""ImportId"":""QID3""}"

            """
            + Self.rows(24) {
                "2026-03-0\(1 + $0 % 9) 10:00:00,R_a\($0)x,10.0.0.\($0),\(1 + $0 % 4),\($0 % 2 == 0 ? "Radio" : ""),\($0 % 3 == 0 ? "Television" : ""),secret \($0)"
            }
        let (yaml, book) = try propose(Array(text.utf8), language: "en")
        #expect(book.csv.descriptionRows == 2)
        #expect(book.variable("Q1")?.wording.text(in: "en") == "How worried are you?")
        #expect(book.variable("Q1")?.categories.map(\.code) == ["1", "2", "3", "4"])
        #expect(book.variable("ResponseId")?.type == .id && book.variable("StartDate")?.type == .date)
        #expect(book.variable("IPAddress")?.type == .text && yaml.contains("looks like personal data"))
        #expect(book.variable("Q3_TEXT")?.type == .text && !yaml.contains("secret") && !yaml.contains("10.0.0"))
        let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: book)
        #expect(try values(wave, "Q2_1").prefix(4) == ["1", "(not_asked)", "1", "0"])
        #expect(try values(wave, "Q2_2").prefix(4) == ["1", "(not_asked)", "0", "1"])
    }

    @Test func aLimeSurveyExportGivesItsBlocks() throws {
        let text =
            "id;submitdate;lastpage;G1Q1;Q2[SQ001];Q2[SQ002];Q2[other];Q3[SQ001]\n"
            + Self.rows(24) {
                "\($0 + 1);2026-03-01 12:00:00;3;A\(1 + $0 % 3);\($0 % 2 == 0 ? "Y" : "");Y;;\($0 % 2 == 0 ? "AO01" : "AO02")"
            }
        let (yaml, book) = try propose(text)
        #expect(yaml.contains("LimeSurvey"))
        #expect(book.variable("Q2_SQ001")?.column == "Q2[SQ001]")
        #expect(book.variable("Q2_SQ001")?.group == "Q2" && book.variable("Q2_SQ002")?.group == "Q2")
        #expect(book.variable("G1Q1")?.categories.map(\.code) == ["A1", "A2", "A3"])
        let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: book)
        #expect(try values(wave, "Q2_SQ001").prefix(2) == ["1", "0"])
    }

    @Test func aBareFileGivesGuessesThatSayTheyAre() throws {
        let text =
            "volgnr;w;score;kanaal;open vraag;geslacht;pc4;several\n"
            + Self.rows(40) {
                "\($0 + 1);1,\($0 + 10);\(Double($0) / 4);\($0 % 2);antwoord nummer \($0) van iemand;\(["man", "vrouw", "weet niet"][$0 % 3]);25\($0 + 10);\(["a", "a|b", "b|c", "c"][$0 % 4])"
            }.replacing(".", with: ",")
        let (yaml, book) = try propose(text)
        #expect(book.variable("volgnr")?.type == .id && book.variable("volgnr")?.isUnique == true)
        #expect(book.variable("score")?.type == .number)
        #expect(book.variable("kanaal")?.type == .code)
        #expect(book.variable("open_vraag")?.type == .text && !yaml.contains("antwoord nummer"))
        #expect(book.variable("geslacht")?.categories.map(\.code) == ["man", "vrouw"])
        #expect(book.variable("geslacht")?.missing == ["weet niet": .dontKnow])
        #expect(book.variable("pc4")?.pattern == "[1-9][0-9]{3}")
        #expect(book.variable("several")?.type == .multi && book.variable("several")?.separator == Ascii.bar)
        #expect(yaml.contains("# check: "))
        let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: book)
        #expect(wave.quality.quarantined.isEmpty)
        #expect(try values(wave, "several_b").prefix(4) == ["0", "1", "1", "0"])
    }

    @Test func rareTextsAreNotWrittenDown() throws {
        let text =
            "x;plaats\n" + Self.rows(40) { "\($0);\($0 == 7 ? "Jan de Vries" : $0 % 2 == 0 ? "noord" : "zuid")" }
        let yaml = try propose(text).yaml
        #expect(yaml.contains("noord") && !yaml.contains("Jan"))
        #expect(yaml.contains("1 rare value(s) are not listed"))
    }

    @Test func hostileNamesMakeAValidCodebook() throws {
        let text = "\"a: [b\";\"a: [b\u{202E}\";yes;#;\"- x\";'q';\"n\"\n1;2;3;4;5;6;7\n"
        #expect(try propose(text).book.variables.count == 7)
        #expect(errorCode { _ = try self.propose("\n\n") } == "EMPTY_FILE")
    }

    // MARK: LimeSurvey structures

    @Test func aLimeSurveyTableGivesLabelsInEveryLanguage() throws {
        let rows = [
            ["class", "type/scale", "name", "relevance", "text", "language", "mandatory", "other"],
            ["S", "", "sid", "", "1", "", "", ""], ["G", "0", "Groep", "1", "", "nl", "", ""],
            ["Q", "L", "zorg", "1", "<p>Hoeveel&nbsp;zorgen?</p>", "nl", "Y", "N"],
            ["A", "0", "A1", "", "geen", "nl", "", ""], ["A", "0", "A9", "", "weet niet", "nl", "", ""],
            ["Q", "M", "kan", "zorg == \"A1\"", "Welke kanalen?", "nl", "N", "Y"],
            ["SQ", "0", "SQ1", "1", "radio", "nl", "", ""], ["SQ", "0", "SQ2", "1", "tv", "nl", "", ""],
            ["Q", "L", "zorg", "1", "How worried?", "en", "Y", "N"], ["A", "0", "A1", "", "not", "en", "", ""]
        ]
        let text = rows.map { $0.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: "\t") }
            .joined(separator: "\n")
        let (yaml, book) = try propose(text + "\n")
        #expect(book.languages == ["nl", "en"])
        #expect(book.variables.map(\.column) == ["id", "submitdate", "zorg", "kan[SQ1]", "kan[SQ2]", "kan[other]"])
        let worry = try #require(book.variable("zorg"))
        #expect(worry.wording.byLanguage == ["nl": "Hoeveel zorgen?", "en": "How worried?"])
        #expect(worry.categories.map(\.label.byLanguage) == [["nl": "geen", "en": "not"]])
        #expect(worry.missing == ["A9": .dontKnow] && worry.isRequired)
        #expect(book.variable("kan_SQ1")?.wording.text(in: "nl") == "Welke kanalen? - radio")
        #expect(yaml.contains("zorg == \\\"A1\\\"") && yaml.contains("# check: write the condition"))
    }

    @Test func aLimeSurveyXMLGivesTheSame() throws {
        func row(_ fields: KeyValuePairs<String, String>) -> String {
            "<row>" + fields.map { "<\($0)><![CDATA[\($1)]]></\($0)>" }.joined() + "</row>"
        }
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <document><LimeSurveyDocType>Survey</LimeSurveyDocType>
            <answers><fields><fieldname>qid</fieldname></fields><rows>
            \(row(["aid": "1", "qid": "10", "code": "A2", "sortorder": "2"]))
            \(row(["aid": "2", "qid": "10", "code": "A1", "sortorder": "1"]))</rows></answers>
            <answer_l10ns><rows>\(row(["aid": "1", "answer": "veel", "language": "nl"]))
            \(row(["aid": "2", "answer": "geen", "language": "nl"]))</rows></answer_l10ns>
            <groups><rows>\(row(["gid": "1", "group_order": "0"]))</rows></groups>
            <questions><rows>\(row(["qid": "10", "gid": "1", "type": "F", "title": "Q1", "question_order": "1"]))</rows></questions>
            <question_l10ns><rows>\(row(["qid": "10", "question": "Zorgen?", "language": "nl"]))
            \(row(["qid": "11", "question": "stroom", "language": "nl"]))</rows></question_l10ns>
            <subquestions><rows>\(row(["qid": "11", "parent_qid": "10", "gid": "1", "title": "SQ1", "question_order": "1"]))</rows></subquestions>
            </document>
            """
        let book = try propose(xml).book
        let question = try #require(book.variable("Q1_SQ1"))
        #expect(question.column == "Q1[SQ1]" && question.wording.text(in: "nl") == "Zorgen? - stroom")
        #expect(question.categories.map(\.code) == ["A1", "A2"])
        for count in stride(from: 120, to: xml.utf8.count, by: 53) {
            _ = errorCode { _ = try self.propose(Array(xml.utf8.prefix(count))) }
        }
    }

    // MARK: Export

    @Test func aCodebookIsWrittenAsATableAndAsDDI() throws {
        let book = try codebook(
            """
            codebook: demo
            languages: [nl, en]
            variables:
            - {id: q, type: code, nl: "Ja, of <nee>?", en: "Yes?", labels: [{code: 1, nl: =ja, en: "yes"}], missing: [{code: 9, kind: refused}]}
            """)
        #expect(
            CodebookTable(book).csv == """
                variable,code,label_nl,label_en,kind,type
                q,,"Ja, of <nee>?",Yes?,question,code
                q,1,'=ja,yes,answer,
                q,9,,,refused,

                """)
        let xml = DDICodebook(book).xml
        #expect(xml.contains("<labl xml:lang=\"nl\">Ja, of &lt;nee&gt;?</labl>"))
        #expect(xml.contains("<catgry missing=\"Y\" missType=\"refused\"><catValu>9</catValu></catgry>"))
    }

    /// Waves stand one after another: a proposal from the first records alone would refuse its own file.
    @Test func codesAreTakenFromTheWholeFile() throws {
        var text = "wave,x\n"
        for row in 0..<210_000 { text += "\(row / 70_000 + 1),\(row % 2)\n" }
        let proposed = try propose(text).yaml
        #expect(proposed.contains("one in 3 of them for codes"))
        #expect(proposed.contains("labels: [1, 2, 3]"))
    }
}
