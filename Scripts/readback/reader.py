"""A reader who puts all counts behind a publication into one system and asks HiGHS for the least and the most of each hidden one.

Taken to be known: every printed base, and exactly the count behind every printed share, which is more than rounded shares of weighted
people tell. Relations: answers and the rest make a base; areas make the region, segments everyone; sets of respondents that
are equal, or that others make up, are equal in every area and segment; a test against the rest tells the rest's count. Two
versions of a wave hold the same people and those who joined.
"""
import highspy

MINIMUM = 10
SECONDS = 5.0


class System:
    """Whole numbers from 0 on, and sums of them that are known."""

    def __init__(self):
        self.tells_missing = False
        self.names, self.values, self.known, self.place, self.protected, self.relations = [], [], [], {}, set(), []

    def add(self, name, value, is_known=False):
        if name in self.place:
            self.known[self.place[name]] |= is_known
            return self.place[name]
        self.place[name] = len(self.names)
        self.names.append(name)
        self.values.append(value)
        self.known.append(is_known)
        return self.place[name]

    def protect(self, cell):
        if 0 < self.values[cell] < MINIMUM:
            self.protected.add(cell)

    def relate(self, terms, slack=False):
        """Sum of coefficient times cell is what it is in truth; with `slack`, nobody knows more than that it is 0 or more."""
        total = sum(c * self.values[cell] for c, cell in terms)
        self.relations.append((terms, 0 if slack else total, highspy.kHighsInf if slack else total))

    # MARK: Attack

    def components(self):
        """Relations that hidden cells tie together."""
        parent = list(range(len(self.names)))
        def root(i):
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i
        for terms, _, _ in self.relations:
            hidden = [cell for _, cell in terms if not self.known[cell]]
            for cell in hidden[1:]:
                parent[root(cell)] = root(hidden[0])
        parts = {}
        for cell in range(len(self.names)):
            if not self.known[cell]:
                parts.setdefault(root(cell), (set(), []))[0].add(cell)
        for relation in self.relations:
            hidden = [cell for _, cell in relation[0] if not self.known[cell]]
            if hidden:
                parts[root(hidden[0])][1].append(relation)
        return list(parts.values())

    def attack(self, targets=None):
        """Unsafe cells with what is known of them, and how many cells were asked for."""
        targets = self.protected if targets is None else targets
        unsafe = {cell: (self.values[cell],) * 2 for cell in targets if self.known[cell]}
        asked = len(unsafe)
        for cells, relations in self.components():
            own = sorted(cells & targets)
            if not own:
                continue
            component = Component(self, cells, relations)
            asked += len(own)
            for cell in own:
                known = component.unsafe(cell)
                if known:
                    unsafe[cell] = known
        return unsafe, asked


class Component:
    """Hidden cells that relations tie together, as one program of HiGHS."""

    def __init__(self, system, cells, relations):
        self.system = system
        self.columns = {cell: i for i, cell in enumerate(sorted(cells))}
        self.model = self.build(relations)
        # Cells that some table showed to be safe.
        self.shown = set()

    def unsafe(self, cell):
        """(least, most) of a cell that is not safe; None of one that is.

        One table in which the cell is MINIMUM more than in truth shows all: the truth is below MINIMUM. Else both ends: the
        linear program first, as whole numbers are never wider."""
        if cell in self.shown or self.reaches(cell, self.system.values[cell] + MINIMUM):
            return None
        for whole in (False, True):
            low, high = self.end(cell, 1, whole), self.end(cell, -1, whole)
            if not low < MINIMUM <= high or high - low < MINIMUM:
                return low, high
        return None

    def reaches(self, cell, least):
        """Whether HiGHS finds whole tables in which the cell is that large."""
        self.integers(True)
        self.model.changeColBounds(self.columns[cell], float(least), highspy.kHighsInf)
        self.model.run()
        self.model.changeColBounds(self.columns[cell], 0.0, highspy.kHighsInf)
        return self.model.getInfo().primal_solution_status == 2 and self.is_table()

    def is_table(self):
        """Whether the solver's table is one: added up here, in whole numbers."""
        found = self.model.getSolution().col_value
        whole = [round(x) for x in found]
        if any(abs(x - y) > 1e-6 or y < 0 for x, y in zip(found, whole)):
            return False
        if not all(low <= sum(c * whole[i] for i, c in terms.items()) <= high for terms, low, high in self.rows):
            return False
        self.shown.update(cell for cell, i in self.columns.items() if whole[i] >= self.system.values[cell] + MINIMUM)
        return True

    def integers(self, on):
        kind = highspy.HighsVarType.kInteger if on else highspy.HighsVarType.kContinuous
        for i in range(len(self.columns)):
            self.model.changeColIntegrality(i, kind)
        self.model.setOptionValue("time_limit", self.model.getRunTime() + SECONDS if on else highspy.kHighsInf)

    def build(self, relations):
        model, infinity, system = highspy.Highs(), highspy.kHighsInf, self.system
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        for _ in self.columns:
            model.addVar(0.0, infinity)
        self.rows = []
        for terms, low, high in relations:
            fixed = sum(c * system.values[cell] for c, cell in terms if system.known[cell])
            sums = {}
            for c, cell in terms:
                if not system.known[cell]:
                    sums[self.columns[cell]] = sums.get(self.columns[cell], 0) + c
            self.rows.append((sums, low - fixed, high - fixed))
            model.addRow(float(low - fixed), float(high - fixed), len(sums), list(sums), [float(c) for c in sums.values()])
        return model

    def end(self, cell, sign, whole):
        """The least (sign 1) or the most (-1); of whole numbers the solver's bound where it did not end in time."""
        model, column = self.model, self.columns[cell]
        self.integers(whole)
        model.changeColCost(column, float(sign))
        model.run()
        status, info = model.getModelStatus(), model.getInfo()
        model.changeColCost(column, 0.0)
        if status == highspy.HighsModelStatus.kInfeasible:
            raise RuntimeError(f"{self.system.names[cell]}: the truth fits the relations, and HiGHS says that nothing does")
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return -sign * float("inf")
        value = info.objective_function_value if status == highspy.HighsModelStatus.kOptimal else info.mip_dual_bound
        return sign * (round(value) if whole else round(value, 6)) + 0


# MARK: The counts of a publication

def add_counts(system, answers, published, version=""):
    """Adds all counts behind the shares and means of a publication, names ending in the version."""
    groups, levels, known, tested = {}, {}, published.known, {}
    for row, (question, level, area, segment, statistic) in published.names.items():
        groups.setdefault(question, {}).setdefault((area, segment), {}).setdefault(level, set()).add(row)
        if statistic != "mean" and level not in levels.setdefault(question, []):
            levels[question].append(level)
        if row in published.contrasts:
            tested.setdefault((question, area, segment), set()).add(level)
    wrong = []
    sets = {}
    for question in groups:
        own, base = answers.answer_sets(question) if levels.get(question) else {}, answers.base(question)
        sets[question] = {"base": base, **{"=" + level: own.get(level, 0) for level in levels.get(question, [])}}
        sets[question]["rest"] = base & ~sum_of(sets[question], levels.get(question, []))
        for (area, segment), rows in groups[question].items():
            everyone = answers.group(area, segment)
            count = lambda members: (members & everyone).bit_count()
            cell = lambda what: (question, what, area, segment, version)
            printed = {level for level, ids in rows.items() if ids & known}
            bases = {n for ids in rows.values() for row in ids for n in published.bases.get(row, ())}
            if bases - {count(base)}:
                wrong.append(f"{cell('base')}: printed {sorted(bases)}, counted {count(base)}")
            total = system.add(cell("base"), count(base), bool(printed or bases))
            system.protect(total)
            parts = []
            for level in levels.get(question, []):
                part = system.add(cell("=" + level), count(sets[question]["=" + level]), level in printed)
                # Few who did not say it are as easily recognised as few who did.
                others = system.add(cell("!" + level), system.values[total] - system.values[part])
                system.relate([(1, part), (1, others), (-1, total)])
                system.protect(part)
                system.protect(others)
                parts.append(part)
            if parts:
                rest = system.add(cell("rest"), count(sets[question]["rest"]))
                system.protect(rest)
                system.relate([(1, part) for part in parts + [rest]] + [(-1, total)])
    add_margins(system, version)
    add_tests(system, tested, version)
    add_links(system, sets, answers, version)
    return wrong


def sum_of(sets, levels):
    result = 0
    for level in levels:
        result |= sets["=" + level]
    return result


def add_margins(system, version):
    areas, segments = {}, {}
    for (question, what, area, segment, of), cell in list(system.place.items()):
        if of != version:
            continue
        if area:
            areas.setdefault((question, what, "", segment, of), []).append(cell)
        if segment:
            segments.setdefault((question, what, area, "", of), []).append(cell)
    for sums in (areas, segments):
        for whole, parts in sums.items():
            if whole in system.place:
                system.relate([(1, part) for part in parts] + [(-1, system.place[whole])])


def add_tests(system, tested, version):
    """A group and its rest are known: so is everybody. The rest of an area are the other areas, that of a segment the others."""
    for (question, area, segment), levels in tested.items():
        if bool(area) != bool(segment):
            for what in ["base"] + ["=" + level for level in levels]:
                whole = system.place.get((question, what, "", "", version))
                if whole is not None:
                    system.known[whole] = True


def add_links(system, sets, answers, version):
    """Sets of respondents that are equal, or that answers of one question make up, in every group that both show."""
    named = [(question, what, members) for question, own in sets.items() for what, members in own.items()
             if members and what != "rest"]
    by_set = {}
    for question, what, members in named:
        by_set.setdefault(members, []).append((question, what))
    groups = {(area, segment) for (_, _, area, segment, of) in system.place if of == version}
    def tie(whole, parts):
        for area, segment in groups:
            names = [(q, w, area, segment, version) for q, w in [whole] + parts]
            if all(name in system.place for name in names):
                cells = [system.place[name] for name in names]
                system.relate([(-1, cells[0])] + [(1, cell) for cell in cells[1:]])
    for same in by_set.values():
        for other in same[1:]:
            tie(same[0], [other])
    for question, what, members in named:
        for other, own in sets.items():
            parts = [w for w, s in own.items() if w.startswith("=") and s and s & ~members == 0]
            if other != question and len(parts) > 1 and sum(own[w].bit_count() for w in parts) == members.bit_count():
                tie((question, what), [(other, w) for w in parts])
    # The answers of the question of groups are the bases of other questions that everybody answered, by group.
    for code, members in answers.segments.items():
        for (question, what, area, segment, of), cell in list(system.place.items()):
            own = system.place.get(("segment", "=" + code, area, "", version))
            if of == version and what == "base" and segment == code and own is not None:
                system.relate([(1, own), (-1, cell)], slack=sets[question]["base"] != answers.everybody and not (system.tells_missing and system.known[cell]))


def add_versions(system, before, after):
    """Everybody of the earlier version is in the later one: what joined is 0 or more."""
    for name in [name for name in system.place if name[4] == after]:
        earlier = system.place.get(name[:4] + (before,))
        if earlier is None:
            continue
        now = system.place[name]
        joined = system.add(name[:4] + ("joined",), system.values[now] - system.values[earlier])
        system.relate([(1, earlier), (1, joined), (-1, now)])
    add_joined(system)


def add_joined(system):
    """Who joined gave one of the answers or none of them, as everybody did."""
    parts = {}
    for (question, what, area, segment, of), cell in system.place.items():
        if of == "joined" and (what == "rest" or what[0] == "="):
            parts.setdefault((question, area, segment), []).append(cell)
    for (question, area, segment), cells in parts.items():
        base = system.place.get((question, "base", area, segment, "joined"))
        if base is not None:
            system.relate([(1, cell) for cell in cells] + [(-1, base)])
