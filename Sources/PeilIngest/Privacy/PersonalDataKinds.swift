/// Kinds of personal data that a cell may hold.
public struct PersonalDataKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let mail = PersonalDataKinds(rawValue: 1)
    public static let telephone = PersonalDataKinds(rawValue: 2)
    /// Written with +31 or another country.
    public static let internationalTelephone = PersonalDataKinds(rawValue: 256)
    public static let iban = PersonalDataKinds(rawValue: 4)
    /// Burgerservicenummer: nine digits that pass the elfproef.
    public static let citizenNumber = PersonalDataKinds(rawValue: 8)
    public static let networkAddress = PersonalDataKinds(rawValue: 16)
    /// A postcode with a house number, or a street with one.
    public static let address = PersonalDataKinds(rawValue: 32)
    public static let licencePlate = PersonalDataKinds(rawValue: 64)
    /// Known by the name of the column only: no test tells a surname from another word.
    public static let personName = PersonalDataKinds(rawValue: 128)

    /// From the least to the most likely to be something else.
    static let inOrder: [(kind: PersonalDataKinds, word: String)] = [
        (.mail, "e-mail address"), (.iban, "IBAN"), (.networkAddress, "IP address"), (.telephone, "telephone number"),
        (.address, "postcode with house number"), (.citizenNumber, "citizen service number"),
        (.licencePlate, "licence plate"), (.personName, "name of a person")
    ]

    /// The words of messages, in a fixed order.
    public var words: [String] { Self.inOrder.filter { contains($0.kind) }.map(\.word) }
}
