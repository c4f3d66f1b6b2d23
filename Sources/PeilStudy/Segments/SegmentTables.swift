import PeilStatistics
import PeilTable

/// What is known of segments, as tables of a research report.
enum SegmentTables {
    /// The name that a reader knows a segment by.
    typealias Label = (String) -> String

    static func sizes(_ profile: SegmentProfile, _ label: Label) -> ResearchReport.Table {
        ResearchReport.Table(
            "segments", "Segments, shares of all respondents",
            [
                .text("segment"), .text("label"), .number("share"), .number("se"), .number("lower"), .number("upper"),
                .number("n"), .number("effective_n", "effective n"), .number("people")
            ],
            profile.sizes.map { size in
                [
                    .text(size.code), .text(label(size.code)), .share(size.share), .share(size.standardError),
                    .share(size.interval?.lower), .share(size.interval?.upper), .integer(size.count),
                    .people(size.effectiveCount), .people(size.people)
                ]
            })
    }

    /// - Parameter codes: of the segments, in order.
    static func distinguishing(_ profile: SegmentProfile, codes: [String]) -> ResearchReport.Table {
        ResearchReport.Table(
            "distinguishing", "What sets each segment apart",
            [
                .text("segment"), .text("item"), .text("answer"), .number("in_segment", "in segment"),
                .number("in_rest", "in the rest"), .number("association")
            ],
            zip(codes, profile.distinguishing).flatMap { code, items in
                items.map { item in
                    [
                        .text(code), .text(item.item), .text(item.answer),
                        item.answer == nil ? .number(item.inSegment) : .share(item.inSegment),
                        item.answer == nil ? .number(item.inRest) : .share(item.inRest), .number(item.association)
                    ]
                }
            })
    }

    static func figures(
        _ key: String, _ title: String, _ figures: [SegmentFigure], codes: [String], tested: Bool
    ) -> ResearchReport.Table {
        var columns: [ResearchReport.Column] = [
            .text("variable"), .text("answer"), .text("segment"), .number("estimate"), .number("se"), .number("lower"),
            .number("upper"), .number("n")
        ]
        if tested {
            columns += [
                .number("rest"), .number("difference"), .number("p"), .number("p_adjusted", "p adjusted"),
                .number("index"), .number("index_lower", "index low"), .number("index_upper", "index high")
            ]
        }
        return ResearchReport.Table(
            key, title, columns,
            figures.map { figure in
                func value(_ number: Double?) -> ResearchReport.Cell {
                    figure.answer == nil ? .number(number) : .share(number)
                }
                var row: [ResearchReport.Cell] = [
                    .text(figure.variable), .text(figure.answer), .text(codes[figure.segment]), value(figure.estimate),
                    value(figure.standardError), value(figure.interval?.lower), value(figure.interval?.upper),
                    .integer(figure.count)
                ]
                if tested {
                    let against = figure.comparison
                    row += [
                        value(against?.rest), value(against?.difference), .number(against?.p),
                        .number(against?.adjustedP), .number(against?.index),
                        .number(against?.indexInterval?.lower), .number(against?.indexInterval?.upper)
                    ]
                }
                return row
            })
    }

    static func areas(_ profile: SegmentProfile, _ label: Label) -> ResearchReport.Table {
        ResearchReport.Table(
            "areas", "Segments by area, each against the rest of the region",
            [
                .text("area"), .text("label"), .text("segment"), .number("share"), .number("se"), .number("lower"),
                .number("upper"), .number("n"), .text("status"), .number("difference"), .number("p"),
                .number("p_adjusted", "p adjusted"), .text("mark")
            ],
            profile.areas.map { area in
                [
                    .text(area.area), .text(label(area.area)), .text(area.code), .share(area.share),
                    .share(area.standardError), .share(area.interval?.lower), .share(area.interval?.upper),
                    .integer(area.count), .text(area.status.rawValue), .share(area.difference), .number(area.p),
                    .number(area.adjustedP), .text(mark(area))
                ]
            })
    }

    private static func mark(_ area: SegmentProfile.AreaShare) -> String {
        if area.status == .tooFew { return "too few answers" }
        guard area.isDistinguishable, let difference = area.difference else { return "not distinguishable" }
        return difference > 0 ? "higher" : "lower"
    }

    static func crosswalk(_ crosswalk: SegmentCrosswalk) -> ResearchReport.Table {
        ResearchReport.Table(
            "crosswalk", "Where respondents of version \(crosswalk.fromVersion) went, shares of all",
            [.text("from")] + crosswalk.toCodes.map { .number($0) },
            zip(crosswalk.fromCodes, crosswalk.shares).map { code, line in [.text(code)] + line.map { .share($0) } })
    }
}
