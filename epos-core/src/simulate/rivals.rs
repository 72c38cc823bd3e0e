//! Could another class of mistakes have left the very same differences on the very same rows? Asked of the till days after a fault,
//! class by class, without reading what anybody concluded from the files.

use super::Simulation;
use super::catalogue::cents;
use super::fault::FaultClass;
use super::plan::Cell;
use super::sale::Sold;
use super::till::{TillDay, signed};
use crate::model::{SaleKind, TenderClass};

/// Mistakes with money that a person at a counter makes, as retail practice tells them apart.
const RIVALS: [FaultClass; 15] = [
    FaultClass::WrongTender,
    FaultClass::RefundOtherTender,
    FaultClass::RefundNotRung,
    FaultClass::RefundNotPaid,
    FaultClass::SignError,
    FaultClass::CountDigits,
    FaultClass::FloatNotEntered,
    FaultClass::FloatLeftOut,
    FaultClass::ChangeCountedIn,
    FaultClass::DropNotRung,
    FaultClass::PaidOutNotRung,
    FaultClass::RoundNote,
    FaultClass::CardCutoff,
    FaultClass::TwoDrawers,
    FaultClass::OverRing,
];

/// Notes of one worth that go astray at once.
const NOTES_MAX: i64 = 4;

/// Card sales at the end of a day that may wait for the next batch.
const LAST_MAX: usize = 12;

/// Counted − expected of one tender of one till, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Off {
    till: usize,
    mode: usize,
    by: i64,
}

/// Everything that differs on a store-day, and what gives it away.
struct Seen<'s> {
    simulation: &'s Simulation,
    days: &'s [TillDay],
    offs: Vec<Off>,
    /// The next open day's, when something of today came back.
    back: bool,
}

impl Simulation {
    /// Does no other class give the same differences from the same rows?
    pub(super) fn is_only(&self, class: FaultClass, days: &[TillDay]) -> bool {
        let offs: Vec<Off> = days.iter().enumerate().flat_map(|(till, day)| off(till, day)).collect();
        let back = days.first().is_some_and(|day| self.comes_back(class, &day.cell, &offs));
        let seen = Seen { simulation: self, days, offs, back };
        // What left no trace on any row can be told from nothing.
        let traceless = matches!(class, FaultClass::RefundNotRung | FaultClass::DropNotRung | FaultClass::PaidOutNotRung);
        if traceless && !seen.gives(class) {
            return false;
        }
        RIVALS.iter().all(|rival| *rival == class || !seen.gives(*rival))
    }

    /// Is the next open day off by the opposite?
    fn comes_back(&self, class: FaultClass, cell: &Cell, offs: &[Off]) -> bool {
        let Some(next) = self.plan.on_open_day(cell, cell.open_day + 1) else { return false };
        let Some(mut day) = self.till_day(next) else { return false };
        if self.morning_after(class, cell, &mut day).is_none() {
            return false;
        }
        off(cell.till, &day).any(|next| offs.iter().any(|today| today.mode == next.mode && today.by == -next.by))
    }
}

fn off(till: usize, day: &TillDay) -> impl Iterator<Item = Off> + '_ {
    let by = |closed: &super::till::Closed| closed.counted.map(|counted| counted - closed.expected).filter(|by| *by != 0);
    day.tenders.iter().filter_map(move |closed| Some(Off { till, mode: closed.mode, by: by(closed)? }))
}

impl Seen<'_> {
    fn class(&self, off: &Off) -> TenderClass {
        self.simulation.class(off.mode)
    }

    fn day(&self, off: &Off) -> Option<&TillDay> {
        self.days.get(off.till)
    }

    /// What a transaction that counts took in a tender; negative when it gave back.
    fn amounts<'d>(&self, day: &'d TillDay, mode: usize) -> impl Iterator<Item = i64> + 'd {
        let in_mode = move |sold: &Sold| sold.paid.iter().filter(|paid| paid.mode == mode).map(|paid| paid.amount).sum::<i64>();
        day.sales.iter().filter(|sold| sold.counts()).map(in_mode).filter(|amount| *amount != 0)
    }

    /// The opening is the float, and what was banked and left is what was counted.
    fn adds_up(&self) -> bool {
        let float = cents(self.simulation.company.float);
        self.days.iter().all(|day| {
            let cash = day.tenders.iter().find(|closed| self.simulation.class(closed.mode) == TenderClass::Cash);
            let counted = cash.and_then(|closed| closed.counted);
            day.opening == Some(float) && counted.is_none_or(|counted| counted == day.banked + day.left)
        })
    }

    /// Did somebody write a word about it on the Z-report?
    fn noted(&self) -> bool {
        self.days.iter().any(|day| day.note.is_some())
    }

    /// The only difference.
    fn alone(&self) -> Option<(&Off, &TillDay)> {
        match &self.offs[..] {
            [one] => Some((one, self.day(one)?)),
            _ => None,
        }
    }

    fn alone_in(&self, class: TenderClass) -> Option<(&Off, &TillDay)> {
        self.alone().filter(|(off, _)| self.class(off) == class)
    }

    /// Two differences that cancel out: the lower, the upper.
    fn pair(&self) -> Option<(&Off, &Off)> {
        match &self.offs[..] {
            [one, other] if one.by == -other.by => Some(if one.by < 0 { (one, other) } else { (other, one) }),
            _ => None,
        }
    }

    /// Could this class alone have left exactly these differences on these rows?
    fn gives(&self, class: FaultClass) -> bool {
        use FaultClass as F;
        let next_day = matches!(class, F::OverRing | F::CardCutoff);
        let by_a_note = matches!(class, F::RefundNotRung | F::DropNotRung | F::PaidOutNotRung);
        let beside = matches!(class, F::CountDigits | F::FloatNotEntered | F::FloatLeftOut);
        if (self.back && !next_day) || (self.noted() && !by_a_note) || (!self.adds_up() && !beside) {
            return false;
        }
        match class {
            F::WrongTender => self.crossed(false),
            F::RefundOtherTender => self.crossed(true),
            F::RefundNotPaid => {
                self.alone().is_some_and(|(off, day)| self.amounts(day, off.mode).any(|amount| amount == -off.by && off.by > 0))
            }
            F::SignError => self.alone_in(TenderClass::Cash).is_some_and(|(off, day)| {
                let moved = day.moved.iter().map(signed);
                let refunds = self.amounts(day, off.mode).filter(|amount| *amount < 0);
                moved.chain(refunds).any(|effect| effect != 0 && -2 * effect == off.by)
            }),
            F::CountDigits => self.typed(),
            F::FloatNotEntered => self
                .alone_in(TenderClass::Cash)
                .is_some_and(|(off, day)| day.opening == Some(0) && off.by == cents(self.simulation.company.float)),
            F::FloatLeftOut => self.alone_in(TenderClass::Cash).is_some_and(|(off, day)| {
                let float = cents(self.simulation.company.float);
                // A float that lies in what was counted was not left out.
                let in_it = self.adds_up() && day.left > 0;
                off.by == -float && day.opening == Some(float) && !in_it
            }),
            F::ChangeCountedIn => self.alone_in(TenderClass::Cash).is_some_and(|(off, day)| {
                let change: Vec<i64> =
                    day.sales.iter().filter(|sold| sold.counts()).map(change_of).filter(|change| *change > 0).collect();
                off.by > 0 && (change.contains(&off.by) || change.iter().sum::<i64>() == off.by)
            }),
            F::RoundNote => self.alone_in(TenderClass::Cash).is_some_and(|(off, _)| self.is_round(off.by)),
            F::CardCutoff => self.alone_in(TenderClass::Card).is_some_and(|(off, day)| self.back || self.last_cards(off, day)),
            F::OverRing => self.back && self.alone_in(TenderClass::Cash).is_some(),
            F::TwoDrawers => self.pair().is_some_and(|(one, other)| {
                one.till != other.till && one.mode == other.mode && self.class(one) == TenderClass::Cash
            }),
            F::RefundNotRung | F::DropNotRung | F::PaidOutNotRung => {
                let word = match class {
                    F::RefundNotRung => "refund",
                    F::DropNotRung => "safe",
                    _ => "for",
                };
                let says = |day: &TillDay| day.note.as_deref().is_some_and(|note| note.split(' ').any(|of| of == word));
                self.alone_in(TenderClass::Cash).is_some_and(|(off, day)| off.by < 0 && says(day))
            }
            _ => false,
        }
    }

    /// One tender of a till below and another above, and a sale (or a refund) of just that which went the other way.
    fn crossed(&self, refund: bool) -> bool {
        let Some((below, above)) = self.pair().filter(|(one, other)| one.till == other.till && one.mode != other.mode) else {
            return false;
        };
        let rung = if refund { -above.by } else { above.by };
        let mode = if refund { above.mode } else { below.mode };
        self.day(below).is_some_and(|day| self.amounts(day, mode).any(|amount| amount == rung))
    }

    /// A count that somebody typed: two digits changed places, or the point slipped.
    fn typed(&self) -> bool {
        let Some((off, day)) = self.alone() else { return false };
        let Some(closed) = day.tenders.iter().find(|closed| closed.mode == off.mode) else { return false };
        let Some(counted) = closed.counted.filter(|counted| *counted > 0 && closed.expected > 0) else { return false };
        // Coins and notes that were counted one by one come to what was meant.
        let piece_by_piece = self.class(off) == TenderClass::Cash && !day.pieces.is_empty();
        let float = cents(self.simulation.company.float);
        !piece_by_piece
            && day.opening == Some(float)
            && (is_shifted(counted, closed.expected) || is_swapped(counted, closed.expected))
    }

    /// Some notes of one worth, or one coin.
    fn is_round(&self, by: i64) -> bool {
        let by = by.abs();
        let coins = self.simulation.company.denominations.iter().map(|worth| cents(*worth));
        let smallest = self.simulation.company.notes.iter().map(|worth| cents(*worth)).min().unwrap_or(i64::MAX);
        coins.filter(|worth| *worth > 0).any(|worth| {
            let most = if worth >= smallest { NOTES_MAX } else { 1 };
            by % worth == 0 && (1..=most).contains(&(by / worth))
        })
    }

    /// The last card payments of the day, as many as make up the difference.
    fn last_cards(&self, off: &Off, day: &TillDay) -> bool {
        let all: Vec<i64> = self.amounts(day, off.mode).collect();
        let mut sum = 0;
        all.iter().rev().take(LAST_MAX).any(|amount| {
            sum += amount;
            sum == -off.by
        })
    }
}

fn change_of(sold: &Sold) -> i64 {
    if sold.kind == SaleKind::Void { 0 } else { sold.paid.iter().filter_map(|paid| paid.change).sum() }
}

/// A decimal point one or two places off.
fn is_shifted(typed: i64, meant: i64) -> bool {
    [10, 100].iter().any(|by| typed == meant * by || meant == typed * by)
}

/// Two digits in each other's place.
fn is_swapped(typed: i64, meant: i64) -> bool {
    let digit = |of: i64, place: u32| of / 10_i64.pow(place) % 10;
    let places: Vec<u32> = (0..12).filter(|place| digit(typed, *place) != digit(meant, *place)).collect();
    match places[..] {
        [one, other] => digit(typed, one) == digit(meant, other) && digit(typed, other) == digit(meant, one),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::till::Moved;
    use super::super::{Asked, Company};
    use super::*;
    use crate::model::CashKind;

    /// A day of a small charity, counted to the penny.
    fn counted() -> (Simulation, TillDay) {
        let asked = Asked { stores: Some(1), ..Asked::default() };
        let simulation = Simulation::new(Company::preset("charity").unwrap(), &asked).unwrap();
        let cell = *simulation.plan.store_days().nth(8).unwrap().first().unwrap();
        let mut day = simulation.till_day(&cell).unwrap();
        day.moved.clear();
        simulation.expect(&mut day);
        for closed in &mut day.tenders {
            closed.counted = Some(closed.expected);
        }
        simulation.count_pieces(&mut day);
        (simulation, day)
    }

    /// The same, off by so much in cash.
    fn off(simulation: &Simulation, mut day: TillDay, by: i64) -> [TillDay; 1] {
        let cash = simulation.cash(&mut day).unwrap();
        cash.counted = cash.counted.map(|counted| counted + by);
        simulation.count_pieces(&mut day);
        [day]
    }

    #[test]
    fn a_note_is_only_a_note_where_nothing_else_makes_the_same() {
        let (simulation, mut day) = counted();
        let is_only = |class, days: &[TillDay]| simulation.is_only(class, days);
        assert!(is_only(FaultClass::RoundNote, &off(&simulation, day.clone(), -1_000)));
        let keyed = Moved { second: day.opened + 60, kind: CashKind::PaidIn, amount: 500, reason: "window cleaner" };
        day.moved.push(keyed);
        simulation.expect(&mut day);
        let keyed = settled(&simulation, day);
        assert!(!is_only(FaultClass::RoundNote, &off(&simulation, keyed, -1_000)), "twice a paid-in of 5.00");
    }

    fn settled(simulation: &Simulation, mut day: TillDay) -> TillDay {
        for closed in &mut day.tenders {
            closed.counted = Some(closed.expected);
        }
        simulation.count_pieces(&mut day);
        day
    }

    #[test]
    fn change_of_a_round_amount_may_be_a_note() {
        let (simulation, mut day) = counted();
        let paid =
            day.sales.iter_mut().filter(|sold| sold.counts()).flat_map(|sold| &mut sold.paid).find(|paid| paid.change.is_some());
        let paid = paid.expect("somebody paid with a note");
        (paid.change, paid.tendered) = (Some(1_000), Some(paid.amount + 1_000));
        assert!(!simulation.is_only(FaultClass::ChangeCountedIn, &off(&simulation, day.clone(), 1_000)));
        let odd = day.sales.iter_mut().flat_map(|sold| &mut sold.paid).find(|paid| paid.change == Some(1_000)).unwrap();
        odd.change = Some(1_237);
        assert!(simulation.is_only(FaultClass::ChangeCountedIn, &off(&simulation, day, 1_237)));
    }

    #[test]
    fn what_was_not_rung_and_left_no_trace_can_be_told_from_nothing() {
        let (simulation, day) = counted();
        for class in [FaultClass::RefundNotRung, FaultClass::DropNotRung, FaultClass::PaidOutNotRung] {
            assert!(!simulation.is_only(class, &off(&simulation, day.clone(), -1_337)), "{class}");
        }
        let [mut noted] = off(&simulation, day, -1_337);
        noted.note = Some("13.37 for stamps".to_owned());
        assert!(simulation.is_only(FaultClass::PaidOutNotRung, &[noted.clone()]));
        assert!(!simulation.is_only(FaultClass::DropNotRung, &[noted]));
    }

    #[test]
    fn digits_swapped_and_points_slipped() {
        assert!(is_swapped(24_130, 21_430) && is_swapped(530, 5_030) && !is_swapped(22_330, 21_430));
        assert!(is_shifted(214_300, 21_430) && is_shifted(214, 21_400) && !is_shifted(21_430, 21_430));
    }
}
