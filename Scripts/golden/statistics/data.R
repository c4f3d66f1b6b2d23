# Synthetic samples with fixed seeds, awkward on purpose: uneven strata, one of them complete, names with spaces and
# accents, rows in no order, weights over several decades, missing answers, a constant, shares of 0 and 1.

write_data <- function(data, path) {
  text <- as.data.frame(lapply(data, function(v) {
    t <- if (is.numeric(v)) sprintf("%.15g", v) else ifelse(grepl("[,\"]", v), paste0("\"", gsub("\"", "\"\"", v), "\""), v)
    ifelse(is.na(v), "", t)
  }), check.names = FALSE)
  writeLines(c(paste(names(data), collapse = ","), do.call(paste, c(text, sep = ","))), path, useBytes = TRUE)
}

some_missing <- function(v, share) { v[runif(length(v)) < share] <- NA; v }

# Elements in five strata; "Ameland" is complete (population 6, sample 6).
make_towns <- function() {
  set.seed(20240311)
  strata <- c("Zuid Holland", "Frysl\u00e2n", "Noord-Brabant", "Sint Maarten", "Ameland")
  n <- c(62, 41, 23, 9, 6); size <- c(180000, 21500, 1840, 77, 6)
  d <- data.frame(stratum = rep(strata, n), stringsAsFactors = FALSE)
  d$population <- rep(size, n)
  d$share_sampled <- rep(n / size, n)
  total <- nrow(d)
  # unequal within strata as well, except where everyone is in
  d$w <- round(rep(size / n, n) * ifelse(d$stratum == "Ameland", 1, exp(rnorm(total, 0, 0.4))), 4)
  d$w0 <- ifelse(runif(total) < 0.08, 0, d$w)
  level <- rep(c(4, 6, 5, 9, 2), n)
  d$y <- some_missing(round(level + rnorm(total, 0, 2), 2), 0.12)
  d$x <- round(exp(rnorm(total, level / 4, 0.6)), 3)
  d$z <- some_missing(round(0.4 * ifelse(is.na(d$y), 5, d$y) + rnorm(total), 2), 0.07)
  d$score <- some_missing(sample(0:10, total, replace = TRUE, prob = c(1, 1, 2, 3, 5, 8, 9, 6, 3, 2, 1)), 0.05)
  d$steady <- 7.5
  d$everyone <- 1
  d$nobody <- 0
  d$vote <- some_missing(as.numeric(runif(total) < plogis(level / 3 - 2)), 0.1)
  d$rare <- as.numeric(seq_len(total) %in% c(3, 40, 77))
  d$mode <- sample(c("fiets", "auto", "trein & bus", "\u00e0 pied"), total, TRUE, c(5, 3, 2, 1))
  d$mode <- some_missing(d$mode, 0.06)
  d$sex <- sample(c("m", "v"), total, TRUE)
  d$age <- sample(c("16-34", "35-64", "65+"), total, TRUE, c(3, 5, 2))
  d$coast <- ifelse(d$stratum %in% c("Zuid Holland", "Ameland") & runif(total) < 0.4, "kust", "binnenland")
  for (j in 1:4) d[[paste0("m", j)]] <- as.numeric(runif(total) < c(0.7, 0.4, 0.15, 0.03)[j])
  skip <- runif(total) < 0.08
  for (j in 1:4) d[[paste0("m", j)]][skip] <- NA
  d[sample(total), ]
}

# Three stages: districts in strata (names repeat between strata), streets, people. In "\u00cele verte" every district is in.
make_clusters <- function() {
  set.seed(911)
  strata <- c("Noord", "Oud Zuid", "\u00cele verte", "West")
  psus <- c(3, 6, 4, 5); population <- c(14, 60, 4, 23)
  rows <- list()
  for (h in 1:4) for (i in seq_len(psus[h])) {
    streets <- sample(2:4, 1); all_streets <- streets + sample(0:9, 1)
    effect <- rnorm(1, h, 1)
    for (j in seq_len(streets)) {
      people <- sample(2:6, 1); all_people <- people + sample(0:30, 1)
      rows[[length(rows) + 1]] <- data.frame(
        stratum = strata[h], district = paste("wijk", i), street = j, person = seq_len(people),
        districts = population[h], streets = all_streets, people = all_people,
        w = round(population[h] / psus[h] * all_streets / streets * all_people / people * exp(rnorm(people, 0, 0.2)), 3),
        effect = effect, stringsAsFactors = FALSE)
    }
  }
  d <- do.call(rbind, rows)
  n <- nrow(d)
  d$district_code <- match(paste(d$stratum, d$district), unique(paste(d$stratum, d$district))) + 100
  d$all_districts <- 101
  d$income <- some_missing(round(exp(7 + 0.2 * d$effect + rnorm(n, 0, 0.7)), 1), 0.08)
  d$rent <- round(300 + 40 * d$effect + rnorm(n, 0, 90), 1)
  d$before <- round(5 + 0.5 * d$effect + rnorm(n), 1)
  d$after <- some_missing(round(d$before + 0.3 + rnorm(n, 0, 0.8), 1), 0.05)
  d$rating <- some_missing(pmin(10, pmax(1, round(5 + d$effect / 2 + rnorm(n, 0, 2)))), 0.06)
  d$owner <- some_missing(as.numeric(runif(n) < plogis(d$effect - 2.5)), 0.05)
  d$sex <- sample(c("m", "v"), n, TRUE)
  d$opinion <- some_missing(ifelse(runif(n) < plogis(d$effect / 3 - 0.6), "voor", "tegen"), 0.07)
  d$trust <- sample(c("veel", "enig", "geen"), n, TRUE, c(2, 4, 2))
  d$school <- sample(c("a", "b", "c", "d"), n, TRUE, c(4, 3, 2, 2))
  d$school[d$trust == "geen" & d$school == "d"] <- "a"          # an empty cell
  d$school <- some_missing(d$school, 0.05)
  d$corner <- ifelse(d$stratum == "Noord" & d$district == "wijk 2", "ja", ifelse(runif(n) < 0.3 & d$stratum == "West", "ja", "nee"))
  d$effect <- NULL
  d[sample(n), ]
}

# Strata with 3, 1, 2, 1 and 4 sampled units; the second lone unit ("de Hoek") is its whole stratum.
make_lonely <- function() {
  set.seed(77)
  units <- data.frame(stratum = c(rep("A", 3), "B los", rep("C", 2), "de Hoek", rep("D", 4)), stringsAsFactors = FALSE)
  units$unit <- c(1:3, 1, 1:2, 1, 1:4)
  units$all_units <- c(rep(9, 3), 5, rep(30, 2), 1, rep(12, 4))
  d <- units[rep(seq_len(nrow(units)), c(3, 2, 4, 3, 2, 5, 3, 2, 3, 4, 2)), ]
  n <- nrow(d)
  d$w <- round(runif(n, 1, 9), 2)
  d$y <- some_missing(round(rnorm(n, 20 + 3 * (d$stratum == "D"), 6), 1), 0.06)
  d$x <- round(runif(n, 2, 8), 2)
  d$group <- sample(c("p", "q", "r"), n, TRUE)
  d$group[d$stratum == "A" & d$unit != 2 & d$group == "r"] <- "p"   # "r" has one unit in A
  d$group[d$stratum == "A" & d$unit == 2][1:2] <- "r"
  d$group[d$stratum == "C" & d$group == "r"] <- "q"                 # and none in C
  d[sample(n), ]
}

hadamard8 <- function() {
  h2 <- matrix(c(1, 1, 1, -1), 2)
  kronecker(h2, kronecker(h2, h2))
}

# Two units in each of seven strata, with balanced, Fay, bootstrap and successive-difference weights.
make_replicates <- function() {
  set.seed(4242)
  h <- hadamard8()
  rows <- list()
  for (s in 1:7) for (i in 1:2) {
    k <- sample(3:6, 1)
    rows[[length(rows) + 1]] <- data.frame(stratum = s, unit = i, w = sample(8:400, k) / 8, stringsAsFactors = FALSE)
  }
  d <- do.call(rbind, rows)
  n <- nrow(d)
  d$y <- some_missing(round(10 + d$stratum + 2 * d$unit + rnorm(n, 0, 3), 2), 0.06)
  d$x <- round(exp(rnorm(n, 2, 0.5)), 2)
  d$rating <- sample(1:7, n, TRUE)
  d$yes <- as.numeric(runif(n) < 0.35)
  d$kind <- sample(c("rood", "groen", "blauw"), n, TRUE, c(4, 3, 2))
  d$sex <- sample(c("m", "v"), n, TRUE)
  d$opinion <- some_missing(sample(c("voor", "tegen", "weet niet"), n, TRUE), 0.05)
  d$spot <- ifelse(d$stratum == 5 & d$unit == 1, "hier", "elders")
  taken <- function(r) ifelse(d$unit == 1, h[d$stratum + 1, r], -h[d$stratum + 1, r])
  for (r in 1:8) d[[paste0("brr_", r)]] <- d$w * (1 + taken(r))
  for (r in 1:8) d[[paste0("fay", r)]] <- 1 + 0.7 * taken(r)
  for (r in 1:20) {   # Rao-Wu: one draw of two units, each counting n/(n-1)
    drawn <- sample(1:2, 7, TRUE)
    d[[paste0("bs", r)]] <- d$w * 2 * (d$unit == drawn[d$stratum])
  }
  order_unit <- (d$stratum - 1) * 2 + d$unit
  h16 <- kronecker(matrix(c(1, 1, 1, -1), 2), h)
  for (r in 1:16) {   # successive differences, the factors rounded to 1.7, 1 and 0.3 as published files do
    a <- h16[(order_unit %% 15) + 1, r]; b <- h16[((order_unit + 1) %% 15) + 1, r]
    d[[paste0("sdr_", r)]] <- 1 + 0.7 * (a - b) / 2
  }
  d[sample(n), ]
}

# Elements in three strata of 4, 6 and 9 with their own jackknife factors; rscales differ between strata.
make_jackknife <- function() {
  set.seed(5)
  n <- c(4, 6, 9)
  d <- data.frame(stratum = rep(c("klein", "midden", "groot"), n), w = rep(c(12.5, 40, 310), n), stringsAsFactors = FALSE)
  total <- nrow(d)
  d$y <- round(rnorm(total, 50, 12), 1)
  d$x <- round(runif(total, 1, 20), 2)
  d$g <- rep(c("a", "b"), length.out = total)
  for (r in seq_len(total)) {
    m <- n[match(d$stratum[r], c("klein", "midden", "groot"))]
    d[[paste0("jk_", r)]] <- ifelse(seq_len(total) == r, 0, ifelse(d$stratum == d$stratum[r], round(m / (m - 1), 6), 1))
  }
  d[sample(total), ]
}
