//! One transaction, put together from what its documents say of it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use super::DaySources;
use crate::model::{Class, Header, LineItem, Money, Person, SaleKind, Tender};
use crate::reconcile::Bridge;

/// A transaction: its header, its lines that count, its tenders. Borrowed from the rows.
#[derive(Debug, Clone)]
pub struct Sale<'a> {
    /// The store's code.
    pub store: &'a str,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// The till.
    pub till: &'a str,
    /// The till's number.
    pub number: &'a str,
    /// The header, where a document states one.
    pub header: Option<&'a Header>,
    /// Lines that count: neither void nor failed nor rung in training.
    pub lines: Vec<&'a LineItem>,
    /// Lines that do not count.
    pub lines_left_out: usize,
    /// True when a line of it was rung in training.
    pub trained: bool,
    /// Payments in the store's currency.
    pub tenders: Vec<&'a Tender>,
    /// Payments in another currency, which are never added to ours.
    pub foreign: Vec<&'a Tender>,
}

impl<'a> Sale<'a> {
    /// False for voids, failures and training, which are in no figure.
    pub fn counts(&self) -> bool {
        match self.header {
            Some(header) if header.training || !header.kind.counts() => false,
            Some(_) => true,
            None => self.lines_left_out == 0 || !self.lines.is_empty(),
        }
    }

    /// True when it is known by payments only: no transaction by itself.
    pub fn is_orphan(&self) -> bool {
        self.header.is_none() && self.lines.is_empty() && self.lines_left_out == 0
    }

    /// True when its file states totals and no line.
    pub fn is_unlined(&self) -> bool {
        self.header.is_some() && self.lines.is_empty() && self.lines_left_out == 0
    }

    /// What it is: as its header says, else its first line.
    pub fn kind(&self) -> SaleKind {
        let of_lines = || self.lines.first().map(|line| line.kind);
        self.header.map(|header| header.kind).or_else(of_lines).unwrap_or(SaleKind::Sale)
    }

    /// When it was rung: the earliest time that any of its rows states.
    pub fn time(&self) -> Option<NaiveTime> {
        let of_lines = || self.lines.iter().filter_map(|line| line.time).min();
        let of_tenders = || self.tenders.iter().filter_map(|tender| tender.time).min();
        self.header.and_then(|header| header.time).or_else(of_lines).or_else(of_tenders)
    }

    /// Who served: the header says, else the first line that does.
    pub fn cashier(&self) -> Option<&'a Person> {
        let of_lines = || self.lines.iter().find_map(|line| line.cashier.as_ref());
        self.header.and_then(|header| header.cashier.as_ref()).or_else(of_lines)
    }

    /// Both sides of the money identity. Lines say what was sold; a header speaks for what no line states (the tip, the
    /// rounding, the tax) and for the whole where there is no line at all.
    pub fn bridge(&self) -> Bridge {
        let mut bridge = Bridge::default();
        if !self.counts() {
            return bridge;
        }
        bridge.tenders = self.tenders.iter().map(|tender| tender.amount).sum();
        for line in &self.lines {
            *part(&mut bridge, line.class) += line.line_total;
            if is_takings(line.class) {
                bridge.tax += line.tax_amount.unwrap_or_default();
            }
        }
        if let Some(header) = self.header {
            let has = |class| self.lines.iter().any(|line| line.class == class);
            if !has(Class::Tip) {
                bridge.tips = header.tip.unwrap_or_default();
            }
            if !has(Class::Rounding) {
                bridge.rounding = header.rounding.unwrap_or_default();
            }
            if self.is_unlined() {
                // Some tills state the total before cash rounding: their tenders then pay total + rounding.
                let before_rounding = !self.tenders.is_empty() && bridge.tenders == header.total + bridge.rounding;
                let rounding = if before_rounding { Money::ZERO } else { bridge.rounding };
                bridge.takings = header.total - bridge.tips - rounding;
            }
            if !self.lines.iter().any(|line| is_takings(line.class) && line.tax_amount.is_some()) {
                bridge.tax = header.tax.unwrap_or_default();
            }
        }
        bridge
    }
}

/// Is money of this class takings?
pub fn is_takings(class: Class) -> bool {
    matches!(class, Class::Goods | Class::Service)
}

fn part(bridge: &mut Bridge, class: Class) -> &mut Money {
    match class {
        Class::Goods | Class::Service => &mut bridge.takings,
        Class::GiftCard => &mut bridge.gift_cards,
        Class::Deposit => &mut bridge.deposits,
        Class::Donation => &mut bridge.donations,
        Class::Tip => &mut bridge.tips,
        Class::Rounding => &mut bridge.rounding,
    }
}

/// The transactions of one store-day by till and number. Header, lines and tenders may lie in different documents.
pub fn sales<'a>(day: &'a DaySources, currency: &str) -> Vec<Sale<'a>> {
    let mut all: BTreeMap<(&str, &str), Sale<'_>> = BTreeMap::new();
    for source in &day.sources {
        let till = source.batch.key.till.as_str();
        let content = &source.batch.content;
        let blank = |number| Sale {
            store: &day.store,
            trading_day: day.trading_day,
            till,
            number,
            header: None,
            lines: Vec::new(),
            lines_left_out: 0,
            trained: false,
            tenders: Vec::new(),
            foreign: Vec::new(),
        };
        for header in &content.headers {
            all.entry((till, &header.number)).or_insert_with(|| blank(&header.number)).header = Some(header);
        }
        for line in &content.lines {
            let sale = all.entry((till, &line.number)).or_insert_with(|| blank(&line.number));
            if line.kind.counts() && !line.training {
                sale.lines.push(line);
            } else {
                sale.lines_left_out += 1;
                sale.trained |= line.training;
            }
        }
        for tender in &content.tenders {
            let sale = all.entry((till, &tender.number)).or_insert_with(|| blank(&tender.number));
            let foreign = tender.currency.as_ref().is_some_and(|of| !of.eq_ignore_ascii_case(currency));
            if foreign { &mut sale.foreign } else { &mut sale.tenders }.push(tender);
        }
    }
    all.into_values().collect()
}
