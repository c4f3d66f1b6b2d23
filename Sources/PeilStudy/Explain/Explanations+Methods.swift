extension Explanations {
    /// The methods, by the words of plans and study files.
    static let methods = """
        mean Mean-and-total
        The weighted mean Σwy / Σw, with a design-based standard error.
        > Use it for numbers and scores.
        = Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, chapters 5 and 10

        total Mean-and-total
        The weighted total Σwy: what all people together have.
        > Use it where weights add up to the population.
        = Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, chapters 5 and 10

        proportion Proportion
        The weighted share of each answer; intervals on the logit in reports.
        > Use it for answers with codes.
        = Korn & Graubard (1998), Survey Methodology 24

        prop_ci Proportion
        Intervals of a share by several methods side by side.
        > Use it where a share is near 0 or 1 or cases are few.
        = Korn & Graubard (1998), Survey Methodology 24

        ratio Ratio
        One total divided by another.
        > Use it where both vary from person to person.
        = Särndal et al. (1992), section 5.6

        variance Variance-and-sd
        How much answers differ between people: the weighted variance.
        > Use it with its root, sd.
        = Särndal et al. (1992), section 5.9

        sd Variance-and-sd
        The weighted standard deviation, with a standard error by linearisation.
        > Use it to say how much people differ, never how sure a mean is.
        = Särndal et al. (1992), section 5.9

        correlation Other-estimators
        The weighted correlation of two columns.
        > Use it for linear relations; it shows no cause.
        = Woodruff (1952); Hyndman & Fan (1996); Kitagawa (1955)

        quantile Other-estimators
        Weighted quantiles such as the median, with Woodruff's interval.
        > Use it where a few large answers pull the mean.
        = Woodruff (1952); Hyndman & Fan (1996); Kitagawa (1955)

        count Other-estimators
        Numbers of people by answer.
        > Use it where weights add up to the population.
        = Woodruff (1952); Hyndman & Fan (1996); Kitagawa (1955)

        standardised_mean Other-estimators
        Means with a composition that is the same in each group.
        > Use it to compare groups of different age or sex.
        = Woodruff (1952); Hyndman & Fan (1996); Kitagawa (1955)

        multiselect_responses Other-estimators
        Shares of people and of answers where several could be given.
        > Say which of the two you report.
        = Woodruff (1952); Hyndman & Fan (1996); Kitagawa (1955)

        df Design-and-variance
        Degrees of freedom of the design: sampling units less strata.
        > Look at it before trusting an interval of few units.
        = Binder (1983), International Statistical Review 51; Särndal et al. (1992), chapters 3 to 5

        weights Weights-of-a-study
        Sums and spread of the weights after the steps of a plan.
        > Look at the design effect and the largest weights.
        = Kish (1965), Survey Sampling

        chisq Tests
        Rao and Scott's test that two answers do not go together.
        > Use it for tables; the plain chi-squared test is wrong in a cluster sample.
        = Rao & Scott (1984); Thomas & Rao (1987); Lumley & Scott (2013)

        goodness_of_fit Tests
        A test of shares against those that are expected.
        > Use it against known counts.
        = Rao & Scott (1984); Thomas & Rao (1987); Lumley & Scott (2013)

        marginal_homogeneity Tests
        A test that two answers of the same people have the same shares.
        > Use it for the same question asked twice.
        = Rao & Scott (1984); Thomas & Rao (1987); Lumley & Scott (2013)

        ttest Tests
        A design-based t-test of a mean or of two.
        > Use it for two groups.
        = Rao & Scott (1984); Thomas & Rao (1987); Lumley & Scott (2013)

        ranktest Tests
        Design-based rank tests, such as those of Wilcoxon and of Kruskal and Wallis.
        > Use it where means say little.
        = Rao & Scott (1984); Thomas & Rao (1987); Lumley & Scott (2013)

        change Change
        The change between waves, with the covariance of people who took part twice.
        > Check first whether the questions may be compared.
        = Kish (1965), section 12.4; Tam (1984); Berger (2004)

        glm Models
        Regression with weights and design: linear, logistic, Poisson.
        > Read it as association; Models says what it assumes.
        = Binder (1983); McCullagh & Nelder (1989); Graubard & Korn (1999)

        alpha Scales
        Cronbach's alpha and what each item adds.
        > Use it for scales of one trait, not for checklists.
        = Cronbach (1951); Bonett (2002)

        pca Scales
        Principal components of weighted items.
        > Use it to see how many things a list of questions measures.
        = Cronbach (1951); Bonett (2002)

        fay_herriot Small-areas
        Small areas from direct estimates and covariates by area.
        > Use it where areas are many and each has few respondents.
        = Fay & Herriot (1979); Battese, Harter & Fuller (1988)

        bhf Small-areas
        Small areas from answers of people and known population means.
        > Use it where covariates are known for each respondent.
        = Fay & Herriot (1979); Battese, Harter & Fuller (1988)

        kmeans Weighted-k-means
        Groups of people who answer alike, with weights.
        > Look at stability before giving groups a name.
        = Lloyd (1982); Arthur & Vassilvitskii (2007)

        lca Latent-classes
        Latent classes: groups that explain how answers go together, with the chance of each.
        > Compare numbers of classes by BIC and stability.
        = Goodman (1974), Biometrika 61; Patterson, Dayton & Graubard (2002), JASA 97

        cell_suppression Table-suppression
        What to hide in a table beside the cells that must be hidden.
        > Attack the result with `peil disclosure audit`.
        = Fischetti & Salazar (2001), Management Science 47

        rake Raking
        Weights that meet margins one after another until all hold.
        > Use it where only margins are known.
        = Deming & Stephan (1940); Deville & Särndal (1992), JASA 87

        poststratify Post-stratification
        Weights that meet every combination of a table.
        > Use it where each cell has enough people.
        = Holt & Smith (1979), JRSS A 142

        calibrate Calibration
        Weights nearest to the design's that meet totals, within bounds.
        > Use it for totals of numbers too.
        = Deville & Särndal (1992), JASA 87

        trim Trimming
        Large weights are cut, and what they lose is shared out.
        > See first what they do to the estimates.
        = Potter (1990), Proceedings of the ASA Section on Survey Research Methods

        nonresponse Non-response
        Weights of those who took part stand for those like them who did not.
        > It needs a frame with everybody who was asked.
        = Särndal et al. (1992), chapter 15; Little (1986)

        linearisation Design-and-variance
        Standard errors from influence values, summed by stratum and sampling unit.
        > This is the default; choose replicates where the file came with them.
        = Binder (1983), International Statistical Review 51; Särndal et al. (1992), chapters 3 to 5

        replicates Replicates
        Standard errors from estimates that are made again under other weights: jackknife, BRR, bootstrap.
        > Use them where a file came with them, or weighting is to be repeated.
        = Wolter (2007), chapters 3 to 5; Rao & Wu (1988)

        domain Domains
        An estimate for a part of the people, as a mask over the whole design.
        > Never filter the file first: strata would be lost.
        = Särndal et al. (1992), section 10.3

        segments Segments
        Groups into which a campaign divides people, by rules or found in the answers.
        > Freeze them before a second wave.
        = Maibach et al. (2011), PLoS ONE 6

        typing_tool Typing-tool
        A few questions that recognise the segments elsewhere.
        > Look at its confusion matrix.
        = Chryst et al. (2018), Environmental Communication 12

        disclosure Disclosure
        Small cells, and those that would tell them, are hidden; the rest is rounded.
        > See what is hidden and why in the annex of a report.
        = Hundepool et al. (2012), Statistical Disclosure Control

        power Planning
        How many people a next wave needs, and what change it could find.
        > Plan with it before fieldwork.
        = Cochran (1977), section 4.4; Kish (1965), section 8.2

        panel Opt-in-samples
        A sample of people who chose to take part: margins hold under an assumption that the report names.
        > Weight it, and say what is assumed.
        = AAPOR Task Force on Non-Probability Sampling (2013)

        response Response
        AAPOR's outcome rates from the frame.
        > Report which rate it is.
        = AAPOR, Standard Definitions (10th edition, 2023)
        """
}
