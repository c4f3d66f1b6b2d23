"""Rounds of both sides in turn, each checked, and how they are shown."""
import os

from .records import summary


def measured(case, peil, rounds, rows):
    """Rounds of both in turn, each checked; the ratio says how many times the peer's CPU time is peil's. A case may bring a
    side of its own for peil."""
    peil = getattr(case, "own", None) or peil
    load, ours, theirs, agreed = os.getloadavg()[0], [], [], None
    for _ in range(rounds):
        ours.append(peil.run(case.plan))
        theirs.append(case.peer.run())
        agreed = case.compare(ours[-1].answer, theirs[-1].answer)
    # A difference of two processes may come out as nothing at all; half a tick of the clock is the least it can be.
    ratios = [b.task_cpu / max(a.task_cpu, 0.0005) for a, b in zip(ours, theirs)]
    return {"case": case.name, "task": case.task, "size": case.size, "rows": rows,
            "peer": case.peer.name, "agreement": agreed,
            "load_before": round(load, 2), "load_after": round(os.getloadavg()[0], 2),
            "peil": side(ours), "peer_runs": side(theirs), "ratio_peer_to_peil": summary(ratios)}


def side(runs):
    return {"task_cpu_seconds": summary([run.task_cpu for run in runs]),
            "wall_seconds": summary([run.cost["wall_seconds"] for run in runs]),
            "peak_rss_mib": max(run.cost["peak_rss_mib"] for run in runs), "runs": [run.cost for run in runs]}


def show(record):
    if "failed" in record:
        print(f"{record['case']:24} no time: {record['failed']}", flush=True)
        return
    ours, theirs = record["peil"]["task_cpu_seconds"], record["peer_runs"]["task_cpu_seconds"]
    ratio = record["ratio_peer_to_peil"]
    print(f"{record['case']:24} peil {ours['median']:9.3f}  peer {theirs['median']:9.3f} CPU s   peer/peil "
          f"{ratio['min']:.2f} / {ratio['median']:.2f} / {ratio['max']:.2f}   "
          f"{record['peil']['peak_rss_mib']:.0f} and {record['peer_runs']['peak_rss_mib']:.0f} MiB   "
          f"load {record['load_before']}", flush=True)
