public import PeilTable

/// What a multinomial regression explains: one class a row, or the chance of each class. Rows that respond alike share
/// a line.
public struct MultinomialResponse: Sendable {
    /// The first is the reference of the coefficients.
    public let classes: [String]
    /// Lines × classes, line by line; each line sums to 1.
    let chances: [Double]
    /// The line of each row; −1 where the response is absent.
    let lineOfRow: [Int32]

    var lineCount: Int { chances.count / classes.count }

    /// - Parameter classes: names of the classes.
    /// - Parameter classOfRow: index into `classes`, −1 where absent.
    public init(classes: [String], classOfRow: [Int32]) {
        precondition(classOfRow.allSatisfy { $0 < classes.count }, "an index into the classes")
        self.classes = classes
        chances = classes.indices.flatMap { k in classes.indices.map { $0 == k ? 1 : 0 } }
        lineOfRow = classOfRow
    }

    /// The answers to a closed question, in the order of their labels.
    public init(_ variable: String, of table: Table) throws {
        let coded = try table.column(variable).coded()
        self.init(classes: coded.labels, classOfRow: coded.indexOfRow)
    }

    /// The segments of placed rows, by chance where the method gives chances.
    public init(_ segments: Segmentation) {
        classes = Array(segments.codes.dropLast())
        if let memberships = segments.memberships {
            chances = memberships.chances
            lineOfRow = segments.codeOfRow.indices.map { segments.isPlaced($0) ? memberships.lineOfRow[$0] : -1 }
        } else {
            let count = classes.count
            chances = (0..<count).flatMap { k in (0..<count).map { $0 == k ? 1 : 0 } }
            lineOfRow = segments.codeOfRow.map { Int($0) < count ? Int32($0) : -1 }
        }
    }
}
