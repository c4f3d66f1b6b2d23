"""Numbers of Tests/PeilStatisticsTests/ThreeStepNumbers.swift.

python Scripts/golden/three-step.py > Tests/PeilStatisticsTests/ThreeStepNumbers.swift
Needs numpy, stepmix 3.0.0 and scikit-learn. The rows are those of FormulaSegments.swift. Influence values come from complex
steps in each row's weight, variances from totals of units within strata: neither is how the program does it.
StepMix knows no weights in the classification table; its own three-step fit must agree with the formula without weights
before anything is printed.
"""
import sys
import warnings
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
import stepmix
from stepmix.corrections import compute_bch_matrix
from stepmix.stepmix import StepMix

warnings.filterwarnings("ignore")
i = np.arange(240)
unit, stratum = i // 8, i // 80
u = (i * 37 + unit * 11) % 101
cls = np.where(u < 40, 0, np.where(u < 75, 1, 2))
own = 0.6 + (i * 19) % 8 * 0.04
P = np.zeros((240, 3))
P[i, cls], P[i, (cls + 1) % 3], P[i, (cls + 2) % 3] = own, (1 - own) * 0.7, (1 - own) * 0.3
w = 1 + (i * 37) % 23 / 4
y = np.where(i % 13 == 5, np.nan, 2 * cls + (i * 23) % 19 / 5)
z = (cls + (i * 5) % 7 // 3) % 3
modal = np.eye(3)[cls]


def item(j):
    noise = (i * (13 + 4 * j) + unit * (7 + j)) % 17
    level = np.where(noise < 9, cls, np.where(noise < 13, (cls + 1) % 3, np.where(noise < 15, (cls + 2) % 3, 3)))
    return np.where((i + 3 * j) % 29 == 0, -1, level)


def by_class(weights, value, placing, correct=True):
    """Means in each class, then each minus the rest."""
    answered = ~np.isnan(value)
    table = (P * weights[:, None]).T @ placing / (weights @ P)[:, None]
    inverse = np.linalg.inv(table) if correct else np.eye(3)
    bch = placing @ inverse
    base = (weights[:, None] * bch)[answered]
    sums, sizes = base.T @ value[answered], base.sum(axis=0)
    rest = (sums.sum() - sums) / (sizes.sum() - sizes)
    return np.concatenate([sums / sizes, sums / sizes - rest])


def standard_errors(statistic):
    influence = np.zeros((240, len(statistic(w.astype(complex)))))
    for row in i:
        moved = w.astype(complex)
        moved[row] += 1e-30j
        influence[row] = statistic(moved).imag / 1e-30
    variance = np.zeros((influence.shape[1],) * 2)
    for h in range(3):
        totals = np.array([(w[:, None] * influence)[unit == k].sum(axis=0) for k in range(10 * h, 10 * h + 10)])
        centred = totals - totals.mean(axis=0)
        variance += 10 / 9 * centred.T @ centred
    return np.sqrt(np.diag(variance))


# StepMix: its table, and a whole three-step fit.
D, D_inverse = compute_bch_matrix(P, "modal")
mine = (P.T @ modal) / P.sum(axis=0)[:, None]
assert np.allclose(D, mine) and np.allclose(D_inverse, np.linalg.inv(mine))
X = np.column_stack([np.where(item(j) < 0, 0, item(j)) for j in range(1, 7)])
outside = (2 * cls + (i * 23) % 19 / 5).astype(float)
model = StepMix(n_components=3, n_steps=3, measurement="categorical", structural="gaussian_unit", correction="BCH",
                assignment="modal", n_init=20, random_state=1, abs_tol=1e-12, rel_tol=1e-12, max_iter=5000,
                progress_bar=0)
model.fit(X, outside[:, None])
plain = StepMix(n_components=3, n_steps=1, measurement="categorical", n_init=20, random_state=1, abs_tol=1e-12,
                rel_tol=1e-12, max_iter=5000, progress_bar=0)
plain.fit(X)
keep, P = P, plain.predict_proba(X)
theirs = np.sort(model.get_parameters()["structural"]["means"].ravel())
ours = np.sort(by_class(np.ones(240), outside, np.eye(3)[P.argmax(axis=1)])[:3])
assert np.allclose(theirs, ours, rtol=1e-5), (theirs, ours)
P = keep

# The multinomial logit with a ridge, as scikit-learn has it: one-hot answers, all of them penalised, no reference.
complete = (item(1) >= 0) & (item(2) >= 0)
onehot = np.column_stack([np.eye(4)[item(1)[complete]], np.eye(4)[item(2)[complete]]])
ridge = 0.01
logit = LogisticRegression(C=1 / (ridge * w[complete].sum()), tol=1e-12, max_iter=100000)
logit.fit(onehot, cls[complete], sample_weight=w[complete])
lines = [(0, 0), (1, 2), (3, 1), (2, 3)]
chances = logit.predict_proba(np.array([np.concatenate([np.eye(4)[a], np.eye(4)[b]]) for a, b in lines]))

print("import PeilTestSupport\n")
version = f"Scripts/golden/three-step.py, numpy {np.__version__}, stepmix {stepmix.__version__ if hasattr(stepmix, '__version__') else '3.0.0'}, scikit-learn {sklearn.__version__}"
print(f"/// Made by {version}.")
print("enum ThreeStepNumbers {")
print(f'    static let version = "{version}"')


def swift(name, values):
    words = [f"{v:.13g}" for v in values]
    lines = [" ".join(words[k:k + 6]) for k in range(0, len(words), 6)]
    print(f'    static let {name} = numberRows(\n        """\n        ' + " \\\n        ".join(lines) + '\n        """)[0]')


for name, placing in (("modal", modal), ("proportional", P)):
    for correct in (True, False):
        if name == "modal" and not correct:
            continue
        title = name + ("" if correct else "Uncorrected")
        mean = lambda weights: by_class(weights, y, placing, correct)
        swift(title + "Means", mean(w))
        swift(title + "MeanErrors", standard_errors(mean))
        for level in range(3):
            share = lambda weights: by_class(weights, (z == level).astype(float), placing, correct)
            swift(f"{title}Shares{level}", share(w))
            swift(f"{title}ShareErrors{level}", standard_errors(share))
swift("ridgeChances", chances.ravel())
print("}")
