//! One transaction put back together from its header, lines and tenders, and what its money was for.

use chrono::NaiveDateTime;

use crate::model::{Bridge, Class, Header, LineItem, Money, SaleKind, Store, Sums, Tender};

/// Where in a till's day something lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// In this shift.
    Shift(usize),
    /// After the last close, or before the first: no Z-report of the day covers it.
    Open,
    /// Neither its number nor its time says.
    Unknown,
}

/// One transaction of a till.
#[derive(Debug, Clone)]
pub(crate) struct Transaction<'a> {
    /// The till that rang it.
    pub till: &'a str,
    /// Its number.
    pub number: &'a str,
    /// The latest time on its rows.
    pub at: Option<NaiveDateTime>,
    /// What the document states of the whole.
    pub header: Option<&'a Header>,
    /// Its lines.
    pub lines: Vec<&'a LineItem>,
    /// Its payments.
    pub tenders: Vec<&'a Tender>,
    /// Its shift.
    pub placed: Placed,
}

impl<'a> Transaction<'a> {
    pub fn new(till: &'a str, number: &'a str) -> Self {
        let placed = Placed::Unknown;
        Transaction { till, number, at: None, header: None, lines: Vec::new(), tenders: Vec::new(), placed }
    }

    /// False for voids, failures and training: counted, in no total. The header decides; without one, any line that counts.
    pub fn counts(&self) -> bool {
        match self.header {
            Some(header) => header.kind.counts() && !header.training,
            None => self.lines.is_empty() || self.counted_lines().next().is_some(),
        }
    }

    /// Its lines that belong to totals.
    pub fn counted_lines(&self) -> impl Iterator<Item = &'a LineItem> + '_ {
        self.lines.iter().copied().filter(|line| line.kind.counts() && !line.training)
    }

    /// Does it give money back on the whole?
    pub fn is_refund(&self) -> bool {
        match self.header {
            Some(header) => header.kind == SaleKind::Refund,
            None if self.lines.is_empty() => self.tenders.iter().map(|tender| tender.amount).sum::<Money>().is_negative(),
            None => self.counted_lines().all(|line| line.kind == SaleKind::Refund),
        }
    }

    /// Is `tender` in another currency than the store's? Such amounts are never added to ours.
    pub fn is_foreign(tender: &Tender, store: &Store) -> bool {
        tender.currency.as_ref().is_some_and(|currency| !currency.eq_ignore_ascii_case(&store.currency))
    }

    /// Both sides of its money identity. Lines decide; a header without lines states takings as its total less tip and rounding.
    pub fn bridge(&self, store: &Store) -> Bridge {
        let mut bridge = Bridge {
            tenders: self.tenders.iter().filter(|tender| !Self::is_foreign(tender, store)).map(|tender| tender.amount).sum(),
            ..Bridge::default()
        };
        let stated = |field: fn(&Header) -> Option<Money>| self.header.and_then(field).unwrap_or_default();
        let has = |class| self.counted_lines().any(|line| line.class == class);
        if !has(Class::Tip) {
            bridge.tips = stated(|header| header.tip);
        }
        if !has(Class::Rounding) {
            bridge.rounding = stated(|header| header.rounding);
        }
        if self.lines.is_empty() || (self.header.is_some() && !self.counted_lines().any(LineItem::is_priced)) {
            let total = self.header.map(|header| header.total).unwrap_or_default();
            bridge.tax = stated(|header| header.tax);
            // Some tills state the total before cash rounding: their tenders then pay total + rounding.
            let before_rounding = !self.tenders.is_empty() && bridge.tenders == total + bridge.rounding;
            bridge.takings = total - bridge.tips - if before_rounding { Money::ZERO } else { bridge.rounding };
            return bridge;
        }
        let mut line_tax = None;
        for line in self.counted_lines() {
            match line.class {
                Class::Goods | Class::Service => {
                    bridge.takings += line.line_total;
                    line_tax = line.tax_amount.map_or(line_tax, |tax| Some(line_tax.unwrap_or_default() + tax));
                }
                Class::GiftCard => bridge.gift_cards += line.line_total,
                Class::Deposit => bridge.deposits += line.line_total,
                Class::Donation => bridge.donations += line.line_total,
                Class::Tip => bridge.tips += line.line_total,
                Class::Rounding => bridge.rounding += line.line_total,
            }
        }
        bridge.tax = line_tax.unwrap_or_else(|| stated(|header| header.tax));
        bridge
    }

    /// What it adds to the sums that a Z-report states.
    pub fn sums(&self, store: &Store) -> Sums {
        if !self.counts() {
            return Sums { left_out: 1, ..Sums::default() };
        }
        let mut sums = Sums { bridge: self.bridge(store), ..Sums::default() };
        // Payments without a sale are in the identity, where they show, but are no transaction.
        if self.lines.is_empty() && self.header.is_none() {
            return sums;
        }
        sums.transactions = 1;
        sums.refund_count = usize::from(self.is_refund());
        let header_discount = self.header.and_then(|header| header.discount).unwrap_or_default();
        if self.lines.is_empty() {
            if sums.refund_count == 1 {
                sums.refunds = -sums.bridge.takings;
            } else {
                sums.gross = sums.bridge.takings + header_discount;
                sums.gross_before_tax = sums.gross - sums.bridge.tax;
            }
        }
        for line in self.counted_lines().filter(|line| matches!(line.class, Class::Goods | Class::Service)) {
            match line.kind {
                SaleKind::Discount => {}
                _ if line.kind == SaleKind::Refund || line.line_total.is_negative() => sums.refunds -= line.line_total,
                _ => {
                    sums.gross += line.line_total + discount(line);
                    sums.gross_before_tax += match line.unit_price {
                        Some(price) => Money::rounded(price.times(line.quantity)),
                        None => line.line_total + discount(line) - line.tax_amount.unwrap_or_default(),
                    };
                }
            }
        }
        sums
    }
}

/// Money off a line: as stated, else from its percentage.
fn discount(line: &LineItem) -> Money {
    line.discount_amount.unwrap_or_else(|| match (line.discount_percent, line.unit_price) {
        (Some(percent), Some(price)) => Money::rounded((price.times(line.quantity) * percent.factor()).round_dp(2)),
        _ => Money::ZERO,
    })
}

/// More digits than this are no number that anybody counts up.
const DIGITS_MAX: usize = 38;

/// A number's part before its last digits, and those digits as a number. `None` when it does not end in digits.
pub(crate) fn suffix(number: &str) -> Option<(&str, u128)> {
    let prefix = number.trim_end().trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = number.trim_end().get(prefix.len()..)?;
    if digits.len() > DIGITS_MAX {
        return None;
    }
    digits.parse().ok().map(|value| (prefix, value))
}

/// A key under which "9" comes before "10".
pub(crate) fn natural(number: &str) -> (&str, u128, &str) {
    let (prefix, value) = suffix(number).unwrap_or((number, 0));
    (prefix, value, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_behind_their_prefix() {
        assert_eq!(suffix("4-10378"), Some(("4-", 10378)));
        assert_eq!(suffix("0007"), Some(("", 7)));
        assert_eq!((suffix("abc"), suffix("")), (None, None));
        assert_eq!(suffix(&"9".repeat(70_000)), None);
        assert!(natural("A9") < natural("A10") && natural("A7") != natural("A007"));
    }
}
