import PeilIngest
import PeilReport
import PeilTable

/// What the codebook calls things that a study names by a word or a variable: for the method page.
struct ReportLabels {
    /// Labels of the ways of answering, by the word of the waves.
    let modes: [String: LocalizedText]
    /// Labels of variables, by name. One whose text is a question has none: a question names nothing.
    let variables: [String: LocalizedText]
    /// Wordings of questions from which the study derives others, by variable.
    let sources: [String: LocalizedText]

    init(_ codebook: Codebook, frame: FrameRequest?, areas: Study.AreaRequest?, waves: [Study.WaveEntry]) {
        let categories = frame?.mode.flatMap { codebook.variable($0) }?.categories ?? []
        modes = Self.modes(waves, categories)
        var names: [String: LocalizedText] = [:]
        for variable in codebook.variables { names[variable.id] = variable.wording }
        for derived in codebook.derived { names[derived.variable.name] = derived.variable.wording }
        let inputs = Set(codebook.derived.flatMap(\.inputs))
        sources = names.filter { inputs.contains($0.key) }
        names = names.filter { !$0.value.isEmpty && !$0.value.byLanguage.values.contains { $0.hasSuffix("?") } }
        if let areas { names[areas.variable] = areas.words.singular }
        variables = names
    }

    /// A wave's files name their ways of answering by a word (`mode: web+papier`); the category meant is the one of the
    /// frame's variable that has the word as its code, or as its label in some language. A word of no category is
    /// left out, and printed as it is.
    private static func modes(_ waves: [Study.WaveEntry], _ categories: [Category]) -> [String: LocalizedText] {
        var result: [String: LocalizedText] = [:]
        for word in waves.flatMap(\.modes).flatMap({ $0.split(separator: "+") }).map(String.init) {
            let named = categories.first { $0.code == word || $0.label.byLanguage.values.contains(word) }
            if let named { result[word] = named.label }
        }
        return result
    }
}
