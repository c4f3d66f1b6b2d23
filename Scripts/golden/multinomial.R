# Numbers of Tests/PeilStatisticsTests/MultinomialNumbers.swift: multinomial regressions under a design.
# Rscript Scripts/golden/multinomial.R > Tests/PeilStatisticsTests/MultinomialNumbers.swift
# Needs Debian 12's r-cran-survey and r-cran-nnet. The rows are those of FormulaSegments.swift.
suppressMessages({library(survey); library(nnet)})
options(survey.lonely.psu = "fail")

i <- 0:239
unit <- i %/% 8
u <- (i * 37 + unit * 11) %% 101
cls <- ifelse(u < 40, 0, ifelse(u < 75, 1, 2))
item <- function(j) {
  noise <- (i * (13 + 4 * j) + unit * (7 + j)) %% 17
  level <- ifelse(noise < 9, cls, ifelse(noise < 13, (cls + 1) %% 3, ifelse(noise < 15, (cls + 2) %% 3, 3)))
  ifelse((i + 3 * j) %% 29 == 0, NA, c("a", "b", "c", "d")[level + 1])
}
own <- 0.6 + (i * 19) %% 8 * 0.04
P <- matrix(0, 240, 3)
P[cbind(i + 1, cls + 1)] <- own
P[cbind(i + 1, (cls + 1) %% 3 + 1)] <- (1 - own) * 0.7
P[cbind(i + 1, (cls + 2) %% 3 + 1)] <- (1 - own) * 0.3
d <- data.frame(h = i %/% 80, psu = unit, w = 1 + (i * 37) %% 23 / 4, cls = factor(cls), q1 = factor(item(1)),
                q2 = factor(item(2)), x = cls * 3 + (i * 29) %% 13 / 2)
complete <- !is.na(d$q1) & !is.na(d$q2)
X <- model.matrix(~ q1 + q2 + x, data = d[complete, ])
design <- svydesign(~psu, strata = ~h, weights = ~w, data = d, nest = TRUE)
jackknife <- as.svrepdesign(design, type = "JKn", mse = FALSE)

probabilities <- function(beta) {
  eta <- exp(cbind(0, X %*% matrix(beta, ncol(X))))
  eta / rowSums(eta)
}
information <- function(p, w) {
  k <- ncol(p) - 1; q <- ncol(X)
  A <- matrix(0, k * q, k * q)
  for (a in 1:k) for (b in 1:k) {
    v <- w * p[, a + 1] * ((a == b) - p[, b + 1])
    A[(a - 1) * q + 1:q, (b - 1) * q + 1:q] <- crossprod(X, X * v)
  }
  A
}
scores <- function(p, t) do.call(cbind, lapply(2:ncol(p), function(a) X * (t[, a] - p[, a])))
newton <- function(t, w) {
  beta <- rep(0, ncol(X) * (ncol(t) - 1))
  for (step in 1:60) {
    p <- probabilities(beta)
    move <- solve(information(p, w), colSums(scores(p, t) * w))
    beta <- beta + move
    if (max(abs(move)) < 1e-13) break
  }
  beta
}
influence <- function(beta, t, w) {
  p <- probabilities(beta)
  z <- matrix(0, nrow(d), length(beta))
  z[complete, ] <- scores(p, t) %*% solve(information(p, w))
  z
}

evaluate <- function(t) {
  t <- t[complete, , drop = FALSE]
  w <- d$w[complete]
  beta <- newton(t, w)
  peer <- multinom(t ~ X - 1, weights = w, trace = FALSE, maxit = 5000, reltol = 1e-16, abstol = 1e-16)
  peerBeta <- if (ncol(t) > 2) as.vector(t(coef(peer))) else coef(peer)
  stopifnot(max(abs(beta - peerBeta)) < 2e-5)
  z <- influence(beta, t, w)
  V <- vcov(svytotal(z, design))
  R <- sapply(1:ncol(jackknife$repweights$weights), function(r) {
    full <- weights(jackknife, "analysis")[, r]
    newton(t, full[complete])
  })
  J <- svrVar(t(R), jackknife$scale, jackknife$rscales, mse = FALSE, coef = beta)
  list(beta = beta, se = sqrt(diag(V)), first = V[1, ], jackknife = sqrt(diag(as.matrix(J))))
}

hard <- evaluate(diag(3)[cls + 1, ])
soft <- evaluate(P)
two <- evaluate(cbind(cls == 0, cls > 0) + 0)
svy <- svyglm(I(cls != "0") ~ q1 + q2 + x, design, family = quasibinomial, control = glm.control(epsilon = 1e-14, maxit = 50))
stopifnot(max(abs(coef(svy) - two$beta)) < 1e-9, max(abs(SE(svy) / two$se - 1)) < 1e-6)

swift <- function(name, values) {
  words <- sprintf("%.12g", values)
  lines <- tapply(words, (seq_along(words) - 1) %/% 7, paste, collapse = " ")
  cat("    static let ", name, " = numberRows(\n        \"\"\"\n        ", paste(lines, collapse = " \\\n        "),
      "\n        \"\"\")[0]\n", sep = "")
}
cat("import PeilTestSupport\n\n")
cat(sprintf("/// Made by Scripts/golden/multinomial.R: R %s, survey %s, nnet %s.\n", getRversion(), packageVersion("survey"), packageVersion("nnet")))
cat("enum MultinomialNumbers {\n")
cat(sprintf("    static let version = \"R %s, survey %s, nnet %s, Scripts/golden/multinomial.R\"\n", getRversion(), packageVersion("survey"), packageVersion("nnet")))
for (name in c("hard", "soft", "two")) {
  value <- get(name)
  for (part in names(value)) swift(paste0(name, if (part == "beta") "" else if (part == "se") "Errors" else if (part == "first") "Covariances" else "Jackknife"), value[[part]])
}
cat("}\n")
