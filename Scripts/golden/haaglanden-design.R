# The sample study's data and designs in R, for the scripts beside this file: `data`, `margins`, `base_design`, `raked` and
# `calibrated`. They set `input_file` (prepared microdata of one wave) and `margins_file` before they source this one.

suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", stringsAsFactors = FALSE)

# A table with ',' or ';' between fields; with ';' a number may have a decimal comma.
read_table <- function(path) {
  first <- readLines(path, n = 1, encoding = "UTF-8")
  separator <- if (grepl(";", first)) ";" else ","
  table <- read.table(path, header = TRUE, sep = separator, quote = "\"", na.strings = "", comment.char = "",
                      colClasses = "character", fileEncoding = "UTF-8-BOM", check.names = FALSE)
  as_number <- function(column) {
    pointed <- if (separator == ";") sub(",", ".", column, fixed = TRUE) else column
    if (all(is.na(pointed) | grepl("^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?$", pointed))) as.numeric(pointed) else column
  }
  as.data.frame(lapply(table, as_number), check.names = FALSE)
}

# ---- data and design ----

data <- read_table(input_file)
margins <- read_table(margins_file)
needed <- c("gemeente", "stratum", "hh_id", "basisgewicht", "geslacht_mv", "leeftijd_klasse")
absent <- setdiff(needed, names(data))
if (length(absent)) stop("columns that are not in ", arguments[1], ": ", paste(absent, collapse = ", "))

is_answer <- function(name) !name %in% needed && is.numeric(data[[name]]) && !all(is.na(data[[name]]))
answers <- Filter(is_answer, names(data))
yes_no <- Filter(function(name) all(data[[name]] %in% c(0, 1, NA)), answers)

# The study may write codes or names of municipalities.
margins$gemeente <- if (all(data$gemeente %in% margins$municipality_code)) margins$municipality_code else margins$municipality
unknown <- setdiff(data$gemeente, margins$gemeente)
if (length(unknown)) stop("municipalities without margins: ", paste(unknown, collapse = ", "))

base_design <- svydesign(ids = ~hh_id, strata = ~stratum, weights = ~basisgewicht, nest = TRUE, data = data)

# ---- margins ----

# Cells municipality x variable. Who is outside the margin (an answer it does not count, or none) is a cell of its
# own: its control is its base-weighted share of the municipality's adults, and the other controls shrink alike.
controls <- function(variable, margin_column) {
  adults <- tapply(margins$population, margins$gemeente, sum)
  outside <- is.na(data[[variable]]) | !data[[variable]] %in% margins[[margin_column]]
  share <- tapply(data$basisgewicht * outside, data$gemeente, sum) / tapply(data$basisgewicht, data$gemeente, sum)
  known <- aggregate(population ~ gemeente + value,
                     data.frame(gemeente = margins$gemeente, value = margins[[margin_column]], population = margins$population), sum)
  known <- known[known$gemeente %in% data$gemeente, ]
  totals <- setNames(known$population * (1 - as.numeric(share[known$gemeente])), paste(known$gemeente, known$value))
  extra <- names(share)[share > 0]
  totals <- c(totals, setNames(as.numeric(share[extra] * adults[extra]), paste(extra, "outside")))
  cell <- paste(data$gemeente, ifelse(outside, "outside", data[[variable]]))
  empty <- setdiff(names(totals), cell)
  if (length(empty)) stop("cells of the margins without a respondent: ", paste(empty, collapse = ", "))
  list(cell = factor(cell, levels = sort(names(totals))), totals = totals[sort(names(totals))])
}

by_sex <- controls("geslacht_mv", "sex")
by_age <- controls("leeftijd_klasse", "age_class")
data$sex_cell <- by_sex$cell
data$age_cell <- by_age$cell
base_design <- update(base_design, sex_cell = by_sex$cell, age_cell = by_age$cell)

frequencies <- function(name, totals) setNames(data.frame(names(totals), as.numeric(totals)), c(name, "Freq"))
raked <- rake(base_design, list(~sex_cell, ~age_cell),
              list(frequencies("sex_cell", by_sex$totals), frequencies("age_cell", by_age$totals)),
              control = list(epsilon = 1e-10, maxit = 1000))

# survey takes the residuals of rake() from unweighted means (4.1-1 and 4.5); calibrate() on the same margins takes them from
# the base-weighted regression, which is what the study asks for. Weights and estimates of the two are the same.
# In each municipality one age cell follows from the others and the sex cells, so it is left out of the model matrix.
first_age <- !duplicated(sub(" [^ ]*$", "", names(by_age$totals)))
kept <- names(by_age$totals)[!first_age]
auxiliary <- cbind(outer(as.character(data$sex_cell), names(by_sex$totals), "=="),
                   outer(as.character(data$age_cell), kept, "==")) * 1
colnames(auxiliary) <- paste0("x", seq_len(ncol(auxiliary)))
population <- setNames(c(by_sex$totals, by_age$totals[kept]), colnames(auxiliary))
with_auxiliary <- base_design
with_auxiliary$variables <- cbind(with_auxiliary$variables, auxiliary)
calibrated <- calibrate(with_auxiliary, reformulate(colnames(auxiliary), intercept = FALSE), population,
                        calfun = "raking", epsilon = 1e-12, maxit = 1000)
