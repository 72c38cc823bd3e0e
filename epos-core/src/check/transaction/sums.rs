//! What one transaction comes to.

use rust_decimal::Decimal;

use crate::model::Money;
use crate::tax;

/// The figures of one transaction, added up over its rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub(super) stated: Option<Money>,
    pub(super) stated_tip: Money,
    pub(super) stated_rounding: Money,
    pub(super) stated_tax: Money,
    pub(super) stated_discount: Money,
    pub(super) lines: Money,
    pub(super) discounts: Money,
    pub(super) line_count: u32,
    pub(super) tip_line: bool,
    pub(super) rounding_line: bool,
    pub(super) paid: Money,
    pub(super) cash: Money,
    pub(super) change: Money,
    pub(super) tender_count: u32,
    /// Tax that its lines state or imply, how many did, and how many say nothing of it.
    pub(super) line_tax: Money,
    pub(super) taxed_lines: u32,
    pub(super) untaxed_lines: u32,
    /// The header states a tax, be it zero.
    pub(super) states_tax: bool,
    /// Some money is in another currency.
    pub(super) foreign: bool,
    /// The header says that it is a void, a failure or training.
    pub(super) left_out: bool,
    /// Lines that are.
    pub(super) left_out_lines: u32,
}

impl Sums {
    /// What the lines come to, with what only the header knows.
    pub(super) fn by_lines(&self) -> Money {
        let tip = if self.tip_line { Money::ZERO } else { self.stated_tip };
        let rounding = if self.rounding_line { Money::ZERO } else { self.stated_rounding };
        self.lines + tip + rounding
    }

    /// What was to be paid: as stated, else as the lines say.
    pub(super) fn due(&self) -> Option<Money> {
        self.stated.or_else(|| (self.line_count > 0).then(|| self.by_lines()))
    }

    pub(super) fn total_differs(&self) -> bool {
        self.line_count > 0 && self.stated.is_some_and(|stated| stated != self.by_lines())
    }

    /// Tenders that agree with the lines prove the stated total wrong, which is said already.
    pub(super) fn payment_differs(&self, region: &str) -> bool {
        let Some(due) = self.due().filter(|_| self.tender_count > 0 && !self.foreign) else { return false };
        let by_lines = self.line_count > 0 && self.paid == self.by_lines();
        self.paid != due && !by_lines && !self.rounded_in_cash(due, region)
    }

    /// Canada pays the cash remainder in steps of five cents; a till without a row for it leaves the difference here.
    pub(super) fn rounded_in_cash(&self, due: Money, region: &str) -> bool {
        region.starts_with("CA") && !self.cash.is_zero() && self.paid - due == tax::cash_rounding(due - (self.paid - self.cash))
    }

    /// Is the stated tax another than its lines'? Half the smallest unit for each line is rounding.
    pub(super) fn tax_differs(&self, unit: Money) -> bool {
        let comparable = self.states_tax && self.taxed_lines > 0 && self.untaxed_lines == 0 && !self.foreign;
        let rounding = unit.decimal() * Decimal::from(self.taxed_lines.max(2)) / Decimal::TWO;
        comparable && (self.stated_tax - self.line_tax).decimal().abs() > rounding
    }

    /// Nothing of it counts.
    pub(super) fn nothing_counts(&self) -> bool {
        self.left_out || (self.left_out_lines > 0 && self.line_count == 0 && self.stated.is_none())
    }

    pub(super) fn one_sided(&self) -> bool {
        self.due().is_none() || self.tender_count == 0
    }

    pub(super) fn settled(&self, region: &str, unit: Money) -> bool {
        let complete = self.due().is_some_and(|due| self.tender_count > 0 || due.is_zero());
        self.nothing_counts() || (complete && !self.total_differs() && !self.tax_differs(unit) && !self.payment_differs(region))
    }

    pub(super) fn add(&mut self, other: &Sums) {
        self.stated = match (self.stated, other.stated) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        self.stated_tip += other.stated_tip;
        self.stated_rounding += other.stated_rounding;
        self.stated_tax += other.stated_tax;
        self.stated_discount += other.stated_discount;
        self.lines += other.lines;
        self.discounts += other.discounts;
        self.line_count += other.line_count;
        self.tip_line |= other.tip_line;
        self.rounding_line |= other.rounding_line;
        self.line_tax += other.line_tax;
        self.taxed_lines += other.taxed_lines;
        self.untaxed_lines += other.untaxed_lines;
        self.states_tax |= other.states_tax;
        self.paid += other.paid;
        self.cash += other.cash;
        self.change += other.change;
        self.tender_count += other.tender_count;
        self.foreign |= other.foreign;
        self.left_out |= other.left_out;
        self.left_out_lines += other.left_out_lines;
    }
}
