/// Every sentence and word that peil itself writes, by meaning. The texts stand in Dutch.swift and
/// English.swift; the compiler sees to it that neither lacks one.
enum Phrase: CaseIterable {
    // Page
    case skip, contents, inShort, method, tableSummary, wave, fieldwork, answers
    case whatNotToConclude, howToRead, mind, say, avoid
    // Evidence
    case clear, indicative, notDistinguishable, estimated, tooFew
    // Verdicts in charts
    case higher, lower, seemsHigher, seemsLower, same, untested, hidden, notAsked
    // Values
    case below, above, margin, people, peopleRange, uncertain
    case shareSays, shareOf, meanOf
    // Areas
    case areasHigher, areasLower, areasSeemHigher, areasSeemLower, theShare, theMean
    case othersSame, otherSame, allSame, areaHidden, areasHidden
    case titleHigher, titleLower, titleBoth, titleSame, titleUntested, titleHidden, areasCounted
    case areaSubtitle, restValue
    // Bars, levels, likert, means, segments
    case barsTitle, barsSubtitle, measuresTitle, levelsTitle, levelsSubtitle,
        measuresSubtitle
    case likertTitle, likertSubtitle, likertSentence
    case sizesTitle, sizesSubtitle, sizesSentence, nothingShown
    case heatTitleSame, heatTitleUntested, heatSubtitle, heatSentence, heatClass, region, everyone
    case profileTitle, profileTitleSame, profileTitleUntested, profileSubtitle, meansTitle, meansSubtitle
    // Keys
    case keyHigher, keyLower, keySame, keyRest, keyMargin, keyIndicative, keyHidden
    // Columns
    case columnShare, columnMean, columnMargin, columnRest, columnDifference, columnVerdict, columnBase
    case columnDetectable, detectableTitle, detectableText
    case columnPeople, columnQuestion, columnAnswer, columnGroup, points
    // Sources
    case source, sourceBases, sourceWave
    // Alternative texts
    case altDots, altBars, altLikert, altPointer
    // What not to conclude
    case ownWords, noCauses, noPersons, noRanking, noOverlap, selfReport, notEverybody, noTrend, notZero,
        likelyIsOpinion
    case orderOfBars, sizeOfGroups, readMargin, readRest, readHeat, readLikert, readGroups
    // Method
    case who, when, how, whoText, marginTerm, marginText, differences, differencesText
    case notShownTitle, ruleBase, ruleIndicative, ruleCell, ruleSensitive, ruleBound, missedTitle, missedText
    case aboutPeople, figuresOfMeasurement, missingTitle, missingText, basisTitle, basisProbability, basisPanel
    case software, softwareText, fingerprint, studyHash, inputHash, seed, fewerThan, factOfArea, notOnlyHere
    // Data quality
    case qualityTitle, qualityText, booksTitle, booksSubtitle, flagsTitle, flagsSubtitle, nonResponseTitle
    case nonResponseSubtitle, columnWhat, columnRule, columnCount, columnNoAnswer, columnDontKnow, columnRefused
    case columnSkipped, sourceUnweighted, sourceNonResponse
    case ruleRead, ruleQuarantined, rulePartials, ruleExcluded, ruleKept
    case ruleDuplicates, rulePartialInterviews, ruleSpeeders, ruleSpeederSeconds, ruleStraightliners, ruleMostlySame
    case ruleSameAnswers, ruleFinding
    case weightingTitle, weightingText, weightingPopulation, marginsTitle, marginsTitleMet, marginsSubtitle, sourceMargins
    case weightsTitle, weightsSubtitle, sourceWeights, columnBefore, columnAfter, columnEffective, columnLargest
    // Trends
    case noEarlierWave, trendCaption, trendSubtitle, sourceTwoWaves, columnChange, breakCodebook, breakMode
    case breakBoundaries, breakWeighting, breakSegments, breakDeclared, trendUp, trendDown, trendSeemsUp
    case trendSeemsDown, trendSame, trendBroken, trendTitleSame, trendTitleOneUp, trendTitleUp
    case trendTitleOneDown, trendTitleDown, trendTitleBoth, changeUp, changeDown, changeSeemsUp
    case changeSeemsDown, changeNone, changeOneOther, changeOthers, changeNowhere, leadUp, leadDown, leadSame,
        changeBroken, changeHidden, changeDetail, readTrend, readTrendTest
    case trendNoCause, trendNotNone, trendTwoPoints, fromTo
    // Maps, hours, covers
    case mapTitle, mapTitleOne, mapSubtitle, altMapTitle, altMap, readMap, readMapNumber, notLarge, hoursOrMore
    case enduranceCaption, enduranceTitle, enduranceSubtitle, dayNumber, managesHours, keyManages
    case altEndurance, columnDuration, restShort, coverText, belongsHere, trendSubtitleMeans, keyBreak
    case altTrend, altEffects
    // The attack
    case questionNotAsked, priorityNobody, priorityDash, someKeyFigures, attackTitle, attackRecord, attackNothing,
        attackUnmodelled,
        correctionNotice, correctionTitle, correctionNothing, correctionLine, correctionHidden, correctionMore,
        altBalance
    // Drivers
    case goesTogetherAsWhole, driversHidden, driversNone, driversSentence, driversCounted, driversCaption,
        columnImportance
    case columnTested, driversShare, driversMean, driversSource, levelAgainst, goesTogether
    case notClearlyTogether, readDrivers, readDeviation, readImportance, driversNoCause, driversNoPromise
    // Pages of areas and segments
    case ruleNote, byRule, againstRule, areaLeadAllSame
    case keyOthers, keyAbove, keyBelow, restNote, againstCaption, againstShares, againstMeans, columnTopic
    case columnResult, againstHidden, againstSame, againstUntested, againstOneHigher, againstHigher, againstOneLower
    case againstLower, againstBoth, oneSame, othersAlike, oneHidden, othersHidden, nothingDiffers, oneTrait, traits,
        nothingTested
    case segmentHigher, segmentLower, segmentSeemsHigher, segmentSeemsLower, placeHigher, placeLower
    case placeSeemsHigher, placeSeemsLower, othersValue, readOthers, readRestHere, notOneByOne
    case noRankingHere, notSameAsEqual, messagesSource, confidenceNone, confidenceGood, confidenceMixed
    case confidenceWeak, atLeast, atMostPoints, visibleFrom, hiddenSensitive, hiddenAll, hiddenLevels
    case everythingShown, hiddenWhy, segmentPagesTitle, areaPagesTitle, priorityNone, priorityGroupHidden,
        priorityGroupsHidden, priorityOverview
    case priorityParts, priorityNoFirst, priorityOneFirst, priorityFirsts, priorityFirstGroups, priorityMargin,
        priorityAllRegional, priorityEveryRow,
        priorityMessages, priorityOfArea, priorityOfSegment
    case priorityDetail, priorityReach, priorityScore, priorityTiers, priorityRegional, priorityNoEffect
    case priorityNoRanking, yes, tierFirst, tierNext, tierLater, fromRegion, fromHere, columnTier, columnReach
    case columnGap, columnReady, columnScore, columnChannel, columnFrom, methodTitle, methodLead, methodSection
    case overviewLink, segmentTitle, areaTitleSame, areaTitleUntested, areaTitleHigher, areaTitleLower, areaTitleBoth
    case segmentPeople, areaLeadSame, methodMore, pagesLabel
    case weightsTitleOne, weightsLargest, altWeights
    case fieldworkTitle, fieldworkSubtitle, columnArea, columnInvited, columnResponse, sourceFieldwork
}

/// The words of one language.
struct Wording: Sendable {
    let language: Language
    let numbers: NumberText

    init(_ language: Language) {
        self.language = language
        numbers = NumberText(language: language)
    }

    subscript(_ phrase: Phrase) -> String { language == .nl ? phrase.dutch : phrase.english }

    func text(_ phrase: Phrase, _ values: [String: RichText] = [:]) -> RichText {
        RichText.fill(self[phrase], values)
    }

    func plain(_ phrase: Phrase, _ values: [String: String]) -> String {
        RichText.fill(self[phrase], values.mapValues { RichText($0) }).plain
    }

    /// "A, B en C".
    func list(_ items: [String]) -> String {
        guard items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + (language == .nl ? " en " : " and ") + items[items.count - 1]
    }
}
