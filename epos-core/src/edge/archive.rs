//! The archive: every document's raw bytes, compressed, in files named by their hash.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::GzBuilder;
use flate2::read::GzDecoder;

use super::{failed, write_with};
use crate::error::{Error, Result};
use crate::model::{Document, Hash, Hasher};
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
    /// When it cannot be written, or is not what its hash says; nothing is there then.
    pub fn put(&self, bytes: &mut dyn Read, hash: &Hash) -> Result<()> {
        if self.contains(hash) {
            return Ok(());
        }
        let path = self.path(hash);
        write_with(&path, |file| {
            // No time and no name inside: the same document gives the same file everywhere.
            let mut packed = GzBuilder::new().mtime(0).write(file, Compression::fast());
            let mut proven = Proven { inner: bytes, hasher: Hasher::default(), hash: *hash };
            io::copy(&mut proven, &mut packed)?;
            packed.finish().map(drop)
        })
    }

    /// A document as it was put, proven to be so when it is read to its end.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or (where it is held in memory) is no longer what it was.
    pub fn take(&self, hash: &Hash) -> Result<Document> {
        let path = self.path(hash);
        if !self.contains(hash) {
            let folder = self.folder.display();
            return Err(Error::NotFound(format!("document {} is not in the archive {folder}", hash.short())));
        }
        let (kept, hash) = (path.clone(), *hash);
        let opener = move || -> io::Result<Box<dyn Read + Send>> {
            let inner = GzDecoder::new(io::BufReader::with_capacity(1 << 16, File::open(&kept)?));
            Ok(Box::new(Proven { inner, hasher: Hasher::default(), hash }))
        };
        Document::kept(&hash.to_string(), None, Box::new(opener)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => failed("read", &path)(error),
            _ => damaged(&path, &error.to_string()),
        })
    }
}

/// Names are hashes.
impl Outbox for Archive {
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        Archive::put(self, bytes, &hash(name)?)
    }

    fn take(&mut self, name: &str) -> Result<Document> {
        Archive::take(self, &hash(name)?)
    }
}

/// Fails at the end of bytes that are not those of a hash.
struct Proven<R> {
    inner: R,
    hasher: Hasher,
    hash: Hash,
}

impl<R: Read> Read for Proven<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.hasher.add(into.get(..count).unwrap_or_default());
        if count == 0 && !into.is_empty() && self.hasher.hash() != self.hash {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its content is not what its name says"));
        }
        Ok(count)
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
        archive.put(&mut &bytes[..], &hash).unwrap();
        let first = fs::read(archive.path(&hash)).unwrap();
        assert!(first.len() < bytes.len() / 10);
        let modified = fs::metadata(archive.path(&hash)).unwrap().modified().unwrap();
        archive.put(&mut &bytes[..], &hash).unwrap();
        assert_eq!(fs::metadata(archive.path(&hash)).unwrap().modified().unwrap(), modified);
        assert_eq!(&archive.take(&hash).unwrap().bytes[..], bytes);
        let other = Archive::new(folder.path().join("other"));
        other.put(&mut &bytes[..], &hash).unwrap();
        assert_eq!(fs::read(other.path(&hash)).unwrap(), first, "the same document gives the same file");
    }

    #[test]
    fn damage_is_found_when_a_document_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path());
        let hash = Hash::of(b"twelve fifty");
        archive.put(&mut &b"twelve fifty"[..], &hash).unwrap();
        let path = archive.path(&hash);
        let good = fs::read(&path).unwrap();
        for damage in [&good[..good.len() / 2], b"", b"not gzip", &good[1..]] {
            fs::write(&path, damage).unwrap();
            assert!(archive.take(&hash).unwrap_err().to_string().contains("damaged"));
        }
        // Sound gzip, other content.
        let other = Hash::of(b"twelve sixty");
        archive.put(&mut &b"twelve sixty"[..], &other).unwrap();
        fs::copy(archive.path(&other), &path).unwrap();
        assert!(archive.take(&hash).unwrap_err().to_string().contains("not what its name says"));
    }

    #[test]
    fn nothing_is_as_much_a_document_as_anything() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path());
        archive.put(&mut &b""[..], &Hash::of(b"")).unwrap();
        assert!(archive.take(&Hash::of(b"")).unwrap().bytes.is_empty());
    }
}
