#!/usr/bin/env python3
"""Makes the evening: three trading days of a small charity's four stores, as the mails they sent.

    make.py [FOLDER]        writes inbox/*.eml, products.csv and truth.json (default: beside this file)

Only the standard library, no clock, no compression, one seed: the same bytes everywhere. Sales are made first; tenders,
Z-reports, floats and stock follow from them, so everything agrees to the penny except what `trouble` spoils on purpose.
"""

import base64
import io
import json
import pathlib
import quopri
import random
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape

THURSDAY, FRIDAY, SATURDAY = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)
FLOAT = 5000  # every drawer starts and ends its day with 50.00
dice = random.Random("harbour light")


class Pence(int):
    """An amount; prints as pounds."""

    def __str__(self):
        return "%s%d.%02d" % ("-" if self < 0 else "", abs(self) // 100, abs(self) % 100)


def pence(text):
    pounds, _, rest = text.partition(".")
    return Pence(int(pounds) * 100 + int((rest + "00")[:2]))


def pick(things):
    return things[int(dice.random() * len(things))]  # `random()` is the one method whose results never change


# ---------------------------------------------------------------------------------------------------------------- products

def barcode(body):
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return body + str(-weighted % 10)


class Product:
    def __init__(self, code, name, price, cost, tax, category, body=None, stocked=True, pack_of="", units="", supplier=""):
        self.code, self.name, self.price, self.cost = code, name, price and pence(price), cost and pence(cost)
        self.tax, self.category, self.gtin, self.stocked = tax, category, body and barcode(body), stocked
        self.pack_of, self.units, self.supplier = pack_of, units, supplier

    @property
    def till_code(self):
        return self.gtin or self.code  # tills scan what has a barcode and type the rest


FAIR, LIGHT = "Fair Isle Wholesale", "Candlelight Ltd"
PRODUCTS = [
    Product("TEA80", "Fairtrade tea, 80 bags", "3.50", "1.60", "zero", "Groceries", "501234567001", supplier=FAIR),
    Product("TEA80-6", "Fairtrade tea, case of 6", "19.00", "9.60", "zero", "Groceries", "501234567006",
            pack_of="TEA80", units=6, supplier=FAIR),
    Product("COFFEE", "Ground coffee, 227 g", "4.50", "2.40", "zero", "Groceries", "501234567013", supplier=FAIR),
    Product("CHOC", "Milk chocolate, 100 g", "2.20", "1.05", "standard", "Groceries", "501234567020", supplier=FAIR),
    Product("CANDLE", "Soy candle", "8.00", "3.20", "standard", "Gifts", "501234567037", supplier=LIGHT),
    Product("MUG", "Harbour Light mug", "6.00", "2.50", "standard", "Gifts", "501234567044", supplier=LIGHT),
    Product("CARDS10", "Christmas cards, 10", "4.99", "1.20", "standard", "Cards", "501234567051", supplier=LIGHT),
    Product("WRAP", "Wrapping paper, 3 m", "3.00", "0.80", "standard", "Cards", "501234567068", supplier=LIGHT),
    Product("BAG", "Carrier bag", "0.10", "", "standard", "Bags", stocked=False),
    Product("DON-LADIES", "Ladies' clothing", "", "", "zero", "Clothing", stocked=False),
    Product("DON-MENS", "Men's clothing", "", "", "zero", "Clothing", stocked=False),
    Product("DON-KIDS", "Children's clothing", "", "", "zero", "Clothing", stocked=False),
    Product("DON-BOOKS", "Books", "", "", "zero", "Books and music", stocked=False),
    Product("DON-MUSIC", "Music and film", "", "", "zero", "Books and music", stocked=False),
    Product("DON-TOYS", "Toys and games", "", "", "zero", "Toys", stocked=False),
    Product("DON-HOME", "Bric-à-brac", "", "", "zero", "Home", stocked=False),
    Product("GIFTCARD", "Gift card", "", "", "outside", "Gift cards", stocked=False),
    Product("DONATION", "Donation at the till", "", "", "outside", "Donations", stocked=False),
]
CATALOGUE = {product.code: product for product in PRODUCTS}
SHELF = [product for product in PRODUCTS if product.stocked and not product.pack_of]
OPENING_STOCK = {"TEA80": 36, "COFFEE": 20, "CHOC": 48, "CANDLE": 15, "MUG": 12, "CARDS10": 40, "WRAP": 30}
RATE = {"standard": 20, "zero": 0, "outside": None}
CLASS = {"GIFTCARD": "gift_card", "DONATION": "donation"}


# ------------------------------------------------------------------------------------------------------------------- sales

class Line:
    """`CODE [xQUANTITY] [PRICE] [-DISCOUNT REASON…]`: one line item, or money off the whole sale when CODE is OFF."""

    def __init__(self, text, refund=False):
        words = text.split()
        self.product = CATALOGUE.get(words.pop(0))
        self.quantity, self.price, self.discount, self.reason = 1, self.product and self.product.price, Pence(0), ""
        while words:
            word = words.pop(0)
            if word[0] == "x":
                self.quantity = int(word[1:])
            elif word[0] == "-":
                self.discount, self.reason, words = pence(word[1:]), " ".join(words), []
            else:
                self.price = pence(word)
        if refund:
            self.quantity = -self.quantity
        self.total = Pence(self.quantity * (self.price or 0) - self.discount)
        self.rate = RATE[self.product.tax] if self.product else 0
        self.tax = None if self.rate is None else Pence((abs(self.total) * self.rate * 2 + 100 + self.rate) // (2 * (100 + self.rate))
                                                        * (-1 if self.total < 0 else 1))
        self.kind = "refund" if refund else "sale" if self.product else "discount"

    @property
    def is_goods(self):
        return not self.product or self.product.code not in CLASS

    @property
    def units(self):
        """What it takes off which shelf."""
        if not self.product or not self.product.stocked:
            return None
        return (self.product.pack_of or self.product.code), self.quantity * (self.product.units or 1)


class Sale:
    """`HH:MM NAME: LINE, LINE / TENDER AMOUNT [of TENDERED], …`, with `refund of N`, `void` or `training` after the name."""

    def __init__(self, number, text):
        head, _, rest = text.partition(": ")
        lines, _, tenders = rest.partition(" / ")
        clock, self.cashier, *what = head.split()
        self.number, self.time = number, time.fromisoformat(clock)
        self.word = what[0] if what else "sale"
        self.original = int(what[2]) if self.word == "refund" else None
        self.lines = [Line(line, self.word == "refund") for line in lines.split(", ")]
        self.total = Pence(sum(line.total for line in self.lines))
        self.tenders = []
        for tender in filter(None, tenders.split(", ")):
            name, _, amount = tender.rpartition(" of ")[0].rpartition(" ") if " of " in tender else tender.rpartition(" ")
            tendered = pence(tender.rpartition(" of ")[2]) if " of " in tender else None
            amount = self.total if amount == "all" else pence(amount)
            self.tenders.append((name, amount, tendered))
        if self.word in ("void", "training"):
            self.tenders = []
        else:
            assert sum(amount for _, amount, _ in self.tenders) == self.total, (text, self.total)

    @property
    def counts(self):
        return self.word in ("sale", "refund")

    @property
    def kind(self):
        return "void" if self.word == "void" else None


PRICES = "1.00 1.50 2.00 2.50 3.00 3.50 4.00 4.50 5.00 6.00 6.50 7.50 8.00 9.50 12.00".split()
DONATED = [product.code for product in PRODUCTS if product.code.startswith("DON-")]
BOUGHT = "TEA80 COFFEE CHOC CHOC CANDLE MUG CARDS10 CARDS10 WRAP".split()


def ordinary(clock, cashier, donated_only=False):
    """The text of one ordinary sale."""
    lines = []
    for _ in range(1 + int(dice.random() * 3)):
        if donated_only or dice.random() < 0.65:
            lines.append("%s %s" % (pick(DONATED), pick(PRICES)))
        else:
            lines.append("%s x%d" % (pick(BOUGHT), 1 if dice.random() < 0.8 else 2))
    if dice.random() < 0.3:
        lines.append("BAG")
    total = sum(Line(line).total for line in lines)
    note = next(note for note in (500, 1000, 2000, 4000, 6000, 10000) if note >= total)
    tender = "Card all" if dice.random() < 0.5 else "Cash all of %s" % Pence(note)
    return "%s %s: %s / %s" % (clock, cashier, ", ".join(lines), tender)


class Shift:
    """One till on one trading day: sales, cash moved, count, and the Z-report that follows from them."""

    def __init__(self, till, day, count, cashiers, special=(), moved=(), donated_only=False, counted_off=None):
        self.till, self.day, self.moved, self.z_number = till, day, moved, till.z_number
        clocks = {text.split()[0] for text in special}
        while len(clocks) < count:
            clocks.add("%02d:%02d" % (10 + int(dice.random() * 7), int(dice.random() * 60)))
        texts = {text.split()[0]: text for text in special}
        self.sales = []
        for clock in sorted(clocks):
            text = texts.get(clock) or ordinary(clock, pick(cashiers), donated_only)
            self.sales.append(Sale(till.number, text))
            till.number += 1
        till.z_number += 1
        self.counting = [sale for sale in self.sales if sale.counts]
        goods = [line for sale in self.counting for line in sale.lines if line.is_goods]
        self.refunds = Pence(-sum(line.total for line in goods if line.kind == "refund"))
        self.gross = Pence(sum(line.quantity * (line.price or 0) for line in goods if line.kind == "sale"))
        self.discounts = Pence(sum(line.discount for line in goods))
        self.net = Pence(sum(line.total for line in goods))
        self.tax = Pence(sum(line.tax for line in goods))
        assert self.net == self.gross - self.discounts - self.refunds
        till.grand_total = Pence(till.grand_total + self.gross)
        self.grand_total = till.grand_total
        self.tenders = {"Cash": Pence(0), "Card": Pence(0)}
        for sale in self.counting:
            for name, amount, _ in sale.tenders:
                self.tenders[name] = Pence(self.tenders.get(name, 0) + amount)
        way = {"paid_in": 1, "loan": 1, "paid_out": -1, "drop": -1, "no_sale": 0}
        self.expected = dict(self.tenders)
        self.expected["Cash"] = Pence(FLOAT + self.tenders["Cash"] + sum(way[kind] * amount for _, kind, amount, _, _ in moved))
        self.counted = {name: Pence(amount + (counted_off or {}).get(name, 0)) for name, amount in self.expected.items()}
        self.banked = Pence(self.counted["Cash"] - FLOAT)
        assert self.banked >= 0, (day, self.counted)

    def moved_by(self, kind):
        return Pence(sum(amount for _, of, amount, _, _ in self.moved if of == kind))

    def by_class(self, name):
        return Pence(sum(line.total for sale in self.counting for line in sale.lines
                         if line.product and CLASS.get(line.product.code) == name))


class Till:
    def __init__(self, name, number, z_number, grand_total):
        self.name, self.number, self.z_number, self.grand_total = name, number, z_number, pence(grand_total)


# ------------------------------------------------------------------------------------------- tables, by canonical headings

def sales_table(shifts, store=None):
    rows = []
    for shift in shifts:
        for sale in shift.sales:
            for place, line in enumerate(sale.lines, 1):
                product = line.product
                rows.append({
                    "store": store, "till": shift.till.name, "number": sale.number, "line": place, "date": shift.day,
                    "time": sale.time, "cashier": sale.cashier, "kind": sale.kind or line.kind,
                    "class": CLASS.get(product.code, "goods") if product else "goods",
                    "charity": (("donated" if product.code in DONATED else "bought_in") if line.is_goods else None)
                    if product else "donated",
                    "item_code": product and product.till_code, "description": product.name if product else "Money off the sale",
                    "quantity": line.quantity, "unit_price": line.price, "discount_amount": (line.discount or None) if product else None,
                    "discount_reason": line.reason or None, "tax_rate": line.rate, "tax_amount": line.tax, "line_total": line.total,
                    "training": True if sale.word == "training" else None, "original_number": sale.original,
                })
    return rows


def tenders_table(shifts, store=None):
    return [{
        "store": store, "till": shift.till.name, "number": sale.number, "date": shift.day, "time": sale.time, "tender": name,
        "amount": amount, "tendered": tendered, "change": tendered and Pence(tendered - amount),
    } for shift in shifts for sale in shift.sales for name, amount, tendered in sale.tenders]


def moved_table(shifts, store=None):
    return [{
        "store": store, "till": shift.till.name, "date": shift.day, "time": time.fromisoformat(clock), "kind": kind,
        "amount": amount, "reason": reason, "reference": reference,
    } for shift in shifts for clock, kind, amount, reason, reference in shift.moved]


def z_table(shifts, store=None):
    rows = []
    for shift in shifts:
        for name, expected in shift.expected.items():
            cash = name == "Cash"
            rows.append({
                "store": store, "till": shift.till.name, "trading_day": shift.day, "z_number": shift.z_number,
                "opened_at": datetime.combine(shift.day, time(9, 50)), "closed_at": datetime.combine(shift.day, time(17, 5)),
                "counted_by": shift.sales[-1].cashier, "blind": False, "tender": name,
                "opening_float": Pence(FLOAT) if cash else None, "expected": expected, "counted": shift.counted[name],
                "over_short": Pence(shift.counted[name] - expected),
                "paid_out": shift.moved_by("paid_out") if cash else None, "loans": shift.moved_by("loan") if cash else None,
                "dropped": shift.moved_by("drop") if cash else None, "banked": shift.banked if cash else None,
                "closing_float": Pence(FLOAT) if cash else None,
            })
    return rows


def z_totals_table(shifts, store=None):
    return [{
        "store": store, "till": shift.till.name, "trading_day": shift.day, "z_number": shift.z_number, "gross": shift.gross,
        "discounts": shift.discounts, "refund_count": sum(sale.word == "refund" for sale in shift.sales),
        "refund_amount": shift.refunds, "net": shift.net, "tax_20": shift.tax,
        "void_count": sum(sale.word == "void" for sale in shift.sales),
        "no_sale_count": sum(kind == "no_sale" for _, kind, *_ in shift.moved),
        "training_count": sum(sale.word == "training" for sale in shift.sales), "transaction_count": len(shift.counting),
        "first_number": shift.sales[0].number, "last_number": shift.sales[-1].number, "grand_total": shift.grand_total,
    } for shift in shifts]


def stock_table(levels, as_of, store=None):
    return [{
        "store": store, "item_code": product.code, "description": product.name, "on_hand": levels[product.code], "as_of": as_of,
    } for product in SHELF]


def products_table():
    return [{
        "item_code": product.code, "gtin": product.gtin, "description": product.name, "price": product.price or None,
        "cost": product.cost or None, "tax_category": product.tax, "category": product.category, "supplier": product.supplier or None,
        "reorder_point": 6 if product in SHELF else None, "stocked": product.stocked, "pack_of": product.pack_of or None,
        "pack_units": product.units or None, "effective_from": date(2026, 11, 1),
    } for product in PRODUCTS]


# --------------------------------------------------------------------------------------------------- how each till writes

class Text:
    """A delimited text file in some till's habits."""

    def __init__(self, delimiter=",", decimal=".", day="%Y-%m-%d", encoding="utf-8", end="\n", pound="", headings=(), zeros=True):
        self.delimiter, self.decimal, self.day, self.encoding = delimiter, decimal, day, encoding
        self.end, self.pound, self.headings, self.zeros = end, pound, dict(headings), zeros

    def cell(self, value):
        if value is None:
            text = ""
        elif isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, Pence):
            text = str(Pence(abs(value)))
            if not self.zeros:
                text = text.rstrip("0").rstrip(".")
            text = ("-" if value < 0 else "") + self.pound + text.replace(".", self.decimal)
        elif isinstance(value, datetime):
            text = value.strftime(self.day + " %H:%M")
        elif isinstance(value, date):
            text = value.strftime(self.day)
        elif isinstance(value, time):
            text = value.strftime("%H:%M")
        else:
            text = str(value)
        if any(mark in text for mark in (self.delimiter, '"', "\n")):
            text = '"%s"' % text.replace('"', '""')
        return text

    def write(self, rows):
        fields = [field for field in rows[0] if field != "store" or rows[0]["store"]]
        lines = [[self.headings.get(field, field) for field in fields]]
        lines += [[self.cell(row[field]) for field in fields] for row in rows]
        return "".join(self.delimiter.join(line) + self.end for line in lines).encode(self.encoding)


LEITH = Text()
LEITH_BY_EXCEL = Text(day="%d/%m/%Y", end="\r\n", zeros=False)  # what is left after a spreadsheet opened and saved it
MORNINGSIDE = Text(delimiter=";", decimal=",", day="%d/%m/%Y", encoding="windows-1252", end="\r\n")
STOCKBRIDGE = Text(encoding="utf-8-sig", end="\r\n", pound="£", headings={
    "store": "Shop", "till": "Till no", "number": "Receipt no", "line": "Line no", "date": "Sale date", "cashier": "Served by",
    "kind": "Line type", "item_code": "Barcode", "description": "Item name", "quantity": "Qty", "unit_price": "Selling price",
    "discount_amount": "Money off", "tax_rate": "VAT rate", "tax_amount": "VAT", "line_total": "Item total",
    "tender": "Payment method", "opening_float": "Float in", "expected": "Should be", "counted": "Declared",
    "over_short": "Over/Under", "banked": "Banking", "on_hand": "Stock level", "z_number": "Z number", "trading_day": "Trading day",
})
STOCKBRIDGE_MOVED = Text(encoding="utf-8-sig", end="\r\n", pound="£", headings={"store": "Shop", "till": "Till no"})
WORKBOOK = {
    "till": "Till no", "number": "Sale no", "line": "Line no", "date": "Sale date", "time": "Time", "cashier": "Sales assistant",
    "kind": "Line type", "class": "Class", "charity": "Charity", "item_code": "Barcode", "description": "Item", "quantity": "Qty",
    "unit_price": "Price", "discount_amount": "Money off", "discount_reason": "Discount reason", "tax_rate": "VAT rate",
    "tax_amount": "VAT", "line_total": "Item total", "training": "Training", "original_number": "Original number",
    "tender": "Payment type", "amount": "Amount", "tendered": "Tendered", "change": "Change", "reason": "Reason",
    "reference": "Reference", "trading_day": "Trading day", "z_number": "Z number", "opened_at": "Opened at",
    "closed_at": "Closed at", "counted_by": "Counted by", "blind": "Blind", "opening_float": "Float in", "expected": "Should be",
    "counted": "In till", "over_short": "Difference", "paid_out": "Paid out", "loans": "Loans", "dropped": "Dropped",
    "banked": "Banking", "closing_float": "Closing float", "gross": "Gross", "discounts": "Discounts",
    "refund_count": "Refund count", "refund_amount": "Refund amount", "net": "Net", "tax_20": "Tax 20", "void_count": "Void count",
    "no_sale_count": "No sale count", "training_count": "Training count", "transaction_count": "Transaction count",
    "first_number": "First number", "last_number": "Last number", "grand_total": "Grand total", "on_hand": "Stock level",
    "as_of": "As of",
}


def stored_zip(files):
    """A zip without compression and with fixed times, so that its bytes never depend on who made it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, (2026, 11, 20, 18, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def workbook(sheets):
    """An xlsx: texts are shared strings, amounts numbers, dates and times numbers with a style, as Excel writes them."""
    strings = {}

    def shared(text):
        return strings.setdefault(text, len(strings))

    def serial(value):
        if isinstance(value, datetime):
            return (value.date() - date(1899, 12, 30)).days + (value.hour * 60 + value.minute) / 1440, 3
        if isinstance(value, date):
            return (value - date(1899, 12, 30)).days, 1
        return (value.hour * 60 + value.minute) / 1440, 2

    def cell(place, value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return '<c r="%s" t="b"><v>%d</v></c>' % (place, value)
        if isinstance(value, (date, time)):
            return '<c r="%s" s="%d"><v>%r</v></c>' % ((place,) + serial(value)[::-1])
        if isinstance(value, Pence):
            return '<c r="%s" s="4"><v>%s</v></c>' % (place, str(value).rstrip("0").rstrip(".") if value else "0")
        if isinstance(value, int):
            return '<c r="%s"><v>%d</v></c>' % (place, value)
        return '<c r="%s" t="s"><v>%d</v></c>' % (place, shared(value))

    parts = []
    for position, (_, rows) in enumerate(sheets, 1):
        fields = [field for field in rows[0] if field != "store" or rows[0]["store"]]
        table = [[WORKBOOK.get(field, field.capitalize()) for field in fields]] + [[row[field] for field in fields] for row in rows]
        body = "".join(
            '<row r="%d">%s</row>' % (r, "".join(cell("%s%d" % (chr(65 + c), r), value) for c, value in enumerate(row)))
            for r, row in enumerate(table, 1))
        parts.append(("xl/worksheets/sheet%d.xml" % position,
                      '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, body)))
    names = "".join('<sheet name="%s" sheetId="%d" r:id="rId%d"/>' % (escape(name), n, n) for n, (name, _) in enumerate(sheets, 1))
    links = "".join('<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (n, OFFICE, n)
                    for n in range(1, len(sheets) + 1))
    last = len(sheets)
    links += '<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>' % (last + 1, OFFICE)
    links += '<Relationship Id="rId%d" Type="%s/sharedStrings" Target="sharedStrings.xml"/>' % (last + 2, OFFICE)
    kinds = "".join('<Override PartName="/%s" ContentType="%s.worksheet+xml"/>' % (name, SHEET_ML) for name, _ in parts)
    styles = "".join('<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' % kind
                     for kind in (0, 14, 20, 22, 2))
    parts = [
        ("[Content_Types].xml", '<Types xmlns="%s/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats'
         '-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
         'ContentType="%s.sheet.main+xml"/>%s<Override PartName="/xl/styles.xml" ContentType="%s.styles+xml"/><Override '
         'PartName="/xl/sharedStrings.xml" ContentType="%s.sharedStrings+xml"/></Types>' % (PACKAGE, SHEET_ML, kinds, SHEET_ML, SHEET_ML)),
        ("_rels/.rels", '<Relationships xmlns="%s/relationships"><Relationship Id="rId1" Type="%s/officeDocument" '
         'Target="xl/workbook.xml"/></Relationships>' % (PACKAGE, OFFICE)),
        ("xl/workbook.xml", '<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>' % (MAIN, OFFICE, names)),
        ("xl/_rels/workbook.xml.rels", '<Relationships xmlns="%s/relationships">%s</Relationships>' % (PACKAGE, links)),
        ("xl/styles.xml", '<styleSheet xmlns="%s"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills '
         'count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs '
         'count="1"><xf/></cellStyleXfs><cellXfs count="5">%s</cellXfs></styleSheet>' % (MAIN, styles)),
        ("xl/sharedStrings.xml", '<sst xmlns="%s" count="%d" uniqueCount="%d">%s</sst>'
         % (MAIN, len(strings), len(strings), "".join("<si><t>%s</t></si>" % escape(text) for text in strings))),
    ] + parts
    return stored_zip([(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml) for name, xml in parts])


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"


# ------------------------------------------------------------------------------------------------------------------- mails

def attachment(name, data, how="base64", rfc2231=False):
    kind = {"csv": "text/csv", "zip": "application/zip", "xlsx": SHEET_ML + ".sheet"}[name.rpartition(".")[2]]
    if rfc2231:
        disposition = "attachment;\r\n filename*=UTF-8''%s" % "".join(
            c if c.isalnum() and c.isascii() or c in "-._" else "".join("%%%02X" % byte for byte in c.encode()) for c in name)
    else:
        disposition = 'attachment;\r\n filename="%s"' % name
    if how == "base64":
        body = base64.encodebytes(data).replace(b"\n", b"\r\n")
    else:
        body = quopri.encodestring(data).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = "Content-Type: %s\r\nContent-Disposition: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (kind, disposition, how)
    return head.encode() + body


def forwarded(mail):
    return b'Content-Type: message/rfc822\r\nContent-Disposition: attachment;\r\n filename="Friday.eml"\r\n\r\n' + mail


def mail(sender, sent, subject, text, parts, to="Harbour Light sales <sales@harbourlight.example>"):
    address = sender.rpartition("<")[2].rstrip(">")
    edge = "=_%s" % sent.strftime("%Y%m%d%H%M")
    head = [
        "From: " + sender, "To: " + to, "Subject: " + subject, "Date: " + sent.strftime("%a, %d %b %Y %H:%M:00 +0000"),
        "Message-ID: <%s.%s>" % (sent.strftime("%Y%m%d%H%M"), address), "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="%s"' % edge, "", "--" + edge, "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit", "",
    ] + text.strip().splitlines() + ["", ""]
    whole = "\r\n".join(head).encode()
    for part in parts:
        whole += ("--%s\r\n" % edge).encode() + part + b"\r\n"
    return whole + ("--%s--\r\n" % edge).encode()


# ------------------------------------------------------------------------------------------------------------ the three days

leith_till, portobello_till, stockbridge_till = Till("1", 187, 88, "18296.71"), Till("1", 5011, 204, "40120.45"), Till("1", 731, 51, "7710.30")
morning_one, morning_two = Till("1", 1201, 310, "52004.80"), Till("2", 640, 122, "13377.25")

leith = {
    THURSDAY: [Shift(leith_till, THURSDAY, 14, ["Aileen", "Ravi"], [
        "10:12 Aileen: TEA80-6, DON-BOOKS 2.50 / Card all",
        "12:31 Ravi: CANDLE, WRAP x2 / Cash all of 20.00",
        "13:45 Aileen: GIFTCARD 25.00 / Card all",
    ])],
    FRIDAY: [Shift(leith_till, FRIDAY, 10, ["Ravi", "Morag"], [
        "10:30 Morag: DON-LADIES 18.00 / Cash 18.00 of 20.00",
        "10:52 Morag: DON-BOOKS x2 2.50, DON-HOME 7.50 / Cash 12.50 of 20.00",
        "11:15 Ravi: CHOC x2, DON-TOYS 5.50 / Card 9.90",
        "11:40 Ravi: MUG x2, CANDLE / Cash 20.00 of 20.00",
        "12:20 Morag: DON-MENS 20.00, COFFEE, BAG / Card 24.60",
        "12:55 Morag refund of 191: CANDLE / Cash all",
        "14:05 Ravi: DON-KIDS 4.50, DON-KIDS 4.50 / Cash 9.00 of 10.00",
        "14:40 Ravi: DON-MUSIC 6.50 / Card 6.50",
        "15:25 Ravi: WRAP x3 / Cash 9.00 of 9.00",
        "16:10 Morag: CARDS10, DON-LADIES 26.50 / Card 31.49",
    ], moved=[("13:00", "drop", pence("40.00"), "to the safe", "bag 1182")], counted_off={"Cash": -1800, "Card": 1800})],
    SATURDAY: [Shift(leith_till, SATURDAY, 12, ["Aileen", "Morag"], [
        "11:06 Aileen: CARDS10, DON-BOOKS 1.00 / Card all",
        "14:20 Aileen: DON-LADIES 14.00, DON-HOME 4.00 / Gift card 15.00, Cash 3.00 of 5.00",
    ], donated_only=True)],
}
portobello = {
    THURSDAY: [Shift(portobello_till, THURSDAY, 13, ["Jean", "Tom"], [
        "10:20 Tom training: MUG, DON-BOOKS 1.00",
        "11:48 Jean: TEA80-6, TEA80 x3 / Card all",
        "15:05 Jean void: DON-HOME 12.00",
        "15:07 Jean: DON-HOME 12.00 -2.00 chipped / Cash all of 10.00",
    ], moved=[("12:15", "no_sale", Pence(0), "change for the parking meter", None)])],
    SATURDAY: [Shift(portobello_till, SATURDAY, 15, ["Jean", "Iqbal"], [
        "11:33 Iqbal: DON-TOYS 7.50, CHOC / Cash all of 10.00",
    ])],
}
stockbridge = {
    THURSDAY: [Shift(stockbridge_till, THURSDAY, 9, ["Fiona"], [
        "12:40 Fiona: DON-LADIES 12.00, CANDLE / Cash 10.00 of 10.00, Card 10.00",
    ], moved=[("15:30", "paid_out", pence("10.00"), "window cleaner", "receipt 77")])],
    FRIDAY: [Shift(stockbridge_till, FRIDAY, 11, ["Fiona", "Callum"])],
}
morningside = {
    THURSDAY: [
        Shift(morning_one, THURSDAY, 12, ["Elspeth", "Priya"], [
            "11:20 Priya: DON-BOOKS x2 3.50 / Card all",
            "13:10 Elspeth: DON-HOME 6.50, DON-HOME 5.50, OFF -2.00 member of the walking club / Cash all of 10.00",
        ]),
        Shift(morning_two, THURSDAY, 8, ["Dougal"]),
    ],
    FRIDAY: [
        Shift(morning_one, FRIDAY, 10, ["Elspeth", "Dougal"], ["12:05 Elspeth: DON-LADIES 8.00, DONATION 2.00 / Cash all of 10.00"]),
        Shift(morning_two, FRIDAY, 8, ["Priya"], moved=[("11:00", "loan", pence("20.00"), "coins from the safe", None)]),
    ],
    SATURDAY: [
        Shift(morning_one, SATURDAY, 11, ["Priya", "Dougal"]),
        Shift(morning_two, SATURDAY, 9, ["Elspeth"], ["15:15 Elspeth refund of 1217: DON-LADIES 8.00 / Cash all"]),
    ],
}
for days in (leith, morningside):  # a refund gives back what its original sold
    sales = [sale for shifts in days.values() for shift in shifts for sale in shift.sales]
    for sale in (sale for sale in sales if sale.original):
        original = next(other for other in sales if other.number == sale.original)
        assert sale.lines[0].product in [line.product for line in original.lines]
COMPANY = {"leith": leith, "portobello": portobello, "stockbridge": stockbridge, "morningside": morningside}
DELIVERY = [{"store": "leith", "date": FRIDAY, "reference": "DN-4471", "supplier": supplier, "item_code": code,
             "description": CATALOGUE[code].name, "quantity": quantity, "unit_cost": CATALOGUE[code].cost, "received_by": "Ravi"}
            for supplier, code, quantity in ((FAIR, "TEA80-6", 2), (LIGHT, "CANDLE", 12))]


def on_hand(store):
    """Shelves at the end, in single units, opening stock first."""
    levels = dict(OPENING_STOCK)
    for row in DELIVERY if store == "leith" else []:
        product = CATALOGUE[row["item_code"]]
        levels[product.pack_of or product.code] += row["quantity"] * (product.units or 1)
    for day, shifts in COMPANY[store].items():
        for line in (line for shift in shifts for sale in shift.counting for line in sale.lines):
            if line.units and not (store == "leith" and day == SATURDAY):  # the destroyed barcode takes off no known shelf
                levels[line.units[0]] -= line.units[1]
    return levels


def day_files(text, store, code, day, moved=None, name=None):
    """Sales, tenders, cash movements, Z-report and its totals of a store-day as text files."""
    shifts = COMPANY[store][day]
    tables = [("sales", sales_table(shifts, code)), ("tenders", tenders_table(shifts, code)), ("cash_movements", moved_table(shifts, code)),
              ("z_report", z_table(shifts, code)), ("z_totals", z_totals_table(shifts, code))]
    return [("%s_%s_%s.csv" % (name or store, day, kind), (moved or text if kind == "cash_movements" else text).write(rows))
            for kind, rows in tables if rows]


def day_workbook(day, stock=None):
    shifts = portobello[day]
    sheets = [("Sales", sales_table(shifts)), ("Payments", tenders_table(shifts)), ("Cash movements", moved_table(shifts)),
              ("Z-report", z_table(shifts)), ("Z totals", z_totals_table(shifts)), ("Stock", stock or [])]
    return [(name, rows) for name, rows in sheets if rows]


def mails():
    """Every mail by file name, in the order of arrival."""
    morning = datetime(2026, 11, 19, 9, 0)
    LEITH_AT, PORTOBELLO_AT = "Leith Walk <leith@harbourlight.example>", "Portobello <portobello@harbourlight.example>"
    STOCKBRIDGE_AT, MORNINGSIDE_AT = "Stockbridge <stockbridge@harbourlight.example>", "Morningside <morningside@harbourlight.example>"
    inbox = {}

    def send(day, clock, sender, subject, text, parts):
        sent = datetime.combine(day, time.fromisoformat(clock))
        store = sender.partition("<")[2].partition("@")[0]
        inbox["%s_%s_%s.eml" % (day, clock.replace(":", ""), store)] = mail(sender, sent, subject, text, parts)

    # Thursday
    files = day_files(LEITH, "leith", "leith", THURSDAY)
    files.append(("leith_2026-11-19_stock.csv", LEITH.write(stock_table(OPENING_STOCK, morning, "leith"))))
    send(THURSDAY, "17:42", LEITH_AT, "Thursday", "Good evening,\nThursday's files, and what was on the shelves this morning.\nAileen",
         [attachment(name, data, "quoted-printable" if "tenders" in name else "base64") for name, data in files])

    book = workbook(day_workbook(THURSDAY, stock_table(OPENING_STOCK, morning)))
    for clock, text in (("17:50", "Thursday. Jean"), ("17:58", "Not sure the first one went, so here it is again. Jean")):
        send(THURSDAY, clock, PORTOBELLO_AT, "Till Thursday", text,
             [attachment("Portobello High Street 2026-11-19.xlsx", book, rfc2231=True)])

    files = day_files(STOCKBRIDGE, "stockbridge", "Stockbridge", THURSDAY, STOCKBRIDGE_MOVED)
    files = [(name.replace("2026-11-19_sales", "2026-11-29_sales"), data) for name, data in files]  # trouble: wrong date in a name
    files.append(("stockbridge_2026-11-19_stock.csv", STOCKBRIDGE.write(stock_table(OPENING_STOCK, morning, "Stockbridge"))))
    send(THURSDAY, "18:05", STOCKBRIDGE_AT, "Figures Thurs", "Hi both, all done. F", [attachment(*file) for file in files])

    files = day_files(MORNINGSIDE, "morningside", "HL-03", THURSDAY)
    files.append(("morningside_2026-11-19_stock.csv", MORNINGSIDE.write(stock_table(OPENING_STOCK, morning, "HL-03"))))
    right = files[0]
    wrong = right[1].replace(b";Books;2;3,50;;;0;0,00;7,00", b";Books;2;3,50;;;0;0,00;3,50")  # trouble: a wrong total
    assert wrong != right[1]
    send(THURSDAY, "18:20", MORNINGSIDE_AT, "19 November", "Both tills. Elspeth",
         [attachment(*file) for file in [(right[0], wrong)] + files[1:]])
    send(THURSDAY, "20:10", MORNINGSIDE_AT, "19 November - corrected sales file",
         "Sorry, I had typed over one of the totals. This is the till's own file. Elspeth", [attachment(*right)])

    # Friday
    files = day_files(LEITH, "leith", "leith", FRIDAY) + [("leith_2026-11-20_goods_in.csv", LEITH.write(DELIVERY))]
    send(FRIDAY, "17:42", LEITH_AT, "Friday", "Friday's files. The wholesaler came at eleven.\nThe drawer does not look right, sorry! Morag",
         [attachment(*file) for file in files])

    packed = stored_zip(day_files(STOCKBRIDGE, "stockbridge", "Stockbridge", FRIDAY, STOCKBRIDGE_MOVED))
    inner = mail(STOCKBRIDGE_AT, datetime(2026, 11, 20, 17, 31), "Figures Fri", "Friday, zipped. F",
                 [attachment("stockbridge_2026-11-20.zip", packed)], to="sale@harbourlight.example")
    send(FRIDAY, "18:10", STOCKBRIDGE_AT, "Fwd: Figures Fri", "Had the address wrong, forwarding it. F", [forwarded(inner)])

    send(FRIDAY, "18:25", MORNINGSIDE_AT, "20 November", "Both tills. Elspeth",
         [attachment(*file) for file in day_files(MORNINGSIDE, "morningside", "HL-03", FRIDAY)])

    prices = LEITH.write([{"item_code": code, "description": CATALOGUE[code].name, "price": pence(price)}
                          for code, price in (("TEA80", "2.99"), ("CANDLE", "6.50"))])
    send(FRIDAY, "19:03", "Fitzroy Till Rolls <offers@fitzroy-tillrolls.example>", "New prices!", "Please load our new prices today.",
         [attachment("products.csv", prices)])

    # Saturday
    shifts = leith[SATURDAY]
    rows = sales_table(shifts, "leith")
    destroyed = [row for row in rows if row["item_code"] == CATALOGUE["CARDS10"].gtin]
    assert len(destroyed) == 1
    destroyed[0]["item_code"] = "5.01235E+12"  # trouble: a barcode Excel destroyed
    files = day_files(LEITH, "leith", "leith", SATURDAY)
    files[0] = (files[0][0], LEITH_BY_EXCEL.write(rows))
    send(SATURDAY, "17:31", LEITH_AT, "Saturday", "Saturday. I had a look at the sales in Excel first. Aileen",
         [attachment(*file) for file in files])

    sheets = day_workbook(SATURDAY)
    damaged = next(row for row in sheets[0][1] if row["item_code"] == "DON-TOYS" and row["line_total"] == 750)
    damaged["line_total"] = "7.5O"  # trouble: a letter O in a number
    send(SATURDAY, "17:48", PORTOBELLO_AT, "Till Saturday", "Saturday, busy! Jean",
         [attachment("Portobello High Street 2026-11-21.xlsx", workbook(sheets), rfc2231=True)])

    files = day_files(MORNINGSIDE, "morningside", "HL-03", SATURDAY)
    files.append(("morningside_2026-11-21_stock.csv",
                  MORNINGSIDE.write(stock_table(on_hand("morningside"), datetime(2026, 11, 21, 17, 15), "HL-03"))))
    send(SATURDAY, "18:40", MORNINGSIDE_AT, "21 November", "Both tills, and we went along the shelves. Elspeth",
         [attachment(*file) for file in files])
    return inbox


# ------------------------------------------------------------------------------------------------------------------- truth

def truth():
    """What a right reading of the mails must come to; amounts in pounds, as text."""
    states = {("leith", FRIDAY): "out_of_balance", ("portobello", FRIDAY): "closed", ("portobello", SATURDAY): "incomplete",
              ("stockbridge", SATURDAY): "overdue"}
    findings = {
        ("leith", FRIDAY): ["S002", "S013"], ("leith", SATURDAY): ["P002"], ("portobello", SATURDAY): ["F003", "S011"],
        ("stockbridge", THURSDAY): ["F017"], ("stockbridge", SATURDAY): ["S008"],
    }
    days = []
    for store in COMPANY:
        for day in (THURSDAY, FRIDAY, SATURDAY):
            shifts = COMPANY[store].get(day, [])
            entry = {"store": store, "trading_day": str(day), "state": states.get((store, day), "balanced"),
                     "findings": findings.get((store, day), [])}
            if shifts:
                tenders = {}
                for shift in shifts:
                    for name, amount in shift.tenders.items():
                        tenders[name] = Pence(tenders.get(name, 0) + amount)
                entry.update({
                    "transactions": sum(len(shift.counting) for shift in shifts),
                    "left_out": sum(len(shift.sales) - len(shift.counting) for shift in shifts),
                    "takings": str(Pence(sum(shift.net for shift in shifts))), "tax": str(Pence(sum(shift.tax for shift in shifts))),
                    "gift_cards": str(Pence(sum(shift.by_class("gift_card") for shift in shifts))),
                    "donations": str(Pence(sum(shift.by_class("donation") for shift in shifts))),
                    "tenders": {name: str(amount) for name, amount in tenders.items()},
                    "drawers": [{
                        "till": shift.till.name, "z_number": str(shift.z_number), "tender": name,
                        "opening": str(Pence(FLOAT)) if name == "Cash" else None, "expected": str(shift.expected[name]),
                        "counted": str(shift.counted[name]), "over_short": str(Pence(shift.counted[name] - shift.expected[name])),
                        "banked": str(shift.banked) if name == "Cash" else None,
                    } for shift in shifts for name in shift.expected],
                    "first_number": str(shifts[0].sales[0].number), "last_number": str(shifts[0].sales[-1].number),
                })
            if (store, day) == ("portobello", SATURDAY):
                entry["rejected"] = 1
                entry["takings_without_rejected"] = str(Pence(shifts[0].net - 750))
            days.append(entry)
    return {
        "days": days,
        "documents": {
            "L001": ["Portobello High Street 2026-11-19.xlsx"], "L002": ["morningside_2026-11-19_sales.csv"],
            "T001": ["morningside_2026-11-19_sales.csv"], "F018": ["products.csv"], "F017": ["stockbridge_2026-11-29_sales.csv"],
            "F003": ["Portobello High Street 2026-11-21.xlsx"], "P002": ["leith_2026-11-21_sales.csv"],
        },
        "on_hand": {store: {code: str(level) for code, level in on_hand(store).items()} for store in COMPANY},
    }


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name, data in mails().items():
        (inbox / name).write_bytes(data)
    (folder / "products.csv").write_bytes(LEITH.write(products_table()))
    (folder / "truth.json").write_bytes((json.dumps(truth(), indent=1, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    main()
