import PeilStatistics
import PeilTable
import PeilTestSupport

/// Fourteen rows in two strata and six clusters, small enough to compute by hand; the numbers that R computed
/// from them stand in the tests.
///
///     d <- data.frame(h=c(rep("A",6),rep("B",8)), psu=c(1,1,2,2,3,3,4,4,4,5,5,6,6,6),
///       n1=c(rep(10,6),rep(12,8)), n2=c(6,6,8,8,4,4,9,9,9,5,5,7,7,7), nh=c(rep(40,6),rep(60,8)),
///       w=c(10,10,13.5,13.5,6.5,6.5,12,12,12,10,10,9.25,9.25,9.25), y=c(3,5,2,7,4,4,6,1,5,8,3,5,2,4),
///       x=c(1.5,2.5,2,3,1,2.25,4,0.5,2,3.5,1.25,2,1,2.75), b=c(1,0,1,1,0,0,1,0,0,1,1,0,1,0),
///       g=c("u","v","u","u","v","v","w","u","v","u","w","w","u","v"))
enum SmallSurvey {
    static let version = "R 4.2.2, survey 4.1-1"
    static let rowCount = 14

    /// `lonely` adds a stratum C with a single cluster of two rows.
    static func table(lonely: Bool = false) -> Table {
        func more(_ values: [Double], _ added: [Double]) -> [Double?] { lonely ? values + added : values }
        func more(_ values: [String], _ added: [String]) -> [String?] { lonely ? values + added : values }
        let few = { (a: Double, b: Double) in [Double](repeating: a, count: 6) + [Double](repeating: b, count: 8) }
        return .of(
            numbers: [
                "psu": more([1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6], [7, 7]),
                "n1": more(few(10, 12), [5, 5]), "n2": more([6, 6, 8, 8, 4, 4, 9, 9, 9, 5, 5, 7, 7, 7], [6, 6]),
                "nh": more(few(40, 60), [20, 20]), "all": more(few(100, 100), [100, 100]),
                "w": more([10, 10, 13.5, 13.5, 6.5, 6.5, 12, 12, 12, 10, 10, 9.25, 9.25, 9.25], [15, 15]),
                "equal": more(few(100.0 / 14, 100.0 / 14), [1, 1]),
                "y": more([3, 5, 2, 7, 4, 4, 6, 1, 5, 8, 3, 5, 2, 4], [9, 6]),
                "x": more([1.5, 2.5, 2, 3, 1, 2.25, 4, 0.5, 2, 3.5, 1.25, 2, 1, 2.75], [2, 3]),
                "b": more([1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0], [1, 0])
            ],
            codes: [
                "h": more([String](repeating: "A", count: 6) + [String](repeating: "B", count: 8), ["C", "C"]),
                "g": more(["u", "v", "u", "u", "v", "v", "w", "u", "v", "u", "w", "w", "u", "v"], ["v", "u"])
            ])
    }

    static let simple = DesignColumns(weights: "equal", populationSizes: ["all"])
    static let stratified = DesignColumns(weights: "w", strata: ["h"], populationSizes: ["nh"])
    static let twoStage = DesignColumns(
        weights: "w", strata: ["h"], clusters: ["psu", "row"], populationSizes: ["n1", "n2"])
    static let clusters = DesignColumns(weights: "w", strata: ["h"], clusters: ["psu"])
    static let clustersWithSizes = DesignColumns(
        weights: "w", strata: ["h"], clusters: ["psu"], populationSizes: ["n1"])

    static func design(_ columns: DesignColumns, lonely: Bool = false) throws -> SampleDesign {
        var table = table(lonely: lonely)
        table.set(.numeric(.of((0..<table.rowCount).map { Double($0) })), for: Variable(name: "row"))
        return try SampleDesign(columns, of: table)
    }

    static func estimation(
        _ columns: DesignColumns, lonely: Bool = false,
        _ engine: VarianceEngine = VarianceEngine()
    ) throws -> Estimation {
        Estimation(try design(columns, lonely: lonely), engine: engine)
    }

    static func everyone(lonely: Bool = false) -> Grouping { .everyone(rowCount: lonely ? 16 : 14) }
}
