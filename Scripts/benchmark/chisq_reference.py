"""chisq_reference.py SHARED CSV OUT.json: the four Rao-Scott tables in plain numpy, in both conventions in use.

Rao and Scott's second-order F: Pearson's X2 of the weighted shares over the trace of D, with D the generalised
design effects of the contrasts that span the interaction, df1 = trace(D)^2 / trace(D^2), df2 = df1 * design df.

- `domain`: rows without both answers leave the table as outside a domain, so their sampling units still count in
  the variance and in the design df (R's survey, asked for two columns with missing answers).
- `answered`: the same variance; the design df counts units with both answers (R's survey on the subset of rows that
  answered, and peil).
- `complete`: rows without both answers are dropped first, and units left without a row with them (svy).

Needs the peers' Python. Untimed: it says what each side should print, so that neither is the other's only judge.
"""
import json
import os
import sys

import numpy as np
from scipy.stats import f as f_distribution

TABLES = [("prep_kit", "education"), ("flood_wor", "education"), ("sex", "flood_lik"), ("region", "tr_gov")]


def codes(series):
    """Codes 0... in the order of the levels, -1 for missing, and the levels as text."""
    levels = series.drop_nulls().unique().sort().to_list()
    place = {level: code for code, level in enumerate(levels)}
    return np.array([place.get(value, -1) for value in series.to_list()]), [str(level) for level in levels]


def covariance(cell, n_cells, weight, unit, stratum_of_unit, counted):
    """Taylor covariance of the cell shares; `counted` says which sampling units exist for the variance."""
    total = weight.sum()
    share = np.bincount(cell, weight, n_cells) / total
    n_units = len(stratum_of_unit)
    z = np.bincount(unit * n_cells + cell, weight, n_units * n_cells).reshape(n_units, n_cells) / total
    z -= np.outer(np.bincount(unit, weight, n_units) / total, share)
    z, stratum = z[counted], stratum_of_unit[counted]
    size = np.bincount(stratum)
    sums = np.zeros((len(size), n_cells))
    np.add.at(sums, stratum, z)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (z - sums[stratum] / size[stratum, None]) * np.sqrt(size / (size - 1.0))[stratum, None]
    return share, z.T @ z, int(len(stratum) - np.count_nonzero(size))


def rao_scott(share, variance, rows, columns, count, design_df):
    table = share.reshape(rows, columns)
    expected = np.outer(table.sum(1), table.sum(0))
    chi_square = count * ((table - expected) ** 2 / expected).sum()
    row, column = np.divmod(np.arange(rows * columns), columns)
    dummies = lambda code, k: (code[:, None] == np.arange(1, k)).astype(float)
    r, c = dummies(row, rows), dummies(column, columns)
    main = np.column_stack([np.ones(len(row)), r, c])
    both = (r[:, :, None] * c[:, None, :]).reshape(len(row), -1)
    contrast = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    over = np.where(share > 0, 1 / np.where(share > 0, share, 1), 0)
    scaled = contrast * over[:, None]
    d = np.linalg.solve(contrast.T @ scaled / count, scaled.T @ variance @ scaled)
    trace = np.trace(d)
    df1 = trace ** 2 / np.trace(d @ d)
    statistic = chi_square / trace
    return {"F": statistic, "df1": df1, "df2": df1 * design_df,
            "p": float(f_distribution.sf(statistic, df1, df1 * design_df)), "X2": chi_square}


def main():
    shared, path, out = sys.argv[1:]
    sys.path.insert(0, os.path.join(shared, "bench"))
    from common import load_polars
    data = load_polars(path)
    weight = data["weight"].to_numpy().astype(float)
    stratum, _ = codes(data["stratum"])
    unit_name, unit = np.unique(stratum * 10000 + data["psu"].to_numpy(), return_inverse=True)
    stratum_of_unit = unit_name // 10000
    answers = []
    for a, b in TABLES:
        row, row_levels = codes(data[a])
        column, column_levels = codes(data[b])
        kept = (row >= 0) & (column >= 0)
        cell = row[kept] * len(column_levels) + column[kept]
        n_cells = len(row_levels) * len(column_levels)
        answer = {"a": a, "b": b}
        with_row = np.bincount(unit[kept], minlength=len(unit_name)) > 0
        for convention, counted in (("domain", np.ones(len(unit_name), bool)), ("complete", with_row)):
            share, variance, df = covariance(cell, n_cells, weight[kept], unit[kept], stratum_of_unit, counted)
            answer[convention] = rao_scott(share, variance, len(row_levels), len(column_levels), len(weight), df)
            if convention == "domain":
                strata = stratum_of_unit[with_row]
                answered = int(len(strata) - len(np.unique(strata)))
                answer["answered"] = rao_scott(share, variance, len(row_levels), len(column_levels), len(weight), answered)
        answer["shares"] = {f"{row_levels[i // len(column_levels)]}|{column_levels[i % len(column_levels)]}": float(s)
                            for i, s in enumerate(share)}
        answers.append(answer)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(answers, file, indent=1, default=float)


if __name__ == "__main__":
    main()
