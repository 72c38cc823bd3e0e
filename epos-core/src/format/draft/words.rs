//! What headings can mean, and what a name becomes.

use super::Proven;
use crate::format::layout::{Layout, Layouts};
use crate::model::{Kind, SheetRow};

/// One row per transaction: the only rows that no built-in layout lists the common words of.
const HEADERS: &str = r#"
title = "Transactions"
kind = "headers"
own_names = true
detect = ["date", "number", "total"]
[columns]
cashier = ["cashier", "sales assistant", "assistant", "staff", "operator", "user", "served by", "employee"]
item_count = ["item_count", "items", "number of items"]
total = ["total", "amount", "total amount", "order total", "sale total", "grand total", "total collected"]
subtotal = ["subtotal", "sub total", "gross sales"]
discount = ["discount", "discounts", "money off"]
tax = ["tax", "vat", "gst", "taxes"]
tip = ["tip", "gratuity", "tips"]
note = ["note", "notes", "comment"]
"#;

/// The layouts whose words are looked for, in the order in which people send such files.
pub(super) fn known(layouts: &Layouts) -> Vec<Layout> {
    const NAMES: [&str; 15] = [
        "sales",
        "headers",
        "tenders",
        "z_report",
        "products",
        "stock",
        "stock_count",
        "goods_in",
        "cash_movements",
        "z_totals",
        "cash_count",
        "deposits",
        "employees",
        "stores",
        "calendar",
    ];
    let mut all = layouts.clone();
    // Its text stands above, and a test reads it.
    let _ = all.add("headers", HEADERS);
    let mut known: Vec<Layout> = NAMES.iter().filter_map(|name| all.named(name).cloned()).collect();
    let whose = known.first().map(|sales| sales.columns.clone()).unwrap_or_default();
    if let Some(headers) = known.iter_mut().find(|layout| layout.id == "headers") {
        for field in ["store", "till", "date", "time", "timestamp", "trading_day", "number", "kind"] {
            if let Some(names) = whose.get(field) {
                headers.columns.insert(field.to_owned(), names.clone());
            }
        }
    }
    known
}

/// Headings that mean several things: the fields that they can be, and what that says.
pub(super) fn meanings(kind: Kind, heading: &str) -> Vec<(&'static str, &'static str)> {
    let all: &[(&str, &str)] = match heading {
        "no" | "nr" | "number of" => &[
            ("number", "the number of the sale"),
            ("z_number", "the number of the Z-report"),
            ("line", "the place of the line in its sale"),
            ("quantity", "how many"),
            ("item_code", "the item's code"),
            ("reference", "a reference"),
            ("count", "how many pieces"),
            ("code", "a code"),
        ],
        "total" => &[
            ("line_total", "what the line comes to, tax included"),
            ("line_net", "what the line comes to without tax"),
            ("total", "what the sale comes to"),
            ("subtotal", "what the sale comes to before tax and discount"),
            ("amount", "the amount"),
            ("counted", "what was counted"),
            ("expected", "what should be there"),
            ("gross", "sales before discounts"),
            ("net", "sales after discounts and refunds"),
            ("on_hand", "what is on the shelf"),
        ],
        "type" => &[
            ("kind", "what it is: sale, refund, void; bag, bank; paid in, drop"),
            ("tender", "how it was paid"),
            ("class", "what the money is for: goods, a gift card, a tip"),
            ("category", "the product's category"),
            ("tax_category", "which tax applies"),
            ("store_type", "what sort of store"),
            ("role", "what somebody does"),
        ],
        "float" => &[("opening_float", "in the drawer at opening"), ("closing_float", "left in the drawer for tomorrow")],
        "cash removed" => &[("banked", "taken to the bank at the close"), ("dropped", "taken to the safe during the day")],
        _ => &[],
    };
    all.iter().filter(|(field, _)| kind.field(field).is_some()).copied().collect()
}

/// What separates cells, as far as the rows prove it.
pub(super) fn delimiter(delimiter: char, rows: &[SheetRow]) -> Option<Proven> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let as_wide: Vec<u32> = rows.iter().filter(|row| row.cells.len() == width).map(|row| row.number).collect();
    let (name, word) = match delimiter {
        '\t' => ("a tab".to_owned(), "tab".to_owned()),
        other => (format!("`{other}`"), other.to_string()),
    };
    let first = as_wide.first().filter(|_| width > 1)?;
    let says = format!(
        "Cells are separated by {name}: {} of {} rows have {width} of them, row {first} for one.",
        as_wide.len(),
        rows.len()
    );
    Some(Proven { says, line: format!("delimiter = {}", super::quoted(&word)) })
}

/// A document's name as a layout's: small letters and digits, anything else one `_`; dates and numbers at its end left out.
pub(super) fn id(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let words: Vec<&str> =
        stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.contains(|c: char| c.is_ascii_alphabetic())).collect();
    if words.is_empty() { "till".to_owned() } else { words.join("_") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_whose_words_are_looked_for_is_there() {
        let known = known(&Layouts::built_in());
        assert_eq!(known.len(), 15);
        let headers = known.iter().find(|layout| layout.id == "headers").expect("its text is a layout");
        assert!(headers.binds(Kind::Headers, "number", "receipt no"));
    }

    #[test]
    fn headings_of_several_meanings_mean_what_the_kind_has() {
        let fields = |kind, heading| meanings(kind, heading).iter().map(|(field, _)| *field).collect::<Vec<_>>();
        assert_eq!(fields(Kind::Lines, "total"), ["line_total", "line_net"]);
        assert_eq!(fields(Kind::ZReports, "float"), ["opening_float", "closing_float"]);
        assert_eq!(fields(Kind::Lines, "colour"), [""; 0]);
    }

    #[test]
    fn a_name_becomes_a_layouts() {
        assert_eq!((id("Till 2_2026-11-20 Sales.csv"), id("20261120.csv")), ("till_sales".to_owned(), "till".to_owned()));
    }
}
