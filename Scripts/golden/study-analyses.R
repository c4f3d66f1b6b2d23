# Rscript study-analyses.R WAVE.csv OUTPUT.json
#
# What `peil scale` and `peil model` say of a wave of the sample study, computed in R from the delivered file: points by
# survey's own functions where it has one (svymean, svycralpha, svyglm, regTermTest, svyby), else by the formula; standard
# errors of what survey has no function for are svytotal() of influence values whose derivatives are taken numerically.
# Importance is LMG over all subsets, by lm() and glm() on the weights. Before the study's calibration and after it.
# Debian 12: survey 4.1-1. Each row of the output names a table of the report, the row (`where`) and some of its values.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: Rscript study-analyses.R WAVE.csv OUTPUT.json")
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
wave_file <- arguments[1]
source(file.path(here, "haaglanden-answers.R"))

# ---- answers ----

hazards <- c("stroom", "dreiging", "regen", "hitte", "pandemie", "digitaal")
age <- number("leeftijd", 999)
prepared <- data.frame(
  gemeente = raw$gemeente, stratum = raw$stratum, hh_id = raw$hh_id, basisgewicht = number("basisgewicht", NA),
  geslacht_mv = c("1" = "m", "2" = "v")[raw$geslacht],
  leeftijd_klasse = as.character(cut(age, c(18, 25, 35, 45, 55, 65, 75, Inf), right = FALSE,
                                     labels = c("18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"))),
  pakket = is_one_of(five("fase_pakket"), 4:5), plan = is_one_of(five("fase_plan"), 4:5),
  gesprek = is_one_of(five("fase_gesprek"), 4:5), claimed = is_one_of(five("water_genoeg"), 1),
  verified = is_one_of(five("water"), 1), nut = score("nut"), kunnen = score("kunnen"), zinloos = 100 - score("zinloos"),
  kosten_geld = score("kosten_geld"), kosten_tijd = score("kosten_tijd"),
  vertr_gemeente = score("vertr_gemeente"), vertr_rijk = score("vertr_rijk"),
  zorg_stroom = score("zorg_stroom"), zorg_dreiging = score("zorg_dreiging"))
for (h in hazards) {
  prepared[[paste0("dreiging_", h)]] <- mean_of(list(score(paste0("kans_", h)), score(paste0("ernst_", h))), 2)
}
scales <- list(
  dreiging = list(items = paste0("dreiging_", hazards), minimum = 3),
  handelingsvertrouwen = list(items = c("nut", "kunnen", "zinloos"), minimum = 2),
  drempels = list(items = c("kosten_geld", "kosten_tijd"), minimum = 1),
  vertrouwen = list(items = c("vertr_gemeente", "vertr_rijk"), minimum = 1),
  zorgen = list(items = c("zorg_stroom", "zorg_dreiging"), minimum = 1))
for (name in names(scales)) prepared[[name]] <- mean_of(as.list(prepared[scales[[name]]$items]), scales[[name]]$minimum)
done <- cbind(prepared$pakket, prepared$plan, prepared$gesprek, prepared$verified, is_one_of(five("radio"), 1))
prepared$voorbereid <- ifelse(rowSums(!is.na(done)) >= 4, rowSums(done, na.rm = TRUE), NA)

written <- prepared
digits <- vapply(written, is.numeric, TRUE)
written[digits] <- lapply(written[digits], function(column) ifelse(is.na(column), NA, sprintf("%.17g", column)))
input_file <- tempfile(fileext = ".csv")
write.table(written, input_file, sep = ",", na = "", row.names = FALSE, quote = FALSE, eol = "\n", fileEncoding = "UTF-8")
margins_file <- file.path(here, "..", "..", "Data", "haaglanden", "margins.csv")
source(file.path(here, "haaglanden-design.R"))

# ---- helpers ----

rows <- list()
# Names with a point, or R would take a value called t for the table.
add <- function(.design, .table, .where, ...) {
  rows[[length(rows) + 1]] <<- list(design = .design, table = .table, where = .where, values = list(...))
}
# The standard error of sums of influence values, 0 outside the rows that count.
influence_error <- function(design, z, used) {
  whole <- rep(0, nrow(data))
  whole[used] <- z
  design$variables$z_ <- whole
  as.numeric(SE(svytotal(~z_, design)))
}
student <- function(estimate, se, df) list(lower = estimate - qt(0.975, df) * se, upper = estimate + qt(0.975, df) * se)
logit_ends <- function(p, se, df) plogis(qlogis(p) + c(-1, 1) * qt(0.975, df) * se / (p * (1 - p)))

# A domain with columns of its own. A calibrated design keeps all rows, so who is outside gets a value that counts nothing.
within_rows <- function(design, used, ...) {
  columns <- list(...)
  for (name in names(columns)) {
    column <- columns[[name]]
    column[!used] <- if (is.factor(column)) levels(column)[1] else 0
    design$variables[[name]] <- column
  }
  design[used, ]
}

# f(S) of the weighted covariances S of columns, with the error of its influence (x - m)(x - m)' - S.
of_covariances <- function(design, columns, f) {
  used <- complete.cases(data[columns])
  w <- as.numeric(weights(design))[used]
  x <- as.matrix(data[used, columns])
  mean <- colSums(w * x) / sum(w)
  centred <- sweep(x, 2, mean)
  s <- crossprod(centred, w * centred) / sum(w)
  value <- f(s)
  z <- matrix(0, nrow(x), length(value))
  for (j in seq_along(columns)) for (k in j:length(columns)) {
    step <- 1e-5 * sqrt(s[j, j] * s[k, k])
    up <- s; up[j, k] <- up[k, j] <- s[j, k] + step
    down <- s; down[j, k] <- down[k, j] <- s[j, k] - step
    z <- z + outer((centred[, j] * centred[, k] - s[j, k]) / sum(w), (f(up) - f(down)) / (2 * step))
  }
  list(value = value, se = apply(z, 2, function(own) influence_error(design, own, used)), n = sum(used))
}
alpha_of <- function(s) { k <- ncol(s); k / (k - 1) * (1 - sum(diag(s)) / sum(s)) }
item_rest <- function(s) vapply(seq_len(ncol(s)), function(j) {
  rest <- setdiff(seq_len(ncol(s)), j)
  sum(s[j, rest]) / sqrt(s[j, j] * sum(s[rest, rest]))
}, 0)
alpha_ends <- function(a, se, df) 1 - (1 - a) * exp(c(1, -1) * qt(0.975, df) * se / (1 - a))
r_ends <- function(r, se, df) tanh(atanh(r) + c(-1, 1) * qt(0.975, df) * se / (1 - r^2))

# ---- scales ----

scale_rows <- function(design, name, df) {
  for (id in names(scales)) {
    items <- scales[[id]]$items
    mean <- svymean(reformulate(id), design, na.rm = TRUE)
    ends <- student(as.numeric(coef(mean)), as.numeric(SE(mean)), df)
    add(name, "scores", list(scale = id), mean = as.numeric(coef(mean)), se = as.numeric(SE(mean)), lower = ends$lower,
        upper = ends$upper, n = sum(!is.na(data[[id]])))
    alpha <- of_covariances(design, items, alpha_of)
    standardised <- of_covariances(design, items, function(s) alpha_of(cov2cor(s)))
    # svycralpha() of 4.1-1 fails on a calibrated design with missing answers.
    if (name == "base") {
      peer <- svycralpha(reformulate(items), design[complete.cases(data[items]), ])
      if (abs(peer / alpha$value - 1) > 1e-9) stop("alpha of ", id, " differs from svycralpha()")
    }
    ends <- alpha_ends(alpha$value, alpha$se, df)
    add(name, "reliability", list(scale = id), alpha = alpha$value, se = alpha$se, lower = ends[1], upper = ends[2],
        standardised = standardised$value, n = alpha$n)
    rest <- of_covariances(design, items, item_rest)
    if (length(items) > 2) {
      dropped <- of_covariances(design, items, function(s) vapply(seq_along(items), function(j) alpha_of(s[-j, -j]), 0))
    }
    for (j in seq_along(items)) {
      ends <- r_ends(rest$value[j], rest$se[j], df)
      where <- list(scale = id, item = items[j])
      add(name, "items", where, item_rest = rest$value[j], item_rest_lower = ends[1], item_rest_upper = ends[2])
      if (length(items) > 2) {
        ends <- alpha_ends(dropped$value[j], dropped$se[j], df)
        add(name, "items", where, alpha_if_dropped = dropped$value[j], alpha_if_dropped_lower = ends[1],
            alpha_if_dropped_upper = ends[2])
      }
    }
    pairs <- combn(length(items), 2)
    r <- of_covariances(design, items, function(s) cov2cor(s)[t(pairs)])
    for (i in seq_len(ncol(pairs))) {
      ends <- r_ends(r$value[i], r$se[i], df)
      add(name, "correlations", list(scale = id, first = items[pairs[1, i]], second = items[pairs[2, i]]),
          correlation = r$value[i], se = r$se[i], lower = ends[1], upper = ends[2])
    }
    values <- of_covariances(design, items, function(s) eigen(cov2cor(s), symmetric = TRUE)$values)
    for (i in seq_along(items)) {
      add(name, "components", list(scale = id, component = i), eigenvalue = values$value[i], se = values$se[i],
          share = values$value[i] / length(items))
    }
  }
}

share_row <- function(design, name, table, where, column, used, key = "share", ends = c("lower", "upper")) {
  own <- within_rows(design, used, y_ = as.numeric(column))
  mean <- svymean(~y_, own)
  p <- as.numeric(coef(mean)); se <- as.numeric(SE(mean))
  bounds <- logit_ends(p, se, degf(own))
  values <- list(p, bounds[1], bounds[2])
  names(values) <- c(key, ends)
  if (key == "share") values$se <- se
  do.call(add, c(list(name, table, where), values))
}

checklist_rows <- function(design, name) {
  items <- c("pakket", "plan", "gesprek")
  used <- complete.cases(data[items])
  count <- rowSums(data[items])
  for (k in 0:3) share_row(design, name, "counts", list(scale = "gedaan", done = k), count == k, used)
  for (item in items) {
    share_row(design, name, "checks", list(scale = "gedaan", item = item), data[[item]], !is.na(data[[item]]))
  }
  own <- within_rows(design, used, count_ = count)
  mean <- svymean(~count_, own)
  add(name, "checklists", list(scale = "gedaan"), mean_done = as.numeric(coef(mean)), se = as.numeric(SE(mean)), n = sum(used))
}

claim_rows <- function(design, name) {
  used <- !is.na(data$claimed) & !is.na(data$verified)
  claim <- data$claimed == 1
  both <- within_rows(design, used, claimed = data$claimed, verified = data$verified)
  means <- svymean(~claimed + verified, both)
  difference <- svycontrast(means, c(claimed = 1, verified = -1))
  estimate <- as.numeric(coef(difference)); se <- as.numeric(SE(difference))
  df <- degf(design)
  ends <- student(estimate, se, df)
  add(name, "claims", list(scale = "water", quantity = "difference"), share = estimate, se = se, lower = ends$lower,
      upper = ends$upper, p = 2 * pt(-abs(estimate / se), df))
  share_row(design, name, "claims", list(scale = "water", quantity = "claimed"), data$claimed, used)
  share_row(design, name, "claims", list(scale = "water", quantity = "verified"), data$verified, used)
  claiming <- used & claim %in% TRUE
  share_row(design, name, "claims", list(scale = "water", quantity = "not_borne_out"), data$verified == 0, claiming)
  for (a in c("yes", "no")) for (b in c("yes", "no")) {
    share_row(design, name, "claim_table", list(scale = "water", claimed = a, verified = b),
              data$claimed == (a == "yes") & data$verified == (b == "yes"), used)
  }
  areas <- sort(unique(data$gemeente))
  paired <- lapply(areas, function(area) {
    here <- used & data$gemeente == area
    own <- within_rows(design, here, claimed = data$claimed, verified = data$verified)
    contrast <- svycontrast(svymean(~claimed + verified, own), c(claimed = 1, verified = -1))
    df <- degf(design[data$gemeente == area, ])
    list(estimate = as.numeric(coef(contrast)), p = 2 * pt(-abs(coef(contrast) / SE(contrast)), df))
  })
  # The share of the area minus that of all others, among those who claim.
  others <- lapply(areas, function(area) {
    own <- within_rows(design, claiming, fails_ = as.numeric(data$verified == 0), here_ = as.numeric(data$gemeente == area))
    fit <- svyglm(fails_ ~ here_, own)
    list(estimate = as.numeric(coef(fit)[2]), p = as.numeric(2 * pt(-abs(coef(fit)[2] / SE(fit)[2]), degf(own))))
  })
  adjusted <- p.adjust(vapply(paired, function(x) as.numeric(x$p), 0), "BH")
  adjusted_others <- p.adjust(vapply(others, function(x) x$p, 0), "BH")
  for (i in seq_along(areas)) {
    add(name, "claim_areas", list(scale = "water", area = areas[i]), difference = paired[[i]]$estimate,
        p_adjusted = adjusted[i], from_others = others[[i]]$estimate, from_others_p = others[[i]]$p,
        from_others_p_adjusted = adjusted_others[i])
  }
}

# ---- models ----

# svyglm() looks for it from another place.
precise <- glm.control(epsilon = 1e-14, maxit = 100)

# LMG over single columns; the interaction enters last. `fit` gives, for a set of terms, its fit and each row's part d_i of
# the deviance; the influence on a share phi = sum a(T) fit(T) is -(phi d_i0 + sum a(T) d_i(T)) / D0.
lmg <- function(design, used, terms, interaction, deviances) {
  w <- as.numeric(weights(design))[used]
  k <- length(terms)
  empty <- deviances(character(0))
  total <- sum(w * empty)
  of <- function(set) {
    key <- paste(c("set", sort(set)), collapse = "+")
    if (is.null(cache[[key]])) cache[[key]] <<- if (length(set)) deviances(set) else empty
    cache[[key]]
  }
  cache <- setNames(list(), character(0))
  result <- lapply(terms, function(term) {
    others <- setdiff(terms, term)
    sums <- 0
    for (code in 0:(2^(k - 1) - 1)) {
      set <- others[bitwAnd(code, 2^(seq_along(others) - 1)) != 0]
      weight <- factorial(length(set)) * factorial(k - length(set) - 1) / factorial(k)
      sums <- sums + weight * (of(c(set, term)) - of(set))
    }
    sums
  })
  names(result) <- terms
  if (!is.null(interaction)) result[[interaction]] <- of(c(terms, interaction)) - of(terms)
  lapply(result, function(d) {
    share <- -sum(w * d) / total
    list(value = share, se = influence_error(design, -(share * empty + d) / total, used))
  })
}

model_rows <- function(design, name, id, outcome, terms, interaction, is_logistic, at) {
  columns <- c(outcome, terms)
  used <- complete.cases(data[columns])
  shown <- as.list(data[columns])
  shown$leeftijd_klasse <- factor(shown$leeftijd_klasse)
  own <- do.call(within_rows, c(list(design, used), shown))
  rows <- data[used, ]
  rows$leeftijd_klasse <- factor(rows$leeftijd_klasse)
  w <- as.numeric(weights(design))[used]
  total <- sum(w)
  formula <- reformulate(c(terms, interaction), outcome)
  family <- if (is_logistic) quasibinomial() else gaussian()
  fit <- if (is_logistic) svyglm(formula, own, family = quasibinomial(), control = precise) else svyglm(formula, own)
  df <- fit$df.residual
  # R puts the columns of an interaction in the order of the terms, peil in the order of the study.
  label <- function(text) sub("handelingsvertrouwen:dreiging", "dreiging:handelingsvertrouwen",
                              gsub("leeftijd_klasse", "leeftijd_klasse=", text, fixed = TRUE), fixed = TRUE)
  beta <- coef(fit)
  for (j in seq_along(beta)) {
    ends <- student(beta[[j]], SE(fit)[[j]], df)
    add(name, "coefficients", list(model = id, coefficient = label(names(beta)[j])), estimate = beta[[j]], se = SE(fit)[[j]],
        t = beta[[j]] / SE(fit)[[j]], df = df, p = 2 * pt(-abs(beta[[j]] / SE(fit)[[j]]), df), lower = ends$lower,
        upper = ends$upper)
  }
  inverse <- family$linkinv
  slope <- family$mu.eta
  x <- model.matrix(formula, rows)
  eta <- as.numeric(x %*% beta)
  mu <- inverse(eta)
  add(name, "models", list(model = id), n = sum(used), dropped = nrow(data) - sum(used),
      dropped_share = 1 - total / sum(weights(design)), df = df)
  for (column in columns) {
    add(name, "missing", list(model = id, variable = column), missing = sum(is.na(data[[column]])),
        missing_share = sum(weights(design)[is.na(data[[column]])]) / sum(weights(design)))
  }

  # ---- tests ----
  p_of <- c()
  for (term in c(terms, interaction)) {
    test <- regTermTest(fit, reformulate(term), method = "Wald", df = df)
    shown <- if (identical(term, interaction)) "dreiging:handelingsvertrouwen" else term
    add(name, "terms", list(model = id, term = shown), F = as.numeric(test$Ftest), df1 = test$df, df2 = df, p = as.numeric(test$p))
    # Together with the interactions that hold it.
    parts <- strsplit(sub("leeftijd_klasse.*", "leeftijd_klasse", names(beta)), ":", fixed = TRUE)
    places <- which(vapply(parts, function(own) all(strsplit(term, ":", fixed = TRUE)[[1]] %in% own), TRUE))
    v <- vcov(fit)[places, places]
    f <- as.numeric(beta[places] %*% solve(v, beta[places])) / length(places)
    p <- pf(f, length(places), df, lower.tail = FALSE)
    p_of <- c(p_of, setNames(p, shown))
    add(name, "drivers", list(model = id, term = shown), F = f, df1 = length(places), df2 = df, p = p)
  }
  adjusted <- p.adjust(p_of, "BH")
  for (term in names(p_of)) add(name, "drivers", list(model = id, term = term), p_adjusted = adjusted[[term]])

  # ---- effects ----
  z_beta <- (x * as.numeric(rows[[outcome]] - mu)) %*% solve(crossprod(x, w * slope(eta) * x))
  # An average over rows of m(beta), its gradient numerically.
  average <- function(m) {
    own_mean <- function(b) sum(w * m(b)) / total
    gradient <- vapply(seq_along(beta), function(j) {
      step <- 1e-4 * max(abs(SE(fit)[[j]]), 1e-8)
      up <- beta; up[j] <- up[j] + step
      down <- beta; down[j] <- down[j] - step
      (own_mean(up) - own_mean(down)) / (2 * step)
    }, 0)
    value <- own_mean(beta)
    list(value = value, z = as.numeric((m(beta) - value) / total + z_beta %*% gradient))
  }
  predicted <- function(column, value) {
    moved <- rows
    moved[[column]] <- if (is.factor(rows[[column]])) factor(value, levels(rows[[column]])) else value
    design_matrix <- model.matrix(formula, moved)
    function(b) inverse(as.numeric(design_matrix %*% b))
  }
  show <- function(table, where, key, z) {
    se <- influence_error(design, z$z, used)
    ends <- student(z$value, se, df)
    values <- list(z$value, se, ends$lower, ends$upper)
    names(values) <- if (key == "per_deviation") c(key, "", "per_deviation_lower", "per_deviation_upper") else c(key, "se", "lower", "upper")
    do.call(add, c(list(name, table, where), values[names(values) != ""]))
  }
  for (column in terms) {
    if (is.factor(rows[[column]])) {
      levels <- levels(rows[[column]])
      for (level in levels) show("margins", list(model = id, variable = column, at = level), "mean", average(predicted(column, level)))
      for (level in levels[-1]) {
        a <- predicted(column, level); b <- predicted(column, levels[1])
        show("effects", list(model = id, variable = column, level = level), "effect", average(function(beta) a(beta) - b(beta)))
      }
      next
    }
    for (value in at[[column]]) {
      show("margins", list(model = id, variable = column, at = format(value)), "mean", average(predicted(column, value)))
    }
    moved <- rows
    moved[[column]] <- rows[[column]] + 1
    change <- model.matrix(formula, moved) - x
    derivative <- average(function(b) slope(as.numeric(x %*% b)) * as.numeric(change %*% b))
    show("effects", list(model = id, variable = column), "effect", derivative)
    mean <- sum(w * rows[[column]]) / total
    s <- sqrt(sum(w * (rows[[column]] - mean)^2) / total)
    z_s <- ((rows[[column]] - mean)^2 - s^2) / (2 * s * total)
    show("drivers", list(model = id, term = column), "per_deviation",
         list(value = derivative$value * s, z = derivative$z * s + derivative$value * z_s))
    if (!is_logistic) {
      y <- rows[[outcome]]
      y_mean <- sum(w * y) / total
      s_y <- sqrt(sum(w * (y - y_mean)^2) / total)
      add(name, "drivers", list(model = id, term = column), standardised = beta[[column]] * s / s_y)
    }
  }

  # ---- importance and inflation ----
  deviances <- function(set) {
    f <- reformulate(if (length(set)) set else "1", outcome)
    rows$w_ <- w
    if (is_logistic) {
      mu <- fitted(suppressWarnings(glm(f, quasibinomial(), rows, weights = w_ / mean(w_), control = precise)))
      -2 * (rows[[outcome]] * log(mu) + (1 - rows[[outcome]]) * log(1 - mu))
    } else residuals(lm(f, rows, weights = w_))^2
  }
  for (term in names(importance <- lmg(design, used, terms, interaction, deviances))) {
    own <- importance[[term]]
    ends <- student(own$value, own$se, df)
    shown <- if (identical(term, interaction)) "dreiging:handelingsvertrouwen" else term
    add(name, "drivers", list(model = id, term = shown), importance = own$value, lower = ends$lower, upper = ends$upper)
  }
  add(name, "models", list(model = id), fit = sum(vapply(importance, `[[`, 0, "value")))
  single <- model.matrix(reformulate(terms), rows)
  term_of <- attr(single, "assign")[-1]
  r <- cov.wt(single[, -1], w / total, cor = TRUE, method = "ML")$cor
  for (i in seq_along(terms)) {
    own <- term_of == i
    add(name, "drivers", list(model = id, term = terms[i]),
        gvif = det(r[own, own, drop = FALSE]) * det(r[!own, !own, drop = FALSE]) / det(r))
  }
}

# ---- both designs ----

for (name in c("base", "calibrated")) {
  design <- if (name == "base") base_design else calibrated
  scale_rows(design, name, degf(design))
  checklist_rows(design, name)
  claim_rows(design, name)
  predictors <- c("handelingsvertrouwen", "dreiging", "drempels", "vertrouwen", "leeftijd_klasse")
  model_rows(design, name, "pakket", "pakket", predictors, "dreiging:handelingsvertrouwen", TRUE,
             list(handelingsvertrouwen = c(25, 50, 75), dreiging = c(25, 50, 75)))
  model_rows(design, name, "voorbereid", "voorbereid", predictors, NULL, FALSE, list())
}

# ---- JSON ----

as_json <- function(value) {
  if (is.list(value) && !is.null(names(value)))
    return(paste0("{", paste(sprintf("%s: %s", vapply(names(value), as_json, ""), vapply(value, as_json, "")), collapse = ", "), "}"))
  if (is.list(value)) return(paste0("[", paste(vapply(value, as_json, ""), collapse = ",\n"), "]"))
  if (is.character(value)) return(encodeString(value, quote = "\""))
  if (!is.finite(value)) stop("a number that is none")
  sprintf("%.17g", value)
}

writeLines(as_json(list(
  schema = "peil-golden-2",
  made_by = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))), rows = rows)),
  arguments[2], useBytes = TRUE)
