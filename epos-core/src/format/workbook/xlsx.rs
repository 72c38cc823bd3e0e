//! xlsx and xlsm: zip archives of XML.

use std::io::Cursor;

use calamine::{Reader, Xlsx, XlsxError};

use super::archive::unpack;
use super::{Book, Grid, text};
use crate::format::sheets::Refused;

pub(super) fn read(book: &mut Book<'_>, macros: bool) -> Result<(), Refused> {
    unpack(book)?;
    if macros {
        book.has_macros();
    }
    let mut file = Xlsx::new(Cursor::new(&book.document.bytes[..])).map_err(|error| refuse(book, error))?;
    let listed = file.sheets_metadata().to_vec();
    for name in book.visible(&listed)? {
        let mut cells = file.worksheet_cells_reader(&name).map_err(|error| refuse(book, error))?;
        let mut grid = Grid { name, ..Grid::default() };
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| refuse(book, error))? {
            let (row, column) = cell.pos;
            if cell.formula.is_some() && cell.value == calamine::DataRef::Empty {
                grid.not_calculated(row, column);
            }
            book.put(&mut grid, row, column, text(&cell.value))?;
        }
        book.close(grid);
    }
    Ok(())
}

fn refuse(book: &Book<'_>, error: XlsxError) -> Refused {
    match error {
        XlsxError::Password => book.locked(),
        other => book.damaged(other),
    }
}
