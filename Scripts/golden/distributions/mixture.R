# R survey's own tails for the tests' MixtureReference.survey: set, x, [ν,] saddlepoint, Satterthwaite.
suppressWarnings(suppressMessages(library(survey)))
put <- function(...) cat(sprintf("%.15g", c(...)), "\n")
sets <- list(c(1, 1, 1), c(2.5, 1.3, .7, .2), c(3, 1e-3), c(1.2, 1.1, 1, .9, .8, .05))
for (i in seq_along(sets)) for (x in c(.3, 2, 9, 30, 120)) {
  a <- sets[[i]]; one <- rep(1, length(a))
  put(i, x, pchisqsum(x, one, a, lower.tail = FALSE, method = "saddlepoint"), pchisqsum(x, one, a, lower.tail = FALSE, method = "satterthwaite"))
  for (nu in c(12, 183))
    put(i, x, nu, pFsum(x, one, a, ddf = nu, lower.tail = FALSE, method = "saddlepoint"), pFsum(x, one, a, ddf = nu, lower.tail = FALSE, method = "satterthwaite"))
}
