"""Numbers of Tests/PeilDisclosureTests/AttackNumbers.swift.

python Scripts/golden/attack.py Tests/PeilDisclosureTests/AttackNumbers.swift
Needs highspy (HiGHS, MIT). Random systems of relations over cells drawn by a linear congruential generator that the test has too; HiGHS
gives the least and most of each hidden cell, as a linear and as an integer program.
"""
import sys

import highspy
import numpy as np


class Draw:
    def __init__(self, seed):
        self.state = seed

    def __call__(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def system(seed):
    """Cells, hidden marks and relations (terms, least, most)."""
    draw = Draw(seed)
    count = 6 + draw(12)
    values = [draw(4) and draw(40) for _ in range(count)]
    hidden = [draw(3) > 0 for _ in range(count)]
    relations = []
    for _ in range(3 + draw(4)):
        terms = []
        for cell in range(count):
            coefficient = [0, 0, 1, 1, -1, 2, 3][draw(7)]
            if coefficient:
                terms.append((cell, coefficient))
        total = sum(c * values[k] for k, c in terms)
        slack = draw(3) * draw(6)
        if terms:
            relations.append((terms, total - slack, total + (slack and slack + 1)))
    return values, hidden, relations


def bound(values, hidden, relations, cell, sign, whole):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for k, value in enumerate(values):
        solver.addVar(0 if hidden[k] else value, highspy.kHighsInf if hidden[k] else value)
        solver.changeColCost(k, float(sign if k == cell else 0))
        if whole:
            solver.changeColIntegrality(k, highspy.HighsVarType.kInteger)
    for terms, least, most in relations:
        solver.addRow(float(least), float(most), len(terms), np.array([k for k, _ in terms], dtype=np.int32),
                      np.array([float(c) for _, c in terms]))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return f"{sign * solver.getInfo().objective_function_value + 0.0:.12g}"
    # Feasible by construction: what has no optimum has no limit.
    assert status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible), status
    return "inf"


lines = []
for seed in range(1, 41):
    values, hidden, relations = system(seed)
    for whole in (0, 1):
        for cell in range(len(values)):
            if hidden[cell]:
                low, high = (bound(values, hidden, relations, cell, sign, whole) for sign in (1, -1))
                lines.append(f"        {seed} {whole} {cell} {low} {high}")
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write(f"""// Written by Scripts/golden/attack.py with HiGHS {highspy.Highs().version()}.
/// Bounds of hidden cells, a line each: seed of the system, 1 where cells are whole, cell, low, high.
enum AttackNumbers {{
    static let bounds = """ + '"""\n' + "\n".join(lines) + '\n        """\n}\n')
