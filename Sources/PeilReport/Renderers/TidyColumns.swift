/// The columns of the tidy file, in the order that notebooks and other readers rely on, and what each holds.
enum TidyColumns {
    static let all: [(name: String, text: String)] = [
        ("row_id", "Name of the row: question.level.area.segment.statistic, - for an empty part. Unique."),
        ("study", "Identifier of the study."),
        ("wave", "Identifier of the wave."),
        ("question", "Identifier of the question or score."),
        ("wording_hash", "Fingerprint of the question as put: another wording has another one."),
        ("mode", "How people were interviewed."),
        ("level", "Code of the answer; empty for a mean."),
        ("base", "Who is in the base, in words."),
        ("area", "Code of the area; empty for the whole region."),
        ("segment", "Code of the segment; empty for everybody."),
        ("statistic", "share, mean or people (estimated number of people)."),
        ("unit", "proportion (0 to 1), people, or the unit of the mean."),
        ("estimate", "Weighted estimate, rounded for publication; empty where hidden or where a bound stands in."),
        ("se", "Standard error under the design; empty below a base of 100."),
        ("lower", "Lower limit of the interval."),
        ("upper", "Upper limit of the interval."),
        ("ci_level", "Confidence level of the interval."),
        ("ci_method", "Method of the interval: t, logit, beta, clopper-pearson."),
        ("df", "Degrees of freedom of the design."),
        ("n", "Respondents in the base, unweighted; empty where hidden."),
        ("missing_share", "Weighted share of the people asked who gave no answer."),
        ("effective_n", "Respondents that a simple random sample would need for the same precision."),
        ("deff", "Design effect."),
        ("cv", "Coefficient of variation: se divided by estimate."),
        ("reference", "What the row is tested against: rest (everybody else) or the name of another row."),
        ("difference", "Estimate minus the reference, in the unit of the row."),
        ("p", "p value of the test."),
        ("p_adjusted", "p value adjusted within the family (Benjamini-Hochberg)."),
        ("family", "Family of tests that the adjustment covers."),
        ("method", "How the row was estimated; empty where hidden."),
        ("basis", "probability (a sample drawn by chance) or panel (people who signed up)."),
        (
            "status",
            "released, indicative (use with care), suppressed (could give a person away), too_few (base too small)."
        ),
        ("reason", "Why the row is not simply released; ;below= or ;above= gives the bound that stands in for it.")
    ]
}
