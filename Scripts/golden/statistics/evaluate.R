# Turns a plan (the form of the cases) into expected numbers with the survey package, and checks each against
# independent.R. `evaluate(case, folder)` returns the case with `expected` filled in.

suppressPackageStartupMessages({ library(survey); library(jsonlite) })
AGREEMENT <- 1e-10
ratios_seen <- c()
looser_seen <- 0

agree <- function(what, survey_value, own_value, limit = AGREEMENT, scale = NULL) {
  a <- as.numeric(survey_value); b <- as.numeric(own_value)
  if (length(a) != length(b)) stop(what, ": ", length(a), " numbers of survey, ", length(b), " of the formula")
  size <- if (is.null(scale)) pmax(abs(a), abs(b)) else scale
  off <- ifelse(is.na(a) & is.na(b), 0, abs(a - b) / pmax(size, 1e-9))
  if (any(is.na(off)) || max(off) > limit)
    stop(what, ": survey ", paste(signif(a, 15), collapse = " "), " formula ", paste(signif(b, 15), collapse = " "))
  if (limit <= AGREEMENT) ratios_seen <<- c(ratios_seen, max(off)) else looser_seen <<- looser_seen + 1
  invisible(TRUE)
}

read_data <- function(path) {
  data <- read.csv(path, check.names = FALSE, na.strings = "", stringsAsFactors = FALSE, fileEncoding = "UTF-8", colClasses = NA)
  names(data) <- enc2utf8(names(data))
  data[] <- lapply(data, function(v) { if (is.character(v)) Encoding(v) <- "UTF-8"; v })
  data
}

# ---- the design in both worlds ----

survey_design <- function(filled, spec) {
  # rake(), postStratify() and calibrate() do not take every column name
  alias <- setNames(paste0("c", seq_along(filled)), names(filled))
  f <- function(columns) reformulate(unname(alias[columns]))
  original <- filled
  names(filled) <- alias
  if (identical(spec$kind, "replicate")) {
    r <- spec$replicate
    columns <- alias[paste0(r$prefix, r$from:r$to)]
    type <- if (r$type %in% c("BRR", "Fay", "JK1", "JKn", "bootstrap")) r$type else "other"
    rscales <- rep(unlist(r$rscales), length.out = length(columns))
    # scale and rscales are always given; "other" takes them as they are
    des <- suppressWarnings(svrepdesign(
      data = filled, weights = original[[spec$weights]], repweights = as.matrix(filled[columns]), type = "other",
      scale = r$scale, rscales = rscales, combined.weights = isTRUE(r$combined_weights), mse = isTRUE(r$mse)))
  } else {
    clusters <- if (length(spec$clusters)) f(unlist(spec$clusters)) else ~1
    weights <- if (is.null(spec$weights)) rep(1, nrow(filled)) else original[[spec$weights]]
    filled$.weights <- weights
    arguments <- list(ids = clusters, weights = ~.weights, data = filled)
    if (length(spec$strata)) arguments <- c(arguments, list(strata = f(unlist(spec$strata)), nest = TRUE))
    if (length(spec$fpc)) arguments$fpc <- f(unlist(spec$fpc))
    des <- do.call(svydesign, arguments)
    if (!is.null(spec$replicate_from))
      des <- as.svrepdesign(des, type = spec$replicate_from$type, mse = isTRUE(spec$replicate_from$mse), compress = FALSE)
  }
  for (step in spec$adjust) {
    if (step$method == "poststratify") {
      population <- do.call(rbind, lapply(step$totals, function(t)
        setNames(data.frame(t[unlist(step$by)], Freq = t$total), c(alias[unlist(step$by)], "Freq"))))
      des <- postStratify(des, f(unlist(step$by)), population)
    } else if (step$method == "rake") {
      margins <- lapply(step$margins, function(m) f(m$variable))
      totals <- lapply(step$margins, function(m) {
        t <- data.frame(names(m$totals), Freq = unlist(m$totals)); names(t)[1] <- alias[m$variable]; t
      })
      # Standard errors of rake() take unweighted means of the influence values out of the margins, ten times in turn: in
      # 4.1-1 as in 4.5. For design-weighted residuals see calibrate(calfun = "raking").
      des <- rake(des, margins, totals, control = list(maxit = 2000, epsilon = 1e-14))
    } else if (step$method == "calibrate") {
      des <- calibrated_design(des, filled, step, alias)
    } else if (step$method == "trim") {
      des <- trimWeights(des, upper = if (is.null(step$upper)) Inf else step$upper,
                         lower = if (is.null(step$lower)) -Inf else step$lower, strict = isTRUE(step$strict))
    } else stop("adjust ", step$method)
  }
  des
}

# Every term is a numeric column of its own, so that no coding of factors stands between plan and survey.
calibrated_design <- function(des, filled, step, alias) {
  names_of <- paste0(".t", seq_along(step$terms))
  for (i in seq_along(step$terms)) {
    t <- step$terms[[i]]
    des$variables[[names_of[i]]] <- switch(t$term, intercept = rep(1, nrow(filled)),
      indicator = as.numeric(as.character(filled[[alias[t$column]]]) == t$level), numeric = as.numeric(filled[[alias[t$column]]]))
  }
  totals <- setNames(sapply(step$terms, function(t) t$total), names_of)
  bounds <- if (is.null(step$bounds)) c(-Inf, Inf) else sapply(1:2, function(i) if (is.null(step$bounds[[i]])) c(-Inf, Inf)[i] else step$bounds[[i]])
  arguments <- list(des, reformulate(names_of, intercept = FALSE), totals, calfun = step$calfun, bounds = bounds,
                    epsilon = 1e-12, maxit = 200)
  if (inherits(des, "svyrep.design")) arguments$compress <- FALSE   # NA, its default, is an error for linear calibration
  if (!is.null(step$aggregate_stage)) arguments$aggregate.stage <- step$aggregate_stage
  if (startsWith(if (is.null(step$bounds_on)) "g" else step$bounds_on, "weight")) arguments$bounds.const <- TRUE
  do.call(calibrate, arguments)
}

conditions <- function(data, domain) {
  keep <- rep(TRUE, nrow(data))
  for (c in domain) {
    x <- data[[c$column]]
    v <- unlist(c$value)
    keep <- keep & switch(c$op, "==" = x == v, "!=" = x != v, "<" = x < v, "<=" = x <= v, ">" = x > v, ">=" = x >= v,
                          "in" = x %in% v & !is.na(x), notmissing = !is.na(x))
  }
  keep & !is.na(keep)
}

# ---- rows ----

interval_rows <- function(names, estimates, variances, dfs, level = 0.95, domains = NULL, levels = NULL, method = "t",
                          deff = NULL) {
  lapply(seq_along(estimates), function(i) {
    e <- unname(estimates[i]); se <- sqrt(max(unname(variances[i]), 0)); df <- unname(dfs[min(i, length(dfs))])
    row <- list(variable = names[min(i, length(names))])
    if (!is.null(levels)) row$level <- as.character(levels[i])
    if (!is.null(domains)) row$domain <- domains[[i]]
    row$estimate <- e; row$se <- se; row$df <- df
    t <- if (df > 0) qt((1 + level) / 2, df) else NA
    row$ci <- list(level = level, method = method, lower = e - t * se, upper = e + t * se)
    if (!is.null(deff)) row$deff <- unname(deff[i])
    row
  })
}

contrast_rows <- function(contrasts, values, vcov, df, level) {
  lapply(contrasts, function(k) {
    if (!is.null(k$coef)) {
      g <- rep(0, length(values)); g[match(names(k$coef), names(values))] <- unlist(k$coef)
      e <- sum(g * values)
    } else {
      text <- parse(text = k$expr)[[1]]
      e <- eval(text, as.list(values))
      g <- sapply(names(values), function(v) eval(D(text, v), as.list(values)))
    }
    interval_rows(k$name, e, drop(t(g) %*% vcov %*% g), df, level)[[1]]
  })
}

# ---- one item ----

evaluate_item <- function(item, world) {
  data <- world$data; own <- world$own
  o <- item$options
  level <- if (is.null(o$level)) 0.95 else o$level
  variables <- unlist(item$variables); by <- unlist(item$by)
  domain <- conditions(data, item$domain)
  paired <- item$statistic == "ttest" && length(variables) == 2 && variables[2] == "1"
  used <- if (paired) trimws(strsplit(variables[1], " - ", fixed = TRUE)[[1]]) else variables
  values <- data[used]
  complete <- if (length(used)) stats::complete.cases(values) else rep(TRUE, nrow(data))
  grouped <- if (length(by)) stats::complete.cases(data[by]) else rep(TRUE, nrow(data))
  active <- domain & complete & grouped
  x <- lapply(world$filled[used], function(v) v)
  if (length(x) && !is.character(x[[1]])) numbers <- sapply(x, function(v) if (is.numeric(v)) v else NA * seq_along(v))
  df <- own_df(own, domain)
  subset_design <- function(rows) world$des[rows, ]
  agree("df", degf(if (all(domain)) world$des else subset_design(domain)), df)
  design_df <- world$df
  expected <- list()
  # In a subset of a calibrated design the rows stay, with weight 0.
  part <- function(v, rows, des) if (nrow(des$variables) == nrow(data)) v else if (is.matrix(v)) v[rows, , drop = FALSE] else v[rows]
  sub <- subset_design(active)
  indicators <- function(v, mask) { l <- sort(unique(v[mask])); m <- sapply(l, function(k) (v == k) + 0); colnames(m) <- l; m }

  estimated <- function(mask, what) {   # survey's answer over some rows: estimates, covariance
    s <- subset_design(mask)
    if (what == "ratio") {
      r <- svyratio(part(numbers[, 1, drop = FALSE], mask, s), part(numbers[, 2, drop = FALSE], mask, s), s)
      return(list(e = as.numeric(coef(r)), v = matrix(as.numeric(SE(r))^2)))
    }
    m <- if (what == "proportion") part(indicators(x[[1]], active), mask, s) else part(numbers, mask, s)
    a <- switch(what, mean = , proportion = svymean(m, s), total = svytotal(m, s), variance = , sd = svyvar(m, s))
    if (what %in% c("variance", "sd")) return(list(e = as.numeric(a), v = as.matrix(attr(a, "var"))))
    list(e = as.numeric(coef(a)), v = as.matrix(vcov(a)))
  }

  statistic <- item$statistic
  if (statistic %in% c("mean", "total", "proportion", "ratio", "variance", "sd")) {
    make <- function(mask) {
      switch(statistic, mean = own_mean(numbers), total = own_total(numbers),
             proportion = own_mean(indicators(x[[1]], active)), ratio = own_ratio(numbers[, 1, drop = FALSE], numbers[, 2]),
             variance = , sd = own_moments(numbers, sum(mask & own$weights != 0)))
    }
    if (length(by)) {
      keys <- unique(data[active, by, drop = FALSE])
      keys <- keys[do.call(order, c(keys, method = "radix")), , drop = FALSE]
      domains <- lapply(seq_len(nrow(keys)), function(i) as.list(keys[i, , drop = FALSE]))
      member <- lapply(domains, function(k) Reduce(`&`, Map(function(c, v) data[[c]] == v & !is.na(data[[c]]), by, k)))
    } else { domains <- NULL; member <- list(rep(TRUE, nrow(data))) }
    masks <- lapply(member, function(m) m & active)
    parts <- lapply(masks, make)
    joint <- list(theta = function(w) unlist(Map(function(s, m) s$theta(w * m), parts, masks)),
                  influence = function(w) do.call(cbind, Map(function(s, m) as.matrix(s$influence(w * m)) * m, parts, masks)))
    e <- joint$theta(own$weights * active)
    v <- own_variance(own, joint, active)
    together <- TRUE
    if (length(by) && !own$replicate && !own$calibrated) {
      # Lonely strata are those of the group; then the covariance matrix of all groups has another diagonal and is left out.
      alone <- unlist(Map(function(s, m) diag(own_variance(own, s, m)), parts, masks))
      together <- max(abs(alone - diag(v)) / pmax(abs(alone), 1e-12)) < 1e-9
      diag(v) <- alone
    }
    k <- length(parts[[1]]$theta(own$weights * masks[[1]]))
    s <- lapply(masks, function(m) if (sum(m & own$weights > 0)) estimated(m, statistic))
    survey_e <- unlist(lapply(s, function(r) r$e))
    survey_v <- unlist(lapply(s, function(r) diag(r$v)))
    agree("estimate", survey_e, e, scale = pmax(abs(e), max(abs(e)) * 1e-6))
    hand <- isTRUE(world$hand) && statistic == "total"
    if (!hand) agree("variance", survey_v, diag(v), if (world$loose) 1e-6 else AGREEMENT,
                     scale = pmax(abs(diag(v)), max(abs(e))^2 * 1e-8))
    if (!hand && !length(by)) agree("covariance", s[[1]]$v, v, if (world$loose) 1e-6 else AGREEMENT, scale = max(diag(v), max(abs(e))^2 * 1e-8))
    if (length(by) && !hand && !own$calibrated && together && statistic %in% c("mean", "total") && length(variables) == 1 && !world$loose) {
      b <- sub
      b$variables$.v <- part(numbers[, 1], active, b)
      for (j in seq_along(by)) b$variables[[paste0(".g", j)]] <- part(data[[by[j]]], active, b)
      joint_r <- suppressWarnings(svyby(~.v, reformulate(paste0(".g", seq_along(by))), b,
                       if (statistic == "mean") svymean else svytotal, covmat = TRUE, drop.empty.groups = TRUE))
      order_r <- match(sapply(domains, function(d) paste(unlist(d), collapse = "\r")),
                       do.call(paste, c(as.data.frame(joint_r)[paste0(".g", seq_along(by))], sep = "\r")))
      agree("svyby covariance", vcov(joint_r)[order_r, order_r], v, scale = max(diag(v), 1e-12))
    }
    row_df <- rep(if (length(by)) sapply(member, function(m) own_df(own, domain & m)) else df, each = k)
    labels <- switch(statistic, ratio = paste(variables, collapse = "/"),
                     variance = , sd = if (length(variables) == 1) variables else
                       as.vector(outer(variables, variables, function(a, b) paste(a, b, sep = "*"))), variables)
    keep <- seq_len(k)
    if (statistic %in% c("variance", "sd") && length(variables) > 1)
      keep <- which(as.vector(upper.tri(diag(length(variables)), diag = TRUE)))
    if (statistic == "sd") { v <- v / outer(2 * sqrt(e), 2 * sqrt(e)); e <- sqrt(e) }
    index <- as.vector(sapply(seq_along(parts), function(g) (g - 1) * k + keep))
    names_of <- rep(if (statistic == "proportion") variables else labels[keep], length.out = length(index))
    levels <- if (statistic == "proportion") rep(colnames(indicators(x[[1]], active)), length(parts))
    deff <- NULL
    if (!is.null(o$deff)) {
      deff <- unlist(Map(function(m, g) {
        w <- own$weights * m
        n <- sum(w != 0); big <- sum(w)
        columns <- if (statistic == "proportion") indicators(x[[1]], active) else numbers
        s2 <- apply(columns, 2, function(c) n / (n - 1) * sum(w * (c - sum(w * c) / big)^2) / big)
        srs <- s2 / n * (if (statistic == "total") big^2 else 1) * (if (o$deff == "without_replacement") (big - n) / big else 1)
        diag(v)[(g - 1) * k + seq_len(k)] / srs
      }, masks, seq_along(masks)))
      if (!own$replicate && !length(by) && statistic %in% c("mean", "total", "proportion")) {
        m <- part(if (statistic == "proportion") indicators(x[[1]], active) else numbers, active, sub)
        d <- (if (statistic == "total") svytotal else svymean)(m, sub, deff = if (o$deff == "without_replacement") TRUE else "replace")
        if (!hand) agree("deff", if (is.matrix(deff(d))) diag(deff(d)) else deff(d), deff)
      }
    }
    expected$estimates <- interval_rows(names_of, e[index], diag(v)[index], row_df[index], level,
                                        if (length(by)) rep(domains, each = length(keep)), levels[index], deff = deff[index])
    if (length(index) > 1 && together) expected$vcov <- unname(v[index, index])
    if (length(o$contrast)) {
      names(e) <- if (length(by)) sapply(domains, function(d) paste(unlist(d), collapse = ".")) else
        if (statistic == "proportion") levels else variables
      expected$contrasts <- contrast_rows(o$contrast, e, v, df, level)
      for (j in seq_along(o$contrast)) {
        stat <- structure(e, var = v, class = "svystat", statistic = "x")
        r <- if (!is.null(o$contrast[[j]]$coef)) svycontrast(stat, unlist(o$contrast[[j]]$coef)) else
          svycontrast(stat, parse(text = o$contrast[[j]]$expr)[[1]])
        agree("contrast", c(coef(r), SE(r)), c(expected$contrasts[[j]]$estimate, expected$contrasts[[j]]$se))
      }
    }
  } else if (statistic == "multiselect_responses") {
    m <- numbers
    stat <- own_ratio(m, rowSums(m))
    e <- stat$theta(own$weights * active); v <- own_variance(own, stat, active)
    r <- svyratio(part(m, active, sub), part(matrix(rowSums(m)), active, sub), sub)
    agree("multiselect", c(coef(r), SE(r)^2), c(e, diag(v)))
    # here the rows without an answer leave the degrees of freedom too
    expected$estimates <- interval_rows(variables, e, diag(v), own_df(own, active), level)
    expected$vcov <- unname(v)
  } else if (statistic == "correlation") {
    n <- sum(active & own$weights != 0)
    stat <- own_moments(numbers, n)
    a <- svyvar(part(numbers, active, sub), sub)
    e <- stat$theta(own$weights * active); v <- own_variance(own, stat, active)
    agree("moments", as.numeric(a), e); agree("moments' covariance", attr(a, "var"), v, if (world$loose) 1e-6 else AGREEMENT, scale = max(abs(v)))
    k <- length(variables); at <- function(i, j) (j - 1) * k + i
    rows <- list()
    for (i in seq_len(k - 1)) for (j in (i + 1):k) {
      r <- e[at(i, j)] / sqrt(e[at(i, i)] * e[at(j, j)])
      g <- rep(0, k * k)
      g[at(i, j)] <- r / e[at(i, j)]; g[at(i, i)] <- -r / (2 * e[at(i, i)]); g[at(j, j)] <- -r / (2 * e[at(j, j)])
      rows[[length(rows) + 1]] <- list(variable = paste(variables[i], variables[j], sep = "*"), estimate = r,
                                       se = sqrt(drop(g %*% v %*% g)), df = df)
      if (!own$replicate) {   # the product moment's own influence values
        w <- own$weights * active
        z <- sweep(sweep(numbers, 2, colSums(w * numbers) / sum(w)), 2, sqrt(n / (n - 1) / c(e[at(1:k, 1:k)])), "*")
        direct <- (z[, i] * z[, j] - r * (z[, i]^2 + z[, j]^2) / 2) / sum(w)
        agree("correlation's influence", sqrt(own_covariance(own, direct, active)), rows[[length(rows)]]$se)
      }
    }
    expected$estimates <- rows
  } else if (statistic == "quantile") {
    rule <- if (is.null(o$qrule)) "math" else o$qrule; kind <- if (is.null(o$interval)) "mean" else o$interval
    probs <- unlist(o$probs)
    # as svyquantile(na.rm = TRUE): t belongs to the rows with an answer, the row's df to the domain
    answered <- own_df(own, active)
    q <- svyquantile(data.frame(v = part(numbers[, 1], active, sub)), sub, probs, alpha = 1 - level, qrule = rule, interval.type = kind, df = answered)$v
    n_rows <- nrow(sub)
    rows <- lapply(seq_along(probs), function(i) {
      w <- own$weights * active
      value <- own_quantile(numbers[active, 1], w[active], probs[i], rule)
      below <- matrix((numbers[, 1] <= value) + 0)
      share <- own_mean(below)$theta(w)
      v <- own_variance(own, own_mean(below), active)
      ends <- own_share_interval(kind, share, v, n_rows, answered, answered, level)
      mapped <- sapply(ends, function(p) if (is.nan(p) || p < 0 || p > 1) NA else own_quantile(numbers[active, 1], w[active], p, rule))
      se <- (mapped[2] - mapped[1]) / (2 * qt((1 + level) / 2, answered))
      # 4.1-1 takes the Wald interval of the share with replicates, whatever interval is asked for
      if (own$replicate && kind != "mean") agree(paste("quantile", probs[i]), q[i, 1], value)
      else agree(paste("quantile", probs[i]), q[i, 1:4], c(value, mapped, se))
      list(variable = variables[1], level = format(probs[i]), estimate = value, se = se, df = df,
           ci = list(level = level, method = paste0("woodruff-", kind), lower = mapped[1], upper = mapped[2]))
    })
    expected$estimates <- rows
  } else if (statistic == "prop_ci") {
    v <- x[[1]]
    below <- conditions(data, list(list(column = variables, op = o$op, value = o$value))) + 0
    w <- own$weights * active
    p <- own_mean(matrix(below))$theta(w)
    variance <- drop(own_variance(own, own_mean(matrix(below)), active))
    rows_df <- own_df(own, active)
    sub$variables$.p <- part(below, active, sub)
    expected$estimates <- lapply(unlist(o$methods), function(method) {
      # 4.1-1 has no Wilson interval, and reads the bounds of the likelihood off a spline through few points
      r <- suppressWarnings(svyciprop(~.p, sub, method = if (method == "wilson") "xlogit" else method, level = level))
      ci <- as.numeric(attr(r, "ci"))
      if (method %in% c("wilson", "likelihood")) {
        exact <- own_score_interval(method, p, variance, nrow(sub), rows_df, level)
        if (method == "likelihood") agree("likelihood (spline)", ci, exact, 5e-3)
        ci <- exact
      }
      agree("share", c(coef(r), vcov(r)), c(p, variance), 1e-6)
      if (method %in% c("mean", "xlogit", "beta"))
        agree(method, ci, own_share_interval(method, p, variance, nrow(sub), rows_df, rows_df, level), if (method == "beta") 1e-8 else AGREEMENT)
      if (method == "logit" && !own$replicate)
        agree("logit", ci, own_share_interval("xlogit", p, variance, nrow(sub), rows_df, rows_df, level), 1e-7)
      if (method == "logit" && own$replicate) {   # the standard error of the replicates' logits
        logit <- list(theta = function(w) qlogis(sum(w * below) / sum(w)))
        agree("logit of the replicates", ci, plogis(qlogis(p) + c(-1, 1) * qt((1 + level) / 2, rows_df) *
          sqrt(drop(own_variance(own, logit, active)))), 1e-6)
      }
      list(variable = variables, level = method, estimate = p, se = sqrt(variance), df = rows_df,
           ci = list(level = level, method = method, lower = ci[1], upper = ci[2]))
    })
  } else if (statistic == "df") {
    expected$scalars <- list(df = df)
  } else if (statistic == "weights") {
    w <- own$weights
    agree("weights", weights(world$des, "sampling"), w, 1e-8)
    expected$weights <- list(n = length(w), sum = sum(w), sum_squares = sum(w^2), min = min(w), max = max(w),
                             first = w[1:min(10, length(w))], kish_deff = length(w) * sum(w^2) / sum(w)^2)
  } else if (statistic == "chisq") {
    kind <- o$statistic
    t <- own_rao_scott(own, as.character(x[[1]]), as.character(x[[2]]), active)
    rows_df <- own_df(own, active)
    sub$variables$.r <- part(x[[1]], active, sub); sub$variables$.c <- part(x[[2]], active, sub)
    r <- suppressWarnings(svychisq(~.r + .c, sub, statistic = kind))
    trace <- sum(diag(t$d)); d0 <- trace^2 / sum(diag(t$d %*% t$d))
    wald <- own_wald(own, t, active)
    test <- switch(kind,
      F = list(statistic = t$x2 / trace, df1 = d0, df2 = d0 * rows_df, p = pf(t$x2 / trace, d0, d0 * rows_df, lower.tail = FALSE)),
      Chisq = list(statistic = t$x2, df1 = ncol(t$d), p = pchisq(t$x2 / (trace / ncol(t$d)), ncol(t$d), lower.tail = FALSE)),
      Wald = list(statistic = wald$w / wald$k, df1 = wald$k, df2 = rows_df, p = pf(wald$w / wald$k, wald$k, rows_df, lower.tail = FALSE)),
      adjWald = { d2 <- rows_df - wald$k + 1; s <- wald$w * d2 / (wald$k * rows_df)
        list(statistic = s, df1 = wald$k, df2 = d2, p = pf(s, wald$k, d2, lower.tail = FALSE)) },
      list(statistic = t$x2, p = unname(r$p.value)))
    agree("chisq statistic", r$statistic, test$statistic)
    if (!kind %in% c("saddlepoint", "lincom")) agree("chisq p", r$p.value, test$p, 1e-8)
    if (kind == "lincom") {   # without CompQuadForm svychisq falls back on the saddlepoint; Imhof's integral is exact
      test$p <- own_mixture_tail(t$x2, eigen(t$d, only.values = TRUE)$values, d0 * rows_df)
      agree("lincom p, roughly", r$p.value, test$p, 0.02)
      if (ncol(t$d) == 1) agree("lincom of a 2x2 table is F", pf(t$x2 / trace, 1, rows_df, lower.tail = FALSE), test$p, 1e-8)
    }
    if (!is.null(r$parameter)) agree("chisq df", r$parameter, c(test$df1, test$df2))
    expected$test <- test
    if (kind == "F") expected$estimates <- lapply(seq_along(t$p), function(i)
      list(variable = "table_proportion", domain = setNames(list(t$cells$row[i], t$cells$column[i]), variables), estimate = unname(t$p[i])))
  } else if (statistic == "ttest") {
    w <- own$weights * active
    rows_df <- own_df(own, active)
    if (length(variables) == 2 && !paired) {
      g <- as.character(x[[2]]); groups <- sort(unique(g[active])); stopifnot(length(groups) == 2)
      y <- x[[1]]
      stat <- own_groups(function() own_mean(matrix(y)), lapply(groups, function(k) (g == k) + 0))
      means <- stat$theta(w); v <- own_variance(own, stat, active)
      e <- means[2] - means[1]; variance <- v[1, 1] + v[2, 2] - 2 * v[1, 2]
      sub$variables$.y <- part(y, active, sub); sub$variables$.g <- part(factor(g, groups), active, sub)
      r <- svyttest(.y ~ .g, sub)
      agree("t", c(r$statistic, r$parameter, r$estimate), c(e / sqrt(variance), rows_df - 1, e), 1e-9)
    } else {
      y <- if (paired && length(used) == 2) numbers[, 1] - numbers[, 2] else numbers[, 1]
      stat <- own_mean(matrix(y))
      e <- stat$theta(w); variance <- drop(own_variance(own, stat, active))
      sub$variables$.y <- part(y, active, sub)
      r <- svyttest(.y ~ 1, sub)
      agree("t", c(r$statistic, r$parameter, r$estimate), c(e / sqrt(variance), rows_df - 1, e))
    }
    expected$test <- list(statistic = e / sqrt(variance), df1 = rows_df - 1, p = 2 * pt(-abs(e / sqrt(variance)), rows_df - 1))
    agree("t p", r$p.value, expected$test$p, 1e-8)
    expected$estimates <- interval_rows("difference", e, variance, rows_df - 1, level)
  } else if (statistic == "ranktest") {
    y <- x[[1]]; g <- as.character(x[[2]])
    w <- own$weights * active
    rows_df <- own_df(own, active)
    groups <- sort(unique(g[active]))
    big <- sum(w)
    value <- y[active]; weight <- w[active]
    rank <- sapply(value, function(v) sum(weight[value < v]))          # mid-rank: ties share the mean of theirs
    ties <- order(value)
    within <- ave((cumsum(weight[ties]) - weight[ties] / 2), factor(value[ties]))
    rank[ties] <- within
    score <- rep(0, length(y))
    score[active] <- switch(o$test, wilcoxon = , KruskalWallis = rank / big, vanderWaerden = qnorm(rank / big), median = (rank > big / 2) + 0)
    masks <- lapply(groups, function(k) (g == k) & active)
    stat <- own_groups(function() own_mean(matrix(score)), masks)
    means <- stat$theta(w)
    # the ranks stay what they are in the full sample, also over replicates: survey takes the influence values' total
    z <- stat$influence(w)
    v <- if (own$replicate) own_variance(own, own_total(z), active) else own_covariance(own, z, active)
    contrast <- cbind(-1, diag(length(groups) - 1))
    beta <- drop(contrast %*% means); vb <- contrast %*% v %*% t(contrast)
    sub$variables$.y <- part(y, active, sub); sub$variables$.g <- part(factor(g, groups), active, sub)
    r <- svyranktest(.y ~ .g, sub, test = o$test)
    if (length(groups) == 2) {
      s <- beta / sqrt(drop(vb))
      expected$test <- list(statistic = s, df1 = rows_df - 1, p = 2 * pt(-abs(s), rows_df - 1))
      expected$estimates <- list(list(variable = "difference_in_mean_rank_score", estimate = beta))
      agree("rank test", c(r$statistic, r$parameter, r$estimate, r$p.value), c(unlist(expected$test)[1:2], beta, expected$test$p), 1e-9)
    } else {
      s <- drop(beta %*% solve(vb, beta)); d1 <- length(groups) - 1; d2 <- rows_df - d1
      expected$test <- list(statistic = s, df1 = d1, df2 = d2, p = pf(s / d1, d1, d2, lower.tail = FALSE))
      agree("rank test", c(r$parameter, r$statistic, r$ddf, r$p.value), unlist(expected$test), 1e-8)
    }
  } else stop("statistic ", statistic)
  expected$design_df <- design_df
  expected
}

world_of <- function(case, folder) {
  data <- read_data(file.path(folder, case$dataset))
  filled <- as.data.frame(lapply(data, function(v) { v[is.na(v)] <- v[!is.na(v)][1]; v }), check.names = FALSE)
  spec <- case$design
  options(survey.lonely.psu = if (is.null(spec$lonely_psu)) "fail" else spec$lonely_psu,
          survey.adjust.domain.lonely = isTRUE(spec$lonely_domain))
  des <- survey_design(filled, spec)
  own <- own_design(data, spec)
  list(data = data, filled = filled, des = des, own = own, df = degf(des),
       loose = own$replicate && length(spec$adjust) > 0, hand = identical(spec$lonely_psu, "adjust"))
}
