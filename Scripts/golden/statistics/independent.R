# The formulas of survey statistics in base R, written without the survey package: the second opinion on every golden
# number. A design is a list made by `own_design`; `own_covariance` is the variance of totals of influence values.

# ids of every stage made unique within the stage before, and the first stage within its stratum
own_design <- function(data, spec) {
  n <- nrow(data)
  weights <- if (is.null(spec$weights)) rep(1, n) else data[[spec$weights]]
  strata <- if (length(spec$strata)) as.character(data[[spec$strata[[1]]]]) else rep("all", n)
  stages <- list()
  path <- strata
  for (column in spec$clusters) {
    path <- paste(path, data[[column]], sep = "\r")
    stages[[length(stages) + 1]] <- path
  }
  if (!length(stages)) stages <- list(paste(strata, seq_len(n), sep = "\r"))
  parents <- c(list(strata), stages)
  sizes <- list()
  for (stage in seq_along(spec$fpc)) {
    size <- as.numeric(data[[spec$fpc[[stage]]]])
    count <- ave(as.numeric(factor(stages[[stage]])), parents[[stage]], FUN = function(x) length(unique(x)))
    sizes[[stage]] <- if (identical(spec$fpc_kind, "sampling_fraction")) count / size else size
  }
  own <- list(replicate = FALSE, weights = weights, base = weights, strata = strata, stages = stages, sizes = sizes,
              lonely = if (is.null(spec$lonely_psu)) "fail" else spec$lonely_psu,
              lonely_domain = isTRUE(spec$lonely_domain), calibrated = FALSE)
  if (identical(spec$kind, "replicate")) {
    r <- spec$replicate
    factors <- as.matrix(data[paste0(r$prefix, r$from:r$to)])
    own$replicate <- TRUE
    own$replicates <- if (isTRUE(r$combined_weights)) factors else factors * weights
    own$scale <- r$scale
    own$rscales <- rep(unlist(r$rscales), length.out = ncol(factors))
    own$mse <- isTRUE(r$mse)
  } else if (!is.null(spec$replicate_from)) {
    own <- own_jackknife(own, spec$replicate_from)
  }
  for (step in spec$adjust) own <- own_adjust(own, data, step)
  own
}

own_jackknife <- function(own, from) {
  psu <- own$stages[[1]]
  units <- unique(psu)
  first <- match(units, psu)
  count <- table(own$strata[first])
  in_stratum <- as.numeric(count[own$strata[first]])
  size <- if (length(own$sizes)) own$sizes[[1]][first] else rep(Inf, length(units))
  some_left <- size > in_stratum   # a complete stratum gets no replicates
  units <- units[some_left]; first <- first[some_left]; in_stratum <- in_stratum[some_left]; size <- size[some_left]
  own$replicates <- sapply(seq_along(units), function(r) {
    same <- own$strata == own$strata[first[r]]
    own$weights * ifelse(psu == units[r], 0, ifelse(same, in_stratum[r] / (in_stratum[r] - 1), 1))
  })
  own$rscales <- (in_stratum - 1) / in_stratum * (1 - in_stratum / size)
  own$scale <- 1
  own$mse <- isTRUE(from$mse)
  own$replicate <- TRUE
  own
}

# indicator columns of the auxiliaries of a step, and the weights that meet its totals
own_adjust <- function(own, data, step) {
  if (step$method == "calibrate") return(own_calibrate(own, data, step))
  if (step$method == "trim") return(own_trim(own, step))
  if (step$method == "poststratify") {
    cells <- do.call(paste, c(data[unlist(step$by)], sep = "\r"))
    totals <- sapply(step$totals, function(t) t$total)
    names(totals) <- sapply(step$totals, function(t) paste(unlist(t[unlist(step$by)]), collapse = "\r"))
    margins <- list(list(cells = cells, totals = totals))
  } else {
    margins <- lapply(step$margins, function(m)
      list(cells = as.character(data[[m$variable]]), totals = unlist(m$totals)))
  }
  fit <- function(w) {
    for (round in 1:2000) {
      before <- w
      for (m in margins) {
        now <- tapply(w, m$cells, sum)
        w <- w * as.numeric((m$totals[names(now)] / now)[m$cells])
      }
      if (length(margins) == 1 || max(abs(w - before)) <= 1e-14 * max(w)) break
    }
    w
  }
  own$auxiliaries <- do.call(cbind, lapply(margins, function(m) outer(m$cells, names(m$totals), "==") + 0))
  # rake() of survey takes unweighted means out of the margins, postStratify() means weighted with the base weights.
  own$base <- if (step$method == "rake") rep(1, length(own$weights)) else own$weights
  own$weights <- fit(own$weights)
  own$fitted <- own$weights
  own$calibrated <- TRUE
  if (own$replicate) own$replicates <- apply(own$replicates, 2, fit)
  own
}

# Deville & Sarndal's calibration: the distances' g(u), and Newton's method on the multipliers.
own_calibrate <- function(own, data, step) {
  x <- sapply(step$terms, function(t) switch(t$term, intercept = rep(1, nrow(data)),
    indicator = as.numeric(as.character(data[[t$column]]) == t$level), numeric = as.numeric(data[[t$column]])))
  targets <- sapply(step$terms, function(t) t$total)
  limit <- function(i) if (is.null(step$bounds) || is.null(step$bounds[[i]])) c(-Inf, Inf)[i] else step$bounds[[i]]
  on_weight <- startsWith(if (is.null(step$bounds_on)) "g" else step$bounds_on, "weight")
  unit <- if (!is.null(step$aggregate_stage)) own$stages[[step$aggregate_stage]]
  fit <- function(w) {
    use <- w > 0
    mean_of <- function(v) if (is.null(unit)) v[use] else ave(v * w, unit, FUN = sum)[use] / ave(w, unit, FUN = sum)[use]
    a <- apply(x, 2, mean_of)
    low <- if (on_weight) limit(1) / w[use] else limit(1); high <- if (on_weight) limit(2) / w[use] else limit(2)
    g <- function(u) switch(step$calfun, linear = pmin(pmax(1 + u, low), high), raking = pmin(pmax(exp(u), low), high),
      logit = { k <- (high - low) / ((high - 1) * (1 - low)); e <- exp(k * u); (low * (high - 1) + high * (1 - low) * e) / (high - 1 + (1 - low) * e) })
    slope <- function(u) { inside <- g(u) > low & g(u) < high
      switch(step$calfun, linear = inside + 0, raking = exp(u) * inside,
             logit = (g(u + 1e-6) - g(u - 1e-6)) / 2e-6) }
    lambda <- rep(0, ncol(a)); misfit <- function(l) targets - colSums(a * w[use] * g(drop(a %*% l)))
    for (round in 1:500) {
      m <- misfit(lambda)
      if (max(abs(m) / pmax(abs(targets), 1)) < 1e-14) break
      move <- drop(MASS::ginv(crossprod(a * (w[use] * slope(drop(a %*% lambda))), a), tol = 1e-14) %*% m)
      size <- 1
      while (size > 1e-6 && sum((misfit(lambda + size * move) / pmax(abs(targets), 1))^2) > sum((m / pmax(abs(targets), 1))^2)) size <- size / 2
      if (size <= 1e-6) break
      lambda <- lambda + size * move
    }
    w[use] <- w[use] * g(drop(a %*% lambda))
    w
  }
  own$auxiliaries <- if (is.null(unit)) x else apply(x, 2, function(v) ave(v * own$weights, unit, FUN = sum) / ave(own$weights, unit, FUN = sum))
  own$base <- own$weights
  own$weights <- fit(own$weights)
  own$fitted <- own$weights
  own$calibrated <- TRUE
  if (own$replicate) own$replicates <- apply(own$replicates, 2, fit)
  own
}

# Cut at the bounds, spread what was cut over the rows inside; again while strict.
own_trim <- function(own, step) {
  upper <- if (is.null(step$upper)) Inf else step$upper
  lower <- if (is.null(step$lower)) -Inf else step$lower
  fit <- function(w) {
    for (round in 1:10000) {
      rows <- which(w != 0)
      outside <- rows[w[rows] < lower | w[rows] > upper]
      if (!length(outside)) break
      cut <- pmin(pmax(w[outside], lower), upper)
      removed <- sum(w[outside] - cut)
      w[outside] <- cut
      inside <- setdiff(rows, outside)
      w[inside] <- w[inside] + removed / length(inside)
      if (!isTRUE(step$strict)) break
    }
    w
  }
  own$weights <- fit(own$weights)
  if (own$replicate) own$replicates <- apply(own$replicates, 2, fit)
  own
}

# Covariance of sum(w * z), z a matrix of influence values, `active` the rows of the domain.
own_covariance <- function(own, z, active) {
  z <- as.matrix(z)
  z[!active, ] <- 0
  u <- own$weights * z
  if (own$calibrated) {
    # Where a later step changed the weights, survey keeps the regression of the calibration.
    u <- own$fitted * as.matrix(residuals(lm.wfit(own$auxiliaries, z * (own$weights / own$fitted), own$base)))
    active <- rep(TRUE, length(active))
  }
  own_stage(u, own$strata, own$stages, own$sizes, active, own$lonely, own$lonely_domain)
}

own_stage <- function(u, strata, stages, sizes, active, lonely, lonely_domain) {
  p <- ncol(u)
  psu <- stages[[1]]
  present <- unique(strata[active])
  units <- unique(psu[strata %in% present])
  centre <- colSums(u[strata %in% present, , drop = FALSE]) / length(units)
  variance <- matrix(0, p, p)
  lost <- 0
  for (h in present) {
    rows <- strata == h
    totals <- rowsum(u[rows, , drop = FALSE], psu[rows])
    n <- nrow(totals)
    size <- if (length(sizes)) sizes[[1]][rows][1] else Inf
    f <- 1 - n / size
    seen <- length(unique(psu[rows & active]))
    if (f < 1e-7) next
    alone <- n == 1 || (lonely_domain && seen == 1)
    if (alone && lonely == "fail" && n == 1) stop("lonely")
    if (alone && lonely == "average") { lost <- lost + 1; next }
    if (n == 1 && lonely != "adjust") next
    around <- if (alone && lonely == "adjust") centre else colMeans(totals)
    variance <- variance + f * (if (n > 1) n / (n - 1) else 1) * crossprod(sweep(totals, 2, around))
  }
  if (lost) variance <- variance * length(present) / (length(present) - lost)
  if (length(stages) > 1 && length(sizes) > 1) for (unit in unique(psu[active])) {
    rows <- psu == unit
    stratum <- strata == strata[rows][1]
    sampled <- length(unique(psu[stratum])) / sizes[[1]][rows][1]
    variance <- variance + sampled * own_stage(
      u[rows, , drop = FALSE], rep("all", sum(rows)), lapply(stages[-1], function(s) s[rows]),
      lapply(sizes[-1], function(s) s[rows]), active[rows], lonely, FALSE)
  }
  variance
}

# Covariance of a statistic: by influence values, or over the replicates. `theta(w)` and `influence(w)` leave out
# the rows of weight 0.
own_variance <- function(own, statistic, active) {
  if (!own$replicate) return(own_covariance(own, statistic$influence(own$weights * active), active))
  values <- apply(own$replicates, 2, function(w) statistic$theta(w * active))
  values <- if (is.matrix(values)) t(values) else matrix(values, ncol = 1)
  good <- !apply(is.na(values), 1, any)
  values <- values[good, , drop = FALSE]
  rscales <- own$rscales[good]
  centre <- if (own$mse) statistic$theta(own$weights * active) else colMeans(values[rscales > 0, , drop = FALSE])
  deviation <- sweep(values, 2, centre)
  own$scale * crossprod(deviation * sqrt(rscales))
}

# Degrees of freedom of the rows of a domain.
own_df <- function(own, active) {
  rows <- active & own$weights != 0
  if (own$replicate) return(qr(own$replicates[active, , drop = FALSE], tol = 1e-5)$rank - 1)
  length(unique(own$stages[[1]][rows])) - length(unique(own$strata[rows]))
}

# ---- statistics: theta(w) and influence(w), w zero outside the domain ----

own_mean <- function(x) list(
  theta = function(w) colSums(w * x) / sum(w),
  influence = function(w) sweep(x, 2, colSums(w * x) / sum(w)) / sum(w))

own_total <- function(x) list(theta = function(w) colSums(w * x), influence = function(w) x)

own_ratio <- function(x, y) list(   # every column of x over the one of y
  theta = function(w) colSums(w * x) / sum(w * y),
  influence = function(w) (x - outer(y, colSums(w * x) / sum(w * y))) / sum(w * y))

# The moments x_j * x_k about the mean, all pairs, with n/(n-1); n is the number of rows used.
own_moments <- function(x, n) {
  pairs <- expand.grid(seq_len(ncol(x)), seq_len(ncol(x)))
  products <- function(w) {
    centred <- sweep(x, 2, colSums(w * x) / sum(w))
    n / (n - 1) * centred[, pairs[[1]], drop = FALSE] * centred[, pairs[[2]], drop = FALSE]
  }
  list(theta = function(w) colSums(w * products(w)) / sum(w),
       influence = function(w) { m <- products(w); sweep(m, 2, colSums(w * m) / sum(w)) / sum(w) })
}

own_groups <- function(make, masks) {   # the statistic in each group, side by side
  each <- lapply(masks, function(m) make())
  list(theta = function(w) unlist(Map(function(s, m) s$theta(w * m), each, masks)),
       influence = function(w) do.call(cbind, Map(function(s, m) as.matrix(s$influence(w * m)) * m, each, masks)))
}

own_quantile <- function(x, w, p, rule) {
  x <- x[w > 0]; w <- w[w > 0]
  order_x <- order(x); x <- x[order_x]; w <- w[order_x]
  cumulative <- cumsum(w)
  if (rule == "hf7") {
    n <- length(x)
    pk <- c(0, cumulative[-n]) / cumulative[n - 1]
    if (p >= 1) return(x[n])
    i <- findInterval(p, pk)
    return(x[i] + (p - pk[i]) / (pk[i + 1] - pk[i]) * (x[i + 1] - x[i]))
  }
  target <- p * sum(w)
  i <- which(cumulative >= target * (1 - 1e-12))[1]
  tie <- abs(cumulative[i] - target) <= 1e-12 * target
  if (rule == "school" && tie && i < length(x)) (x[i] + x[i + 1]) / 2 else x[i]
}

# Interval of a share: p, its variance, n, the df of n_eff and the df of t.
own_share_interval <- function(method, p, variance, n, df_design, df, level) {
  p <- as.vector(p); variance <- as.vector(variance)
  t <- qt((1 + level) / 2, df)
  ends <- c(-1, 1)
  switch(method,
    mean = p + ends * t * sqrt(variance),
    xlogit = plogis(qlogis(p) + ends * t * sqrt(variance) / (p * (1 - p))),
    beta = {
      n_eff <- p * (1 - p) / variance * (qt((1 - level) / 2, n - 1) / qt((1 - level) / 2, df_design))^2
      c(qbeta((1 - level) / 2, n_eff * p, n_eff * (1 - p) + 1), qbeta((1 + level) / 2, n_eff * p + 1, n_eff * (1 - p)))
    })
}

# Rao-Scott: Pearson's X2 of the weighted shares times n and the eigenvalues of D, from residuals of independence.
own_rao_scott <- function(own, rows, columns, active) {
  cells <- expand.grid(row = sort(unique(rows[active])), column = sort(unique(columns[active])),
                       stringsAsFactors = FALSE)
  x <- mapply(function(r, c) (rows == r & columns == c) + 0, cells$row, cells$column)
  x[!active, ] <- 0
  w <- own$weights * active
  shares <- own_mean(x)
  p <- shares$theta(w)
  n <- sum(active)
  row_share <- tapply(p, cells$row, sum)[cells$row]
  column_share <- tapply(p, cells$column, sum)[cells$column]
  x2 <- n * sum((p - row_share * column_share)^2 / (row_share * column_share))
  v <- own_variance(own, shares, active)
  # Contrasts of the saturated model left after the main effects, in the metric of the shares.
  main <- model.matrix(~ factor(row) + factor(column), cells)
  full <- model.matrix(~ factor(row) * factor(column), cells)
  c_matrix <- residuals(lm.fit(main, full[, -seq_len(ncol(main)), drop = FALSE]))
  c_matrix <- as.matrix(c_matrix)
  inverse <- ifelse(p == 0, 0, 1 / p)
  denominator <- t(c_matrix) %*% (inverse / n * c_matrix)
  numerator <- t(inverse * c_matrix) %*% v %*% (inverse * c_matrix)
  d <- solve(denominator, numerator)
  list(x2 = x2, n = n, d = d, cells = cells, p = p, x = x)
}

# Koch et al.: Wald statistic of T_rc - T_r T_c / T without the first row and column, T the estimated totals.
own_wald <- function(own, table, active) {
  cells <- table$cells
  w <- own$weights * active
  total <- table$p * sum(w)
  rows <- unique(cells$row); columns <- unique(cells$column)
  r <- outer(rows, cells$row, "==") + 0
  s <- outer(columns, cells$column, "==") + 0
  row_total <- drop(r %*% total); column_total <- drop(s %*% total)
  use <- which(cells$row != rows[1] & cells$column != columns[1])
  i <- match(cells$row, rows); j <- match(cells$column, columns)
  y <- total[use] - row_total[i[use]] * column_total[j[use]] / sum(w)
  gradient <- t(sapply(use, function(k)
    (seq_along(total) == k) - r[i[k], ] * column_total[j[k]] / sum(w) - s[j[k], ] * row_total[i[k]] / sum(w) +
      row_total[i[k]] * column_total[j[k]] / sum(w)^2))
  v <- gradient %*% own_variance(own, own_total(table$x), active) %*% t(gradient)
  list(w = drop(y %*% solve(v, y)), k = length(use))
}

# P(sum_i lambda_i Z_i^2 > x V / df), V chi-square with df degrees of freedom, by Imhof's integral.
own_mixture_tail <- function(x, lambda, df) {
  lambda <- c(Re(lambda), -x / df)
  count <- c(rep(1, length(lambda) - 1), df)
  angle <- function(u) sapply(u, function(v) 0.5 * sum(count * atan(lambda * v)))
  size <- function(u) sapply(u, function(v) exp(0.25 * sum(count * log1p(lambda^2 * v^2))))
  integrand <- function(u) ifelse(u == 0, 0.5 * sum(count * lambda), sin(angle(u)) / (u * size(u)))
  0.5 + integrate(integrand, 0, Inf, rel.tol = 1e-9, subdivisions = 5000)$value / pi
}

# Bounds of a share from t^2 / n_eff: the score interval, or the likelihood ratio with the binomial's dispersion n / (n - 1)
own_score_interval <- function(method, p, variance, n, df, level) {
  r <- qt((1 + level) / 2, df)^2 * variance / (p * (1 - p))
  if (method == "wilson") {
    f <- function(q) (p - q)^2 - r * q * (1 - q)
  } else {
    part <- function(a, b) if (a == 0) 0 else a * log(a / b)
    f <- function(q) 2 * (part(p, q) + part(1 - p, 1 - q)) - r * n / (n - 1)
  }
  c(uniroot(f, c(1e-12, p), tol = 1e-15)$root, uniroot(f, c(p, 1 - 1e-12), tol = 1e-15)$root)
}
