#!/usr/bin/env python3
"""The two commands of peil from Apache Spark: an RDD of partition paths, states as bytes, merged in a tree.

    spark-submit Cluster/spark/peil_spark.py --plan plan.yaml --out results.json part*.csv
    spark-submit --master spark://host:7077 --py-files Cluster/peil_cluster/peil_cluster.zip …

Spark hands out paths and keeps one result a task, also where it runs a task twice (a lost executor, speculation). Paths
must mean the same file on every executor, and peil must be installed there.
"""
import argparse
import os
import sys

try:
    from peil_cluster import work
except ImportError:
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peil_cluster"))
    from peil_cluster import work

from pyspark.sql import SparkSession


def summed(job, count, parameters):
    """For mapPartitions: numbered paths become states by their number."""
    def states(numbered):
        for number, path in numbered:
            yield number, work.partial(job, path, number, count, parameters.value)
    return states


def joined(job):
    """For reduceByKey: neighbours of a tree. Sums are exact, so that its form changes no bit."""
    return lambda one, other: work.merged(job, [one, other])


def run(context, job, paths, form="json", fan_in=8):
    """All passes. Returns (results, messages, exit code)."""
    parameters = context.broadcast(None)
    while True:
        numbered = context.parallelize(list(enumerate(paths, 1)), len(paths))
        states = numbered.mapPartitions(summed(job, len(paths), parameters))
        groups = states.map(lambda own: ((own[0] - 1) // fan_in, own[1])).reduceByKey(joined(job))
        ends = [state for _, state in sorted(groups.collect())]
        is_parameters, content, messages, code = work.finished(job, ends, form)
        if not is_parameters:
            return content, messages, code
        parameters = context.broadcast(content)


def main():
    parser = argparse.ArgumentParser(prog="peil_spark")
    parser.add_argument("partitions", nargs="+", metavar="FILE")
    parser.add_argument("--plan", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--peil", default=os.environ.get("PEIL", "peil"))
    chosen = parser.parse_args()
    with open(chosen.plan, encoding="utf-8") as source:
        job = work.Job(plan=source.read(), peil=chosen.peil)
    spark = SparkSession.builder.appName("peil").getOrCreate()
    try:
        results, messages, code = run(spark.sparkContext, job, chosen.partitions)
    finally:
        spark.stop()
    with open(chosen.out, "wb") as out:
        out.write(results)
    if messages:
        print(messages, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
