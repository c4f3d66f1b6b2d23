/// Syllables of a Dutch word as Douma's reading ease counts them: groups of vowels, a trema begins a new one; a number counts as one.
public func syllables(_ word: String) -> Int {
    var count = 0
    var wasVowel = false
    for character in word.lowercased() {
        let isVowel = "aeiouyéëïèüöáóú".contains(character)
        if isVowel, !wasVowel || "ëïüö".contains(character) { count += 1 }
        wasVowel = isVowel
    }
    return max(1, count)
}
