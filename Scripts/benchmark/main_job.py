"""The study of the main job: raking, means and shares of 20 questions by municipality, segments, report.

What peers of the shared folder do in a script, as a study that `peil run` takes from the file to the report.
"""
import os

from . import data

FOLDER = "main"
BANDS = ["18-29", "30-39", "40-49", "50-59", "60-69", "70+"]
STARTS = 10


def margins(size):
    """Levels and totals by margin, as the generator wrote them beside its file."""
    return data.margins(size)


def code(name, values, more=""):
    return f"- {{id: {name}, type: code, labels: [{', '.join(values)}]{more}}}"


def codebook(size):
    unsure = ", missing: [{code: 8, kind: dont_know}, {code: 9, kind: refused}]"
    answers = [str(value) for value in range(1, 6)]
    trust = [str(value) for value in range(1, 8)]
    lines = ["- {id: resp_id, type: id, required: true, unique: true}",
             code("gm", list(margins(size)["gm"]), ", required: true"),
             "- {id: stratum, type: int}", "- {id: psu, type: int}", "- {id: weight, type: weight}",
             code("sex", ["1", "2"], ", required: true"), "- {id: age, type: int, min: 18, required: true}",
             code("education", ["1", "2", "3"], ", required: true")]
    lines += [code(item, answers if item in data.LIKERT else trust, unsure) for item in data.ITEMS]
    derived = [f"- {{id: age_class, bands: {{of: age, edges: [18, 30, 40, 50, 60, 70], "
               f"labels: [{', '.join(repr(band) for band in BANDS)}]}}}}",
               "- {id: agesex, paste: {of: [age_class, sex], separator: /}}"]
    derived += [f"- {{id: hi_{item}, any: {{where: [\"{item} >= 4\"]}}}}" for item in data.ITEMS]
    head = ["codebook: main-job", "languages: [nl]", 'csv: {encoding: utf-8, delimiter: ",", decimal: "."}']
    return "\n".join(head + ["variables:", *lines, "derived:", *derived]) + "\n"


def study(size):
    known = margins(size)
    lines = [f"""study: main-job
language: nl
codebook: codebook.yaml
basis: probability
waves:
  - {{id: w, label: golf, from: "2021-01-01", to: "2024-12-31", files: [{{path: answers.csv, mode: web}}]}}
design: {{weights: weight, strata: [stratum], clusters: [psu], nest: true, lonely_psu: adjust}}
areas: {{variable: gm, region: Nederland}}
weighting:
  population: iedereen
  steps:
    - method: rake
      margins:"""]
    for name in ("agesex", "education", "gm"):
        totals = ", ".join(f"{level!r}: {total!r}" for level, total in known[name].items())
        lines.append(f"        - {{variable: {name}, totals: {{{totals}}}}}")
    lines.append(f"""segments:
  method: kmeans
  inputs: [{', '.join(data.LIKERT)}]
  maximum_missing: {len(data.LIKERT) - 1}
  clusters: 5
  starts: {STARTS}
  seed: 1
  labels: {{{', '.join(f'K{k}: {{label: groep {k}, description: "Groep {k}."}}' for k in range(1, 6))}}}
report:
  title: Hoofdtaak
  population: iedereen
  formats: [html, csv]
  questions:""")
    for item in data.ITEMS:
        lines.append(f"    - {{variable: {item}, label: {item}, statistic: mean, unit: punten}}")
        lines.append(f"    - {{variable: hi_{item}, label: {item} vier of meer, levels: [\"1\"]}}")
    lines.append("""    - {variable: segment, label: Groepen}
  key_figures:
    - {question: hi_flood_lik, level: "1", says: vindt een overstroming waarschijnlijk}
  sections:
    - id: groepen
      title: Groepen
      blocks:
        - segment_sizes: segment
        - segment_by_area: segment
    - id: gemeenten
      title: Gemeenten
      blocks:
        - means: [flood_lik, flood_sev, flood_wor]""")
    return "\n".join(lines) + "\n"


def folder(size):
    """The folder of the study, made anew; a link would not be read, so the answers are another name for the file."""
    place = data.path(os.path.join(FOLDER, size))
    os.makedirs(place, exist_ok=True)
    for name, text in (("study.yaml", study(size)), ("codebook.yaml", codebook(size))):
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(text)
    answers, source = os.path.join(place, "answers.csv"), os.path.realpath(data.generated(size))
    if not os.path.exists(answers) or not os.path.samefile(answers, source):
        if os.path.exists(answers):
            os.remove(answers)
        os.link(source, answers)
    return place
