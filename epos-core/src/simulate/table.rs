//! Rows as text, written as they come: canonical tables, the flat export of a hospitality point of sale, JSON events.

use std::io::Write as _;

use super::Simulation;
use super::plan::Cell;
use super::sale::{Counter, Sold};
use super::till::moment;
use crate::model::{Batch, Class, Field, Kind, SaleKind, TenderClass, Type, Value};

/// The heading of the canonical table of a kind: whose rows they are, and the kind's own fields.
pub fn heading(kind: Kind) -> Vec<u8> {
    let mut text = String::new();
    if kind.is_daily() {
        text.push_str("store,till,trading_day,");
    }
    text.push_str(&kind.fields().iter().map(|field| field.name).collect::<Vec<_>>().join(","));
    text.push('\n');
    text.into_bytes()
}

/// The rows of a kind in the canonical table, behind what is in `out`.
pub fn rows(batch: &Batch, kind: Kind, out: &mut Vec<u8>) {
    let fields = kind.fields();
    batch.content.visit(kind, &mut |_, values| {
        if kind.is_daily() {
            quoted(&batch.key.store, out);
            out.push(b',');
            quoted(&batch.key.till, out);
            let _ = write!(out, ",{},", batch.key.trading_day);
        }
        for (at, (field, value)) in fields.iter().zip(&values).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            cell(field, value, out);
        }
        out.push(b'\n');
    });
}

fn cell(field: &Field, value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => quoted(text, out),
        Value::Decimal(amount) if field.kind == Type::Money => {
            match i64::try_from(amount.mantissa()).ok().filter(|_| amount.scale() <= 2) {
                Some(mantissa) => money(mantissa * [100, 10, 1].get(amount.scale() as usize).copied().unwrap_or(1), out),
                None => drop(write!(out, "{amount}")),
            }
        }
        Value::Bool(false) | Value::Null => {}
        value => drop(write!(out, "{value}")),
    }
}

fn quoted(text: &str, out: &mut Vec<u8>) {
    if text.contains([',', '"', '\n', '\r']) {
        let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Cents with two decimals.
fn money(cents: i64, out: &mut Vec<u8>) {
    if cents < 0 {
        out.push(b'-');
    }
    let cents = cents.unsigned_abs();
    digits(cents / 100, 1, out);
    out.push(b'.');
    digits(cents % 100, 2, out);
}

fn digits(mut number: u64, width: usize, out: &mut Vec<u8>) {
    let mut text = [b'0'; 20];
    let mut at = text.len();
    while number > 0 || text.len() - at < width {
        at -= 1;
        if let Some(digit) = text.get_mut(at) {
            *digit = b'0' + (number % 10) as u8;
        }
        number /= 10;
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
}

/// A date and a time between `between`.
fn time(second: u32, out: &mut Vec<u8>) {
    let second = u64::from(second % 86_400);
    digits(second / 3_600, 2, out);
    out.push(b':');
    digits(second / 60 % 60, 2, out);
    out.push(b':');
    digits(second % 60, 2, out);
}

/// The heading of the flat export of a hospitality point of sale: 28 columns.
pub const FLAT: &str = "transaction_id,transaction_number,timestamp,transaction_date,transaction_time,location_id,location_name,\
    location_type,city,device_id,employee_id,employee_name,num_items,product_id,product_name,product_category,quantity,unit_price,\
    subtotal,tax_total,discount_total,tip_amount,total_amount,payment_method,payment_status,transaction_status,card_last_four,\
    authorization_code\n";

impl Simulation {
    fn each(&self, cells: &[Cell], mut each: impl FnMut(&Counter<'_>, &Sold)) -> usize {
        let mut count = 0;
        for counter in cells.iter().filter_map(|cell| self.counter(cell)) {
            for sold in (0..counter.cell.count).filter_map(|at| self.sold(&counter, at)) {
                each(&counter, &sold);
                count += 1;
            }
        }
        count
    }

    /// Every transaction as a row of the flat export, a store-day at a time; gives how many rows each store-day has.
    pub fn flat<'s>(&'s self) -> impl Iterator<Item = (Vec<u8>, usize)> + 's {
        self.plan.store_days().map(|cells| {
            let mut out = Vec::with_capacity(1 << 15);
            let count = self.each(cells, |counter, sold| self.flat_row(counter, sold, &mut out));
            (out, count)
        })
    }

    /// A number for each transaction that no other has.
    fn id(&self, counter: &Counter<'_>, sold: &Sold) -> (u64, u64) {
        let mut dice = self.dice(&counter.cell, 70, sold.number);
        (dice.next(), dice.next())
    }

    fn flat_row(&self, counter: &Counter<'_>, sold: &Sold, out: &mut Vec<u8>) {
        let (high, low) = self.id(counter, sold);
        let _ = write!(
            out,
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x},#",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF
        );
        digits(sold.number, 1, out);
        out.push(b',');
        let at = moment(counter.cell.day, sold.second);
        let date = at.date().to_string();
        out.extend_from_slice(date.as_bytes());
        out.push(b'T');
        time(sold.second, out);
        out.push(b',');
        out.extend_from_slice(date.as_bytes());
        out.push(b',');
        time(sold.second, out);
        let shop = counter.shop;
        let device = shop.tills.get(counter.cell.till).map_or("", String::as_str);
        let person = self.employees.get(sold.cashier);
        for text in [&*shop.code, &shop.name, &shop.store_type, &shop.city, device, person.map_or("", |person| &person.code)] {
            out.push(b',');
            quoted(text, out);
        }
        out.push(b',');
        if let Some(person) = person {
            out.extend_from_slice(person.first.as_bytes());
            out.push(b' ');
            out.extend_from_slice(person.last.as_bytes());
        }
        let goods = || sold.lines.iter().filter(|line| line.class == Class::Goods);
        let first = goods().next();
        let item = first.and_then(|line| self.items.get(line.item?));
        out.push(b',');
        digits(goods().map(|line| line.quantity.unsigned_abs()).sum(), 1, out);
        for text in item.map_or(["", "", ""], |item| [&*item.code, &item.name, self.category_name(item.category)]) {
            out.push(b',');
            quoted(text, out);
        }
        out.push(b',');
        digits(first.map_or(0, |line| line.quantity.unsigned_abs()), 1, out);
        // The export writes refunds without a sign: the status says which way the money went.
        let sign = if sold.kind == SaleKind::Refund { -1 } else { 1 };
        let discount: i64 = goods().map(|line| line.discount).sum();
        for amount in [
            first.map_or(0, |line| line.price),
            sign * goods().map(|line| line.price * line.quantity).sum::<i64>(),
            sign * goods().map(|line| line.tax).sum::<i64>(),
            discount,
            sold.of(&[Class::Tip]),
            sign * sold.total(),
        ] {
            out.push(b',');
            money(amount, out);
        }
        let mode = sold.paid.iter().max_by_key(|paid| paid.amount.abs()).map(|paid| paid.mode);
        let mode = mode.or_else(|| self.usual(counter, sold));
        let (state, status) = match sold.kind {
            SaleKind::Refund => ("refunded", "refunded"),
            SaleKind::Void => ("voided", "voided"),
            SaleKind::Failed => ("failed", "error"),
            _ => ("approved", "completed"),
        };
        let name = mode.and_then(|mode| self.company.tenders.get(mode)).map_or("", |mode| &mode.name);
        out.push(b',');
        quoted(name, out);
        for text in [state, status] {
            out.push(b',');
            out.extend_from_slice(text.as_bytes());
        }
        if mode.is_some_and(|mode| self.class(mode) == TenderClass::Card) {
            out.push(b',');
            digits(low % 10_000, 4, out);
            let _ = writeln!(out, ",{:06X}", high % (1 << 24));
        } else {
            out.extend_from_slice(b",,\n");
        }
    }

    /// How a transaction would have been paid that came to nothing.
    fn usual(&self, counter: &Counter<'_>, sold: &Sold) -> Option<usize> {
        self.dice(&counter.cell, 71, sold.number).pick(self.company.tenders.iter().map(|mode| u64::from(mode.weight)))
    }

    fn category_name(&self, category: usize) -> &str {
        self.company.categories.get(category).map_or("", |category| &category.name)
    }

    /// Every transaction that counts as a JSON event of the topic `PointOfSale`, one a line, a store-day at a time.
    pub fn events<'s>(&'s self) -> impl Iterator<Item = (Vec<u8>, usize)> + 's {
        self.plan.store_days().map(|cells| {
            let (mut out, mut count) = (Vec::new(), 0);
            self.each(cells, |counter, sold| {
                if sold.counts() {
                    self.event(counter, sold, &mut out);
                    count += 1;
                }
            });
            (out, count)
        })
    }

    fn event(&self, counter: &Counter<'_>, sold: &Sold, out: &mut Vec<u8>) {
        let (high, low) = self.id(counter, sold);
        let at = moment(counter.cell.day, sold.second);
        let shop = counter.shop;
        let _ = write!(
            out,
            "{{\"transaction_id\":\"{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}\",\"transaction_date\":\"{}\",",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF,
            at.format("%Y-%m-%d %H:%M:%S"),
        );
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let customer = sold.customer.map(|number| super::catalogue::customer(self.seed, number));
        let (code, first, last) = customer.as_ref().map_or(("", "", ""), |of| (&*of.code, of.first, of.last));
        let _ = write!(
            out,
            "\"customer_id\":{},\"first_name\":{},\"last_name\":{},\"email\":\"\",\"street\":\"\",\"city\":\"\",\"province\":\"\",\
             \"postal_code\":\"\",\"items\":[",
            text(code),
            text(first),
            text(last)
        );
        let mut subtotal = 0;
        for (at, line) in sold.lines.iter().filter(|line| line.class == Class::Goods).enumerate() {
            let item = line.item.and_then(|at| self.items.get(at));
            let net = line.total - line.tax;
            subtotal += net;
            let comma = if at > 0 { "," } else { "" };
            let _ = write!(out, "{comma}{{\"item\":{},\"price\":", text(item.map_or("", |item| &item.name)));
            money(line.price, out);
            let _ = write!(out, ",\"quantity\":{},\"total_price\":", line.quantity);
            money(net, out);
            out.push(b'}');
        }
        let tax: i64 = sold.lines.iter().map(|line| line.tax).sum();
        out.extend_from_slice(b"],\"subtotal\":");
        money(subtotal, out);
        out.extend_from_slice(b",\"tax\":");
        money(tax, out);
        out.extend_from_slice(b",\"total\":");
        money(subtotal + tax, out);
        let mode = sold.paid.iter().max_by_key(|paid| paid.amount.abs()).map_or(0, |paid| paid.mode);
        let _ = writeln!(
            out,
            ",\"payment_type\":{},\"location\":{{\"store_id\":{},\"name\":{},\"address\":{},\"city\":{},\"province\":{},\"postal_code\":{}}}}}",
            text(&self.tender_name(mode)),
            text(&shop.code),
            text(&shop.name),
            text(&shop.address),
            text(&shop.city),
            text(province(&shop.region)),
            text(&shop.postal_code),
        );
    }
}

/// The name of a province, as events write it.
fn province(region: &str) -> &str {
    match region {
        "CA-ON" => "Ontario",
        "CA-QC" => "Quebec",
        "CA-BC" => "British Columbia",
        "CA-AB" => "Alberta",
        "CA-NS" => "Nova Scotia",
        "CA-MB" => "Manitoba",
        "CA-SK" => "Saskatchewan",
        "CA-NB" => "New Brunswick",
        "CA-PE" => "Prince Edward Island",
        "CA-NL" => "Newfoundland and Labrador",
        other => other,
    }
}
