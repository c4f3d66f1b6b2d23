#!/usr/bin/env python3
"""Ends of the Wilson and the likelihood interval from their defining equations with 60 digits, for ShareBoundsTests.

A line: share, r = t^2/n_eff, Wilson lower and upper, likelihood lower and upper.
"""
from mpmath import exp, log, log1p, mp, mpf, sqrt

mp.dps = 60


def wilson(p, r):
    root = sqrt(r * (4 * p * (1 - p) + r))
    return (2 * p + r - root) / 2 / (1 + r)


def likelihood(p, r):
    """The lower end: bisection on the logit."""
    expit = lambda eta: 1 / (1 + exp(-eta)) if eta > 0 else exp(eta) / (1 + exp(eta))

    def excess(eta):
        log_q = -log1p(exp(-eta)) if eta > 0 else eta - log1p(exp(eta))
        return 2 * (p * (log(p) - log_q) + (1 - p) * (log1p(-p) - (log_q - eta))) - r

    high = log(p) - log1p(-p)
    step = mpf(1)
    while excess(high - step) < 0:
        step *= 2
    low = high - step
    for _ in range(260):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return expit(low)


for p in (2.0**-30, 0.001, 0.0625, 0.3, 0.5, 0.75, 1 - 2.0**-10, 1 - 2.0**-40):
    for r in (2.0**-40, 2.0**-12, 0.125, 3, 50, 2000):
        p_, r_ = mpf(p), mpf(r)
        ends = [wilson(p_, r_), 1 - wilson(1 - p_, r_), likelihood(p_, r_), 1 - likelihood(1 - p_, r_)]
        print(repr(p), repr(float(r)), *(repr(float(e)) for e in ends))
