# Reference values at 60 digits: I_x(a, b) on the side of the mean by DLMF 8.17.22, checked against the positive series of 8.17.8.
import mpmath as mp, subprocess, sys, math
mp.mp.dps = 60
def series(x, y, a, b):            # lower tail, x at or below the mean
    term = total = mp.mpf(1); k = 0
    while term > total * mp.mpf(10) ** -58:
        term *= (a + b + k) / (a + 1 + k) * x; total += term; k += 1
    return front(x, y, a, b) * total
def front(x, y, a, b):
    return mp.exp(a * mp.log(x) + b * mp.log(y) - mp.log(a) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))
def fraction(x, y, a, b):
    c, d = mp.mpf(1), 1 / (1 - (a + b) * x / (a + 1)); h = d
    for m in range(1, 10**6):
        for e in (m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)), -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))):
            d = 1 / (1 + e * d); c = 1 + e / c; h *= c * d
        if abs(c * d - 1) < mp.mpf(10) ** -56: return front(x, y, a, b) * h
def beta(x, y, a, b):              # (lower, upper)
    a, b = mp.mpf(a), mp.mpf(b)
    if x * (a + b) <= a:
        low = fraction(x, y, a, b); return low, 1 - low
    high = fraction(y, x, b, a); return 1 - high, high
def t_upper(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    return beta(df / (df + t * t), t * t / (df + t * t), df / 2, mp.mpf(1) / 2)[0] / 2
def t_density(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    return mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) / 2 - (df + 1) / 2 * mp.log1p(t * t / df))
def newton(start, target, f, density):   # f falls with slope -density, or rises with +density
    x = mp.mpf(start)
    for _ in range(6):
        v, d = f(x), density(x)
        step = (v - target) / d
        x += step
        if abs(step) < abs(x) * mp.mpf(10) ** -30: break
    return x
def R(expr):
    out = subprocess.run(["Rscript", "-e", f"cat(sprintf('%.17g',{expr}))"], capture_output=True, text=True).stdout
    return float(out)
def d(v): return repr(float(v))
