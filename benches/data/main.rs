//! The benches' own program: it makes the documents that are measured, and passes over one with the bare `csv` crate.
//!
//! Every document is a function of its size alone, so two machines measure the same bytes. Any line can be asked for by its place:
//! a gigabyte is written in file order or shuffled without being held.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

mod hospitality;
mod random;
mod sales;
mod workbook;

const USAGE: &str =
    "usage: bench-data sales FILE LINES | shuffled FILE LINES | hospitality FILE ROWS | workbook FILE ROWS | pass FILE";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match *args.as_slice() {
        ["sales", path, lines] => written(path, |out| sales::write(out, sales::in_order(lines.parse()?))),
        ["shuffled", path, lines] => written(path, |out| sales::write(out, sales::shuffled(lines.parse()?))),
        ["hospitality", path, rows] => written(path, |out| hospitality::write(out, rows.parse()?)),
        ["workbook", path, rows] => workbook::write(path, rows.parse()?),
        ["pass", path] => pass(path),
        _ => Err(USAGE.into()),
    }
}

fn written(path: &str, fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    fill(&mut out)?;
    Ok(out.flush()?)
}

/// One pass that only finds the fields: what any reader of the file must at least do.
fn pass(path: &str) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let (mut rows, mut fields, mut bytes) = (0_u64, 0_u64, 0_u64);
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        fields += record.len() as u64;
        bytes += record.iter().map(|field| field.len() as u64).sum::<u64>();
    }
    writeln!(std::io::stdout(), "{rows} rows, {fields} fields, {bytes} bytes in them")?;
    Ok(())
}
