#!/usr/bin/env python3
"""Estimates and standard errors of hard data in exact fractions, for ExactMomentsTests.

48 rows, 2 strata x 4 clusters; answers near +-1e8 with a spread of about 1e-3; weights from 2^-20 to 2^20.
Every number is a fraction until the last line; square roots have 40 digits.
"""
from decimal import Decimal, getcontext
from fractions import Fraction as F

getcontext().prec = 60
rows = range(48)
y = [F(10**8) + F((i * 37) % 101 - 50, 2**15) for i in rows]
x = [F(-(10**8)) + F((i * 53) % 97 + (i * 37) % 101 - 98, 2**15) for i in rows]


def decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


def root(value):
    return decimal(value).sqrt()


def study(label, w):
    total = lambda values: sum(a * b for a, b in zip(w, values))
    W = sum(w)
    mean_y, mean_x = total(y) / W, total(x) / W
    dy, dx = [v - mean_y for v in y], [v - mean_x for v in x]
    cov = lambda a, b: total([p * q for p, q in zip(a, b)]) / W
    syy, sxx, sxy = cov(dy, dy), cov(dx, dx), cov(dy, dx)

    def variance(z):
        """Of the sum of w z: n/(n-1) sum of squares between clusters, in each stratum."""
        result = F(0)
        for stratum in range(2):
            units = [sum(w[i] * z[i] for i in rows if i % 8 == psu) for psu in range(stratum, 8, 2)]
            middle = sum(units) / len(units)
            result += F(len(units), len(units) - 1) * sum((u - middle) ** 2 for u in units)
        return result

    def show(name, value, error):
        print(f"{label} {name} {value:.25e} {error:.25e}")

    show("mean", decimal(mean_y), root(variance([d / W for d in dy])))
    factor = F(48, 47)
    spread = [factor * (d * d - syy) / W for d in dy]
    show("variance", decimal(factor * syy), root(variance(spread)))
    deviation = root(factor * syy)
    show("sd", deviation, root(variance(spread)) / 2 / deviation)
    # z of r is (uv - r/2 (u^2 + v^2)) / W with standardised u, v: r = sxy/s, s^2 = syy sxx, is no fraction, s z is.
    product = syy * sxx
    scaled = [(dy[i] * dx[i] - sxy / 2 * (dy[i] ** 2 / syy + dx[i] ** 2 / sxx)) / W for i in rows]
    show("correlation", decimal(sxy) / root(product), root(variance(scaled) / product))
    shares = [F(3, 10), F(1, 2), F(1, 5)]
    weight = [sum(w[i] for i in rows if i % 3 == k) for k in range(3)]
    means = [sum(w[i] * y[i] for i in rows if i % 3 == k) / weight[k] for k in range(3)]
    z = [shares[i % 3] * (y[i] - means[i % 3]) / weight[i % 3] for i in rows]
    show("standardised", decimal(sum(a * b for a, b in zip(shares, means))), root(variance(z)))
    ratio = total(y) / total(x)
    show("ratio", decimal(ratio), root(variance([(y[i] - ratio * x[i]) / total(x) for i in rows])))


study("even", [F(1 + (i * 29) % 7) for i in rows])
study("twelve", [F(2) ** ((i * 29) % 41 - 20) for i in rows])
