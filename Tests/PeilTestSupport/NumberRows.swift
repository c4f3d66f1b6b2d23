/// The numbers of a reference table written as text: a row a line, columns apart by spaces. Text compiles in no
/// time where a literal of a thousand numbers does not.
public func numberRows(_ text: String) -> [[Double]] {
    text.split(separator: "\n").map { line in
        line.split(separator: " ").map { word in
            guard let value = Double(String(word)) else { preconditionFailure("\(word) is not a number") }
            return value
        }
    }
}

/// |actual − expected| / |expected|; 0 where both are 0.
public func relativeError(_ actual: Double, _ expected: Double) -> Double {
    if actual == expected { return 0 }
    return abs(actual - expected) / abs(expected)
}
