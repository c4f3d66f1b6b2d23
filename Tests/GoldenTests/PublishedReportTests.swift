import Foundation
import PeilStudy
import Testing

/// The report that stands in Reports/ is the one that this program makes, byte for byte. After an intended change:
/// `make report` writes it anew, and the difference is read before it is committed.
struct PublishedReportTests {
    @Test("The committed report is rendered again to the same bytes", arguments: ["nl", "en"])
    func sameBytes(language: String) throws {
        let study = try Study(at: sampleStudy)
        let wave = try #require(study.waves.last)
        let run = StudyRun(study, wave: wave)
        let folder = FileManager.default.temporaryDirectory.appending(path: "peil-report-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Publisher(run).write(
            try run.release(try run.prepare()), language: language, to: folder.path(), records: false)
        let committed = URL(filePath: checkout + "/Reports/haaglanden/\(language)")
        let names = try FileManager.default.contentsOfDirectory(atPath: committed.path()).sorted()
        #expect(names.contains("index.html") && names.contains("estimates.csv"))
        for name in names {
            let stored = try Data(contentsOf: committed.appending(path: name))
            let made = try Data(contentsOf: folder.appending(path: "current/\(name)"))
            #expect(stored == made, "\(language)/\(name) differs; read the difference, then run `make report`")
        }
    }

    /// Mean sentence at most twelve words, Douma's reading ease at least sixty, and none of the words that claim too much, over
    /// every sentence that a reader of the committed Dutch pages meets.
    @Test func everyDutchPageReadsAtB1() throws {
        let folder = URL(filePath: checkout + "/Reports/haaglanden/nl")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".html") }
        #expect(names.count > 20)
        var sentences: [String] = []
        for name in names.sorted() {
            let html = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            sentences += Self.sentences(html)
        }
        let words = sentences.map { $0.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() } }
        let count = words.reduce(0) { $0 + $1.count }
        let perSentence = Double(count) / Double(sentences.count)
        let syllables = words.joined().reduce(0) { $0 + Self.syllables($1) }
        let ease = 206.84 - 0.93 * perSentence - 77 * Double(syllables) / Double(count)
        #expect(perSentence <= 12, "\(perSentence) words a sentence")
        #expect(ease >= 60, "reading ease \(ease)")
        let forbidden: Set = ["significant", "door", "leidt", "veroorzaakt", "scoort", "beste", "slechtste", "winnaar"]
        for (sentence, own) in zip(sentences, words) {
            #expect(forbidden.isDisjoint(with: own), "\(sentence)")
        }
    }

    /// Texts of paragraphs and list items, cut at full stops.
    private static func sentences(_ html: String) -> [String] {
        var result: [String] = []
        for mark in ["p", "li"] {
            for piece in html.components(separatedBy: "<\(mark)").dropFirst() {
                guard let start = piece.firstIndex(of: ">"), piece.first == ">" || piece.first == " " else { continue }
                let inner = piece[piece.index(after: start)...].components(separatedBy: "</\(mark)>")[0]
                guard !inner.contains("<li") && !inner.contains("<svg") && !inner.contains("<a ") else { continue }
                let text = inner.replacing(/<[^>]*>/, with: "").replacing("&amp;", with: "&")
                result += text.split { ".!?".contains($0) }.map(String.init).filter {
                    $0.split(separator: " ").count > 2
                }
            }
        }
        return result
    }

    private static func syllables(_ word: String) -> Int {
        var count = 0
        var wasVowel = false
        for character in word {
            let isVowel = "aeiouyéëïèüöáóú".contains(character)
            if isVowel, !wasVowel || "ëïüö".contains(character) { count += 1 }
            wasVowel = isVowel
        }
        return max(1, count)
    }
}
