//! xlsx and xlsm: zip archives of XML.

use std::io::{self, Cursor, Read};

use calamine::{Reader, Xlsx, XlsxError};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Book, Grid, text};
use crate::format::sheets::Refused;

/// More parts than any real workbook has.
const PARTS_MAX: usize = 10_000;
/// How strongly a part is packed matters only from this size on: a short part cannot hurt.
const RATIO_FROM: u64 = 1 << 20;

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
        while let Some(cell) = cells.next_cell().map_err(|error| refuse(book, error))? {
            let (row, column) = cell.get_position();
            book.put(&mut grid, row, column, text(cell.get_value()))?;
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

/// Unpacks every part once, into nothing: sizes that the directory states can lie, and a checksum shows damage anywhere in the file.
fn unpack(book: &Book<'_>) -> Result<(), Refused> {
    let limits = book.limits;
    let mut archive = ZipArchive::new(Cursor::new(&book.document.bytes[..])).map_err(|error| book.damaged(error))?;
    if archive.len() > PARTS_MAX {
        return Err(book.past_limit(format!("the workbook has {} parts; at most {PARTS_MAX} are read", archive.len())));
    }
    let mut left = limits.unpacked_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => book.locked(),
            other => book.damaged(other),
        })?;
        let most = part.compressed_size().saturating_mul(limits.unpack_ratio).max(RATIO_FROM);
        let size = io::copy(&mut part.by_ref().take(left.min(most).saturating_add(1)), &mut io::sink())
            .map_err(|error| book.damaged(error))?;
        if size > left {
            return Err(book.past_limit(format!("the workbook unpacks to more than {} bytes", limits.unpacked_bytes)));
        }
        if size > most {
            let message = format!("a part of the workbook unpacks to more than {} times its size", limits.unpack_ratio);
            return Err(book.past_limit(message));
        }
        left -= size;
        let styles = part.name().is_ok_and(|name| name.ends_with("styles.xml"));
        drop(part);
        if styles && style_bytes(&mut archive, index) > limits.unpacked_bytes {
            return Err(book.past_limit("the workbook's cell formats are too many and too long".to_owned()));
        }
    }
    Ok(())
}

/// The most that cell formats can take up: the reader gives each of them its own copy of the font and format it names.
fn style_bytes(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> u64 {
    let mut xml = Vec::new();
    if archive.by_index(index).is_ok_and(|mut part| part.read_to_end(&mut xml).is_err()) {
        return 0; // Said when it is opened.
    }
    let elements = || xml.split(|&byte| byte == b'<');
    let longest = elements().map(<[u8]>::len).max().unwrap_or_default();
    (elements().filter(|element| element.starts_with(b"xf")).count() as u64).saturating_mul(longest as u64)
}
