import Foundation
import PeilStatistics

/// A validated request for statistics: what `peil estimate` runs, from a plan file or from flags.
public struct AnalysisPlan: Sendable {
    public var id: String
    /// Path of the data, as given; empty where no item reads data.
    public var dataset: String
    /// A text that stands for an absent value besides the empty field.
    public var missingValue: String?
    /// Codes of the estimated columns that mean no answer ("8" for don't know); other columns keep them.
    public var missingCodes: [String]
    public var design: DesignRequest
    public var items: [PlanItem]

    public init(
        id: String, dataset: String, missingValue: String? = nil, missingCodes: [String] = [], design: DesignRequest,
        items: [PlanItem]
    ) {
        self.id = id
        self.dataset = dataset
        self.missingValue = missingValue
        self.missingCodes = missingCodes
        self.design = design
        self.items = items
    }

    /// Whether an item, or the design, asks for the data; items that bring their own table do not.
    public var readsData: Bool { items.isEmpty || items.contains { !$0.statistic.bringsTable } }

    /// Columns that the plan reads.
    public var columns: Set<String> {
        var names = Set(design.columns.all)
        names.formUnion(design.extraColumns)
        for item in items {
            names.formUnion(item.columns)
            names.formUnion(item.by)
            names.formUnion(item.domain.map(\.column))
        }
        return names
    }
}
