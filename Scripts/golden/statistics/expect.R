# Rscript expect.R PLANS DATA_FOLDER
#
# For each plan PLANS/ID.json writes PLANS/ID.expected: what is expected of each item by the code behind the golden
# cases, or why it could not be computed (survey stops, or survey and the formula differ). Called by Scripts/perturb.

invisible(Sys.setlocale("LC_ALL", "C.UTF-8"))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (part in c("independent.R", "evaluate.R", "cases.R")) source(file.path(here, part), encoding = "UTF-8")
arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: Rscript expect.R PLANS DATA_FOLDER")
first_line <- function(e) gsub("[\r\n]+", " ", substr(conditionMessage(e), 1, 300))

for (file in Sys.glob(file.path(arguments[1], "*.json"))) {
  case <- fromJSON(file, simplifyVector = FALSE)
  world <- suppressWarnings(tryCatch(world_of(case, arguments[2]), error = function(e) e))
  answer <- if (inherits(world, "error")) list(items = setNames(list(), character()), left_out = first_line(world)) else list(items = setNames(
    lapply(case$items, function(item) suppressWarnings(tryCatch(
      list(expected = evaluate_item(item, world), tolerance = tolerance_of(item, case), oracle = source_of(item, case)),
      error = function(e) list(left_out = first_line(e))))),
    sapply(case$items, function(item) item$id)))
  writeLines(toJSON(answer, auto_unbox = TRUE, digits = NA, na = "null", null = "null"), sub("json$", "expected", file), useBytes = TRUE)
}
