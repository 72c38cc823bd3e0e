//! Small builders for the tests of the ledger and the reconciliation.

use chrono::{NaiveDate, NaiveDateTime};

use super::{Before, Evidence, Source, StoreDay, TieOut, after, day};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::*;

pub(crate) fn money(text: &str) -> Money {
    text.parse().expect(text)
}

pub(crate) fn november(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November")
}

/// `20 10:30` is 20 November 2026, 10:30.
pub(crate) fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(&format!("2026-11-{text}"), "%Y-%m-%d %H:%M").expect(text)
}

/// Leith Walk, open since 1 November, one drawer per till.
pub(crate) fn leith() -> Store {
    Store { starts: Some(november(1)), ..Store::new("LW", "Leith Walk") }
}

/// The morning after everything is due.
pub(crate) fn context() -> Context {
    Context { now: at("30 12:00"), ..Context::default() }
}

pub(crate) fn product(code: &str, pack: Option<(&str, i64)>) -> Product {
    Product {
        item_code: code.into(),
        description: format!("{code} thing"),
        pack_of: pack.map(|(of, _)| of.into()),
        pack_units: pack.map(|(_, units)| Quantity::units(units)),
        ..Product::default()
    }
}

pub(crate) fn with_products(products: impl IntoIterator<Item = Product>) -> Context {
    let products = products.into_iter().map(|product| (product.item_code.clone(), product)).collect();
    Context { products, ..context() }
}

pub(crate) fn line(number: &str, day: NaiveDate, total: &str) -> LineItem {
    LineItem {
        number: number.into(),
        date: day,
        kind: if total.starts_with('-') { SaleKind::Refund } else { SaleKind::Sale },
        class: Class::Goods,
        quantity: Quantity::units(if total.starts_with('-') { -1 } else { 1 }),
        line_total: money(total),
        ..LineItem::default()
    }
}

pub(crate) fn tender(number: &str, day: NaiveDate, name: &str, amount: &str) -> Tender {
    Tender { number: number.into(), date: day, tender: name.into(), amount: money(amount), ..Tender::default() }
}

pub(crate) fn header(number: &str, day: NaiveDate, total: &str) -> Header {
    Header { number: number.into(), date: day, kind: SaleKind::Sale, total: money(total), ..Header::default() }
}

pub(crate) fn z_row(number: &str, tender: &str) -> ZReport {
    ZReport { z_number: number.into(), tender: tender.into(), ..ZReport::default() }
}

pub(crate) fn z_total(number: &str) -> ZTotal {
    ZTotal { z_number: number.into(), ..ZTotal::default() }
}

/// What one store sends of one day, till by till.
#[derive(Debug, Clone)]
pub(crate) struct Evening {
    pub day: NaiveDate,
    pub till: String,
    pub numbering: Numbering,
    pub sources: Vec<Source>,
    pub rejected: Vec<Kind>,
}

impl Evening {
    pub fn of(day: u32) -> Self {
        Evening {
            day: november(day),
            till: "till-1".into(),
            numbering: Numbering::PerDay,
            sources: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// What follows is of this till.
    pub fn till(mut self, till: &str) -> Self {
        self.till = till.into();
        self
    }

    pub fn numbered(mut self, numbering: Numbering) -> Self {
        self.numbering = numbering;
        self
    }

    /// Rows of one document.
    pub fn rows(mut self, fill: impl FnOnce(&mut Content)) -> Self {
        let mut content = Content::default();
        fill(&mut content);
        let key = Key { store: "LW".into(), till: self.till.clone(), trading_day: self.day };
        self.sources.push(Source {
            batch: Batch { key, content },
            document: format!("{}.csv", self.sources.len()),
            hash: Hash::default(),
            layout: "sales".into(),
            numbering: self.numbering,
            prices_include_tax: Some(true),
            absent: Vec::new(),
            arrived_at: None,
        });
        self
    }

    /// A sale of goods (a refund, when negative) and how it was paid.
    pub fn sale(self, number: &str, total: &str, tenders: &[(&str, &str)]) -> Self {
        self.sold(number, &[(Class::Goods, total)], tenders)
    }

    /// A sale at a time.
    pub fn sale_at(self, number: &str, time: &str, total: &str, name: &str) -> Self {
        let day = self.day;
        self.rows(|content| {
            let (when, mut line, mut paid) = (at(time), line(number, day, total), tender(number, day, name, total));
            (line.date, line.time) = (when.date(), Some(when.time()));
            (paid.date, paid.time) = (when.date(), Some(when.time()));
            content.lines.push(line.into());
            content.tenders.push(paid.into());
        })
    }

    /// Lines by class, and how they were paid.
    pub fn sold(self, number: &str, lines: &[(Class, &str)], tenders: &[(&str, &str)]) -> Self {
        let day = self.day;
        self.rows(|content| {
            for (class, total) in lines {
                content.lines.push(LineItem { class: *class, ..line(number, day, total) }.into());
            }
            for (name, amount) in tenders {
                content.tenders.push(tender(number, day, name, amount).into());
            }
        })
    }

    /// Units of an item sold for nothing: only the shelf matters.
    pub fn units(self, number: &str, code: &str, units: i64) -> Self {
        let day = self.day;
        self.rows(|content| {
            let of = LineItem { item_code: Some(code.into()), quantity: Quantity::units(units), ..line(number, day, "0.00") };
            content.lines.push(of.into());
        })
    }

    pub fn cash(self, kind: CashKind, amount: &str, time: Option<&str>) -> Self {
        let date = self.day;
        self.rows(|content| {
            let time = time.map(|time| at(time).time());
            let (number, tender, reason, reference, by) = (None, None, None, None, None);
            let row = CashMovement { date, time, number, kind, tender, amount: money(amount), reason, reference, by };
            content.cash_movements.push(row.into());
        })
    }

    /// A row of a Z-report.
    pub fn z(self, number: &str, tender: &str, fill: impl FnOnce(&mut ZReport)) -> Self {
        self.rows(|content| {
            let mut row = z_row(number, tender);
            fill(&mut row);
            content.z_reports.push(row.into());
        })
    }

    /// Opening float and count of the cash.
    pub fn counted(self, number: &str, opening: &str, counted: &str) -> Self {
        self.z(number, "Cash", |row| {
            row.opening_float = Some(money(opening));
            row.counted = Some(money(counted));
        })
    }

    pub fn total(self, number: &str, fill: impl FnOnce(&mut ZTotal)) -> Self {
        self.rows(|content| {
            let mut total = z_total(number);
            fill(&mut total);
            content.z_totals.push(total.into());
        })
    }

    pub fn evidence(&self, before: &Before) -> Evidence {
        let (sources, rejected) = (self.sources.clone(), self.rejected.clone());
        Evidence { sources, rejected, before: before.clone(), ..Evidence::default() }
    }

    pub fn judge(&self) -> StoreDay {
        self.judge_in(&leith())
    }

    pub fn judge_in(&self, store: &Store) -> StoreDay {
        day(store, self.day, &self.evidence(&Before::default()), &context())
    }

    pub fn judge_after(&self, before: &Before) -> StoreDay {
        day(&leith(), self.day, &self.evidence(before), &context())
    }
}

/// Judges evenings in order, each after the one before.
pub(crate) fn fold(store: &Store, evenings: &[Evening]) -> (Vec<StoreDay>, Before) {
    let mut before = Before::default();
    let days = evenings
        .iter()
        .map(|evening| {
            let evidence = evening.evidence(&before);
            let judged = day(store, evening.day, &evidence, &context());
            before = after(&judged, &evidence, &before);
            judged
        })
        .collect();
    (days, before)
}

pub(crate) fn tie<'d>(day: &'d StoreDay, name: &str) -> &'d TieOut {
    day.tie_outs.iter().find(|tie| tie.name == name).unwrap_or_else(|| panic!("no {name} in {:#?}", day.tie_outs))
}

pub(crate) fn finding(day: &StoreDay, code: Code) -> Option<&Diagnostic> {
    day.findings.iter().find(|finding| finding.code == code)
}

pub(crate) fn codes(day: &StoreDay) -> Vec<&'static str> {
    day.findings.iter().map(|finding| finding.code.0.code).collect()
}
