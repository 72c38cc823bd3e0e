//! JSON to sheets of text cells, numbers as they are written.
//!
//! Records are the objects of an array, or objects one after another. Each is a row of the sheet `records`, and its values are cells
//! under their paths (`location.store_id`). An array of objects in a record is a sheet of its own, named by its path (`items`): its
//! rows repeat the values of the record they stand in, and their own are under `items.price` and the like; the record has the
//! number of them under `items`. Other arrays are one cell, joined by `, `.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::nested::{self, Cell, Tables};
use super::sheets::Refused;
use crate::diagnostic::{Checked, F010};
use crate::model::{Document, Limits, Sheet};

/// The sheet of the records themselves.
const RECORDS: &str = "records";
/// The heading of values that have no name.
const VALUE: &str = "value";
/// What precedes the names of values that stand around the records.
const AROUND: &str = "document";

/// Reads a JSON document, or several one after another.
pub(super) fn read(document: &Document, limits: &Limits) -> Checked<Vec<Sheet>> {
    let mut said = Vec::new();
    let read = nested::decode(document, None, &mut said).and_then(|text| {
        let mut parser = Parser { text: &text, at: 0, line: 1, line_start: 0, limits, tables: Tables::new(document, limits) };
        parser.all()?;
        Ok(parser.tables.finish())
    });
    nested::checked(document, read, said)
}

/// A value, and the line it begins on.
struct Value<'t> {
    line: u32,
    node: Node<'t>,
}

enum Node<'t> {
    /// A text, a number as it is written, `true` or `false`; blank for `null`.
    Scalar(Cow<'t, str>),
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
    Array(Vec<Value<'t>>),
}

impl Value<'_> {
    /// An object, or an array with an object anywhere in it.
    fn holds_records(&self) -> bool {
        match &self.node {
            Node::Scalar(_) => false,
            Node::Object(_) => true,
            Node::Array(values) => values.iter().any(Value::holds_records),
        }
    }

    /// How many cells it fills in its own row.
    fn breadth(&self) -> usize {
        match &self.node {
            Node::Scalar(_) => 1,
            Node::Object(members) => members.iter().map(|(_, value)| value.breadth()).sum(),
            Node::Array(_) => usize::from(!self.holds_records()),
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// Where the line begins.
    line_start: usize,
    limits: &'t Limits,
    tables: Tables<'t>,
}

impl<'t> Parser<'t> {
    /// All values of the text; each is laid out before the next is read.
    fn all(&mut self) -> Result<(), Refused> {
        self.blanks();
        while self.at < self.text.len() {
            let value = self.value(1)?;
            Rows { tables: &mut self.tables, cells: Vec::new() }.document(&value)?;
            self.tables.release();
            self.blanks();
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.at += 1;
            if byte == b'\n' || (byte == b'\r' && self.peek() != Some(b'\n')) {
                self.line = self.line.saturating_add(1);
                self.line_start = self.at;
            }
        }
    }

    /// What is wrong here: `wanted` is not.
    fn wrong(&self, wanted: &str) -> Refused {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let character = self.text.get(self.line_start..self.at).unwrap_or_default().chars().count() + 1;
        let message = match rest.chars().next() {
            None => format!("the JSON ends in the middle: {wanted} should follow"),
            Some(found) => format!("this is not right JSON: at character {character} stands {found:?} where {wanted} should be"),
        };
        self.tables.refuse(F010, self.line, message, "send the file again, or export it again from the till")
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, level: usize) -> Result<Value<'t>, Refused> {
        let line = self.line;
        if level > self.limits.levels {
            let message = format!("values are nested more than {} deep", self.limits.levels);
            return Err(self.tables.past_limit(line, message));
        }
        self.tables.hold(size_of::<Value<'_>>(), line)?;
        let node = match self.peek() {
            Some(b'{') => Node::Object(self.object(level)?),
            Some(b'[') => Node::Array(self.array(level)?),
            Some(b'"') => Node::Scalar(self.string()?),
            Some(b'-' | b'0'..=b'9') => Node::Scalar(self.number()?),
            _ => Node::Scalar(Cow::Borrowed(self.word()?)),
        };
        Ok(Value { line, node })
    }

    fn object(&mut self, level: usize) -> Result<Vec<(Cow<'t, str>, Value<'t>)>, Refused> {
        let mut members = Vec::new();
        self.at += 1;
        self.blanks();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a name in quotation marks"));
            }
            let name = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.wrong("a colon"));
            }
            self.blanks();
            self.tables.hold(size_of::<Cow<'_, str>>(), self.line)?;
            members.push((name, self.value(level + 1)?));
            self.blanks();
            if self.take(b'}') {
                return Ok(members);
            }
            if !self.take(b',') {
                return Err(self.wrong("a comma or }"));
            }
            self.blanks();
        }
    }

    fn array(&mut self, level: usize) -> Result<Vec<Value<'t>>, Refused> {
        let mut values = Vec::new();
        self.at += 1;
        self.blanks();
        if self.take(b']') {
            return Ok(values);
        }
        loop {
            values.push(self.value(level + 1)?);
            self.blanks();
            if self.take(b']') {
                return Ok(values);
            }
            if !self.take(b',') {
                return Err(self.wrong("a comma or ]"));
            }
            self.blanks();
        }
    }

    /// A text in quotation marks; one without escapes is not copied.
    fn string(&mut self) -> Result<Cow<'t, str>, Refused> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        let mut plain = true;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    plain = false;
                    end += 2;
                }
                Some(0x20..) => end += 1,
                _ => {
                    self.at = end.min(bytes.len());
                    return Err(self.wrong("a closing quotation mark"));
                }
            }
        }
        let text: &'t str = self.text;
        let quoted = text.get(self.at..=end).unwrap_or_default();
        let inner = text.get(self.at + 1..end).unwrap_or_default();
        let decoded = if plain { Some(Cow::Borrowed(inner)) } else { serde_json::from_str(quoted).ok().map(Cow::Owned) };
        let Some(decoded) = decoded else { return Err(self.wrong("a text with right escapes")) };
        self.at = end + 1;
        Ok(decoded)
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == from { Err(self.wrong("a digit")) } else { Ok(()) }
    }

    /// A number as it is written; one with an exponent as the plain decimal it stands for, where that can be.
    fn number(&mut self) -> Result<Cow<'t, str>, Refused> {
        let from = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        let exponent = self.take(b'e') || self.take(b'E');
        if exponent {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text: &'t str = self.text;
        let written = text.get(from..self.at).unwrap_or_default();
        let plain = exponent.then(|| Decimal::from_scientific(written).ok()).flatten();
        Ok(plain.map_or(Cow::Borrowed(written), |plain| Cow::Owned(plain.to_string())))
    }

    fn word(&mut self) -> Result<&'static str, Refused> {
        for (word, means) in [("true", "true"), ("false", "false"), ("null", "")] {
            if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
                self.at += word.len();
                return Ok(means);
            }
        }
        Err(self.wrong("a value"))
    }
}

/// Lays values out as rows. `cells` are those of the records that the one at hand stands in, then its own.
struct Rows<'r, 't, 'd> {
    tables: &'r mut Tables<'d>,
    cells: Vec<Cell<'t>>,
}

impl<'t> Rows<'_, 't, '_> {
    /// A whole document: one record, an array of records, or records with a few values around them.
    fn document(&mut self, value: &'t Value<'t>) -> Result<(), Refused> {
        let mut arrays = Vec::new();
        let Node::Object(members) = &value.node else { return self.record(RECORDS, "", value) };
        // `{"purchases": [{…}, …], "lastPurchaseHash": "…"}` is not a record but an envelope: the records in it say more than it does.
        self.own(AROUND, members, &mut arrays);
        if let [(path, records)] = &arrays[..]
            && let Node::Array(values) = &records.node
            && values
                .iter()
                .find(|record| matches!(record.node, Node::Object(_)))
                .is_some_and(|first| first.breadth() > value.breadth())
        {
            let count = self.tables.heading(path);
            self.cells.retain(|(heading, _)| *heading != count);
            let name = path.strip_prefix(AROUND).unwrap_or(path).trim_start_matches('.');
            return values.iter().try_for_each(|record| self.record(name, "", record));
        }
        self.cells.clear();
        self.record(RECORDS, "", value)
    }

    /// One record as a row of the sheet `name`, and the records in it. Its values stand under `path`.
    fn record(&mut self, name: &str, path: &str, record: &'t Value<'t>) -> Result<(), Refused> {
        let before = self.cells.len();
        let mut arrays = Vec::new();
        match &record.node {
            Node::Object(members) => self.own(path, members, &mut arrays),
            Node::Array(values) if record.holds_records() => {
                return values.iter().try_for_each(|record| self.record(name, path, record));
            }
            Node::Array(_) | Node::Scalar(_) => self.cell(if path.is_empty() { VALUE } else { path }, record),
        }
        self.tables.row(name, record.line, &self.cells)?;
        for (path, records) in arrays {
            let Node::Array(values) = &records.node else { continue };
            values.iter().try_for_each(|record| self.record(&path, &path, record))?;
        }
        self.cells.truncate(before);
        Ok(())
    }

    /// The cells of an object; `arrays` are the arrays of records in it, which follow as rows of their own.
    fn own(&mut self, path: &str, members: &'t [(Cow<'t, str>, Value<'t>)], arrays: &mut Vec<(String, &'t Value<'t>)>) {
        for (name, value) in members {
            let path = if path.is_empty() { name.clone().into_owned() } else { format!("{path}.{name}") };
            match &value.node {
                Node::Object(members) => self.own(&path, members, arrays),
                Node::Array(values) if value.holds_records() => {
                    let heading = self.tables.heading(&path);
                    self.cells.push((heading, Cow::Owned(values.len().to_string())));
                    arrays.push((path, value));
                }
                Node::Array(_) | Node::Scalar(_) => self.cell(&path, value),
            }
        }
    }

    /// A value without records in it, as one cell.
    fn cell(&mut self, path: &str, value: &'t Value<'t>) {
        let text = match &value.node {
            Node::Scalar(text) => Cow::Borrowed(text.as_ref()),
            _ => {
                let mut texts = Vec::new();
                scalars(value, &mut texts);
                Cow::Owned(texts.join(", "))
            }
        };
        let heading = self.tables.heading(path);
        self.cells.push((heading, text));
    }
}

/// The scalars of arrays in arrays, in order.
fn scalars<'v>(value: &'v Value<'_>, texts: &mut Vec<&'v str>) {
    match &value.node {
        Node::Scalar(text) => texts.push(text),
        Node::Array(values) => values.iter().for_each(|value| scalars(value, texts)),
        Node::Object(_) => {}
    }
}
