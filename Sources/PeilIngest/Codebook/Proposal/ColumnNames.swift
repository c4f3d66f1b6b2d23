/// What a column seems to hold by its name, in the Dutch and English habits of survey programs.
enum ColumnNames {
    enum Hint: Equatable {
        case identifier, weight, region, postcode, date, duration, personal, openText
    }

    private static let identifiers: Set<String> = [
        "id", "respid", "respondentid", "responseid", "respondent", "volgnummer", "volgnr", "casenr", "caseid",
        "recordid", "token", "uuid", "panelid", "persoonid", "personid", "respnr", "respondentnummer", "idnr", "rid",
        "hhid", "huishoudid", "householdid", "seed"
    ]
    private static let weights: Set<String> = [
        "weight", "weights", "weging", "weegfactor", "wgt", "wt", "gewicht", "basisgewicht", "pweight", "finalweight",
        "eindgewicht", "wfactor", "weightfactor"
    ]
    private static let regions: Set<String> = [
        "gemeente", "gemeentecode", "woongemeente", "gemeentenaam", "municipality", "municipalitycode", "gmcode", "gm"
    ]
    private static let postcodes: Set<String> = [
        "postcode", "postcodes", "pc4", "pc6", "zip", "zipcode", "postalcode", "postcodecijfers"
    ]
    private static let personal: Set<String> = [
        "naam", "name", "voornaam", "achternaam", "firstname", "lastname", "surname", "recipientfirstname",
        "recipientlastname", "recipientemail", "email", "emailadres", "emailaddress", "mail", "telefoon",
        "telefoonnummer",
        "phone", "phonenumber", "mobiel", "mobile", "iban", "bsn", "ip", "ipaddress", "ipaddr", "ipadres", "adres",
        "address", "straat", "street", "huisnummer", "latitude", "longitude", "locationlatitude", "locationlongitude",
        "geboortedatum", "dateofbirth", "birthdate", "externalreference", "externaldatareference", "refurl"
    ]
    private static let durations: Set<String> = [
        "duur", "duration", "duursec", "durationinseconds", "interviewtime", "totaltime", "invulduur", "interviewduur"
    ]

    static func hint(_ name: String) -> Hint? {
        let whole = letters(name)
        if personal.contains(whole) { return .personal }
        if identifiers.contains(whole) { return .identifier }
        if weights.contains(whole) { return .weight }
        if regions.contains(whole) { return .region }
        if postcodes.contains(whole) { return .postcode }
        if durations.contains(whole) { return .duration }
        let parts = words(name)
        if let last = parts.last,
            ["text", "tekst", "comment", "other", "anders", "toelichting", "opmerking", "opmerkingen"].contains(last)
        {
            return .openText
        }
        if parts.contains(where: { $0 == "datum" || $0 == "date" }) { return .date }
        if parts.contains(where: { weights.contains($0) && $0.count > 3 }) { return .weight }
        if parts.contains(where: regions.contains) { return .region }
        if parts.contains(where: { postcodes.contains($0) }) { return .postcode }
        if parts.contains(where: { ["email", "telefoon", "iban", "bsn"].contains($0) }) { return .personal }
        if parts.last == "id" { return .identifier }
        return nil
    }

    private static func letters(_ name: String) -> String {
        String(
            name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil })
    }

    /// The words of a name: apart by any other character, or by a capital after a small letter.
    static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var followsSmall = false
        for character in name {
            if character.isUppercase, followsSmall {
                words.append(word)
                word = ""
            }
            followsSmall = character.isLowercase
            if character.isLetter || character.isNumber {
                word += character.lowercased()
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
