import Testing

@testable import PeilIngest

/// Texts by number, block after block, against a dictionary.
struct KnownNamesTests {
    @Test("Each text has one number, and a block meets it once, also while a column's texts outgrow their room")
    func numbersOfBlocks() throws {
        var random = Numbers(state: 4)
        let known = KnownNames(owner: 1)
        var numbers: [String: Int32] = [:]
        // Few texts at first, so that most are known when new ones come between them.
        for pool in [3, 900, 1100, 1030, 5000, 4000] {
            let texts = (0..<(600 + random.next(below: 800))).map { _ in
                let text = "\(random.next(below: pool))"
                return ["", text, "woord \(text)", "een lang antwoord, nummer \(text)"][random.next(below: 4)]
            }
            let records = try open("a,b\n" + texts.map { "1,\"\($0)\"\n" }.joined())
            let plain = try open("a;b\n" + texts.map { "1;\($0)\n" }.joined())
            for records in [records, plain] {
                let firstFresh = numbers.count
                var (met, seen) = ([Int32](), Set<Int32>())
                let wanted = texts.map { text in
                    let number = numbers[text, default: Int32(numbers.count)]
                    numbers[text] = number
                    if seen.insert(number).inserted { met.append(number) }
                    return number
                }
                let (found, block) = BlockCells.with(records) { cells in
                    let found = known.numbers(cells, 1, skipsEmpty: false) { _, cell in
                        (known.intern(cell).number, true)
                    }
                    return (found, known.takeBlock())
                }
                #expect(found == wanted)
                #expect(block.met == met && block.firstFresh == firstFresh)
                #expect(block.fresh.count == numbers.count - firstFresh)
            }
        }
        #expect(numbers.count > 2048)
    }
}
