import CByteScan
import PeilTable
import Testing

@testable import PeilIngest

/// Cells that are looked up many at a time, against a dictionary of their bytes.
struct CellEntryTests {
    /// Cells that are easily taken for one another: lengths around eight and sixteen, digits with zeros before them, long
    /// ones that differ in one byte.
    private static func cell(_ random: inout Numbers) -> [UInt8] {
        switch random.next(below: 6) {
        case 0: return (0..<random.next(below: 6)).map { _ in UInt8(48 + random.next(below: 10)) }
        case 1: return (0..<random.next(below: 3)).map { _ in [0, 10, 34, 47, 58, 255][random.next(below: 6)] }
        case 2: return (0..<(6 + random.next(below: 12))).map { _ in UInt8(97 + random.next(below: 2)) }
        case 3: return [34] + (0..<random.next(below: 20)).map { _ in 97 }
        default:
            var bytes = [UInt8](
                repeating: 120,
                count: [15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 66, 200, 256, 257][random.next(below: 14)])
            if random.next(below: 2) == 0 { bytes[random.next(below: bytes.count)] = 121 }
            return bytes
        }
    }

    private static func entry(_ bytes: [UInt8], _ entries: CellEntries) -> CellEntry {
        unsafe (bytes + [UInt8](repeating: 55, count: 16)).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return .ask }
            return unsafe entries.entry(RawCell(start: base, count: bytes.count))
        }
    }

    private static func insert(_ bytes: [UInt8], _ entry: CellEntry, _ entries: CellEntries) {
        // No byte behind the cell may be read: it may end with its block.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe entries.insert(Cell(start: base, count: bytes.count, limit: base + bytes.count), entry)
        }
    }

    @Test("What was learnt is found, and nothing else")
    func sameAsDictionary() {
        var random = Numbers(state: 11)
        let entries = CellEntries(empty: CellEntry(absent: .notAnswered))
        var known: [[UInt8]: CellEntry] = [[]: CellEntry(absent: .notAnswered)]
        for round in 0..<20_000 {
            let bytes = Self.cell(&random)
            let wanted = known[bytes] ?? .ask
            #expect(Self.entry(bytes, entries) == wanted, "\(bytes)")
            guard wanted == .ask, random.next(below: 2) == 0 else { continue }
            let own = CellEntry(value: round)
            Self.insert(bytes, own, entries)
            // Very long cells are looked at each time.
            if bytes.count <= 256 { known[bytes] = own }
        }
        #expect(known.count > 1000)
        for (bytes, wanted) in known { #expect(Self.entry(bytes, entries) == wanted, "\(bytes)") }
    }

    @Test("Tiles of rows, quoted cells left out, against cells one by one")
    func tiles() throws {
        var random = Numbers(state: 12)
        let entries = CellEntries(empty: CellEntry(absent: .notAnswered))
        for number in 0..<60 {
            let bytes = Self.cell(&random)
            if !bytes.isEmpty, Self.entry(bytes, entries) == .ask {
                Self.insert(bytes, CellEntry(value: number), entries)
            }
        }
        for _ in 0..<200 {
            let cells = (0..<64).map { _ in Self.cell(&random) }
            // Before each cell of the column stands another one.
            var (bytes, ends, firsts) = ([UInt8](), [UInt32](), [UInt32]())
            for cell in cells {
                firsts.append(UInt32(ends.count))
                bytes += [97, 44]
                ends.append(UInt32(bytes.count - 1))
                bytes += cell + [10]
                ends.append(UInt32(bytes.count - 1))
            }
            bytes += [UInt8](repeating: 0, count: 16)
            for quote in [34, 256] as [UInt32] {
                let rows = random.next() | random.next()
                var found = [UInt32](repeating: 7, count: 64)
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe ends.withUnsafeBufferPointer { ends in
                        unsafe firsts.withUnsafeBufferPointer { firsts in
                            guard let base = ends.baseAddress else { return }
                            let places = unsafe peil_cell_places(
                                bytes: bytes.baseAddress, ends: base + 1, first_fields: firsts.baseAddress,
                                quote: quote)
                            unsafe found.withUnsafeMutableBufferPointer { found in
                                guard let base = found.baseAddress else { return }
                                unsafe entries.find(CellPlaces(places: places), 0, rows, base)
                            }
                        }
                    }
                }
                for row in 0..<64 {
                    let isQuoted = cells[row].count > 1 && UInt32(cells[row][0]) == quote
                    let wanted =
                        rows >> UInt64(row) & 1 == 0
                        ? 7 : isQuoted ? CellEntry.ask.bits : Self.entry(cells[row], entries).bits
                    #expect(found[row] == wanted, "\(cells[row])")
                }
            }
        }
    }
}
