"""What people would otherwise use, in Python: run by benches/run in its own environment.

Each prints the seconds it took as the last line, without the time Python takes to begin and to import, which favours it.
"""

import os
import sys
import time


def flask_app(path):
    """A lookup server as it is often written: a route, a query, a dictionary."""
    import sqlite3
    import threading

    from flask import Flask, abort, jsonify

    app, here = Flask(__name__), threading.local()

    @app.get("/products/<code>")
    def item(code):
        if not hasattr(here, "db"):
            here.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            here.db.row_factory = sqlite3.Row
        wanted = code.rjust(14, "0") if code.isdigit() else code.lower()
        row = here.db.execute(
            "SELECT i.* FROM search_code s JOIN item i ON i.item_code = s.item_code WHERE s.called = ? ORDER BY i.place DESC LIMIT 1", [wanted]
        ).fetchone()
        if row is None:
            abort(404)
        packs = here.db.execute("SELECT item_code, units FROM item WHERE base = ? AND item_code <> ?", [row["base"], row["item_code"]]).fetchall()
        return jsonify(
            sku=row["item_code"], gtin=row["gtin"], name=row["description"], category=row["category"],
            price=None if row["price"] is None else f"{row['price'] / 10_000:.2f}", tax_category=row["tax_category"],
            supplier=row["supplier"], stocked=bool(row["stocked"]), packs=[dict(pack) for pack in packs],
        )

    return app


def duckdb_check(path):
    """Reads every column with its type on one thread; rows that do not fit go to the table of rejects."""
    import duckdb

    columns = {
        "store": "VARCHAR", "till": "VARCHAR", "number": "VARCHAR", "line": "INTEGER", "date": "DATE", "time": "TIME",
        "cashier": "VARCHAR", "kind": "VARCHAR", "item_code": "VARCHAR", "description": "VARCHAR", "quantity": "DECIMAL(18,4)",
        "unit_price": "DECIMAL(18,4)", "discount_amount": "DECIMAL(18,4)", "tax_rate": "DECIMAL(18,4)",
        "tax_amount": "DECIMAL(18,4)", "line_total": "DECIMAL(18,4)",
    }
    database = duckdb.connect()
    database.execute("SET threads = 1")
    every = ", ".join(f"max({name})" for name in columns)
    begin = time.perf_counter()
    database.execute(
        f"SELECT count(*), {every} FROM read_csv(?, header = true, delim = ',', columns = {columns!r}, store_rejects = true)", [path]
    )
    rows = database.fetchone()[0]
    seconds = time.perf_counter() - begin
    print(rows, "rows")
    return seconds


def csv_check(path):
    """The checks of sales lines as a script does them: csv, Decimal, datetime, dictionaries. Words and stores must be known and days
    possible; lines must add up, discounts stay within their line, the tax of a line and of a whole sale be right, codes be barcodes,
    numbers not repeat nor be missing."""
    import csv
    import datetime
    from decimal import ROUND_HALF_UP, Decimal

    cent, hundred, off = Decimal("0.01"), Decimal(100), Decimal("0.01")
    kinds, stores = {"sale", "refund", "void", "exchange", "failed"}, {f"{store:02}" for store in range(1, 11)}
    first, last = datetime.date(2024, 1, 1), datetime.date(2026, 1, 1)
    found, seen, sales, numbers = [], set(), {}, {}
    begin = time.perf_counter()
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        at = {name: position for position, name in enumerate(next(rows))}
        get = [at[name] for name in (
            "store", "till", "number", "line", "date", "time", "kind", "item_code", "quantity", "unit_price", "discount_amount",
            "tax_rate", "tax_amount", "line_total")]
        for place, row in enumerate(rows, 2):
            store, till, number, line, date, clock, kind, code, quantity, price, discount, rate, tax, total = [row[one] for one in get]
            try:
                day, clock = datetime.date.fromisoformat(date), datetime.time.fromisoformat(clock)
                quantity, price, total = Decimal(quantity), Decimal(price), Decimal(total)
                discount, tax, rate = Decimal(discount or 0), Decimal(tax or 0), Decimal(rate or 0)
            except (ValueError, ArithmeticError):
                found.append((place, "cannot be read"))
                continue
            if abs(quantity * price - discount - total) > off:
                found.append((place, "does not add up"))
            if abs((total * rate / (hundred + rate)).quantize(cent, ROUND_HALF_UP) - tax) > off:
                found.append((place, "the tax is wrong"))
            if (quantity < 0) != (kind == "refund") or price < 0 or not quantity:
                found.append((place, "the sign is wrong"))
            if discount > abs(quantity * price):
                found.append((place, "the discount is more than the line"))
            if kind not in kinds or store not in stores:
                found.append((place, "is of no known kind or store"))
            if not first <= day <= last:
                found.append((place, "the day cannot be"))
            if len(code) == 13:
                digits = [int(digit) for digit in code]
                if (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10:
                    found.append((place, "is no barcode"))
            key = (store, till, day, number, line)
            if key in seen:
                found.append((place, "is there twice"))
            seen.add(key)
            numbers.setdefault((store, till, day), set()).add(int(number))
            sale = sales.setdefault((store, till, day, number), [Decimal(0), {}])
            sale[0] += tax
            sale[1][rate] = sale[1].get(rate, 0) + total
    for key, (tax, rates) in sales.items():
        whole = sum((total * rate / (hundred + rate)).quantize(cent, ROUND_HALF_UP) for rate, total in rates.items())
        if abs(whole - tax) > cent * 5:
            found.append((key, "the tax of the sale is wrong"))
    for key, all_of_day in numbers.items():
        if len(all_of_day) != max(all_of_day) - min(all_of_day) + 1:
            found.append((key, "numbers are missing"))
    seconds = time.perf_counter() - begin
    print(len(seen), "lines,", len(found), "findings")
    return seconds


def epos_check(path, config, transport):
    """`epos.check` by one of its transports; the document must be clean."""
    os.environ["EPOS_PYTHON_TRANSPORT"] = transport
    import epos

    begin = time.perf_counter()
    found = epos.check(path, config=config)
    seconds = time.perf_counter() - begin
    if epos.transport() != transport or any(one.severity != "note" for one in found):
        raise SystemExit(f"{epos.transport()}: {found[:3]}")
    return seconds


def orm(path, target):
    """A loader as it is often written: pandas reads, SQLAlchemy's objects are made and added, one commit."""
    import pandas
    from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, create_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

    class Base(DeclarativeBase):
        pass

    class Header(Base):
        __tablename__ = "headers"
        transaction_id: Mapped[str] = mapped_column(String(36), primary_key=True)
        transaction_number: Mapped[str] = mapped_column(String(12))
        timestamp: Mapped[str] = mapped_column(String(19))
        location_id: Mapped[str] = mapped_column(String(12), index=True)
        device_id: Mapped[str] = mapped_column(String(12))
        employee_id: Mapped[str] = mapped_column(String(12))
        num_items: Mapped[int] = mapped_column(Integer)
        subtotal: Mapped[float] = mapped_column(Float)
        tax_total: Mapped[float] = mapped_column(Float)
        discount_total: Mapped[float] = mapped_column(Float)
        tip_amount: Mapped[float] = mapped_column(Float)
        total_amount: Mapped[float] = mapped_column(Float)
        status: Mapped[str] = mapped_column(String(12))
        is_refund: Mapped[bool] = mapped_column(Boolean)
        lines: Mapped[list["Line"]] = relationship(back_populates="header")
        tenders: Mapped[list["Tender"]] = relationship(back_populates="header")

    class Line(Base):
        __tablename__ = "lines"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)
        transaction_id: Mapped[str] = mapped_column(ForeignKey("headers.transaction_id"), index=True)
        product_id: Mapped[str] = mapped_column(String(12))
        product_name: Mapped[str] = mapped_column(String(60))
        product_category: Mapped[str] = mapped_column(String(30))
        quantity: Mapped[int] = mapped_column(Integer)
        unit_price: Mapped[float] = mapped_column(Float)
        header: Mapped[Header] = relationship(back_populates="lines")

    class Tender(Base):
        __tablename__ = "tenders"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)
        transaction_id: Mapped[str] = mapped_column(ForeignKey("headers.transaction_id"), index=True)
        method: Mapped[str] = mapped_column(String(20))
        amount: Mapped[float] = mapped_column(Float)
        authorization_code: Mapped[str | None] = mapped_column(String(12))
        header: Mapped[Header] = relationship(back_populates="tenders")

    if os.path.exists(target):
        os.remove(target)
    begin = time.perf_counter()
    rows = pandas.read_csv(path, dtype={"card_last_four": str, "authorization_code": str}, keep_default_na=False)
    engine = create_engine(f"sqlite:///{target}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        headers = []
        for row in rows.itertuples(index=False):
            header = Header(
                transaction_id=row.transaction_id, transaction_number=row.transaction_number, timestamp=row.timestamp,
                location_id=row.location_id, device_id=row.device_id, employee_id=row.employee_id, num_items=row.num_items,
                subtotal=row.subtotal, tax_total=row.tax_total, discount_total=row.discount_total, tip_amount=row.tip_amount,
                total_amount=row.total_amount, status=row.transaction_status, is_refund=row.transaction_status == "refunded",
            )
            header.lines.append(
                Line(
                    product_id=row.product_id, product_name=row.product_name, product_category=row.product_category,
                    quantity=row.quantity, unit_price=row.unit_price,
                )
            )
            header.tenders.append(
                Tender(method=row.payment_method, amount=row.total_amount, authorization_code=row.authorization_code or None)
            )
            headers.append(header)
        session.add_all(headers)
        session.commit()
    seconds = time.perf_counter() - begin
    print(len(headers), "transactions")
    return seconds


def openpyxl_read(path):
    """Reads every cell of the first sheet, the fast way that openpyxl has."""
    import openpyxl

    begin = time.perf_counter()
    sheet = openpyxl.load_workbook(path, read_only=True).active
    cells = sum(len(row) for row in sheet.iter_rows(values_only=True))
    seconds = time.perf_counter() - begin
    print(cells, "cells")
    return seconds


def versions():
    """The version of every package that is there."""
    from importlib.metadata import PackageNotFoundError, version

    for name in ("duckdb", "pandas", "sqlalchemy", "openpyxl", "flask", "gunicorn"):
        try:
            print(name, version(name))
        except PackageNotFoundError:
            pass
    return 0.0


if __name__ == "__main__":
    print(globals()[sys.argv[1]](*sys.argv[2:]))
