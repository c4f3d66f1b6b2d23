/// What the cells of one column show of personal data: counts that add up, so that blocks of a file may be
/// counted apart and merged. It judges the column, where one cell proves nothing.
///
/// A column is of a kind when
/// - its name announces the kind and one cell bears it out (a name of a person: half of the cells are words; not
///   for IP addresses), or
/// - whatever its name, at least three cells and at least 5 % of those that are not empty hold it.
/// What is easily something else needs more: ten bare digits and licence plates half of the cells, and citizen
/// service numbers three quarters of the cells of nine digits. Numbers given out in a row pass the elfproef one time in
/// eleven; three of three pass by chance in 1 of 1331 columns.
public struct PersonalDataTally: Sendable, Equatable {
    private let hint: ColumnNameHint
    /// Cells that are not empty.
    public private(set) var cells = 0
    private var holding = [Int](repeating: 0, count: PersonalDataKinds.inOrder.count)
    private var bareNumbers = 0
    private var nineDigits = 0
    private var citizenNumbers = 0
    private var postcodes = 0
    private var wordCells = 0
    private var streetCells = 0
    private var houseNumbers = 0
    private var shortMobiles = 0

    static let minimumCells = 3
    static let minimumShare = 0.05

    public init(columnName: String) { hint = ColumnNameHint(columnName) }

    /// Counts one cell; `place` is the cell without quotes.
    public mutating func add(_ bytes: Span<UInt8>, _ place: Range<Int>) {
        var cell = place
        while let first = cell.first, Ascii.isSpace(bytes[first]) { cell = (first + 1)..<cell.upperBound }
        while let last = cell.last, Ascii.isSpace(bytes[last]) { cell = cell.lowerBound..<last }
        guard !cell.isEmpty else { return }
        cells += 1
        addByHint(bytes, cell)
        let found = PersonalDataScan.found(bytes, cell)
        if Ascii.isDigit(bytes[cell.lowerBound]) { addNumber(bytes, cell) }
        guard !found.isEmpty else { return }
        for (index, entry) in PersonalDataKinds.inOrder.enumerated()
        where !found.isDisjoint(with: entry.kind == .telephone ? [.telephone, .internationalTelephone] : entry.kind) {
            holding[index] += 1
        }
    }

    /// Counts the cells of a column of a block. `mostDigits`: as in `NumberScratch`.
    mutating func add(_ block: BlockCells, _ column: Int, mostDigits: Int? = nil) {
        let rows = block.quick(column, 0..<block.rowCount)
        var first = 0
        if hint.isSilent, let mostDigits, mostDigits < Self.shortest {
            // So few digits are nothing personal; none of these cells is empty.
            cells += rows.count
            first = rows.upperBound
        } else if hint.isSilent {
            // Counted apart, so that a cell need not wait for the one before.
            var present = 0
            for row in rows {
                let cell = block.raw(column, row)
                switch Self.kind(of: cell, quote: block.quote) {
                case .empty: break
                case .simple: present &+= 1
                case .nineDigits:
                    present &+= 1
                    addNineDigits(cell.words)
                case .other: block.with(column, row) { _, cell in add(cell) }
                }
            }
            cells += present
            first = rows.upperBound
        }
        block.forEach(column, first..<block.rowCount) { _, cell in add(cell) }
    }

    private mutating func add(_ cell: Cell) {
        // Nothing personal is that short, unless the name of the column gives it a meaning.
        guard cell.count < Self.shortest, hint.isSilent else {
            cell.withSpan { add($0, $1) }
            return
        }
        if !cell.trimmed.isEmpty { cells += 1 }
    }

    private enum CellKind { case empty, simple, nineDigits, other }

    /// Simple are cells that are short, and digits that no zero stands before.
    @inline(__always)
    private static func kind(of cell: RawCell, quote: UInt8) -> CellKind {
        let count = cell.count
        if count == 0 { return .empty }
        let first = cell.first
        guard first != quote, !Ascii.isSpace(first) else { return .other }
        if count < shortest { return .simple }
        // Such digits are no telephone number, no postcode, no address; nine of them may be a citizen service number.
        guard count <= 16, first &- Ascii.zero &- 1 < 9 else { return .other }
        let words = cell.words
        guard DigitWord.whole(words.low, min(count, 8)) != nil,
            count <= 8 || DigitWord.whole(words.high, count &- 8) != nil
        else { return .other }
        return count == 9 ? .nineDigits : .simple
    }

    private static let placeOfCitizenNumber = PersonalDataKinds.inOrder.firstIndex { $0.kind == .citizenNumber }

    private mutating func addNineDigits(_ words: (low: UInt64, high: UInt64)) {
        nineDigits += 1
        if UInt8(truncatingIfNeeded: words.low) == UInt8(ascii: "6") { shortMobiles += 1 }
        guard CitizenNumber.passes(words) else { return }
        citizenNumbers += 1
        if let index = Self.placeOfCitizenNumber { holding[index] += 1 }
    }

    /// Bytes of the shortest text that is recognised: a postcode or a licence plate.
    private static let shortest = 6

    private mutating func addNumber(_ bytes: Span<UInt8>, _ cell: Range<Int>) {
        if cell.count == 9, cell.allSatisfy({ Ascii.isDigit(bytes[$0]) }) {
            nineDigits += 1
            if CitizenNumber.passes(bytes, cell) { citizenNumbers += 1 }
            if bytes[cell.lowerBound] == UInt8(ascii: "6") { shortMobiles += 1 }
        }
        if TelephoneNumber.isBare(bytes, cell) { bareNumbers += 1 }
        if cell.count == 6 || cell.count == 7 {
            let word = cell.lowerBound..<(cell.lowerBound + (cell.count == 6 ? 6 : 4))
            if DutchAddress.postcodeEnd(bytes, word, in: cell) == cell.upperBound { postcodes += 1 }
        }
    }

    /// What means something under such a name only.
    private mutating func addByHint(_ bytes: Span<UInt8>, _ cell: Range<Int>) {
        if hint.isHouseNumber, Ascii.isDigit(bytes[cell.lowerBound]) { houseNumbers += 1 }
        guard hint.kinds.contains(.personName) || hint.kinds.contains(.address) else { return }
        var letters = 0
        var digits = 0
        for index in cell {
            if Ascii.isLetter(bytes[index]) || bytes[index] >= 0x80 { letters += 1 }
            if Ascii.isDigit(bytes[index]) { digits += 1 }
        }
        if letters >= 2, digits == 0 { wordCells += 1 }
        if letters >= 3, digits > 0, digits <= 5 { streetCells += 1 }
    }

    /// Adds the counts of another part of the same column.
    public mutating func merge(_ other: PersonalDataTally) {
        cells += other.cells
        for index in holding.indices { holding[index] += other.holding[index] }
        bareNumbers += other.bareNumbers
        nineDigits += other.nineDigits
        citizenNumbers += other.citizenNumbers
        postcodes += other.postcodes
        wordCells += other.wordCells
        streetCells += other.streetCells
        houseNumbers += other.houseNumbers
        shortMobiles += other.shortMobiles
    }

    /// The kinds that the column as a whole holds.
    public var verdict: PersonalDataKinds {
        var result: PersonalDataKinds = []
        for (index, entry) in PersonalDataKinds.inOrder.enumerated()
        where isOf(entry.kind, holding[index]) { result.insert(entry.kind) }
        return result
    }

    private func isOf(_ kind: PersonalDataKinds, _ count: Int) -> Bool {
        let isAnnounced = hint.kinds.contains(kind)
        switch kind {
        case .personName: return isAnnounced && wordCells * 2 >= cells && wordCells > 0
        case .citizenNumber:
            return isAnnounced
                ? citizenNumbers > 0
                : isMany(citizenNumbers, share: Self.minimumShare) && citizenNumbers * 4 >= nineDigits * 3
        case .telephone:
            if isAnnounced { return count > 0 || shortMobiles > 0 }
            return isMany(count - bareNumbers, share: Self.minimumShare) || isMany(count, share: 0.5)
        case .licencePlate: return isAnnounced ? count > 0 : isMany(count, share: 0.5)
        case .address:
            return isAnnounced && count + streetCells > 0 || isMany(count, share: Self.minimumShare)
        // Four small numbers with points are the version of a program too: the name is not enough for one cell.
        case .networkAddress: return isMany(count, share: Self.minimumShare)
        default: return isAnnounced && count > 0 || isMany(count, share: Self.minimumShare)
        }
    }

    private func isMany(_ count: Int, share: Double) -> Bool {
        count >= Self.minimumCells && Double(count) >= share * Double(cells)
    }

    /// Whether most cells are postcodes of six characters: beside house numbers they make addresses.
    var holdsPostcodes: Bool { isMany(postcodes, share: 0.5) || postcodes > 0 && postcodes == cells }
    var holdsHouseNumbers: Bool { hint.isHouseNumber && houseNumbers > 0 }
}
