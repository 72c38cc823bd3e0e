//! Places: [`At`] names a cell the way a person finds it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    /// Position from 0.
    pub index: u32,
    /// Its heading as the file has it; empty when there is none.
    pub heading: String,
}

impl Column {
    /// The column's letters as a spreadsheet shows them: A, B, …, Z, AA, …
    pub fn letters(&self) -> String {
        let mut letters = Vec::new();
        let mut rest = u64::from(self.index) + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(b'A' + (rest % 26) as u8);
            rest /= 26;
        }
        letters.iter().rev().map(|&byte| byte as char).collect()
    }
}

/// Where something is: a document, and as far as it is known the sheet, row and column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct At {
    /// The document's name; empty for findings about a store-day.
    pub document: String,
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
    /// The row as a person sees it, from 1.
    pub row: Option<u32>,
    /// The column.
    pub column: Option<Column>,
}

impl At {
    /// A whole document.
    pub fn document(name: &str) -> Self {
        At { document: name.to_owned(), ..At::default() }
    }
}

/// `till-07.xlsx, sheet Sales, row 118, column F (total)`.
impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet {sheet}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {}", column.letters())?;
            if !column.heading.is_empty() {
                write!(f, " ({})", column.heading)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_a_spreadsheet() {
        let letters = |index| Column { index, heading: String::new() }.letters();
        assert_eq!([letters(0), letters(25), letters(26), letters(701), letters(702)], ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_place_reads_like_a_sentence() {
        let at = At {
            document: "till-07_2026-11-20.xlsx".into(),
            sheet: Some("Sales".into()),
            row: Some(118),
            column: Some(Column { index: 5, heading: "total".into() }),
        };
        assert_eq!(at.to_string(), "till-07_2026-11-20.xlsx, sheet Sales, row 118, column F (total)");
    }
}
