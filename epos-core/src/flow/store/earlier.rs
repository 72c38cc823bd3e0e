//! What the books have of things that a block comes back to: sales that its refunds give back, Z-reports that it counts again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Cells, in_lists};
use crate::error::Result;
use crate::model::{Block, Context, Coverage, Key, Kind, Money, Numbering, Original, Type};
use crate::port::Db;
use crate::sql::queries;

/// A transaction: its day, till and number.
type Identity = (NaiveDate, String, String);

/// Fills in the sales that the block's refunds name: what they were made of, and what other documents gave back for them.
pub(super) fn given_back(db: &mut dyn Db, base: &mut Context, block: &Block) -> Result<()> {
    // Where numbers start again every day, nothing says which of the sales with that number is meant.
    if matches!(block.origin.numbering, Numbering::PerDay | Numbering::PerShift) {
        return Ok(());
    }
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for batch in &block.batches {
        let of_lines = batch.content.lines.iter().filter_map(|line| line.original_number.as_deref());
        let of_headers = batch.content.headers.iter().filter_map(|header| header.original_number.as_deref());
        let fresh = of_lines
            .chain(of_headers)
            .filter(|number| !base.originals.contains_key(&(batch.key.store.clone(), (*number).to_owned())))
            .collect::<Vec<_>>();
        if !fresh.is_empty() {
            wanted.entry(batch.key.store.as_str()).or_default().extend(fresh);
        }
    }
    for (store, numbers) in wanted {
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        let Made { mut originals, unclear } = made_of(db, store, &numbers)?;
        for ((_, _, _), number, item, amount) in refunds(db, store, &numbers, block)? {
            *originals.entry(number).or_default().given_back.entry(item).or_default() += amount;
        }
        for (number, mut original) in originals {
            let key = (store.to_owned(), number);
            // A sale of which only the header came is worth what the header states.
            let stated = base.sales.get(&key).map(|(_, total)| *total).filter(|_| !unclear.contains(&key.1));
            original.total = original.total.or(stated);
            base.originals.insert(key, original);
        }
    }
    Ok(())
}

/// Sales by number.
struct Made {
    originals: BTreeMap<String, Original>,
    /// Numbers that several days or tills used: nobody says which of the sales is meant.
    unclear: BTreeSet<String>,
}

fn made_of(db: &mut dyn Db, store: &str, numbers: &[String]) -> Result<Made> {
    let mut found: BTreeMap<String, BTreeMap<(NaiveDate, String), Original>> = BTreeMap::new();
    in_lists(numbers, |numbers| {
        let types = [Type::Date, Type::Text, Type::Text, Type::Text, Type::Text, Type::Money];
        db.query(&queries::bought(db.dialect(), store, numbers), &types, &mut |row| {
            let mut cells = Cells::of(row);
            let (day, till, number): (_, String, String) = (cells.date(), cells.next(), cells.next());
            let (item, kind, sum): (String, String, Money) = (cells.next(), cells.next(), cells.next());
            let original = found.entry(number).or_default().entry((day, till)).or_default();
            original.total = Some(original.total.unwrap_or_default() + sum);
            if kind == "discount" && item.is_empty() {
                original.shared += sum;
            } else if !item.is_empty() {
                *original.items.entry(item).or_default() += sum;
            }
            Ok(())
        })
    })?;
    let mut made = Made { originals: BTreeMap::new(), unclear: BTreeSet::new() };
    for (number, mut by_day) in found {
        let first = by_day.pop_first();
        match first.filter(|_| by_day.is_empty()) {
            Some((_, original)) => drop(made.originals.insert(number, original)),
            None => drop(made.unclear.insert(number)),
        }
    }
    Ok(made)
}

/// Refunds of some sales in other documents: whose they are, the sale, the item (blank when none is named) and the amount.
fn refunds(db: &mut dyn Db, store: &str, numbers: &[String], block: &Block) -> Result<Vec<(Identity, String, String, Money)>> {
    let mut found: Vec<(Identity, String, String, Money)> = Vec::new();
    let mut by_lines: BTreeSet<Identity> = BTreeSet::new();
    for kind in [Kind::Lines, Kind::Headers] {
        let with_item = kind == Kind::Lines;
        let types: &[Type] = if with_item {
            &[Type::Date, Type::Text, Type::Text, Type::Text, Type::Text, Type::Money]
        } else {
            &[Type::Date, Type::Text, Type::Text, Type::Text, Type::Money]
        };
        let mut rows = Vec::new();
        in_lists(numbers, |numbers| {
            db.query(&queries::given_back(db.dialect(), kind, store, numbers), types, &mut |row| {
                let mut cells = Cells::of(row);
                let own: Identity = (cells.date(), cells.next(), cells.next());
                let number: String = cells.next();
                let item: String = if with_item { cells.next() } else { String::new() };
                let sum: Money = cells.next();
                rows.push((own, number, item, sum.abs()));
                Ok(())
            })
        })?;
        rows.retain(|(own, ..)| !by_lines.contains(own) && !comes_again(block, store, own, kind));
        by_lines.extend(rows.iter().map(|(own, ..)| own.clone()));
        found.extend(rows);
    }
    Ok(found)
}

/// Will the block take the place of this transaction? Then it is not one more.
fn comes_again(block: &Block, store: &str, (day, till, number): &Identity, kind: Kind) -> bool {
    let same_day = |key: &Key| key.store == store && key.trading_day == *day && key.till == *till;
    block.batches.iter().filter(|batch| same_day(&batch.key)).any(|batch| {
        let content = &batch.content;
        let in_it =
            content.lines.iter().any(|row| row.number == *number) || content.headers.iter().any(|row| row.number == *number);
        in_it || (block.origin.coverage == Coverage::Day && content.count(kind) > 0)
    })
}

/// Fills in what was counted for the Z-reports of a block.
pub(super) fn counted(db: &mut dyn Db, base: &mut Context, block: &Block) -> Result<()> {
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for batch in &block.batches {
        let numbers = batch.content.z_reports.iter().map(|row| row.z_number.clone());
        if !batch.content.z_reports.is_empty() {
            wanted.entry(batch.key.store.as_str()).or_default().extend(numbers);
        }
    }
    for (store, numbers) in wanted {
        let numbers: Vec<String> = numbers.into_iter().collect();
        in_lists(&numbers, |numbers| {
            let types = [Type::Date, Type::Text, Type::Text, Type::Text, Type::Money];
            db.query(&queries::counted(db.dialect(), store, numbers), &types, &mut |row| {
                let mut cells = Cells::of(row);
                let (trading_day, till): (_, String) = (cells.date(), cells.next());
                let (z_number, tender, counted): (String, String, Money) = (cells.next(), cells.next(), cells.next());
                let key = Key { store: store.to_owned(), till, trading_day };
                base.counts.insert((key, z_number.trim().to_owned(), tender.trim().to_lowercase()), counted);
                Ok(())
            })
        })?;
    }
    Ok(())
}
