# What is asked of which design. `all_cases()` gives plans; evaluate.R adds what is expected.

columns_of <- function(...) as.list(c(...))
item <- function(id, statistic, variables = character(), by = NULL, domain = NULL, ...) {
  x <- list(id = id, statistic = statistic, variables = as.list(variables))
  if (!is.null(by)) x$by <- as.list(by)
  if (!is.null(domain)) x$domain <- domain
  options <- list(...)
  if (length(options)) x$options <- options
  x
}
where <- function(column, op, value = NULL) {
  c(list(column = column, op = op), if (!is.null(value)) list(value = if (length(value) > 1) as.list(value) else value))
}
taylor <- function(weights = NULL, strata = NULL, clusters = NULL, fpc = NULL, fpc_kind = "population_size",
                   lonely_psu = "fail", lonely_domain = FALSE, from = NULL, adjust = NULL) {
  d <- list(kind = "taylor")
  if (!is.null(weights)) d$weights <- weights
  d <- c(d, list(strata = as.list(strata), clusters = as.list(clusters), fpc = as.list(fpc), fpc_kind = fpc_kind,
                 nest = !is.null(strata) && !is.null(clusters), lonely_psu = lonely_psu, lonely_domain = lonely_domain))
  if (!is.null(from)) d$replicate_from <- from
  if (!is.null(adjust)) d$adjust <- if (is.null(names(adjust))) adjust else list(adjust)
  d
}
intercept <- function(total) list(term = "intercept", total = total)
indicator <- function(column, level, total) list(term = "indicator", column = column, level = level, total = total)
numeric_term <- function(column, total) list(term = "numeric", column = column, total = total)
calibration <- function(calfun, ..., bounds = NULL, bounds_on = NULL, aggregate_stage = NULL) {
  s <- list(method = "calibrate", terms = list(...), calfun = calfun)
  if (!is.null(bounds)) s$bounds <- as.list(bounds)
  if (!is.null(bounds_on)) s$bounds_on <- bounds_on
  c(s, list(epsilon = 1e-12, maxit = 200), if (!is.null(aggregate_stage)) list(aggregate_stage = aggregate_stage))
}
trimming <- function(upper, lower = NULL, strict = TRUE) c(list(method = "trim", upper = upper), if (!is.null(lower)) list(lower = lower), list(strict = strict))
replicates <- function(weights, type, prefix, to, scale, rscales = list(1), mse = FALSE, combined = TRUE, rho = NULL, adjust = NULL) {
  r <- list(type = type, prefix = prefix, from = 1, to = to, combined_weights = combined, mse = mse)
  if (!is.null(rho)) r$rho <- rho
  r$scale <- scale; r$rscales <- as.list(rscales)
  d <- list(kind = "replicate", weights = weights, replicate = r)
  if (!is.null(adjust)) d$adjust <- if (is.null(names(adjust))) adjust else list(adjust)
  d
}
case <- function(id, capability, dataset, design, items, note = NULL)
  list(id = id, capability = as.list(capability), dataset = paste0("data/", dataset, ".csv"), design = design, note = note, items = items)

contrast <- function(name, coef = NULL, expr = NULL) c(list(name = name), if (!is.null(coef)) list(coef = as.list(coef)), if (!is.null(expr)) list(expr = expr))
quantiles <- function(variable, rules, kinds, probs, domain = NULL, level = 0.95)
  unlist(lapply(rules, function(r) lapply(kinds, function(k)
    item(paste("q", variable, r, k, sep = "."), "quantile", variable, domain = domain, probs = as.list(probs), qrule = r, interval = k, level = level))), FALSE)
tests <- function(id, variables, kinds, domain = NULL)
  lapply(kinds, function(k) c(item(paste(id, k, sep = "."), "chisq", variables, domain = domain), list(options = list(statistic = k))))
ranks <- function(id, variables, kinds, domain = NULL)
  lapply(kinds, function(k) item(paste(id, k, sep = "."), "ranktest", variables, domain = domain, test = k))

tolerance_of <- function(item, case) {
  iterative <- any(sapply(case$design$adjust, function(s) s$method == "rake" || (s$method == "calibrate" && s$calfun != "linear")))
  if (iterative) return(list(rel = 1e-5, abs = 1e-8, reason = "raked to convergence; iterative"))
  if (item$statistic == "prop_ci") return(list(rel = 1e-6, abs = 1e-9, reason = "beta quantiles (qbeta) and the IRLS fit behind logit and likelihood"))
  if (item$statistic == "chisq" && item$options$statistic %in% c("saddlepoint", "lincom"))
    return(list(rel = 1e-5, abs = 1e-7, reason = "root finding or numerical integration in the p-value; the statistic itself is closed form"))
  if (item$statistic == "ranktest") return(list(rel = 1e-8, abs = 1e-10, reason = "closed form given the ranks"))
  list(rel = 1e-8, abs = 1e-10, reason = "closed form")
}
source_of <- function(item, case) {
  call <- switch(item$statistic, mean = "svymean", total = "svytotal", proportion = "svymean of indicators", ratio = "svyratio",
    variance = "svyvar", sd = "sqrt(svyvar), delta-method SE", quantile = "svyquantile(na.rm = TRUE); df is that of the domain",
    prop_ci = "svyciprop on the rows with an answer", df = "degf", weights = "weights", chisq = "svychisq on the rows with answers",
    ttest = "svyttest on the rows with answers; se = estimate/t", ranktest = "svyranktest on the rows with answers", correlation = "svyvar; se by the delta method from its covariance",
    multiselect_responses = "svyratio of each column over their sum, rows with answers")
  s <- list(package = "R survey 4.1-1", call = call, check = "base-R formula, statistics/independent.R")
  if (identical(case$design$lonely_psu, "adjust") && item$statistic == "total")
    s <- list(package = "base R, statistics/independent.R", call = "formula: centre = sum of the PSU totals over their number (survey 4.5; 4.1-1 centres totals at 0)")
  if (item$statistic == "chisq" && item$options$statistic == "lincom")
    s <- list(package = "base R, statistics/independent.R", call = "p by Imhof's integral of the F mixture; the statistic is svychisq's (without CompQuadForm it takes the saddlepoint)")
  replicate <- identical(case$design$kind, "replicate") || !is.null(case$design$replicate_from)
  if (replicate && item$statistic == "quantile" && item$options$interval != "mean")
    s <- list(package = "base R, statistics/independent.R", call = paste0("formula: Woodruff with the ", item$options$interval, " interval (4.1-1 takes the Wald interval with replicates); the estimate is svyquantile's"))
  s
}

all_cases <- function() {
  strata <- c("Zuid Holland", "Frysl\u00e2n", "Noord-Brabant", "Sint Maarten", "Ameland")
  towns <- function(...) taylor("w", "stratum", ...)
  general <- list(
    item("mean.y", "mean", "y", deff = "without_replacement"),
    item("mean.listwise", "mean", c("y", "x", "z"),
         contrast = list(contrast("y-z", c(y = 1, z = -1)), contrast("all", c(y = 0.5, x = 0.25, z = -2)),
                         contrast("logratio", expr = "log(y/x)"), contrast("curved", expr = "sqrt(x) * z^2 - exp(y / 10)"))),
    item("mean.constant", "mean", "steady"),
    item("mean.certain", "mean", c("everyone", "nobody")),
    item("mean.level", "mean", "x", level = 0.8),
    item("total.x", "total", "x", deff = "replace"),
    item("total.rare", "total", c("rare", "vote")),
    item("prop.mode", "proportion", "mode", deff = "without_replacement"),
    item("prop.one.level", "proportion", "steady"),
    item("ratio.y.x", "ratio", c("y", "x")),
    item("ratio.to.constant", "ratio", c("x", "steady")),
    item("var.y", "variance", "y"),
    item("var.three", "variance", c("y", "x", "z")),
    item("sd.x", "sd", "x"),
    item("df", "df"), item("weights", "weights"))
  grouped <- list(
    item("by.mode", "mean", "y", by = "mode", contrast = list(contrast("auto-fiets", c(auto = 1, fiets = -1)))),
    item("by.stratum", "total", "x", by = "stratum"),
    item("by.two", "mean", "x", by = c("sex", "age")),
    item("by.coast", "mean", c("x", "vote"), by = "coast"),
    item("by.prop", "proportion", "sex", by = "age"),
    item("by.ratio", "ratio", c("y", "x"), by = "sex"),
    item("by.var", "variance", "x", by = "age"))
  domains <- list(
    item("is", "mean", "y", domain = list(where("stratum", "==", "Frysl\u00e2n"))),
    item("is.not", "mean", "y", domain = list(where("mode", "!=", "auto"))),
    item("below", "total", "x", domain = list(where("y", "<", 4))),
    item("up.to", "mean", "x", domain = list(where("score", "<=", 5))),
    item("above", "ratio", c("z", "x"), domain = list(where("z", ">", 2))),
    item("from", "proportion", "mode", domain = list(where("score", ">=", 4), where("sex", "==", "v"))),
    item("among", "mean", c("x", "y"), domain = list(where("stratum", "in", c("Ameland", "Sint Maarten", "Noord-Brabant")))),
    item("answered", "total", "x", domain = list(where("z", "notmissing"))),
    item("absent.from.strata", "total", "x", domain = list(where("coast", "==", "kust"))),
    item("complete.stratum", "mean", "x", domain = list(where("stratum", "==", "Ameland"))),
    item("df.domain", "df", domain = list(where("coast", "==", "kust"))))
  cases <- list(
    case("s01-strat-size", c("mean", "total", "proportion", "ratio", "variance", "deff", "domain"), "towns",
         towns(fpc = "population"), c(general, grouped, domains)),
    case("s02-strat-fraction", c("mean", "total", "proportion"), "towns",
         towns(fpc = "share_sampled", fpc_kind = "sampling_fraction"), c(general[c(1, 2, 6, 8, 10)], grouped[c(1, 2)], domains[c(1, 10)])),
    case("s03-strat-wr", c("mean", "total", "domain"), "towns", towns(), c(general, grouped[1:5], domains)),
    case("s04-zero-weights", c("mean", "total", "variance"), "towns", taylor("w0"),
         c(general[c(1, 2, 6, 8, 10:16)], grouped[c(1, 3, 6)], domains[c(2, 3, 5)]),
         "rows of weight 0 are no units for the degrees of freedom and for n"),
    case("s05-no-design", c("mean", "proportion"), "towns", taylor(), c(general[c(2, 9, 10, 12)], grouped[c(1, 3)]), "no weights: 1 each"),
    case("s06-quantile-strat", "quantile", "towns", towns(fpc = "population"),
         c(quantiles("x", c("math", "school", "hf7"), c("mean", "xlogit", "beta"), c(0.1, 0.25, 0.5, 0.9)),
           quantiles("score", c("math", "school", "hf7"), "mean", c(0.2, 0.5, 0.8)),
           list(item("q.extreme", "quantile", "x", probs = list(0.001, 0.999), qrule = "math", interval = "mean"),
                item("q.domain", "quantile", "x", domain = list(where("mode", "in", c("fiets", "auto"))), probs = list(0.5), qrule = "math", interval = "mean", level = 0.9)))),
    case("s07-prop-ci", "prop_ci", "towns", towns(fpc = "population"), list(
           item("vote", "prop_ci", "vote", value = 1, op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95),
           item("mode", "prop_ci", "mode", value = "\u00e0 pied", op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.9),
           item("score", "prop_ci", "score", domain = list(where("sex", "==", "v")), value = 7, op = ">=", methods = list("mean", "logit", "beta", "xlogit"), level = 0.99),
           item("rare", "prop_ci", "rare", value = 1, op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95))),
    case("s08-likelihood", "prop_ci", "towns", towns(fpc = "population"), list(
           item("vote", "prop_ci", "vote", value = 1, op = "==", methods = list("likelihood"), level = 0.95),
           item("rare", "prop_ci", "rare", value = 1, op = "==", methods = list("likelihood", "wilson"), level = 0.95),
           item("vote.wilson", "prop_ci", "vote", value = 1, op = "==", methods = list("wilson"), level = 0.9)),
         "bounds by the formula: survey 4.1-1 reads those of the likelihood off a spline through few points, and has no Wilson interval"),
    case("s09-correlation", "correlation", "towns", towns(fpc = "population"), list(
           item("three", "correlation", c("y", "x", "z"), missing = "listwise"),
           item("pair", "correlation", c("y", "score"), missing = "listwise"),
           item("domain", "correlation", c("x", "z"), domain = list(where("sex", "==", "v")), missing = "listwise"))),
    case("s10-multiselect", "multiselect", "towns", towns(fpc = "population"), list(
           item("cases", "mean", paste0("m", 1:4), contrast = list(contrast("m1-m2", c(m1 = 1, m2 = -1)))),
           item("responses", "multiselect_responses", paste0("m", 1:4)),
           item("responses.domain", "multiselect_responses", paste0("m", 1:4), domain = list(where("sex", "==", "m"))))))

  of_clusters <- list(
    item("mean.income", "mean", "income", deff = "replace"),
    item("mean.listwise", "mean", c("income", "rent", "owner"), contrast = list(contrast("share", expr = "rent/income"))),
    item("total.rent", "total", "rent", deff = "without_replacement"),
    item("prop.school", "proportion", "school"),
    item("ratio", "ratio", c("rent", "income")),
    item("cov", "variance", c("income", "rent")), item("sd", "sd", "income"),
    item("by.trust", "mean", "income", by = "trust", contrast = list(contrast("veel-geen", c(veel = 1, geen = -1)))),
    item("by.stratum", "total", "rent", by = "stratum"),
    item("by.two", "mean", "rent", by = c("sex", "opinion")),
    item("by.corner", "total", "rent", by = "corner"),
    item("domain.corner", "mean", "rent", domain = list(where("corner", "==", "ja"))),
    item("domain.rich", "mean", "income", domain = list(where("income", ">=", 2000), where("sex", "==", "v"))),
    item("domain.stratum", "total", "income", domain = list(where("stratum", "==", "\u00cele verte"))),
    item("df", "df"), item("df.corner", "df", domain = list(where("corner", "==", "ja"))))
  in_strata <- function(...) taylor("w", "stratum", ...)
  wild <- c("F", "Chisq", "Wald", "adjWald", "saddlepoint", "lincom")
  cases <- c(cases, list(
    case("s11-two-stage-strat", c("multistage", "nest"), "clusters", in_strata(clusters = c("district", "street"), fpc = c("districts", "streets")), of_clusters),
    case("s12-two-stage", "multistage", "clusters", taylor("w", clusters = c("district_code", "street"), fpc = c("all_districts", "streets")), of_clusters),
    case("s13-three-stage", c("multistage", "nest"), "clusters",
         in_strata(clusters = c("district", "street", "person"), fpc = c("districts", "streets", "people")), of_clusters),
    case("s14-clusters-wr", "nest", "clusters", in_strata(clusters = c("district", "street")), of_clusters, "no fpc: only the first stage counts"),
    case("s15-clusters-fpc", "nest", "clusters", in_strata(clusters = "district", fpc = "districts"), of_clusters),
    case("s16-quantile-cluster", "quantile", "clusters", in_strata(clusters = "district"),
         c(quantiles("income", c("math", "school", "hf7"), c("mean", "xlogit", "beta"), c(0.25, 0.5, 0.75)),
           quantiles("rating", c("math", "school", "hf7"), "mean", c(0.1, 0.5, 0.95)),
           list(item("q.domain", "quantile", "rent", domain = list(where("trust", "==", "geen")), probs = list(0.05, 0.5), qrule = "hf7", interval = "mean")))),
    case("s17-prop-ci-cluster", "prop_ci", "clusters", in_strata(clusters = "district", fpc = "districts"), list(
           item("owner", "prop_ci", "owner", value = 1, op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95),
           item("rating", "prop_ci", "rating", value = 4, op = "<", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95),
           item("school", "prop_ci", "school", domain = list(where("corner", "==", "nee")), value = "d", op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95))),
    case("s18-correlation-cluster", "correlation", "clusters", in_strata(clusters = c("district", "street"), fpc = c("districts", "streets")),
         list(item("three", "correlation", c("before", "after", "rating"), missing = "listwise"),
              item("domain", "correlation", c("income", "rent"), domain = list(where("owner", "==", 1)), missing = "listwise")))))

  of_lonely <- list(item("mean.y", "mean", "y"), item("mean.two", "mean", c("y", "x")), item("total.x", "total", "x"), item("total.y", "total", "y"),
    item("ratio", "ratio", c("y", "x")), item("prop", "proportion", "group"), item("by.group", "mean", "y", by = "group"),
    item("group.r", "mean", "y", domain = list(where("group", "==", "r"))), item("total.group.r", "total", "x", domain = list(where("group", "==", "r"))),
    item("some.strata", "total", "x", domain = list(where("stratum", "in", c("A", "B los", "C")))), item("var", "variance", "x"), item("df", "df"))
  for (rule in c("remove", "certainty", "adjust", "average")) for (inside in c(FALSE, TRUE))
    cases <- c(cases, list(case(paste0("s20-lonely-", rule, if (inside) "-domain"), c("lonely_psu", if (inside) "lonely_domain"), "lonely",
      taylor("w", "stratum", "unit", lonely_psu = rule, lonely_domain = inside), of_lonely,
      if (inside && rule %in% c("remove", "certainty")) "as R: with remove and certainty a stratum where only the domain has one PSU is computed as usual"),
      if (!inside) case(paste0("s21-lonely-", rule, "-fpc"), "lonely_psu", "lonely",
        taylor("w", "stratum", "unit", fpc = "all_units", lonely_psu = rule), of_lonely, "'de Hoek' is complete: it is never lonely")))
  cases <- Filter(Negate(is.null), cases)
  cases <- c(cases, list(case("s22-lonely-fail", "lonely_psu", "lonely", taylor("w", "stratum", "unit"), list(
    item("mean.y", "mean", "y", expect_error = TRUE), item("total.x", "total", "x", expect_error = TRUE)))))

  post_one <- list(method = "poststratify", by = list("age"), totals = list(
    list(age = "16-34", total = 71000), list(age = "35-64", total = 96000), list(age = "65+", total = 36500)))
  post_two <- list(method = "poststratify", by = list("sex", "age"), totals = list(
    list(sex = "m", age = "16-34", total = 40200), list(sex = "m", age = "35-64", total = 51000), list(sex = "m", age = "65+", total = 13000),
    list(sex = "v", age = "16-34", total = 33000), list(sex = "v", age = "35-64", total = 44000.5), list(sex = "v", age = "65+", total = 22300)))
  rake_towns <- list(method = "rake", margins = list(
    list(variable = "sex", totals = list(m = 99000, v = 104500)), list(variable = "age", totals = list("16-34" = 71000, "35-64" = 96000, "65+" = 36500)),
    list(variable = "coast", totals = list(kust = 32500, binnenland = 171000))), maxit = 1000, epsilon = 1e-12)
  rake_clusters <- list(method = "rake", margins = list(
    list(variable = "sex", totals = list(m = 3100, v = 3300)), list(variable = "trust", totals = list(veel = 1700, enig = 3000, geen = 1700))), maxit = 1000, epsilon = 1e-12)
  calibrated <- list(item("weights", "weights"), item("mean.y", "mean", "y"), item("mean.two", "mean", c("x", "vote")), item("total.x", "total", "x"),
    item("prop.mode", "proportion", "mode"), item("prop.age", "proportion", "age"), item("ratio", "ratio", c("y", "x")), item("var", "variance", "x"),
    item("by.mode", "mean", "x", by = "mode", contrast = list(contrast("auto-fiets", c(auto = 1, fiets = -1)))), item("by.age", "total", "x", by = "age"),
    item("domain", "mean", "y", domain = list(where("coast", "==", "kust"))), item("domain.total", "total", "vote", domain = list(where("sex", "==", "v"), where("score", ">", 4))))
  of_raked_clusters <- list(item("weights", "weights"), item("mean", "mean", "income"), item("total", "total", "rent"), item("prop", "proportion", "opinion"),
    item("by", "mean", "rent", by = "stratum"), item("by.trust", "total", "rent", by = "trust"), item("ratio", "ratio", c("rent", "income")))
  cases <- c(cases, list(
    case("s30-poststratify", "poststratification", "towns", towns(fpc = "population", adjust = post_one), calibrated),
    case("s31-poststratify-two", "poststratification", "towns", towns(adjust = post_two), calibrated),
    case("s32-rake", "raking", "towns", towns(fpc = "population", adjust = rake_towns), calibrated),
    case("s33-rake-cluster", "raking", "clusters", in_strata(clusters = "district", adjust = rake_clusters), of_raked_clusters),
    case("s34-rake-two-stage", c("raking", "multistage"), "clusters",
         in_strata(clusters = c("district", "street"), fpc = c("districts", "streets"), adjust = rake_clusters), of_raked_clusters)))

  people <- c(list(intercept(229000)), list(indicator("sex", "v", 107000)), list(indicator("age", "35-64", 111000)), list(indicator("age", "65+", 38000)))
  with_x <- c(people, list(numeric_term("x", 860000)))
  calibrate_with <- function(terms, calfun, ...) do.call(calibration, c(list(calfun), terms, list(...)))
  of_clusters <- list(intercept(14000), indicator("sex", "v", 7100), numeric_term("before", 90000), indicator("trust", "veel", 3900))
  no_people <- list(numeric_term("before", 90000), indicator("trust", "geen", 3500))
  cases <- c(cases, list(
    case("s35-calibrate-linear", "calibration", "towns", towns(fpc = "population", adjust = calibrate_with(with_x, "linear")), calibrated),
    case("s35-calibrate-linear-bounded", "calibration", "towns", towns(adjust = calibrate_with(with_x, "linear", bounds = c(0.8, 1.3))), calibrated),
    case("s35-calibrate-raking", "calibration", "towns", towns(fpc = "population", adjust = calibrate_with(with_x, "raking")), calibrated),
    case("s35-calibrate-raking-bounded", "calibration", "towns", towns(adjust = calibrate_with(with_x, "raking", bounds = c(0.8, 1.3))), calibrated),
    case("s35-calibrate-logit", "calibration", "towns", towns(adjust = calibrate_with(with_x, "logit", bounds = c(0.7, 1.5))), calibrated),
    case("s35-calibrate-weight-bounds", "calibration", "towns", towns(adjust = calibrate_with(people, "linear", bounds = c(1, 7000), bounds_on = "weight")), calibrated),
    case("s36-calibrate-clusters", c("calibration", "multistage"), "clusters", in_strata(clusters = c("district", "street"), fpc = c("districts", "streets"),
      adjust = calibrate_with(of_clusters, "linear")), of_raked_clusters),
    case("s36-calibrate-no-constant", "calibration", "clusters", in_strata(clusters = "district", adjust = calibrate_with(no_people, "raking")), of_raked_clusters,
      "no constant in the span of the controls"),
    case("s37-trim", "trim", "towns", towns(adjust = trimming(6000)), calibrated),
    case("s37-trim-lower", "trim", "towns", towns(fpc = "population", adjust = trimming(5000, 200, FALSE)), calibrated),
    case("s38-rake-trim", c("raking", "trim"), "towns", towns(adjust = list(rake_towns, trimming(5000))), calibrated,
      "the margins no longer hold; survey keeps the residuals of the raking"),
    case("s38-calibrate-trim", c("calibration", "trim"), "towns", towns(adjust = list(calibrate_with(with_x, "linear"), trimming(7000, 100, FALSE))), calibrated),
    case("s39-trim-calibrate", c("calibration", "trim"), "towns", towns(adjust = list(trimming(5000), calibrate_with(people, "raking"))), calibrated)))

  jack <- list(item("mean", "mean", "income"), item("mean.two", "mean", c("rent", "owner"), contrast = list(contrast("r", expr = "log(rent) * owner"))),
    item("total", "total", "rent"), item("prop", "proportion", "school"), item("ratio", "ratio", c("rent", "income")), item("var", "variance", "rent"),
    item("cov", "variance", c("rent", "before")), item("sd", "sd", "rent"),
    item("by", "mean", "rent", by = "trust", contrast = list(contrast("veel-geen", c(veel = 1, geen = -1)), contrast("log", expr = "log(veel/geen)"))),
    item("by.two", "total", "rent", by = c("sex", "trust")), item("domain", "mean", "income", domain = list(where("sex", "==", "v"))),
    item("df", "df"), item("q", "quantile", "income", probs = list(0.25, 0.5), qrule = "math", interval = "mean"),
    item("q.hf7", "quantile", "rent", probs = list(0.5, 0.9), qrule = "hf7", interval = "mean"))
  from <- function(type, mse = FALSE) list(type = type, mse = mse)
  cases <- c(cases, list(
    case("s40-jk1", c("replicate", "jk1"), "clusters", taylor("w", clusters = "district_code", from = from("JK1")), jack),
    case("s41-jk1-fpc-mse", c("replicate", "jk1"), "clusters", taylor("w", clusters = "district_code", fpc = "all_districts", from = from("JK1", TRUE)), jack),
    case("s42-jkn", c("replicate", "jkn"), "clusters", in_strata(clusters = "district", from = from("JKn")), jack),
    case("s43-jkn-mse", c("replicate", "jkn"), "clusters", in_strata(clusters = "district", from = from("JKn", TRUE)), jack),
    case("s44-jkn-fpc", c("replicate", "jkn"), "clusters", in_strata(clusters = "district", fpc = "districts", from = from("JKn")), jack,
         "as R: the complete stratum has no replicates, and no degrees of freedom")))

  given <- list(item("mean.y", "mean", "y"), item("mean.two", "mean", c("x", "yes"), contrast = list(contrast("odds", expr = "yes/(1-yes)"))),
    item("total.x", "total", "x"), item("prop.kind", "proportion", "kind"), item("prop.opinion", "proportion", "opinion"), item("ratio", "ratio", c("y", "x")),
    item("var.x", "variance", "x"), item("var.two", "variance", c("x", "y")), item("sd", "sd", "x"),
    item("by.kind", "mean", "y", by = "kind", contrast = list(contrast("rood-blauw", c(rood = 1, blauw = -1)))),
    item("by.ratio", "ratio", c("y", "x"), by = "sex"), item("by.two", "total", "x", by = c("sex", "kind")), item("by.prop", "proportion", "sex", by = "kind"),
    item("domain", "mean", c("x", "y"), domain = list(where("rating", ">=", 3), where("sex", "==", "m"))), item("level", "mean", "x", level = 0.9), item("df", "df"))
  more <- list(item("q.math", "quantile", "x", probs = list(0.25, 0.5, 0.75), qrule = "math", interval = "mean"),
    item("q.school.xlogit", "quantile", "x", probs = list(0.5), qrule = "school", interval = "xlogit"),
    item("q.rating.school", "quantile", "rating", probs = list(0.3, 0.5), qrule = "school", interval = "mean"),
    item("q.hf7", "quantile", "x", probs = list(0.1, 0.5), qrule = "hf7", interval = "mean"))
  prop <- list(item("ci", "prop_ci", "yes", value = 1, op = "==", methods = list("mean", "logit", "beta", "xlogit"), level = 0.95))
  cor <- list(item("cor", "correlation", c("x", "y"), missing = "listwise"))
  brr <- function(...) replicates("w", "BRR", "brr_", 8, 1 / 8, ...)
  bootstrap <- function(...) replicates("w", "bootstrap", "bs", 20, 1 / 19, ...)
  fay <- function(...) replicates("w", "Fay", "fay", 8, 1 / (8 * 0.7^2), combined = FALSE, rho = 0.3, ...)
  post <- list(method = "poststratify", by = list("sex"), totals = list(list(sex = "m", total = 900), list(sex = "v", total = 1050)))
  rake_kind <- list(method = "rake", margins = list(list(variable = "sex", totals = list(m = 900, v = 1050)),
    list(variable = "kind", totals = list(rood = 850, groen = 700, blauw = 400))), maxit = 1000, epsilon = 1e-12)
  with_weights <- c(list(item("weights", "weights")), given)
  jkn_rscales <- function() {   # in the order of the columns: strata of 4, 6 and 9 with fpc 0.5, none, 0.9
    c(rep(3 / 4 * 0.5, 4), rep(5 / 6, 6), rep(8 / 9 * 0.9, 9))
  }
  cases <- c(cases, list(
    case("s50-brr", c("replicate", "brr"), "replicates", brr(), c(given, more)),
    case("s51-brr-mse", c("replicate", "brr"), "replicates", brr(mse = TRUE), given),
    case("s52-fay", c("replicate", "brr"), "replicates", fay(), c(given, more), "replicate factors, not combined"),
    case("s53-bootstrap", c("replicate", "bootstrap"), "replicates", bootstrap(), c(given, more)),
    case("s54-successive-difference", "replicate", "replicates", replicates("w", "other", "sdr_", 16, 4 / 16, mse = TRUE, combined = FALSE), c(given, more)),
    case("s55-jkn-rscales", c("replicate", "jkn"), "jackknife", replicates("w", "JKn", "jk_", 19, 1, jkn_rscales(), combined = FALSE), list(
      item("mean", "mean", c("y", "x")), item("total", "total", "y"), item("ratio", "ratio", c("y", "x")), item("by", "mean", "y", by = "g"),
      item("by.stratum", "total", "x", by = "stratum"), item("var", "variance", "y"), item("prop", "proportion", "stratum"), item("df", "df"))),
    case("s56-jkn-rscales-mse", c("replicate", "jkn"), "jackknife", replicates("w", "JKn", "jk_", 19, 1, jkn_rscales(), mse = TRUE, combined = FALSE), list(
      item("mean", "mean", c("y", "x")), item("total", "total", "y"), item("domain", "mean", "x", domain = list(where("g", "==", "b"))))),
    case("s57-empty-replicate", "replicate", "replicates", brr(), list(
      item("total.spot", "total", "x", domain = list(where("spot", "==", "hier"))), item("by.spot.total", "total", "x", by = "spot")),
      "'hier' is one unit: half of the replicates have none of it. Totals are 0 there"),
    case("s58-empty-replicate-mean", "replicate", "replicates", brr(), list(
      item("mean.spot", "mean", "x", domain = list(where("spot", "==", "hier"))), item("ratio.spot", "ratio", c("yes", "x"), domain = list(where("spot", "==", "hier")))),
      "as R: replicates where the domain is empty are left out of the sum and of the mean, scale stays"),
    case("s60-brr-poststratify", c("replicate", "poststratification"), "replicates", brr(adjust = post), with_weights),
    case("s61-brr-rake", c("replicate", "raking"), "replicates", fay(adjust = rake_kind), with_weights),
    case("s62-bootstrap-poststratify", c("replicate", "poststratification"), "replicates", bootstrap(mse = TRUE, adjust = post), with_weights),
    case("s63-jkn-rake", c("replicate", "raking", "jkn"), "clusters", in_strata(clusters = "district", adjust = rake_clusters, from = from("JKn")), c(list(item("weights", "weights")), jack[1:12])),
    case("s64-jk1-poststratify", c("replicate", "poststratification", "jk1"), "clusters", taylor("w", clusters = "district_code", from = from("JK1", TRUE),
      adjust = list(method = "poststratify", by = list("sex"), totals = list(list(sex = "m", total = 3100), list(sex = "v", total = 3300)))), c(list(item("weights", "weights")), jack[1:12])),
    case("s64-jkn-calibrate", c("replicate", "calibration", "jkn"), "clusters", in_strata(clusters = "district", adjust = calibration("linear", intercept(14000),
      indicator("sex", "v", 7100), numeric_term("before", 90000)), from = from("JKn")), c(list(item("weights", "weights")), jack[1:12])),
    case("s64-brr-calibrate", c("replicate", "calibration"), "replicates", brr(adjust = calibration("raking", indicator("sex", "m", 900), indicator("sex", "v", 1050),
      numeric_term("rating", 8200))), with_weights),
    case("s65-prop-ci-replicate", c("replicate", "prop_ci"), "replicates", bootstrap(), prop),
    case("s66-correlation-replicate", c("replicate", "correlation"), "replicates", brr(), cor)))

  chi_clusters <- c(
    tests("2x2", c("sex", "opinion"), wild), tests("3x4", c("trust", "school"), wild), tests("4x2", c("stratum", "sex"), c("F", "Chisq")),
    tests("domain", c("sex", "opinion"), wild[1:4], domain = list(where("corner", "==", "nee"))),
    tests("domain.3x2", c("trust", "sex"), c("F", "Wald"), domain = list(where("owner", "==", 1))))
  cases <- c(cases, list(
    case("s70-chisq-cluster", "chisq", "clusters", in_strata(clusters = "district"), chi_clusters),
    case("s71-chisq-strat", "chisq", "towns", towns(fpc = "population"), c(tests("mode.age", c("mode", "age"), wild), tests("sex.coast", c("sex", "coast"), wild[1:4]),
      tests("vote.mode", c("vote", "mode"), c("F", "adjWald")))),
    case("s72-chisq-two-stage", "chisq", "clusters", in_strata(clusters = c("district", "street"), fpc = c("districts", "streets")), tests("3x2", c("trust", "opinion"), wild)),
    case("s73-chisq-replicate", c("chisq", "replicate"), "replicates", bootstrap(), c(tests("kind.opinion", c("kind", "opinion"), c("F", "Chisq", "Wald", "adjWald")), tests("sex.yes", c("sex", "yes"), c("F", "Chisq", "Wald", "adjWald")))),
    case("s74-chisq-raked", c("chisq", "raking"), "clusters", in_strata(clusters = "district", adjust = rake_clusters), tests("sex.opinion", c("sex", "opinion"), c("F", "Wald"))),
    case("s80-ttest", "ttest", "clusters", in_strata(clusters = "district", fpc = "districts"), list(
      item("groups", "ttest", c("income", "sex")), item("groups.missing", "ttest", c("rating", "opinion")), item("numeric.group", "ttest", c("rent", "owner")),
      item("paired", "ttest", c("after - before", "1")), item("one", "ttest", c("before", "1")),
      item("domain", "ttest", c("rent", "opinion"), domain = list(where("trust", "!=", "geen"))), item("paired.domain", "ttest", c("after - before", "1"), domain = list(where("sex", "==", "v"))))),
    case("s81-ttest-strat", "ttest", "towns", towns(), list(item("groups", "ttest", c("y", "sex")), item("coast", "ttest", c("x", "coast")), item("paired", "ttest", c("y - z", "1")),
      item("domain", "ttest", c("score", "sex"), domain = list(where("age", "in", c("16-34", "65+")))))),
    case("s82-ttest-replicate", c("ttest", "replicate"), "replicates", brr(), list(item("groups", "ttest", c("y", "sex")), item("one", "ttest", c("x", "1")), item("paired", "ttest", c("x - y", "1")))),
    case("s90-ranktest", "ranktest", "clusters", in_strata(clusters = "district"), c(
      ranks("income.sex", c("income", "sex"), c("wilcoxon", "median", "vanderWaerden", "KruskalWallis")),
      ranks("rating.opinion", c("rating", "opinion"), c("wilcoxon", "median", "vanderWaerden", "KruskalWallis")),
      ranks("rating.school", c("rating", "school"), "KruskalWallis"), ranks("rent.trust", c("rent", "trust"), "KruskalWallis"),
      ranks("domain", c("before", "sex"), c("wilcoxon", "median"), domain = list(where("owner", "==", 0))))),
    case("s91-ranktest-strat", "ranktest", "towns", towns(fpc = "population"), c(
      ranks("score.sex", c("score", "sex"), c("wilcoxon", "median", "vanderWaerden")), ranks("score.mode", c("score", "mode"), "KruskalWallis"))),
    case("s92-ranktest-replicate", c("ranktest", "replicate"), "replicates", bootstrap(), ranks("rating.sex", c("rating", "sex"), c("wilcoxon", "median")),
      "as R: the ranks are those of the full sample in every replicate")))
  cases
}
