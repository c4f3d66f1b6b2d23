import PeilTable

/// The answers of one variable in one block, as narrow as they allow.
enum ColumnChunk: Sendable {
    /// `reasons`: empty when nothing is absent.
    case numbers(PackedNumbers, reasons: [UInt8])
    case codes(PackedCodes, reasons: [UInt8])
    /// Distinct texts of the block, and the number of its text a row; −1 where absent for the reason given.
    case names(CellTable, indices: [Int32], reasons: [UInt8])
    /// The same where each text comes behind all before it.
    case ascending(AscendingNames, indices: [Int32])
    /// The same with the numbers that a thread gives the texts.
    case known(KnownNumbers, numbers: [Int32], reasons: [UInt8])
}

/// A column of a wave while its blocks come in.
struct ColumnAssembly: Sendable {
    private var numbers: PackedNumbers = .bytes([])
    private var codes: PackedCodes?
    private(set) var names = AssembledNames()
    private var indices: [Int32] = []
    private var places = KnownPlaces()
    /// Empty while no answer is absent.
    private var reasons: [UInt8] = []
    private(set) var count = 0

    /// `room`: rows that the file is expected to hold, so that nothing is copied on the way.
    mutating func add(_ chunk: consuming ColumnChunk, room: Int) {
        let before = count
        switch chunk {
        case .numbers(let part, let missing):
            count += part.count
            if before == 0 {
                numbers = part
                numbers.reserve(room)
            } else {
                numbers.append(part, room: room)
            }
            addReasons(missing, from: before, room: room)
        case .codes(let part, let missing):
            count += part.count
            if codes == nil {
                codes = part
                codes?.reserve(room)
            } else {
                codes?.append(part)
            }
            addReasons(missing, from: before, room: room)
        case .names(let table, let own, let missing):
            count += own.count
            if before == 0 {
                indices.reserveCapacity(room)
                if table.count * 2 > own.count { names.withTable { $0.reserve(room) } }
            }
            if let first = names.withTable({ $0.append(ascending: table) }) {
                for index in own { indices.append(index < 0 ? -1 : first &+ index) }
                addReasons(missing, from: before, room: room)
                return
            }
            addIndices(
                own, places: names.withTable { names in (0..<table.count).map { names.intern($0, of: table) } })
            addReasons(missing, from: before, room: room)
        case .ascending(let ascending, let own):
            count += own.count
            if before == 0 { indices.reserveCapacity(room) }
            if let first = names.append(ascending, room: room) {
                for index in own { indices.append(first &+ index) }
            } else {
                addIndices(own, places: names.withTable { names in ascending.keys.map { names.intern($0.shortText) } })
            }
            addReasons([], from: before, room: room)
        case .known(let known, let own, let missing):
            count += own.count
            if before == 0 { indices.reserveCapacity(room) }
            addIndices(own, places: names.withTable { places.settle(known, in: &$0) })
            addReasons(missing, from: before, room: room)
        }
    }

    private mutating func addIndices(_ own: [Int32], places: [Int32]) {
        let (own, places) = (own.span, places.span)
        indices.append(addingCapacity: own.count) { added in
            for row in own.indices {
                let index = own[row]
                added.append(index < 0 ? -1 : places[Int(index)])
            }
        }
    }

    /// `rows` in which nothing stands, whatever kind of column it turns out to be.
    mutating func addAbsent(_ rows: Int, room: Int) {
        let before = count
        count += rows
        numbers.append(.bytes([Int8](repeating: 0, count: rows)), room: room)
        indices += repeatElement(-1, count: rows)
        addReasons(
            [UInt8](repeating: MissingReason.notAnswered.rawValue, count: rows), from: before, room: room)
    }

    private mutating func addReasons(_ next: [UInt8], from before: Int, room: Int) {
        if next.isEmpty {
            if !reasons.isEmpty { reasons += repeatElement(0, count: count - before) }
            return
        }
        if reasons.isEmpty {
            reasons.reserveCapacity(room)
            reasons += repeatElement(0, count: before)
        }
        reasons += next
    }

    /// Index of the name in each row; −1 where absent.
    var nameOfRow: [Int32] { indices }

    // MARK: The finished column

    consuming func numericColumn() -> PackedColumn { .numeric(numbers, reasons: reasons) }

    consuming func categoricalColumn(_ categories: [Category]) -> PackedColumn {
        .categorical(categories, codes ?? .bytes([]), reasons: reasons)
    }

    consuming func identifiers() -> IdentifierColumn {
        names.seal()
        return IdentifierColumn(names: names.all, indices: indices)
    }

    /// Names as categories: those of the codebook, or the ones that occur in byte order.
    consuming func categoriesOfNames(_ known: [Category]) -> PackedColumn {
        let texts = names.all
        var categories = known
        if categories.isEmpty {
            categories = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { Category(code: $0, label: LocalizedText(everywhere: $0)) }
        }
        var indexOfCode: [String: UInt16] = [:]
        for (index, category) in categories.enumerated() { indexOfCode[category.code] = UInt16(index) }
        let codeOfName = texts.map { indexOfCode[$0] ?? 0 }
        let codes = indices.map { $0 < 0 ? 0 : codeOfName[Int($0)] }
        if indices.contains(where: { $0 < 0 }) {
            if reasons.isEmpty { reasons = [UInt8](repeating: 0, count: count) }
            for row in indices.indices where indices[row] < 0 && reasons[row] == 0 {
                reasons[row] = MissingReason.notAnswered.rawValue
            }
        }
        return .categorical(categories, PackedCodes(codes, categoryCount: categories.count), reasons: reasons)
    }
}
