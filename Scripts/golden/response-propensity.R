# Rscript response-propensity.R > Tests/PeilStatisticsTests/PropensityNumbers.swift
#
# A response propensity by R's glm on made-up sampled units: the numbers of NonResponseTests.

set.seed(11)
n <- 60
age <- sample(0:2, n, TRUE); sex <- sample(0:1, n, TRUE)
w <- round(runif(n, 5, 60), 2)
responded <- as.integer(runif(n) < plogis(-0.4 + 0.6 * age - 0.5 * sex))
fit <- suppressWarnings(glm(responded ~ factor(age) + factor(sex), family = binomial, weights = w, control = list(epsilon = 1e-14, maxit = 100)))
numbers <- function(name, type, values, digits = 15) {
  text <- formatC(values, digits = digits, format = "g")
  lines <- strwrap(paste(trimws(text), collapse = ", "), width = 108)
  cat("    static let ", name, ": [", type, "] = [\n", paste0("        ", lines, collapse = "\n"), "\n    ]\n", sep = "")
}
cat("/// Made by Scripts/golden/response-propensity.R with R ", R.version$major, ".", R.version$minor, "; not to be edited.\nenum PropensityNumbers {\n", sep = "")
numbers("age", "Int32", age); numbers("sex", "Int32", sex); numbers("weights", "Double", w); numbers("responded", "Int", responded)
numbers("fitted", "Double", fitted(fit))
cat("}\n")
