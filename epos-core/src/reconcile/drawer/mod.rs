//! Drawers: the one equation per drawer, shift and tender, and what the count says of it.
//!
//! Three figures, never two: ours (from transactions), the Z-report's, the counted. Over/short is counted − ours; the Z-report's
//! figure against ours is a tie-out of its own.

mod figures;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::judge::Judgement;
use super::{DrawerResult, Tie, TieOut, cutoff, zreport};
use crate::diagnostic::S017;
use crate::ledger::till::{Shift, Till};
use crate::ledger::transaction::{Placed, Transaction};
use crate::ledger::{Posted, Tenders, balances, own_name};
use crate::model::{Account, Balance, Money, Reason, Tender, TenderClass, ZReport};
use figures::{float_carried, z_expected};
use verdict::{Lack, Opening};
pub(super) use verdict::{Round, agrees, conclude, withhold};

/// What the drawer held before a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Left(Money),
    Unknown,
    FirstDay,
}

/// A Z-report's row of a tender: till and shift by position, the shift, the row.
type Stated<'s, 'a> = ((usize, usize), &'s Shift<'a>, &'a ZReport);

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
    for out in outs.iter().filter(|out| matches!(out.name, "denominations" | "left") && out.tie == Tie::Differs) {
        let difference = Money::rounded(out.left.unwrap_or_default() - out.right.unwrap_or_default());
        let bare = out.subject.starts_with(|c: char| c.is_ascii_digit());
        let message = format!("{}{}: {}", if bare { "drawer " } else { "" }, out.subject, out.note);
        judgement.find(S017, &format!("{} {}", out.subject, out.name), difference, message, "Which of the two is right?");
        judgement.out_of_balance();
    }
    judgement.tie_outs.extend(outs);
    rounds
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
        on_z.chain(moved).chain(carried).chain(cash).map(|name| (Tenders::class(&name, policy), name)).collect()
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
        let (till, banked_rows) = self.balance(shifts, &tender, opening, counted);
        let sales = self.tills.iter().flat_map(|(position, till)| till.transactions.iter().map(move |sale| (*position, sale)));
        let of_round = sales.filter(|(position, sale)| match sale.placed {
            Placed::Shift(shift) => shifts.contains(&(*position, shift)),
            _ => false,
        });
        let after_cutoff = self.after_cutoff(of_round.map(|(_, sale)| sale), class, &tender);
        let (balance, cutoff_unknown) = self.batch(&till, class, &tender, after_cutoff, first);

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
            .or(cutoff_unknown.map(|why| (Lack::Other, why)))
            .or_else(|| opening.is_none().then(|| (Lack::Other, "nobody says what was in the drawer at opening".to_owned())));
        let over_short = lack.is_none().then(|| balance.over_short()).flatten().map(Money::rounded);

        let blocked = self.doubt(shifts).map(|(_, why)| why);
        let expected = z_expected(&till, expected_by_z, blocked, &subject, outs);
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
                blind: !rows.is_empty() && rows.iter().all(|(_, _, row)| row.blind),
                after_cutoff,
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
            till,
        }
    }

    /// What of a card tender was sold after the machine's cut-off.
    fn after_cutoff<'s>(&self, sales: impl Iterator<Item = &'s Transaction<'a>>, class: TenderClass, tender: &str) -> Option<Money>
    where
        'a: 's,
    {
        if class != TenderClass::Card {
            return None;
        }
        let judgement = self.judgement;
        let name = |row: &Tender| own_name(&row.tender, row.currency.as_deref(), judgement.store);
        cutoff::after(judgement, sales, |row| self.tenders.called(&name(row), &judgement.context.policy) == tender)
    }

    /// What a card machine's batch should hold: the till's card sales, less today's after the cut-off, with yesterday's after it;
    /// or why that is not known. For all else, the till's own equation.
    fn batch(
        &self,
        till: &Balance,
        class: TenderClass,
        tender: &str,
        after: Option<Money>,
        first: bool,
    ) -> (Balance, Option<String>) {
        if class != TenderClass::Card || self.judgement.store.card_cutoff.is_none() {
            return (till.clone(), None);
        }
        let before = &self.judgement.evidence.before.after_cutoff;
        let carried = if first { cutoff::carried(before, self.unit, tender) } else { Some(Money::ZERO) };
        let balance = Balance {
            opening: carried.map(Money::decimal),
            moved_out: till.moved_out + after.unwrap_or_default().decimal(),
            ..till.clone()
        };
        let why = match (carried, after) {
            (None, _) => Some("nobody knows what was sold by card after the cut-off of the day before".to_owned()),
            (_, None) => Some("a card payment has no time, so nobody knows to which batch it belongs".to_owned()),
            _ => None,
        };
        (balance, why)
    }

    /// Rows of a tender in a round, in order of shifts.
    fn rows(&self, shifts: &Shifts, tender: &str) -> Vec<Stated<'j, 'a>> {
        let policy = &self.judgement.context.policy;
        let of_shift = shifts.iter().filter_map(|&at| self.shift(at).map(|(_, shift)| (at, shift)));
        of_shift
            .flat_map(|(at, shift)| shift.rows.iter().map(move |row| (at, shift, *row)))
            .filter(|(_, _, row)| self.tenders.called(&row.tender, policy) == tender)
            .collect()
    }

    fn account(&self, tender: &str) -> Account {
        let (store, drawer) = (self.judgement.store.code.clone(), self.unit.to_owned());
        Account::Drawer { store, drawer, tender: tender.to_owned() }
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
            .or_else(|| self.beside(shifts))
            .or_else(|| self.without_tenders().map(|till| format!("{till} has not sent its payments")));
        why.map(|why| (Lack::Other, why))
    }

    /// Why the count of a shared drawer holds more than these shifts: another of its tills is not in them.
    fn beside(&self, shifts: &Shifts) -> Option<String> {
        let absent = self.declared.iter().filter(|_| self.declared.len() > 1).find(|till| {
            self.judgement.missing.contains_key(*till)
                && !self.tills.iter().any(|(_, of)| of.name == **till || of.name == self.unit)
        });
        if let Some(till) = absent {
            return Some(format!("nothing came from {till}, which shares the drawer"));
        }
        let mut open = self.tills.iter().filter(|(_, till)| till.unclosed().next().is_some());
        let beside = open.find(|(position, _)| shifts.iter().all(|(till, _)| till != position))?;
        Some(format!("no Z-report covers the sales of {}, which shares the drawer", self.judgement.called(&beside.1.name)))
    }

    /// A till of this drawer that rang sales but sent no tenders.
    fn without_tenders(&self) -> Option<String> {
        let owing = self.tills.iter().find(|(_, till)| till.owes_tenders(self.judgement.store));
        owing.map(|(_, till)| self.judgement.called(&till.name))
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
            open_posted().map(|(_, tender)| (Tenders::class(tender, policy), tender.to_owned())).collect();
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
            let after_cutoff = self.after_cutoff(open.iter().flat_map(|(_, till)| till.unclosed()), class, &tender);
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
                till: balance.clone(),
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
                    blind: false,
                    after_cutoff,
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
