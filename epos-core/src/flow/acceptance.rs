//! `accept` and `declare`: what people say of a store-day.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Audit, store};
use crate::diagnostic::{Diagnostic, S002, S013, Severity};
use crate::error::{Error, Result};
use crate::model::{Acceptance, AcceptanceReason, Declaration, Declared, Money, Rate};
use crate::reconcile::{StoreDay, acceptance};
use crate::sql::audit::Days;

/// What somebody accepts, in words.
#[derive(Debug, Clone, Default)]
pub struct Accepting<'a> {
    /// The finding's code.
    pub code: &'a str,
    /// Its subject, where several have the code.
    pub subject: Option<&'a str>,
    /// Why; see [`AcceptanceReason`].
    pub reason: Option<AcceptanceReason>,
    /// In their own words; evidence where takings change.
    pub note: &'a str,
    /// Who.
    pub by: &'a str,
    /// The second person, where one must sign.
    pub second: Option<&'a str>,
    /// The tax in a sale that was not rung, or was rung too much.
    pub tax_rate: Option<Rate>,
}

/// Something that can be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptable {
    /// The code.
    pub code: String,
    /// The subject.
    pub subject: String,
    /// The amount.
    pub amount: Option<Money>,
    /// What was found.
    pub message: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accepted {
    /// What was accepted: a wrong tender is two differences, and both are.
    pub acceptances: Vec<Acceptance>,
    /// The day as it is judged now.
    pub day: StoreDay,
}

fn refused<T>(why: impl Into<String>) -> Result<T> {
    Err(Error::Refused(why.into()))
}

impl Audit {
    /// What of a store-day can be accepted: findings that nobody accepted yet, and rows that could not be read.
    ///
    /// # Errors
    /// As [`Audit::day`].
    pub fn acceptable(&mut self, store: &str, day: NaiveDate) -> Result<Vec<Acceptable>> {
        let day = self.day(store, day)?;
        let findings = day.open_findings().filter(|finding| finding.severity >= Severity::Warning);
        let mut all: Vec<Acceptable> = findings
            .map(|finding| Acceptable {
                code: finding.code.0.code.to_owned(),
                subject: finding.subject.clone(),
                amount: finding.amount,
                message: finding.message.clone(),
            })
            .collect();
        let span = (day.trading_day, day.trading_day);
        let said = store::audit::acceptances(self.db.as_mut(), Days::now(span.0, span.1, Some(&day.store)))?;
        for row in store::rejected_rows(self.db.as_mut(), Some(span), Some(&day.store))? {
            let subject = row.place();
            if !said.iter().any(|of| of.subject == subject) {
                all.push(Acceptable { code: ROW.to_owned(), subject, amount: None, message: row.why });
            }
        }
        Ok(all)
    }

    /// A person accepts a finding of a store-day: it stays, with their reason, and the reason decides what is posted.
    ///
    /// # Errors
    /// [`Error::Refused`] when the reason does not fit the difference, evidence or a second signature is missing, several findings are
    /// meant, or the day is sealed; [`Error::NotFound`] when there is no such finding; when the database fails.
    pub fn accept(&mut self, store: &str, day: NaiveDate, said: &Accepting<'_>) -> Result<Accepted> {
        let Some(reason) = said.reason else {
            return refused(format!("say why: {}", AcceptanceReason::WORDS.join(", ")));
        };
        let judged = self.day(store, day)?;
        self.unsealed(&judged)?;
        if said.by.trim().is_empty() {
            return refused("say who accepts it");
        }
        let chosen = self.chosen(&judged, said)?;
        let amount = chosen.amount.filter(|_| [S002, S013].iter().any(|code| code.0.code == chosen.code));
        fits(reason, amount)?;
        if changes_takings(reason) && said.note.trim().is_empty() {
            return refused(format!("{reason} changes the takings: say in the note what proves it (a slip, a journal, a receipt)"));
        }
        let posts_nothing = matches!(reason, AcceptanceReason::AsItShould | AcceptanceReason::WrongCount);
        if posts_nothing && amount.is_some() && said.note.trim().is_empty() {
            return refused(format!("{reason} posts nothing, as if the money were there: say in the note how that is known"));
        }
        let by = store::audit::signer(self.db.as_mut(), said.by, &self.seed)?.0;
        let second = match said.second {
            Some(second) => Some(store::audit::signer(self.db.as_mut(), second, &self.seed)?.0),
            None => None,
        };
        if second.as_ref() == Some(&by) {
            return refused("the second person must be another one");
        }
        if let (Some(amount), None) = (amount, &second) {
            let context = self.base()?;
            let of =
                context.store(&judged.store).cloned().unwrap_or_else(|| crate::model::Store::new(&judged.store, &judged.store));
            let week = self.week(&judged, &chosen.subject)?;
            if let Some(why) = acceptance::needs_second(amount, week, &of, &context) {
                return refused(format!("{why}: let a second person sign with --second"));
            }
        }
        let mut acceptances = Vec::new();
        for one in std::iter::once(&chosen).chain(partner(&judged, &chosen, reason).as_ref()) {
            let acceptance = Acceptance {
                id: 0,
                code: one.code.clone(),
                store: judged.store.clone(),
                trading_day: judged.trading_day,
                subject: one.subject.clone(),
                amount: one.amount,
                reason,
                tax_rate: said.tax_rate,
                note: said.note.trim().to_owned(),
                by: by.clone(),
                second: second.clone(),
                at: self.now,
            };
            acceptances.push(store::audit::accept(self.db.as_mut(), &acceptance)?);
        }
        self.judge()?;
        Ok(Accepted { acceptances, day: self.day(&judged.store, judged.trading_day)? })
    }

    /// The one finding that is meant.
    fn chosen(&mut self, judged: &StoreDay, said: &Accepting<'_>) -> Result<Acceptable> {
        let all = self.acceptable(&judged.store, judged.trading_day)?;
        let named = crate::diagnostic::Code::parse(said.code).map_or(said.code, |code| code.0.code);
        let mut fits: Vec<&Acceptable> = all.iter().filter(|one| one.code == named).collect();
        if let Some(subject) = said.subject {
            fits.retain(|one| one.subject == subject);
        }
        let list =
            |of: &[&Acceptable]| of.iter().map(|one| format!("{} `{}`", one.code, one.subject)).collect::<Vec<_>>().join(", ");
        match fits[..] {
            [one] => Ok(one.clone()),
            [] if all.is_empty() => Err(Error::NotFound("there is nothing to accept on this day".to_owned())),
            [] => Err(Error::NotFound(format!("no such finding is open; there are {}", list(&all.iter().collect::<Vec<_>>())))),
            _ => refused(format!("several are open: name one with --subject: {}", list(&fits))),
        }
    }

    /// What was accepted of the same drawer and tender in the six days before.
    fn week(&mut self, judged: &StoreDay, subject: &str) -> Result<Money> {
        let stem = |subject: &str| subject.split(" Z ").next().unwrap_or_default().to_owned();
        let first = judged.trading_day - chrono::Duration::days(6);
        let eve = judged.trading_day.pred_opt().unwrap_or(judged.trading_day);
        let mut latest = std::collections::BTreeMap::new();
        for of in store::audit::acceptances(self.db.as_mut(), Days::now(first, eve, Some(&judged.store)))? {
            if stem(&of.subject) == stem(subject) {
                latest.insert((of.trading_day, of.code, of.subject), of.amount.unwrap_or_default().abs());
            }
        }
        Ok(latest.into_values().sum())
    }

    /// A sealed day takes no new word.
    fn unsealed(&self, day: &StoreDay) -> Result<()> {
        match day.sealed {
            Some(_) => refused(format!(
                "{} {} is sealed: epos seal --release {0} {1} --by NAME opens it again",
                day.store, day.trading_day
            )),
            None => Ok(()),
        }
    }

    /// A person declares that nothing will come for a day: the store was closed, or open without a sale.
    ///
    /// # Errors
    /// [`Error::Refused`] when sales came, the day is not expected, or it is sealed; [`Error::NotFound`] for a store that does not exist;
    /// when the database fails.
    pub fn declare(&mut self, store: &str, day: NaiveDate, declared: Declared, reason: &str, by: &str) -> Result<StoreDay> {
        let judged = self.day(store, day)?;
        self.unsealed(&judged)?;
        if reason.trim().is_empty() || by.trim().is_empty() {
            return refused("say why, and who says so");
        }
        if judged.transactions > 0 {
            let sales = judged.transactions;
            return refused(format!("{sales} sales came for {} {}: undo their document first", judged.store, judged.trading_day));
        }
        let by = store::audit::signer(self.db.as_mut(), by, &self.seed)?.0;
        let (store, trading_day) = (judged.store, judged.trading_day);
        let said = Declaration { store, trading_day, declared, reason: reason.trim().to_owned(), by, at: self.now };
        store::audit::declare(self.db.as_mut(), &said)?;
        self.judge()?;
        self.day(&said.store, trading_day)
    }
}

/// The code by which rows that could not be read are accepted.
pub const ROW: &str = "row";

/// Does the reason change the day's takings?
fn changes_takings(reason: AcceptanceReason) -> bool {
    use AcceptanceReason as R;
    matches!(reason, R::SaleNotRung | R::OverRing | R::RefundNotRung)
}

/// Can the reason be that of such an amount?
fn fits(reason: AcceptanceReason, amount: Option<Money>) -> Result<()> {
    use AcceptanceReason as R;
    let wants_less = matches!(reason, R::CashMissing | R::OverRing | R::RefundNotRung | R::DropNotRung | R::PaidOutNotRung);
    let wants_more = matches!(reason, R::CashSurplus | R::SaleNotRung);
    match amount {
        None if wants_less || wants_more || reason == R::WrongTender => {
            refused(format!("{reason} is for a difference of money; here {} or {} fit", R::AsItShould, R::WrongCount))
        }
        Some(amount) if wants_less && !amount.is_negative() => refused(format!(
            "there is {amount} too much, and {reason} is for too little; {}, {} or {} fit",
            R::CashSurplus,
            R::SaleNotRung,
            R::WrongTender
        )),
        Some(amount) if wants_more && amount.is_negative() => {
            let less = amount.abs();
            refused(format!(
                "there is {less} too little, and {reason} is for too much; {}, {} or {} fit",
                R::CashMissing,
                R::DropNotRung,
                R::WrongTender
            ))
        }
        _ => Ok(()),
    }
}

/// The other side of a sale in the wrong tender: it is accepted with the first.
fn partner(day: &StoreDay, chosen: &Acceptable, reason: AcceptanceReason) -> Option<Acceptable> {
    let amount = chosen.amount.filter(|_| reason == AcceptanceReason::WrongTender)?;
    let is_other = |finding: &&Diagnostic| {
        [S002, S013].contains(&finding.code)
            && finding.amount == Some(-amount)
            && (finding.code.0.code, finding.subject.as_str()) != (chosen.code.as_str(), chosen.subject.as_str())
    };
    day.open_findings().find(is_other).map(|finding| Acceptable {
        code: finding.code.0.code.to_owned(),
        subject: finding.subject.clone(),
        amount: finding.amount,
        message: finding.message.clone(),
    })
}
