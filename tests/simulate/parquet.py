"""Reads the Parquet files of a simulated company with DuckDB and prints, as JSON, their counts and sums and what is wrong with them.

    parquet.py DIR PRESET.toml
"""
import json
import os
import sys

import duckdb

try:
    import tomllib
except ImportError:
    import tomli as tomllib

folder = sys.argv[1]
with open(sys.argv[2], "rb") as text:
    company = tomllib.load(text)
db, wrong = duckdb.connect(), []
for name in ("transactions", "line_items", "tenders", "cash_movements", "z_reports", "stores", "products", "employees"):
    db.execute("CREATE VIEW %s AS SELECT * FROM read_parquet('%s')" % (name, os.path.join(folder, name + ".parquet")))


def one(sql):
    return db.execute(sql).fetchone()[0]


def none(what, sql):
    """No row answers the question."""
    count = one("SELECT count(*) FROM (%s)" % sql)
    if count:
        wrong.append("%s: %d rows" % (what, count))


KEY = "store, till, trading_day, number"
none("a transaction's number stands twice", "SELECT 1 FROM transactions GROUP BY store, till, number HAVING count(*) > 1")
none("numbers have gaps", "SELECT 1 FROM transactions GROUP BY store, till HAVING max(number::BIGINT) - min(number::BIGINT) + 1 <> count(*)")
none("lines of no transaction", "SELECT 1 FROM line_items ANTI JOIN transactions USING (%s)" % KEY)
none("tenders of no transaction", "SELECT 1 FROM tenders ANTI JOIN transactions USING (%s)" % KEY)
none("lines of no product", "SELECT 1 FROM line_items WHERE item_code IS NOT NULL AND item_code NOT IN (SELECT item_code FROM products)")
none("cashiers nobody knows", "SELECT 1 FROM transactions WHERE cashier NOT IN (SELECT code FROM employees)")
none("stores nobody knows", "SELECT 1 FROM transactions WHERE store NOT IN (SELECT code FROM stores)")
none("lines that do not add up to the total", """
    SELECT 1 FROM transactions JOIN (SELECT %s, sum(line_total) AS lines FROM line_items GROUP BY ALL) USING (%s)
    WHERE total <> lines""" % (KEY, KEY))
none("tenders that do not pay the total", """
    SELECT 1 FROM transactions LEFT JOIN (SELECT %s, sum(amount) AS paid FROM tenders GROUP BY ALL) USING (%s)
    WHERE kind NOT IN ('void', 'failed') AND total <> coalesce(paid, 0)""" % (KEY, KEY))
none("paid, although it came to nothing", "SELECT 1 FROM tenders SEMI JOIN (FROM transactions WHERE kind IN ('void', 'failed')) USING (%s)" % KEY)
none("change that is not tendered less paid", "SELECT 1 FROM tenders WHERE tendered IS NOT NULL AND tendered - change <> amount")
none("amounts below nothing outside refunds", "SELECT 1 FROM line_items WHERE kind = 'sale' AND class = 'goods' AND line_total < 0")
none("refunds of what was not sold", """
    SELECT 1 FROM transactions AS back WHERE kind = 'refund' AND NOT EXISTS (
        SELECT 1 FROM transactions AS sold WHERE sold.store = back.store AND sold.number = back.original_number AND sold.kind = 'sale')""")
none("drawers where expected is not float + cash + moved", """
    WITH cash AS (SELECT store, till, trading_day, sum(amount) AS paid FROM tenders WHERE lower(tender) = 'cash' GROUP BY ALL),
         moved AS (SELECT store, till, trading_day, sum(CASE WHEN kind IN ('paid_in', 'loan') THEN amount ELSE -amount END) AS moved
                   FROM cash_movements GROUP BY ALL)
    SELECT 1 FROM z_reports LEFT JOIN cash USING (store, till, trading_day) LEFT JOIN moved USING (store, till, trading_day)
    WHERE lower(tender) = 'cash' AND expected <> opening_float + coalesce(paid, 0) + coalesce(moved, 0)""")
for table, column in (("line_items", "line_total"), ("tenders", "amount"), ("transactions", "total")):
    kind = one("SELECT DISTINCT typeof(%s) FROM %s" % (column, table))
    if not kind.startswith("DECIMAL"):
        wrong.append("%s.%s is %s, not a decimal" % (table, column, kind))


def mix(what, sql, weights):
    """Every share is within four standard deviations and half a point of its weight."""
    counts, all_of = dict(db.execute(sql).fetchall()), sum(weights.values())
    total = sum(counts.values())
    for name, weight in weights.items():
        share, expected = counts.get(name, 0) / total, weight / all_of
        if abs(share - expected) > 4 * (expected * (1 - expected) / total) ** 0.5 + 0.005:
            wrong.append("%s: %s is %.2f %%, not %.2f %%" % (what, name, 100 * share, 100 * expected))


mix("status", "SELECT kind, count(*) FROM transactions GROUP BY kind", {
    name: weight for name, weight in company["status"].items() if name != "refund_after"})
# A sale that is paid in two ways was to be paid in cash.
mix("tenders", """
    SELECT mode, count(*) FROM (
        SELECT CASE WHEN count(*) > 1 THEN 'Cash' ELSE any_value(tender) END AS mode
        FROM tenders SEMI JOIN (FROM transactions WHERE kind = 'sale') USING (%s) GROUP BY %s) GROUP BY mode""" % (KEY, KEY),
    {mode["name"]: mode["weight"] for mode in company["tenders"]})
takings = one("""
    SELECT coalesce(sum(line_total), 0) FROM line_items JOIN (SELECT %s, kind AS of FROM transactions) USING (%s)
    WHERE of NOT IN ('void', 'failed') AND class IN ('goods', 'service')""" % (KEY, KEY))
print(json.dumps({
    "transactions": one("SELECT count(*) FROM transactions"),
    "line_items": one("SELECT count(*) FROM line_items"),
    "takings_cents": int(takings * 100),
    "wrong": wrong,
}))
