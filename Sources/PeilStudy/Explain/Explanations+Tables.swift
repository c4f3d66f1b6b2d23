extension Explanations {
    /// Classes of trouble with disclosure.
    static let tables = """
        BAD_FIGURE Disclosure
        A figure is too large to be computed; often an answer is one that cannot be.
        > Give the codebook the range of the answers.

        CANNOT_BE_PROTECTED Table-suppression
        Even with all other cells hidden, these stay open to a reader.
        > Ask for less protection, hide totals too, or publish a coarser table.

        DIFFERENCING Disclosure
        A base differs from the published version by fewer people than may be shown: the two versions together would
        tell about them.
        > Publish when more people have changed, or keep the version that is there.

        DOES_NOT_ADD_UP Table-suppression
        A relation does not hold for the values of the table.
        > Correct a cell or the relation.

        HIERARCHY_LOOP Table-suppression
        Cells are parts of themselves.
        > Take out the relation that closes the loop.

        NEGATIVE_AMOUNT Disclosure
        A question named as an amount has answers below 0.
        > Take it out of disclosure › dominance › amounts, or give it a `min`.

        NEGATIVE_CELL Table-suppression
        A cell is below 0, and counts and totals are not.
        > Correct the cell.

        NOT_SOLVED Table-suppression
        The bounds of a cell could not be computed.
        > Check coefficients that differ by many powers of ten.

        NOT_WHOLE Table-suppression
        A cell is no whole number in tables of whole numbers.
        > Correct the cell, or the `domain`.

        UNSAFE_PUBLICATION Disclosure
        A reader could work out figures that are hidden, and the publication is not made.
        > Publish fewer crossings, or coarser ones.
        """
}
