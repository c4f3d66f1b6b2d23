import Foundation
import Testing

/// The report that stands in Reports/ reads as plain Dutch. That this program makes it is tested by CommandLineTests/ReportsFolderTests.
struct PublishedReportTests {
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
                // An item ends where the next begins, or its list ends.
                let end = mark == "li" ? "</ul>" : "</\(mark)>"
                let inner = piece[piece.index(after: start)...].components(separatedBy: end)[0]
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
