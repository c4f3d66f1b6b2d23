# Rscript change.R FIRST.csv SECOND.csv OUTPUT.json [MARGINS.csv]
#
# Change between two waves of the sample study with R's survey: each wave calibrated on its own margins (haaglanden.R),
# variances of each wave by svymean() on the calibrated design, the covariance from the households that both waves hold.
# survey has no function for that covariance. Here it is written with whole matrices from the same parts as its variance:
# influence values of the mean, their residuals of the base-weighted regression on the auxiliaries, totals per household
# times sqrt(n/(n-1)) around the stratum's mean. That these parts give V is checked against svymean() before they are used.
# FIRST and SECOND are made by prepare.R.

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 3:4) stop("usage: Rscript change.R FIRST.csv SECOND.csv OUTPUT.json [MARGINS.csv]")
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
margins <- if (length(arguments) == 4) arguments[4] else file.path(here, "..", "..", "Data", "haaglanden", "margins.csv")

wave <- function(input) {
  own <- new.env()
  own$input_file <- input
  own$margins_file <- margins
  sys.source(file.path(here, "haaglanden-design.R"), envir = own)
  own
}
waves <- list(wave(arguments[1]), wave(arguments[2]))

# Scaled, centred residual totals by household, and the standard error that they add up to.
parts <- function(own, variable, area = NULL) {
  design <- own$calibrated
  w <- as.numeric(weights(design))
  d <- as.numeric(weights(own$base_design))
  y <- own$data[[variable]]
  used <- !is.na(y)
  if (!is.null(area)) used <- used & own$data$gemeente == area
  mean <- sum(w[used] * y[used]) / sum(w[used])
  u <- ifelse(used, (y - mean) / sum(w[used]), 0)
  x <- own$auxiliary
  residual <- u - as.numeric(x %*% solve(crossprod(x * d, x), crossprod(x * d, u)))
  totals <- tapply(w * residual, own$data$hh_id, sum)
  stratum <- tapply(own$data$stratum, own$data$hh_id, function(s) s[1])
  n <- table(stratum)[stratum]
  e <- sqrt(n / (n - 1)) * (totals - tapply(totals, stratum, base::mean)[stratum])
  e <- setNames(as.numeric(e), names(totals))
  # A domain of a calibrated design: survey takes the means of all rows with the others outside.
  subject <- if (is.null(area)) design else subset(design, gemeente == area)
  peer <- svymean(reformulate(variable), subject, na.rm = TRUE)
  if (abs(sqrt(sum(e^2)) / as.numeric(SE(peer)) - 1) > 1e-8) stop("parts do not add up for ", variable)
  list(mean = as.numeric(coef(peer)), v = as.numeric(SE(peer))^2, e = e)
}

rows <- list()
for (variable in c("pakket", "plan", "uur72", "dreiging", "drempels")) {
  for (area in list(NULL, "GM0518", "GM1842", "GM0637")) {
    one <- parts(waves[[1]], variable, area)
    two <- parts(waves[[2]], variable, area)
    both <- intersect(names(one$e), names(two$e))
    shared <- sum(one$e[both] * two$e[both])
    rows[[length(rows) + 1]] <- c(
      list(variable = variable, before = one$mean, now = two$mean, v_before = one$v, v_now = two$v, covariance = shared,
           se = sqrt(one$v + two$v - 2 * shared), shared_units = length(both)),
      if (is.null(area)) list() else list(gemeente = area))
  }
}
as_json <- function(value) {
  if (is.list(value) && !is.null(names(value)))
    return(paste0("{", paste0(encodeString(names(value), quote = "\""), ": ", vapply(value, as_json, ""), collapse = ", "), "}"))
  if (is.list(value)) return(paste0("[", paste(vapply(value, as_json, ""), collapse = ",\n"), "]"))
  if (is.character(value)) encodeString(value, quote = "\"") else sprintf("%.17g", value)
}
result <- list(schema = "peil-golden-change-1",
               made_by = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))), rows = rows)
writeLines(as_json(result), arguments[3], useBytes = TRUE)
