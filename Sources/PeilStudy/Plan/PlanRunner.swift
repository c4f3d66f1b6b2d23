import PeilNumerics
import PeilStatistics
public import PeilTable
import Synchronization

/// Runs a plan over a table: design, weights, then each item apart, so that one failing item leaves the others.
public struct PlanRunner {
    let plan: AnalysisPlan
    let table: Table
    let estimation: Estimation
    let names: FailureNames
    /// Sums over partitions, where they stand in the place of rows.
    let merged: MergedSums?
    /// Rows arranged by groups and domain, shared by all items that ask for the same.
    private let domains = DomainCache()

    public init(_ plan: AnalysisPlan, over table: Table, threads: Int) throws {
        self.plan = plan
        names = FailureNames(file: plan.dataset)
        merged = nil
        do {
            try Self.check(plan, table)
            self.table = try Self.withoutMissingCodes(plan, table)
            estimation = try plan.design.estimation(over: self.table, threads: threads)
        } catch {
            throw names.failure(error)
        }
    }

    /// Runs a plan over sums of partitions.
    init(_ plan: PassPlan, _ sums: MergedSums) {
        self.plan = plan.plan
        names = FailureNames(file: plan.plan.dataset)
        merged = sums
        table = Table(rowCount: 0)
        estimation = sums.design.estimation
    }

    /// A column that the data does not have makes the plan wrong, before anything is computed.
    private static func check(_ plan: AnalysisPlan, _ table: Table) throws {
        for column in plan.columns.sorted() where !table.has(column) {
            throw TableError.unknownColumn(column, known: table.names)
        }
    }

    static func withoutMissingCodes(_ plan: AnalysisPlan, _ table: Table) throws -> Table {
        guard !plan.missingCodes.isEmpty else { return table }
        var result = table
        // A pass over partitions may not read all of them.
        for name in Set(plan.items.flatMap(\.estimatedColumns)) where table.has(name) {
            result.set(
                try table.column(name).treating(plan.missingCodes, as: .notAnswered), for: try table.variable(name))
        }
        return result
    }

    public struct Outcome: Sendable {
        public let json: JSONValue
        /// Items that failed, by id.
        public let failures: [(item: String, failure: Failure)]
    }

    /// The results in the shape `peil-results-1`.
    public func run() -> Outcome {
        let prepared = self.prepared()
        return Self.outcome(
            plan, names,
            facts: [("design_df", .integer(designDegreesOfFreedom())), ("kernel", .string(LinearKernel.name))]
        ) { try ItemRunner($0, self, prepared: prepared[$0.id]).result() }
    }

    /// Runs a plan whose items all bring their own table: no data, no design.
    public static func runWithoutData(_ plan: AnalysisPlan, file: String) -> Outcome {
        outcome(plan, FailureNames(file: file), facts: []) { try SuppressionItem($0).result() }
    }

    private static func outcome(
        _ plan: AnalysisPlan, _ names: FailureNames, facts: [(String, JSONValue)],
        result: (PlanItem) throws -> [(String, JSONValue)]
    ) -> Outcome {
        var failures: [(String, Failure)] = []
        let items = plan.items.map { item in
            do {
                return JSONValue.object(
                    [("id", .string(item.id)), ("statistic", .string(item.statistic.rawValue))] + (try result(item)))
            } catch {
                let failure = names.failure(error)
                failures.append((item.id, failure))
                return JSONValue.object([
                    ("id", .string(item.id)),
                    (
                        "error",
                        .object([
                            ("class", .string(failure.code)), ("message", .string(failure.message))
                        ])
                    )
                ])
            }
        }
        let json = JSONValue.object(
            [("schema", "peil-results-1"), ("use", "not for publication"), ("id", .string(plan.id))] + facts
                + [("items", .array(items))])
        return Outcome(json: json, failures: failures)
    }

    /// Items summed at a time: unit totals of all are held together.
    private static let batch = 64

    /// Sums of items without groups over one domain, made together where replicates multiply units. An item that
    /// cannot be prepared meets its error when it is run.
    private func prepared() -> [String: Estimation.Prepared] {
        guard estimation.design.replicates != nil else { return [:] }
        var result: [String: Estimation.Prepared] = [:]
        var rest = plan.items.filter { $0.by.isEmpty }
        while let first = rest.first {
            let alike = rest.filter { $0.domain == first.domain }.prefix(Self.batch)
            let ids = Set(alike.map(\.id))
            rest.removeAll { ids.contains($0.id) }
            let estimators = alike.compactMap { item in
                (try? ItemRunner.estimator(of: item, table)).flatMap { $0 }.map { (item.id, $0) }
            }
            guard let domain = try? self.domain(by: [], in: first.domain),
                let sums = estimation.prepare(estimators.map(\.1), over: domain)
            else { continue }
            for (estimator, sum) in zip(estimators, sums) { result[estimator.0] = sum }
        }
        return result
    }

    /// Over rows with weight, as R's degf.
    private func designDegreesOfFreedom() -> Int {
        if merged?.plan.rowsAreUnits == true { return estimation.design.sampledMinusStrata }
        if merged != nil {
            return estimation.domain(by: .everyone(rowCount: estimation.design.rowCount)).overallDegreesOfFreedom
        }
        // Where every row counts nothing need be arranged.
        if estimation.design.replicates == nil, !estimation.design.weights.contains(0) {
            return estimation.design.degreesOfFreedom
        }
        return (try? domain(by: [], in: []))?.overallDegreesOfFreedom ?? estimation.design.degreesOfFreedom
    }

    /// The rows of `conditions` arranged by the groups of `by`.
    func domain(by variables: [String], in conditions: [RowCondition]) throws -> GroupedDomain {
        try lazyDomain(by: variables, in: conditions).domain
    }

    /// The same, arranged when it is asked for: a model needs no arrangement.
    func lazyDomain(by variables: [String], in conditions: [RowCondition]) throws -> LazyDomain {
        if let known = domains.domain(by: variables, in: conditions) { return LazyDomain(known) }
        if let known = merged?.domain(by: variables, in: conditions) { return LazyDomain(known) }
        let grouping =
            variables.isEmpty
            ? Grouping.everyone(rowCount: table.rowCount)
            : Grouping.cross(try variables.map { ($0, try table.column($0)) })
        return LazyDomain(grouping, mask: try mask(conditions)) { [estimation, domains] grouping, mask in
            let made = estimation.domain(by: grouping, in: mask)
            domains.keep(made, by: variables, in: conditions)
            return made
        }
    }

    func mask(_ conditions: [RowCondition]) throws -> [Bool]? { try Self.mask(conditions, of: table) }

    static func mask(_ conditions: [RowCondition], of table: Table) throws -> [Bool]? {
        guard !conditions.isEmpty else { return nil }
        var mask = [Bool](repeating: true, count: table.rowCount)
        for condition in conditions {
            let holds = try condition.mask(of: table)
            for row in mask.indices where !holds[row] { mask[row] = false }
        }
        return mask
    }
}

/// Rows by group and mask, arranged by unit when somebody asks.
final class LazyDomain: Sendable {
    let grouping: Grouping
    let mask: [Bool]?
    private let arrange: @Sendable (Grouping, [Bool]?) -> GroupedDomain
    private let arranged: Mutex<GroupedDomain?>

    init(_ known: GroupedDomain) {
        (grouping, mask) = (known.grouping, known.mask)
        arrange = { _, _ in known }
        arranged = Mutex(known)
    }

    init(_ grouping: Grouping, mask: [Bool]?, arrange: @escaping @Sendable (Grouping, [Bool]?) -> GroupedDomain) {
        self.grouping = grouping
        self.mask = mask
        self.arrange = arrange
        arranged = Mutex(nil)
    }

    var domain: GroupedDomain {
        arranged.withLock { known in
            if let known { return known }
            let made = arrange(grouping, mask)
            known = made
            return made
        }
    }
}

/// The arrangements of one run, kept by what was asked. Items run one after another; the lock only keeps the type honest.
private final class DomainCache: Sendable {
    private struct Entry {
        let variables: [String]
        let conditions: [RowCondition]
        let domain: GroupedDomain
    }

    /// Arrangements kept at a time: each holds some twelve bytes a row.
    private static let limit = 8
    private let entries = Mutex<[Entry]>([])

    func domain(by variables: [String], in conditions: [RowCondition]) -> GroupedDomain? {
        entries.withLock { $0.first { $0.variables == variables && $0.conditions == conditions }?.domain }
    }

    func keep(_ domain: GroupedDomain, by variables: [String], in conditions: [RowCondition]) {
        entries.withLock { entries in
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append(Entry(variables: variables, conditions: conditions, domain: domain))
        }
    }
}
