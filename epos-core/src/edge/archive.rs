//! The archive: every document's raw bytes, compressed, in files named by their hash.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::GzBuilder;
use flate2::read::GzDecoder;

use super::{failed, write};
use crate::error::{Error, Result};
use crate::model::Hash;
use crate::port::Outbox;

/// An archive in a folder. An orphan in it is harmless; a damaged file is found when it is taken out.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// The archive in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Archive { folder: folder.into() }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a document: `ab/abcdef….gz`, a gzip file that any other program opens too.
    pub fn path(&self, hash: &Hash) -> PathBuf {
        let name = hash.to_string();
        self.folder.join(name.chars().take(2).collect::<String>()).join(format!("{name}.gz"))
    }

    /// Is the document there?
    pub fn contains(&self, hash: &Hash) -> bool {
        self.path(hash).is_file()
    }

    /// Keeps a document. Once there, it is never written again.
    ///
    /// # Errors
    /// When it cannot be written; nothing is there then.
    pub fn put(&self, bytes: &[u8], hash: &Hash) -> Result<()> {
        if self.contains(hash) {
            return Ok(());
        }
        let path = self.path(hash);
        // No time and no name inside: the same document gives the same file everywhere.
        let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
        let packed = packed.write_all(bytes).and_then(|()| packed.finish()).map_err(failed("write", &path))?;
        write(&path, &packed)
    }

    /// A document's bytes, proven to be those that were put.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is no longer what it was.
    pub fn take(&self, hash: &Hash) -> Result<Vec<u8>> {
        let path = self.path(hash);
        if !self.contains(hash) {
            let folder = self.folder.display();
            return Err(Error::NotFound(format!("document {} is not in the archive {folder}", hash.short())));
        }
        let packed = super::read(&path)?;
        let mut bytes = Vec::new();
        GzDecoder::new(&packed[..]).read_to_end(&mut bytes).map_err(|error| damaged(&path, &error.to_string()))?;
        if Hash::of(&bytes) != *hash {
            return Err(damaged(&path, "its content is not what its name says"));
        }
        Ok(bytes)
    }
}

/// Names are hashes.
impl Outbox for Archive {
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        Archive::put(self, bytes, &hash(name)?)
    }

    fn take(&mut self, name: &str) -> Result<Vec<u8>> {
        Archive::take(self, &hash(name)?)
    }
}

fn hash(name: &str) -> Result<Hash> {
    Hash::parse(name).ok_or_else(|| Error::NotFound(format!("`{name}` is not the hash of a document")))
}

fn damaged(path: &Path, why: &str) -> Error {
    let message = format!("the archived document is damaged ({why}); restore it from a backup, or have it sent again");
    failed("read", path)(io::Error::new(io::ErrorKind::InvalidData, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_put_is_taken_and_a_second_time_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path().join("archive"));
        let bytes = b"sku,quantity\n4006381333931,2\n".repeat(500);
        let hash = Hash::of(&bytes);
        assert!(!archive.contains(&hash));
        assert!(archive.take(&hash).unwrap_err().to_string().contains("is not in the archive"));
        archive.put(&bytes, &hash).unwrap();
        let first = fs::read(archive.path(&hash)).unwrap();
        assert!(first.len() < bytes.len() / 10);
        let modified = fs::metadata(archive.path(&hash)).unwrap().modified().unwrap();
        archive.put(&bytes, &hash).unwrap();
        assert_eq!(fs::metadata(archive.path(&hash)).unwrap().modified().unwrap(), modified);
        assert_eq!(archive.take(&hash).unwrap(), bytes);
        let other = Archive::new(folder.path().join("other"));
        other.put(&bytes, &hash).unwrap();
        assert_eq!(fs::read(other.path(&hash)).unwrap(), first, "the same document gives the same file");
    }

    #[test]
    fn damage_is_found_when_a_document_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path());
        let hash = Hash::of(b"twelve fifty");
        archive.put(b"twelve fifty", &hash).unwrap();
        let path = archive.path(&hash);
        let good = fs::read(&path).unwrap();
        for damage in [&good[..good.len() / 2], b"", b"not gzip", &good[1..]] {
            fs::write(&path, damage).unwrap();
            assert!(archive.take(&hash).unwrap_err().to_string().contains("damaged"));
        }
        // Sound gzip, other content.
        let other = Hash::of(b"twelve sixty");
        archive.put(b"twelve sixty", &other).unwrap();
        fs::copy(archive.path(&other), &path).unwrap();
        assert!(archive.take(&hash).unwrap_err().to_string().contains("not what its name says"));
    }

    #[test]
    fn nothing_is_as_much_a_document_as_anything() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path());
        archive.put(b"", &Hash::of(b"")).unwrap();
        assert_eq!(archive.take(&Hash::of(b"")).unwrap(), b"");
    }
}
