//! Figures of whole transactions that are shared over their lines: tax on top, and discounts of the whole sale.

use std::collections::HashMap;

use super::row::Reader;
use crate::model::{Batch, Key, LineItem, Money, Type, Value};
use crate::tax;

/// Figures of the transactions that were read, each as its last line states it.
#[derive(Default)]
pub(super) struct Shares(HashMap<Key, HashMap<String, Figures>>);

#[derive(Default)]
struct Figures {
    /// Tax on top of the lines.
    tax: Option<Money>,
    /// What the lines come to.
    total: Option<Money>,
    /// Decimals of the currency.
    decimals: u32,
}

impl Shares {
    /// Takes a row's figures. What cannot be read is left out here: the transaction's own row says so.
    pub fn add(&mut self, key: Key, number: &str, reader: &Reader<'_>, cells: &[&str]) {
        let money = |column: usize| match reader.read(cells.get(column).copied().unwrap_or_default(), Type::Money, cells) {
            Ok((Value::Decimal(amount), _)) => Some(Money::rounded(amount)),
            _ => None,
        };
        let figures = self.0.entry(key).or_default().entry(number.to_owned()).or_default();
        figures.decimals = reader.decimals(cells).or(reader.style.minor_units).unwrap_or(2);
        for (field, column, when) in &reader.bound.shared {
            let says = |column: &usize| cells.get(*column).is_some_and(|text| !matches!(*text, "" | "0"));
            if when.as_ref().is_none_or(says) {
                *(if *field == "tax_amount" { &mut figures.tax } else { &mut figures.total }) = money(*column);
            }
        }
    }

    /// Shares the figures over the batch's lines; those that count for nothing take no part.
    pub fn settle(&self, batch: &mut Batch) {
        let Some(known) = self.0.get(&batch.key) else { return };
        let mut sales: HashMap<&str, Vec<&mut LineItem>> = HashMap::new();
        for row in batch.content.lines.iter_mut().filter(|row| row.kind.counts() && !row.training) {
            let Some((number, _)) = known.get_key_value(row.number.as_str()) else { continue };
            sales.entry(number).or_default().push(&mut row.record);
        }
        for (number, mut lines) in sales {
            if let Some(figures) = known.get(number) {
                figures.share(&mut lines);
            }
        }
    }
}

impl Figures {
    fn share(&self, lines: &mut [&mut LineItem]) {
        let sum: Money = lines.iter().map(|line| line.line_total).sum();
        // Some tills write the figures of a refund positive.
        let signed = |figure: Money| if sum.is_negative() && !figure.is_negative() { -figure } else { figure };
        let weights: Vec<Money> = lines.iter().map(|line| line.line_total.abs()).collect();
        if let Some(total) = self.total.map(signed) {
            for (line, part) in lines.iter_mut().zip(tax::share(total - sum, &weights, self.decimals)) {
                let off = if line.line_total.is_negative() { part } else { -part };
                line.line_total += part;
                line.discount_amount =
                    Some(line.discount_amount.map_or(Money::ZERO, Money::abs) + off).filter(|off| !off.is_zero());
                line.tax_amount = line.line_net.map(|net| line.line_total - net).or(line.tax_amount);
            }
        }
        if let Some(tax) = self.tax.map(signed) {
            for (line, part) in lines.iter_mut().zip(tax::share(tax, &weights, self.decimals)) {
                line.line_net = line.line_net.or(Some(line.line_total));
                line.tax_amount = Some(part);
                line.line_total += part;
            }
        }
    }
}
