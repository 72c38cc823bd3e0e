//! One transaction as reports see it. How its rows make one and what its money was for is the ledger's to say.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use super::DaySources;
use crate::ledger::till::tills;
use crate::ledger::transaction::Transaction;
use crate::model::{Class, Header, LineItem, Person, SaleKind, Store, Tender};
use crate::reconcile::{Bridge, Sums};

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
    /// True when it, or a line of it, was rung in training.
    pub trained: bool,
    /// Payments in the store's currency.
    pub tenders: Vec<&'a Tender>,
    /// Payments in another currency, which are never added to ours.
    pub foreign: Vec<&'a Tender>,
    /// What it adds up to; nothing when it does not count.
    pub sums: Sums,
}

impl<'a> Sale<'a> {
    fn new(day: &'a DaySources, store: &Store, transaction: Transaction<'a>) -> Self {
        let lines: Vec<&LineItem> = transaction.counted_lines().collect();
        let sums = transaction.sums(store);
        let is_foreign = |tender: &&Tender| Transaction::is_foreign(tender, store);
        let (foreign, tenders) = transaction.tenders.into_iter().partition(is_foreign);
        let header = transaction.header;
        Sale {
            store: &day.store,
            trading_day: day.trading_day,
            till: transaction.till,
            number: transaction.number,
            header,
            lines_left_out: transaction.lines.len() - lines.len(),
            trained: header.is_some_and(|header| header.training) || transaction.lines.iter().any(|line| line.training),
            lines,
            tenders,
            foreign,
            sums,
        }
    }

    /// False for voids, failures and training, which are in no figure.
    ///
    /// ```
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let void = Sums { left_out: 1, ..Sums::default() };
    /// assert!(!Sale { sums: void, ..sale.clone() }.counts());
    /// assert!(Sale { sums: Sums { transactions: 1, ..Sums::default() }, ..sale }.counts());
    /// ```
    pub fn counts(&self) -> bool {
        self.sums.left_out == 0
    }

    /// True when it is known by payments only: no transaction by itself.
    ///
    /// ```
    /// use epos_core::model::{LineItem, Tender};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let (line, tender) = (LineItem::default(), Tender::default());
    /// let paid = Sale { tenders: vec![&tender], ..sale };
    /// assert!(paid.is_orphan(), "nobody says what was sold");
    /// assert!(!Sale { lines: vec![&line], ..paid }.is_orphan());
    /// ```
    pub fn is_orphan(&self) -> bool {
        self.header.is_none() && self.lines.is_empty() && self.lines_left_out == 0
    }

    /// True when its file states totals and no line.
    ///
    /// ```
    /// use epos_core::model::{Header, LineItem};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let (header, line) = (Header::default(), LineItem::default());
    /// let total = Sale { header: Some(&header), ..sale };
    /// assert!(total.is_unlined(), "its total is known, its goods are not");
    /// assert!(!Sale { lines: vec![&line], ..total }.is_unlined());
    /// ```
    pub fn is_unlined(&self) -> bool {
        self.header.is_some() && self.lines.is_empty() && self.lines_left_out == 0
    }

    /// What it is: as its header says, else its first line.
    ///
    /// ```
    /// use epos_core::model::{Header, LineItem, SaleKind};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let line = LineItem { kind: SaleKind::Refund, ..LineItem::default() };
    /// let given_back = Sale { lines: vec![&line], ..sale };
    /// assert_eq!(given_back.kind(), SaleKind::Refund);
    /// let header = Header { kind: SaleKind::Exchange, ..Header::default() };
    /// assert_eq!(Sale { header: Some(&header), ..given_back }.kind(), SaleKind::Exchange);
    /// ```
    pub fn kind(&self) -> SaleKind {
        let of_lines = || self.lines.first().map(|line| line.kind);
        self.header.map(|header| header.kind).or_else(of_lines).unwrap_or(SaleKind::Sale)
    }

    /// When it was rung: as its header says, else the earliest time on its lines, else on its payments.
    ///
    /// ```
    /// use epos_core::model::{LineItem};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// assert_eq!(sale.time(), None);
    /// let at = |time: &str| Ok::<_, chrono::ParseError>(LineItem { time: Some(time.parse()?), ..LineItem::default() });
    /// let (second, first) = (at("10:31:00")?, at("10:30:00")?);
    /// assert_eq!(Sale { lines: vec![&second, &first], ..sale }.time(), first.time);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn time(&self) -> Option<NaiveTime> {
        let of_lines = || self.lines.iter().filter_map(|line| line.time).min();
        let of_tenders = || self.tenders.iter().filter_map(|tender| tender.time).min();
        self.header.and_then(|header| header.time).or_else(of_lines).or_else(of_tenders)
    }

    /// Who served: the header says, else the first line that does.
    ///
    /// ```
    /// use epos_core::model::{Header, LineItem, Person};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let header = Header::default();
    /// let line = LineItem { cashier: Some(Person("ann".into())), ..LineItem::default() };
    /// let sale = Sale { header: Some(&header), lines: vec![&line], ..sale };
    /// assert_eq!(sale.cashier(), Some(&Person("ann".into())), "the header does not say");
    /// ```
    pub fn cashier(&self) -> Option<&'a Person> {
        let of_lines = || self.lines.iter().find_map(|line| line.cashier.as_ref());
        self.header.and_then(|header| header.cashier.as_ref()).or_else(of_lines)
    }

    /// Who bought: the header says, else the first line that does.
    ///
    /// ```
    /// use epos_core::model::{Header, LineItem, Person};
    /// use epos_core::reconcile::Sums;
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let header = Header::default();
    /// let line = LineItem { customer: Some(Person("c-1001".into())), ..LineItem::default() };
    /// let sale = Sale { header: Some(&header), lines: vec![&line], ..sale };
    /// assert_eq!(sale.customer(), Some(&Person("c-1001".into())), "the header does not say");
    /// ```
    pub fn customer(&self) -> Option<&'a Person> {
        let of_lines = || self.lines.iter().find_map(|line| line.customer.as_ref());
        self.header.and_then(|header| header.customer.as_ref()).or_else(of_lines)
    }

    /// Both sides of its money identity.
    ///
    /// ```
    /// use epos_core::model::{Money};
    /// use epos_core::reconcile::{Bridge, Sums};
    /// use epos_core::report::Sale;
    ///
    /// # let (trading_day, header, sums) = (chrono::NaiveDate::default(), None, Sums::default());
    /// # let (lines, tenders, foreign) = (Vec::new(), Vec::new(), Vec::new());
    /// # let (store, till, number, lines_left_out, trained) = ("LW", "1", "201", 0, false);
    /// # let sale = Sale { store, trading_day, till, number, header, lines, lines_left_out, trained, tenders, foreign, sums };
    /// let bridge = Bridge { takings: Money::cents(500), tenders: Money::cents(450), ..Bridge::default() };
    /// let sale = Sale { sums: Sums { bridge, ..Sums::default() }, ..sale };
    /// assert_eq!(sale.bridge().difference(), Money::cents(-50), "it was paid 0.50 too little");
    /// ```
    pub fn bridge(&self) -> Bridge {
        self.sums.bridge
    }
}

/// Is money of this class takings?
pub fn is_takings(class: Class) -> bool {
    matches!(class, Class::Goods | Class::Service)
}

/// The transactions of one store-day by till. Header, lines and tenders may lie in different documents.
pub fn sales<'a>(day: &'a DaySources, store: &Store) -> Vec<Sale<'a>> {
    let transactions = tills(&day.sources, store, &BTreeMap::new()).into_iter().flat_map(|till| till.transactions);
    transactions.map(|transaction| Sale::new(day, store, transaction)).collect()
}
