# Rscript compare.R FOLDER [GLOB]
#
# Evaluates cases that others computed (the shared oracle, from survey 4.5) with the code behind the golden cases and
# lists every number outside the case's tolerance. Designs and statistics that evaluate.R does not know are counted.

invisible(Sys.setlocale("LC_ALL", "C.UTF-8"))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (part in c("independent.R", "evaluate.R")) source(file.path(here, part), encoding = "UTF-8")
arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 1:2) stop("usage: Rscript compare.R FOLDER [GLOB]")
known <- c("mean", "total", "proportion", "ratio", "variance", "sd", "quantile", "prop_ci", "df", "weights", "chisq", "ttest",
           "ranktest", "correlation", "multiselect_responses")

differences <- function(expected, found, path, tolerance) {
  if (is.list(expected)) {
    keys <- if (is.null(names(expected))) seq_along(expected) else setdiff(names(expected), "method")
    return(unlist(lapply(keys, function(k) differences(
      expected[[k]], if (is.character(k) || k <= length(found)) found[[k]], paste(path, k), tolerance))))
  }
  if (!is.numeric(expected)) return(NULL)
  if (is.null(found)) return(paste(path, "absent"))
  if (is.na(found) || abs(expected - found) > max(tolerance$abs, tolerance$rel * abs(expected)))
    paste(path, "expected", format(expected, digits = 15), "found", format(found, digits = 15))
}
key <- function(row) paste(paste(sort(strsplit(row$variable, "*", fixed = TRUE)[[1]]), collapse = "*"), row$level, if (length(row$domain)) paste(unlist(row$domain[order(names(row$domain))]), collapse = "|"))

passed <- 0; failed <- 0; unknown <- 0
for (file in Sys.glob(file.path(arguments[1], if (length(arguments) == 2) arguments[2] else "*.json"))) {
  case <- fromJSON(file, simplifyVector = FALSE)
  world <- if (!is.null(case$design)) tryCatch(suppressWarnings(world_of(case, arguments[1])), error = function(e) NULL)
  for (item in case$items) {
    if (is.null(world) || !item$statistic %in% known || !is.null(item$expected$error)) { unknown <- unknown + 1; next }
    found <- tryCatch(suppressWarnings(evaluate_item(item, world)), error = function(e) conditionMessage(e))
    wrong <- if (is.character(found)) found else c(
      unlist(lapply(c("estimates", "contrasts"), function(part) {
        rows <- sapply(found[[part]], key)
        unlist(lapply(item$expected[[part]], function(row) {
          at <- match(key(row), rows)
          if (is.na(at)) paste("no row", key(row)) else differences(row, found[[part]][[at]], key(row), item$tolerance)
        }))
      })),
      unlist(lapply(c("test", "scalars", "weights", "design_df"), function(part)
        differences(item$expected[[part]], found[[part]], part, item$tolerance))))
    if (length(wrong)) { failed <- failed + 1; cat(case$id, item$id, wrong[1], "\n") } else passed <- passed + 1
  }
}
cat(unknown, "items of other designs and statistics left out\n")
cat(passed, "passed,", failed, "failed\n")
