//! The balanced journal: what a store-day did to the accounts. Every posting is a debit and a credit of one amount, so the two
//! columns are equal by construction.

mod account;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::charity::{Goods, NO_COMMISSION};
use super::make::*;
use super::over_short::closes;
use super::sale::is_takings;
use super::tax::{Taxed, taxed};
use super::{By, Completeness, Figure, Period, Report, Sale};
use crate::ledger;
use crate::model::{Account, CashKind, Charity, Class, DepositKind, LineItem, Money, Movement, Reason, TenderClass, Type, Value};
use crate::reconcile::StoreDay;

use JournalAccount as A;
pub use account::{Journal, JournalAccount, Owed};

/// The postings of one span of days of a store: debit above zero, credit below, by account and detail.
#[derive(Default)]
struct Postings(BTreeMap<(JournalAccount, String), Money>);

impl Postings {
    /// Puts `amount` on the debit side of one account and on the credit side of another.
    fn post(&mut self, debit: (JournalAccount, &str), credit: (JournalAccount, &str), amount: Money) {
        for ((account, detail), amount) in [(debit, amount), (credit, -amount)] {
            *self.0.entry((account, detail.to_owned())).or_default() += amount;
        }
    }
}

/// One row per store, day (or month) and account.
pub fn journal(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        once(FIRST_DAY),
        once(LAST_DAY),
        once(or("several days", STATE)),
        column("account", "Account", Type::Text),
        column("account_name", "Name", Type::Text),
        column("detail", "Detail", Type::Text),
        summed("debit", "Debit", Type::Money),
        summed("credit", "Credit", Type::Money),
        CURRENCY,
    ];
    let by = period.asked.by.unwrap_or(By::Day);
    let mut books: BTreeMap<(&str, (NaiveDate, NaiveDate)), Postings> = BTreeMap::new();
    let bags = Bags::of(period);
    let goods = Goods::of(period);
    for &of in &period.days {
        let postings = books.entry((&of.store, period.bucket(of.trading_day, by))).or_default();
        let mut poster =
            Poster { period, goods: &goods, store: &of.store, region: period.known_store(&of.store).region.clone(), postings };
        period.sales_of(of).iter().filter(|sale| sale.counts()).for_each(|sale| poster.sale(sale));
        poster.cash(of);
        poster.banking(of, &bags);
    }
    for close in closes(period) {
        let postings = books.entry((close.store, period.bucket(close.trading_day, by))).or_default();
        differences(postings, &close);
    }
    for one in period.adjustments() {
        let postings = books.entry((&one.store, period.bucket(one.posted_on, by))).or_default();
        let (debit, credit) = match &one.figure {
            Figure::Takings => ((A::Suspense, ""), (A::Sales, "")),
            Figure::Tax => ((A::Sales, ""), (A::Tax, "rate not stated")),
            Figure::Tender(tender) => (holds(period.context.policy.tender_class(tender), tender), (A::Suspense, "")),
        };
        postings.post(debit, credit, one.amount);
    }
    let state = |store: &str, (from, to): (NaiveDate, NaiveDate)| {
        let of = period.days.iter().find(|day| from == to && day.store == store && day.trading_day == from);
        of.map_or(Value::Null, |day| text(day.state.word()))
    };
    let rows = books.iter().flat_map(|((store, span), postings)| {
        let state = state(store, *span);
        postings.0.iter().filter(|(_, amount)| !amount.is_zero()).map(move |((account, detail), amount)| {
            let side = |debit: bool| maybe_money((amount.is_negative() != debit).then_some(amount.abs()));
            vec![
                text(*store),
                text(period.store_name(store)),
                day(span.0),
                day(span.1),
                state.clone(),
                text(period.asked.journal.code(*account)),
                text(account.title()),
                maybe(Some(detail)),
                side(true),
                side(false),
                text(period.currency(store)),
            ]
        })
    });
    let mut report = make(period, "journal", columns, rows.collect());
    report.notes.extend(remarks(period));
    report
}

/// What whoever posts the journal must know.
fn remarks(period: &Period<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let whole = Completeness::of(period.days.iter().copied());
    if !whole.is_whole() {
        notes.push(format!("Not final: {whole}. What comes later changes these figures."));
    }
    let unjudged =
        closes(period).iter().filter(|close| close.result.class == TenderClass::Cash && close.result.over_short.is_none()).count();
    if unjudged > 0 {
        let closes = if unjudged == 1 { "1 cash drawer".to_owned() } else { format!("{unjudged} cash drawers") };
        notes.push(format!("{closes} could not be judged: no over/short is posted for them."));
    }
    let agency = period.sales.iter().flat_map(|sale| &sale.lines).any(|line| period.context.charity(line) == Some(Charity::Agency));
    if agency && period.asked.journal.commission.is_none() {
        notes.push(NO_COMMISSION.to_owned());
    }
    notes.push(
        "Suspense holds what the tills cannot account for: payments less what was to be paid. It is not there when that is nothing."
            .to_owned(),
    );
    notes
}

struct Poster<'b, 'p> {
    period: &'b Period<'p>,
    goods: &'b Goods<'p>,
    store: &'p str,
    region: String,
    postings: &'b mut Postings,
}

impl<'p> Poster<'_, 'p> {
    fn post(&mut self, debit: (A, &str), credit: (A, &str), amount: Money) {
        self.postings.post(debit, credit, amount);
    }

    /// Payments against suspense, and suspense against what they were for: where the money identity holds nothing is left on it.
    fn sale(&mut self, sale: &Sale<'p>) {
        for tender in &sale.tenders {
            let class = self.period.context.policy.tender_class(&tender.tender);
            self.post(holds(class, &tender.tender), (A::Suspense, ""), tender.amount);
        }
        let bridge = sale.bridge();
        let (mut takings, mut tax) = (bridge.takings, bridge.tax);
        for line in sale.lines.iter().filter(|line| is_takings(line.class)) {
            self.line(sale, line);
            takings -= line.line_total;
            tax -= line.tax_amount.unwrap_or_default();
        }
        // A header without lines, and the tax of a header whose lines state none.
        self.post((A::Suspense, ""), (A::Sales, ""), takings - tax);
        self.post((A::Suspense, ""), (A::Tax, "rate not stated"), tax);
        let rest = [
            (A::GiftCards, bridge.gift_cards),
            (A::Deposits, bridge.deposits),
            (A::Donations, bridge.donations),
            (A::Tips, bridge.tips),
            (A::Rounding, bridge.rounding),
        ];
        for (account, amount) in rest {
            self.post((A::Suspense, ""), (account, ""), amount);
        }
    }

    fn line(&mut self, sale: &Sale<'_>, line: &'p LineItem) {
        let (charity, _) = self.goods.whose(sale.store, line);
        if charity == Some(Charity::Agency) {
            return self.agency(line);
        }
        let taxed = taxed(self.period, &self.region, line, charity);
        let tax = line.tax_amount.unwrap_or_default();
        let income = match (line.class, charity) {
            (Class::Service, _) => A::Services,
            (_, Some(Charity::Donated)) => A::SalesDonated,
            (_, Some(Charity::BoughtIn)) => A::SalesBoughtIn,
            _ => A::Sales,
        };
        self.post((A::Suspense, ""), (income, ""), line.line_total - tax);
        self.post((A::Suspense, ""), (A::Tax, &rate(&taxed)), tax);
    }

    /// Only the commission and the tax on it are the shop's; the rest is the donor's.
    fn agency(&mut self, line: &LineItem) {
        let (taxed, agency) = self.goods.agency(self.store, line);
        self.post((A::Suspense, ""), (A::Commission, ""), agency.commission);
        self.post((A::Suspense, ""), (A::Tax, &rate(&taxed)), agency.vat);
        self.post((A::Suspense, ""), (A::DonorProceeds, ""), agency.owed);
    }

    /// Cash that moved without a sale.
    fn cash(&mut self, of: &StoreDay) {
        let sources: Vec<_> = self.period.sources_of(of).cloned().collect();
        for movement in ledger::post(&sources, &self.period.known_store(self.store), self.period.context) {
            self.movement(&movement);
        }
        // Tips are paid out of the drawer to those they were for: that is no cost of the shop.
        let rows = sources.iter().flat_map(|source| &source.batch.content.cash_movements);
        for row in rows.filter(|row| row.kind == CashKind::PaidOut && row.tender.is_none()) {
            if row.reason.as_deref().is_some_and(|reason| reason.to_lowercase().contains("tips")) {
                self.post((A::Tips, ""), (A::PaidOut, ""), row.amount.abs());
            }
        }
    }

    fn movement(&mut self, movement: &Movement) {
        let Account::Drawer { tender, .. } = &movement.account else { return };
        if foreign(tender).is_some() {
            return;
        }
        let class = self.period.context.policy.tender_class(tender);
        let amount = Money::rounded(movement.amount);
        let drawer = holds(class, tender);
        match (class, movement.reason) {
            (TenderClass::GiftCard, Reason::PaidIn | Reason::PaidOut) => {
                self.post((A::GiftCardsAdjusted, ""), (A::GiftCards, ""), amount);
            }
            (_, Reason::PaidIn) => self.post(drawer, (A::PaidIn, ""), amount),
            (_, Reason::PaidOut) => self.post((A::PaidOut, ""), drawer, -amount),
            // Card slips and spent vouchers are sent in, but their money stays where it is.
            (TenderClass::Cash | TenderClass::Other, Reason::Drop | Reason::Banked | Reason::Loan) => {
                self.post((A::CashInBags, ""), drawer, -amount);
            }
            _ => {}
        }
    }

    fn banking(&mut self, of: &'p StoreDay, bags: &Bags<'p>) {
        for source in self.period.sources_of(of) {
            for row in &source.batch.content.deposits {
                match row.kind {
                    DepositKind::Bank => self.post((A::Bank, ""), (A::CashInBags, ""), row.amount),
                    DepositKind::Payout => {
                        let clearing = (A::CardClearing, "");
                        self.post((A::Bank, ""), clearing, row.amount);
                        self.post((A::CardFees, ""), clearing, row.fees.unwrap_or_default());
                        self.post((A::Chargebacks, ""), clearing, row.chargebacks.unwrap_or_default());
                    }
                    DepositKind::Bag | DepositKind::Batch => {}
                }
            }
        }
        for &(reference, difference) in bags.settled_on(of) {
            self.post((A::CashInBags, ""), (A::BagDifferences, reference), difference);
        }
    }
}

/// Where the money of a tender lies.
fn holds(class: TenderClass, tender: &str) -> (JournalAccount, &str) {
    match class {
        TenderClass::Cash => (A::CashInDrawers, ""),
        TenderClass::Card => (A::CardClearing, ""),
        TenderClass::GiftCard => (A::GiftCards, ""),
        TenderClass::Other => (A::OtherTenders, tender),
    }
}

/// What counts and nights did. What was accepted goes where its reason puts it: a pair of a wrong tender comes to nothing on the
/// corrections, and a count that was wrong moves nothing.
fn differences(postings: &mut Postings, close: &super::over_short::Close<'_>) {
    let place = holds(close.result.class, &close.result.tender);
    let account = if close.result.class == TenderClass::Card { A::CardDifferences } else { A::OverShort };
    match close.settled {
        None => postings.post(place, (account, ""), close.posted),
        Some(settled) => {
            for posting in settled.postings.iter().filter(|posting| posting.tender.is_none()) {
                let other = match posting.account.as_str() {
                    "over_short" => account,
                    "safe" => A::CashInBags,
                    "expenses" => A::PaidOut,
                    "takings" => A::Sales,
                    "tax" => A::Tax,
                    _ => A::Corrections,
                };
                let detail = if other == A::Tax { "rate not stated" } else { "" };
                postings.post(place, (other, detail), -posting.amount);
            }
        }
    }
    if close.result.class == TenderClass::Cash {
        postings.post(place, (A::OvernightDifferences, ""), close.result.overnight.unwrap_or_default());
    }
}

/// The name of a rate.
fn rate(taxed: &Taxed) -> String {
    taxed.rate.map_or_else(|| "rate not known".to_owned(), |rate| format!("{rate} %"))
}

/// What the bank found in bags less what was put in, by the store-day of the last credit.
struct Bags<'p>(BTreeMap<(&'p str, NaiveDate), Vec<(&'p str, Money)>>);

impl<'p> Bags<'p> {
    fn of(period: &Period<'p>) -> Self {
        let mut filled: BTreeMap<(&str, &str), Money> = BTreeMap::new();
        let mut credited: BTreeMap<(&str, &str), (Money, NaiveDate)> = BTreeMap::new();
        for of in period.known().iter().filter(|of| period.store.is_none_or(|store| store == of.store)) {
            for row in of.sources.iter().flat_map(|source| &source.batch.content.deposits) {
                let bag = (of.store.as_str(), row.reference.as_str());
                match row.kind {
                    DepositKind::Bag => *filled.entry(bag).or_default() += row.amount,
                    DepositKind::Bank => {
                        let (amount, last) = credited.entry(bag).or_insert((Money::ZERO, of.trading_day));
                        *amount += row.amount;
                        *last = of.trading_day.max(*last);
                    }
                    DepositKind::Batch | DepositKind::Payout => {}
                }
            }
        }
        let mut settled: BTreeMap<(&str, NaiveDate), Vec<(&str, Money)>> = BTreeMap::new();
        for ((store, reference), (amount, last)) in credited {
            if let Some(&bag) = filled.get(&(store, reference)) {
                settled.entry((store, last)).or_default().push((reference, amount - bag));
            }
        }
        Bags(settled)
    }

    fn settled_on(&self, of: &'p StoreDay) -> &[(&'p str, Money)] {
        self.0.get(&(of.store.as_str(), of.trading_day)).map_or(&[], Vec::as_slice)
    }
}
