/// One file of a publication: its name inside the publication's folder and its bytes.
public struct PublicationFile: Sendable, Equatable {
    public let name: String
    public let bytes: [UInt8]
    /// Made from the other files by a program that does not write the same bytes twice: its bytes name no publication.
    public let isDerived: Bool

    /// - Parameter name: relative, parts separated by `/`, each of ASCII letters, digits, `.`, `_` and `-`,
    ///   not starting with a dot: such a name stays inside its folder and means the same on every system.
    public init(name: String, bytes: [UInt8], isDerived: Bool = false) throws(StoreError) {
        try Self.check(name)
        self.isDerived = isDerived
        self.name = name
        self.bytes = bytes
    }

    public init(name: String, text: String) throws(StoreError) {
        try self.init(name: name, bytes: Array(text.utf8))
    }

    static func check(_ name: String) throws(StoreError) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts {
            guard let first = part.first else { throw .badName(name, reason: "a part of it is empty") }
            guard first != UInt8(ascii: ".") else { throw .badName(name, reason: "a part of it starts with a dot") }
            guard part.count <= 200 else { throw .badName(name, reason: "a part of it is longer than 200 characters") }
            guard part.allSatisfy(isPlain) else {
                throw .badName(name, reason: "it has another character than is allowed")
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
