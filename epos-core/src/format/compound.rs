//! OLE compound files, the container of `.xls`: the names in them, and one stream.
//!
//! Every chain of sectors is followed here first, because a damaged chain sends other readers out of bounds or round in circles.
//! Source: MS-CFB, "Compound File Binary File Format".

/// The first bytes of every compound file.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Sector numbers from here up are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const MINI_SECTOR: usize = 64;
const ENTRY: usize = 128;
/// Streams shorter than this lie in the mini stream.
const MINI_BELOW: usize = 4096;

/// One named stream or folder.
struct Entry {
    name: String,
    start: u32,
    length: usize,
}

/// An opened compound file: all its chains end where they should.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    next: Vec<u32>,
    mini_next: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
}

impl<'a> Compound<'a> {
    /// Opens it; `None` when it is no compound file, is cut off or its chains are damaged.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(MAGIC) || bytes.len() < 512 {
            return None;
        }
        let sector = match word(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file =
            Compound { bytes, sector, next: Vec::new(), mini_next: Vec::new(), mini_stream: Vec::new(), entries: Vec::new() };
        file.next = file.allocation_table()?;
        let directory = file.chain(long(bytes, 48)?, usize::MAX).filter(|entries| entries.len() % sector == 0)?;
        file.entries = directory.chunks_exact(ENTRY).filter_map(|entry| entry_of(entry, sector)).collect();
        let root = file.entries.first()?;
        let mini_table_sectors = long(bytes, 64)? as usize;
        if mini_table_sectors > 0 {
            file.mini_stream = file.chain(root.start, root.length)?;
            let table = file.chain(long(bytes, 60)?, mini_table_sectors.checked_mul(sector)?)?;
            file.mini_next = longs(&table).collect();
        }
        Some(file)
    }

    /// The names in it, folders and streams alike.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// True when something in it has this name; case does not count.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|found| found.eq_ignore_ascii_case(name))
    }

    /// The whole stream of this name; `None` when there is none or its chain is damaged.
    #[cfg_attr(not(feature = "workbook"), expect(dead_code, reason = "only workbooks are read from streams"))]
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        let stream = if entry.length < MINI_BELOW {
            let sector = |id: u32| {
                let from = id as usize * MINI_SECTOR;
                self.mini_stream.get(from..).map(|rest| rest.get(..MINI_SECTOR).unwrap_or(rest)).filter(|rest| !rest.is_empty())
            };
            follow(entry.start, &self.mini_next, entry.length, sector)?
        } else {
            self.chain(entry.start, entry.length)?
        };
        (stream.len() == entry.length).then_some(stream)
    }

    /// Which sector follows which.
    fn allocation_table(&self) -> Option<Vec<u32>> {
        let mut holders: Vec<u32> = longs(self.bytes.get(76..512)?).collect();
        let mut more = long(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector + 1;
        for _ in 0..=most {
            if more >= MARKS {
                holders.retain(|&id| id < MARKS);
                if holders.len() > most {
                    return None;
                }
                let table = holders.into_iter().map(|id| self.sector_at(id).map(longs));
                return table.collect::<Option<Vec<_>>>().map(|parts| parts.into_iter().flatten().collect());
            }
            holders.extend(longs(self.sector_at(more)?));
            more = holders.pop()?;
        }
        None
    }

    /// A sector's bytes; the last one of a file may be short.
    fn sector_at(&self, id: u32) -> Option<&'a [u8]> {
        let from = (id as usize + 1).checked_mul(self.sector)?;
        let rest = self.bytes.get(from..)?;
        Some(rest.get(..self.sector).unwrap_or(rest)).filter(|sector| !sector.is_empty())
    }

    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        follow(start, &self.next, length, |id| self.sector_at(id))
    }
}

/// Collects a chain until its end or `length`; `None` when it leaves the table or comes back to itself.
fn follow<'s>(start: u32, next: &[u32], length: usize, sector: impl Fn(u32) -> Option<&'s [u8]>) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut id = start;
    let mut steps = 0;
    while id != END_OF_CHAIN {
        all.extend_from_slice(sector(id)?);
        if all.len() >= length {
            all.truncate(length);
            break;
        }
        steps += 1;
        if steps > next.len() {
            return None;
        }
        id = *next.get(id as usize)?;
    }
    Some(all)
}

fn entry_of(entry: &[u8], sector: usize) -> Option<Entry> {
    let name: Vec<u16> = entry.get(..64)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let name = String::from_utf16_lossy(name.split(|&unit| unit == 0).next()?);
    let low = long(entry, 120)? as usize;
    // Only files with large sectors may use the upper half of the length; elsewhere writers leave rubbish there.
    let length = if sector == 512 { low } else { low | (long(entry, 124)? as usize).checked_shl(32)? };
    Some(Entry { name, start: long(entry, 116)?, length })
}

/// The 16-bit number at `at`, little end first.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

/// The 32-bit number at `at`, little end first.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}
