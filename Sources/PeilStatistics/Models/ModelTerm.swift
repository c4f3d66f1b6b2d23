/// A term of the linear predictor, as it is asked for.
public enum ModelTerm: Sendable, Equatable {
    /// A column: a number, or 0/1 columns of its levels but the reference. A column of texts is categorical without
    /// being told. Without a reference the first level that occurs is it (numbers by value, texts by their bytes).
    case column(String, isCategorical: Bool = false, reference: String? = nil)
    /// The product of columns; those that are categorical must stand in the model themselves.
    case interaction([String])

    /// `a`, `a:b`.
    public var name: String { columns.joined(separator: ":") }

    public var columns: [String] {
        switch self {
        case .column(let name, _, _): [name]
        case .interaction(let names): names
        }
    }
}

public enum ModelError: Error, Sendable, Equatable {
    /// A response that the family cannot have; `row` counts from 0.
    case responseOutside(column: String, row: Int, family: ModelFamily)
    /// A response of texts, without a word which of them counts as 1.
    case responseOfTexts(column: String)
    /// Nobody, or everybody, has the answer that is modelled.
    case responseConstant(column: String)
    /// A reference that nobody in the rows used has.
    case noSuchLevel(column: String, level: String, known: [String])
    case tooFewLevels(column: String)
    case tooManyColumns(found: Int, limit: Int)
    /// Two terms with the same columns, or a column twice in one.
    case repeatedTerm(String)
    /// An interaction whose categorical columns do not stand in the model alone.
    case interactionWithoutMain(term: String, missing: String)
    /// In this level, or beyond some value of this column, all responses are the same: the coefficient has no finite
    /// solution.
    case separated(column: String, level: String?)
    case notConverged(iterations: Int)
    /// A likelihood needs weights that are not negative; `row` counts from 0.
    case negativeWeight(row: Int)
    case tooManyTerms(found: Int, limit: Int)
    /// The model matrix would not fit into memory.
    case tooLarge(rows: Int, columns: Int)
    /// Importance would take fits of every set of terms in every replicate for too many rows.
    case tooManyFits(fits: Int, rows: Int)
    case unknownPredictor(String, known: [String])
}
