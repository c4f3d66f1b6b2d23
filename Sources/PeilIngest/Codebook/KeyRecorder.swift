import Synchronization

/// Notes, while files are read, which keys their readers know, and as what they take the values. The reference of the keys is
/// made from it, so that it says what the readers check and cannot drift from them.
package final class KeyRecorder: Sendable {
    /// The recorder of this task; none in the program.
    @TaskLocal package static var current: KeyRecorder?

    package struct Mapping: Sendable {
        /// Keys in the order in which the reader lists them.
        package var keys: [String] = []
        /// As what each key was asked for first: "a number", "one of a, b".
        package var values: [String: String] = [:]
    }

    private let state = Mutex<(mappings: [String: Mapping], sites: Set<String>)>(([:], []))

    package init() {}

    package var mappings: [String: Mapping] { state.withLock { $0.mappings } }
    /// The places in the code that were passed, as file:line.
    package var sites: Set<String> { state.withLock { $0.sites } }

    /// - Parameter place: the file and the path of the mapping in it, with U+001F between them.
    package func knows(_ keys: [String], at place: String, site: String) {
        state.withLock { state in
            var mapping = state.mappings[place] ?? Mapping()
            mapping.keys += keys.filter { !mapping.keys.contains($0) }
            state.mappings[place] = mapping
            state.sites.insert(site)
        }
    }

    package func takes(_ key: String, as value: String, at place: String) {
        state.withLock { state in
            if state.mappings[place]?.values[key] == nil {
                state.mappings[place, default: Mapping()].values[key] = value
            }
        }
    }
}
