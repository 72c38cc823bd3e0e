# -*- coding: utf-8 -*-
"""epos: an open sales audit for small shops, from Python 2.7 and 3.

The verbs are those of the program `epos`, and answer the same:

    >>> import epos
    >>> for found in epos.check("till-07_2026-11-20.xlsx"):
    ...     print(found)                                  # doctest: +SKIP
    error[T002]: total 12.50 but lines sum to 12.00
      --> till-07_2026-11-20.xlsx, sheet Sales, row 118, column F (total)
       = help: rows 119-121 are its lines; is the discount column mapped?

What can be read is a path (of a file, a mail, a mailbox, a folder), an open file, or bytes, or a list of these. Bytes have no name,
which some layouts go by: say `name="till-07.csv"`, or wrap them in `epos.Document(content, name)`. On Python 2.7 a plain `str` is a
path unless a name is given with it.

Amounts and quantities come back as `decimal.Decimal`, days and times as `datetime`; texts are unicode. Wrong data is never an
exception: it is returned as `Diagnostic`s. When the world fails (no file, no database), an `EposError` is raised.

Large documents come in pieces: `blocks` gives typed rows, `arrow` a stream that pyarrow, polars, pandas and DuckDB open.

Every verb takes where it works: `db` (a URL such as "sqlite:epos.db" or "mysql://user:password@host/name", or what `open` gave),
`config` (an epos.toml), `folder` (where an epos.toml may lie; the current one), `now` (a moment in UTC, or one with its time zone) and
`strict`. Texts may hold any letter: `epos.tell` prints them wherever output goes.
"""
from __future__ import print_function, unicode_literals

import codecs as _codecs
import datetime as _datetime
import decimal as _decimal
import io as _io
import json as _json
import os as _os
import sys as _sys

__all__ = [str(name) for name in (
    "Answer", "ArrowStream", "Attachments", "Batch", "Block", "Blocks", "Books", "ConfigError", "ConflictError", "DatabaseError",
    "Diagnostic", "Document", "EposError", "FileError", "NotFoundError", "PanicError", "RefusedError", "RenderError", "RequestError",
    "SchemeError", "accept", "acceptable", "arrow", "attachments", "batch", "blocks", "check", "day", "declare", "detect", "events",
    "explain", "export", "layouts", "load", "lock", "lookup", "open", "reconcile", "release", "replies", "report", "revisions",
    "run", "seal", "sheets", "status", "stock", "tell", "transport", "verify", "version", "write",
)]

_PY2 = _sys.version_info[0] == 2
_TEXT = type("")
_INTEGERS = (int, long) if _PY2 else (int,)  # noqa: F821


# ------------------------------------------------------------------------------------------------------------------ what goes wrong


class EposError(Exception):
    """The world failed: no such file, no database, a wrong configuration. Wrong *data* never raises; see `Diagnostic`."""

    def __unicode__(self):
        return " ".join(_text(part) for part in self.args)

    def __str__(self):
        return self.__unicode__().encode("utf-8") if _PY2 else self.__unicode__()


class FileError(EposError):
    """A file or folder cannot be read or written."""


class DatabaseError(EposError):
    """The database failed."""


class ConflictError(EposError):
    """Another load changed the same rows at the same moment; load again."""


class ConfigError(EposError):
    """epos.toml or a layout is wrong; the message says where."""


class SchemeError(EposError):
    """A URL is of a sort that epos, or this build of it, does not reach."""


class NotFoundError(EposError, LookupError):
    """There is no such store, report, layout, document or code."""


class RefusedError(EposError, ValueError):
    """It may not be done as it was asked: a reason that does not fit, a signature that is missing, a day that is sealed. The message says
    what would."""


class RenderError(EposError, ValueError):
    """Something cannot be written, such as a row that lacks a field."""


class RequestError(EposError, ValueError):
    """The call itself cannot be met: too many rows for one answer, a database that was closed."""


class PanicError(EposError, RuntimeError):
    """epos has a defect. Please report it."""


_ERRORS = {
    "file": FileError, "database": DatabaseError, "conflict": ConflictError, "config": ConfigError, "scheme": SchemeError,
    "not_found": NotFoundError, "refused": RefusedError, "render": RenderError, "request": RequestError, "panic": PanicError,
}


# ------------------------------------------------------------------------------------------------------------------------ transport


class _Library(object):
    """The C ABI by ctypes."""

    name = "ctypes"

    def __init__(self, path):
        import ctypes
        library = ctypes.CDLL(path)  # which lets other threads run while it works
        self._string_at, self._size, self._by = ctypes.string_at, ctypes.c_size_t, ctypes.byref
        self._call, self._free = library.epos_call, library.epos_free
        self._call.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]
        self._call.restype = ctypes.c_void_p  # not c_char_p: that would be copied, and the pointer lost
        self._free.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self._free.restype = None

    def call(self, request):
        length = self._size()
        reply = self._call(request, len(request), self._by(length))
        if not reply:
            raise MemoryError("epos gave no reply")
        try:
            return self._string_at(reply, length.value)
        finally:
            self._free(reply, length)


class _Extension(object):
    """The extension module of Python 3."""

    name = "extension"

    def __init__(self):
        from . import _epos
        self.call = _epos.call


def _transport():
    """The extension where there is one, else the library beside this file. EPOS_PYTHON_TRANSPORT (extension, ctypes) and
    EPOS_PYTHON_LIBRARY (a path) choose otherwise."""
    wanted = _os.environ.get("EPOS_PYTHON_TRANSPORT", "")
    if wanted not in ("", "extension", "ctypes"):
        raise ImportError("EPOS_PYTHON_TRANSPORT is extension or ctypes, not %s" % wanted)
    path = _os.environ.get("EPOS_PYTHON_LIBRARY")
    if wanted != "ctypes" and not path:
        try:
            return _Extension()
        except ImportError:
            if wanted:
                raise
    here = _os.path.dirname(_os.path.abspath(__file__))
    names = {"win32": "epos.dll", "cygwin": "epos.dll", "darwin": "libepos.dylib"}
    path = path or _os.path.join(here, names.get(_sys.platform, "libepos.so"))
    if not _os.path.exists(path):
        raise ImportError("epos was installed without its library: there is no %s and no extension module" % path)
    return _Library(path)


_door = _transport()


def transport():
    """How the library is reached: `extension` or `ctypes`."""
    return _TEXT(_door.name)


def tell(what, file=None):
    """Prints a line of text, a finding or an error to standard output, or to a file, wherever that leads: in UTF-8 where no encoding is
    known (a pipe under Python 2.7, the C locale), and with `?` for a letter that a terminal does not have."""
    file = _sys.stdout if file is None else file
    line = _text(what)
    try:
        print(line, file=file)
    except UnicodeEncodeError:
        encoding = _codecs.lookup(getattr(file, "encoding", None) or "ascii").name
        file.flush()
        out = getattr(file, "buffer", file)
        out.write((line + _os.linesep).encode("utf-8" if encoding == "ascii" else encoding, "replace"))
        out.flush()


def _call(request, body=b""):
    """The head of the reply to a request, and its bytes as a memoryview; raises what went wrong."""
    line = _json.dumps(dict((key, value) for key, value in request.items() if value is not None))
    reply = _door.call(b"\n".join((line.encode("ascii"), body)))
    end = reply.index(b"\n")
    head = _json.loads(reply[:end].decode("utf-8"))
    if "error" in head:
        raise _ERRORS.get(head["error"], EposError)(head["message"])
    return head, memoryview(reply)[end + 1:]


# ----------------------------------------------------------------------------------------------------------------------- what goes in


class Document(object):
    """A file's content and its name, which some layouts go by. `content` is bytes, or text, which becomes UTF-8.

    Those that `attachments` gives also have `hash`, and of their mail `message`, `sender`, `sent_at` (UTC) and `subject`.
    """

    hash = message = sender = sent_at = subject = None

    def __init__(self, content, name="document"):
        if hasattr(content, "read"):
            name = name if name != "document" else _name_of(content)
            content = content.read()
        self.content = _bytes(content)
        self.name = _text(name)

    def save(self, folder="."):
        """Writes it into a folder, under the last part of its name, without what no file's name can hold; gives the path. What is there
        already is never replaced: other content gets a number behind its name, and the same content is not written twice."""
        stem, ending = _file_name(self.name)
        count, path = 1, _on_disk(_os.path.join(_text(folder), stem + ending))
        try:
            while _os.path.exists(path):
                if _os.path.isfile(path):
                    with _io.open(path, "rb") as file:
                        if file.read() == self.content:
                            return _text(path) if _PY2 else path
                count += 1
                path = _on_disk(_os.path.join(_text(folder), "%s-%d%s" % (stem, count, ending)))
            with _io.open(path, "wb") as file:
                file.write(self.content)
        except (EnvironmentError, TypeError, ValueError) as error:  # the last two: a folder's name with a NUL
            raise FileError("cannot write %s: %s" % (_text(path), _text(getattr(error, "strerror", None) or str(error))))
        return _text(path) if _PY2 else path

    def __repr__(self):
        return str("Document(%d bytes, %r)" % (len(self.content), self.name))


def _text(value):
    """Text of a str, unicode, path or None. Bytes are UTF-8, also those that Python 3 could not read in the C locale."""
    value = value.__fspath__() if hasattr(value, "__fspath__") else value
    if value is None:
        return None
    if not isinstance(value, bytes):
        value = _TEXT(value)
        if _PY2:
            return value
        try:
            return value.encode("utf-8", "surrogateescape").decode("utf-8")
        except UnicodeError:
            return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode(_sys.getfilesystemencoding() or "latin-1", "replace")


def _bytes(content):
    """The bytes of bytes, or of text."""
    if isinstance(content, _TEXT):
        return content.encode("utf-8")
    return content.tobytes() if isinstance(content, memoryview) else bytes(content)


def _file_name(name):
    """The last part of a name as a file's name and its ending, without what a file's name cannot hold."""
    name = "".join("_" if letter < " " or letter in "\x7f<>:\"|?*" else letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1])
    name = name.encode("utf-8", "replace").decode("utf-8").strip(" ")
    stem, ending = _os.path.splitext(name if name.strip(".") else "document")
    if len(ending) > 16:
        stem, ending = stem + ending, ""
    room = 240 - len(ending.encode("utf-8"))  # of 255 bytes, for a number too
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore"), ending


def _on_disk(path):
    """A path as this system takes it: in the C locale, Python 2.7 and 3.6 take letters beyond ASCII as bytes only."""
    path = _text(path)
    try:
        path.encode(_sys.getfilesystemencoding() or "ascii")
        return path
    except UnicodeError:
        return path.encode("utf-8") if _PY2 else _os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _day(value):
    """A day as text, of a date or of text."""
    return value.isoformat()[:10] if hasattr(value, "isoformat") else _text(value)


def _moment(value):
    """A moment in UTC as text, of a datetime (one without a zone is UTC) or of text."""
    if not hasattr(value, "strftime"):
        return _text(value)
    offset = value.utcoffset() if hasattr(value, "utcoffset") else None
    return (value if offset is None else value.replace(tzinfo=None) - offset).strftime("%Y-%m-%dT%H:%M:%S")


def _name_of(file):
    name = getattr(file, "name", None)
    return _os.path.basename(_text(name)) if isinstance(name, (bytes, _TEXT)) else "document"


def _source(what, name=None):
    """What of a request names or is the documents: its fields, and its bytes."""
    if not isinstance(what, (list, tuple)):
        place, name, content = _one(what, name)
        return ({"places": [place]}, b"") if content is None else ({"name": name}, content)
    if len(what) == 1:
        return _source(what[0], name)
    if name is not None:
        raise TypeError("one name cannot be that of several documents; wrap each in an epos.Document")
    ones = [_one(one, None) for one in what]
    if all(content is None for _, _, content in ones):
        return {"places": [place for place, _, _ in ones]}, b""
    given = [{"place": place} if content is None else {"name": name, "length": len(content)} for place, name, content in ones]
    return {"documents": given}, b"".join(content or b"" for _, _, content in ones)


def _one(what, name):
    """One document: its place, or its name and bytes."""
    if isinstance(what, Document):
        return None, _text(name) or what.name, what.content
    if hasattr(what, "read"):
        return None, _text(name) or _name_of(what), _bytes(getattr(what, "buffer", what).read())
    path = what.__fspath__() if hasattr(what, "__fspath__") else what
    if isinstance(path, (bytearray, memoryview)) or (isinstance(path, bytes) and (not _PY2 or name is not None)):
        return None, _text(name) or "document", _bytes(path)
    if not isinstance(path, (bytes, _TEXT)):
        raise TypeError("a path, bytes, an open file, an epos.Document or a list of them is needed, not %s" % type(what).__name__)
    try:
        place = path.decode("utf-8") if isinstance(path, bytes) else _text(path)
        place.encode("utf-8")
    except UnicodeError:  # a file's name that is no text: it is read here
        with _io.open(path, "rb") as file:
            base = _os.path.basename(path)
            return None, _text(base) if isinstance(base, bytes) else base.encode("utf-8", "replace").decode("utf-8"), file.read()
    return place, None, None


def _place(db, config, folder, now, strict=False):
    """Where a verb works."""
    if isinstance(db, Books):
        if (config, folder, now, strict) != (None, None, None, False):
            raise TypeError("an opened database has its config, folder, now and strict already")
        return {"handle": db._number()}
    return {"database": _text(db), "config": _text(config), "folder": _text(folder), "now": _moment(now), "strict": strict or None}


# ---------------------------------------------------------------------------------------------------------------------- what comes out


class Diagnostic(object):
    """One finding: what is wrong, where, and what to do. As text it is what the program prints.

    `code` ("T002"), `severity` ("note": fixed for you, "warning": please check, "error": cannot load), `message`, `help`; the place:
    `document`, `sheet`, `row` (as a person counts), `column` (its letters, "F") and `heading`; `store`, `trading_day`, `subject` and
    `amount` it is about, where they are known; `more`: how many like it were folded into it.
    """

    __slots__ = ("code", "severity", "message", "help", "document", "sheet", "row", "column", "heading", "more", "store", "trading_day",
                 "subject", "amount")

    def __init__(self, found):
        at = found["at"]
        column = at["column"]
        self.code, self.severity, self.message, self.help = found["code"], found["severity"], found["message"], found["help"]
        self.document, self.sheet, self.row = at["document"], at["sheet"], at["row"]
        self.column = column and _letters(column["index"])
        self.heading = column and column["heading"]
        self.more, self.store, self.subject = found["more"], found["store"], found["subject"]
        self.trading_day = found["trading_day"] and _date(found["trading_day"])
        self.amount = found["amount"] and _decimal.Decimal(found["amount"])

    def __unicode__(self):
        place = [self.document] if self.document else [part for part in (self.store, self.trading_day and _TEXT(self.trading_day)) if part]
        place += ["sheet %s" % self.sheet] if self.sheet else []
        place += ["row %d" % self.row] if self.row else []
        place += ["column %s" % self.column + (" (%s)" % self.heading if self.heading else "")] if self.column else []
        lines = ["%s[%s]: %s" % (self.severity, self.code, self.message)]
        lines += ["  --> " + ", ".join(place)] if place else []
        lines += ["   = and %d more like it" % self.more] if self.more else []
        lines += ["   = help: " + self.help] if self.help else []
        return "\n".join(lines)

    def __str__(self):
        return self.__unicode__().encode("utf-8") if _PY2 else self.__unicode__()

    def __repr__(self):
        return str("<epos.Diagnostic %s %s row %s>" % (self.code, self.severity, self.row))

    def __eq__(self, other):
        return isinstance(other, Diagnostic) and all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __ne__(self, other):
        return not self == other

    __hash__ = None


class Answer(dict):
    """What a verb answers, as a dict whose keys are attributes too: `day.state` is `day["state"]`."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError("the answer has no %s; it has %s" % (name, ", ".join(sorted(self))))


class Listed(list):
    """A list of answers, with what belongs to all of them as attributes."""


def _letters(index):
    letters, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + letters
    return letters


def _date(text):
    year, month, day = text.split("-")
    return _datetime.date(int(year), int(month), int(day))


def _time(text):
    parts = [int(part) for part in text.split(":")]
    return _datetime.time(*parts)


def _date_time(text):
    day, time = text.replace(" ", "T").split("T")
    return _datetime.datetime.combine(_date(day), _time(time.split(".")[0]))


def _same(value):
    return value


_SORTS = {
    "text": _same, "word": _same, "integer": _same, "bool": _same, "date": _date, "time": _time, "date_time": _date_time,
    "decimal": _decimal.Decimal, "money": _decimal.Decimal, "quantity": _decimal.Decimal, "rate": _decimal.Decimal,
}

# What is text in JSON and more than text here, by its key.
_DAYS = frozenset(["trading_day", "from", "to", "date", "since", "until", "as_of", "sales_until", "last_day"])
_TIMES = frozenset(["arrived_at", "at", "sent_at", "opened_at", "closed_at", "last_counted", "written_at"])
_AMOUNTS = frozenset([
    "after", "after_cutoff", "amount", "banked", "before", "closing_float", "cost", "counted", "deposits", "donations", "expected", "expected_by_z", "gift_cards",
    "left", "moved_in", "moved_out", "on_hand", "opening", "over_short", "overnight", "price", "quantity", "right", "rounding",
    "takings", "tax", "tax_rate", "tenders", "tips", "units",
])


def _answer(value, key=None):
    """JSON as Python values: findings, answers, decimals and days."""
    if isinstance(value, dict):
        if "code" in value and "at" in value and "severity" in value:
            return Diagnostic(value)
        return Answer((name, _answer(inner, name)) for name, inner in value.items())
    if isinstance(value, list):
        if key == "store_days":
            return [(store, _date(day)) for store, day in value]
        return [_answer(inner) for inner in value]
    if isinstance(value, _TEXT):
        if key in _AMOUNTS:
            return _decimal.Decimal(value)
        if key in _DAYS:
            return _date(value)
        if key in _TIMES:
            return _date_time(value)
    return value


def _decoded(body):
    return _codecs.utf_8_decode(body, "strict", True)[0]


def _json_of(body):
    return _json.loads(_decoded(body))


# ------------------------------------------------------------------------------------------------------------------------------ series


class _Series(object):
    """Replies that come one after another, until they are done or closed."""

    def __init__(self, cursor):
        self._cursor, self.diagnostics = cursor, []

    def _next(self):
        """The head and bytes of the next reply; None after the last."""
        if self._cursor is None:
            return None
        try:
            head, body = _call({"verb": "next", "cursor": self._cursor})
        except BaseException:
            self.close()
            raise
        self.diagnostics.extend(_answer(head.get("diagnostics", [])))
        if not head["more"]:
            self.close()
            return None
        return head, body

    def close(self):
        """Stops, wherever it is."""
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            _call({"verb": "close", "cursor": cursor})

    def __del__(self):
        try:
            self.close()
        except Exception:  # the interpreter is on its way out
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        return self

    def next(self):
        return self.__next__()


class Batch(object):
    """The rows of one till on one trading day: `store`, `till`, `trading_day`, and `rows(kind)`."""

    def __init__(self, batch, fields):
        self.store, self.till, self.trading_day = batch["store"], batch["till"], _date(batch["trading_day"])
        self._rows, self._fields = batch["rows"], fields

    @property
    def kinds(self):
        """The kinds of rows in it: "lines", "tenders", "z_reports" …"""
        return sorted(self._rows)

    def rows(self, kind):
        """Its rows of a kind, as dicts: store, till, trading_day, row, and the fields of the kind."""
        fields = [(name, _SORTS[sort]) for name, sort in self._fields.get(kind, [])]
        rows = []
        for number, values in self._rows.get(kind, []):
            row = {"store": self.store, "till": self.till, "trading_day": self.trading_day, "row": number or None}
            for (name, of), value in zip(fields, values):
                row[name] = None if value is None else of(value)
            rows.append(row)
        return rows


class Block(object):
    """A part of a document's rows: `batches`, `rejected` (rows that could not be read, raw), `diagnostics`, and where it is from:
    `document`, `hash`, `sheet`, `layout`, `layout_version`, `coverage`, `numbering`, `prices_include_tax`, `absent`."""

    def __init__(self, block):
        for name in ("document", "hash", "sheet", "layout", "layout_version", "coverage", "numbering", "prices_include_tax", "absent"):
            setattr(self, name, block[name])
        self.batches = [Batch(batch, block["fields"]) for batch in block["batches"]]
        self.rejected = _answer(block["rejected"])
        self.diagnostics = _answer(block["diagnostics"])

    @property
    def kinds(self):
        """The kinds of rows in it."""
        return sorted(set(kind for batch in self.batches for kind in batch.kinds))

    def rows(self, kind):
        """The rows of a kind in all its batches, as dicts."""
        return [row for batch in self.batches for row in batch.rows(kind)]


class Blocks(_Series):
    """The blocks of a document, one after another. `position` is how many were had: `blocks(…, skip=position)` goes on from there, also
    in another process."""

    def __init__(self, cursor, skip):
        _Series.__init__(self, cursor)
        self.position = skip

    def __next__(self):
        reply = self._next()
        if reply is None:
            raise StopIteration
        self.position += 1
        return Block(_json_of(reply[1]))


class Attachments(_Series):
    """The documents of mails, one after another. `diagnostics` grows with what was found while opening them."""

    def __init__(self, cursor):
        _Series.__init__(self, cursor)
        self._waiting = []

    def _take(self, head, body):
        begin = 0
        for one in head["documents"]:
            document = Document(body[begin:begin + one["length"]].tobytes(), one["name"])
            begin += one["length"]
            document.hash, document.message, document.sender = one["hash"], one["message"], one["sender"]
            document.sent_at, document.subject = one["sent_at"] and _date_time(one["sent_at"]), one["subject"]
            self._waiting.append(document)

    def __next__(self):
        while not self._waiting:
            reply = self._next()
            if reply is None:
                raise StopIteration
            self._take(*reply)
        return self._waiting.pop(0)


class _Pieces(_io.RawIOBase):
    """The pieces of an Arrow stream, as a file."""

    def __init__(self, series):
        self.series, self._piece, self._is_last = series, b"", True

    def readable(self):
        return True

    def readinto(self, into):
        while not self._piece:
            reply = self.series._next()
            if reply is None:
                return 0
            self._piece = reply[1]  # a memoryview, so that its slices are no copies
        count = min(len(into), len(self._piece))
        into[:count], self._piece = self._piece[:count], self._piece[count:]
        return count

    def handed_on(self):
        """The pieces that are left, for another reader: they end with that one."""
        self._is_last = False
        return _Pieces(self.series)

    def close(self):
        if not self.closed and self._is_last:
            self.series.close()
        _io.RawIOBase.close(self)


class ArrowStream(_io.BufferedReader):
    """An Arrow IPC stream as an open file, read once and from its beginning to its end; rows are read as the stream is.

    Any reader of Arrow streams takes it as a file: `pyarrow.ipc.open_stream(it)`, `polars.read_ipc_stream(it)`. Where pyarrow is
    installed, what knows Arrow's PyCapsule interface takes it as it is: `pyarrow.table(it)`, `polars.DataFrame(it)`,
    `duckdb.from_arrow(it)`; pandas by pyarrow: `pyarrow.table(it).to_pandas()`. It is not a feather file.

    `diagnostics` holds what was found, when all of it was read.
    """

    def __init__(self, cursor):
        _io.BufferedReader.__init__(self, _Pieces(_Series(cursor)), 1 << 20)
        self._reader = None

    def __arrow_c_stream__(self, requested_schema=None):
        """The stream as Arrow's C interface has it, by pyarrow. Who asks first for the schema may ask again for the rows."""
        if self._reader is None:
            import pyarrow
            self._reader = pyarrow.ipc.open_stream(_io.BufferedReader(self.raw.handed_on(), 1 << 20))
        return self._reader.__arrow_c_stream__(requested_schema)

    @property
    def diagnostics(self):
        return self.raw.series.diagnostics


# ------------------------------------------------------------------------------------------------------------------------------- verbs


def version():
    """The version of epos, such as "0.1.0"."""
    return _json_of(_call({"verb": "version"})[1])


def _ask(verb, place, fields=None, body=b""):
    request = dict(place, verb=verb)
    request.update(fields or {})
    return _call(request, body)


def _read(verb, document, name, layout, store, date, place, **fields):
    """Asks a verb that reads documents."""
    source, body = _source(document, name)
    fields.update(source, layout=_text(layout), store=_text(store), date=_day(date))
    return _ask(verb, place, fields, body)


def layouts(db=None, config=None, folder=None, now=None):
    """All layouts: how till programs write their files. Each has `layout`, `version`, `title`, `kind`, `absent`."""
    return _answer(_json_of(_ask("layouts", _place(db, config, folder, now))[1]))


def detect(document, name=None, db=None, config=None, folder=None, now=None):
    """Which layouts fit a document's sheets, and why not the others: `sheets` and `diagnostics`."""
    return _answer(_json_of(_read("detect", document, name, None, None, None, _place(db, config, folder, now))[1]))


def sheets(document, name=None):
    """A document's cells as text, by sheet: `name`, `hidden`, and `rows`, each with its `number` and `cells`.

    The list's `diagnostics` say what was found while opening it. Refused above 50,000 rows.
    """
    head, body = _read("sheets", document, name, None, None, None, {})
    listed = Listed(_answer(_json_of(body)))
    listed.diagnostics = _answer(head["diagnostics"])
    return listed


def check(document, name=None, layout=None, store=None, date=None, db=None, config=None, folder=None, now=None, strict=False):
    """Reads and checks documents and changes nothing: a list of `Diagnostic`s, empty when all is well.

    `layout`, `store` and `date` say what the documents themselves do not.
    """
    place = _place(db, config, folder, now, strict)
    return _answer(_json_of(_read("check", document, name, layout, store, date, place)[1]))


def explain(code=None):
    """The manual page of a code ("T002", or its name) as Markdown; without one, a list of all codes with their `name`, `severity`, `doc`."""
    _, body = _call({"verb": "explain", "code": _text(code)})
    return _answer(_json_of(body)) if code is None else _decoded(body)


def batch(document, name=None, layout=None, store=None, date=None, db=None, config=None, folder=None, now=None):
    """All blocks of a document at once, as a list of `Block`s. Refused above 50,000 rows: take `blocks` or `arrow` for those."""
    head, body = _read("batch", document, name, layout, store, date, _place(db, config, folder, now))
    listed = Listed(Block(block) for block in _json_of(body))
    listed.diagnostics = _answer(head["diagnostics"])
    return listed


def blocks(document, name=None, layout=None, store=None, date=None, skip=0, db=None, config=None, folder=None, now=None):
    """The typed rows of a document of any size, `Block` after `Block`; no more than a few of them are in memory.

    `skip` leaves out as many blocks, which were had before.
    """
    place = _place(db, config, folder, now)
    return Blocks(_read("blocks", document, name, layout, store, date, place, skip=skip)[0]["cursor"], skip)


def arrow(document, table="lines", name=None, layout=None, store=None, date=None, db=None, config=None, folder=None, now=None):
    """A document's rows as an Arrow IPC stream, to be read as a file: decimals are decimal128, days date32, moments timestamps.

    `table` is "lines" (line items), "transactions" (put together from headers, lines and tenders, with what their money was for), or any
    other kind of row: "headers", "tenders", "z_reports", "products" … `ArrowStream` says who opens it.

        table = pyarrow.ipc.open_stream(epos.arrow("sales.csv")).read_all()
        duckdb.from_arrow(epos.arrow("sales.csv")).aggregate("store, sum(line_total)")
    """
    place = _place(db, config, folder, now)
    return ArrowStream(_read("arrow", document, name, layout, store, date, place, table=_text(table))[0]["cursor"])


def attachments(document, name=None):
    """The documents in a mail, a zip, a mailbox (mbox, maildir) or a folder of these, one `Document` after another.

    A mail, mailbox or zip is known by its content, whatever its name; any other file is itself the document. Nothing is changed.
    """
    return Attachments(_read("attachments", document, name, None, None, None, {})[0]["cursor"])


def load(document, name=None, layout=None, store=None, date=None, db=None, config=None, folder=None, now=None, strict=False):
    """Checks documents and loads them into the database. A document that is there already changes nothing.

    Gives a list with, for each document, `document`, `hash`, `outcome` ("loaded", "already_have", "same_content", "held"), `rows`,
    `rejected`, `store_days` and `diagnostics`. The list's `opening` says what was found while opening mails, `shared` what many stores
    share, and `judged` is False when so much came that its store-days are judged when somebody asks.
    """
    head, body = _read("load", document, name, layout, store, date, _place(db, config, folder, now, strict))
    listed = Listed(_answer(_json_of(body)))
    listed.judged, listed.opening, listed.shared = head["judged"], _answer(head["opening"]), _answer(head["shared"])
    return listed


def reconcile(from_=None, to=None, store=None, db=None, config=None, folder=None, now=None):
    """The store-days of a span, judged: `state`, `bridge` (the money identity), `drawers`, `tie_outs`, `findings` … as `epos status`."""
    fields = {"from": _day(from_), "to": _day(to), "store": _text(store)}
    return _answer(_json_of(_ask("reconcile", _place(db, config, folder, now), fields)[1]))


def replies(store=None, db=None, config=None, folder=None, now=None):
    """Answers to senders, reminders and digests: those that were written, and (`written_at` is None) those that the next run writes.

    Each has `id`, `answer` (its sort), `store`, `trading_day`, `to`, `subject`, `text` and its `file` in the outbox.
    """
    return _answer(_json_of(_ask("replies", _place(db, config, folder, now), {"store": _text(store)})[1]))


def status(from_=None, to=None, store=None, db=None, config=None, folder=None, now=None):
    """How every store-day of a span stands: those that are missing too, whether anything came or not. What `reconcile` gives."""
    fields = {"from": _day(from_), "to": _day(to), "store": _text(store)}
    return _answer(_json_of(_ask("status", _place(db, config, folder, now), fields)[1]))


def _of_a_day(verb, store, date, place, **fields):
    """Asks a verb about one store-day."""
    fields.update(store=_text(store), date=_day(date))
    return _answer(_json_of(_ask(verb, place, fields)[1]))


def day(store, date, db=None, config=None, folder=None, now=None):
    """One store-day, judged: what came, what it adds up to, what was found, what people said of it, how it is sealed."""
    return _of_a_day("day", store, date, _place(db, config, folder, now))


def revisions(store, date, db=None, config=None, folder=None, now=None):
    """What later documents changed of a store-day, in order: rows `added`, `removed`, `changed`, sums `before` and `after`, `tenders`.

    `state` is "active", "held" (it waits beside the sealed figures), "released" or "posted" (to a later period).
    """
    return _of_a_day("revisions", store, date, _place(db, config, folder, now))


def events(store, date, db=None, config=None, folder=None, now=None):
    """Every change of a store-day's state, in order: `was`, `state`, `at` (UTC), `who` and `why`."""
    return _of_a_day("events", store, date, _place(db, config, folder, now))


def acceptable(store, date, db=None, config=None, folder=None, now=None):
    """What of a store-day can be accepted: `code`, `subject`, `amount` and `message` of each finding that nobody accepted yet, and of rows
    that could not be read (their code is "row")."""
    return _of_a_day("acceptable", store, date, _place(db, config, folder, now))


def accept(store, date, code, reason, by, note="", subject=None, second=None, tax_rate=None, db=None, config=None, folder=None, now=None):
    """Accepts a finding of a store-day. It stays, and the reason decides what is posted; gives the `acceptances` and the `day` as it is
    judged now.

    `reason` is wrong-tender, cash-missing, cash-surplus, sale-not-rung, over-ring, refund-not-rung, drop-not-rung, paid-out-not-rung,
    wrong-count or as-it-should; `note` says what proves it, where takings change; `subject` which finding, where several have the code;
    `second` is the second person, where the amount needs one; `tax_rate` (percent) the tax in a sale that was not rung, or was rung too
    much. What may not be accepted so is a `RefusedError`.
    """
    if isinstance(tax_rate, float):
        raise TypeError("tax_rate is a float, which is not exact; give a decimal.Decimal, a whole number or text")
    return _of_a_day("accept", store, date, _place(db, config, folder, now), code=_text(code), reason=_text(reason), by=_text(by),
                     note=_text(note), subject=_text(subject), second=_text(second), tax_rate=_text(tax_rate))


def declare(store, date, declared, reason, by, db=None, config=None, folder=None, now=None):
    """Says that nothing will come for a store-day: it was `closed`, or `zero`, which is open without a sale. Gives the day."""
    place = _place(db, config, folder, now)
    return _of_a_day("declare", store, date, place, declared=_text(declared), reason=_text(reason), by=_text(by))


def seal(until=None, store=None, by=None, db=None, config=None, folder=None, now=None):
    """Seals every store-day up to `until` (all that are due when it is None) that is in order, oldest first: its figures are final.

    Gives the new links as `sealed`, and as `left` the days that are not in order: `store`, `trading_day`, `state` and `why`.
    """
    fields = {"until": _day(until), "store": _text(store), "by": _text(by)}
    done = _json_of(_ask("seal", _place(db, config, folder, now), fields)[1])
    left = [dict(zip(("store", "trading_day", "state", "why"), one)) for one in done.pop("left")]
    return _answer(dict(done, left=left))


def release(store, date, by, note="", db=None, config=None, folder=None, now=None):
    """Opens a sealed store-day: what waits beside it counts, and when it is in order it is sealed anew, as a restatement. Gives the day."""
    return _of_a_day("release", store, date, _place(db, config, folder, now), by=_text(by), note=_text(note))


def lock(date, by, db=None, config=None, folder=None, now=None):
    """Closes the period up to a day, whose store-days are all sealed: what comes later for it is posted to the current period. Gives that
    `last_day`."""
    return _answer(_json_of(_ask("lock", _place(db, config, folder, now), {"date": _day(date), "by": _text(by)})[1]))


def verify(anchor=None, db=None, config=None, folder=None, now=None):
    """Hashes again what was sealed: `broken` names the first broken link of each store, `moved` a head that the chains no longer have.

    `sound` is True when there are none. With an `anchor`, heads that were sent out (a file, or what `export("seals").heads` was), nothing
    up to them was altered, reordered or removed; without one the chains are consistent with themselves, and no more.
    """
    source, body = ({}, b"") if anchor is None else _source(anchor)
    found = _answer(_json_of(_ask("verify", _place(db, config, folder, now), source, body)[1]))
    return Answer(found, sound=not found.broken and found.moved is None)


def export(what="seals", db=None, config=None, folder=None, now=None):
    """What goes out of the house. "seals": every seal, each store's chain from its first link on.

    The list's `heads` is a `Document` that says where the chains stand: save it, send it out, and hand it to `verify` as its anchor.
    """
    head, body = _ask("export", _place(db, config, folder, now), {"what": _text(what)})
    listed = Listed(_answer(_json_of(body)))
    listed.heads = Document(head["heads"], "seals.txt")
    return listed


def report(name=None, from_=None, to=None, store=None, top=None, at_least=None, by=None, format=None, as_of=None, changes=False, db=None,
           config=None, folder=None, now=None):
    """A report: `title`, `columns`, `rows` and `totals` (dicts by column, amounts as decimals), `completeness`, `bridge`, `notes`.

    With a `format` (table, csv, json, html, xlsx) its bytes instead. Without a name, the list of all reports.

    `as_of` a day it is the report as it was that evening; its `notes` say what changed since. With `changes` too, only the figures that
    are others by now, each as it was reported, as it is known now, and the difference.
    """
    fields = {"report": _text(name), "from": _day(from_), "to": _day(to), "store": _text(store), "top": top, "at_least": at_least,
              "by": _text(by), "format": _text(format), "as_of": _day(as_of), "changes": bool(changes)}
    _, body = _ask("report", _place(db, config, folder, now), fields)
    if format is not None:
        return body.tobytes()
    made = _json_of(body)
    if name is None:
        return [Answer(entry) for entry in made]
    sorts = dict((column["name"], _SORTS.get(column["type"], _same)) for column in made["columns"])

    def row(of):
        return Answer((key, None if value is None else sorts.get(key, _same)(value)) for key, value in of.items())

    rows, totals = [row(of) for of in made.pop("rows")], [row(of) for of in made.pop("totals")]
    columns = [Answer(column) for column in made.pop("columns")]
    return Answer(_answer(made), rows=rows, totals=totals, columns=columns)


def lookup(query="", category=None, item=False, page=1, per_page=None, db=None, config=None, folder=None, now=None):
    """Items by words of their name, a code or a barcode, best first and by page: `items`, `total`, `page` …

    With `item` the one item that has this very code or barcode, with its `price`, `unit` and `packs`.
    """
    asked = {"item": _text(query)} if item else {"query": _text(query), "category": _text(category), "page": page, "per_page": per_page}
    return _answer(_json_of(_ask("lookup", _place(db, config, folder, now), asked)[1]))


def stock(store=None, item=None, page=1, per_page=None, db=None, config=None, folder=None, now=None):
    """Who has what, and how sure we are: all stores; a store's `shelves`; an item (code or barcode) in every store, or in one.

    `on_hand` is None when nothing is known, which is not 0; `as_of`, `last_counted` and `confidence` say how much to trust it.
    """
    asked = {"store": _text(store), "item": _text(item), "page": page, "per_page": per_page}
    return _answer(_json_of(_ask("stock", _place(db, config, folder, now), asked)[1]))


def write(rows, layout, kind=None, db=None, config=None, folder=None, now=None):
    """Rows as a document in a layout, as bytes: what that till program would have written.

    `rows` are dicts as `Block.rows` gives them, of one `kind` ("lines", "tenders" …), or a dict of such lists by kind.
    """
    by_kind = rows if isinstance(rows, dict) else {kind: rows}
    if None in by_kind:
        raise TypeError("say of which kind the rows are: kind=\"lines\"")
    texts = dict((_text(of), [_texts(row) for row in rows]) for of, rows in by_kind.items())
    body = _json.dumps(texts).encode("ascii")
    return _ask("write", _place(db, config, folder, now), {"layout": _text(layout)}, body)[1].tobytes()


def _texts(row):
    texts = {}
    for name, value in row.items():
        if value is None:
            continue
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, float):
            raise TypeError("%s is a float, which is not exact; give a decimal.Decimal, a whole number or text" % name)
        elif isinstance(value, _decimal.Decimal):
            value = format(value, "f")
        elif isinstance(value, (_datetime.datetime, _datetime.time)) and value.tzinfo is not None:
            raise TypeError("%s has a time zone; give the shop's own time, without one" % name)
        elif isinstance(value, _datetime.datetime):
            value = value.strftime("%Y-%m-%dT%H:%M:%S")
        elif isinstance(value, _datetime.time):
            value = value.strftime("%H:%M:%S")
        elif isinstance(value, _datetime.date):
            value = value.isoformat()
        texts[_text(name)] = _text(value)
    return texts


def run(place=None, output=None, db=None, config=None, folder=None, now=None, strict=False):
    """The whole evening: takes the inbox, loads it, reconciles every store-day, writes the reports.

    `place` is a folder with its own epos.toml, or an inbox. Gives `loaded`, `opening`, `days`, `summary`, and the `folder` of the reports.
    """
    if isinstance(db, Books):
        raise TypeError("an evening opens its own database; give its URL")
    if place is not None and not isinstance(place, (bytes, _TEXT)) and not hasattr(place, "__fspath__"):
        raise TypeError("an evening is a folder or an inbox; `load` takes documents")
    fields = {"places": [_text(place)] if place is not None else [], "output": _text(output)}
    head, body = _ask("run", _place(db, config, folder, now, strict), fields)
    return Answer(_answer(_json_of(body)), folder=head["folder"])


class Books(object):
    """An opened database, with every verb that reads or writes one as a method: `books.load(path)`. Close it, or use `with`.

    It may stay open for long: every verb sees what other programs loaded meanwhile, and goes by the clock unless `now` was said.
    """

    def __init__(self, number):
        self._handle = number

    def _number(self):
        if self._handle is None:
            raise RequestError("the database was closed")
        return self._handle

    def close(self):
        """Closes the database. Closing again is nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            _call({"verb": "close", "handle": handle})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        try:
            self.close()
        except Exception:  # the interpreter is on its way out
            pass


def _method(verb):
    """A verb as a method of `Books`, with the signature it has there: without what was said when the database was opened."""
    code, defaults = verb.__code__, verb.__defaults__ or ()
    names = code.co_varnames[:code.co_argcount]
    first = len(names) - len(defaults)
    own = [name for name in names if name not in ("db", "config", "folder", "now", "strict")]
    signature = ["self"] + [name if names.index(name) < first else "%s=%r" % (name, defaults[names.index(name) - first]) for name in own]
    scope = {"verb": verb, "__name__": __name__}
    exec("def %s(%s):\n    return verb(%s)" % (
        verb.__name__, ", ".join(signature), ", ".join(["%s=%s" % (name, name) for name in own] + ["db=self"])), scope)
    method = scope[verb.__name__]
    method.__doc__ = verb.__doc__
    return method


for _verb in (accept, acceptable, arrow, batch, blocks, check, day, declare, detect, events, export, layouts, load, lock, lookup, reconcile,
              release, replies, report, revisions, seal, status, stock, verify, write):
    setattr(Books, _verb.__name__, _method(_verb))
del _verb


def open(db=None, config=None, folder=None, now=None, strict=False):
    """Opens a database for many calls, made when it is not there: `with epos.open("sqlite:epos.db") as books: books.load(path)`."""
    return Books(_ask("open", _place(db, config, folder, now, strict))[0]["handle"])


__version__ = str(version())
