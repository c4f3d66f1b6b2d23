# χ² and F at 60 digits; writes c_cdf.txt, c_q.txt, f_cdf.txt, f_q.txt for the tests' ChiSquaredReference and FReference (40 s).
from reference import *
LEAST = mp.mpf(10) ** -300
def chi(x, df):                    # (lower, upper): the positive series below twice the mean, with digits to spare for 1 - P; the fraction DLMF 8.9.2 above
    a, z = mp.mpf(df) / 2, mp.mpf(x) / 2
    if z < 2 * a or z < 40:
        spare = int(z if z < 40 else 2 + max(0, float(z - a)) ** 2 / float(2 * a))
        with mp.workdps(60 + spare):
            term = total = mp.mpf(1); n = a; least = mp.mpf(10) ** -(58 + spare)
            while term > total * least: n += 1; term *= z / n; total += term
            low = mp.exp(a * mp.log(z) - z - mp.loggamma(a + 1)) * total
            return +low, 1 - low
    front = mp.exp(a * mp.log(z) - z - mp.loggamma(a + 1))
    b, d = z + 1 - a, 1 / (z + 1 - a); c, h, m = mp.mpf(10) ** 300, d, 0
    while True:
        m += 1; b += 2; e = m * (a - m); d = 1 / (b + e * d); c = b + e / c; h *= c * d
        if abs(c * d - 1) < mp.mpf(10) ** -56: high = front * a * h; return 1 - high, high
def chi_density(x, df):
    a, z = mp.mpf(df) / 2, mp.mpf(x) / 2
    return mp.exp((a - 1) * mp.log(z) - z - mp.loggamma(a)) / 2
def f(x, m, n):
    m, n, x = mp.mpf(m), mp.mpf(n), mp.mpf(x)
    return beta(m * x / (m * x + n), n / (m * x + n), m / 2, n / 2)
def f_density(x, m, n):
    m, n, x = mp.mpf(m), mp.mpf(n), mp.mpf(x); s = m * x + n
    return front(m * x / s, n / s, m / 2, n / 2) * m / 2 / x
def kept(pair): return min(pair) > LEAST
def quantile(start, p, upper, tails, density):
    x = mp.mpf(start); P = mp.mpf(p)
    for _ in range(12):            # Newton on the logarithms
        v = tails(x)[upper]; step = -mp.log(v / P) * v / (density(x) * x) * (-1 if upper else 1); x *= mp.exp(step)
        if abs(step) < mp.mpf(10) ** -28: return x
    raise ArithmeticError((start, p, upper))
def shares(): return [(1e-300, 1), (1e-100, 1), (1e-20, 1), (1e-5, 1), (.05, 1), (.3, 1), (.5, 0), (.3, 0), (.025, 0), (1e-5, 0), (1e-20, 0), (1e-100, 0)]
with open("c_cdf.txt", "w") as out:
    for df in [.1, .5, 1, 1.5, 2, 2.7, 3, 5, 10, 31.4, 100, 999.5, 1e4, 2e6]:
        sd = math.sqrt(2 * df)
        xs = {float("%.4g" % (df + k * sd)) for k in (-30, -8, -3, -1, 0, 1, 3, 8, 30)} | ({df * (1 - 1e-5), df * (1 + 1e-7)} if df > 100 else {1e-10, .01, 1., 3.1, 10., 100., 700., 1350.})
        if df < 2: xs |= {1e-250}
        for x in sorted(xs):
            if x > 0 and (t := chi(x, df)) and kept(t): out.write(f"{df!r} {x!r} {d(t[0])} {d(t[1])}\n")
with open("c_q.txt", "w") as out:
    for df in [.1, 1, 2, 2.7, 10, 100, 1e4]:
        for p, upper in shares():
            start = R(f"qchisq(log({p!r}),{df!r},lower.tail={'F' if upper else 'T'},log.p=TRUE)")
            if start > 1e-290 and not (df > 1e3 and p < 1e-20):
                out.write(f"{df!r} {p!r} {upper} {d(quantile(start, p, upper, lambda v: chi(v, df), lambda v: chi_density(v, df)))}\n")
pairs = [(.5, .5), (1, 1), (1, 30), (1, 199), (2, 5), (2.7, 41.3), (3, 1e5), (5, 2), (8, 183), (12, 5000), (100, 3), (100, 100), (999.5, 20), (5000, 5000), (.3, 1000), (1e5, 1e5)]
with open("f_cdf.txt", "w") as out:
    for m, n in pairs:
        for x in [1e-200, 1e-10, .001, .1, .5, .9, .99, 1., 1.01, 1.1, 2., 5., 20., 120., 1e4, 1e10, 1e90, 1e150]:
            if (t := f(x, m, n)) and kept(t): out.write(f"{m!r} {n!r} {x!r} {d(t[0])} {d(t[1])}\n")
with open("f_q.txt", "w") as out:
    for m, n in pairs:
        for p, upper in shares():
            start = R(f"qf(log({p!r}),{m!r},{n!r},lower.tail={'F' if upper else 'T'},log.p=TRUE)")
            if 1e-280 < start < 1e280 and not (m * n > 1e6 and p < 1e-5):
                try: out.write(f"{m!r} {n!r} {p!r} {upper} {d(quantile(start, p, upper, lambda v: f(v, m, n), lambda v: f_density(v, m, n)))}\n")
                except ArithmeticError as e: print("skipped", m, n, e)
