extension Explanations {
    /// Classes of trouble with models, scales, small areas and segments.
    static let models = """
        COLLINEAR Models
        A predictor is constant or follows from others, so that its coefficient is not defined.
        > Leave it out, or widen the domain.

        INTERACTION_WITHOUT_MAIN Models
        An interaction needs its main terms in the model.
        > Add the term that the message names.

        OUTCOME_AMONG_PREDICTORS Models
        The outcome is among its own predictors.
        > Take it out.

        REPEATED_TERM Models
        A term repeats a column or another term.
        > Name each once.

        RESPONSE_CONSTANT Models
        Everybody in the rows used has the same response.
        > Widen the domain, or check `success`.

        RESPONSE_OF_TEXTS Models
        The response holds texts, and nobody said which of them count as 1.
        > Name those under `success`.

        RESPONSE_OUTSIDE Models
        The response has values that this family does not know.
        > Correct the column, or choose another family.

        SEPARATED Models
        A level or a value of a predictor decides the response wholly, so that its coefficient is infinite.
        > Join levels, leave the predictor out, or use a ridge.

        TOO_MANY_PARAMETERS Multinomial-regression
        The regression has more coefficients than it can carry.
        > Use fewer predictors, or group their answers.

        TOO_MANY_TERMS Models
        Importance needs a fit of every set of terms, and these are too many.
        > Name fewer predictors.

        UNKNOWN_PREDICTOR Models
        This is no predictor of the model.
        > Use one of those that the message lists.

        EMPTY_CLASS Multinomial-regression
        Nobody who answered all predictors is in a class of the response.
        > Join it with another class, or leave out predictors that few answered.

        TOO_FEW_CLASSES Multinomial-regression
        The response has one class, and a regression needs two.
        > Widen the domain.

        BAD_OPTION Plans
        An option contradicts the data or another option.
        > Correct it as the message says.

        CHECKLIST_HAS_NO_ALPHA Scales
        What people have done need not go together, so that a checklist has no alpha.
        > Read its counts and shares, or declare a scale.

        NEGATIVE_ITEM Scales
        An item goes against the others of its scale: people who score high on them score low on it.
        > Check whether it should be reversed.

        REVERSED_TWICE Scales
        An item is reversed by the codebook and again by the scale, so that it counts as it was asked.
        > Reverse it in one place.

        NOT_A_COUNT Scales
        A checklist is made of what is no count of conditions.
        > Name its items, or a count of the codebook.

        NOT_A_MEAN Scales
        A scale is made of what is no mean of answers.
        > Name its items, or a mean of the codebook.

        NOT_ORDERED Scales
        The answers of an item have no order: their codes are no numbers.
        > Leave it out, or recode it.

        NO_RANGE Scales
        Nothing says between which numbers an item lies, so that it cannot be reversed or scored.
        > Add `range`, or min and max in the codebook.

        REPEATED_ITEM Scales
        An item of a scale is named twice.
        > Name each once.

        TOO_FEW_ITEMS Scales
        A scale needs two items.
        > Name at least two columns.

        UNKNOWN_ITEM Scales
        What is to be reversed is no item of the scale.
        > Correct the name; the message has the nearest one.

        UNKNOWN_SCALE Scales
        The study has no such scale.
        > Declare it under `scales`, or correct the name.

        AREA_NOT_IN_FILE Small-areas
        The sample has an area for which the file of covariates has no line.
        > Add it.

        BAD_BENCHMARK Small-areas
        The areas cannot be made to add up to the total.
        > Correct `benchmark`.

        BAD_VARIANCE Small-areas
        An area's sampling variance is absent, 0 or negative.
        > Leave its direct estimate empty, or smooth the variances.

        MISSING_AREA Small-areas
        A row does not say its area.
        > Name the area of every row.

        MISSING_COVARIATE Small-areas
        An area lacks a covariate.
        > Fill it, or leave the area out with a domain.

        MISSING_POPULATION_MEAN Small-areas
        The population means of an area lack a column.
        > Add the mean.

        NO_AREA_VARIANCE Small-areas
        The model found no variance between areas, so that all are drawn to the line.
        > Read the estimates as those of the covariates alone, or choose the rule `adjusted`.

        NO_DIRECT_ESTIMATE Small-areas
        An area has no direct estimate, only one by the model.
        > Read it with the model's assumptions.

        ONLY_SINGLES Small-areas
        No area has two respondents, so that variance within areas cannot be told from that between.
        > Use larger areas, or fay_herriot.

        OUTSIDE_SCALE Small-areas
        A direct estimate has no place on the scale of the model, such as a share of 0 on the logit.
        > Use the arcsine scale, or none with smooth_variances.

        REPEATED_AREA Small-areas
        An area has more than one row.
        > Give one row an area.

        TOO_FEW_AREAS Small-areas
        There are too few areas for so many coefficients.
        > Leave covariates out.

        BAD_COVARIANCE Clusters-of-areas
        This is no covariance of the estimates of areas.
        > Check where it comes from.

        CONSTANT_INPUT Weighted-k-means
        Everybody gave the same answer to an input of the segments, so that it tells nobody apart.
        > Leave it out.

        EMPTY_SEGMENT Profiles-of-segments
        Nobody in the domain is in a segment.
        > Widen the domain, or join segments.

        INSEPARABLE_SEGMENTS Profiles-of-segments
        People are placed so unsurely that what placing confuses cannot be undone.
        > Ask for fewer segments, or use proportional assignment without correction.

        NOBODY_PLACED Segments
        Nobody answered enough of the items to be placed.
        > Allow more missing answers, or check the items.

        NO_INPUTS Segments
        The segments have no inputs.
        > List them under segments › inputs.

        TOO_FEW_POINTS Weighted-k-means
        There are fewer different answer patterns than clusters.
        > Ask for fewer clusters.

        TOO_MANY_CATEGORIES Latent-classes
        An item of latent classes has too many answers.
        > Group its answers in the codebook.

        INDISTINGUISHABLE_SEGMENTS Typing-tool
        The typing tool confuses two segments so much that sizes cannot be corrected.
        > Ask more questions, or join the two.

        NEVER_TYPED Typing-tool
        The tool places nobody in a segment.
        > Derive it from more respondents.

        SEGMENTS_DISAGREE Typing-tool
        Placings and confusion matrix are of different segments.
        > Use the tool that made the placings.

        SEGMENT_TOO_SMALL Typing-tool
        A segment does not occur outside every fold, so that it cannot be learnt.
        > Ask for fewer folds, or join segments.

        TOO_FEW_CANDIDATES Typing-tool
        There are fewer candidate questions than the tool needs.
        > Name more, or ask for a shorter tool.

        TOO_FEW_UNITS Typing-tool
        There are fewer sampling units than folds.
        > Ask for fewer folds.

        TOO_MANY_SEGMENTS Typing-tool
        There are more segments than a typing tool knows.
        > Join segments.
        """
}
