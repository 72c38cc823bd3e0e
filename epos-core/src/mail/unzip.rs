//! Zips to their files. The only user of `zip`. What a zip says of its own sizes is never believed.

use std::io::{Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::name::escapes;
use super::open::{Opening, Refusal, Sort, size};
use crate::diagnostic::{F008, F010, F011};

/// Bytes to which an entry may unpack whatever its ratio: a short file of one repeated row is no bomb.
const HARMLESS: u64 = 1 << 20;

/// Takes in every file of a zip, or says why not.
pub(super) fn open(opening: &mut Opening<'_>, name: &str, bytes: &Arc<[u8]>, depth: usize) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::damaged("the zip is empty: it was cut off, or sent before it was finished"));
    }
    let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).map_err(|error| refusal(&error))?;
    if archive.index_for_name("[Content_Types].xml").is_some() || archive.index_for_name("mimetype").is_some() {
        return opening.keep(name.to_owned(), Arc::clone(bytes));
    }
    if archive.has_duplicate_names() {
        return Err(Refusal::damaged("the zip holds two files of the same name, of which only one can be read"));
    }
    let mut taken = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|error| refusal(&error))?;
        let path = entry.name().map_or_else(|_| String::from_utf8_lossy(entry.name_raw()).into_owned(), |name| name.into_owned());
        if entry.is_dir() || is_litter(&path) {
            continue;
        }
        if entry.encrypted() {
            return Err(refusal(&ZipError::InvalidPassword));
        }
        let packed = entry.compressed_size().min(bytes.len() as u64);
        let inner = opening.name(&path, escapes(&path), "bin");
        let data = read(opening, &mut archive, index, packed, &inner)?;
        let sort = Sort::of(&inner, &data);
        opening.take(inner, data.into(), sort, depth + 1)?;
        taken += 1;
    }
    if taken == 0 {
        return Err(Refusal::new(F008, "the zip holds no files", "Put the till's files into it and send it again."));
    }
    Ok(())
}

/// One entry's bytes, and not one more than the limits allow.
fn read(
    opening: &mut Opening<'_>,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    packed: u64,
    name: &str,
) -> Result<Vec<u8>, Refusal> {
    let limits = opening.limits;
    let by_ratio = packed.saturating_mul(limits.unpack_ratio).max(HARMLESS);
    let by_total = limits.unpacked_bytes.saturating_sub(opening.unpacked);
    let allowed = by_ratio.min(by_total);
    let entry = archive.by_index(index).map_err(|error| refusal(&error))?;
    let mut data = Vec::new();
    let read = entry.take(allowed.saturating_add(1)).read_to_end(&mut data);
    opening.unpacked = opening.unpacked.saturating_add(data.len() as u64);
    read.map_err(|_| {
        Refusal::damaged(format!("`{name}` in the zip cannot be unpacked: it is damaged or packed in an unusual way"))
    })?;
    if data.len() as u64 <= allowed {
        Ok(data)
    } else if by_total <= by_ratio {
        Err(Refusal::limit(format!("the zip unpacks to more than {}", size(limits.unpacked_bytes))))
    } else {
        Err(Refusal::limit(format!("`{name}` in the zip unpacks to more than {} times its size", limits.unpack_ratio)))
    }
}

/// What Macs and Windows add to zips by themselves.
fn is_litter(path: &str) -> bool {
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    path.starts_with("__MACOSX/") || last.starts_with("._") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

fn refusal(error: &ZipError) -> Refusal {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Refusal::new(F011, "the zip is locked with a password", "Send it again without a password.")
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => Refusal::new(
            F010,
            "the zip is packed in a way that cannot be read here",
            "Send the files themselves, or make the zip with the system's own program.",
        ),
        _ => Refusal::damaged("the zip is damaged or cut off"),
    }
}
