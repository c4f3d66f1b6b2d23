import Foundation
import PeilTable

@testable import PeilReport

/// Support: one chart of each kind with invented values, and a page that holds them all. `texts` gives every slot its
/// words, so that a test can put anything there.
struct ChartGallery {
    /// The word of a slot: its name in, what stands there out.
    var word: @Sendable (String) -> String = { $0 }
    var areaNames = Fixture.areas
    /// Takes the values away (all hidden), opens the marks (all indicative), or goes to the ends.
    var shape = Shape.ordinary
    enum Shape: Sendable, CaseIterable { case ordinary, hidden, indicative, extremes }

    func value(_ estimate: Double, _ half: Double = 0.05, unit: String = "%", row: String = "r") -> Chart.Value? {
        let scale = unit == "%" ? 100.0 : 1
        let number = { (value: Double) in
            (value < 0 ? "\u{2212}" : "") + "\(Int((abs(value) * scale).rounded()))"
        }
        var (middle, lower, upper) = (estimate, estimate - half, estimate + half)
        switch shape {
        case .hidden: return nil
        case .ordinary, .indicative: break
        case .extremes:
            middle = estimate > 0.3 ? 1 : 0
            (lower, upper) = (max(middle - 0.04, 0), min(middle + 0.04, 1))
        }
        return Chart.Value(
            estimate: middle, lower: lower, upper: upper, isIndicative: shape == .indicative,
            text: .number(number(middle) + unit, row),
            range: .number("\(number(lower))\u{2060}–\u{2060}\(number(upper))", row))
    }

    func row(_ label: String, _ estimate: Double, _ index: Int, segment: Int? = nil) -> Chart.Row {
        let verdicts: [Verdict] = [.notDistinguishable, .lower, .higher, .notDistinguishable]
        let verdict = shape == .hidden ? Verdict.hidden : verdicts[index % 4]
        let notes = ["niet te onderscheiden", "lager", "hoger", "niet te onderscheiden"]
        let note = shape == .hidden ? "niet getoond: te weinig antwoorden" : notes[index % 4]
        return Chart.Row(
            label: word(label), value: value(estimate, 0.03 + Double(index % 3) * 0.02, row: "r\(index)"),
            reference: shape == .hidden ? nil : 0.33, verdict: verdict, note: RichText(word(note)), segment: segment,
            referenceText: RichText(word("rest 33%")))
    }

    var areaRows: [Chart.Row] {
        areaNames.enumerated().map { index, name in
            var made = row(name, 0.25 + Double(index * 7 % 20) / 100, index)
            if index == 3, shape == .ordinary {
                let value = self.value(0.44, 0.1, row: "r3")
                made = Chart.Row(
                    label: made.label,
                    value: value.map {
                        Chart.Value(
                            estimate: $0.estimate, lower: $0.lower, upper: $0.upper, isIndicative: true,
                            text: $0.text, range: $0.range)
                    }, reference: 0.33, verdict: .untested, note: RichText(word("indicatief")), segment: nil)
            }
            if index == 6, shape == .ordinary {
                made = Chart.Row(
                    label: made.label, value: nil, reference: nil, verdict: .hidden,
                    note: RichText(word("niet getoond: te weinig antwoorden")), segment: nil)
            }
            return made
        }
    }

    func chart(
        _ id: String, _ drawing: Chart.Drawing, key: [Chart.Key] = [], headings: Chart.Headings = .init()
    ) -> Chart {
        let rows = areaNames.prefix(12).map { name in
            DataTable.Row(
                header: word(name), cells: [.init(.number("31%", "r0")), .init(RichText(word("lager")))])
        }
        return Chart(
            id: id, title: RichText(word("Lager in Den Haag, hoger in Westland")),
            subtitle: word("Inwoners met een noodpakket in huis, in procenten"),
            key: key.map { Chart.Key(mark: $0.mark, text: word($0.text)) }, drawing: drawing,
            alternativeTitle: word("Noodpakket per gemeente"), alternativeText: word("Puntdiagram. Lager: Den Haag."),
            table: DataTable(
                caption: word("Noodpakket"), columns: [word("Gemeente"), word("Aandeel"), word("Oordeel")], rows: rows,
                wordColumns: [2]),
            source: RichText(word("Basis: alle deelnemers.")), headings: headings)
    }

    private func headings(_ value: String = "", _ note: String = "", axis: String = "", low: String = "", high: String = "")
        -> Chart.Headings
    {
        let spoken = { (text: String) in text.isEmpty ? "" : word(text) }
        return .init(
            value: spoken(value), note: spoken(note), axis: spoken(axis), low: spoken(low), high: spoken(high))
    }

    var charts: [Chart] { rowCharts + mapCharts + otherCharts }

    private var rowCharts: [Chart] {
        let verdictKey: [Chart.Key] = [
            .init(mark: .estimate, text: "uitkomst met marge"), .init(mark: .rest, text: "rest van de regio"),
            .init(mark: .indicative, text: "indicatief"), .init(mark: .verdict(.higher), text: "hoger dan de rest"),
            .init(mark: .verdict(.lower), text: "lager dan de rest"), .init(mark: .hidden, text: "niet getoond")
        ]
        let topics = ["Moeilijk rondkomen", "Vrouw", "Hulp of apparaat nodig", "Flat, vierde etage of hoger"]
        let segments = Fixture.segments.enumerated().map { row($1.1, 0.05 + Double($0) * 0.05, $0, segment: $0) }
        let reasons = ["Weet niet wat erin moet", "Nog niet bij stilgestaan", "Te duur", "Iets anders"]
        let effects = [("Handelingsvertrouwen", 0.12), ("Dreiging", 0.04), ("Ervaren drempels", -0.09)].enumerated()
        return [
            chart(
                "dots", .dots(areaRows, .percent), key: verdictKey,
                headings: headings("uitkomst (marge)", "vergeleken met de rest")),
            chart(
                "group", .group(topics.enumerated().map { row($1, 0.2 + Double($0) * 0.15, $0, segment: 2) }, .percent),
                key: [.init(mark: .segment(2), text: "deze groep met marge"), .init(mark: .rest, text: "rest")]),
            chart(
                "sizes", .bars(segments, .percent), key: [.init(mark: .interval, text: "marge")],
                headings: headings("aandeel (marge)", "mensen, ongeveer")),
            chart("bars", .bars(reasons.enumerated().map { bar($1, 0.24 - Double($0) * 0.05, $0) }, .percent)),
            chart(
                "effects",
                .effects(effects.map { effect($1.0, $1.1, $0) }, .percent),
                headings: headings("punten (marge)", low: "minder vaak", high: "vaker"))
        ]
    }

    private func bar(_ label: String, _ estimate: Double, _ index: Int) -> Chart.Row {
        Chart.Row(
            label: word(label), value: value(estimate, 0.02, row: "b\(index)"), reference: nil,
            verdict: shape == .hidden ? .hidden : .untested,
            note: shape == .hidden ? RichText(word("niet getoond")) : "", segment: nil)
    }

    private func effect(_ label: String, _ estimate: Double, _ index: Int) -> Chart.Row {
        let verdict: Verdict = shape == .hidden ? .hidden : estimate > 0.05 ? .higher : estimate < -0.05 ? .lower : .notDistinguishable
        return Chart.Row(
            label: word(label), value: value(estimate, 0.04, row: "e\(index)"), reference: nil, verdict: verdict,
            note: RichText(word("duidelijk")), segment: nil, heading: index == 0 ? word("Scores") : "")
    }

    private var mapCharts: [Chart] {
        let codes = areaNames.indices.map { "A\($0)" }
        let rows = areaRows
        let boundaries = GridCountry(codes: codes).boundaries
        let places = TileLayout.positions(of: codes, boundaries: boundaries)
        let keys: [Chart.Key] = [
            .init(mark: .field(.higher), text: "▲ hoger dan de rest"), .init(mark: .field(.lower), text: "▼ lager"),
            .init(mark: .field(.notDistinguishable), text: "≈ niet te onderscheiden"),
            .init(mark: .fieldIndicative, text: "indicatief"), .init(mark: .field(.hidden), text: "x = niet getoond")
        ]
        let tiles = zip(codes, rows).map {
            Chart.Tile(row: $1, position: places[$0] ?? .init(column: 0, row: 0))
        }
        return [
            chart("tiles", .tiles(.init(tiles: tiles)), key: keys),
            chart("map", .map(.init(areas: zip(codes, rows).map { ($0, $1) }, boundaries: boundaries)), key: keys)
        ]
    }

    private var otherCharts: [Chart] {
        [
            chart(
                "likert",
                .likert(["Digitale uitval", "Extreme hitte", "Aanval of sabotage"].enumerated().map { likert($1, $0) }, levels: 5),
                key: (0..<5).map { .init(mark: .level($0, of: 5), text: Fixture.likely[$0].label.text(in: "nl") ?? "") },
                headings: headings("(zeer) waarschijnlijk", low: "onwaarschijnlijk", high: "waarschijnlijk")),
            chart(
                "trends", .trends(panels, .percent),
                key: [
                    .init(mark: .firstWave, text: "najaar 2025"), .init(mark: .lastWave, text: "voorjaar 2026"),
                    .init(mark: .trendBreak, text: "breuk: andere vraag")
                ]),
            chart(
                "endurance", .endurance(endurance),
                key: [.init(mark: .steps, text: "redt zich nog"), .init(mark: .interval, text: "marge")],
                headings: headings(axis: "uren zonder stroom, water en internet")),
            chart(
                "balance", .balance(balance, limit: 0.1),
                key: [
                    .init(mark: .beforeWeighting, text: "voor weging"), .init(mark: .afterWeighting, text: "na weging"),
                    .init(mark: .limit, text: "klein")
                ]),
            chart(
                "weights",
                .histogram(
                    ["0–0,25", "0,25–0,5", "0,5–1", "1–2", "2–4", "meer dan 4"].enumerated().map {
                        .init(
                            label: word($1),
                            share: number(0.3 - Double($0) * 0.05, "\(30 - $0 * 5)%"), isOutside: $0 == 5)
                    }), headings: headings(axis: "gewicht, gedeeld door het gemiddelde"))
        ]
    }

    private func number(_ value: Double, _ text: String) -> Chart.Number {
        Chart.Number(value: value, text: .number(text, "w"))
    }

    private func likert(_ label: String, _ index: Int) -> Chart.LikertRow {
        let shares = [[0.04, 0.11, 0.20, 0.40, 0.25], [0.05, 0.12, 0.22, 0.40, 0.21], [0.11, 0.24, 0.27, 0.27, 0.11]]
        let own = shape == .extremes ? [1.0, 0, 0, 0, 0] : shares[index]
        return Chart.LikertRow(
            label: word(label),
            shares: shape == .hidden
                ? [] : own.map { ($0, RichText.number("\(Int(($0 * 100).rounded()))%", "l\(index)")) },
            sum: shape == .hidden
                ? RichText(word("niet getoond: te weinig antwoorden"))
                : .number("\(Int(((own[3] + own[4]) * 100).rounded()))%", "l\(index)"),
            isIndicative: shape == .indicative, range: shape == .hidden ? "" : .number("63\u{2060}–\u{2060}67", "l\(index)"))
    }

    private var panels: [Chart.TrendPanel] {
        let topics: [(String, Double, Double, Verdict, String)] = [
            ("Noodpakket", 0.29, 0.33, .higher, "duidelijk meer"), ("Hulp besproken", 0.22, 0.26, .higher, "duidelijk meer"),
            ("Noodplan", 0.15, 0.17, .notDistinguishable, "niet te onderscheiden"),
            ("Water, drie dagen", 0.58, 0.34, .untested, "breuk: andere vraag")
        ]
        return topics.enumerated().map { index, topic in
            Chart.TrendPanel(
                label: word(topic.0), verdict: shape == .hidden ? .hidden : topic.3, note: RichText(word(topic.4)),
                points: [
                    .init(wave: word("najaar 2025"), value: value(topic.1, 0.02, row: "t\(index)")),
                    .init(wave: word("voorjaar 2026"), value: value(topic.2, 0.02, row: "u\(index)"), followsBreak: index == 3)
                ])
        }
    }

    private var endurance: Chart.Endurance {
        let steps: [(Double, Double)] = [
            (0, 0.98), (4, 0.95), (8, 0.92), (12, 0.79), (24, 0.64), (36, 0.58), (48, 0.45), (60, 0.41), (72, 0.38)
        ]
        return Chart.Endurance(
            steps: steps.map { .init(hours: $0.0, share: $0.1) },
            marks: [(24.0, 0.64), (48, 0.45), (72, 0.38)].compactMap { mark in
                value(mark.1, 0.02, row: "h\(Int(mark.0))").map { .init(hours: mark.0, value: $0) }
            }, end: 72, days: [word("dag 1"), word("dag 2"), word("dag 3")], endText: word("redt 72 uur"))
    }

    private var balance: [Chart.BalanceRow] {
        let rows: [(String, Double, Double, String)] = [
            ("18–24", -0.31, 0.01, "Leeftijd"), ("25–44", -0.12, 0, ""), ("65 en ouder", 0.24, -0.02, ""),
            ("vrouw", 0.08, 0, "Geslacht"), ("man", -0.08, 0, "")
        ]
        return rows.map { row in
            let text = { (value: Double) in
                (value < 0 ? "\u{2212}" : "") + "0,\(String(Int((abs(value) * 100).rounded()) + 100).dropFirst())"
            }
            return Chart.BalanceRow(
                label: word(row.0), before: number(row.1, text(row.1)), after: number(row.2, text(row.2)),
                heading: row.3.isEmpty ? "" : word(row.3))
        }
    }

    /// A page with every chart, each in a section of its own, and the marks of the head.
    func report(_ language: Language = .nl) -> Report {
        var figure = Report.KeyFigure(
            label: word("Noodpakket in huis"), value: .number("33%", "k"), notes: [RichText(word("marge 31–36%"))])
        figure.scale = .init(estimate: 0.33, lower: 0.31, upper: 0.36, earlier: 0.29)
        var report = Report(
            language: language, file: "index", title: RichText(word("1 op de 3 inwoners heeft een noodpakket")), brand: word("Risicobeeld"),
            waveLabel: word("voorjaar 2026"), banner: nil, navigation: [],
            kicker: RichText(word("Regio")),
            lead: [RichText(word("Dat is meer dan in het najaar."))], keyFigures: [figure],
            sections: charts.map { chart in
                .init(
                    id: "section-\(chart.id)", title: word(chart.id), parts: [.init(blocks: [.chart(chart)], callouts: [])])
            }, findings: [], method: .init(title: word("Methode"), blocks: []), footer: RichText(word("Voet")))
        report.cover = .init(share: 0.33, lower: 0.31, upper: 0.36, segment: nil, text: RichText(word("33 van de 100")))
        return report
    }
}

/// Invented areas on a grid of bent borders that neighbours share, with a lake in the first area and an island that
/// belongs to the last.
struct GridCountry {
    let codes: [String]
    private var columns: Int { max(1, Int(Double(codes.count).squareRoot().rounded(.up))) }

    /// A point on the line between two corners: the same whichever area asks.
    private func corner(_ column: Int, _ row: Int) -> (Double, Double) {
        let bend = Double((column * 7 + row * 13) % 5) / 100
        return (4 + Double(column) * 0.12 + bend, 52.3 - Double(row) * 0.08 - bend / 2)
    }

    private func edge(_ from: (Int, Int), _ to: (Int, Int)) -> [(Double, Double)] {
        let isTurned = (to.0, to.1) < (from.0, from.1)
        let (a, b) = isTurned ? (corner(to.0, to.1), corner(from.0, from.1)) : (corner(from.0, from.1), corner(to.0, to.1))
        let points = (0...12).map { step -> (Double, Double) in
            let part = Double(step) / 12
            let wave = step == 0 || step == 12 ? 0 : Double((step * 5) % 7 - 3) / 1000
            return (a.0 + (b.0 - a.0) * part + wave, a.1 + (b.1 - a.1) * part + wave)
        }
        return Array((isTurned ? points.reversed() : points).dropLast())
    }

    var geoJSON: String {
        let features = codes.enumerated().map { index, code in
            let (column, row) = (index % columns, index / columns)
            let corners = [(column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row), (column, row)]
            let ring = zip(corners, corners.dropFirst()).flatMap { edge($0, $1) }
            let (x, y) = corner(column, row)
            func square(_ left: Double, _ top: Double, _ size: Double) -> [(Double, Double)] {
                [(left, top), (left + size, top), (left + size, top - size), (left, top - size)]
            }
            var polygons = [[ring] + (index == 0 ? [square(x + 0.05, y - 0.03, 0.01)] : [])]
            if index == codes.count - 1 { polygons.append([square(x + 0.02, 52.28 - Double((codes.count - 1) / columns + 1) * 0.08, 0.015)]) }
            let text = polygons.map { polygon in
                "[" + polygon.map { ring in
                    "[" + (ring + [ring[0]]).map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "]"
                }.joined(separator: ",") + "]"
            }.joined(separator: ",")
            return
                "{\"type\":\"Feature\",\"properties\":{\"code\":\"\(code)\"},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[\(text)]}}"
        }
        return "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
    }

    var boundaries: Boundaries {
        do { return try Boundaries(geoJSON: Array(geoJSON.utf8), code: "code", codes: codes) } catch {
            preconditionFailure("the invented country is valid GeoJSON: \(error)")
        }
    }
}
