/// The name with the smallest edit distance, when that is at most half of the word's length: what a message
/// offers after "did you mean". Case counts for nothing. Of two letters both differ between any two names: none is nearest then.
public func nearestName(to word: String, among names: [String]) -> String? {
    let wanted = Array(word.lowercased().utf8)
    // Nobody mistypes a name of hundreds of letters; a hostile one must not cost time.
    guard wanted.count <= 100 else { return nil }
    let measured = names.filter { $0.utf8.count <= 100 }
        .map { (name: $0, distance: editDistance(wanted, Array($0.lowercased().utf8))) }
    let nearest = measured.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest, nearest.distance <= max(2, wanted.count / 2),
        nearest.distance < max(wanted.count, nearest.name.utf8.count)
    else { return nil }
    return nearest.name
}

/// Levenshtein distance: insertions, deletions and replacements of one byte.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[right.count]
}
