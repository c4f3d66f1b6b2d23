import Foundation
import PeilDisclosure

/// Who, when, how, margin, what is hidden and why: from the subject, the rules and the released facts.
extension Context {
    func methodBox() throws(ReportError) -> Report.Method {
        Report.Method(
            title: words[.methodSection],
            blocks: try correctionBlocks() + [
                .definitions(try survey()),
                .heading(words[.notShownTitle]), .list(hiddenRules()),
                .heading(words[.attackTitle]), .paragraph(attackText()),
                .heading(words[.missedTitle]), .paragraph(words.text(.missedText))
            ] + (try dataQuality()) + (try weightingTables()) + [
                .heading(words[.figuresOfMeasurement]), .definitions(try measured() + fingerprint()),
                .paragraph(words.text(.notOnlyHere))
            ])
    }

    /// What every page needs to be read: who, when, how, margin, rules. The rest stands on the method page.
    func methodInShort() throws(ReportError) -> Report.Method {
        Report.Method(
            title: words[.method],
            blocks: [
                .definitions(try survey()), .heading(words[.notShownTitle]), .list(hiddenRules()),
                .links(title: words[.methodMore], [.init(title: words[.method], page: PageName(.method).file)])
            ])
    }

    private func definition(_ term: Phrase, _ text: RichText) -> Report.Definition {
        Report.Definition(term: words[term], text: text)
    }

    func survey() throws(ReportError) -> [Report.Definition] {
        let population = try text(subject.population, "population")
        let dates = [
            "from": RichText(numbers.date(subject.fieldworkFrom)),
            "to": RichText(numbers.date(subject.fieldworkTo))
        ]
        let level = publication.rows.lazy.compactMap(\.intervalLevel).first ?? 0.95
        var result = [
            definition(.who, words.text(.whoText, ["population": RichText(population.capitalisedWord)])),
            definition(.when, words.text(.fieldwork, dates)),
            definition(.how, RichText(modes().capitalisedWord)),
            definition(.basisTitle, words.text(subject.basis == "panel" ? .basisPanel : .basisProbability)),
            definition(.marginTerm, words.text(.marginText, ["level": RichText(numbers.points(level))])),
            definition(.differences, words.text(.differencesText))
        ]
        // Said where the column stands: in the tables of areas.
        let hasColumn = sections.flatMap(\.blocks).contains { block in
            switch block {
            case .areaDots, .areaMap, .show(.segmentAreas): true
            default: false
            }
        }
        if hasColumn, publication.rows.contains(where: { $0.detectableChange != nil }) {
            result.append(definition(.detectableTitle, words.text(.detectableText)))
        }
        if let missing = mostMissing() { result.append(definition(.missingTitle, missing)) }
        return result
    }

    /// The ways of answering in words: "online en papier".
    private func modes() -> String {
        let language = words.language.rawValue
        return words.list(
            subject.mode.split(separator: "+").map { outline.modeLabels[String($0)]?.text(in: language) ?? String($0) })
    }

    /// The largest share without an answer: that of the table where there is one, which counts people; else among the figures of the
    /// whole region.
    private func mostMissing() -> RichText? {
        let counted = publication.facts.filter { $0.topic == "nonresponse" }.compactMap { fact -> Double? in
            if case .share(let share) = fact.value { return share }
            return nil
        }
        if let most = counted.max(), most > 0 {
            return words.text(.missingText, ["value": RichText(numbers.precisePercent(most))])
        }
        let region = ofEveryone.ownRows
        guard let row = region.max(by: { ($0.missingShare ?? 0) < ($1.missingShare ?? 0) }),
            let share = row.missingShare, share > 0
        else { return nil }
        return words.text(.missingText, ["value": .number(numbers.precisePercent(share), row.rowID)])
    }

    /// What was hidden, that a program tried to work it out, and what it could not look at.
    private func attackText() -> RichText {
        let attack = publication.attack
        let values = [
            "cells": RichText(numbers.count(attack.hiddenCells)), "bases": RichText(numbers.count(attack.hiddenBases))
        ]
        let text = words.text(attack.hiddenCells + attack.hiddenBases == 0 ? .attackNothing : .attackRecord, values)
        let isComplete = publication.changes == nil && publication.drivers.isEmpty && publication.unmodelled.isEmpty
        return isComplete ? text : text + " " + words.text(.attackUnmodelled)
    }

    func hiddenRules() -> [RichText] {
        let rules = publication.rules
        func with(_ phrase: Phrase, _ n: Int) -> RichText {
            words.text(phrase, ["n": RichText(numbers.count(n))])
        }
        return [
            with(.ruleBase, rules.minimumBase), with(.ruleIndicative, rules.indicativeBase),
            with(.ruleCell, rules.minimumFrequency), words.text(.ruleSensitive), words.text(.ruleBound),
            words.text(.aboutPeople)
        ]
    }

    private func measured() throws(ReportError) -> [Report.Definition] {
        var names: [String: String] = [:]
        for area in subject.areas { names[area.code] = try name(ofArea: area) }
        var result: [Report.Definition] = []
        for fact in ordered(publication.facts.filter { !isInQualityTables($0) }) {
            let term = try factLabel(fact)
            let area = names[fact.area] ?? fact.area
            let full = area.isEmpty ? term : words.plain(.factOfArea, ["label": term, "area": area])
            let value = text(of: fact.value)
            let shown =
                switch "\(fact.topic).\(fact.key)" {
                case "weighting.margins": controls(value)
                case "quality.dialect": FactWords.dialects(value, language)
                default: value
                }
            result.append(Report.Definition(term: full, text: RichText(shown)))
        }
        return result
    }

    /// Facts that are told of every area stand in the order of the areas, where the first of them stands.
    private func ordered(_ facts: [ReleasedFact]) -> [ReleasedFact] {
        var first: [String: Int] = [:]
        for (position, fact) in facts.enumerated() where first["\(fact.topic).\(fact.key)"] == nil {
            first["\(fact.topic).\(fact.key)"] = position
        }
        let areas = subject.areas.map(\.code)
        let keyed = facts.enumerated().map { position, fact in
            (
                first["\(fact.topic).\(fact.key)"] ?? position, areas.firstIndex(of: fact.area) ?? -1, position,
                fact: fact
            )
        }
        return keyed.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.fact)
    }

    /// Variables of the weighting by their labels: "Gemeente × geslacht; …". One name has a capital at its beginning only.
    func controls(_ names: String) -> String {
        func label(_ variable: String, isFirst: Bool) -> String {
            guard let label = outline.controlLabels[variable]?.text(in: language.rawValue) else { return variable }
            return isFirst ? label.capitalisedWord : label.inSentence
        }
        return names.components(separatedBy: "; ").map { control in
            control.components(separatedBy: " × ").enumerated().map { label($1, isFirst: $0 == 0) }.joined(
                separator: " × ")
        }.joined(separator: "; ")
    }

    /// The study's own word, peil's word, or the key as it is: a fact is never left out for want of a name.
    func factLabel(_ fact: ReleasedFact) throws(ReportError) -> String {
        let key = "\(fact.topic).\(fact.key)"
        if let label = outline.factLabels[key] { return try text(label, "report.facts.\(key)") }
        return FactWords.label(key, language) ?? key
    }

    func text(of value: ReleasedFact.Value) -> String {
        switch value {
        case .count(let count): numbers.count(count)
        case .fewerThan(let limit): words.plain(.fewerThan, ["n": numbers.count(limit)])
        case .share(let share): numbers.precisePercent(share)
        case .hiddenShare: words[.hidden]
        case .measure(let measure): numbers.decimal(measure, places: 2)
        case .text(let text): Int(text).map { numbers.count($0) } ?? FactWords.word(text, language)
        }
    }

    private func fingerprint() -> [Report.Definition] {
        let parts = [
            words.plain(.studyHash, ["hash": String(subject.studyHash.prefix(12))]),
            words.plain(.inputHash, ["hash": String(subject.inputHash.prefix(12))]),
            words.plain(.seed, ["seed": String(subject.seed)])
        ]
        return [
            definition(.software, words.text(.softwareText, ["version": RichText(subject.version)])),
            definition(.fingerprint, RichText(parts.joined(separator: ", ")))
        ]
    }
}
