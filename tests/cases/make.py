#!/usr/bin/env python3
"""Makes the files of the cases that are not text: workbooks whole, cut, locked, with macros, with a hidden sheet, with a formula never calculated; and a wide CSV."""

import importlib.util
import io
import pathlib
import struct
import sys
import zipfile
from datetime import date

HERE = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("make", HERE / "../../examples/evening/make.py")
evening = importlib.util.module_from_spec(spec)
spec.loader.exec_module(evening)

MACRO_ML = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
SALE = {"till": "1", "number": 201, "line": 1, "date": date(2026, 11, 20), "time": None, "cashier": "Ravi", "kind": "sale", "item_code": "DON-BOOKS",
        "description": "Books", "quantity": 1, "unit_price": evening.pence("6.00"), "tax_rate": 0, "tax_amount": evening.pence("0.00"),
        "line_total": evening.pence("6.00")}

PAID = {"till": "1", "number": 201, "date": date(2026, 11, 20), "time": None, "tender": "Cash", "amount": evening.pence("6.00"),
        "tendered": None, "change": None}


def changed(book, change, more=()):
    """The workbook with `change` applied to each part, and more parts."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        for name in archive.namelist():
            parts.append((name, change(name, archive.read(name))))
    return evening.stored_zip(parts + list(more))


def locked():
    """An OLE compound file of two streams, as Excel wraps an encrypted workbook: header, FAT, directory, data."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + struct.pack("<I", free) * 108
    chain = [fat_sector, end] + [sector + 1 for sector in range(2, 9)] + [end] + [sector + 1 for sector in range(10, 17)] + [end]
    fat = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))

    def entry(name, kind, child=free, right=free, start=0, size=0):
        text = name.encode("utf-16-le") + b"\0\0"
        return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) if name else 0, kind, 1, free, right, child)
                + bytes(36) + struct.pack("<IQ", start, size))

    directory = (entry("Root Entry", 5, child=1, start=end) + entry("EncryptionInfo", 2, right=2, start=2, size=4096)
                 + entry("EncryptedPackage", 2, start=10, size=4096) + entry("", 0))
    noise = bytes((n * 73 + 41) % 251 for n in range(8192))
    return header + fat + directory + noise


def main():
    """Writes them beside this file, or into the folder that is named."""
    to = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    book = evening.workbook([("Sales", [SALE])])
    two = evening.workbook([("Sales", [SALE]), ("Last year", [dict(SALE, number=90)])])

    def hide(name, data):
        return data.replace(b'name="Last year"', b'name="Last year" state="hidden"') if name == "xl/workbook.xml" else data

    def enable(name, data):
        return data.replace(evening.SHEET_ML.encode() + b".sheet.main+xml", MACRO_ML) if name == "[Content_Types].xml" else data

    def uncalculated(name, data):
        return data.replace(b"<v>6</v></c></row>", b"<f>J2*K2</f></c></row>") if name == "xl/worksheets/sheet1.xml" else data

    wide = ",".join("c%d" % n for n in range(10_000)) + "\n" + "," * 9_999 + "\n"
    for path, data in {
        "F010/till_2026-11-20.xlsx": book[:len(book) // 2],
        "F011/till_2026-11-20.xlsx": locked(),
        "F012/wide.csv": wide.encode(),
        "F020/leith_2026-11-20.xlsm": changed(book, enable, [("xl/vbaProject.bin", b"Sub Auto_Open(): End Sub")]),
        "F021/leith_2026-11-20.xlsx": changed(two, hide),
        "F033/leith_2026-11-20.xlsx": changed(book, uncalculated),
        "T016/leith_2026-11-20.xlsx": evening.workbook([("Sales", [SALE, dict(SALE, number=202)]), ("Tenders", [PAID])]),
        "T018/leith_2026-11-20.xlsx": evening.workbook([("Sales", [SALE]), ("Tenders", [PAID, dict(PAID, number=203)])]),
    }.items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(data)


if __name__ == "__main__":
    main()
