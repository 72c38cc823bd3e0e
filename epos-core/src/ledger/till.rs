//! A till's day put back together: transactions, cash movements, and the shifts that its Z-reports closed.
//!
//! A Z-report ties to its shift by its first and last number, else by when it opened and closed, else by being the only one.
//! When none of these tells several Z-reports apart, the till is judged *together* over the whole day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::transaction::{Placed, Transaction, natural, suffix};
use crate::model::{CashCount, CashMovement, Kind, Money, Numbering, OpenShift, Source, Store, Sums, ZReport, ZTotal};

/// What tells transactions apart: the till, the shift where numbers start again with it, the number.
type Identity<'a> = (&'a str, Option<usize>, (&'a str, u128, &'a str));

/// One shift: a Z-report with everything that states it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shift<'a> {
    /// The Z-report's number, or `#1`, `#2` … where it has none.
    pub label: String,
    /// True when `label` is a number of the till.
    pub numbered: bool,
    /// One row per tender.
    pub rows: Vec<&'a ZReport>,
    /// Its totals.
    pub total: Option<&'a ZTotal>,
    /// Coins and notes counted one by one.
    pub pieces: Vec<&'a CashCount>,
    /// When it opened.
    pub opened_at: Option<NaiveDateTime>,
    /// When it closed.
    pub closed_at: Option<NaiveDateTime>,
    /// The same number came with two contents.
    pub twice: bool,
}

impl Shift<'_> {
    /// First and last number of the shift, as numbers.
    fn range(&self) -> Option<(u128, u128)> {
        let total = self.total?;
        let value = |number: &Option<String>| number.as_deref().and_then(suffix).map(|(_, value)| value);
        Some((value(&total.first_number)?, value(&total.last_number)?))
    }

    /// Worth of the pieces counted; `None` when nobody counted pieces.
    pub fn pieces_worth(&self) -> Option<Money> {
        let worth = |sum: Decimal, piece: &&CashCount| {
            sum.checked_add(piece.denomination.decimal().checked_mul(Decimal::from(piece.count))?)
        };
        let sum = self.pieces.iter().try_fold(Decimal::ZERO, worth)?;
        (!self.pieces.is_empty()).then(|| Money::rounded(sum))
    }
}

/// One till (or, where the Z-report is the drawer's, all its tills) on one trading day.
#[derive(Debug, Clone)]
pub(crate) struct Till<'a> {
    /// Its name.
    pub name: String,
    /// The day.
    pub trading_day: NaiveDate,
    /// How its transactions are numbered.
    pub numbering: Numbering,
    /// Kinds of rows that came.
    pub kinds: BTreeSet<Kind>,
    /// Transactions in order of their numbers.
    pub transactions: Vec<Transaction<'a>>,
    /// Cash movements with the till that recorded each.
    pub cash: Vec<(Placed, &'a str, &'a CashMovement)>,
    /// Shifts in order.
    pub shifts: Vec<Shift<'a>>,
    /// Several Z-reports that nothing tells apart: everything lies in the last.
    pub together: bool,
    /// What earlier days left unclosed.
    pub open: Option<OpenShift>,
    /// Does the first shift cover that too? `None` when nothing says.
    pub covers: Option<bool>,
}

/// The tills of `sources`, by trading day and name. `open` is what earlier days left unclosed, by till.
pub(crate) fn tills<'a>(sources: &'a [Source], store: &Store, open: &BTreeMap<String, OpenShift>) -> Vec<Till<'a>> {
    let by_drawer: BTreeSet<&str> = sources
        .iter()
        .filter(|source| !source.batch.content.z_reports.is_empty() || !source.batch.content.z_totals.is_empty())
        .filter_map(|source| store.drawers.iter().find(|drawer| drawer.unit == source.batch.key.till))
        .map(|drawer| drawer.unit.as_str())
        .collect();
    let mut groups: BTreeMap<(NaiveDate, String), Vec<&'a Source>> = BTreeMap::new();
    for source in sources.iter().filter(|source| is_of(source, store)) {
        let key = &source.batch.key;
        let drawer = store.drawer_of(&key.till);
        let name = if by_drawer.contains(drawer.as_str()) { drawer } else { key.till.clone() };
        groups.entry((key.trading_day, name)).or_default().push(source);
    }
    groups
        .into_iter()
        .map(|((trading_day, name), mut sources)| {
            let key = |source: &Source| (source.batch.key.clone(), source.document.clone(), source.hash, source.layout.clone());
            sources.sort_by_cached_key(|source| key(source));
            let shared = store.drawers.iter().filter(|drawer| drawer.unit == name).flat_map(|drawer| &drawer.tills);
            let members: BTreeSet<&String> = shared.chain([&name]).collect();
            let open = members.into_iter().filter_map(|member| open.get(member)).cloned().reduce(OpenShift::with);
            build(name, trading_day, &sources, store, open)
        })
        .collect()
}

fn is_of(source: &Source, store: &Store) -> bool {
    source.batch.key.store.is_empty() || source.batch.key.store == store.code
}

fn build<'a>(name: String, trading_day: NaiveDate, sources: &[&'a Source], store: &Store, open: Option<OpenShift>) -> Till<'a> {
    let kinds =
        sources.iter().flat_map(|source| Kind::ALL.iter().copied().filter(|&kind| source.batch.content.count(kind) > 0)).collect();
    let shifts = shifts(sources);
    let mut till = Till {
        name,
        trading_day,
        numbering: numbering(sources),
        kinds,
        transactions: Vec::new(),
        cash: Vec::new(),
        shifts,
        together: false,
        open,
        covers: None,
    };
    till.collect(sources);
    till.place();
    till.covers = till.open.as_ref().and_then(|open| till.covers(open, store));
    till
}

/// The numbering of the rows that carry numbers: what the headers' layout says, else the lines', else the tenders'.
fn numbering(sources: &[&Source]) -> Numbering {
    let rank = |numbering| match numbering {
        Numbering::None => 0,
        Numbering::PerShift => 1,
        Numbering::PerDay => 2,
        Numbering::PerTill => 3,
        Numbering::PerStore => 4,
    };
    [Kind::Headers, Kind::Lines, Kind::Tenders]
        .into_iter()
        .find_map(|kind| {
            let of_kind = sources.iter().filter(|source| source.batch.content.count(kind) > 0);
            of_kind.map(|source| source.numbering).min_by_key(|&numbering| rank(numbering))
        })
        .unwrap_or_default()
}

fn shifts<'a>(sources: &[&'a Source]) -> Vec<Shift<'a>> {
    let mut shifts: BTreeMap<(String, Option<NaiveDateTime>), Shift<'a>> = BTreeMap::new();
    for row in sources.iter().flat_map(|source| &source.batch.content.z_reports).map(|row| &row.record) {
        let number = row.z_number.trim().to_owned();
        let apart = if number.is_empty() { row.closed_at } else { None };
        let shift = shifts.entry((number, apart)).or_default();
        shift.opened_at = [shift.opened_at, row.opened_at].into_iter().flatten().min();
        shift.closed_at = shift.closed_at.max(row.closed_at);
        let same = |other: &&&ZReport| other.tender.trim().to_lowercase() == row.tender.trim().to_lowercase();
        match shift.rows.iter().find(same) {
            None => shift.rows.push(row),
            Some(&other) => shift.twice |= other != row,
        }
    }
    for total in sources.iter().flat_map(|source| &source.batch.content.z_totals).map(|row| &row.record) {
        let shift = shift_of_number(&mut shifts, &total.z_number);
        shift.twice |= shift.total.is_some_and(|other| other != total);
        shift.total = shift.total.or(Some(total));
    }
    for piece in sources.iter().flat_map(|source| &source.batch.content.cash_counts).map(|row| &row.record) {
        let shift = shift_of_number(&mut shifts, &piece.z_number);
        shift.pieces.push(piece);
    }
    let mut shifts: Vec<(String, Shift<'a>)> = shifts.into_iter().map(|((number, _), shift)| (number, shift)).collect();
    shifts.sort_by(|(a, x), (b, y)| {
        let time = |shift: &Shift<'_>| (shift.closed_at.or(shift.opened_at).is_none(), shift.closed_at.or(shift.opened_at));
        time(x).cmp(&time(y)).then_with(|| natural(a).cmp(&natural(b)))
    });
    shifts
        .into_iter()
        .enumerate()
        .map(|(position, (number, mut shift))| {
            shift.numbered = !number.is_empty();
            shift.label = if shift.numbered { number } else { format!("#{}", position + 1) };
            shift.rows.sort_by_key(|row| row.tender.trim().to_lowercase());
            // A date without a time says nothing about when the shift closed.
            shift.closed_at = shift.closed_at.filter(|at| at.time() != NaiveTime::MIN);
            shift
        })
        .collect()
}

/// The shift of a number; totals without a number belong to the only Z-report without one.
fn shift_of_number<'s, 'a>(
    shifts: &'s mut BTreeMap<(String, Option<NaiveDateTime>), Shift<'a>>,
    number: &str,
) -> &'s mut Shift<'a> {
    let number = number.trim();
    let key = shifts
        .range((number.to_owned(), None)..)
        .map(|(key, _)| key.clone())
        .next()
        .filter(|(of, _)| of == number)
        .unwrap_or_else(|| (number.to_owned(), None));
    shifts.entry(key).or_default()
}

fn minute(at: NaiveDateTime) -> NaiveDateTime {
    at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}

fn when(date: NaiveDate, time: Option<NaiveTime>) -> Option<NaiveDateTime> {
    time.map(|time| date.and_time(time))
}

impl<'a> Till<'a> {
    fn collect(&mut self, sources: &[&'a Source]) {
        // Numbers that start again after every Z-report name a transaction only together with their shift.
        let by_shift = self.numbering == Numbering::PerShift && self.shifts.len() > 1;
        let mut found: BTreeMap<Identity<'a>, Transaction<'a>> = BTreeMap::new();
        let shift = |at: Option<NaiveDateTime>| match self.by_time(at) {
            Some(Placed::Shift(shift)) if by_shift => Some(shift),
            _ => None,
        };
        let mut cash: Vec<(Placed, &'a str, &'a CashMovement)> = Vec::new();
        for source in sources {
            let till = source.batch.key.till.as_str();
            let mut of = |number: &'a str, at: Option<NaiveDateTime>, add: &mut dyn FnMut(&mut Transaction<'a>)| {
                let transaction = found.entry((till, shift(at), natural(number))).or_insert_with(|| Transaction::new(till, number));
                transaction.at = transaction.at.max(at);
                add(transaction);
            };
            let content = &source.batch.content;
            for row in content.headers.iter().map(|row| &row.record) {
                of(&row.number, when(row.date, row.time), &mut |transaction| transaction.header = transaction.header.or(Some(row)));
            }
            for row in content.lines.iter().map(|row| &row.record) {
                of(&row.number, when(row.date, row.time), &mut |transaction| transaction.lines.push(row));
            }
            for row in content.tenders.iter().map(|row| &row.record) {
                of(&row.number, when(row.date, row.time), &mut |transaction| transaction.tenders.push(row));
            }
            cash.extend(content.cash_movements.iter().map(|row| (Placed::Unknown, till, &row.record)));
        }
        self.cash = cash;
        self.transactions = found.into_values().collect();
        self.cash.sort_by(|(_, a_till, a), (_, b_till, b)| {
            let key = |row: &CashMovement| (row.date, row.time, row.kind, row.amount);
            (key(a), a_till, &a.number, &a.reason, &a.reference).cmp(&(key(b), b_till, &b.number, &b.reason, &b.reference))
        });
    }

    fn place(&mut self) {
        let placed: Vec<Placed> =
            self.transactions.iter().map(|transaction| self.placed(Some(transaction.number), transaction.at)).collect();
        let cash: Vec<Placed> =
            self.cash.iter().map(|(_, _, row)| self.placed(row.number.as_deref(), when(row.date, row.time))).collect();
        self.transactions.iter_mut().zip(placed).for_each(|(transaction, placed)| transaction.placed = placed);
        self.cash.iter_mut().zip(cash).for_each(|(row, placed)| row.0 = placed);

        let Some(last) = self.shifts.len().checked_sub(1) else { return };
        let unknown = self.transactions.iter().any(|transaction| transaction.placed == Placed::Unknown)
            || self.cash.iter().any(|(placed, ..)| *placed == Placed::Unknown);
        self.together = unknown && last > 0;
        // A clock that is wrong at closing must not leave the only Z-report without a sale.
        let clock_wrong = last == 0
            && self.open.is_none()
            && !self.transactions.is_empty()
            && self.shifts.iter().all(|shift| shift.range().is_none())
            && self.transactions.iter().all(|transaction| transaction.placed == Placed::Open);
        if self.together || clock_wrong {
            self.transactions.iter_mut().for_each(|transaction| transaction.placed = Placed::Shift(last));
            self.cash.iter_mut().for_each(|row| row.0 = Placed::Shift(last));
        }
    }

    fn placed(&self, number: Option<&str>, at: Option<NaiveDateTime>) -> Placed {
        if self.shifts.is_empty() {
            return Placed::Open;
        }
        let ranged = match self.numbering {
            Numbering::None => false,
            Numbering::PerShift => self.shifts.len() == 1,
            _ => true,
        };
        if let Some((_, value)) = number.and_then(suffix).filter(|_| ranged) {
            let inside = |shift: &Shift<'_>| shift.range().is_some_and(|(first, last)| first <= value && value <= last);
            if let Some(position) = self.shifts.iter().position(inside) {
                return Placed::Shift(position);
            }
            if self.shifts.iter().all(|shift| shift.range().is_some()) {
                return Placed::Open;
            }
        }
        let only = if self.shifts.len() == 1 { Placed::Shift(0) } else { Placed::Unknown };
        self.by_time(at).unwrap_or(only)
    }

    /// Where a time lies, when every Z-report says when it closed.
    fn by_time(&self, at: Option<NaiveDateTime>) -> Option<Placed> {
        let at = minute(at?);
        let closes: Option<Vec<NaiveDateTime>> = self.shifts.iter().map(|shift| shift.closed_at.map(minute)).collect();
        Some(closes?.iter().position(|&closed| at <= closed).map_or(Placed::Open, Placed::Shift))
    }

    /// Does the first Z-report of the day also close what earlier days left open?
    fn covers(&self, open: &OpenShift, store: &Store) -> Option<bool> {
        let shift = self.shifts.first()?;
        let value = |number: &Option<String>| number.as_deref().and_then(suffix).map(|(_, value)| value);
        let first = shift.total.and_then(|total| value(&total.first_number));
        if let (Numbering::PerTill | Numbering::PerStore, Some(first), Some(last)) =
            (self.numbering, first, value(&open.last_number))
        {
            return Some(first <= last);
        }
        if let Some(opened) = shift.opened_at {
            return Some(opened.date() <= open.until);
        }
        let today = self.sums_of(Some(0), store);
        if today.transactions == 0 && open.sums.transactions > 0 && shift.closed_at.is_some() {
            return Some(true);
        }
        let mut both = today;
        both += open.sums;
        if let Some(net) = shift.total.and_then(|total| total.net) {
            match (net == today.bridge.takings, net == both.bridge.takings) {
                (true, false) => return Some(false),
                (false, true) => return Some(true),
                _ => {}
            }
        }
        for row in &shift.rows {
            let name = row.tender.trim().to_lowercase();
            let Some(expected) = row.expected else { continue };
            let carried: Decimal = open
                .tenders
                .iter()
                .filter(|(tender, _)| tender.trim().to_lowercase() == name)
                .map(|(_, (moved_in, moved_out))| moved_in - moved_out)
                .sum();
            let rung: Money = self
                .transactions
                .iter()
                .filter(|transaction| transaction.placed == Placed::Shift(0) && transaction.counts())
                .flat_map(|transaction| &transaction.tenders)
                .filter(|tender| tender.tender.trim().to_lowercase() == name)
                .map(|tender| tender.amount)
                .sum();
            let alone = row.opening_float.unwrap_or_default() + rung;
            if !carried.is_zero() && expected == alone {
                return Some(false);
            }
            if !carried.is_zero() && expected == alone + Money::rounded(carried) {
                return Some(true);
            }
        }
        (open.sums.transactions == 0).then_some(true)
    }

    /// What the transactions of one shift (`None`: of no shift) add up to.
    pub fn sums_of(&self, shift: Option<usize>, store: &Store) -> Sums {
        let placed = shift.map_or(Placed::Open, Placed::Shift);
        let mut sums = Sums::default();
        for transaction in self.transactions.iter().filter(|transaction| transaction.placed == placed) {
            sums += transaction.sums(store);
        }
        sums
    }

    /// Transactions that count and that no Z-report of the day covers.
    pub fn unclosed(&self) -> impl Iterator<Item = &Transaction<'a>> {
        self.transactions.iter().filter(|transaction| transaction.placed == Placed::Open && transaction.counts())
    }

    /// Did it ring sales that somebody must have paid, without sending a payment?
    pub fn owes_tenders(&self, store: &Store) -> bool {
        let unpaid = |sale: &Transaction<'_>| sale.counts() && !sale.bridge(store).due().is_zero();
        !self.kinds.contains(&Kind::Tenders) && self.transactions.iter().any(unpaid)
    }

    /// Did the till send anything of its trade, beside stock?
    pub fn traded(&self) -> bool {
        self.kinds.iter().any(|kind| {
            use Kind::*;
            matches!(kind, Headers | Lines | Tenders | CashMovements | ZReports | ZTotals | CashCounts)
        })
    }

    /// The highest number that the till called `name` used, among those with the commonest prefix.
    pub fn last_number(&self, name: &str) -> Option<&'a str> {
        let mut prefixes: BTreeMap<&str, (usize, u128, &'a str)> = BTreeMap::new();
        let of_name = self.transactions.iter().filter(|transaction| transaction.till == name);
        for (prefix, value, number) in of_name.map(|transaction| natural(transaction.number)) {
            let (count, highest, best) = prefixes.entry(prefix).or_insert((0, value, number));
            *count += 1;
            if (value, number) >= (*highest, *best) {
                (*highest, *best) = (value, number);
            }
        }
        prefixes.into_values().max_by_key(|(count, ..)| *count).map(|(_, _, number)| number)
    }
}
