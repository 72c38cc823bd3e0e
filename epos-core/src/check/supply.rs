//! Where goods come from and go to: suppliers and stores that nobody knows.

use std::collections::HashSet;

use super::{Tally, View};
use crate::diagnostic::{Diagnostic, K008, P008};
use crate::model::{Kind, Side, Supplier};

/// What the document's rows said so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Stores that nobody knows.
    stores: Tally,
    /// Suppliers that are not on the list, under their names in lower case.
    suppliers: Vec<(String, Diagnostic)>,
    /// Names and codes of the list in this very document: its deliveries may use them.
    listed: HashSet<String>,
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory) {
    for Supplier { code, name, .. } in view.content.suppliers.iter().map(|row| &row.record) {
        memory.listed.extend([plain(code), plain(name)]);
    }
    for row in &view.content.goods_in {
        let Some(supplier) = row.supplier.as_deref().filter(|name| view.context.supplier(name).is_none()) else { continue };
        let name = plain(supplier);
        match memory.suppliers.iter_mut().find(|(other, _)| *other == name) {
            Some((_, finding)) => finding.more += 1,
            None => {
                let message = format!("the supplier {supplier} is not in the list of suppliers");
                let finding = view.finding(P008, Kind::GoodsIn, row.row, "supplier", message).subject(supplier);
                memory
                    .suppliers
                    .push((name, finding.help("correct the name, or add the supplier to the list; the delivery counts")));
            }
        }
    }
    for row in &view.content.transfers {
        let (field, other) = match row.side {
            Side::Sent => ("to_store", &row.to_store),
            Side::Received => ("from_store", &row.from_store),
        };
        if view.context.stores.is_empty() || view.context.store(other).is_some() {
            continue;
        }
        memory.stores.add(K008, other.clone(), || {
            let verb = if row.side == Side::Sent { "goes to" } else { "comes from" };
            let message = format!("transfer {} {verb} `{other}`, and no store is called so", row.reference);
            view.finding(K008, Kind::Transfers, row.row, field, message)
                .subject(other)
                .help("correct the name, or make it an alias of the store in epos.toml")
        });
    }
}

impl Memory {
    pub fn finish(self, listed: bool) -> Vec<Diagnostic> {
        let known = listed || !self.listed.is_empty();
        let strange = self.suppliers.into_iter().filter(|(name, _)| known && !self.listed.contains(name));
        self.stores.found.into_iter().chain(strange.map(|(_, finding)| finding)).collect()
    }
}
