import Foundation
import PeilTable

/// The path that was perhaps meant by one that leads nowhere: the first part that is not there is replaced by the name beside
/// it that is most like it. Nil where nothing is like it, or where what follows is not there either.
public func nearestPath(to path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard parts.count <= 64 else { return nil }
    var folder = path.hasPrefix("/") ? "/" : ""
    for (index, part) in parts.enumerated() {
        if FileManager.default.fileExists(atPath: folder + part) {
            folder += part + "/"
            continue
        }
        let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        guard beside.count <= 10_000, let near = nearestName(to: part, among: beside.filter { !$0.hasPrefix(".") })
        else { return nil }
        let found = ([folder + near] + parts[(index + 1)...]).joined(separator: "/")
        return FileManager.default.fileExists(atPath: found) ? found : nil
    }
    return nil
}
