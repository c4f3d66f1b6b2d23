import PeilIngest
import PeilTable

/// What the study says about the file of all sampled units: which of its columns says what.
public struct FrameRequest: Sendable {
    /// Relative to the study's folder.
    public let file: String
    /// The person that a row of the frame and a row of answers have in common.
    public let identifier: String
    /// What became of the unit.
    public let disposition: String
    /// Column that says in which wave the unit was sampled; nil where the frame is of one wave.
    public let wave: String?
    /// How the unit was approached, or how respondents answered.
    public let mode: String?
    /// Other columns that are kept: classes of non-response.
    public let variables: [String]
}

/// Reads `frame:`, a file name or a mapping.
struct FrameReader {
    private let root: Section
    private let codebook: Codebook
    private let design: DesignRequest

    init(_ root: Section, _ codebook: Codebook, _ design: DesignRequest) {
        self.root = root
        self.codebook = codebook
        self.design = design
    }

    static let keys = ["file", "id", "disposition", "wave", "mode", "variables"]

    func request() throws -> FrameRequest? {
        guard !root.isAbsent("frame") else { return nil }
        if root.node("frame")?.string != nil {
            return FrameRequest(
                file: try root.path("frame"), identifier: try defaultIdentifier(root, "frame"),
                disposition: "disposition", wave: nil, mode: nil, variables: [])
        }
        let section = try root.section("frame")
        try section.allow(Self.keys)
        return FrameRequest(
            file: try section.path("file"),
            identifier: try section.has("id") ? identifier(section) : defaultIdentifier(section, "id"),
            disposition: try section.optionalText("disposition") ?? "disposition",
            wave: try section.optionalText("wave"), mode: try section.optionalText("mode"),
            variables: try section.texts("variables", default: []))
    }

    private func identifier(_ section: Section) throws -> String {
        let name = try section.text("id")
        guard codebook.variable(name)?.type == .id else {
            throw section.fail(
                "id", "an identifier of the codebook (type: id)",
                remedy: nearestName(to: name, among: identifiers).map { "did you mean '\($0)'?" }
                    ?? "identifiers are: \(identifiers.joined(separator: ", "))")
        }
        return name
    }

    private var identifiers: [String] { codebook.variables.filter { $0.type == .id }.map(\.id) }

    /// The last identifier that is no stratum and no cluster: a study that has respondents and persons names persons
    /// after respondents.
    private func defaultIdentifier(_ section: Section, _ key: String) throws -> String {
        let units = Set(design.columns.strata + design.columns.clusters)
        guard let name = identifiers.last(where: { !units.contains($0) }) else {
            throw section.fail(
                key, "a frame that shares an identifier with the answers",
                remedy: "describe the identifier in the codebook (type: id), or take `frame` out")
        }
        return name
    }
}
