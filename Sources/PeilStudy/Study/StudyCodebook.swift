import Foundation
public import PeilIngest

/// The codebook that a user points at: of a study (its folder or study.yaml), or a codebook file itself.
public enum StudyCodebook {
    public static func find(_ given: String) throws -> Codebook {
        let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: given)) != nil
        let path = isFolder ? StudyFiles.join(given, "study.yaml") : given
        let text = try StudyFiles.text(path, what: "study")
        let root = try Section.document(text, file: path)
        // In a study file `codebook` names a file; a codebook file calls itself by that key, and describes columns.
        guard root.has("codebook"), !root.has("variables"), !root.has("columns") else {
            return try Codebook.load(yaml: text, file: path)
        }
        let name = try root.text("codebook")
        let folder = StudyFiles.folder(of: path)
        guard StudyFiles.isInside(name, folder: folder) else {
            throw root.fail(
                "codebook", "a path inside the study's folder",
                remedy: "use a relative path without '..' and no link out of it")
        }
        let codebook = StudyFiles.join(folder, name)
        return try Codebook.load(yaml: try StudyFiles.text(codebook, what: "codebook"), file: codebook)
    }
}
