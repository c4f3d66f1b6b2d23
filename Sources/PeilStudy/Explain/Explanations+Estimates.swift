extension Explanations {
    /// Classes of trouble with designs, weights, estimates and tests.
    static let estimates = """
        ALL_REPLICATES_UNDEFINED Replicates
        No replicate defines the estimate, so that it has no standard error.
        > Widen the domain.

        BAD_AUXILIARY Calibration
        A weighting variable is absent or no number for some rows.
        > Fill it, or leave the control out.

        BAD_DESIGN_WEIGHT Design-and-variance
        A design weight is zero, negative or not a number where weighting steps follow.
        > Give every respondent a weight above 0, or leave out who was not sampled.

        BAD_EXPRESSION Other-estimators
        The expression of a contrast cannot be read.
        > Use + - * / ^ log exp sqrt and names of estimates.

        BAD_POPULATION_SIZE Design-and-variance
        A population size is empty or not positive.
        > Fill it, or leave `fpc` out.

        BAD_SCALE Replicates
        Replicates have factors that do not fit their number.
        > Give one rscale, or one a replicate.

        BAD_WEIGHT Weights-of-a-study
        A weight is negative or not a number.
        > Correct the weights.

        CLUSTER_IN_TWO_STRATA Design-and-variance
        A sampling unit lies in two strata, and it belongs to one.
        > Correct the frame, or set `nest: true` when names repeat between strata.

        CONSTANT_COLUMN Other-estimators
        Everybody in the domain gave the same answer, so that this statistic is not defined.
        > Leave the column out, or widen the domain.

        CONTROLS_CONTRADICT Calibration
        In this sample one control follows from others, and its target does not follow from theirs.
        > Take the targets from one source and year, or drop one control.

        COVARIANCE_SINGULAR Models
        The covariance of the coefficients has no inverse, so that the joint test is not defined.
        > Join levels, or test fewer terms at once.

        DUPLICATE_UNIT Response
        A sampled unit stands twice in the frame of a wave.
        > Keep one row; say which column is the wave.

        EMPTY_CELL Raking
        Nobody in the sample is in a category that has a target, and nobody can speak for it.
        > Collapse it with a neighbouring category.

        EMPTY_DOMAIN Domains
        Nobody with weight and an answer is in the domain.
        > Widen the domain, or check its condition.

        EMPTY_FRAME Response
        The frame has no unit of this wave.
        > Check the wave's code under `expect`.

        EMPTY_RESPONSE_CLASS Non-response
        Nobody in a class of non-response took part, and people in it were asked.
        > Collapse it with a neighbouring class.

        FRAME_MISSING Non-response
        Non-response cannot be adjusted for without the people who did not answer.
        > Add `frame:` with all sampled units and their disposition.

        INFEASIBLE Calibration
        No weights within the bounds meet the controls together.
        > Widen the bounds, or collapse the category that the message names.

        INTERVAL_BEYOND_DATA Other-estimators
        The interval of the quantile reaches beyond the largest or smallest answer, so that it gives no standard error.
        > Widen the domain, or ask for a quantile nearer to the middle.

        LONELY_PSU Design-and-variance
        A stratum has one sampling unit, which shows no variance.
        > Join strata, or choose a rule under `lonely_psu`, such as adjust.

        MARGINS_DISAGREE Raking
        Two margins count different numbers of people, so that no weights can meet both.
        > Take both from one source and year, or scale one.

        MISSING_DESIGN_VALUE Design-and-variance
        Somebody has no stratum or sampling unit.
        > Fill it: every respondent needs both.

        NOT_CATEGORICAL Proportion
        The column has no categories, and this statistic counts them.
        > Give it codes in the codebook.

        NOT_CONVERGED Raking
        The iterations ended before the answer stood still.
        > Collapse the category or term that the message names, or allow more rounds.

        NOT_FINITE Plans
        A number that is needed is absent or infinite.
        > Leave that row, area or indicator out.

        NOT_IN_FRAME Response
        Respondents are not in the frame from which the sample was drawn.
        > Correct the identifier, or add them.

        NOT_LINKED Response
        Respondents have no identifier, so that the frame says nothing of them.
        > Fill it, or leave them out by a rule.

        NOT_NUMERIC Mean-and-total
        The column holds answers that are no numbers.
        > Use `proportion`, or a numeric column.

        NOT_TWO_GROUPS Tests
        This test compares exactly two groups.
        > Restrict the domain, or use the test of Kruskal and Wallis.

        NOT_YES_NO Other-estimators
        A column of several answers is neither 0 nor 1.
        > Code ticked as 1 and the others as 0.

        NO_DEGREES_OF_FREEDOM Design-and-variance
        There are no more sampling units than strata and coefficients, so that no test or interval is possible.
        > Use fewer terms or strata, or widen the domain.

        NO_REPLICATES Replicates
        There are fewer than two replicates.
        > Give more.

        NO_RESPONSES Other-estimators
        Nobody in the domain gave any of the answers.
        > Widen the domain.

        NO_TARGET Raking
        People are in a category whose target is 0.
        > Correct the margins, or collapse the category.

        NO_VARIANCE Opt-in-samples
        These estimates have no covariance, such as those of a panel that is not weighted.
        > Weight the panel before margins are asked of it.

        NO_VARIATION Tests
        The columns do not vary in the domain: there is nothing to test.
        > Widen the domain.

        OPT_IN_WITHOUT_ASSUMPTION Opt-in-samples
        People chose to take part, and nothing is assumed that would make a margin or test true.
        > Weight the panel, or say under `assumption` what you assume.

        OUTSIDE_BOUNDS Calibration
        Rows can have no weight between these bounds.
        > Widen the bounds, or use the linear or raking distance.

        OUTSIDE_MARGIN Raking
        People have no value of a weighting variable.
        > Say what happens to them: `missing: share` or impute.

        POPULATION_SIZE_VARIES Design-and-variance
        The population size is not constant in a stratum.
        > Give one size per stratum.

        POPULATION_TOO_SMALL Design-and-variance
        The population is smaller than the sample.
        > Check whether it is a size or a sampling fraction.

        SHARE_AT_BORDER Proportion
        A share of 0 or 1 has no logit, and hence no such interval.
        > Widen the domain, or use another interval.

        SINGULAR_TABLE Tests
        The table has too many empty cells for this statistic.
        > Join levels, or leave the rare ones out with a domain.

        STRATA_NEED_JKN Replicates
        The jackknife JK1 knows no strata, and this design has them.
        > Use type JKn.

        TOO_FEW_LEVELS Tests
        The column has fewer than two levels in the domain, and a test needs two.
        > Widen the domain.

        TOO_FEW_ROWS Variance-and-sd
        A variance needs two respondents.
        > Widen the domain.

        TOO_MANY_FPC Design-and-variance
        There are more population sizes than stages.
        > Give one per stage of `clusters`.

        TOO_MANY_LEVELS Tests
        The column has more levels than a table holds.
        > Put its answers into classes first.

        TRIMMING_DRIFT Trimming
        After all rounds the largest weight still lies above the bound. The margins hold, and the bound does not.
        > Raise the bound, or accept it with `drift: report`.

        TRIMMING_IMPOSSIBLE Trimming
        The rows of a group cannot carry its total between the bounds.
        > Widen the bounds.

        UNKNOWN_CATEGORY Raking
        A margin has a total for what is no category of its variable.
        > Correct the code; the message has the nearest one.

        UNKNOWN_DISPOSITION Response
        A sampled unit has a disposition that is none of those declared.
        > Declare it under `frame`, or correct it.

        UNKNOWN_LEVEL Tests
        The column and its expected shares do not agree on a level.
        > Give a share for each level that occurs, and no other.

        UNKNOWN_NAME Other-estimators
        This is no name that is known here: a contrast names no estimate of its item, or `peil explain` no class.
        > Use one of the names that the message lists.

        UNSUPPORTED_LONELY_RULE Replicates
        Replicates have no form for this rule of lonely strata.
        > Join strata, or choose remove or certainty.

        VARIANCE_UNDEFINED Design-and-variance
        The design gives this estimate no variance.
        > Widen the domain, or choose a rule for lonely strata.

        ZERO_DENOMINATOR Ratio
        The total of the denominator is 0.
        > Choose another denominator.

        REPEATED_UNIT Change
        Two sampling units of a wave carry the same name.
        > Give each a name of its own, or say under design › nest that names hold within strata.

        NO_STRATUM_LEFT Design-and-variance
        No stratum is left that shows variance under the rule chosen for lonely ones.
        > Join strata, or choose the rule adjust.
        """
}
