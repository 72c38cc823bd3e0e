//! What reports read.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Months, NaiveDate};

use super::sale::{Sale, sales};
use super::{By, Journal};
use crate::model::{Context, Money, Person, Store};
use crate::reconcile::{Bridge, Source, StoreDay};

/// The active rows of one store-day.
#[derive(Debug, Clone, PartialEq)]
pub struct DaySources {
    /// The store's code.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// Its active batches, all tills.
    pub sources: Vec<Source>,
}

/// What was asked of a report beside days and store. A report that does not take an option says so
/// ([`Entry::refuses`](super::Entry::refuses)).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// How many to show.
    pub top: Option<usize>,
    /// The fewest that are shown.
    pub at_least: Option<usize>,
    /// By what the report goes.
    pub by: Option<By>,
    /// The accounts of the journal and what was owed when the books began.
    pub journal: Journal,
    /// Differences of drawers that a person accepted.
    pub accepted: Vec<Accepted>,
}

/// A drawer's difference that a person accepted. It lapses when the amount changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The store's code.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// The drawer.
    pub drawer: String,
    /// The tender.
    pub tender: String,
    /// The difference that was accepted.
    pub amount: Money,
    /// Why, in the person's words.
    pub reason: String,
    /// False where the reason puts the money elsewhere than in the over/short account: a sale in the wrong tender, a sale not rung.
    pub posts: bool,
}

/// Judged store-days with the rows behind them, of one store or all, over a span of trading days.
#[derive(Debug, Clone)]
pub struct Period<'a> {
    /// First trading day.
    pub from: NaiveDate,
    /// Last trading day.
    pub to: NaiveDate,
    /// The store's code, when the period is of one store.
    pub store: Option<&'a str>,
    /// Its store-days, by store and day.
    pub days: Vec<&'a StoreDay>,
    /// The rows of its store-days, by store and day.
    pub sources: Vec<&'a DaySources>,
    /// Its transactions, put together from those rows: by store, day and till.
    pub sales: Vec<Sale<'a>>,
    /// Catalogue, stores and people.
    pub context: &'a Context,
    /// What was asked of the report.
    pub asked: Asked,
    known: (&'a [StoreDay], &'a [DaySources]),
    names: HashMap<&'a Person, &'a str>,
}

impl<'a> Period<'a> {
    /// The store-days between `from` and `to` (both included), of `store` or of all. Others among `days` and `sources` are left
    /// out; both may come in any order.
    pub fn new(
        from: NaiveDate,
        to: NaiveDate,
        store: Option<&'a str>,
        days: &'a [StoreDay],
        sources: &'a [DaySources],
        context: &'a Context,
    ) -> Self {
        let known = (days, sources);
        let within = |of: &str, day: NaiveDate| from <= day && day <= to && store.is_none_or(|store| store == of);
        let mut days: Vec<&StoreDay> = days.iter().filter(|day| within(&day.store, day.trading_day)).collect();
        days.sort_by_key(|day| (&day.store, day.trading_day));
        let mut sources: Vec<&DaySources> = sources.iter().filter(|day| within(&day.store, day.trading_day)).collect();
        sources.sort_by_key(|day| (&day.store, day.trading_day));
        let (sales_of, asked, names) = (Vec::new(), Asked::default(), names(context));
        let mut period = Period { from, to, store, days, sources, sales: sales_of, context, asked, known, names };
        period.sales = period.sources.iter().flat_map(|day| sales(day, &period.known_store(&day.store))).collect();
        period
    }

    /// The same period with what was asked of the report.
    #[must_use]
    pub fn with(self, asked: Asked) -> Self {
        Period { asked, ..self }
    }

    /// Other days of the same store or stores, as far as they are known. What was asked stays.
    pub fn at(&self, from: NaiveDate, to: NaiveDate) -> Period<'a> {
        Period::new(from, to, self.store, self.known.0, self.known.1, self.context).with(self.asked.clone())
    }

    /// The rows of all store-days that are known, of every store and in any order.
    pub fn known(&self) -> &'a [DaySources] {
        self.known.1
    }

    /// Everything known before its first day.
    pub fn past(&self) -> Period<'a> {
        match self.from.pred_opt() {
            Some(eve) => self.at(NaiveDate::MIN, eve),
            None => Period::new(self.from, self.to, self.store, &[], &[], self.context).with(self.asked.clone()),
        }
    }

    /// The first and last day over which its figures are put together when they go by `by`: the day, the month as far as it
    /// lies in the period, or the whole period.
    pub fn bucket(&self, day: NaiveDate, by: By) -> (NaiveDate, NaiveDate) {
        match by {
            By::Day => (day, day),
            By::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let next = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(self.to);
                (first.max(self.from), next.min(self.to))
            }
            By::Period | By::Quantity | By::Takings => (self.from, self.to),
        }
    }

    /// The store of a code.
    pub fn store_of(&self, code: &str) -> Option<&'a Store> {
        self.context.stores.get(code)
    }

    /// The store of a code; one that is only known by its days has every default but their currency.
    pub(super) fn known_store(&self, code: &str) -> Cow<'a, Store> {
        self.store_of(code)
            .map_or_else(|| Cow::Owned(Store { currency: self.currency(code).to_owned(), ..Store::new(code, code) }), Cow::Borrowed)
    }

    /// A store's name as people say it, else its code.
    pub fn store_name<'s>(&self, code: &'s str) -> &'s str
    where
        'a: 's,
    {
        self.store_of(code).map_or(code, |store| &store.name)
    }

    /// The currency of a store: its judged days say it, else the store's own entry.
    pub fn currency(&self, store: &str) -> &'a str {
        let of_day = self.days.binary_search_by(|day| day.store.as_str().cmp(store)).ok().and_then(|found| self.days.get(found));
        of_day.map(|day| day.currency.as_str()).or_else(|| self.store_of(store).map(|store| store.currency.as_str())).unwrap_or("")
    }

    /// The transactions of a store-day.
    pub fn sales_of(&self, day: &StoreDay) -> &[Sale<'a>] {
        between(&self.sales, |sale| (sale.store, sale.trading_day).cmp(&(&day.store, day.trading_day)))
    }

    /// The rows of a store-day.
    pub fn sources_of(&self, day: &StoreDay) -> impl Iterator<Item = &'a Source> {
        let of = between(&self.sources, |of| (&of.store, of.trading_day).cmp(&(&day.store, day.trading_day)));
        of.iter().flat_map(|&of| &of.sources)
    }

    /// A person's name or code as tills write it, else the token that stands for it.
    pub fn person<'s>(&'s self, person: &'s Person) -> &'s str {
        self.names.get(person).copied().unwrap_or(&person.0)
    }

    /// The money identity of all store-days, per currency.
    pub fn bridges(&self) -> BTreeMap<&'a str, Bridge> {
        let mut all: BTreeMap<&str, Bridge> = BTreeMap::new();
        for day in &self.days {
            *all.entry(&day.currency).or_default() += day.bridge;
        }
        all
    }

    /// Codes of the stores it has days or rows of, in order.
    pub fn stores(&self) -> BTreeSet<&'a str> {
        let of_rows = self.sources.iter().map(|day| day.store.as_str());
        self.days.iter().map(|day| day.store.as_str()).chain(of_rows).collect()
    }
}

/// The run of an ordered list that compares as equal.
fn between<T>(all: &[T], to: impl Fn(&T) -> Ordering) -> &[T] {
    let first = all.partition_point(|one| to(one) == Ordering::Less);
    let rest = all.get(first..).unwrap_or_default();
    rest.get(..rest.partition_point(|one| to(one) == Ordering::Equal)).unwrap_or_default()
}

/// Names by token. A token may stand for a code and a name: the longer says more.
fn names(context: &Context) -> HashMap<&Person, &str> {
    let mut names: HashMap<&Person, &str> = HashMap::new();
    for ((_, written), token) in &context.people {
        let name = names.entry(token).or_insert(&written.0);
        let rank = |name: &str| (std::cmp::Reverse(name.chars().count()), name.to_owned());
        if rank(&written.0) < rank(name) {
            *name = &written.0;
        }
    }
    names
}
