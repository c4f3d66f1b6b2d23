# Rscript haaglanden.R INPUT.csv OUTPUT.json [MARGINS.csv]
#
# The sample study's numbers as R's survey package computes them, so that peil's can be compared with a peer.
# INPUT is the prepared microdata of one wave: the design columns below, geslacht_mv (m, v or empty),
# leeftijd_klasse, and any number of numeric answers; an empty field is a missing answer. MARGINS is the study's
# margins.csv. The numbers belong to the version of survey that OUTPUT names (Debian 12 has 4.1-1).

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 2:3) stop("usage: Rscript haaglanden.R INPUT.csv OUTPUT.json [MARGINS.csv]")
this_script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
margins_file <- if (length(arguments) == 3) arguments[3] else
  file.path(dirname(this_script), "..", "..", "Data", "haaglanden", "margins.csv")
input_file <- arguments[1]
source(file.path(dirname(this_script), "haaglanden-design.R"))

# ---- statistics ----

row <- function(statistic, variable, estimate, se, ...) {
  c(list(statistic = statistic, variable = variable, estimate = as.numeric(estimate), se = as.numeric(se)), list(...))
}

# The intervals stand here as formulas, because svyciprop() of 4.1-1 fails or counts rows outside the domain on a
# calibrated design with missing answers. On the design before calibration they are compared with svyciprop().
tail <- 0.025
intervals <- list(
  logit = function(p, se, n, df) plogis(qlogis(p) + c(1, -1) * qt(tail, df) * se / (p * (1 - p))),
  # Korn and Graubard 1998, n = complete rows.
  beta = function(p, se, n, df) {
    effective <- p * (1 - p) / se^2 * (qt(tail, n - 1) / qt(tail, df))^2
    c(qbeta(tail, effective * p, effective * (1 - p) + 1), qbeta(1 - tail, effective * p + 1, effective * (1 - p)))
  })

check_interval <- function(bounds, name, complete, method, df) {
  peer <- as.numeric(attr(svyciprop(reformulate(name), complete, method = method, df = df), "ci"))
  if (max(abs(bounds - peer)) > 1e-8) stop(method, " interval of ", name, " differs from svyciprop()")
}

statistics <- function(design, is_calibrated) {
  rows <- list()
  add <- function(item) rows[[length(rows) + 1]] <<- item
  for (name in answers) {
    formula <- reformulate(name)
    mean <- svymean(formula, design, na.rm = TRUE)
    total <- svytotal(formula, design, na.rm = TRUE)
    # svyvar() counts all rows of its design, so it is given the complete ones only.
    variance <- svyvar(formula, design[!is.na(data[[name]]), ], na.rm = TRUE)
    add(row("mean", name, coef(mean), SE(mean), n = sum(!is.na(data[[name]]))))
    add(row("total", name, coef(total), SE(total)))
    add(row("variance", name, as.numeric(variance)[1], sqrt(attr(variance, "var"))[1]))
    groups <- svyby(formula, ~gemeente, design, svymean, na.rm = TRUE, keep.names = FALSE)
    for (i in seq_len(nrow(groups))) add(row("mean", name, groups[i, name], SE(groups)[i], gemeente = groups$gemeente[i]))
  }
  for (name in yes_no) {
    complete <- design[!is.na(data[[name]]), ]
    n <- sum(!is.na(data[[name]]))
    mean <- svymean(reformulate(name), complete, na.rm = TRUE)
    p <- as.numeric(coef(mean))
    se <- as.numeric(SE(mean))
    if (p <= 0 || p >= 1) next
    df <- degf(complete)
    for (method in names(intervals)) {
      bounds <- intervals[[method]](p, se, n, df)
      if (!is_calibrated) check_interval(bounds, name, complete, method, df)
      add(row("prop_ci", name, p, se, method = method, df = df, lower = bounds[1], upper = bounds[2]))
    }
  }
  if (length(yes_no) >= 2) {
    ratio <- svyratio(reformulate(yes_no[1]), reformulate(yes_no[2]), design, na.rm = TRUE)
    add(row("ratio", paste(yes_no[1], yes_no[2], sep = "/"), coef(ratio), SE(ratio)))
  }
  rows
}

weight_summary <- function(w) {
  list(n = length(w), sum = sum(w), sum_squares = sum(w^2), min = min(w), max = max(w), first = as.list(head(w, 10)))
}

describe <- function(design, is_calibrated) {
  list(degf = degf(design), weights = weight_summary(as.numeric(weights(design))), results = statistics(design, is_calibrated))
}

# ---- JSON ----

as_json <- function(value) {
  if (is.list(value) && !is.null(names(value)))
    return(paste0("{", paste(sprintf("%s: %s", vapply(names(value), as_json, ""), vapply(value, as_json, "")), collapse = ", "), "}"))
  if (is.list(value)) return(paste0("[", paste(vapply(value, as_json, ""), collapse = ",\n"), "]"))
  if (is.character(value)) return(encodeString(value, quote = "\""))
  if (!is.finite(value)) return("null")
  sprintf("%.17g", value)
}

difference <- max(abs(weights(raked) / weights(calibrated) - 1))
if (difference > 1e-7) stop("rake() and calibrate() give different weights: ", format(difference))
result <- list(
  schema = "peil-golden-1",
  made_by = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))),
  conventions = list(lonely_psu = "adjust", calibrated_se = "base-weighted residuals (calibrate, raking distance)", level = 0.95),
  rows = nrow(data),
  rake_against_calibrate = difference,
  designs = list(base = describe(base_design, FALSE), calibrated = describe(calibrated, TRUE)))
writeLines(as_json(result), arguments[2], useBytes = TRUE)
