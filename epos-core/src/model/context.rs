//! Everything a check may know besides the document: one value that tests write by hand.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime};

use super::{Banked, Hash, Key, Kind, Person, Policy, Product, Store, Supplier, TaxRate};

/// An active revision of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// The batch's id in the database.
    pub batch: i64,
    /// Its revision, from 1.
    pub revision: i64,
    /// Order-independent hash of its rows.
    pub content: Hash,
    /// The document it came from.
    pub document: Hash,
    /// The layout that document was read under.
    pub layout: String,
}

/// What identifies a batch among revisions: the key, the kind, and the part (a Z-number or an event's reference; else empty).
pub type BatchKey = (Key, Kind, String);

/// What the world knows: catalogue, stores, rates, policy, active revisions, and what time it is.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The present moment, in UTC. An argument, never the clock.
    pub now: NaiveDateTime,
    /// Stores by code.
    pub stores: BTreeMap<String, Store>,
    /// Products by SKU.
    pub products: BTreeMap<String, Product>,
    /// SKU by GTIN-14.
    pub gtins: HashMap<String, String>,
    /// Suppliers by code. Empty: there is no list, and any name will do.
    pub suppliers: BTreeMap<String, Supplier>,
    /// Tax rates.
    pub rates: Vec<TaxRate>,
    /// What `banked` on Z-reports means, by the layouts that say so; used where the store does not.
    pub banked: BTreeMap<String, Banked>,
    /// Tolerances, severities, tender classes.
    pub policy: Policy,
    /// Active revisions of the batches a document touches.
    pub active: HashMap<BatchKey, Active>,
    /// Totals of earlier sales, by store and number: originals for refunds.
    pub sales: HashMap<(String, String), (NaiveDate, super::Money)>,
    /// Tokens of people already known, by role and name or code as tills write it.
    pub people: HashMap<(String, Person), Person>,
}

impl Context {
    /// The store that `name` means, by code, name or alias.
    pub fn store(&self, name: &str) -> Option<&Store> {
        self.stores.get(name).or_else(|| self.stores.values().find(|store| store.is_called(name)))
    }

    /// The supplier that `name` means, by code or name. Case and surrounding blanks do not matter.
    pub fn supplier(&self, name: &str) -> Option<&Supplier> {
        let plain = |name: &str| name.trim().to_lowercase();
        let same = |other: &str| plain(other) == plain(name);
        self.suppliers.get(name).or_else(|| self.suppliers.values().find(|supplier| same(&supplier.code) || same(&supplier.name)))
    }

    /// The product that a till's item code means: by SKU, else by barcode.
    pub fn product(&self, item_code: &str) -> Option<&Product> {
        self.products.get(item_code).or_else(|| {
            let gtin = super::Gtin::parse(item_code).ok()?;
            self.products.get(self.gtins.get(gtin.as_str())?)
        })
    }
}
