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
    /// What is posted for days of a closed period.
    pub adjustments: Vec<Adjustment>,
}

/// Something posted to the current period for a day of a closed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The store's code.
    pub store: String,
    /// The day of the closed period that it is about.
    pub trading_day: NaiveDate,
    /// The day on which it is posted.
    pub posted_on: NaiveDate,
    /// What changes.
    pub figure: Figure,
    /// By how much.
    pub amount: Money,
}

/// What an adjustment changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Goods and services, tax included.
    Takings,
    /// Of which tax.
    Tax,
    /// What was paid in one way.
    Tender(String),
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
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::Period;
    ///
    /// let (context, store) = (Context::default(), Store::new("LW", "Leith Walk"));
    /// let week: Vec<NaiveDate> = "2026-11-16".parse::<NaiveDate>()?.iter_days().take(7).collect();
    /// let days: Vec<_> = week.iter().rev().map(|date| day(&store, *date, &Evidence::default(), &context)).collect();
    /// let period = Period::new(week[1], week[3], Some("LW"), &days, &[], &context);
    /// let within: Vec<_> = period.days.iter().map(|day| day.trading_day).collect();
    /// assert_eq!(within, week[1..=3], "in order, both ends included");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
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
    ///
    /// ```
    /// use epos_core::model::Context;
    /// use epos_core::report::{Asked, Period};
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let period = Period::new(friday, friday, None, &[], &[], &context);
    /// assert_eq!(period.asked.top, None);
    /// assert_eq!(period.with(Asked { top: Some(5), ..Asked::default() }).asked.top, Some(5));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn with(self, asked: Asked) -> Self {
        Period { asked, ..self }
    }

    /// Other days of the same store or stores, as far as they are known. What was asked stays.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::Period;
    ///
    /// let (context, store) = (Context::default(), Store::new("LW", "Leith Walk"));
    /// let (friday, saturday) = ("2026-11-20".parse()?, "2026-11-21".parse()?);
    /// let days = [friday, saturday].map(|date| day(&store, date, &Evidence::default(), &context));
    /// let today = Period::new(saturday, saturday, None, &days, &[], &context);
    /// let yesterday = today.at(friday, friday);
    /// assert_eq!((yesterday.days.len(), yesterday.days[0].trading_day), (1, friday));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn at(&self, from: NaiveDate, to: NaiveDate) -> Period<'a> {
        Period::new(from, to, self.store, self.known.0, self.known.1, self.context).with(self.asked.clone())
    }

    /// The rows of all store-days that are known, of every store and in any order.
    ///
    /// ```
    /// use epos_core::model::Context;
    /// use epos_core::report::{DaySources, Period};
    ///
    /// let (friday, saturday, context) = ("2026-11-20".parse()?, "2026-11-21".parse()?, Context::default());
    /// let rows = [friday, saturday].map(|trading_day| DaySources { store: "LW".into(), trading_day, sources: Vec::new() });
    /// let period = Period::new(friday, friday, None, &[], &rows, &context);
    /// assert_eq!((period.sources.len(), period.known().len()), (1, 2));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn known(&self) -> &'a [DaySources] {
        self.known.1
    }

    /// What is posted on its days for days of a closed period.
    ///
    /// ```
    /// use epos_core::model::{Context, Money};
    /// use epos_core::report::{Adjustment, Asked, Figure, Period};
    ///
    /// let (posted_on, trading_day, context) = ("2026-12-03".parse()?, "2026-11-20".parse()?, Context::default());
    /// let late = Adjustment { store: "LW".into(), trading_day, posted_on, figure: Figure::Takings, amount: Money::cents(6_00) };
    /// let asked = Asked { adjustments: vec![late], ..Asked::default() };
    /// let of = |day| Period::new(day, day, None, &[], &[], &context).with(asked.clone()).adjustments().count();
    /// assert_eq!((of(trading_day), of(posted_on)), (0, 1), "the closed day keeps its figures");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn adjustments(&self) -> impl Iterator<Item = &Adjustment> {
        self.asked.adjustments.iter().filter(|one| {
            self.from <= one.posted_on && one.posted_on <= self.to && self.store.is_none_or(|store| store == one.store)
        })
    }

    /// Everything known before its first day.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::Period;
    ///
    /// let (context, store) = (Context::default(), Store::new("LW", "Leith Walk"));
    /// let (friday, saturday) = ("2026-11-20".parse()?, "2026-11-21".parse()?);
    /// let days = [friday, saturday].map(|date| day(&store, date, &Evidence::default(), &context));
    /// let past = Period::new(saturday, saturday, None, &days, &[], &context).past();
    /// assert_eq!((past.to, past.days.len()), (friday, 1));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn past(&self) -> Period<'a> {
        match self.from.pred_opt() {
            Some(eve) => self.at(NaiveDate::MIN, eve),
            None => Period::new(self.from, self.to, self.store, &[], &[], self.context).with(self.asked.clone()),
        }
    }

    /// The first and last day over which its figures are put together when they go by `by`: the day, the month or
    /// quarter as far as it lies in the period, or the whole period.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use epos_core::model::Context;
    /// use epos_core::report::{By, Period};
    ///
    /// let (context, date) = (Context::default(), |text: &str| text.parse::<NaiveDate>());
    /// let period = Period::new(date("2026-10-15")?, date("2026-11-20")?, None, &[], &[], &context);
    /// assert_eq!(period.bucket(date("2026-10-31")?, By::Month), (date("2026-10-15")?, date("2026-10-31")?));
    /// assert_eq!(period.bucket(date("2026-11-02")?, By::Month), (date("2026-11-01")?, date("2026-11-20")?));
    /// assert_eq!(period.bucket(date("2026-11-02")?, By::Quarter), (date("2026-10-15")?, date("2026-11-20")?));
    /// assert_eq!(period.bucket(date("2026-11-02")?, By::Period), (period.from, period.to));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn bucket(&self, day: NaiveDate, by: By) -> (NaiveDate, NaiveDate) {
        match by {
            By::Day => (day, day),
            By::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let next = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(self.to);
                (first.max(self.from), next.min(self.to))
            }
            By::Quarter => {
                let first = day.with_day(1).and_then(|day| day.with_month(day.month0() / 3 * 3 + 1)).unwrap_or(day);
                let next = first.checked_add_months(Months::new(3)).and_then(|next| next.pred_opt()).unwrap_or(self.to);
                (first.max(self.from), next.min(self.to))
            }
            By::Period | By::Quantity | By::Takings => (self.from, self.to),
        }
    }

    /// The store of a code.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::report::Period;
    ///
    /// let (friday, mut context) = ("2026-11-20".parse()?, Context::default());
    /// context.stores.insert("LW".into(), Store::new("LW", "Leith Walk"));
    /// let period = Period::new(friday, friday, None, &[], &[], &context);
    /// assert_eq!(period.store_of("LW").map(|store| store.name.as_str()), Some("Leith Walk"));
    /// assert_eq!(period.store_of("Leith Walk"), None, "only the code is asked for");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn store_of(&self, code: &str) -> Option<&'a Store> {
        self.context.stores.get(code)
    }

    /// The store of a code; one that is only known by its days has every default but their currency.
    pub(super) fn known_store(&self, code: &str) -> Cow<'a, Store> {
        self.store_of(code)
            .map_or_else(|| Cow::Owned(Store { currency: self.currency(code).to_owned(), ..Store::new(code, code) }), Cow::Borrowed)
    }

    /// A store's name as people say it, else its code.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::report::Period;
    ///
    /// let (friday, mut context) = ("2026-11-20".parse()?, Context::default());
    /// context.stores.insert("LW".into(), Store::new("LW", "Leith Walk"));
    /// let period = Period::new(friday, friday, None, &[], &[], &context);
    /// assert_eq!((period.store_name("LW"), period.store_name("SB")), ("Leith Walk", "SB"));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn store_name<'s>(&self, code: &'s str) -> &'s str
    where
        'a: 's,
    {
        self.store_of(code).map_or(code, |store| &store.name)
    }

    /// The currency of a store: its judged days say it, else the store's own entry.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::Period;
    ///
    /// let (friday, mut context) = ("2026-11-20".parse()?, Context::default());
    /// context.stores.insert("LW".into(), Store::new("LW", "Leith Walk"));
    /// let dublin = Store { currency: "EUR".into(), ..Store::new("DB", "Dublin") };
    /// let days = [day(&dublin, friday, &Evidence::default(), &context)];
    /// let period = Period::new(friday, friday, None, &days, &[], &context);
    /// assert_eq!(["DB", "LW", "XX"].map(|store| period.currency(store)), ["EUR", "GBP", ""]);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn currency(&self, store: &str) -> &'a str {
        let of_day = self.days.binary_search_by(|day| day.store.as_str().cmp(store)).ok().and_then(|found| self.days.get(found));
        of_day.map(|day| day.currency.as_str()).or_else(|| self.store_of(store).map(|store| store.currency.as_str())).unwrap_or("")
    }

    /// The transactions of a store-day.
    ///
    /// ```
    /// use epos_core::model::{Batch, Content, Context, Hash, Header, Key, Money, Numbering, Source, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::{DaySources, Period};
    ///
    /// let (context, store, date) = (Context::default(), "LW".to_owned(), "2026-11-20".parse()?);
    /// let sale = |number: &str| Header { number: number.into(), date, total: Money::cents(350), ..Header::default() };
    /// let headers = vec![sale("201").into(), sale("202").into()];
    /// let key = Key { store: store.clone(), till: "1".into(), trading_day: date };
    /// let source = Source {
    ///     batch: Batch { key, content: Content { headers, ..Content::default() } },
    ///     document: "till-1.csv".into(),
    ///     hash: Hash::default(),
    ///     layout: "sales".into(),
    ///     numbering: Numbering::PerTill,
    ///     prices_include_tax: Some(true),
    ///     absent: Vec::new(),
    ///     arrived_at: None,
    /// };
    /// let days = [day(&Store::new("LW", "Leith Walk"), date, &Evidence::default(), &context)];
    /// let rows = [DaySources { store, trading_day: date, sources: vec![source] }];
    /// let period = Period::new(date, date, None, &days, &rows, &context);
    /// let numbers: Vec<&str> = period.sales_of(&days[0]).iter().map(|sale| sale.number).collect();
    /// assert_eq!(numbers, ["201", "202"]);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn sales_of(&self, day: &StoreDay) -> &[Sale<'a>] {
        between(&self.sales, |sale| (sale.store, sale.trading_day).cmp(&(&day.store, day.trading_day)))
    }

    /// The rows of a store-day.
    ///
    /// ```
    /// use epos_core::model::{Batch, Content, Context, Hash, Key, Numbering, Source, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::{DaySources, Period};
    ///
    /// let (context, date) = (Context::default(), "2026-11-20".parse()?);
    /// let rows = ["LW", "SB"].map(|store| {
    ///     let key = Key { store: store.into(), till: "1".into(), trading_day: date };
    ///     let source = Source {
    ///         batch: Batch { key, content: Content::default() },
    ///         document: format!("{store}.csv"),
    ///         hash: Hash::default(),
    ///         layout: "sales".into(),
    ///         numbering: Numbering::PerTill,
    ///         prices_include_tax: Some(true),
    ///         absent: Vec::new(),
    ///         arrived_at: None,
    ///     };
    ///     DaySources { store: store.into(), trading_day: date, sources: vec![source] }
    /// });
    /// let days = [day(&Store::new("LW", "Leith Walk"), date, &Evidence::default(), &context)];
    /// let period = Period::new(date, date, None, &days, &rows, &context);
    /// let documents: Vec<&str> = period.sources_of(&days[0]).map(|source| source.document.as_str()).collect();
    /// assert_eq!(documents, ["LW.csv"]);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn sources_of(&self, day: &StoreDay) -> impl Iterator<Item = &'a Source> {
        let of = between(&self.sources, |of| (&of.store, of.trading_day).cmp(&(&day.store, day.trading_day)));
        of.iter().flat_map(|&of| &of.sources)
    }

    /// A person's name or code as tills write it, else the token that stands for it.
    ///
    /// ```
    /// use epos_core::model::{Context, Person};
    /// use epos_core::report::Period;
    ///
    /// let (friday, mut context) = ("2026-11-20".parse()?, Context::default());
    /// context.people.insert(("cashier".into(), Person("Ann".into())), Person("t1".into()));
    /// let period = Period::new(friday, friday, None, &[], &[], &context);
    /// assert_eq!(period.person(&Person("t1".into())), "Ann");
    /// assert_eq!(period.person(&Person("t2".into())), "t2", "somebody who was forgotten");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn person<'s>(&'s self, person: &'s Person) -> &'s str {
        self.names.get(person).copied().unwrap_or(&person.0)
    }

    /// The money identity of all store-days, per currency.
    ///
    /// ```
    /// use epos_core::model::{Context, Money, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::Period;
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let days = [("LW", "GBP", 100), ("SB", "GBP", 50), ("DB", "EUR", 80)].map(|(code, currency, takings)| {
    ///     let store = Store { currency: currency.into(), ..Store::new(code, code) };
    ///     let mut judged = day(&store, friday, &Evidence::default(), &context);
    ///     judged.bridge.takings = Money::cents(takings);
    ///     judged
    /// });
    /// let bridges = Period::new(friday, friday, None, &days, &[], &context).bridges();
    /// assert_eq!((bridges["GBP"].takings, bridges["EUR"].takings), (Money::cents(150), Money::cents(80)));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn bridges(&self) -> BTreeMap<&'a str, Bridge> {
        let mut all: BTreeMap<&str, Bridge> = BTreeMap::new();
        for day in &self.days {
            *all.entry(&day.currency).or_default() += day.bridge;
        }
        all
    }

    /// Codes of the stores it has days or rows of, in order.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::{DaySources, Period};
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let days = [day(&Store::new("SB", "Stockbridge"), friday, &Evidence::default(), &context)];
    /// let rows = [DaySources { store: "LW".into(), trading_day: friday, sources: Vec::new() }];
    /// let stores = Period::new(friday, friday, None, &days, &rows, &context).stores();
    /// assert_eq!(stores.into_iter().collect::<Vec<_>>(), ["LW", "SB"]);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
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
