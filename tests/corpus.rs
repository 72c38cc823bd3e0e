//! What fuzzing found stays found: every file of `fuzz/corpus/TARGET` is put to its target's property, without a fuzzer.

#[path = "fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn replay(target: &str, property: fn(&[u8])) {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target));
    assert!(files.len() > 3, "{target} has no seeds");
    for path in files {
        let bytes = fs::read(&path).unwrap();
        assert!(std::panic::catch_unwind(|| property(&bytes)).is_ok(), "{} breaks the property {target}", path.display());
        // Damaged anywhere, it is no worse.
        for end in [bytes.len() / 3, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            property(&bytes[..end]);
        }
    }
}

#[test]
fn attachments() {
    replay("attachments", fuzz::attachments);
}

#[test]
fn sheets() {
    replay("sheets", fuzz::sheets);
}

#[test]
fn nested() {
    replay("nested", fuzz::nested);
}

#[test]
fn blocks() {
    replay("blocks", fuzz::blocks);
}

#[test]
fn layouts() {
    replay("layouts", fuzz::layouts);
}

#[test]
fn cell() {
    replay("cell", fuzz::cell);
}

#[test]
fn every_target_is_replayed_and_the_seeds_stay_small() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |folder: &str| -> Vec<String> {
        files(&fuzz.join(folder)).iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("corpus"), names("fuzz_targets"));
    assert_eq!(names("corpus"), ["attachments", "blocks", "cell", "layouts", "nested", "sheets"], "one test above for each");
    let folders = files(&fuzz.join("corpus"));
    let bytes: u64 = folders.iter().flat_map(|folder| files(folder)).map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes < 200_000, "{bytes} bytes of seeds");
}
