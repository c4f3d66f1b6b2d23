# Rscript models.R OUTPUT_FOLDER
#
# Golden cases of regression models over the synthetic samples of Tests/Golden/statistics/data, in the same form. Coefficients
# and their covariance come from R's svyglm, tests of terms from regTermTest, predicted margins from svypredmeans where it
# can do them. Effects that survey does not have (average marginal effects, standardised coefficients, importance) are
# functions of the weights here, written without any derivative: their influence values are differences of refits with
# one weight changed, and their variance is that of the total of those values in svytotal; under replication they are
# computed anew in each replicate.

invisible(Sys.setlocale("LC_ALL", "C.UTF-8"))
arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: Rscript models.R OUTPUT_FOLDER")
output <- arguments[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (part in c("independent.R", "evaluate.R", "cases.R")) source(file.path(here, "statistics", part), encoding = "UTF-8")
if (packageVersion("survey") != "4.1.1") stop("made with survey 4.1-1; this is ", packageVersion("survey"))

families <- list("gaussian" = gaussian(), "quasibinomial(logit)" = quasibinomial(), "quasibinomial(probit)" = quasibinomial("probit"),
                 "quasipoisson(log)" = quasipoisson())
tight <- list(epsilon = 1e-14, maxit = 100)

# Columns by plain names, factors with their reference first.
prepare <- function(data, o, mask) {
  columns <- unique(c(o$response, unlist(lapply(o$predictors, function(p) if (is.null(p$interaction)) p$column else unlist(p$interaction)))))
  alias <- setNames(paste0("v", seq_along(columns)), columns)
  frame <- setNames(data[columns], alias)
  used <- mask & stats::complete.cases(frame)
  if (!is.null(o$success)) frame[[1]] <- as.numeric(frame[[1]] %in% unlist(o$success))
  for (p in o$predictors) if (is.null(p$interaction)) {
    v <- frame[[alias[p$column]]]
    if (isTRUE(p$categorical) || !is.null(p$reference) || is.character(v)) {
      levels <- sort(unique(v[used]), method = "radix")
      if (!is.null(p$reference)) levels <- c(p$reference, setdiff(levels, p$reference))
      frame[[alias[p$column]]] <- factor(v, levels)
    }
  }
  terms <- sapply(o$predictors, function(p) paste(alias[unlist(if (is.null(p$interaction)) p$column else p$interaction)], collapse = ":"))
  list(frame = frame, used = used, alias = alias, terms = terms,
       names = sapply(o$predictors, function(p) paste(unlist(if (is.null(p$interaction)) p$column else p$interaction), collapse = ":")),
       formula = reformulate(terms, "v1", intercept = !identical(o$intercept, FALSE)))
}

coefficient_names <- function(fit, m) {
  sapply(names(coef(fit)), function(n) {
    if (n == "(Intercept)") return(n)
    paste(sapply(strsplit(n, ":")[[1]], function(part) {
      a <- m$alias[startsWith(part, m$alias)]
      a <- a[which.max(nchar(a))]
      level <- substring(part, nchar(a) + 1)
      if (level == "") names(a) else paste0(names(a), "=", level)
    }), collapse = ":")
  }, USE.NAMES = FALSE)
}

# ---- effects as functions of the weights ----

fit_of <- function(m, w, family, terms = m$terms) {
  d <- m$frame[m$used, , drop = FALSE]
  d$.w <- w / mean(w)
  formula <- if (length(terms)) reformulate(terms, "v1") else v1 ~ 1
  environment(formula) <- environment()
  suppressWarnings(glm(formula, family, d, weights = .w, control = tight))
}
moved <- function(m, column, value = NULL, step = NULL) {
  d <- m$frame[m$used, , drop = FALSE]
  if (!is.null(value)) d[[column]] <- factor(value, levels(d[[column]])) else d[[column]] <- d[[column]] + step
  d
}
average <- function(v, w) sum(v * w) / sum(w)

marginal <- function(m, w, family, names) {
  fit <- fit_of(m, w, family)
  out <- list()
  for (name in names) {
    column <- m$alias[[name]]
    v <- m$frame[[column]]
    if (is.factor(v)) {
      base <- average(predict(fit, moved(m, column, levels(v)[1]), type = "response"), w)
      for (l in levels(v)[-1])
        out[[paste(name, l, sep = "\r")]] <- average(predict(fit, moved(m, column, l), type = "response"), w) - base
    } else {
      # the slope of the linear predictor is exact: it is linear in a number
      eta <- predict(fit); slope <- predict(fit, moved(m, column, step = 1)) - eta
      out[[name]] <- average(family$mu.eta(eta) * slope, w)
    }
  }
  unlist(out)
}
margins <- function(m, w, family, name) {
  fit <- fit_of(m, w, family)
  column <- m$alias[[name]]
  l <- levels(m$frame[[column]])
  setNames(sapply(l, function(k) average(predict(fit, moved(m, column, k), type = "response"), w)), paste(name, l, sep = "\r"))
}
spread <- function(v, w) sqrt(average((v - average(v, w))^2, w))
standardised <- function(m, w, family) {
  fit <- fit_of(m, w, family)
  mains <- m$names[!grepl(":", m$names) & !sapply(m$names, function(n) any(grepl(":", m$names) & sapply(strsplit(m$names, ":"), function(p) n %in% p)))]
  mains <- mains[sapply(mains, function(n) is.numeric(m$frame[[m$alias[n]]]))]
  sapply(mains, function(n) {
    s <- coef(fit)[[m$alias[n]]] * spread(m$frame[m$used, m$alias[n]], w)
    if (family$family == "gaussian") s / spread(m$frame$v1[m$used], w) else s
  })
}
importance <- function(m, w, family) {
  k <- length(m$terms)
  fits <- sapply(0:(2^k - 1), function(s) {
    f <- fit_of(m, w, family, m$terms[bitwAnd(s, 2^(0:(k - 1))) > 0])
    f$deviance / f$null.deviance
  })
  orders <- function(v) if (length(v) < 2) list(v) else unlist(lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(r) c(v[i], r))), FALSE)
  all <- orders(1:k)
  shares <- rep(0, k)
  for (o in all) { s <- 0; for (j in o) { t <- s + 2^(j - 1); shares[j] <- shares[j] + fits[s + 1] - fits[t + 1]; s <- t } }
  setNames(shares / length(all), m$names)
}

# Influence of each weight, by differences; Richardson's correction of order four.
influence_of <- function(theta, w) {
  t(sapply(seq_along(w), function(i) {
    h <- w[i] * 2e-3
    d <- function(h) { a <- w; b <- w; a[i] <- w[i] + h; b[i] <- w[i] - h; (theta(a) - theta(b)) / (2 * h) }
    (4 * d(h / 2) - d(h)) / 3
  }))
}

effect_rows <- function(theta, m, world, level, df, tested = TRUE) {
  w <- world$own$weights[m$used]
  e <- theta(w)
  if (world$own$replicate) {
    r <- withReplicates(world$des, function(w, data) theta(w[m$used]))
    v <- as.matrix(vcov(r))
  } else {
    z <- influence_of(theta, w)
    if (length(e) == 1) z <- matrix(z, ncol = 1)
    full <- matrix(0, nrow(world$data), length(e))
    full[m$used, ] <- z
    v <- as.matrix(vcov(svytotal(full, world$des)))
  }
  parts <- strsplit(names(e), "\r", fixed = TRUE)
  rows <- interval_rows(names(e), e, diag(v), df, level)
  for (i in seq_along(rows)) {
    rows[[i]]$variable <- parts[[i]][1]
    if (length(parts[[i]]) > 1) rows[[i]]$level <- parts[[i]][2]
    if (tested) { rows[[i]]$t <- rows[[i]]$estimate / rows[[i]]$se; rows[[i]]$p <- 2 * pt(-abs(rows[[i]]$t), df) }
  }
  rows
}

evaluate_model <- function(item, world) {
  o <- item$options
  level <- if (is.null(o$level)) 0.95 else o$level
  family <- families[[o$family]]
  m <- prepare(world$data, o, conditions(world$data, item$domain) & world$own$weights != 0)
  des <- world$des
  des$variables <- m$frame
  sub <- des[m$used, ]
  if (nrow(sub$variables) == nrow(world$data)) {   # calibrated: rows stay, with weight 0
    sub$variables[] <- lapply(sub$variables, function(v) { v[is.na(v)] <- v[!is.na(v)][1]; v })
  }
  fit <- suppressWarnings(svyglm(m$formula, sub, family = family, control = tight))
  df <- own_df(world$own, m$used) + 1 - length(coef(fit))
  b <- coef(fit); v <- vcov(fit)
  rows <- interval_rows(coefficient_names(fit, m), b, diag(v), df, level)
  for (i in seq_along(rows)) { rows[[i]]$t <- unname(b[i]) / rows[[i]]$se; rows[[i]]$p <- 2 * pt(-abs(rows[[i]]$t), df) }
  tests <- lapply(seq_along(m$terms), function(i) {
    columns <- which(attr(model.matrix(fit), "assign") == i)
    f <- drop(b[columns] %*% solve(v[columns, columns], b[columns])) / length(columns)
    if (!any(grepl(":", m$terms))) agree("Wald", regTermTest(fit, m$terms[i], method = "Wald")$Ftest, f, 1e-8)
    list(term = m$names[i], F = f, df1 = length(columns), df2 = df, p = pf(f, length(columns), df, lower.tail = FALSE))
  })
  e <- list(estimates = rows, vcov = unname(v), scalars = list(df_residual = df, n = sum(m$used)), wald_tests = tests)
  w <- world$own$weights[m$used]
  plain <- fit_of(m, w, family)
  if (!identical(o$intercept, FALSE)) {
    agree("coefficients", b, coef(plain), 1e-7)
    r2 <- 1 - plain$deviance / plain$null.deviance
    e$scalars[[if (family$family == "gaussian") "r_squared" else "deviance_explained"]] <- r2
  }
  mains <- m$names[!grepl(":", m$names)]
  if (isTRUE(o$marginal_effects)) e$marginal_effects <- effect_rows(function(w) marginal(m, w, family, mains), m, world, level, df)
  if (!is.null(o$predicted_margins)) {
    name <- o$predicted_margins
    e$predicted_margins <- effect_rows(function(w) margins(m, w, family, name), m, world, level, df, tested = FALSE)
  }
  if (isTRUE(o$standardised)) e$standardised <- effect_rows(function(w) standardised(m, w, family), m, world, level, df)
  if (isTRUE(o$importance)) {
    e$importance <- effect_rows(function(w) importance(m, w, family), m, world, level, df, tested = FALSE)
    for (i in seq_along(e$importance)) e$importance[[i]]$share <- e$importance[[i]]$estimate / r2
  }
  e
}

# ---- cases ----

column <- function(name, reference = NULL, categorical = NULL)
  c(list(column = name), if (!is.null(categorical)) list(categorical = categorical), if (!is.null(reference)) list(reference = reference))
cross <- function(...) list(interaction = list(...))
glm_item <- function(id, response, family, predictors, domain = NULL, ...) {
  x <- list(id = id, statistic = "glm", variables = list())
  if (!is.null(domain)) x$domain <- domain
  x$options <- c(list(response = response, family = family, predictors = predictors), list(...))
  x
}
towns <- function(...) list(
  glm_item("linear", "y", "gaussian", list(column("x"), column("mode"), column("score")), marginal_effects = TRUE, predicted_margins = "mode",
           standardised = TRUE, importance = TRUE),
  glm_item("logit", "vote", "quasibinomial(logit)", list(column("x"), column("sex", "v"), column("age")), marginal_effects = TRUE,
           predicted_margins = "age", standardised = TRUE, importance = TRUE, level = 0.9),
  # no effects: their differences of refits use the observed information, svyglm the expected one
  glm_item("probit", "vote", "quasibinomial(probit)", list(column("x"), column("sex"))),
  glm_item("count", "score", "quasipoisson(log)", list(column("x"), column("age", "65+")), marginal_effects = TRUE, importance = TRUE),
  glm_item("cross", "y", "gaussian", list(column("z"), column("sex"), cross("z", "sex")), marginal_effects = TRUE),
  glm_item("crossed", "vote", "quasibinomial(logit)", list(column("x"), column("sex"), column("coast"), cross("sex", "coast")), marginal_effects = TRUE,
           predicted_margins = "sex"),
  glm_item("text", "mode", "quasibinomial(logit)", list(column("x"), column("m1", categorical = TRUE)), success = list("fiets", "auto")),
  glm_item("origin", "y", "gaussian", list(column("sex"), column("x")), intercept = FALSE),
  glm_item("part", "vote", "quasibinomial(logit)", list(column("x"), column("age")), domain = list(where("sex", "==", "v")), marginal_effects = TRUE), ...)
few <- list(
  glm_item("linear", "y", "gaussian", list(column("x"), column("kind")), marginal_effects = TRUE, importance = TRUE, standardised = TRUE),
  glm_item("logit", "yes", "quasibinomial(logit)", list(column("x"), column("sex")), marginal_effects = TRUE, predicted_margins = "sex", importance = TRUE),
  glm_item("count", "rating", "quasipoisson(log)", list(column("x"), column("sex", "v"))))
people <- list(
  glm_item("linear", "rating", "gaussian", list(column("rent"), column("trust", "geen"), column("sex")), marginal_effects = TRUE, importance = TRUE),
  glm_item("logit", "owner", "quasibinomial(logit)", list(column("rent"), column("sex")), marginal_effects = TRUE, predicted_margins = "sex", importance = TRUE),
  glm_item("part", "rating", "gaussian", list(column("rent"), column("sex")), domain = list(where("trust", "!=", "geen"))))
margin <- function(column, ...) list(variable = column, totals = list(...))
cases <- list(
  case("m01-strat", "models", "towns", taylor("w", "stratum", fpc = "population"), towns()),
  case("m02-strat-wr", "models", "towns", taylor("w", "stratum"), towns()[c(1, 2, 9)]),
  case("m03-two-stage", "models", "clusters", taylor("w", "stratum", c("district", "street"), c("districts", "streets")), people),
  case("m04-clusters", "models", "clusters", taylor("w", "stratum", "district"), people),
  case("m05-lonely", "models", "lonely", taylor("w", "stratum", "unit", lonely_psu = "average"),
       list(glm_item("linear", "y", "gaussian", list(column("x"), column("group")), marginal_effects = TRUE))),
  case("m06-poststratify", "models", "towns",
       taylor("w", "stratum", adjust = list(method = "poststratify", by = list("sex"), totals = list(list(sex = "m", total = 100000), list(sex = "v", total = 104000)))),
       towns()[c(1, 2, 9)]),
  case("m07-calibrate", "models", "clusters",
       taylor("w", "stratum", "district", adjust = calibration("linear", intercept(9000), numeric_term("rent", 4e6), indicator("sex", "m", 4400))), people),
  case("m10-jkn", "models", "clusters", taylor("w", "stratum", "district", from = list(type = "JKn", mse = FALSE)), people),
  case("m11-brr", "models", "replicates", replicates("w", "BRR", "brr_", 8, 1 / 8), few),
  case("m12-fay", "models", "replicates", replicates("w", "Fay", "fay", 8, 1 / (8 * 0.49), combined = FALSE, rho = 0.3, mse = TRUE), few),
  case("m13-bootstrap", "models", "replicates", replicates("w", "bootstrap", "bs", 20, 1 / 19), few))

for (case in cases) {
  case$dataset <- sub("^data", "../statistics/data", case$dataset)
  world <- world_of(case, output)
  calibrated <- length(case$design$adjust) > 0
  case$items <- lapply(case$items, function(item) {
    item$expected <- tryCatch(evaluate_model(item, world), error = function(e) stop(case$id, " ", item$id, ": ", conditionMessage(e)))
    item$expected$design_df <- world$df
    item$tolerance <- list(rel = 1e-6, abs = 1e-8, reason = "iterative fits; influence of effects by differences")
    item$oracle <- list(package = "R survey 4.1-1", call = "svyglm; effects by refits with one weight changed and svytotal, or in replicates")
    item
  })
  case <- c(case[c("id", "capability")], list(dataset = case$dataset, missing_value = "empty field"), case[c("design", "items")])
  writeLines(toJSON(case, auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = 1),
             file.path(output, paste0(case$id, ".json")), useBytes = TRUE)
}
