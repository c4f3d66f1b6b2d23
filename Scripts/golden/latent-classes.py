#!/usr/bin/env python3
"""latent-classes.py OUT.json: latent classes of synthetic answers by StepMix and by an EM of a few lines.

Draws 600 respondents in three classes with unequal weights and absent answers (numpy, fixed seed), fits two to four
classes with StepMix (weights scaled to sum to n; absent answers by full information) and with plain EM in numpy from the
best of 100 starts, requires that both agree, and writes the answers and the numbers. Tests read the file.
Made with stepmix 3.0.0, numpy 2.4.6: pip install stepmix==3.0.0.
"""
import json
import sys
import warnings

import numpy as np

ITEMS, CATEGORIES, N = 7, [2, 3, 2, 4, 2, 3, 2], 600


def sample(rng):
    shares = [0.45, 0.35, 0.20]
    chances = [[rng.dirichlet(np.full(c, 0.7)) for c in CATEGORIES] for _ in shares]
    types = rng.choice(3, N, p=shares)
    answers = np.array([[1 + rng.choice(CATEGORIES[j], p=chances[k][j]) for j in range(ITEMS)] for k in types], float)
    weights = np.round(rng.gamma(2.0, 1.0, N) + 0.2, 3)
    absent = rng.random(answers.shape) < 0.08
    absent[absent.all(axis=1)] = False
    answers[absent] = np.nan
    return answers, weights


def em(x, w, classes, rng, starts=100, steps=4000):
    best = None
    hot = [[x[:, j] == c + 1 for c in range(CATEGORIES[j])] for j in range(ITEMS)]
    for _ in range(starts):
        pi = np.full(classes, 1 / classes)
        rho = [rng.dirichlet(np.ones(CATEGORIES[j]), classes) for j in range(ITEMS)]
        last = -np.inf
        for _ in range(steps):
            like = np.tile(pi, (len(x), 1))
            for j in range(ITEMS):
                for c in range(CATEGORIES[j]):
                    like[hot[j][c]] *= rho[j][:, c]
            total = like.sum(1)
            value = float(np.sum(w * np.log(total)))
            r = like / total[:, None] * w[:, None]
            pi = r.sum(0) / w.sum()
            rho = [np.array([r[hot[j][c]].sum(0) for c in range(CATEGORIES[j])]).T for j in range(ITEMS)]
            rho = [p / p.sum(1, keepdims=True) for p in rho]
            if value - last < 1e-12 * abs(value):
                break
            last = value
        if best is None or value > best[0]:
            best = (value, pi, rho)
    order = np.argsort(-best[1])
    return best[0], best[1][order], [p[order] for p in best[2]]


def stepmix(x, w, classes):
    from stepmix.stepmix import StepMix
    model = StepMix(n_components=classes, measurement="categorical_nan", n_init=60, max_iter=20000, abs_tol=1e-13,
                    rel_tol=1e-13, random_state=1, progress_bar=0, verbose=0)
    model.fit(x - 1, sample_weight=w)
    return float(model.score(x - 1, sample_weight=w) * w.sum())


def main(out):
    warnings.filterwarnings("ignore")
    rng = np.random.default_rng(20261126)
    x, weights = sample(rng)
    scaled = weights * N / weights.sum()
    fits = []
    for classes in (2, 3, 4):
        value, shares, chances = em(x, scaled, classes, rng)
        other = stepmix(x, scaled, classes)
        assert abs(value - other) < 1e-6 * abs(value), (classes, value, other)
        parameters = classes - 1 + classes * sum(c - 1 for c in CATEGORIES)
        fits.append({"classes": classes, "log_likelihood": value, "stepmix_log_likelihood": other,
                     "parameters": parameters, "bic": -2 * value + parameters * np.log(N),
                     "shares": shares.tolist(), "probabilities": [p.tolist() for p in chances]})
    cells = [[None if np.isnan(v) else int(v) for v in row] for row in x]
    with open(out, "w") as file:
        json.dump({"made_by": {"script": "Scripts/golden/latent-classes.py", "stepmix": "3.0.0",
                               "numpy": np.__version__},
                   "categories": CATEGORIES, "weights": weights.tolist(), "answers": cells, "fits": fits}, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
