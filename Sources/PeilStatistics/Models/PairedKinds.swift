/// Pairs of two kinds that occur together, as kinds of their own, in rising order of the pairs.
struct PairedKinds: Sendable {
    /// −1 where either is absent.
    let kindOfRow: [Int32]
    let first: [Int32]
    let second: [Int32]
    var count: Int { first.count }

    init(_ first: [Int32], count firstCount: Int, _ second: [Int32], count secondCount: Int) {
        let width = Int64(max(1, secondCount))
        let keys = zip(first, second).map { a, b in a < 0 || b < 0 ? -1 : Int64(a) * width + Int64(b) }
        let distinct: [Int64]
        if firstCount * secondCount <= 4 * keys.count + 1024 {
            // A place for every pair is cheaper than a hash of each row.
            var places = [Int32](repeating: -1, count: firstCount * secondCount)
            for key in keys where key >= 0 { places[Int(key)] = 0 }
            distinct = places.indices.filter { places[$0] == 0 }.map { Int64($0) }
            for (place, key) in distinct.enumerated() { places[Int(key)] = Int32(place) }
            kindOfRow = keys.map { $0 < 0 ? -1 : places[Int($0)] }
        } else {
            distinct = Set(keys.lazy.filter { $0 >= 0 }).sorted()
            let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int32($0)) })
            kindOfRow = keys.map { places[$0] ?? -1 }
        }
        self.first = distinct.map { Int32($0 / width) }
        self.second = distinct.map { Int32($0 % width) }
    }
}
