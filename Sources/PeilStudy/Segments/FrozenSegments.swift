public import PeilStatistics
public import PeilTable

/// Segments of any method, fixed.
public enum FrozenSegments: SegmentModel {
    case rules(OrderedRules)
    case centroids(CentroidModel)
    case latentClasses(LatentClassModel)

    private var model: any SegmentModel {
        switch self {
        case .rules(let model): model
        case .centroids(let model): model
        case .latentClasses(let model): model
        }
    }

    public var codes: [String] { model.codes }
    public var items: [String] { model.items }
    public func score(_ table: Table) throws -> Segmentation { try model.score(table) }
    public func closeness(_ table: Table) throws -> [Double?]? { try model.closeness(table) }
    public func unknownAnswers(_ table: Table) throws -> [(item: String, rows: Int)] {
        try model.unknownAnswers(table)
    }

    /// The same segments under other codes; rules keep theirs.
    func coded(_ codes: [String]) -> FrozenSegments {
        switch self {
        case .rules: self
        case .centroids(let model): .centroids(model.coded(codes))
        case .latentClasses(let model): .latentClasses(model.coded(codes))
        }
    }

    /// The word by which study files and model files name the method.
    var word: String {
        switch self {
        case .rules: "rules"
        case .centroids: "kmeans"
        case .latentClasses: "lca"
        }
    }
}
