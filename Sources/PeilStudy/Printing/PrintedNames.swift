/// The names of tagged parts inside a PDF file, `(node00000017)`, which the browser counts over its whole run: counted anew from
/// one in the same order and as many bytes, so that a page is the same file whenever it is printed.
enum PrintedNames {
    private static let start = Array("(node".utf8)
    private static let digits = 8

    static func replaced(in bytes: [UInt8]) -> [UInt8] {
        let places = places(in: bytes)
        let numbers = Set(places.map { Array(bytes[$0..<$0 + digits]) }).sorted { $0.lexicographicallyPrecedes($1) }
        var names: [[UInt8]: [UInt8]] = [:]
        for (index, number) in numbers.enumerated() {
            let text = String(index + 1)
            names[number] = Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8)
        }
        var file = bytes
        for place in places {
            if let name = names[Array(bytes[place..<place + digits])] {
                file.replaceSubrange(place..<place + digits, with: name)
            }
        }
        return file
    }

    /// Where the digits of a name begin.
    private static func places(in bytes: [UInt8]) -> [Int] {
        var found: [Int] = []
        var index = 0
        while index + start.count + digits < bytes.count {
            guard bytes[index] == start[0], bytes[index..<index + start.count].elementsEqual(start) else {
                index += 1
                continue
            }
            let first = index + start.count
            let isName =
                bytes[first + digits] == 0x29 && bytes[first..<first + digits].allSatisfy { (0x30...0x39).contains($0) }
            if isName { found.append(first) }
            index = first
        }
        return found
    }
}
