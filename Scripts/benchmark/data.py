"""Where the benchmark data and the peers are, and how the files are made.

Everything lies in one folder outside the repository, PEIL_BENCH_DATA (default ~/.cache/peil-bench):

    peers/                 Python with the pinned peers
    s5k.csv s5k_m9.csv s100k.csv s1m.csv   the synthetic survey of the shared generator, checked by SHA-256; peers read these
    s100k-clean.csv …      the same rows for peil: only the columns the tasks use, the answers 8 and 9 left empty
    s100k-d342.csv …       for the reference: `gm` replaced by a synthetic domain, answers as generated
    s5k-replicates.csv     s5k-clean.csv with 200 replicate weights that R drew
    s100k-model.csv …      for regression: design, the response as 1 and 0, predictors
    s5k-raked.csv …        for weighting: design, margins (age and sex in one column), answers, and answers of 4 or more

peil's plans have no codes of no answer per item, so the file says it instead; peers recode while they load, which
is not timed either.
"""
import csv
import gzip
import hashlib
import os
import zlib

SIZES = {"5k": 5_000, "5k_m9": 5_000, "100k": 100_000, "1m": 1_000_000}
SHA256 = {"5k": "b387bee87cbb3af35027df5f4931eb4d699b061a84d23c923e18e51c1e54b0c1",
          "5k_m9": "bfc5aa591f46ad46ddc437b387ee1fa35983f46be6ecb33bd419bbbc5a38fd01",
          "100k": "9e1e36788cb6f80fee0d7e75942b2826c0456d941545d0a090b56c43fb801e1e",
          "1m": "9e59ad9656dcce50bdaade79fd3aae479806e213e1c9fe89209a3c1f60ca07c9"}
MUNICIPALITIES = {"5k_m9": 9}
DOMAINS = {"d9": 9, "d342": 342, "d10000": 10_000}
PINNED = ["svy==0.35.0", "polars==2.1.0", "numpy==2.4.6", "scipy==1.17.1", "pyarrow==26.0.1"]

HAZARDS = ["flood", "heat", "drought", "power", "chem", "pandemic"]
LIKERT = [f"{hazard}_{side}" for hazard in HAZARDS for side in ("lik", "sev", "wor")]
TRUST = ["tr_gov", "tr_muni", "tr_fire", "tr_sci", "tr_media", "tr_neigh"]
ITEMS = LIKERT + ["tr_gov", "tr_muni"]
DESIGN = ["stratum", "psu", "weight"]
NO_ANSWER = {"8", "9"}
AGES = [(29, "18-29"), (39, "30-39"), (49, "40-49"), (59, "50-59"), (69, "60-69"), (999, "70+")]
RAKED = ["5k", "1m"]
MODELLED = ["100k", "1m"]

FOLDER = os.path.expanduser(os.environ.get("PEIL_BENCH_DATA", "~/.cache/peil-bench"))
SHARED = os.path.abspath(os.environ.get(
    "PEIL_SHARED", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared")))
PYTHON = os.path.join(FOLDER, "peers", "bin", "python")


def path(name):
    return os.path.join(FOLDER, name)


def script(name):
    return os.path.join(SHARED, "bench", name)


def expected(name):
    return os.path.join(SHARED, "bench", "expected", name)


def generated(size):
    return path(f"s{size}.csv")


def clean(size):
    return path(f"s{size}-clean.csv")


def with_domain(size, column):
    return path(f"s{size}-{column}.csv")


def replicates():
    return path("s5k-replicates.csv")


def raked(size):
    return path(f"s{size}-raked.csv")


def modelled(size):
    return path(f"s{size}-model.csv")


def margins(size):
    """The population totals that the generator writes beside its file, by margin and level."""
    found = {}
    for row in csv.DictReader(open(generated(size) + ".margins.csv", newline="", encoding="utf-8")):
        found.setdefault(row["margin"], {})[row["level"]] = float(row["target"])
    return found


def all_files():
    files = [raked(size) for size in RAKED] + [modelled(size) for size in MODELLED] + [generated(size) for size in SIZES]
    files += [clean(size) for size in SIZES if size not in MUNICIPALITIES] + [replicates()]
    return files + [with_domain(size, column) for size in ("100k", "1m") for column in DOMAINS]


def is_as_generated(size):
    digest = hashlib.sha256()
    with open(generated(size), "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == SHA256[size]


def domain_of(respondent, count):
    """A domain that has nothing to do with strata or sampling units: the CRC-32 of the respondent's number."""
    return zlib.crc32(respondent.encode()) % count + 1


class Written:
    """A CSV file that appears under its name only when it is whole."""

    def __init__(self, target):
        self.target = target

    def __enter__(self):
        self.file = open(self.target + ".part", "w", newline="", encoding="utf-8")
        return csv.writer(self.file, lineterminator="\n")

    def __exit__(self, failure, *_):
        self.file.close()
        if failure is None:
            os.replace(self.target + ".part", self.target)


def rows_of(source):
    with open(source, newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def write_clean(size):
    """The columns of the tasks and the synthetic domains, with empty fields for the codes of no answer."""
    rows = rows_of(generated(size))
    place = {name: k for k, name in enumerate(next(rows))}
    kept = DESIGN + ["gm", "sex", "age", "education", "region", "income", "prep_kit"]
    plain, coded = [place[name] for name in kept], [place[name] for name in LIKERT + TRUST]
    with Written(clean(size)) as out:
        out.writerow(kept + LIKERT + TRUST + list(DOMAINS))
        for row in rows:
            respondent = row[place["resp_id"]]
            out.writerow([row[k] for k in plain] + ["" if row[k] in NO_ANSWER else row[k] for k in coded]
                         + [domain_of(respondent, count) for count in DOMAINS.values()])


def write_raked(size):
    """The columns of raking and of what is estimated on raked weights; `hi_` is an answer of 4 or more."""
    rows = rows_of(generated(size))
    place = {name: k for k, name in enumerate(next(rows))}
    with Written(raked(size)) as out:
        out.writerow(DESIGN + ["gm", "education", "agesex"] + ITEMS + ["hi_" + item for item in ITEMS])
        for row in rows:
            age = next(name for last, name in AGES if int(row[place["age"]]) <= last)
            answers = ["" if row[place[item]] in NO_ANSWER else row[place[item]] for item in ITEMS]
            out.writerow([row[place[name]] for name in DESIGN + ["gm", "education"]] + [f"{age}/{row[place['sex']]}"]
                         + answers + ["" if answer == "" else int(int(answer) >= 4) for answer in answers])


def write_modelled(size):
    """The columns of the regression; `prep1` is whether somebody has a kit, empty where they do not know."""
    rows = rows_of(generated(size))
    place = {name: k for k, name in enumerate(next(rows))}
    plain, coded = DESIGN + ["age", "sex", "education", "hhsize", "experience"], ["flood_lik", "flood_wor", "tr_gov"]
    with Written(modelled(size)) as out:
        out.writerow(plain + coded + ["prep1"])
        for row in rows:
            answers = ["" if row[place[name]] in NO_ANSWER else row[place[name]] for name in coded]
            out.writerow([row[place[name]] for name in plain] + answers
                         + [{"ja": 1, "nee": 0}.get(row[place["prep_kit"]], "")])


def write_with_domain(size, column):
    """What the reference script reads, with the synthetic domain under the name of the municipality."""
    rows = rows_of(generated(size))
    place = {name: k for k, name in enumerate(next(rows))}
    kept = DESIGN + ["sex", "age", "prep_kit"] + LIKERT + TRUST
    with Written(with_domain(size, column)) as out:
        out.writerow(["gm"] + kept)
        for row in rows:
            out.writerow([domain_of(row[place["resp_id"]], DOMAINS[column])] + [row[place[name]] for name in kept])


def write_replicates():
    """s5k-clean.csv with the combined weights r1 … r200: base weight times the multipliers that R drew."""
    with gzip.open(expected("s5k_r_boot200_psu_multipliers.csv.gz"), "rt", newline="", encoding="utf-8") as file:
        multipliers = csv.reader(file)
        names = next(multipliers)[2:]
        of_unit = {(row[0], row[1]): [float(value) for value in row[2:]] for row in multipliers}
    rows = rows_of(clean("5k"))
    header = next(rows)
    stratum, psu, weight = (header.index(name) for name in DESIGN)
    with Written(replicates()) as out:
        out.writerow(header + names)
        for row in rows:
            base = float(row[weight])
            out.writerow(row + [repr(base * value) for value in of_unit[row[stratum], row[psu]]])
