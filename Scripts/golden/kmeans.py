#!/usr/bin/env python3
"""Numbers of Tests/PeilStatisticsTests/KMeansReference.swift and PartitionReference.swift, as Swift.

Needs scikit-learn 1.9.1 and scipy 1.17.1. Prints both files, one after the other; rows are the formula of
KnownSegments.formula.
"""
import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

ROWS = 250


def survey():
    row = np.arange(ROWS)
    points = np.column_stack([(row * (item + 3) + row * row // (7 + item)) % (5 + item) for item in range(4)])
    return points.astype(float), 1 + (row * 37 % 101) / 100


def numbers(values):
    return "[" + ", ".join(repr(float(value)) for value in values) + "]"


def kmeans():
    points, weights = survey()
    print("/// Made by Scripts/golden/kmeans.py with scikit-learn", sklearn.__version__)
    print("struct KMeansReference: Sendable {")
    print("    let startRows: [Int]\n    let objective: Double\n    let counts: [Int]\n    let centres: [[Double]]\n")
    print("    static let all: [KMeansReference] = [")
    for rows in ([3, 60, 200], [0, 1, 2, 3, 100], [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]):
        # Off the lattice of the answers, so that no point lies as near to one centre as to another.
        place, axis = np.meshgrid(np.arange(len(rows)), np.arange(4), indexing="ij")
        start = points[rows] + 0.0137 * (place + 1) + 0.0071 * (axis * (place + 2))
        fit = KMeans(len(rows), init=start, n_init=1, tol=0, max_iter=1000, algorithm="lloyd")
        fit.fit(points, sample_weight=weights)
        centres = ",\n                ".join(numbers(centre) for centre in fit.cluster_centers_)
        print(f"        KMeansReference(\n            startRows: {rows}, objective: {fit.inertia_!r},")
        print(f"            counts: {np.bincount(fit.labels_, minlength=len(rows)).tolist()},")
        print(f"            centres: [\n                {centres}\n            ]),")
    print("    ]\n}")


def partitions():
    print("/// Made by Scripts/golden/kmeans.py with scikit-learn", sklearn.__version__, "and scipy", scipy.__version__)
    print("struct PartitionReference: Sendable {")
    print("    let first: [Int]\n    let second: [Int]\n    let adjustedRand: Double\n    let matchedCount: Double\n")
    print("    static let all: [PartitionReference] = [")
    row = np.arange(60)
    cases = [(row % 3, row // 20), (row * row % 5 % 3, (row + row // 7) % 4), (row // 15, (row + 3) // 16),
             (row % 2, row % 6), (row * 7 % 11 % 5, row * 5 % 13 % 3)]
    for first, second in cases:
        table = np.zeros((first.max() + 1, second.max() + 1))
        np.add.at(table, (first, second), 1)
        chosen = linear_sum_assignment(table, maximize=True)
        print(f"        PartitionReference(\n            first: {first.tolist()},\n            second: {second.tolist()},")
        print(f"            adjustedRand: {adjusted_rand_score(first, second)!r}, "
              f"matchedCount: {float(table[chosen].sum())!r}),")
    print("    ]\n")
    print("    /// Largest sums of assignments of the matrices (r·17 + c·31 + r·c·7) mod 23, rows × columns.")
    print("    static let assignments: [(rows: Int, columns: Int, largest: Double)] = [")
    for rows, columns in [(1, 1), (3, 3), (5, 5), (4, 7), (7, 4), (12, 12), (20, 31)]:
        r, c = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
        values = ((r * 17 + c * 31 + r * c * 7) % 23).astype(float)
        print(f"        ({rows}, {columns}, {float(values[linear_sum_assignment(values, maximize=True)].sum())!r}),")
    print("    ]\n}")


def ward():
    print("/// Made by Scripts/golden/kmeans.py with scipy", scipy.__version__, "linkage(method='ward')")
    print("struct WardReference: Sendable {")
    print("    let points: Int\n    let axes: Int\n    let pairs: [[Int]]\n    let heights: [Double]\n")
    print("    /// Point r has (r·29 + c·13 + r·r·c) mod 37 + r/100 on axis c.")
    print("    static let all: [WardReference] = [")
    for count, axes in [(5, 2), (12, 3), (30, 4)]:
        r, c = np.meshgrid(np.arange(count), np.arange(axes), indexing="ij")
        tree = linkage((r * 29 + c * 13 + r * r * c) % 37 + r / 100, method="ward")
        pairs = ", ".join(f"[{int(min(a, b))}, {int(max(a, b))}]" for a, b in tree[:, :2])
        print(f"        WardReference(\n            points: {count}, axes: {axes}, pairs: [{pairs}],")
        print(f"            heights: {numbers(tree[:, 2])}),")
    print("    ]\n}")


if __name__ == "__main__":
    for part in (kmeans, partitions, ward):
        part()
        print("// ----")
