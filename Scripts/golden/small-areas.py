"""Numbers of Tests/PeilStatisticsTests/SmallAreaNumbers.swift.

python3 Scripts/golden/small-areas.py > Tests/PeilStatisticsTests/SmallAreaNumbers.swift
Needs numpy and scipy. Written from the formulas alone, and not as the program does it: the variance between areas comes from
a derivative-free search and a root of the profiled score made with dense m × m matrices (P = V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹), the
predictions from y − D P y, the back-transformation from adaptive quadrature.
Formulas: Rao & Molina 2015, §6.1.2, 6.2.1 (MSE of REML, ML, FH); Li & Lahiri 2010 (adjusted likelihood); Sugasawa & Kubokawa
2017 (transformed scales); Steorts & Ghosh 2013 (error of a benchmarked estimate, here by the covariance of all residuals).
Data are the formulas of SmallAreaNumbers.rows, so that both sides have the same bits.
"""
import numpy as np
from scipy import integrate, optimize, stats


def rows(m, kind):
    """As SmallAreaCases in Swift: integers over powers of two and decimals, the same doubles in both languages."""
    i = np.arange(m)
    x = ((i * 37) % 101) / 101
    v = ((i * 53) % 97) / 97 - 0.5
    e = ((i * 71) % 89) / 89 - 0.5
    n = 40 + (i * 29) % 211
    if kind == "share":
        y = 0.3 + 0.2 * x + 0.2 * v + 0.06 * e
        d = 1.3 * y * (1 - y) / n
    elif kind == "zero":  # areas vary less than their sampling errors
        y = 2 + x + 0.05 * v
        d = 0.05 + 1.0 / n
    else:
        y = 3 + 2 * x + 1.5 * v + 1.2 * e
        d = 0.02 + 9.0 / n
    size = 100 + (i * 17) % 301
    return x, y, d, n, size


class Area:
    def __init__(self, x, y, d, method):
        self.X = np.column_stack([np.ones(len(y)), x])
        self.y, self.d = y, d
        self.m, self.p = self.X.shape
        self.method = method
        self.A = self.variance(method)

    def parts(self, A):
        Vi = np.diag(1 / (A + self.d))
        Q = np.linalg.inv(self.X.T @ Vi @ self.X)
        P = Vi - Vi @ self.X @ Q @ self.X.T @ Vi
        return Vi, Q, P

    def score(self, A, method):
        Vi, Q, P = self.parts(A)
        yPPy = self.y @ P @ P @ self.y
        if method == "ML":
            return (yPPy - np.trace(Vi)) / 2
        if method == "FH":
            return self.y @ P @ self.y - (self.m - self.p)
        base = (yPPy - np.trace(P)) / 2
        return base + 1 / A if method == "AREML" else base

    def loglik(self, A, method):
        Vi, Q, P = self.parts(A)
        value = -0.5 * np.sum(np.log(A + self.d)) - 0.5 * self.y @ P @ self.y
        if method != "ML":
            value -= 0.5 * np.linalg.slogdet(self.X.T @ Vi @ self.X)[1]
        return value + (np.log(A) if method == "AREML" else 0)

    def variance(self, method):
        top = 50 * (np.var(self.y) + self.d.max())
        if method == "FH":
            if self.score(0.0, "FH") <= 0:
                return 0.0
            return optimize.brentq(lambda a: self.score(a, "FH"), 0, top, xtol=1e-18, rtol=1e-15)
        grid = np.concatenate([[1e-12 * top], top * np.logspace(-9, 0, 1500)])
        values = [self.loglik(a, method) for a in grid]
        best = int(np.argmax(values))
        if best == 0 and method != "AREML":
            return 0.0
        low, high = grid[max(0, best - 1)], grid[best + 1]
        if self.score(low, method) <= 0 and method != "AREML":
            return 0.0
        return optimize.brentq(lambda a: self.score(a, method), low, high, xtol=1e-18, rtol=1e-15)

    def fit(self):
        A, d = self.A, self.d
        Vi, Q, P = self.parts(A)
        self.beta = Q @ self.X.T @ Vi @ self.y
        self.pred = self.y - d * (P @ self.y)
        B = d / (A + d)
        self.gamma = 1 - B
        lev = np.einsum("ij,jk,ik->i", self.X, Q, self.X)
        g1, g2 = A * B, B ** 2 * lev
        s1, s2 = np.sum(1 / (A + d)), np.sum(1 / (A + d) ** 2)
        if self.method == "FH":
            var, bias = 2 * self.m / s1 ** 2, 2 * (self.m * s2 - s1 ** 2) / s1 ** 3
        else:
            var = 2 / s2
            bias = 0.0
            if self.method == "ML":
                bias = -np.trace(Q @ self.X.T @ Vi @ Vi @ self.X) / s2
        g3 = d ** 2 / (A + d) ** 3 * var
        self.mse = g1 + g2 + 2 * g3 - bias * B ** 2
        self.res = (self.y - self.X @ self.beta) / np.sqrt(A + d)
        # Covariance of y − Xβ̂.
        self.cov = np.diag(A + d) - self.X @ Q @ self.X.T
        return self


SCALES = {
    "none": (lambda y: y, lambda y, d: d, lambda z: z, lambda z: np.ones_like(z)),
    "logit": (lambda y: np.log(y / (1 - y)), lambda y, d: d / (y * (1 - y)) ** 2, lambda z: 1 / (1 + np.exp(-z)),
              lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "arcsine": (lambda y: np.arcsin(np.sqrt(y)), lambda y, d: d / (4 * y * (1 - y)),
                lambda z: np.sin(np.clip(z, 0, np.pi / 2)) ** 2, lambda z: np.sin(2 * z)),
}


def moments(h, centre, variance):
    """Mean and variance of h(U), U ~ N(centre, variance), by adaptive quadrature."""
    s = np.sqrt(variance)
    def integral(f):
        return integrate.quad(lambda u: f(h(centre + s * u)) * stats.norm.pdf(u), -9, 9, epsabs=1e-14, epsrel=1e-12,
                              limit=400)[0]
    mean = integral(lambda v: v)
    return mean, integral(lambda v: (v - mean) ** 2)


def smooth(d, n):
    return np.sum(d) / np.sum(1 / n) / n


def case(m, kind, method, scale="none", smoothing=False, form=None):
    x, y, d, n, size = rows(m, kind)
    forward, spread, back, slope = SCALES[scale]
    dz = spread(y, d)
    if smoothing:
        dz = smooth(dz, n)
    fit = Area(x, forward(y), dz, method).fit()
    if scale == "none":
        value, mse = fit.pred, fit.mse
    else:
        pairs = [moments(back, z, fit.A * (1 - g)) for z, g in zip(fit.pred, fit.gamma)]
        value = np.array([p[0] for p in pairs])
        mse = np.array([moments(back, z, e)[1] for z, e in zip(fit.pred, fit.mse)])
    w = size / size.sum()
    mean, target = w @ value, w @ y
    a = w * slope(fit.pred) * (1 - fit.gamma)
    extra = a @ fit.cov @ a
    if form == "ratio":
        bench, bmse = value * target / mean, mse + (value / mean) ** 2 * extra
    else:
        bench, bmse = value + target - mean, mse + extra
    name = f"{m} {kind} {method} {scale}" + (" smooth" if smoothing else "") + (f" {form}" if form else "")
    def pick(v): return ", ".join(repr(float(v[k])) for k in range(0, m, max(1, m // 5)))
    word = {"REML": "restricted", "ML": "likelihood", "FH": "moments", "AREML": "adjusted"}[method]
    cases.append(f'''        Case(
            name: "{name}", count: {m}, kind: .{kind}, method: .{word}, scale: .{"identity" if scale == "none" else scale},
            smooths: {str(smoothing).lower()}, form: .{form or "difference"},
            areaVariance: {float(fit.A)!r},
            coefficients: [{", ".join(repr(float(b)) for b in fit.beta)}],
            gamma: [{pick(fit.gamma)}],
            estimates: [{pick(value)}],
            errors: [{pick(mse)}],
            residuals: [{pick(fit.res)}],
            benchmarked: [{pick(bench)}],
            benchmarkedErrors: [{pick(bmse)}])''')


cases = []
print('''// Made by Scripts/golden/small-areas.py; do not edit.

extension SmallAreaCases {
    static let numbers: [Case] = [''')
for m in (9, 30, 342):
    for method in ("REML", "ML", "FH"):
        case(m, "number", method, form="ratio" if method == "ML" else "difference")
for m in (30, 342):
    for scale in ("logit", "arcsine"):
        for method in ("REML", "ML", "FH"):
            case(m, "share", method, scale, smoothing=(method != "REML"), form="ratio" if method == "FH" else "difference")
for m in (9, 342):
    for method in ("REML", "ML", "FH", "AREML"):
        case(m, "zero", method)
case(9, "share", "REML", "logit", form="ratio")
print(",\n".join(cases))
print('''    ]
}''')
