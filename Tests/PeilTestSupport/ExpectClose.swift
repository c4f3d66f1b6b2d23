import Testing

/// Expects |actual − expected| ≤ max(absolute, relative·|expected|); the message gives the source of the number.
public func expectClose(
    _ actual: Double, _ expected: Double, relative: Double = 0, absolute: Double = 0,
    source: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let allowed = max(absolute, relative * abs(expected))
    #expect(
        abs(actual - expected) <= allowed,
        "\(actual) is \(abs(actual - expected)) from \(expected); allowed \(allowed). \(source)",
        sourceLocation: sourceLocation)
}
