# Rscript prepare.R WAVE.csv OUTPUT.csv
#
# The microdata of one wave of the sample study as haaglanden.R wants them, derived here from the delivered file and
# not by peil, so that a mistake in peil's coding shows as a difference in every number.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: Rscript prepare.R WAVE.csv OUTPUT.csv")

wave_file <- arguments[1]
this_script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(this_script), "haaglanden-answers.R"))

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
