import Synchronization

/// What a thread keeps from block to block: by variable the cells it knows, and room for what they become.
final class WaveScratch {
    let known: [KnownCells]
    let sinks: [CodeSink]
    let names: [NameScratch]
    let numbers = NumberScratch()

    init(known: [KnownCells] = [], sinks: [CodeSink] = []) {
        self.known = known
        self.sinks = sinks
        names = known.map { _ in NameScratch() }
    }
}

/// What a thread keeps of the texts of one column.
final class NameScratch {
    private var names: KnownNames?
    private var isList = true

    private static let owners = Atomic<Int>(0)

    /// The texts that come back; nil while it is not known whether they do, and where they do not.
    var known: KnownNames? {
        guard isList, let names else { return nil }
        if names.isFull { isList = false }
        return names
    }

    /// A first block was read without: identifiers that ascend stand there once each.
    func note(isAscending: Bool) {
        if isAscending { isList = false }
        if isList, names == nil { names = KnownNames(owner: Self.owners.wrappingAdd(1, ordering: .relaxed).newValue) }
    }
}
