# Rscript prepare.R WAVE.csv OUTPUT.csv
#
# The microdata of one wave of the sample study as haaglanden.R wants them, derived here from the delivered file and
# not by peil, so that a mistake in peil's coding shows as a difference in every number.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: Rscript prepare.R WAVE.csv OUTPUT.csv")

raw <- read.csv2(arguments[1], colClasses = "character", fileEncoding = "UTF-8-BOM", na.strings = "", check.names = FALSE)

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

hazards <- c("stroom", "dreiging", "regen", "hitte", "pandemie", "digitaal")
threat <- lapply(hazards, function(h) mean_of(list(score(paste0("kans_", h)), score(paste0("ernst_", h))), 2))
age <- number("leeftijd", 999)
hours <- number("uren", c(998, 999))

prepared <- data.frame(
  gemeente = raw$gemeente, stratum = raw$stratum, hh_id = raw$hh_id, basisgewicht = number("basisgewicht", NA),
  geslacht_mv = c("1" = "m", "2" = "v")[raw$geslacht],
  leeftijd_klasse = as.character(cut(age, c(18, 25, 35, 45, 55, 65, 75, Inf), right = FALSE,
                                     labels = c("18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"))),
  pakket = is_one_of(five("fase_pakket"), 4:5), plan = is_one_of(five("fase_plan"), 4:5),
  gesprek = is_one_of(five("fase_gesprek"), 4:5), vrijwillig_ja = is_one_of(five("vrijwillig"), 1:2),
  uur72 = ifelse(is.na(hours), NA, as.numeric(hours >= 72)), uren = hours,
  dreiging = mean_of(threat, 3),
  handelingsvertrouwen = mean_of(list(score("nut"), score("kunnen"), 100 - score("zinloos")), 2),
  drempels = mean_of(list(score("kosten_geld"), score("kosten_tijd")), 1))

digits <- vapply(prepared, is.numeric, TRUE)
prepared[digits] <- lapply(prepared[digits], function(column) ifelse(is.na(column), NA, sprintf("%.17g", column)))
write.table(prepared, arguments[2], sep = ",", na = "", row.names = FALSE, quote = FALSE, eol = "\n", fileEncoding = "UTF-8")
