//! Answers about a judged store-day.

use rust_decimal::Decimal;

use super::draft::{Draft, name};
use super::{Answer, Case, Catalogue, calm_end};
use crate::diagnostic::{Diagnostic, F003, F013, S005, S006, S007};
use crate::model::{At, Kind, Money, Policy, Store, TenderClass};
use crate::reconcile::{Cause, DrawerResult, Explanation, LikelyCause, State, StoreDay, Tie, TieOut};

/// A tender of a drawer that is over or short.
type Difference<'a> = (&'a DrawerResult, Money);

/// The differences of a day, those in cash first, the largest first.
pub(super) fn differences(day: &StoreDay) -> Vec<Difference<'_>> {
    let mut all: Vec<_> = day.drawers.iter().filter_map(|drawer| Some((drawer, drawer.over_short?))).collect();
    all.retain(|(_, amount)| *amount != Money::ZERO);
    all.sort_by_key(|(drawer, amount)| (drawer.class, std::cmp::Reverse(amount.abs())));
    all
}

/// Is a difference more than the second limit, above which it is not told by mail?
pub(super) fn above_second(amount: Money, store: Option<&Store>, policy: &Policy) -> bool {
    let limits = store.and_then(|store| store.tolerances.as_deref()).unwrap_or(&policy.tolerances);
    limits.get(1).or(limits.last()).is_some_and(|limit| amount.abs() > *limit)
}

/// The explanation with a cause that is likely enough to be said.
pub(super) fn said(day: &StoreDay) -> Option<&LikelyCause> {
    day.explanations.iter().find_map(Explanation::said)
}

/// Does the cause that is said leave no money missing: what one side has too little, the other has too much?
fn settled(day: &StoreDay) -> bool {
    let moves = |cause: Cause| matches!(cause, Cause::WrongTender | Cause::RefundOtherTender | Cause::TwoDrawers);
    let sum: Money = differences(day).iter().map(|(_, amount)| *amount).sum();
    sum == Money::ZERO && said(day).is_some_and(|likely| likely.with.is_none() && moves(likely.cause))
}

pub(super) fn answer(case: &Case<'_>, day: &StoreDay, cells: &[Diagnostic]) -> Answer {
    let differ = differences(day);
    let large = differ.iter().any(|(_, amount)| above_second(*amount, case.store, case.policy)) && !settled(day);
    match day.state {
        State::Incomplete if !cells.is_empty() => Answer::Cell,
        State::Incomplete if missing(day).is_some() => Answer::Waiting,
        State::Incomplete => Answer::NotComplete,
        _ if large => Answer::Thanks,
        State::OutOfBalance if differ.is_empty() => Answer::NotYet,
        State::OutOfBalance => Answer::Differs,
        State::WithinTolerance if !differ.is_empty() => Answer::Small,
        State::Balanced | State::WithinTolerance => Answer::AllAgrees,
        State::Accepted | State::Zero | State::Expected | State::Overdue | State::Closed | State::NotExpected => Answer::Here,
    }
}

pub(super) fn draft(case: &Case<'_>, day: &StoreDay, cells: &[Diagnostic], words: &Catalogue) -> Draft {
    let teller = Teller { case, day, words };
    match super::answer(case) {
        Answer::AllAgrees => teller.all_agrees(),
        Answer::Small | Answer::Differs => teller.differs(),
        Answer::Thanks => teller.thanks(),
        Answer::NotYet => teller.not_yet(),
        Answer::Cell => teller.cell(cells),
        Answer::Waiting => teller.waiting(),
        Answer::NotComplete => teller.not_complete(),
        _ => {
            let mut draft = teller.begin("thank_you", &[]);
            calm_end(&mut draft, case, words);
            draft
        }
    }
}

/// What a store-day still waits for, as the catalogue calls it.
fn missing(day: &StoreDay) -> Option<&'static str> {
    let of = |finding: &Diagnostic| match finding.code {
        code if code == S005 => Some("z_report"),
        code if code == S006 => Some("count"),
        code if code == S007 => Some(match finding.subject.rsplit(' ').next().and_then(|kind| kind.parse().ok()) {
            Some(Kind::ZReports) => "z_report",
            Some(Kind::CashCounts) => "count",
            Some(Kind::Lines | Kind::Headers) => "sales_file",
            Some(Kind::Tenders) => "payments_file",
            _ => "other_file",
        }),
        _ => None,
    };
    let cash = |drawer: &&DrawerResult| drawer.class == TenderClass::Cash && drawer.over_short.is_none();
    let no_z = || day.drawers.iter().filter(cash).any(|drawer| drawer.z_numbers.is_empty());
    day.findings.iter().find_map(of).or_else(|| no_z().then_some("z_report"))
}

/// Tells of one store-day.
struct Teller<'a> {
    case: &'a Case<'a>,
    day: &'a StoreDay,
    words: &'a Catalogue,
}

impl Teller<'_> {
    fn begin(&self, verdict: &str, more: &[(&str, &str)]) -> Draft {
        self.begin_counted(verdict, 1, more)
    }

    fn begin_counted(&self, verdict: &str, count: usize, more: &[(&str, &str)]) -> Draft {
        let (store, day) = (self.case.name(self.words), self.words.day(self.day.trading_day));
        let values = [&[("store", store.as_str()), ("day", day.as_str())], more].concat();
        Draft::new(self.words.counted(verdict, count, &values))
    }

    fn amount(&self, amount: Money) -> String {
        self.words.amount(amount, &self.day.currency)
    }

    /// A figure of a tie-out, which is money when the tie-out is of money.
    fn figure(&self, of: Option<Decimal>) -> Option<String> {
        of.map(|figure| self.amount(Money::rounded(figure)))
    }

    fn tender(&self, class: TenderClass) -> String {
        let key = match class {
            TenderClass::Cash => "cash",
            TenderClass::Card => "card",
            TenderClass::GiftCard => "gift_card",
            TenderClass::Other => "other_tender",
        };
        self.words.say(key, &[])
    }

    fn cash(&self) -> Vec<&DrawerResult> {
        self.day.drawers.iter().filter(|drawer| drawer.class == TenderClass::Cash).collect()
    }

    // --------------------------------------------------------------------------------------------------------- all agrees

    fn all_agrees(&self) -> Draft {
        let mut draft = self.begin("all_agrees", &[]);
        if let Some(arrived) = self.case.arrived {
            draft.say(match arrived.date() == self.day.trading_day {
                true => self.words.say("thanks_agree", &[("time", &self.words.time(arrived.time()))]),
                false => self.words.say("thanks_agree_day", &[("day", &self.words.day(arrived.date()))]),
            });
        }
        let amount = self.amount(self.day.bridge.takings);
        draft.may_say(match self.tenders() {
            Some(tenders) => self.words.say("sales", &[("amount", &amount), ("tenders", &self.words.list(&tenders))]),
            None => self.words.say("sales_only", &[("amount", &amount)]),
        });
        draft.may_say(self.held());
        self.bank(&mut draft);
        calm_end(&mut draft, self.case, self.words);
        draft
    }

    /// What each sort of money came to, where that adds up to the takings.
    fn tenders(&self) -> Option<Vec<String>> {
        let bridge = &self.day.bridge;
        if bridge.takings != bridge.tenders || self.day.drawers.iter().any(|drawer| drawer.after_cutoff.is_some()) {
            return None;
        }
        let mut rest = bridge.tenders;
        let mut parts = Vec::new();
        for class in [TenderClass::Card, TenderClass::GiftCard, TenderClass::Other] {
            let of: Vec<_> = self.day.drawers.iter().filter(|drawer| drawer.class == class).collect();
            let sum = of.iter().map(|drawer| drawer.balance.expected()).sum::<Option<Decimal>>()?;
            let sum = Money::rounded(sum);
            rest -= sum;
            parts.extend((!of.is_empty()).then(|| format!("{} {}", self.tender(class), self.amount(sum))));
        }
        if !self.cash().is_empty() {
            parts.insert(0, format!("{} {}", self.tender(TenderClass::Cash), self.amount(rest)));
        }
        (!parts.is_empty() && !rest.is_negative()).then_some(parts)
    }

    /// What the drawers held, where all of them were counted and are right.
    fn held(&self) -> String {
        let last = self.last_closes();
        let right = !last.is_empty() && self.cash().iter().all(|drawer| drawer.over_short == Some(Money::ZERO));
        let sum = last.iter().map(|drawer| drawer.balance.counted).sum::<Option<Decimal>>();
        match self.figure(sum.filter(|_| right)) {
            Some(amount) => self.words.counted("held", last.len(), &[("amount", &amount)]),
            None => String::new(),
        }
    }

    /// The last close of each cash drawer.
    fn last_closes(&self) -> Vec<&DrawerResult> {
        let cash = self.cash();
        let is_last = |(place, drawer): &(usize, &&DrawerResult)| {
            !cash.iter().skip(place + 1).any(|later| later.drawer == drawer.drawer && later.tender == drawer.tender)
        };
        cash.iter().enumerate().filter(is_last).map(|(_, drawer)| *drawer).collect()
    }

    /// What to bank and what to leave, where the counts say so: the one task of a good day.
    fn bank(&self, draft: &mut Draft) {
        let last = self.last_closes();
        let banked = self.cash().iter().map(|drawer| drawer.banked).sum::<Option<Money>>();
        let left = last.iter().map(|drawer| drawer.left).sum::<Option<Money>>();
        if let (Some(banked), Some(left), false) = (banked.filter(|banked| *banked != Money::ZERO), left, last.is_empty()) {
            let values = [("banked", &*self.amount(banked)), ("left", &*self.amount(left))];
            draft.task(self.words.counted("bank_and_leave", last.len(), &values));
        }
    }

    // -------------------------------------------------------------------------------------------------------- differences

    fn differs(&self) -> Draft {
        let differ = differences(self.day);
        let Some((first, others)) = differ.split_first() else { return self.begin("thank_you", &[]) };
        let small = super::answer(self.case) == Answer::Small;
        let likely = said(self.day).filter(|_| !small);
        let verdict = match (first.1.is_negative(), likely.is_some()) {
            (true, false) => "under",
            (true, true) => "under_why",
            (false, false) => "over",
            (false, true) => "over_why",
        };
        let mut draft = self.begin(verdict, &[("tender", &self.tender(first.0.class)), ("amount", &self.amount(first.1))]);
        draft.say(self.difference(first));
        for other in others.iter().take(2) {
            draft.may_say(self.difference(other));
        }
        match likely {
            Some(likely) => self.likely(likely, &mut draft),
            None if small => draft.may_say(self.words.say("small", &[])),
            None => draft.task(self.words.say("no_reason", &[])),
        }
        if small {
            self.bank(&mut draft);
        }
        draft.must_end(self.words.say("dont", &[]));
        draft.may_end(self.words.say(if settled(self.day) { "everyone_safe" } else { "everyone" }, &[]));
        draft
    }

    fn difference(&self, (drawer, amount): &Difference<'_>) -> String {
        let (said, tender) = (self.amount(*amount), self.tender(drawer.class));
        let balance = &drawer.balance;
        let figures = self.figure(balance.expected()).zip(self.figure(balance.counted));
        match (drawer.class, figures) {
            (TenderClass::Cash, Some((expected, counted))) => {
                let values = [("drawer", name(&drawer.drawer)), ("expected", expected), ("counted", counted)];
                let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                self.words.say(if self.last_closes().len() > 1 { "should_hold_of" } else { "should_hold" }, &values)
            }
            (TenderClass::Card, _) => {
                self.words.say(if amount.is_negative() { "machine_less" } else { "machine_more" }, &[("amount", &said)])
            }
            _ => {
                let key = if amount.is_negative() { "also_under" } else { "also_over" };
                self.words.say(key, &[("tender", &capital(&tender)), ("amount", &said)])
            }
        }
    }

    /// The likeliest cause, the row to look at, and what to look for.
    fn likely(&self, likely: &LikelyCause, draft: &mut Draft) {
        let given = |text: &str| {
            let fits = !text.is_empty() && text.split_whitespace().count() <= 24 && self.words.is_plain(text);
            (self.words.causes_given && fits).then(|| bare(text))
        };
        let cause = given(&likely.sentence).unwrap_or_else(|| self.words.cause(likely.cause.word()).to_owned());
        let row = likely.rows.first().and_then(|row| given(&row.what)).filter(|_| likely.matches <= 1);
        draft.say(match row {
            Some(row) => self.words.say("cause_row", &[("cause", &cause), ("row", &row)]),
            None => self.words.say("cause", &[("cause", &cause)]),
        });
        if likely.matches > 1 {
            draft.may_say(self.words.counted("matches", likely.matches, &[]));
        }
        let question = given(&likely.question).filter(|question| question.ends_with('?'));
        let question = question.unwrap_or_else(|| self.words.say("could_it_be", &[]));
        draft.task(format!("{question} {}", self.words.say("yes_or_no", &[])));
    }

    fn thanks(&self) -> Draft {
        let mut draft = self.begin("thank_you", &[]);
        draft.say(self.words.say("thanks_only", &[]));
        draft.must_end(self.words.say("dont", &[]));
        draft
    }

    /// What differs where no drawer does: a Z-report, numbers, what is on its way to the bank.
    fn not_yet(&self) -> Draft {
        let mut draft = self.begin("not_yet", &[]);
        let z = |tie: &&TieOut| tie.tie == Tie::Differs && matches!(tie.name, "z_net" | "z_gross");
        let z = self.day.tie_outs.iter().find(z).and_then(|tie| self.figure(tie.left).zip(self.figure(tie.right)));
        if let Some((left, right)) = z {
            draft.say(self.words.say("z_differs", &[("left", &left), ("right", &right)]));
            draft.task(self.words.say("send_again", &[]));
        } else if let Some((till, first, last)) = self.day.gaps.first() {
            let (till, first, last) = (name(till), name(first), name(last));
            let key = if first == last { "gap_one" } else { "gap" };
            draft.say(self.words.say(key, &[("till", &till), ("first", &first), ("last", &last)]));
            draft.task(self.words.say("send_again", &[]));
        } else if self.day.banking == crate::reconcile::Banking::Differs {
            draft.say(self.words.say("bank_differs", &[]));
        } else {
            draft.say(self.words.say("head_office_looks", &[]));
        }
        draft.must_end(self.words.say("dont", &[]));
        draft
    }

    // ------------------------------------------------------------------------------------------------------- not complete

    fn cell(&self, cells: &[Diagnostic]) -> Draft {
        let count = cells.iter().map(|cell| 1 + cell.more).sum();
        let mut draft = self.begin_counted("to_mend", count, &[]);
        draft.say(self.words.counted("every_row_but", count, &[]));
        if let Some(cell) = cells.first() {
            draft.say(self.wrong_cell(cell));
            if let Some(guess) = guess(cell).filter(|_| count == 1) {
                let of_z = self.z_with(&guess);
                draft.say(match of_z {
                    Some(amount) => self.words.say("we_think_matches", &[("guess", &guess), ("amount", &amount)]),
                    None => self.words.say("we_think", &[("guess", &guess)]),
                });
            }
        }
        draft.task(self.words.counted("correct_cell", count, &[]));
        let both: Vec<&TieOut> = self.day.tie_outs.iter().filter(|tie| tie.name == "count_and_z").collect();
        let right = !both.is_empty() && both.iter().all(|tie| tie.left.is_some() && tie.left == tie.right);
        draft.may_end(self.words.say(if right { "others_safe_right" } else { "others_safe" }, &[]));
        draft
    }

    /// Where the cell is and what is in it. A cell that may hold words, perhaps somebody's, is not repeated.
    fn wrong_cell(&self, cell: &Diagnostic) -> String {
        let place = self.place(&cell.at);
        let value = quoted(cell);
        match value {
            _ if cell.code == F013 => self.words.say("is_blank", &[("place", &place)]),
            None => self.words.say("cannot_read", &[("place", &place)]),
            Some(value) => match letter(value).filter(|_| guess(cell).is_some()) {
                Some(letter) => {
                    self.words.say("says_letter", &[("place", &place), ("value", value), ("letter", &letter.to_string())])
                }
                None => self.words.say("says", &[("place", &place), ("value", value)]),
            },
        }
    }

    fn place(&self, at: &At) -> String {
        let (file, sheet) = (name(&at.document), at.sheet.as_deref().map(name));
        let row = at.row.map(|row| row.to_string()).unwrap_or_default();
        let Some(column) = &at.column else { return self.words.say("in_row", &[("file", &file), ("row", &row)]) };
        let place = match sheet.filter(|sheet| !sheet.is_empty()) {
            Some(sheet) => {
                let cell = format!("{}{row}", column.letters());
                self.words.say("in_cell", &[("file", &file), ("sheet", &sheet), ("cell", &cell)])
            }
            None => self.words.say("in_column", &[("file", &file), ("row", &row), ("cell", &column.letters())]),
        };
        match name(&column.heading) {
            heading if heading.is_empty() => place,
            heading => self.words.say("headed", &[("place", &place), ("heading", &heading)]),
        }
    }

    /// The Z-report's total, when the day's rows come to it with the figure that we think is meant.
    fn z_with(&self, guess: &str) -> Option<String> {
        let guess: Decimal = guess.parse().ok()?;
        let mut short = Decimal::ZERO;
        let mut total = Decimal::ZERO;
        for tie in self.day.tie_outs.iter().filter(|tie| tie.name == "z_net") {
            short += tie.left? - tie.right?;
            total += tie.left?;
        }
        self.figure(Some(total).filter(|total| !total.is_zero() && short == guess))
    }

    fn waiting(&self) -> Draft {
        let what = self.words.say(missing(self.day).unwrap_or("other_file"), &[]);
        let mut draft = self.begin("waiting", &[("what", &what)]);
        draft.say(self.words.say("have_the_rest", &[]));
        draft.task(self.words.say("please_send", &[("what", &what)]));
        draft
    }

    fn not_complete(&self) -> Draft {
        let mut draft = self.begin("not_complete", &[]);
        draft.say(self.words.say("have_the_rest", &[]));
        draft.say(self.words.say("head_office_asks", &[]));
        draft
    }
}

/// The letters in a figure that may be meant as digits.
fn as_digit(letter: char) -> Option<char> {
    match letter {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => None,
    }
}

fn letter(value: &str) -> Option<char> {
    value.chars().find(|letter| as_digit(*letter).is_some())
}

/// What a cell says, as its finding repeats it, when that is a figure or nearly one.
fn quoted(cell: &Diagnostic) -> Option<&str> {
    let value = cell.message.split('`').nth(1)?.trim();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let figure = |c: char| c.is_ascii_digit() || as_digit(c).is_some() || ".,-+:/£$€%".contains(c);
    (digits > 0 && value.len() <= 16 && value.chars().all(figure)).then_some(value)
}

/// The figure that is probably meant.
fn guess(cell: &Diagnostic) -> Option<String> {
    let value = quoted(cell).filter(|_| cell.code == F003)?;
    letter(value)?;
    let digits: String = value.chars().map(|c| as_digit(c).unwrap_or(c)).collect();
    digits.parse::<Decimal>().ok().map(|_| digits)
}

/// A sentence that somebody else made, to stand within one: without a full stop of its own, on one line.
fn bare(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
