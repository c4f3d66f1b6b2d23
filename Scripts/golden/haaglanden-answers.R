# The answers of a delivered wave of the sample study, coded in R, for the scripts beside this file: `raw` holds who counts as
# a respondent. They set `wave_file` before they source this one.

raw <- read.csv2(wave_file, colClasses = "character", fileEncoding = "UTF-8-BOM", na.strings = "", check.names = FALSE)

# ---- who counts as a respondent: at least half of the required questions that were put have an answer of any kind ----

not_required <- c("persoon_id", "duur_sec", "datum", "pc4", "herkomst", "afhankelijk", "drempel", "nsp_gaan", "opmerking")
channels <- grep("^kanaal_", names(raw), value = TRUE)
required <- setdiff(names(raw), c(not_required, channels))
# The channels are one question; empty in all columns, it was not put.
channels_put <- rowSums(!is.na(raw[channels])) > 0
asked <- length(required) + length(channels) * channels_put
answered <- rowSums(!is.na(raw[required])) + rowSums(!is.na(raw[channels]))
needed <- c("stratum", "hh_id", "basisgewicht", "gemeente")
raw <- raw[answered >= 0.5 * asked & rowSums(is.na(raw[needed])) == 0, ]

# ---- answers ----

number <- function(name, missing) {
  value <- as.numeric(sub(",", ".", raw[[name]], fixed = TRUE))
  ifelse(value %in% missing, NA, value)
}
five <- function(name) number(name, c(8, 9))
score <- function(name) (five(name) - 1) / 4 * 100
mean_of <- function(columns, needed) {
  values <- do.call(cbind, columns)
  ifelse(rowSums(!is.na(values)) >= needed, rowMeans(values, na.rm = TRUE), NA)
}
is_one_of <- function(value, codes) ifelse(is.na(value), NA, as.numeric(value %in% codes))
