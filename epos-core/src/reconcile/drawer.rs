//! Drawers: the one equation per drawer, shift and tender, and what the count says of it.
//!
//! Three figures, never two: ours (from transactions), the Z-report's, the counted. Over/short is counted − ours; the Z-report's
//! figure against ours is a tie-out of its own.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::judge::{Judgement, spoken};
use super::{DrawerResult, Tie, TieOut, carry, zreport};
use crate::diagnostic::{S002, S004, S005, S006, S011, S013, S014, S015, S016, Severity};
use crate::ledger::till::{Shift, Till};
use crate::ledger::{Posted, Tenders, balances};
use crate::model::{Account, Balance, Banked, Money, Reason, TenderClass, ZReport};

/// One tender of one drawer in one round, with what the findings need.
pub(super) struct Round {
    pub result: DrawerResult,
    /// `till-1 cash`, `till-1 cash Z 101` where there are several.
    subject: String,
    tills: BTreeSet<usize>,
    /// Not being judged makes the day incomplete.
    needed: bool,
    /// Why in one word for the right finding.
    lack: Option<Lack>,
    /// The Z-report's expected figure against ours.
    expected: Tie,
    /// Where the opening figure comes from.
    opening: Opening,
    /// What was left the evening before, when it is known.
    before: Option<Money>,
    /// Unclosed sales of earlier days in it: from when.
    since: Option<chrono::NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    Z,
    Count,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    Counted,
    First,
    Carried,
    Unknown,
}

/// What the drawer held before a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Left(Money),
    Unknown,
    FirstDay,
}

/// Shifts that are judged as one: usually one, in a shared drawer one of each till, and all when they cannot be told apart.
type Shifts = Vec<(usize, usize)>;

/// Judges every drawer but for number gaps; says nothing yet.
pub(super) fn judge(judgement: &mut Judgement<'_>) -> Vec<Round> {
    let mut drawers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, till) in judgement.tills.iter().enumerate().filter(|(_, till)| till.traded()) {
        drawers.entry(judgement.store.drawer_of(&till.name)).or_default().push(position);
    }
    let mut rounds = Vec::new();
    let mut outs = Vec::new();
    for (unit, positions) in drawers {
        let drawer = Drawer::new(judgement, &unit, &positions);
        drawer.judge(&mut rounds, &mut outs);
    }
    judgement.tie_outs.extend(outs);
    rounds
}

/// Does the till's cash agree to the penny, in every round?
pub(super) fn agrees(rounds: &[Round], till: usize) -> bool {
    let mut of_till =
        rounds.iter().filter(|round| round.result.class == TenderClass::Cash && round.tills.contains(&till)).peekable();
    of_till.peek().is_some() && of_till.all(|round| round.result.over_short.is_some_and(Money::is_zero))
}

/// Takes back the over/short of drawers with an unexplained gap.
pub(super) fn withhold(rounds: &mut [Round], unexplained: &BTreeMap<usize, String>) {
    for round in rounds {
        let why = round.tills.iter().find_map(|till| unexplained.get(till));
        if let (Some(why), true) = (why, round.lack.is_none()) {
            round.lack = Some(Lack::Other);
            round.result.over_short = None;
            round.result.not_judged = Some(why.clone());
        }
    }
}

/// Says what came of it.
pub(super) fn conclude(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    for round in rounds {
        round.conclude(judgement);
    }
    weekly(judgement, rounds);
}

struct Drawer<'j, 'a> {
    judgement: &'j Judgement<'a>,
    unit: &'j str,
    tills: Vec<(usize, &'j Till<'a>)>,
    tenders: Tenders,
    declared: Vec<String>,
}

impl<'j, 'a> Drawer<'j, 'a> {
    fn new(judgement: &'j Judgement<'a>, unit: &'j str, positions: &[usize]) -> Self {
        let tills: Vec<(usize, &Till<'a>)> =
            positions.iter().filter_map(|&position| judgement.tills.get(position).map(|till| (position, till))).collect();
        let tenders = Tenders::of(tills.iter().map(|(_, till)| *till), &judgement.context.policy, judgement.store);
        let shared = judgement.store.drawers.iter().find(|drawer| drawer.unit == unit);
        let declared = shared.map_or_else(|| vec![unit.to_owned()], |drawer| drawer.tills.clone());
        Drawer { judgement, unit, tills, tenders, declared }
    }

    fn judge(&self, rounds: &mut Vec<Round>, outs: &mut Vec<TieOut>) {
        let shifts = self.rounds();
        let mut before = self.before();
        let several = shifts.len() > 1;
        for (index, of_round) in shifts.iter().enumerate() {
            let last = index + 1 == shifts.len();
            let start = rounds.len();
            for (class, tender) in self.names(of_round, index == 0) {
                let round = self.round(of_round, class, tender, before, index == 0, last, several, outs);
                rounds.push(round);
            }
            let cash = rounds.iter().skip(start).find(|round| round.result.class == TenderClass::Cash);
            before = match cash {
                Some(round) => round.result.left.map_or(Before::Unknown, Before::Left),
                None => before,
            };
        }
        self.unclosed(rounds, before, shifts.is_empty());
    }

    /// Which shifts balance as one.
    fn rounds(&self) -> Vec<Shifts> {
        let with: Vec<(usize, &Till<'a>)> = self.tills.iter().copied().filter(|(_, till)| !till.shifts.is_empty()).collect();
        let Some(most) = with.iter().map(|(_, till)| till.shifts.len()).max() else { return Vec::new() };
        let level = with.iter().all(|(_, till)| till.shifts.len() == most && !till.together);
        let all = || with.iter().flat_map(|(position, till)| (0..till.shifts.len()).map(|shift| (*position, shift)));
        if level { (0..most).map(|shift| all().filter(|(_, of)| *of == shift).collect()).collect() } else { vec![all().collect()] }
    }

    fn before(&self) -> Before {
        let before = &self.judgement.evidence.before;
        let stale = self.tills.iter().any(|(_, till)| till.open.is_some() && till.covers != Some(true));
        match before.left.get(self.unit) {
            Some(_) if stale => Before::Unknown,
            Some(&left) => Before::Left(left),
            None => {
                let known = |name: &String| {
                    before.last_number.contains_key(name)
                        || before.grand_total.contains_key(name)
                        || before.z_numbers.iter().any(|(till, _)| till == name)
                };
                let seen = self.declared.iter().any(known) || known(&self.unit.to_owned());
                if seen { Before::Unknown } else { Before::FirstDay }
            }
        }
    }

    fn shift(&self, (till, shift): (usize, usize)) -> Option<(&'j Till<'a>, &'j Shift<'a>)> {
        let (_, till) = self.tills.iter().find(|(position, _)| *position == till)?;
        Some((till, till.shifts.get(shift)?))
    }

    fn tender_of(posted: &Posted) -> Option<(&str, &str)> {
        match &posted.movement.account {
            Account::Drawer { drawer, tender, .. } => Some((drawer, tender)),
            _ => None,
        }
    }

    fn posted(&self) -> impl Iterator<Item = (&'j Posted, &'j str)> {
        let unit = self.unit;
        self.judgement.posted.iter().filter_map(move |posted| {
            let (drawer, tender) = Self::tender_of(posted)?;
            (drawer == unit).then_some((posted, tender))
        })
    }

    fn lies_in(shifts: &Shifts, posted: &Posted) -> bool {
        posted.shift.is_some_and(|shift| shifts.contains(&(posted.till, shift)))
    }

    /// Tenders of earlier days' unclosed sales, when this round covers them: name, in, out.
    fn carried(&self, shifts: &Shifts) -> Vec<(String, Decimal, Decimal)> {
        let policy = &self.judgement.context.policy;
        let covering = self.tills.iter().filter(|(position, till)| till.covers == Some(true) && shifts.contains(&(*position, 0)));
        covering
            .flat_map(|(_, till)| till.open.iter().flat_map(|open| &open.tenders))
            .map(|(name, (moved_in, moved_out))| {
                let name = if name.is_empty() { self.tenders.cash().to_owned() } else { self.tenders.called(name, policy) };
                (name, *moved_in, *moved_out)
            })
            .collect()
    }

    fn names(&self, shifts: &Shifts, first: bool) -> BTreeSet<(TenderClass, String)> {
        let policy = &self.judgement.context.policy;
        let rows = shifts.iter().filter_map(|&at| self.shift(at)).flat_map(|(_, shift)| &shift.rows);
        let on_z = rows.map(|row| self.tenders.called(&row.tender, policy));
        let moved = self.posted().filter(|(posted, _)| Self::lies_in(shifts, posted)).map(|(_, tender)| tender.to_owned());
        let carried = self.carried(shifts).into_iter().filter(|_| first).map(|(name, ..)| name);
        let counted = shifts.iter().filter_map(|&at| self.shift(at)).any(|(_, shift)| !shift.pieces.is_empty());
        let cash = counted.then(|| self.tenders.cash().to_owned());
        on_z.chain(moved).chain(carried).chain(cash).map(|name| (policy.tender_class(&name), name)).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one call, from the loop over the rounds")]
    fn round(
        &self,
        shifts: &Shifts,
        class: TenderClass,
        tender: String,
        before: Before,
        first: bool,
        last: bool,
        several: bool,
        outs: &mut Vec<TieOut>,
    ) -> Round {
        let judgement = self.judgement;
        let rows = self.rows(shifts, &tender);
        let labels: Vec<String> = shifts.iter().filter_map(|&at| self.shift(at)).map(|(_, shift)| shift.label.clone()).collect();
        let subject =
            if several { format!("{} {tender} Z {}", self.unit, labels.join(" + ")) } else { format!("{} {tender}", self.unit) };
        let subject = subject.trim_start().to_owned();
        let is_cash = class == TenderClass::Cash;

        let (stated_opening, opening_conflict) = if is_cash { self.opening(shifts, &rows) } else { (Some(Money::ZERO), None) };
        let (counted, count_conflict) = self.counted(shifts, &rows, is_cash, &subject, outs);
        let opening = match (stated_opening, before, is_cash) {
            (opening, _, false) => opening,
            (Some(opening), ..) => Some(opening),
            (None, Before::Left(left), _) => Some(left),
            (None, ..) => None,
        };
        let origin = match (stated_opening, before) {
            (Some(_), Before::FirstDay) => Opening::First,
            (Some(_), _) => Opening::Counted,
            (None, Before::Left(_)) => Opening::Carried,
            (None, _) => Opening::Unknown,
        };
        let (balance, banked_rows) = self.balance(shifts, &tender, opening, counted);

        let overnight = match (is_cash, stated_opening, before) {
            (true, Some(opening), Before::Left(left)) => Some(opening - left),
            _ => None,
        };
        let expected_by_z = self.expected_by_z(shifts, &rows, is_cash, opening);
        let (banked, left) = if is_cash || !banked_rows.is_zero() {
            self.left(&rows, &tender, counted, banked_rows, last, &subject, outs)
        } else {
            (None, None)
        };

        let missing_count = |why: String| (Lack::Count, why);
        let lack = self
            .doubt(shifts)
            .or(opening_conflict.map(|why| (Lack::Other, why)))
            .or(count_conflict.map(|why| (Lack::Other, why)))
            .or_else(|| match (counted, class) {
                (None, TenderClass::Cash) => {
                    Some(missing_count(format!("nobody counted the drawer for Z-report {}", labels.join(", "))))
                }
                (None, _) => Some(missing_count(format!("nobody sent a total for {tender}"))),
                _ => None,
            })
            .or_else(|| opening.is_none().then(|| (Lack::Other, "nobody says what was in the drawer at opening".to_owned())));
        let over_short = lack.is_none().then(|| balance.over_short()).flatten().map(Money::rounded);

        let blocked = self.doubt(shifts).map(|(_, why)| why);
        let expected = z_expected(&balance, expected_by_z, blocked, &subject, outs);
        float_carried(&subject, is_cash, stated_opening, before, first, outs);
        if let (Some(_), Some(counted), Some(z)) = (&lack, counted, expected_by_z) {
            let note = format!("counted {counted}, the Z-report expects {z}");
            outs.push(TieOut {
                tie: Tie::NotChecked,
                ..TieOut::compared("count_and_z", &subject, counted.decimal(), z.decimal(), note)
            });
        }
        let since = shifts
            .iter()
            .filter(|(_, shift)| *shift == 0)
            .filter_map(|&at| self.shift(at))
            .filter(|(till, _)| till.covers == Some(true))
            .filter_map(|(till, _)| till.open.as_ref().map(|open| open.since))
            .min();
        let needed = match &lack {
            Some((Lack::Count, _)) => is_cash,
            _ => is_cash || judgement.expects_z(),
        };
        Round {
            result: DrawerResult {
                drawer: self.unit.to_owned(),
                tills: self.declared.clone(),
                z_numbers: labels,
                tender,
                class,
                balance,
                expected_by_z,
                over_short,
                not_judged: lack.as_ref().map(|(_, why)| why.clone()),
                banked,
                left,
                overnight,
            },
            subject,
            tills: shifts.iter().map(|(till, _)| *till).collect(),
            needed,
            lack: lack.map(|(lack, _)| lack),
            expected,
            opening: if is_cash { origin } else { Opening::Counted },
            before: match before {
                Before::Left(left) => Some(left),
                _ => None,
            },
            since,
        }
    }

    /// Rows of a tender in a round, in order of shifts.
    fn rows(&self, shifts: &Shifts, tender: &str) -> Vec<((usize, usize), &'j Shift<'a>, &'a ZReport)> {
        let policy = &self.judgement.context.policy;
        let of_shift = shifts.iter().filter_map(|&at| self.shift(at).map(|(_, shift)| (at, shift)));
        of_shift
            .flat_map(|(at, shift)| shift.rows.iter().map(move |row| (at, shift, *row)))
            .filter(|(_, _, row)| self.tenders.called(&row.tender, policy) == tender)
            .collect()
    }

    /// The float as declared: by each till's first shift. Tills of one drawer that declare different floats contradict each other.
    fn opening(&self, shifts: &Shifts, rows: &[((usize, usize), &Shift<'a>, &ZReport)]) -> (Option<Money>, Option<String>) {
        let first_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).min();
        let stated: BTreeSet<Money> = rows
            .iter()
            .filter(|((till, shift), ..)| first_of(*till) == Some(*shift))
            .filter_map(|(_, _, row)| row.opening_float)
            .collect();
        let own: Vec<Money> = stated.iter().copied().filter(|float| !float.is_zero()).collect();
        match (own.as_slice(), stated.len()) {
            ([], 0) => (None, None),
            ([], _) => (Some(Money::ZERO), None),
            ([float], _) => (Some(*float), None),
            _ => {
                let floats: Vec<String> = own.iter().map(Money::to_string).collect();
                (None, Some(format!("its tills declare different floats ({})", floats.join(", "))))
            }
        }
    }

    /// The count: each till's last one. Tills of one drawer that count different amounts: the latest, when times say which it is.
    fn counted(
        &self,
        shifts: &Shifts,
        rows: &[((usize, usize), &Shift<'a>, &ZReport)],
        is_cash: bool,
        subject: &str,
        outs: &mut Vec<TieOut>,
    ) -> (Option<Money>, Option<String>) {
        let last_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).max();
        let mut counts: Vec<(Option<chrono::NaiveDateTime>, Money)> = Vec::new();
        let pieces_of = |at: (usize, usize)| self.shift(at).and_then(|(_, shift)| shift.pieces_worth()).filter(|_| is_cash);
        for (at, shift, row) in rows.iter().filter(|((till, shift), ..)| last_of(*till) == Some(*shift)) {
            let pieces = pieces_of(*at);
            if let (Some(counted), Some(pieces)) = (row.counted, pieces) {
                let note = format!("counted {counted}, coins and notes add up to {pieces}");
                outs.push(TieOut::compared("denominations", subject, counted.decimal(), pieces.decimal(), note));
            }
            counts.extend(row.counted.or(pieces).map(|counted| (shift.closed_at, counted)));
        }
        if rows.is_empty() {
            let last = shifts.iter().copied().filter(|(till, shift)| last_of(*till) == Some(*shift));
            counts.extend(last.filter_map(|at| Some((self.shift(at)?.1.closed_at, pieces_of(at)?))));
        }
        if !is_cash {
            // Card machines and other takings of several tills add up.
            return ((!counts.is_empty()).then(|| counts.iter().map(|(_, counted)| *counted).sum()), None);
        }
        let distinct: BTreeSet<Money> = counts.iter().map(|(_, counted)| *counted).collect();
        if distinct.len() <= 1 {
            return (distinct.first().copied(), None);
        }
        let latest = counts.iter().map(|(at, _)| *at).max().flatten();
        let at_latest: Vec<Money> =
            counts.iter().filter(|(at, _)| at.is_some() && *at == latest).map(|(_, counted)| *counted).collect();
        match at_latest.as_slice() {
            [counted] if counts.iter().all(|(at, _)| at.is_some()) => (Some(*counted), None),
            _ => {
                let all: Vec<String> = distinct.iter().map(Money::to_string).collect();
                (None, Some(format!("its tills say different counts ({}): which is the whole drawer?", all.join(", "))))
            }
        }
    }

    /// The equation of a tender in a round, and what was banked after its count.
    fn balance(&self, shifts: &Shifts, tender: &str, opening: Option<Money>, counted: Option<Money>) -> (Balance, Money) {
        let account = self.account(tender);
        let last_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).max();
        let of_tender =
            || self.posted().filter(|(posted, of)| *of == tender && Self::lies_in(shifts, posted)).map(|(posted, _)| posted);
        let after_count = |posted: &&Posted| posted.movement.reason == Reason::Banked && posted.shift == last_of(posted.till);
        let banked: Decimal = of_tender().filter(after_count).map(|posted| -posted.movement.amount).sum();
        let movements = of_tender().filter(|posted| !after_count(posted)).map(|posted| &posted.movement);
        let known = |amount: Option<Money>| amount.map(|amount| (account.clone(), amount.decimal())).into_iter().collect();
        let mut balance = balances(movements, &known(opening), &known(counted)).into_iter().next().unwrap_or(Balance {
            account: account.clone(),
            opening: None,
            moved_in: Decimal::ZERO,
            moved_out: Decimal::ZERO,
            counted: None,
        });
        for (_, moved_in, moved_out) in self.carried(shifts).into_iter().filter(|(name, ..)| name == tender) {
            balance.moved_in += moved_in;
            balance.moved_out += moved_out;
        }
        (balance, Money::rounded(banked))
    }

    fn account(&self, tender: &str) -> Account {
        let (store, drawer) = (self.judgement.store.code.clone(), self.unit.to_owned());
        Account::Drawer { store, drawer, tender: tender.to_owned() }
    }

    /// What the Z-reports say should be there. Each till's own figure includes its float; the drawer holds one.
    fn expected_by_z(
        &self,
        shifts: &Shifts,
        rows: &[((usize, usize), &Shift<'a>, &ZReport)],
        is_cash: bool,
        opening: Option<Money>,
    ) -> Option<Money> {
        let tills: BTreeSet<usize> = shifts.iter().map(|(till, _)| *till).collect();
        match rows {
            [(_, _, row)] if shifts.len() == 1 => row.expected,
            // A Z-report of a shift that is judged with others says nothing about all of them.
            _ if tills.len() < shifts.len() => None,
            rows => {
                let sum: Option<Money> = rows
                    .iter()
                    .map(|(_, _, row)| {
                        Some(row.expected? - if is_cash { row.opening_float.unwrap_or_default() } else { Money::ZERO })
                    })
                    .collect::<Option<Vec<_>>>()
                    .filter(|amounts| !amounts.is_empty())
                    .map(|amounts| amounts.iter().sum());
                let float = if is_cash { opening? } else { Money::ZERO };
                sum.map(|sum| sum + float)
            }
        }
    }

    /// What went to the bank, and what is left for tomorrow.
    #[expect(clippy::too_many_arguments, reason = "one call, with what the last shift states")]
    fn left(
        &self,
        rows: &[((usize, usize), &Shift<'a>, &ZReport)],
        tender: &str,
        counted: Option<Money>,
        after_count: Money,
        last: bool,
        subject: &str,
        outs: &mut Vec<TieOut>,
    ) -> (Option<Money>, Option<Money>) {
        let stated: Vec<Money> = rows.iter().filter_map(|(_, _, row)| row.banked).collect();
        let closing = rows.iter().rev().find_map(|(_, _, row)| row.closing_float);
        let is_before = self.judgement.store.banked == Banked::BeforeCount;
        let banked = (!stated.is_empty()).then(|| stated.iter().map(|amount| amount.abs()).sum::<Money>());
        let late = if last { self.late(tender, banked) } else { Money::ZERO };
        let ours = match (counted, banked) {
            (Some(counted), _) if is_before => Some(counted),
            (Some(counted), Some(_)) => Some(counted - after_count),
            _ => None,
        };
        if let (Some(ours), Some(closing)) = (ours, closing) {
            let note = format!("{} left by the count, {closing} stated", ours);
            outs.push(TieOut::compared("left", subject, ours.decimal(), closing.decimal(), note));
        }
        let banked = banked.or(match (counted, closing) {
            (Some(counted), Some(closing)) if !is_before => Some(counted - closing),
            _ => None,
        });
        (banked, closing.or(ours).map(|left| left + late))
    }

    /// Cash that moved after the last close without a sale: in nobody's over/short, but in what is left. A drop that is exactly
    /// what the Z-report says was banked is the same money.
    fn late(&self, tender: &str, banked: Option<Money>) -> Money {
        let closed: BTreeSet<usize> =
            self.tills.iter().filter(|(_, till)| !till.shifts.is_empty()).map(|(position, _)| *position).collect();
        let late = |drops: bool| -> Decimal {
            self.posted()
                .filter(|(posted, of)| *of == tender && posted.shift.is_none() && closed.contains(&posted.till))
                .filter(|(posted, _)| !matches!(posted.movement.reason, Reason::Sale | Reason::Refund))
                .filter(|(posted, _)| (posted.movement.reason == Reason::Drop) == drops)
                .map(|(posted, _)| posted.movement.amount)
                .sum()
        };
        let drops = Money::rounded(late(true));
        let drops = if banked == Some(-drops) { Money::ZERO } else { drops };
        drops + Money::rounded(late(false))
    }

    /// Why nothing may be compared in this round, whatever was counted.
    fn doubt(&self, shifts: &Shifts) -> Option<(Lack, String)> {
        let judgement = self.judgement;
        let of_round = || self.tills.iter().filter(|(position, _)| shifts.iter().any(|(till, _)| till == position));
        let why = of_round()
            .find_map(|(_, till)| judgement.blocked_till(till))
            .or_else(|| {
                shifts.iter().find_map(|&(at, shift)| {
                    let (_, till) = self.tills.iter().find(|(position, _)| *position == at)?;
                    zreport::doubt(judgement, till, shift)
                })
            })
            .or_else(|| self.without_tenders().map(|till| format!("{till} has not sent its payments")));
        why.map(|why| (Lack::Other, why))
    }

    /// A till of this drawer that rang sales but sent no tenders.
    fn without_tenders(&self) -> Option<String> {
        self.tills
            .iter()
            .find(|(_, till)| {
                let sold = till.transactions.iter().any(|sale| sale.counts() && !sale.bridge(self.judgement.store).due().is_zero());
                sold && !till.kinds.contains(&crate::model::Kind::Tenders)
            })
            .map(|(_, till)| self.judgement.called(&till.name))
    }

    /// Sales that no Z-report of the day covers: shown, not judged.
    fn unclosed(&self, rounds: &mut Vec<Round>, before: Before, no_z: bool) {
        let open: Vec<&(usize, &Till<'a>)> = self.tills.iter().filter(|(_, till)| till.unclosed().next().is_some()).collect();
        let moved_only = no_z && open.is_empty();
        if open.is_empty() && !moved_only {
            return;
        }
        let judgement = self.judgement;
        let policy = &judgement.context.policy;
        let open_posted =
            || self.posted().filter(|(posted, _)| posted.shift.is_none() && (no_z || is_sale(&posted.movement.reason)));
        let names: BTreeSet<(TenderClass, String)> =
            open_posted().map(|(_, tender)| (policy.tender_class(tender), tender.to_owned())).collect();
        let needed = judgement.expects_z() || !no_z;
        let why = if !judgement.expects_z() && no_z {
            "not reconcilable: the store sends no Z-reports".to_owned()
        } else if no_z {
            format!("the Z-report of {} has not come", self.named(&open))
        } else {
            format!("sales of {} after its last Z-report wait for the next one", self.named(&open))
        };
        for (class, tender) in names {
            let opening = match before {
                Before::Left(left) if class == TenderClass::Cash => Some(left.decimal()),
                _ if class == TenderClass::Cash => None,
                _ => Some(Decimal::ZERO),
            };
            let account = self.account(&tender);
            let movements = open_posted().filter(|(_, of)| *of == tender).map(|(posted, _)| &posted.movement);
            let openings = opening.map(|opening| (account, opening)).into_iter().collect();
            let Some(balance) = balances(movements, &openings, &BTreeMap::new()).into_iter().next() else { continue };
            rounds.push(Round {
                subject: format!("{} {tender}", self.unit).trim_start().to_owned(),
                tills: self.tills.iter().map(|(position, _)| *position).collect(),
                needed,
                lack: Some(Lack::Z),
                expected: Tie::NotChecked,
                opening: Opening::Unknown,
                before: None,
                since: None,
                result: DrawerResult {
                    drawer: self.unit.to_owned(),
                    tills: self.declared.clone(),
                    z_numbers: Vec::new(),
                    tender,
                    class,
                    balance,
                    expected_by_z: None,
                    over_short: None,
                    not_judged: Some(why.clone()),
                    banked: None,
                    left: None,
                    overnight: None,
                },
            });
        }
    }

    fn named(&self, tills: &[&(usize, &Till<'a>)]) -> String {
        let names: Vec<String> = tills.iter().map(|(_, till)| self.judgement.called(&till.name)).collect();
        if names.is_empty() { self.judgement.called(self.unit) } else { names.join(", ") }
    }
}

fn is_sale(reason: &Reason) -> bool {
    matches!(reason, Reason::Sale | Reason::Refund)
}

/// Ours against the till's own figure. Some tills leave the float out of it.
fn z_expected(balance: &Balance, by_z: Option<Money>, blocked: Option<String>, subject: &str, outs: &mut Vec<TieOut>) -> Tie {
    let Some(by_z) = by_z.map(Money::decimal) else { return Tie::NotApplicable };
    let Some(ours) = balance.expected() else {
        outs.push(TieOut::open("z_expected", subject, Tie::NotChecked, Some(by_z), None, "the opening is not known"));
        return Tie::NotChecked;
    };
    if let Some(why) = blocked {
        outs.push(TieOut::open("z_expected", subject, Tie::NotChecked, Some(by_z), Some(ours), why));
        return Tie::NotChecked;
    }
    let opening = balance.opening.unwrap_or_default();
    let (right, float) = match ours - opening {
        without if without == by_z && ours != by_z => (without, ", float left out"),
        _ => (ours, ""),
    };
    let note = format!("the Z-report expects {}, we {}{float}", Money::rounded(by_z), Money::rounded(right));
    let out = TieOut::compared("z_expected", subject, by_z, right, note);
    let tie = out.tie;
    outs.push(out);
    tie
}

fn float_carried(subject: &str, is_cash: bool, opening: Option<Money>, before: Before, first: bool, outs: &mut Vec<TieOut>) {
    if !is_cash {
        return;
    }
    let name = "float_carried";
    let stated = opening.map(Money::decimal);
    let out = match (opening, before) {
        (Some(opening), Before::Left(left)) => {
            let note = format!(
                "opened with {opening}, {left} was left {}",
                if first { "the evening before" } else { "by the shift before" }
            );
            TieOut::compared(name, subject, opening.decimal(), left.decimal(), note)
        }
        (None, Before::Left(left)) => {
            let why = "nobody counted the opening: what was left before was taken, so over/short contains the night";
            TieOut::open(name, subject, Tie::NotChecked, None, Some(left.decimal()), why)
        }
        (_, Before::FirstDay) => TieOut::open(name, subject, Tie::NotApplicable, stated, None, "the drawer's first day"),
        (_, Before::Unknown) => {
            TieOut::open(name, subject, Tie::NotChecked, stated, None, "nobody says what was left in the drawer before")
        }
    };
    outs.push(out);
}

/// `50.00 + 117.50 − 100.00 = 67.50`.
pub(super) fn equation(balance: &Balance) -> String {
    let figure = |amount: Decimal| Money::rounded(amount).to_string();
    let mut text = figure(balance.opening.unwrap_or_default());
    if !balance.moved_in.is_zero() {
        text += &format!(" + {}", figure(balance.moved_in));
    }
    if !balance.moved_out.is_zero() {
        text += &format!(" − {}", figure(balance.moved_out));
    }
    format!("{text} = {}", figure(balance.expected().unwrap_or_default()))
}

impl Round {
    fn conclude(&self, judgement: &mut Judgement<'_>) {
        let result = &self.result;
        let what = format!("drawer {}, {}", result.drawer, result.tender.to_lowercase());
        if self.opening == Opening::First && result.class == TenderClass::Cash && self.lack.is_none() {
            let opening = Money::rounded(result.balance.opening.unwrap_or_default());
            let message = format!("{what}: the opening float of {opening} was taken as declared, it is the drawer's first day");
            judgement.find(S015, &self.subject, opening, message, "");
        }
        if let Some(overnight) = result.overnight.filter(|overnight| !overnight.is_zero()) {
            let (opening, left) = (Money::rounded(result.balance.opening.unwrap_or_default()), self.before.unwrap_or_default());
            let side = if overnight.is_negative() { "less" } else { "more" };
            let message = format!("{what}: opened with {opening}, but {left} was left before: {} {side}", overnight.abs());
            judgement.find(
                S004,
                &self.subject,
                overnight,
                message,
                "Was change fetched or cash banked in between? It is in nobody's over/short.",
            );
            judgement.tolerate(overnight);
        }
        if self.expected == Tie::Differs && self.lack != Some(Lack::Other) {
            self.z_differs(judgement, &what);
        }
        match (&result.not_judged, self.lack) {
            (Some(why), Some(lack)) => self.not_judged(judgement, &what, why, lack),
            _ => self.judged(judgement, &what),
        }
    }

    fn z_differs(&self, judgement: &mut Judgement<'_>, what: &str) {
        let (Some(by_z), Some(ours)) = (self.result.expected_by_z, self.result.balance.expected()) else { return };
        let difference = by_z - Money::rounded(ours);
        let message = format!(
            "{what}: the Z-report expects {by_z}, the transactions give {}: {difference} apart",
            equation(&self.result.balance)
        );
        judgement.find(S016, &self.subject, difference, message, "Are rows missing, or a cash movement?");
        judgement.out_of_balance();
    }

    fn not_judged(&self, judgement: &mut Judgement<'_>, what: &str, why: &str, lack: Lack) {
        if !self.needed {
            return;
        }
        judgement.incomplete();
        let amount = self.result.balance.expected().map(Money::rounded);
        let expected = amount.map(|amount| format!(" It should hold {amount}.")).unwrap_or_default();
        match lack {
            // The Z-report and its count are in: that there is no count in it is already known.
            Lack::Count if judgement.overdue || !judgement.expects.contains(&crate::model::Kind::CashCounts) => {
                judgement.note(S006, &self.subject, amount, format!("{what}: {why}"), format!("Please send the count.{expected}"));
            }
            Lack::Z if self.result.class == TenderClass::Cash && judgement.overdue => {
                let message = format!("{what}: {why}");
                judgement.note(S005, &self.subject, amount, message, "Please send the Z-report, with its count.");
            }
            Lack::Z if self.result.class != TenderClass::Cash => return,
            _ => {}
        }
        if self.result.class == TenderClass::Cash {
            judgement.note(S011, &self.subject, None, format!("{what}: not judged: {why}"), "");
        }
    }

    fn judged(&self, judgement: &mut Judgement<'_>, what: &str) {
        let result = &self.result;
        let Some(over_short) = result.over_short else { return };
        judgement.judged = true;
        if over_short.is_zero() {
            return;
        }
        let side = if over_short.is_negative() { "short" } else { "over" };
        let counted = Money::rounded(result.balance.counted.unwrap_or_default());
        let since = self.since.map(|since| format!(" (since {})", spoken(since))).unwrap_or_default();
        let sum = format!("{} expected{since}, {counted} counted, {} {side}", equation(&result.balance), over_short.abs());
        if result.class != TenderClass::Cash {
            judgement.find(S013, &self.subject, over_short, format!("{what}: {sum}"), "Was one sale rung in another tender?");
            judgement.out_of_balance();
            return;
        }
        let night = if self.opening == Opening::Carried { " Nobody counted the opening, so the night is in it." } else { "" };
        let within = judgement.tolerate(over_short);
        judgement.find(
            S002,
            &self.subject,
            over_short,
            format!("{what}: {sum}"),
            format!("Please don't add or take any money.{night}"),
        );
        if let Some(finding) = judgement.findings.last_mut().filter(|_| within) {
            finding.severity = Severity::Note;
        }
    }
}

/// Small differences every day are not small.
fn weekly(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    let mut today: BTreeMap<&str, Money> = BTreeMap::new();
    for round in rounds.iter().filter(|round| round.result.class == TenderClass::Cash) {
        if let Some(over_short) = round.result.over_short {
            *today.entry(&round.result.drawer).or_default() += over_short.abs();
        }
    }
    let limit = judgement.context.policy.weekly;
    for (drawer, today) in today.into_iter().filter(|(_, today)| !today.is_zero()) {
        let from = carry::week_before(judgement.trading_day);
        let days = judgement.evidence.before.week.get(drawer);
        let earlier: Money =
            days.into_iter().flat_map(|days| days.range(from..judgement.trading_day)).map(|(_, amount)| *amount).sum();
        let sum = earlier + today;
        // One large difference has its own finding.
        if sum > limit && !earlier.is_zero() {
            let message = format!("drawer {drawer}: differences of seven days add up to {sum}, the limit is {limit}");
            judgement.find(S014, drawer, sum, message, "Each is small; together they are worth a look.");
            judgement.out_of_balance();
        }
    }
}
