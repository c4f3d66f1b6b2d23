# Rscript analyses.R OUTPUT_FOLDER
#
# Golden cases of scales, change and small areas, in the form of Tests/Golden/statistics: the samples of that folder, and areas
# that are invented here (OUTPUT_FOLDER/data). Change comes from svyby and svycontrast. Alpha and eigenvalues are functions
# of the weights, written without derivatives; their standard errors come from refits with one weight changed and
# svytotal, or from replicates. Loadings are svyprcomp's. Small-area models are fitted here with whole matrices.

invisible(Sys.setlocale("LC_ALL", "C.UTF-8"))
arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: Rscript analyses.R OUTPUT_FOLDER")
output <- arguments[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (part in c("independent.R", "evaluate.R", "data.R", "cases.R")) source(file.path(here, "statistics", part), encoding = "UTF-8")
if (packageVersion("survey") != "4.1.1") stop("made with survey 4.1-1; this is ", packageVersion("survey"))

# ---- functions of the weights ----

covariances <- function(x, w) {
  m <- colSums(x * w) / sum(w)
  z <- sweep(x, 2, m)
  crossprod(z * w, z) / sum(w) * nrow(x) / (nrow(x) - 1)
}
alpha_of <- function(s) { k <- nrow(s); k / (k - 1) * (1 - sum(diag(s)) / sum(s)) }
alphas <- function(x, w) {
  s <- covariances(x, w)
  k <- ncol(x)
  a <- c(alpha_of(s), alpha_of(cov2cor(s)))
  names(a) <- c("scale\ralpha", "scale\ralpha_standardised")
  if (k > 2) for (j in 1:k) a[paste(colnames(x)[j], "alpha_if_dropped", sep = "\r")] <- alpha_of(s[-j, -j])
  for (j in 1:k) {
    rest <- rowSums(x[, -j, drop = FALSE])
    a[paste(colnames(x)[j], "item_rest_correlation", sep = "\r")] <- cov2cor(covariances(cbind(x[, j], rest), w))[1, 2]
  }
  a
}
eigenvalues <- function(x, w, scaled) {
  s <- covariances(x, w)
  e <- eigen(if (scaled) cov2cor(s) else s, symmetric = TRUE)$values
  setNames(e, paste0("component", seq_along(e), "\reigenvalue"))
}
influence_of <- function(theta, w) {
  t(sapply(seq_along(w), function(i) {
    h <- w[i] * 2e-3
    d <- function(h) { a <- w; b <- w; a[i] <- w[i] + h; b[i] <- w[i] - h; (theta(a) - theta(b)) / (2 * h) }
    (4 * d(h / 2) - d(h)) / 3
  }))
}
variance_of <- function(theta, used, world) {
  w <- world$own$weights[used]
  if (world$own$replicate) return(as.matrix(vcov(withReplicates(world$des, function(w, data) theta(w[used])))))
  full <- matrix(0, nrow(world$data), length(theta(w)))
  full[used, ] <- influence_of(theta, w)
  as.matrix(vcov(svytotal(full, world$des)))
}
named_rows <- function(e, v, df, level) {
  rows <- interval_rows(names(e), e, diag(v), df, level)
  parts <- strsplit(names(e), "\r", fixed = TRUE)
  for (i in seq_along(rows)) { rows[[i]]$variable <- parts[[i]][1]; rows[[i]]$level <- parts[[i]][2] }
  rows
}
listwise <- function(item, world) conditions(world$data, item$domain) & world$own$weights != 0 & stats::complete.cases(world$data[unlist(item$variables)])

evaluate_alpha <- function(item, world) {
  o <- item$options
  used <- listwise(item, world)
  x <- as.matrix(world$data[used, unlist(item$variables)])
  for (r in unlist(o$reverse)) x[, r] <- (if (is.null(o$range)) 0 else sum(unlist(o$range))) - x[, r]
  level <- if (is.null(o$level)) 0.95 else o$level
  df <- own_df(world$own, conditions(world$data, item$domain))
  e <- alphas(x, world$own$weights[used])
  rows <- named_rows(e, variance_of(function(w) alphas(x, w), used, world), df, level)
  rows <- lapply(rows, function(r) {
    if (r$level != "item_rest_correlation") {   # ln(1 - alpha)
      half <- qt((1 + level) / 2, df) * r$se / (1 - r$estimate)
      r$ci$lower <- 1 - (1 - r$estimate) * exp(half); r$ci$upper <- 1 - (1 - r$estimate) * exp(-half)
    }
    r
  })
  s <- list(alpha = unname(e[1]), alpha_standardised = unname(e[2]), n = sum(used))
  if (ncol(x) == 2) { r <- cov2cor(covariances(x, world$own$weights[used]))[1, 2]; s$spearman_brown <- 2 * r / (1 + r) }
  list(estimates = rows, scalars = s)
}

evaluate_pca <- function(item, world) {
  scaled <- isTRUE(item$options$scale)
  used <- listwise(item, world)
  x <- as.matrix(world$data[used, unlist(item$variables)])
  w <- world$own$weights[used]
  e <- eigenvalues(x, w, scaled)
  v <- variance_of(function(w) eigenvalues(x, w, scaled), used, world)
  vectors <- eigen(if (scaled) cov2cor(covariances(x, w)) else covariances(x, w), symmetric = TRUE)$vectors
  oriented <- function(m) apply(m, 2, function(c) c * sign(c[which.max(abs(c))]))
  des <- svydesign(ids = ~1, weights = w, data = as.data.frame(x))
  loadings <- oriented(svyprcomp(reformulate(paste0("`", colnames(x), "`")), des, center = TRUE, scale. = scaled)$rotation)
  by_variable <- function(m) setNames(lapply(seq_len(nrow(m)), function(i) as.list(unname(m[i, ]))), colnames(x))
  list(estimates = named_rows(e, v, own_df(world$own, conditions(world$data, item$domain)), 0.95), eigenvalues = unname(e),
       proportion = unname(e / sum(e)), loadings = by_variable(loadings), eigenvectors = by_variable(oriented(vectors)))
}

evaluate_change <- function(item, world) {
  o <- item$options
  level <- if (is.null(o$level)) 0.95 else o$level
  wave <- unlist(item$by)
  des <- world$des
  des$variables <- data.frame(y = world$data[[unlist(item$variables)]], wave = as.character(world$data[[wave]]))
  mask <- conditions(world$data, item$domain)
  has <- stats::complete.cases(des$variables)
  # in a subset of a calibrated design the rows stay, with weight 0
  des$variables <- as.data.frame(lapply(des$variables, function(v) { v[is.na(v)] <- v[!is.na(v)][1]; v }))
  sub <- des[mask & has, ]
  calibrated <- length(world$own) && isTRUE(world$own$calibrated)
  if (calibrated && !world$own$replicate) {   # svyby(covmat) fails in a subset of a calibrated design
    z <- sapply(c(o$from, o$to), function(k) {
      own <- (mask & has & des$variables$wave == k) * world$own$weights
      m <- sum(own * des$variables$y)
      if (o$of == "total") (own != 0) * des$variables$y else (own != 0) * (des$variables$y - m / sum(own)) / sum(own)
    })
    e <- sapply(c(o$from, o$to), function(k) {
      own <- (mask & has & des$variables$wave == k) * world$own$weights
      sum(own * des$variables$y) / (if (o$of == "total") 1 else sum(own))
    })
    v <- as.matrix(vcov(svytotal(z, world$des)))
  } else {
    b <- suppressWarnings(svyby(~y, ~wave, sub, if (o$of == "total") svytotal else svymean, covmat = TRUE))
    places <- match(c(o$from, o$to), b$wave)
    e <- coef(b)[places]; v <- as.matrix(vcov(b))[places, places]
  }
  df <- own_df(world$own, mask)
  rows <- lapply(1:2, function(i) list(variable = unlist(item$variables), domain = setNames(list(c(o$from, o$to)[i]), wave),
                                       estimate = unname(e[i]), se = sqrt(v[i, i])))
  row <- function(name, value, gradient) {
    r <- interval_rows(name, value, drop(gradient %*% v %*% gradient), df, level)[[1]]
    r$t <- r$estimate / r$se; r$p <- 2 * pt(-abs(r$t), df)
    r
  }
  d <- row("change", unname(e[2] - e[1]), c(-1, 1))
  if (!is.null(o$margin)) {
    lower <- pt(-(d$estimate + o$margin) / d$se, df); upper <- pt((d$estimate - o$margin) / d$se, df)
    half <- qt(level, df) * d$se
    d$equivalence <- list(p = max(lower, upper), lower = d$estimate - half, upper = d$estimate + half)
  }
  d$detectable_change <- (qt((1 + level) / 2, df) + qt(if (is.null(o$power)) 0.8 else o$power, df)) * d$se
  list(estimates = rows, vcov = unname(v), contrasts = list(d, row("relative_change", unname(e[2] / e[1] - 1), c(-e[2] / e[1]^2, 1 / e[1]))),
       scalars = list(correlation = v[1, 2] / sqrt(v[1, 1] * v[2, 2]), se_if_independent = sqrt(v[1, 1] + v[2, 2])))
}

# ---- small areas, with whole matrices ----

design_of <- function(covariates, data) {
  x <- matrix(1, nrow(data), 1, dimnames = list(NULL, "(Intercept)"))
  for (c in covariates) {
    name <- if (is.list(c)) c$column else c
    v <- data[[name]]
    if (is.list(c) && isTRUE(c$categorical) || is.character(v)) {
      for (l in sort(unique(v), method = "radix")[-1]) { x <- cbind(x, v == l); colnames(x)[ncol(x)] <- paste0(name, "=", l) }
    } else { x <- cbind(x, v); colnames(x)[ncol(x)] <- name }
  }
  x
}
profile <- function(y, x, v) {
  i <- solve(v); q <- solve(t(x) %*% i %*% x); b <- drop(q %*% t(x) %*% i %*% y); r <- drop(y - x %*% b)
  p <- i - i %*% x %*% q %*% t(x) %*% i
  list(b = b, q = q, r = r, i = i, p = p, ml = -0.5 * (as.numeric(determinant(v)$modulus) + drop(r %*% i %*% r)),
       reml = -0.5 * (as.numeric(determinant(v)$modulus) - as.numeric(determinant(q)$modulus) + drop(r %*% i %*% r)))
}
# The largest of a function of one number above 0, its score solved to the last digits.
highest <- function(value, score, top) {
  grid <- c(0, exp(seq(log(top * 1e-8), log(top), length.out = 400)))
  best <- which.max(sapply(grid, value))
  if (best == 1 && score(0) <= 0) return(0)
  uniroot(score, c(grid[max(1, best - 1)], grid[best + 1]), tol = 1e-15 * top)$root
}
evaluate_fay_herriot <- function(item, world) {
  o <- item$options; data <- world$data
  x_all <- design_of(o$covariates, data); name <- unlist(item$variables)
  has <- !is.na(data[[name]])
  y <- data[[name]][has]; d <- data[[o$variance]][has]; x <- x_all[has, , drop = FALSE]; m <- length(y); p <- ncol(x)
  fit <- function(a) profile(y, x, diag(a + d))
  score_reml <- function(a) { f <- fit(a); -0.5 * sum(diag(f$p)) + 0.5 * sum((f$p %*% y)^2) }
  score_ml <- function(a) { f <- fit(a); -0.5 * sum(diag(f$i)) + 0.5 * sum((f$p %*% y)^2) }
  top <- 100 * (var(y) + max(d))
  a <- switch(o$method, REML = highest(function(a) fit(a)$reml, score_reml, top), ML = highest(function(a) fit(a)$ml, score_ml, top),
    AREML = highest(function(a) if (a > 0) fit(a)$reml + log(a) else -Inf, function(a) score_reml(a) + 1 / a, top),
    FH = { h <- function(a) sum(fit(a)$r^2 / (a + d)) - (m - p); if (h(0) <= 0) 0 else uniroot(h, c(0, top), tol = 1e-15 * top)$root })
  f <- fit(a); b <- d / (a + d); s1 <- sum(1 / (a + d)); s2 <- sum(1 / (a + d)^2)
  bias <- switch(o$method, ML = -sum(diag(f$q %*% t(x) %*% diag(1 / (a + d)^2) %*% x)) / s2, FH = 2 * (m * s2 - s1^2) / s1^3, 0)
  va <- if (o$method == "FH") 2 * m / s1^2 else 2 / s2
  loglik <- -0.5 * sum(log(2 * pi * (a + d)) + f$r^2 / (a + d))
  estimate <- drop(x_all %*% f$b); mse <- a + rowSums((x_all %*% f$q) * x_all); gamma <- rep(0, nrow(data))
  estimate[has] <- estimate[has] + (1 - b) * f$r
  mse[has] <- a * b + b^2 * rowSums((x %*% f$q) * x) + 2 * b^2 * va / (a + d) - bias * b^2
  gamma[has] <- 1 - b
  rows <- lapply(seq_len(nrow(data)), function(i) list(variable = name, domain = setNames(list(data[[o$domain_column]][i]), o$domain_column),
    estimate = estimate[i], mse = mse[i], gamma = gamma[i]))
  scalars <- list(refvar = a, loglik = loglik, AIC = -2 * loglik + 2 * (p + 1), BIC = -2 * loglik + log(m) * (p + 1))
  if (!is.null(o$benchmark)) {
    w <- data[[o$benchmark$weights]] / sum(data[[o$benchmark$weights]])
    target <- if (is.null(o$benchmark$target)) sum(w * data[[name]]) else o$benchmark$target
    shift <- identical(o$benchmark$form, "difference")
    factor <- if (shift) target - sum(w * estimate) else target / sum(w * estimate)
    for (i in seq_along(rows)) rows[[i]]$benchmarked <- if (shift) estimate[i] + factor else estimate[i] * factor
    scalars$benchmark_factor <- factor
  }
  list(estimates = rows, scalars = scalars, coefficients = lapply(seq_len(p), function(j) list(term = colnames(x)[j], estimate = unname(f$b[j]), se = sqrt(f$q[j, j]))))
}

evaluate_bhf <- function(item, world) {
  o <- item$options; name <- unlist(item$variables)
  data <- world$data[stats::complete.cases(world$data[c(name, unlist(o$covariates), o$domain_column)]), ]
  y <- data[[name]]; x <- design_of(o$covariates, data); g <- as.character(data[[o$domain_column]])
  z <- outer(g, unique(g), "==") + 0; zz <- z %*% t(z); n <- length(y); p <- ncol(x)
  restricted <- o$method == "REML"; freedom <- n - if (restricted) p else 0
  at <- function(l) { f <- profile(y, x, diag(n) + l * zz); f$s <- drop(f$r %*% f$i %*% f$r) / freedom; f }
  value <- function(l) { f <- at(l); -0.5 * (freedom * log(f$s) + as.numeric(determinant(diag(n) + l * zz)$modulus) - if (restricted) as.numeric(determinant(f$q)$modulus) else 0) }
  score <- function(l) { f <- at(l); t1 <- if (restricted) sum(f$p * zz) else sum(f$i * zz); r <- t(z) %*% f$i %*% f$r; 0.5 * (sum(r^2) / f$s - t1) }
  grid <- c(0, exp(seq(log(1e-6), log(1e4), length.out = 60)))
  best <- which.max(sapply(grid, value))
  l <- if (best == 1 && score(0) <= 0) 0 else uniroot(score, c(grid[max(1, best - 1)], grid[best + 1]), tol = 1e-13)$root
  f <- at(l); e <- f$s; u <- l * e; q <- f$q * e
  sizes <- table(g); a <- e + as.numeric(sizes) * u
  info <- matrix(c(sum(sizes^2 / a^2), sum(sizes / a^2), sum(sizes / a^2), sum((sizes - 1) / e^2 + 1 / a^2)), 2) / 2
  v <- solve(info)
  rows <- lapply(o$population_means, function(k) {
    xb <- c(1, sapply(unlist(o$covariates), function(c) k[[c]])); own <- g == as.character(k$domain); m <- sum(own)
    r <- list(variable = name, domain = setNames(list(k$domain), o$domain_column))
    if (m == 0) return(c(r, list(estimate = sum(xb * f$b), mse = u + drop(xb %*% q %*% xb), gamma = 0)))
    gamma <- u / (u + e / m); xm <- colMeans(x[own, , drop = FALSE]); effect <- gamma * (mean(y[own]) - sum(xm * f$b))
    h <- e^2 * v[1, 1] + u^2 * v[2, 2] - 2 * e * u * v[1, 2]; gap <- xb - gamma * xm
    others <- (k$N * xb - m * xm) / (k$N - m)
    c(r, list(estimate = sum(xb * f$b) + effect, est_pred = (sum(y[own]) + (k$N - m) * (sum(others * f$b) + effect)) / k$N, gamma = gamma,
              mse = gamma * e / m + drop(gap %*% q %*% gap) + 2 * h / (m^2 * (u + e / m)^3)))
  })
  list(estimates = rows, scalars = list(sigma2_u = u, sigma2_e = e), coefficients = lapply(seq_len(p), function(j) list(term = colnames(x)[j], estimate = unname(f$b[j]), se = sqrt(q[j, j]))))
}

# ---- areas ----

make_areas <- function(spread, seed, missing = 0) {
  set.seed(seed)
  n <- 26
  d <- data.frame(area = sprintf("gemeente %02d", seq_len(n)), stringsAsFactors = FALSE)
  d$homes <- round(runif(n, 20, 90), 1)
  d$coast <- sample(c("kust", "stad", "land"), n, TRUE)
  d$people <- sample(3000:90000, n)
  d$vardir <- signif(0.09 / sample(8:90, n, TRUE), 4)
  truth <- 0.3 + 0.002 * d$homes + 0.05 * (d$coast == "kust") + rnorm(n, 0, spread)
  d$share <- round(truth + rnorm(n, 0, sqrt(d$vardir)), 5)
  if (missing > 0) { gone <- sample(n, missing); d$share[gone] <- NA; d$vardir[gone] <- NA }
  d[sample(n), ]
}
dir.create(file.path(output, "data"), showWarnings = FALSE, recursive = TRUE)
write_data(make_areas(0.06, 31), file.path(output, "data", "areas.csv"))
write_data(make_areas(0, 1), file.path(output, "data", "even-areas.csv"))
write_data(make_areas(0.05, 77, 4), file.path(output, "data", "few-areas.csv"))

area_item <- function(id, method, covariates = list("homes", list(column = "coast", categorical = TRUE)), ...)
  list(id = id, statistic = "fay_herriot", variables = list("share"),
       options = c(list(covariates = covariates, variance = "vardir", domain_column = "area", method = method), list(...)))
methods <- function(...) lapply(c("REML", "ML", "FH", "AREML"), function(m) area_item(m, m, ...))
population <- lapply(c(101:118, 999), function(k) list(domain = k, N = 400 + 10 * (k %% 7), before = 5 + (k %% 5) / 4))
unit_item <- function(method) list(id = method, statistic = "bhf", variables = list("rent"),
  options = list(covariates = list("before"), domain_column = "district_code", method = method, population_means = population))

scales <- function(names, ...) list(
  list(id = "scale", statistic = "alpha", variables = as.list(names)),
  list(id = "two", statistic = "alpha", variables = as.list(names[1:2]), options = list(level = 0.9)),
  list(id = "reversed", statistic = "alpha", variables = as.list(names), options = list(missing = "listwise", reverse = list(names[2]))),
  list(id = "pca", statistic = "pca", variables = as.list(names), options = list(scale = TRUE, center = TRUE)),
  list(id = "pca.covariance", statistic = "pca", variables = as.list(names), options = list(scale = FALSE)), ...)
changes <- function(y, yes, wave, from, to) list(
  list(id = "mean", statistic = "change", variables = list(y), by = list(wave), options = list(from = from, to = to, of = "mean", margin = 0.8)),
  list(id = "share", statistic = "change", variables = list(yes), by = list(wave), options = list(from = to, to = from, of = "mean", level = 0.9, power = 0.9)),
  list(id = "total", statistic = "change", variables = list(y), by = list(wave), options = list(from = from, to = to, of = "total")))
inner <- list(list(id = "part", statistic = "alpha", variables = list("y", "x", "z"), domain = list(where("sex", "==", "v"))))
without <- list(kind = "taylor")
cases <- list(
  case("a01-strat", "analyses", "towns", taylor("w", "stratum", fpc = "population"), c(scales(c("y", "x", "z", "score"), inner[[1]]), changes("y", "vote", "sex", "m", "v"))),
  case("a02-two-stage", "analyses", "clusters", taylor("w", "stratum", c("district", "street"), c("districts", "streets")),
       c(scales(c("before", "after", "rating")), changes("rating", "owner", "sex", "m", "v"))),
  case("a03-clusters", "analyses", "clusters", taylor("w", "stratum", "district"), c(scales(c("before", "after", "rating")), changes("rating", "owner", "trust", "geen", "veel"))),
  case("a04-jkn", "analyses", "clusters", taylor("w", "stratum", "district", from = list(type = "JKn", mse = TRUE)), c(scales(c("before", "after", "rating")), changes("before", "owner", "sex", "m", "v"))),
  case("a05-brr", "analyses", "replicates", replicates("w", "BRR", "brr_", 8, 1 / 8), c(scales(c("y", "x", "rating")), changes("y", "yes", "sex", "m", "v"))),
  case("a06-calibrate", "analyses", "clusters",
       taylor("w", "stratum", "district", adjust = calibration("linear", intercept(9000), numeric_term("rent", 4e6), indicator("sex", "m", 4400))),
       c(scales(c("before", "after", "rating")), changes("before", "owner", "sex", "m", "v"))),
  case("a10-areas", "analyses", "areas", without, c(methods(), list(
    area_item("no covariates", "REML", covariates = list()),
    area_item("ratio", "REML", benchmark = list(weights = "people")), area_item("shift", "ML", benchmark = list(weights = "people", target = 0.45, form = "difference")))) ),
  case("a11-even-areas", "analyses", "even-areas", without, methods(covariates = list("homes"))),
  case("a12-few-areas", "analyses", "few-areas", without, methods(covariates = list("homes"))),
  case("a13-people", "analyses", "clusters", without, list(unit_item("REML"), unit_item("ML"))))

for (case in cases) {
  own_data <- file.exists(file.path(output, case$dataset))
  if (!own_data) case$dataset <- sub("^data", "../statistics/data", case$dataset)
  world <- if (length(case$design) > 1) world_of(case, output) else list(data = read_data(file.path(output, case$dataset)))
  case$items <- lapply(case$items, function(item) {
    evaluate <- switch(item$statistic, alpha = evaluate_alpha, pca = evaluate_pca, change = evaluate_change, fay_herriot = evaluate_fay_herriot, bhf = evaluate_bhf)
    item$expected <- suppressWarnings(tryCatch(evaluate(item, world), error = function(e) stop(case$id, " ", item$id, ": ", conditionMessage(e))))
    item$tolerance <- list(rel = 1e-6, abs = 1e-8, reason = "influence by differences, root finding; estimates agree closer")
    item$oracle <- list(package = "R survey 4.1-1, base R", call = item$statistic)
    item
  })
  case <- c(case[c("id", "capability")], list(dataset = case$dataset, missing_value = "empty field"), case[c("design", "items")])
  writeLines(toJSON(case, auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = 1),
             file.path(output, paste0(case$id, ".json")), useBytes = TRUE)
}
