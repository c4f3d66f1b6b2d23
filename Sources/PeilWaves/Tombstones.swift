import Crypto
import Foundation
import PeilIngest
import PeilStore
import PeilStudy

/// People who asked to be forgotten, as keyed pseudonyms: a later delivery drops them before anything is kept of it.
struct Tombstones {
    private let key: SymmetricKey?
    private let known: Set<String>

    init(_ ledger: DeliveryLedger, _ folder: StudyFolder) throws {
        known = Set(try ledger.tombstones().map(\.pseudonym))
        key = known.isEmpty ? nil : try Self.key(folder, makes: false)
    }

    /// - Parameter makes: make the key where there is none.
    static func key(_ folder: StudyFolder, makes: Bool) throws -> SymmetricKey {
        if makes, try ArrivedFile.look(folder.tombstoneKey) == nil {
            let new = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
            try DurableFolder.make("\(folder.root)/internal", mode: 0o700)
            try DurableFile.write(new, to: folder.tombstoneKey, mode: 0o600)
        }
        do {
            return SymmetricKey(data: try DurableFile.read(folder.tombstoneKey))
        } catch {
            throw Failure(
                "TOMBSTONE_KEY_ABSENT", "The key of the people who asked to be forgotten cannot be read",
                file: folder.tombstoneKey,
                remedy: "bring it back from a backup: without it a later delivery would bring them back",
                exitCode: ExitStatus.absent)
        }
    }

    static func pseudonym(of person: [UInt8], _ key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: person, using: key).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// The file without their records; nil where nobody of them is in it.
    func without(_ bytes: [UInt8], file: String, _ study: Study) throws -> [UInt8]? {
        guard let key else { return nil }
        return try ErasedRecords.without(bytes, file: file, study) { known.contains(Self.pseudonym(of: $0, key)) }
    }
}
