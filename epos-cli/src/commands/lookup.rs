//! Items and stock: what a volunteer asks at the counter.

use std::process::ExitCode;

use chrono::{NaiveDate, NaiveDateTime};
use epos_core::error::Error;
use epos_core::flow::lookup::{self, Availability, Found, Item, Place, Search, Stock};
use epos_core::flow::{Audit, Stocked};
use epos_core::model::{Money, Quantity};

use super::{Ending, plural, reader};
use crate::args::{Cli, Paging};
use crate::print::{self, Failure};

/// Rows under their headings, in columns; numbers to the right.
fn table<const N: usize>(headings: [&str; N], right: &[usize], rows: &[[String; N]]) -> String {
    let shown = |text: &str| text.chars().count();
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| shown(cell));
        cells.chain(headings.get(at).map(|heading| shown(heading))).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.into_iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let gap = " ".repeat(width.saturating_sub(shown(cell)));
            if right.contains(&at) { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut text = line(headings.to_vec());
    text.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    text
}

fn money(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

fn units(on_hand: Option<Quantity>) -> String {
    on_hand.map_or_else(|| "unknown".to_owned(), |units| units.to_string())
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn moment(at: Option<NaiveDateTime>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

/// The audit, with everything counted in that a load put off. Who may only read sees the age of the figures instead.
fn settled(cli: &Cli) -> Result<Audit, Failure> {
    let mut audit = reader(cli)?;
    if let Err(error) = audit.settle()
        && !cli.common.quiet
    {
        print::complain(&format!("epos: the latest store-days are not counted in: {error}"));
    }
    Ok(audit)
}

fn missing(code: &str) -> Failure {
    Error::NotFound(format!("no product list has an item with the code or barcode `{code}`; `epos lookup NAME` searches by name"))
        .into()
}

/// `epos lookup`: items by name, code or barcode.
pub fn search(cli: &Cli, query: &str, category: Option<&str>, paging: &Paging) -> Ending {
    let mut audit = reader(cli)?;
    let search = Search {
        query: query.to_owned(),
        category: category.map(str::to_owned),
        page: paging.page,
        per_page: paging.per_page.unwrap_or(lookup::PER_PAGE),
    };
    let now = audit.now();
    let found = lookup::lookup(audit.db(), &search, now)?;
    if cli.common.json {
        print::json(&found)?;
    } else {
        print::out(&items(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn items(found: &Found) -> String {
    let rows: Vec<[String; 6]> = found.items.iter().map(row).collect();
    let mut text =
        if rows.is_empty() { String::new() } else { table(["SKU", "Barcode", "Name", "Category", "Price", "Holds"], &[4], &rows) };
    let at_least = if found.more { "at least " } else { "" };
    text.push_str(&match (found.total, found.items.len()) {
        (0, _) => "Nothing fits. A part of the name, its code or its barcode will do.\n".to_owned(),
        (total, shown) if total == shown => format!("{}.\n", plural(total, "item")),
        (total, 0) => format!("{at_least}{}; there is no page {}.\n", plural(total, "item"), found.page),
        (total, _) => {
            format!("{at_least}{}; page {} of {}.\n", plural(total, "item"), found.page, total.div_ceil(found.per_page))
        }
    });
    text
}

fn row(item: &Item) -> [String; 6] {
    let holds = item.unit.as_ref().map(|unit| format!("{} × {}", unit.units, unit.name.as_deref().unwrap_or(&unit.sku)));
    [
        item.sku.clone(),
        item.gtin.clone().unwrap_or_default(),
        item.name.clone(),
        item.category.clone().unwrap_or_default(),
        money(item.price),
        holds.unwrap_or_default(),
    ]
}

/// `epos lookup --item`: one item by its code or barcode, with its packs.
pub fn item(cli: &Cli, code: &str) -> Ending {
    let mut audit = reader(cli)?;
    let now = audit.now();
    let item = lookup::item(audit.db(), code, now)?.ok_or_else(|| missing(code))?;
    if cli.common.json {
        print::json(&item)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = vec![
        ("SKU", item.sku.clone()),
        ("Barcode", item.gtin.clone().unwrap_or_default()),
        ("Name", item.name.clone()),
        ("Category", item.category.clone().unwrap_or_default()),
        ("Price", money(item.price)),
        ("Tax", item.tax_category.clone().unwrap_or_default()),
        ("Supplier", item.supplier.clone().unwrap_or_default()),
    ];
    if !item.stocked {
        lines.push(("Stock", "none is kept".to_owned()));
    }
    lines.extend(
        item.unit
            .iter()
            .map(|unit| ("Holds", format!("{} of {} {}", unit.units, unit.sku, unit.name.as_deref().unwrap_or_default()))),
    );
    for pack in &item.packs {
        lines.push(("In packs", format!("{} of {} ({}) {}", pack.units, pack.sku, pack.name, money(pack.price))));
    }
    let text = lines.iter().filter(|(_, said)| !said.is_empty()).map(|(what, said)| format!("{what:<9} {}\n", said.trim_end()));
    print::out(&text.collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}

/// `epos stock`: stores, a store's shelves, or who has an item.
pub fn stock(cli: &Cli, store: Option<&str>, item: Option<&str>, paging: &Paging) -> Ending {
    let stocked = settled(cli)?.stock(store, item, paging.page, paging.per_page.unwrap_or(lookup::PER_PAGE))?;
    match &stocked {
        _ if cli.common.json => print::json(&stocked)?,
        Stocked::Stores(places) => print::out(&stores(places))?,
        Stocked::Shelves(stock) => print::out(&shelves(stock))?,
        Stocked::Item(all) => print::out(&available(all))?,
        Stocked::Here(one) => print::out(&available(std::slice::from_ref(one)))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn stores(places: &[Place]) -> String {
    let rows: Vec<[String; 5]> = places
        .iter()
        .map(|place| {
            let waiting = if place.waiting == 0 { String::new() } else { plural(place.waiting, "day") };
            [place.store.clone(), place.name.clone(), place.currency.clone(), day(place.sales_until), waiting]
        })
        .collect();
    if rows.is_empty() {
        return "No store is known yet; `epos run` or `epos load` makes them known.\n".to_owned();
    }
    table(["Store", "Name", "Currency", "Sales until", "Not counted in"], &[], &rows)
}

fn shelves(stock: &Stock) -> String {
    let rows: Vec<[String; 6]> = stock
        .shelves
        .iter()
        .map(|shelf| {
            [
                shelf.sku.clone(),
                shelf.name.clone().unwrap_or_default(),
                units(shelf.on_hand),
                day(shelf.as_of),
                moment(shelf.last_counted),
                shelf.confidence.to_string(),
            ]
        })
        .collect();
    let mut text = match rows.is_empty() {
        true => String::new(),
        false => table(["SKU", "Name", "On hand", "As of", "Last counted", "Confidence"], &[2], &rows),
    };
    let pages = stock.total.div_ceil(stock.per_page).max(1);
    text.push_str(&format!("{}: {}; page {} of {pages}.\n", stock.name, plural(stock.total, "item"), stock.page));
    text
}

fn available(all: &[Availability]) -> String {
    let packs = all.iter().any(|one| one.packs.is_some());
    let rows: Vec<[String; 7]> = all
        .iter()
        .map(|one| {
            [
                one.store.clone(),
                one.name.clone(),
                units(one.on_hand),
                one.packs.map(|packs| packs.to_string()).unwrap_or_default(),
                day(one.as_of),
                moment(one.last_counted),
                one.confidence.to_string(),
            ]
        })
        .collect();
    table(
        ["Store", "Name", "On hand", if packs { "Whole packs" } else { "" }, "As of", "Last counted", "Confidence"],
        &[2, 3],
        &rows,
    )
}
