# Rscript statistics.R OUTPUT_FOLDER
#
# Golden cases of the statistics over synthetic samples: OUTPUT_FOLDER/data/*.csv and OUTPUT_FOLDER/*.json in the form
# that the shared oracle uses (a plan, and with every item what is expected). The numbers come from R's survey package
# on the files as written; statistics/independent.R computes each again from its formula and the script stops where the
# two differ by more than 1e-10 (iterative fits and p-values: see the limit given to `agree`). See OUTPUT_FOLDER/README.md.

invisible(Sys.setlocale("LC_ALL", "C.UTF-8"))
arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: Rscript statistics.R OUTPUT_FOLDER")
output <- arguments[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (part in c("independent.R", "evaluate.R", "data.R", "cases.R")) source(file.path(here, "statistics", part), encoding = "UTF-8")
if (packageVersion("survey") != "4.1.1") stop("made with survey 4.1-1; this is ", packageVersion("survey"))

dir.create(file.path(output, "data"), showWarnings = FALSE, recursive = TRUE)
write_data(make_towns(), file.path(output, "data", "towns.csv"))
write_data(make_clusters(), file.path(output, "data", "clusters.csv"))
write_data(make_lonely(), file.path(output, "data", "lonely.csv"))
write_data(make_replicates(), file.path(output, "data", "replicates.csv"))
write_data(make_jackknife(), file.path(output, "data", "jackknife.csv"))

items <- 0
for (case in all_cases()) {
  world <- tryCatch(world_of(case, output), error = function(e) stop(case$id, ": ", conditionMessage(e)))
  case$items <- lapply(case$items, function(item) {
    # survey warns of lone units and of replicates without the domain, which are the point here
    done <- suppressWarnings(tryCatch(evaluate_item(item, world), error = function(e) e))
    if (isTRUE(item$options$expect_error)) {
      if (!inherits(done, "error")) stop(case$id, " ", item$id, ": no error")
      done <- list(error = sub("^.*: ", "", conditionMessage(done)), design_df = world$df)
    }
    if (inherits(done, "error")) stop(case$id, " ", item$id, ": ", conditionMessage(done))
    item$expected <- done
    item$tolerance <- tolerance_of(item, case)
    item$oracle <- source_of(item, case)
    item
  })
  items <- items + length(case$items)
  case <- c(case[c("id", "capability")], list(dataset = case$dataset, missing_value = "empty field"), case[c("design", "note", "items")])
  writeLines(toJSON(case[!sapply(case, is.null)], auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = 1),
             file.path(output, paste0(case$id, ".json")), useBytes = TRUE)
}
cat(items, "items;", length(ratios_seen), "agreements with the formulas, the widest", signif(max(ratios_seen), 2), "relative;",
    looser_seen, "looser ones (iterative fits, p-values)\n")
