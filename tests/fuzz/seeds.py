#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets (`corpus/TARGET/seed-*`) from the cases, the evening and the layouts. What a fuzzer found lies beside
them under other names and is never touched."""

import pathlib
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
LAYOUTS = TESTS.parent / "epos-core/src/format/layouts"
LARGEST = 4096


def put(target, name, data):
    """One seed, unless it is larger than what a fuzzer changes."""
    if len(data) <= LARGEST:
        (HERE / "corpus" / target / f"seed-{name}").write_bytes(data)


def cases():
    """Code, position, name and text of every case's documents."""
    for case in sorted((TESTS / "cases").glob("*/case.toml")):
        for at, document in enumerate(tomllib.loads(case.read_text()).get("documents", [])):
            yield case.parent.name, at, document["name"], document.get("text", "")


def attachments():
    mails = sorted((TESTS.parent / "examples/evening/inbox").glob("*.eml"))
    for mail in mails:
        data = mail.read_bytes()
        put("attachments", mail.stem, data if len(data) <= LARGEST else data[:1500])
    nested = b""
    for depth in range(3):
        head = f"From: a@example.org\nMessage-ID: <{depth}@x>\nDate: Fri, 20 Nov 2026 18:00:00 +0000\nMIME-Version: 1.0\n"
        head += f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n'
        inner = f"--b{depth}\nContent-Type: message/rfc822\n\n".encode() + nested if nested else b""
        plain = f'--b{depth}\nContent-Disposition: attachment; filename="till-{depth}.csv"\n\nsku,quantity\nA,{depth}\n'
        nested = head.encode() + inner + b"\n" + plain.encode() + f"--b{depth}--\n".encode()
    put("attachments", "nested", nested)
    put("attachments", "names", b"From: a@x\nMessage-ID: <1@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/csv; name*0*=utf-8''..%2F..%2Fetc; name*1*=%2Fpasswd\nContent-Transfer-Encoding: quoted-printable\n\na=2Cb=0A1=2C2\n"
        b'--b\nContent-Disposition: attachment; filename="=?utf-8?B?Y29uLmNzdg==?="\nContent-Transfer-Encoding: base64\n\nYSxiCjEsMgo=\n--b--\n')
    put("attachments", "mbox", b"From a@x Fri Nov 20 18:00:00 2026\nSubject: x\n\nhello\n\n>From the till\n\nFrom b@x Fri Nov 20\nSubject: y\n\nbye\n")


def sheets():
    seen = set()
    for code, at, name, text in cases():
        if text and text not in seen:
            seen.add(text)
            if code[0] == "F" or len(seen) % 6 == 0:
                put("sheets", f"{code.lower()}-{at}", bytes([0x30]) + text.encode())
    sample = "till,date,number,item_code,quantity,line_total\n1,2026-11-20,7,\"A, B\",2,3.00\n1,2026-11-20,8,\"C \"\"D\"\"\",1,1.50\n"
    for name, data in {"utf16": b"\xff\xfe" + sample.encode("utf-16-le"), "semicolon": sample.replace(",", ";").encode(),
                       "cp1252": sample.replace("A, B", "Caf\u00e9").encode("cp1252"), "sep": b"sep=\t\n" + sample.replace(",", "\t").encode()}.items():
        put("sheets", name, b"0" + data)
    book = (TESTS / "cases/F010/till_2026-11-20.xlsx").read_bytes()
    put("sheets", "cut-book", b"1" + book)
    put("sheets", "json", b"6" + b'{"sales": [{"till": 1}]}')
    put("sheets", "xls-head", b"2" + (TESTS / "files/till.xls").read_bytes()[:3000])


def nested():
    folder = TESTS.parent / "epos-core/src/format/tests/nested"
    for path in sorted(folder.iterdir()):
        ending = ["json", "xml", "html", "ndjson"].index(path.suffix[1:])
        put("nested", path.stem, bytes([48 + ending]) + path.read_bytes()[:LARGEST - 1])
    rows = "<tr><th>till</th><th>date</th><th>number</th><th>item_code</th><th>quantity</th><th>line_total</th></tr><tr><td>1<td>2026-11-20<td>7<td>A&amp;B<td>2<td>3.00</tr>"
    put("nested", "table", b"2<html><body><table>" + rows.encode() + b"</table></body></html>")
    put("nested", "flat", b'0[{"till": 1, "date": "2026-11-20", "number": "7", "item_code": "A", "quantity": 2, "line_total": 3.00, "kind": null}]')
    put("nested", "deep", b"0" + b'{"a":[' * 300)


def layouts_in_order():
    return sorted(path.stem for path in LAYOUTS.glob("*.toml"))


def blocks():
    names = layouts_in_order()
    put("blocks", "sales", bytes([65 + names.index("sales")]) + b"S1,1,2026-11-20,10:00,,,7,1,Ann,sale,A,Tea,2,1.50\nS1,1,2026-11-20,10:05,,,8,1,Bob,refund,A,Tea,-1,1.50\n")
    rows = [b"S1,1,2026-11-20,,,,7,cash,3.00\nTotal,,,,,,,,3.00\n", b"1,2026-11-20,,7,1,sale,A,Tea,2,3.00\n", b"A,Tea,1.50,,,,,\n",
            b"S1,T1,2026-11-20 10:00,2,x,-3.00,20,0,1\nS1,T2,20/11/2026,2,x,(3.00),20%,0,1\n", b"a,b\n\"c\n\",d,\n"]
    for at, name in enumerate(names):
        put("blocks", name, bytes([65 + at]) + rows[at % len(rows)])


def layouts():
    for path in sorted(LAYOUTS.glob("*.toml")):
        put("layouts", path.stem, path.read_bytes())
    put("layouts", "extends", b"title = 'Kasse'\nkind = 'lines'\nextends = 'sales'\ndetect = ['Bon', 'Datum']\ndecimal = ','\ndate_order = 'dmy'\n"
        b"tender_columns = ['Bar', 'Karte']\n[columns]\nnumber = 'Bon'\ndate = 'Datum'\n[words.kind]\nverkauf = 'sale'\n")
    put("layouts", "positions", b"title = 'Bare'\nkind = 'lines'\nsign = 'from_kind'\nidentity = ['time', 'item_code']\n[columns]\nnumber = 2\ndate = 1\n"
        b"quantity = 4\nline_total = 5\nitem_code = 3\n[also.tenders]\ntender = 6\namount = 7\n[sums]\nline_total = ['line_net', 'tax_amount']\n[spread]\ntax_amount = 'tax_'\n")


def cells():
    texts = ["3.00", "-2.50", "(2.50)", "2.50-", "\u00a31,234.56", "1.234,56", "1'000", "1e5", "1E-400", "nan", "inf", "-0", "0.00005", "99999999999999.99",
             "1000000000000000000000000000000", "12 %", "0.2", "2026-11-20", "20/11/2026", "11/20/26", "0000-01-01", "9999-12-31", "20 Nov 2026", "46346",
             "10:05", "10.05 pm", "24:00", "2026-11-20T10:05:00Z", "2026-11-20 10:05", "yes", "true", "refund", "Total", "'007", "=1+1", "a\nb", "\"", "\x1b[31m",
             "\u202e", "O0", "\uff11\uff12", "\u0661", "", " \u00a0"]
    for at, text in enumerate(texts):
        put("cell", f"{at:02}", bytes([48 + at % 3]) + text.encode())


for make in (attachments, sheets, nested, blocks, layouts, cells):
    folder = HERE / "corpus" / {"cells": "cell"}.get(make.__name__, make.__name__)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("seed-*"):
        old.unlink()
    make()
