/// What the name of a column says about the personal data in it, in Dutch and English.
struct ColumnNameHint: Sendable, Equatable {
    /// Kinds that the name announces: one cell that bears it out is enough.
    private(set) var kinds: PersonalDataKinds = []
    /// The column holds house numbers, which are personal beside a column of postcodes.
    private(set) var isHouseNumber = false

    /// The name announces nothing.
    var isSilent: Bool { kinds.isEmpty && !isHouseNumber }

    init(_ columnName: String) {
        let words = Self.words(columnName)
        let joined = words.joined()
        func has(word candidates: [String]) -> Bool { candidates.contains { words.contains($0) } }
        func has(part candidates: [String]) -> Bool { candidates.contains { joined.contains($0) } }
        if has(part: ["email", "mailadres", "mailaddress"]) || has(word: ["mail"]) { kinds.insert(.mail) }
        if has(part: ["telefoon", "telnr", "phone", "mobielnummer", "mobielenummer"])
            || has(word: ["tel", "mobiel", "mobile", "gsm"])
        {
            kinds.insert(.telephone)
        }
        if has(part: ["rekeningnummer", "rekeningnr", "bankrekening", "accountnumber"]) || has(word: ["iban"]) {
            kinds.insert(.iban)
        }
        if has(part: ["burgerservice", "sofinummer", "citizenservice"]) || has(word: ["bsn", "sofi"]) {
            kinds.insert(.citizenNumber)
        }
        if has(part: ["ipadres", "ipaddr"]) || has(word: ["ip"]) { kinds.insert(.networkAddress) }
        if has(part: ["kenteken", "licenceplate", "licenseplate", "numberplate"]) { kinds.insert(.licencePlate) }
        if has(part: ["woonadres", "huisadres", "postadres", "streetaddress", "homeaddress"])
            || has(word: ["adres", "address", "straat", "street"])
        {
            kinds.insert(.address)
        }
        isHouseNumber = has(part: ["huisnummer", "huisnr", "housenumber"])
        if Self.personNames.contains(joined) || has(part: ["voornaam", "achternaam", "familienaam"]) {
            kinds.insert(.personName)
        }
    }

    /// Whole names of columns: "naam" inside another word names a street, a file, a municipality.
    private static let personNames: Set = [
        "naam", "name", "roepnaam", "voornamen", "volledigenaam", "naamrespondent", "respondentnaam", "respondentname",
        "contactnaam", "contactpersoon", "contactname", "firstname", "lastname", "surname", "fullname", "givenname",
        "familyname", "recipientfirstname", "recipientlastname", "recipientname", "voorletters", "initialen",
        "initials",
        "naamgeïnterviewde", "uwnaam", "yourname"
    ]

    /// `RecipientLastName`, `e-mail_adres`, `IPAddress` as small words.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var previousIsSmall = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                // A hyphen does not part "e-mail".
                if character == "-" { continue }
                if !word.isEmpty { words.append(word) }
                word = ""
                previousIsSmall = false
                continue
            }
            if character.isUppercase, previousIsSmall {
                words.append(word)
                word = ""
            }
            word += character.lowercased()
            previousIsSmall = character.isLowercase
        }
        return word.isEmpty ? words : words + [word]
    }
}
