# Upper tails of sums of weighted chi-squares at 60 digits (10 s); writes m_exact.txt, m_pairs.txt, m_saddle.txt for the tests' MixtureReference.
# Exact: Ruben 1962, Ann. Math. Stat. 33:542, with beta the smallest weight, so that all terms are positive; for two degrees of
# freedom each and weights of any sign the partial fractions of Box 1954, Ann. Math. Stat. 25:290. Not the method of the library.
from reference import *
mp.mp.dps = 60
def ruben(weights, dfs, tail):     # sum over k of a_k tail(n + 2k), the rest below 1e-25 of it
    beta0 = min(weights); gs = [1 - beta0 / w for w in weights]; n = sum(dfs)
    s = [mp.mpf(0)] * len(gs); a = mp.exp(sum(h * mp.log(beta0 / w) / 2 for w, h in zip(weights, dfs)))
    total, k, most = mp.mpf(0), 0, max(gs)
    for t in tail(n, beta0):
        total += a * t; ratio = max(most, most * (k + n / 2) / (k + 1))   # a falls at least this fast from here on
        if ratio < 1 and a / (1 - ratio) < total * mp.mpf(10) ** -25: return total
        s = [a + g * v for g, v in zip(gs, s)]; k += 1
        a = sum(h / 2 * g * v for h, g, v in zip(dfs, gs, s)) / k
def chi_tail(x):
    def tails(n, b):
        z = x / b / 2; q = mp.gammainc(n / 2, z, mp.inf, regularized=True); a = n / 2
        t = mp.exp(a * mp.log(z) - z - mp.loggamma(a + 1))
        while True: yield q; q += t; a += 1; t *= z / a
    return tails
def f_tail(x, nu):                 # P(b chi2(n) > x chi2(nu)/nu) = I_y(nu/2, n/2)
    def tails(n, b):
        r = nu * b / x; y = r / (1 + r); a, c = nu / 2, n / 2
        q = beta(y, 1 - y, a, c)[0]; t = mp.exp(a * mp.log(y) + c * mp.log(1 - y) - mp.loggamma(c + 1) - mp.loggamma(a) + mp.loggamma(a + c))
        while True: yield q; q += t; t *= (1 - y) * (a + c) / (c + 1); c += 1
    return tails
def fractions(x, weights):         # h = 2 each, all different
    up = x >= 0; s = mp.mpf(0)
    for j, w in enumerate(weights):
        if (w > 0) == up:
            p = mp.exp(-x / (2 * w))
            for k, v in enumerate(weights):
                if k != j: p *= w / (w - v)
            s += p
    return s if up else 1 - s
def saddle(x, weights, dfs):
    kp = lambda z: sum(h * w / (1 - 2 * z * w) for w, h in zip(weights, dfs)) - x
    lo = max([1 / (2 * w) for w in weights if w < 0], default=None); hi = min([1 / (2 * w) for w in weights if w > 0])
    lo = lo if lo is not None else -mp.mpf(sum(dfs)) / x - 1
    e = mp.mpf(10) ** -50; lo, hi = lo * (1 - e), hi * (1 - e)
    for _ in range(250):
        m = (lo + hi) / 2
        if kp(m) < 0: lo = m
        else: hi = m
    z = lo; K = -sum(h * mp.log(1 - 2 * z * w) for w, h in zip(weights, dfs)) / 2
    w_ = mp.sign(z) * mp.sqrt(2 * (z * x - K)); v = z * mp.sqrt(2 * sum(h * w * w / (1 - 2 * z * w) ** 2 for w, h in zip(weights, dfs)))
    return mp.erfc((w_ + mp.log(v / w_) / w_) / mp.sqrt(2)) / 2
sets = [([1], [1]), ([1, 1, 1], [1, 1, 1]), ([2.5, 1.3, .7, .2], [1] * 4), ([3, .05], [1, 1]), ([1.2, 1.1, 1, .9, .8, .05], [1] * 6),
        ([1e-5, 3e-6], [2.5, .7]), ([4, 3, 2, 1], [10, 100, 30, 1000]), ([.9, .3], [.2, .3])]
M = lambda v: [mp.mpf(w) for w in v]
line = lambda w, h: " ".join(repr(float(v)) for p in zip(w, h) for v in p)
with open("m_exact.txt", "w") as out:      # x, nu (0: none), tail, weight and df in turn
    for w, h in sets:
        mean = sum(a * b for a, b in zip(w, h)); sd = math.sqrt(2 * sum(a * a * b for a, b in zip(w, h)))
        for x in [.001 * mean, .3 * mean, .98 * mean, mean, mean + sd, mean + 6 * sd, mean + 40 * sd]:
            x = float("%.6g" % x)
            for nu in [0, 1, 7.5, 183, 5000]:
                t = ruben(M(w), M(h), chi_tail(mp.mpf(x)) if nu == 0 else f_tail(mp.mpf(x), mp.mpf(nu)))
                if t > mp.mpf(10) ** -300: out.write(f"{x!r} {nu!r} {d(t)} {line(w, h)}\n")
with open("m_pairs.txt", "w") as out:      # x, tail, weights with two degrees of freedom each
    for w in [[1, -1], [3, 1, -.5], [1, .5, -2, -.1, -.3], [5, -.001], [2, 1, .5, .25, -4]]:
        for x in [-300, -20, -2., -.1, -1e-6, 0, 1e-6, .1, 2., 20., 300., 3000.]:
            t = fractions(mp.mpf(x), M(w))
            if t > mp.mpf(10) ** -300: out.write(f"{float(x)!r} {d(t)} {' '.join(repr(float(v)) for v in w)}\n")
with open("m_saddle.txt", "w") as out:     # as m_exact
    for w, h in sets:
        mean = sum(a * b for a, b in zip(w, h)); sd = math.sqrt(2 * sum(a * a * b for a, b in zip(w, h)))
        for x in [.05 * mean, .5 * mean, mean * 1.01, mean + 2 * sd, mean + 30 * sd]:
            x = float("%.6g" % x)
            for nu in [0, 7.5, 183]:
                t = saddle(mp.mpf(x), M(w), M(h)) if nu == 0 else saddle(mp.mpf(0), M(w) + [-mp.mpf(x) / nu], M(h) + [mp.mpf(nu)])
                if t > mp.mpf(10) ** -300: out.write(f"{x!r} {nu!r} {d(t)} {line(w, h)}\n")
