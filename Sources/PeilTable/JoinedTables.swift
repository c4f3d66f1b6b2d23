extension Table {
    /// The rows of several tables one after another: the first table's rows, then the second's, and so on. The columns
    /// stand in the order in which they first occur.
    ///
    /// - Parameter parts: the tables, in the order of the rows.
    /// - Parameter reason: why the answers of a column are absent in the rows of a table that lacks it.
    /// - Throws: `TableError.otherKind` where a name is numbers in one table and answers in another.
    public static func joined(_ parts: [Table], absent reason: MissingReason) throws(TableError) -> Table {
        guard parts.count != 1 else { return parts[0] }
        var result = Table(rowCount: parts.map(\.rowCount).reduce(0, +))
        for part in parts {
            for name in part.names where !result.has(name) {
                var columns: [PackedColumn?] = []
                for part in parts { columns.append(part.has(name) ? try part.packed(name) : nil) }
                guard let joined = PackedColumn.joined(columns, rowCounts: parts.map(\.rowCount), absent: reason) else {
                    throw .otherKind(name)
                }
                result.set(packed: joined, for: try part.variable(name))
            }
        }
        return result
    }
}

extension PackedColumn {
    /// The columns one after another, `rowCounts[i]` absent rows where column i is nil; nil where their kinds differ.
    static func joined(_ parts: [PackedColumn?], rowCounts: [Int], absent reason: MissingReason) -> PackedColumn? {
        guard let first = parts.lazy.compactMap({ $0 }).first else { return nil }
        let reasons = joinedReasons(parts, rowCounts: rowCounts, absent: reason)
        let total = rowCounts.reduce(0, +)
        switch first {
        case .numeric:
            var numbers = PackedNumbers.bytes([])
            for (part, rowCount) in zip(parts, rowCounts) {
                switch part {
                case nil: numbers.append(.bytes([Int8](repeating: 0, count: rowCount)), room: total)
                case .numeric(let own, _)?: numbers.append(own, room: total)
                default: return nil
                }
            }
            return .numeric(numbers, reasons: reasons)
        case .categorical:
            return joinedCategories(parts, rowCounts: rowCounts, reasons: reasons)
        case .identifier:
            var names: [String] = []
            var indexOfName: [[UInt8]: Int32] = [:]
            var indices: [Int32] = []
            indices.reserveCapacity(total)
            for (part, rowCount) in zip(parts, rowCounts) {
                guard let part else {
                    indices += repeatElement(-1, count: rowCount)
                    continue
                }
                guard case .identifier(let own) = part else { return nil }
                let places = own.names.map { name -> Int32 in
                    let bytes = Array(name.utf8)
                    if let known = indexOfName[bytes] { return known }
                    indexOfName[bytes] = Int32(names.count)
                    names.append(name)
                    return Int32(names.count - 1)
                }
                indices += own.indices.map { $0 < 0 ? -1 : places[Int($0)] }
            }
            return .identifier(IdentifierColumn(names: names, indices: indices))
        }
    }

    private static func joinedReasons(
        _ parts: [PackedColumn?], rowCounts: [Int], absent reason: MissingReason
    ) -> [UInt8] {
        let own = parts.map { $0?.reasons }
        guard zip(own, rowCounts).contains(where: { $0.map { !$0.isEmpty } ?? ($1 > 0) }) else { return [] }
        return zip(own, rowCounts).flatMap { reasons, rowCount -> [UInt8] in
            guard let reasons else { return [UInt8](repeating: reason.rawValue, count: rowCount) }
            return reasons.isEmpty ? [UInt8](repeating: 0, count: rowCount) : reasons
        }
    }

    /// Where the parts list other categories (names that are known only from the answers), all of them in byte order,
    /// so that it does not matter which file a name came in with.
    private static func joinedCategories(
        _ parts: [PackedColumn?], rowCounts: [Int], reasons: [UInt8]
    ) -> PackedColumn? {
        var lists: [[Category]] = []
        for part in parts {
            guard let part else { continue }
            guard case .categorical(let categories, _, _) = part else { return nil }
            lists.append(categories)
        }
        var categories = lists[0]
        if lists.contains(where: { $0 != categories }) {
            var known: [[UInt8]: Category] = [:]
            for category in lists.joined() where known[Array(category.code.utf8)] == nil {
                known[Array(category.code.utf8)] = category
            }
            categories = known.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        }
        var indexOfCode: [[UInt8]: UInt16] = [:]
        for (index, category) in categories.enumerated() { indexOfCode[Array(category.code.utf8)] = UInt16(index) }
        var codes: [UInt16] = []
        codes.reserveCapacity(rowCounts.reduce(0, +))
        for (part, rowCount) in zip(parts, rowCounts) {
            guard case .categorical(let own, let ownCodes, _)? = part else {
                codes += repeatElement(0, count: rowCount)
                continue
            }
            let places = own.map { indexOfCode[Array($0.code.utf8)] ?? 0 }
            codes += ownCodes.unpacked.map { places.isEmpty ? 0 : places[Int($0)] }
        }
        return .categorical(categories, PackedCodes(codes, categoryCount: categories.count), reasons: reasons)
    }
}
