"""Checks and reads a folder of many stores' files in parallel, and writes their transactions as Parquet by trading day.

    spark_validate.py FOLDER OUTPUT [epos.toml]

On this machine:                python spark_validate.py files out epos.toml
On two of its cores:            spark-submit --master "local[2]" spark_validate.py files out epos.toml
On a standalone cluster:        start-master.sh; start-worker.sh spark://HOST:7077       (on each machine, once)
                                spark-submit --master spark://HOST:7077 spark_validate.py /shared/files /shared/out /shared/epos.toml

epos is installed with pip on every machine, and the folder is one that all of them reach. Each file is checked and read where it lies;
the driver sees only totals. Two folders come of it: OUTPUT/transactions, in parts by trading_day, and OUTPUT/findings. The takings of the
transactions that count are those of `epos report`, to the penny, as long as each file is there once.
"""
import os
import sys

import pyarrow as pa
from pyspark.sql import SparkSession, functions as f, types as t

import epos

DECIMAL = t.DecimalType(22, 4)
SORTS = {"text": t.StringType(), "date": t.DateType(), "moment": t.TimestampNTZType(), "bool": t.BooleanType(), "count": t.LongType()}
TRANSACTIONS = t.StructType([t.StructField(name, SORTS.get(sort, DECIMAL)) for name, sort in [
    ("document", "text"), ("store", "text"), ("till", "text"), ("trading_day", "date"), ("number", "text"), ("at", "moment"),
    ("counts", "bool"), ("refund", "bool"), ("lines", "count"), ("takings", "amount"), ("tax", "amount"), ("gift_cards", "amount"),
    ("deposits", "amount"), ("donations", "amount"), ("tips", "amount"), ("rounding", "amount"), ("tenders", "amount"),
]])
FINDINGS = t.StructType([t.StructField(name, SORTS[sort]) for name, sort in [
    ("document", "text"), ("row", "count"), ("code", "text"), ("severity", "text"), ("message", "text"), ("more", "count"),
]])


def paths_of(batches):
    return (path for batch in batches for path in batch.column(0).to_pylist())


def transactions(config):
    """Files to transactions: Arrow in, Arrow out, no row is ever a Python object."""
    def work(batches):
        for path in paths_of(batches):
            with pa.ipc.open_stream(epos.arrow(path, "transactions", config=config, db="sqlite::memory:")) as stream:
                yield from stream
    return work


def findings(config):
    """Files to what is wrong with them."""
    def work(batches):
        for path in paths_of(batches):
            found = [{name: getattr(one, name) for name in FINDINGS.names} for one in epos.check(path, config=config, db="sqlite::memory:")]
            yield pa.RecordBatch.from_pylist(found, schema=pa.schema(
                [(name, pa.int64() if name in ("row", "more") else pa.string()) for name in FINDINGS.names]))
    return work


def main(folder, output, config=None):
    spark = SparkSession.builder.appName("epos").getOrCreate()
    files = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)
    parts = max(spark.sparkContext.defaultParallelism, len(files) // 50)
    paths = spark.createDataFrame([(path,) for path in files], "path string").repartition(parts)
    paths.mapInArrow(findings(config), FINDINGS).write.mode("overwrite").parquet(os.path.join(output, "findings"))
    read = paths.mapInArrow(transactions(config), TRANSACTIONS)
    read.repartition("trading_day").write.mode("overwrite").partitionBy("trading_day").parquet(os.path.join(output, "transactions"))
    written = spark.read.parquet(os.path.join(output, "transactions")).where("counts")
    for row in written.groupBy("store", "trading_day").agg(f.sum("takings").alias("takings")).orderBy("store", "trading_day").collect():
        print("%s %s %s" % (row.store, row.trading_day, row.takings))
    # A finding stands for itself and for `more` like it.
    worst = spark.read.parquet(os.path.join(output, "findings")).groupBy("severity").agg(f.sum(f.col("more") + 1).alias("findings")).collect()
    print("%d files: %s" % (len(files), ", ".join("%d %s" % (row.findings, row.severity) for row in worst) or "nothing found"))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
