# Rscript more-estimators.R
#
# Correlations, percent of responses, counts, standardised means and two intervals of shares, as R's survey package
# computes them. The data are made by whole-number formulas, which FormulaSurvey in PeilStatisticsTests repeats.

suppressMessages(library(survey))
show <- function(name, numbers) cat(name, sprintf("%.15g", as.numeric(numbers)), "\n")

i <- 0:59
drop_where <- function(values, absent) replace(values, absent, NA)
d <- data.frame(
  h = paste0("h", i %% 3), psu = i %% 12, w = 1 + (i * 37) %% 23 / 4, N = c(9, 11, 14)[i %% 3 + 1],
  y = drop_where((i * 29) %% 31 + 0.5 * (i %% 12), i %% 13 == 5),
  x = drop_where((i * 17) %% 19 + 0.25 * ((i * 29) %% 31), i %% 17 == 3),
  z = (i * 23) %% 13 - (i * 17) %% 19,
  age = c("young", "mid", "old")[(i * 7) %% 11 %% 3 + 1], sex = c("m", "f")[(i * 5) %% 7 %% 2 + 1],
  area = ifelse(i %% 5 < 2, "north", "south"),
  a1 = drop_where(as.numeric((i * 3) %% 4 < 2), i %% 11 == 7), a2 = drop_where(as.numeric((i * 5) %% 6 < 2), i %% 11 == 7),
  a3 = drop_where(as.numeric((i * 7) %% 5 < 1), i %% 11 == 7), rare = as.numeric(i %in% c(4, 17, 41)))
designs <- list(
  clusters = svydesign(ids = ~psu, strata = ~h, weights = ~w, data = d, nest = TRUE),
  sizes = svydesign(ids = ~psu, strata = ~h, weights = ~w, fpc = ~N, data = d, nest = TRUE))

for (name in names(designs)) {
  design <- designs[[name]]

  # ---- correlation: cov2cor of svyvar, error by the delta method ----
  complete <- subset(design, !is.na(y) & !is.na(x))
  v <- svyvar(~y + x + z, complete)
  s <- as.matrix(v)[1:3, 1:3]
  V <- vcov(v)
  at <- matrix(1:9, 3)
  for (pair in list(c(1, 2), c(1, 3), c(2, 3))) {
    j <- pair[1]; k <- pair[2]
    r <- s[j, k] / sqrt(s[j, j] * s[k, k])
    gradient <- numeric(9)
    gradient[at[k, j]] <- 1 / sqrt(s[j, j] * s[k, k])
    gradient[at[j, j]] <- -r / 2 / s[j, j]
    gradient[at[k, k]] <- -r / 2 / s[k, k]
    show(paste(name, "correlation", j, k), c(r, sqrt(gradient %*% V %*% gradient)))
  }

  # ---- percent of responses and of cases ----
  answered <- subset(design, !is.na(a1))
  for (column in c("a1", "a2", "a3")) {
    e <- svyratio(as.formula(paste0("~", column)), ~I(a1 + a2 + a3), answered)
    show(paste(name, "responses", column), c(coef(e), SE(e), degf(answered)))
  }
  e <- svymean(~a1 + a2 + a3, design, na.rm = TRUE)
  show(paste(name, "cases"), c(coef(e), SE(e)))

  # ---- counts ----
  e <- svytotal(~age, design)
  show(paste(name, "count"), c(coef(e), SE(e)))
  e <- svyby(~age, ~area, design, svytotal)
  show(paste(name, "count by area"), c(coef(e), unlist(SE(e))))

  # ---- direct standardisation; classes in R's order: mid, old, young, and f before m ----
  one <- svystandardize(design, by = ~age, over = ~1, population = c(30, 45, 25), excluding.missing = ~y)
  e <- svymean(~y, subset(one, !is.na(y)))
  show(paste(name, "standardised"), c(coef(e), SE(e)))
  by_area <- svystandardize(design, by = ~age, over = ~area, population = c(30, 45, 25), excluding.missing = ~y)
  e <- svyby(~y, ~area, by_area, svymean)
  show(paste(name, "standardised by area"), c(coef(e), SE(e)))
  two <- svystandardize(design, by = ~age + sex, over = ~1, population = c(20, 10, 25, 15, 18, 12), excluding.missing = ~y + x)
  e <- svymean(~y + x, two)
  show(paste(name, "standardised two"), c(coef(e), SE(e)))

  # ---- intervals ----
  for (share in c("a1", "rare")) {
    formula <- as.formula(paste0("~", share))
    rows <- if (share == "a1") answered else design
    e <- svymean(formula, rows)
    p <- coef(e)[[1]]; variance <- vcov(e)[1]; n <- nrow(rows); df <- degf(rows)
    for (level in c(0.95, 0.9)) {
      t <- qt(0.5 + level / 2, df)
      # Wilson by its definition, the points where the score test with the effective sample size turns: survey has
      # had method = "wilson" since 4.2, Debian 12 has 4.1-1.
      n_eff <- p * (1 - p) / variance
      score <- function(q) (p - q)^2 * n_eff - t^2 * q * (1 - q)
      ends <- c(uniroot(score, c(0, p), tol = 1e-15)$root, uniroot(score, c(p, 1), tol = 1e-15)$root)
      show(paste(name, "wilson", share, level), c(p, sqrt(variance), n, df, ends))
      # The profile of confint.svyglm(method = "likelihood"), with 20000 points for its spline instead of ten, of a
      # model iterated to the end: glm stops at 1e-8 of the deviance, with naive.cov of the step before.
      m <- svyglm(as.formula(paste(share, "~ 1")), rows, family = quasibinomial,
                  control = glm.control(epsilon = 1e-15, maxit = 100))
      fine <- confint(m, 1, level = level, method = "likelihood", ddf = df, del = 0.001, maxsteps = 20000)
      show(paste(name, "likelihood", share, level), c(plogis(fine), confint(svyciprop(formula, rows, method = "likelihood", level = level))))
    }
  }
}
show("prop.test", prop.test(12, 30, correct = FALSE)$conf.int)
