import PeilIngest
import PeilStudy

/// Records of people, found by the identifiers that the study knows them by.
enum ErasedRecords {
    /// - Returns: the file without records that are meant; nil where there is none.
    static func without(
        _ bytes: [UInt8], file: String, _ study: Study, isMeant: ([UInt8]) -> Bool
    ) throws -> [UInt8]? {
        let slot = study.waves.flatMap(\.files).first {
            $0.takes(fileNamed: String(file.split(separator: "/").last ?? ""))
        }
        do {
            return try RecordErasure.erasing(
                bytes, declared: slot?.dialect ?? .none, columns: study.personColumns, isMeant: isMeant)?.bytes
        } catch { throw Failure(naming: error, file: file) }
    }
}
