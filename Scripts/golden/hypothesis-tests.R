# Rscript hypothesis-tests.R
#
# The numbers in Tests/PeilStatisticsTests/…TestTests.swift that come from R's survey. The data are whole-number
# arithmetic, written the same way in Tests/PeilStatisticsTests/TestSurvey.swift.

suppressMessages(library(survey))
show <- function(name, x) cat(sprintf("%-28s", name), paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "\n")

i <- 0:119
d <- data.frame(
  h = c("A", "B", "C")[i %/% 40 + 1], psu = i %/% 8, w = 5 + (i * 7) %% 13,
  a = c("p", "q", "r")[((i * 7 + i %/% 8) %% 11) %% 3 + 1],
  b = c("u", "v", "w")[((i * 5 + (i %/% 8) * 3) %% 13) %% 3 + 1],
  k = (i * i + i %/% 8) %% 7 %% 2,
  y = ((i * 37) %% 101 + 3 * (i %/% 8)) / 4, z = ((i * 37) %% 101 + (i * 11) %% 23) / 4)
d$y[i %% 17 == 3] <- NA
d$a[i %% 19 == 5] <- NA
d$empty <- ifelse(d$a == "p" & d$b == "w", "v", d$b)       # leaves one cell of a x empty at 0
d$n1 <- 50
plain <- svydesign(id = ~psu, strata = ~h, weights = ~w, data = d, fpc = ~n1)
elements <- svydesign(id = ~1, strata = ~h, weights = ~w, data = d)
raked <- calibrate(plain, ~ factor(h) + factor(k), population = c(`(Intercept)` = 1400, `factor(h)B` = 500,
  `factor(h)C` = 420, `factor(k)1` = 600), calfun = "raking", epsilon = 1e-13)
show("g-weights of raking", (weights(raked) / weights(plain))[c(1, 2, 41, 42, 81, 82)])

# ---- association: rows without an answer leave first, as a domain ----
for (s in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) {
  for (columns in list(c("a", "b"), c("a", "empty"))) {
    r <- svychisq(as.formula(paste("~", columns[1], "+", columns[2])), subset(plain, !is.na(a)), statistic = s)
    show(paste(s, columns[2]), c(r$statistic, r$parameter, r$p.value))
  }
  r <- svychisq(~ a + b, subset(elements, !is.na(a) & k == 1), statistic = s)
  show(paste(s, "elements, k = 1"), c(r$statistic, r$parameter, r$p.value))
}
for (s in c("F", "adjWald")) {
  r <- svychisq(~ b + k, raked, statistic = s); show(paste(s, "raked, b k"), c(r$statistic, r$parameter, r$p.value))
}
r <- svychisq(~ b + empty, raked); show("F raked, b empty", c(r$statistic, r$parameter, r$p.value))
r <- try(svychisq(~ b + empty, raked, statistic = "Wald"), silent = TRUE)
cat("Wald raked, b empty:", conditionMessage(attr(r, "condition")), "\n")

# ---- goodness of fit ----
r <- svygofchisq(~ factor(b), p = c(0.3, 0.3, 0.4), plain)
show("gof b", c(r$statistic, r$parameter, r$p.value)); show("gof lambda", r$lambda)
show("gof saddlepoint", pchisqsum(r$statistic, rep(1, 2), r$lambda[1:2], lower.tail = FALSE, method = "saddlepoint"))

# ---- t ----
tt <- function(name, r) show(name, c(r$estimate, r$estimate / r$statistic, r$statistic, r$parameter, r$p.value, r$conf.int))
tt("t y by k", svyttest(y ~ k, plain))
tt("t y by k, a = p", svyttest(y ~ k, subset(plain, a == "p")))
tt("t y by k, raked", svyttest(y ~ k, raked))
tt("t z = 0", svyttest(z ~ 0, plain))
tt("t y - z", svyttest(I(y - z) ~ 0, subset(plain, !is.na(y))))

# ---- ranks ----
for (s in c("wilcoxon", "median", "vanderWaerden", "KruskalWallis")) {
  r <- svyranktest(y ~ k, plain, test = s); show(paste("rank", s, "k"), c(r$estimate, r$statistic, r$parameter, r$p.value))
  # survey gives the chi-square as `parameter` and the numerator degrees of freedom as `statistic`
  r <- svyranktest(y ~ a, subset(plain, !is.na(a) & !is.na(y)), test = s)
  show(paste("rank", s, "a"), c(r$parameter, r$statistic, r$ddf, r$p.value))
}

# ---- paired shares: Wald of the differences of indicators ----
p <- svymean(~ I((a == "p") - (b == "u")) + I((a == "q") - (b == "v")), subset(plain, !is.na(a)))
W <- drop(coef(p) %*% solve(vcov(p), coef(p)))
ddf <- degf(subset(plain, !is.na(a))) - 2
show("paired, three levels", c(coef(p), SE(p), W / 2, ddf, pf(W / 2, 2, ddf, lower.tail = FALSE)))

# ---- regression ----
m <- svyglm(y ~ z + k, plain)
show("regression", c(coef(m), vcov(m)))
m <- svyglm(y ~ z + k, subset(elements, a == "q"))
show("regression, elements a = q", c(coef(m), vcov(m)))
