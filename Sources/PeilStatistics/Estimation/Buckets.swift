/// Items sorted by a small key, without moving them: the items of each key in their order.
struct Buckets: Sendable {
    private let items: [Int32]
    /// Where each bucket begins; one entry more than there are buckets.
    private let start: [Int32]

    init(_ keys: [Int32], count: Int) {
        items = Self.sorted((0..<Int32(keys.count)).map { $0 }, by: keys, into: count)
        var start = [Int32](repeating: 0, count: count + 1)
        for key in keys { start[Int(key) + 1] += 1 }
        for bucket in 0..<count { start[bucket + 1] += start[bucket] }
        self.start = start
    }

    subscript(bucket: Int) -> some Sequence<Int> {
        items[Int(start[bucket])..<Int(start[bucket + 1])].lazy.map { Int($0) }
    }

    /// `items` by `keys[item]`, equal keys in the order given: a stable counting sort, free where they are sorted.
    static func sorted(_ items: [Int32], by keys: [Int32], into buckets: Int) -> [Int32] {
        var start = [Int32](repeating: 0, count: buckets + 1)
        var isSorted = true
        var last = Int32(-1)
        for item in items {
            let key = keys[Int(item)]
            start[Int(key) + 1] += 1
            if key < last { isSorted = false }
            last = key
        }
        if isSorted { return items }
        for bucket in 0..<buckets { start[bucket + 1] += start[bucket] }
        var sorted = [Int32](repeating: 0, count: items.count)
        for item in items {
            let bucket = Int(keys[Int(item)])
            sorted[Int(start[bucket])] = item
            start[bucket] += 1
        }
        return sorted
    }
}
