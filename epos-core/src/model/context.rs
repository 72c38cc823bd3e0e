//! Everything a check may know besides the document: one value that tests write by hand.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::{Banked, Charity, Class, Hash, Key, Kind, LineItem, Money, Person, Policy, Product, Store, Supplier, TaxRate};

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

/// A sale that is given back, in whole or in part, as the books have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Original {
    /// What was paid for it; `None` when the books do not have it.
    pub total: Option<Money>,
    /// What its lines add up to, by item code, before discounts over the whole sale.
    pub items: BTreeMap<String, Money>,
    /// Discounts over the whole sale, negative.
    pub shared: Money,
    /// What other documents gave back for it already, positive, by item code; under a blank one where rows name none.
    pub given_back: BTreeMap<String, Money>,
}

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
    /// Prices by SKU, each with its first day, in order; a SKU without any has its product's price.
    pub prices: HashMap<String, Vec<(NaiveDate, Money)>>,
    /// Names and codes of everybody on the staff list; empty when no list was loaded.
    pub staff: HashSet<String>,
    /// Earlier sales that refunds of the document at hand name, by store and number.
    pub originals: HashMap<(String, String), Original>,
    /// Counts that the books have of the Z-reports of the document at hand: by till-day, Z-report number and tender.
    pub counts: HashMap<(Key, String, String), Money>,
    /// Totals of earlier sales, by store and number: originals for refunds.
    pub sales: HashMap<(String, String), (NaiveDate, Money)>,
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

    /// The price of a SKU on a day; `None` when nobody listed one, or none for that day.
    pub fn price(&self, sku: &str, day: NaiveDate) -> Option<Money> {
        match self.prices.get(sku) {
            Some(prices) => prices.iter().rev().find(|(from, _)| *from <= day).map(|(_, price)| *price),
            None => {
                let product = self.products.get(sku)?;
                product.price.filter(|_| product.effective_from.is_none_or(|from| from <= day))
            }
        }
    }

    /// Is the person on the staff list? Case does not matter.
    pub fn is_staff(&self, code: &str) -> bool {
        self.staff.contains(&code.trim().to_lowercase())
    }

    /// Whose goods a line sells: as the till says, else the product list, else the policy for its category. Goods with a donor's code
    /// are that donor's; goods of a donor whom nobody names are donated (Retail Gift Aid). `None` where nobody says, and for what is not
    /// goods.
    ///
    /// ```
    /// use epos_core::model::{Charity, Context, LineItem, Person, Product};
    ///
    /// let mut context = Context::default();
    /// let donor = Some(Person("t7".into()));
    /// let line = |donor| LineItem { item_code: Some("COAT".into()), charity: Some(Charity::Agency), donor, ..LineItem::default() };
    /// assert_eq!(context.charity(&line(donor.clone())), Some(Charity::Agency));
    /// assert_eq!(context.charity(&line(None)), Some(Charity::Donated), "there is nobody to whom anything could be owed");
    ///
    /// let silent = LineItem { item_code: Some("TEA".into()), ..LineItem::default() };
    /// assert_eq!(context.charity(&silent), None);
    /// context.products.insert("TEA".into(), Product { category: Some("New goods".into()), ..Product::default() });
    /// context.policy.charity.insert("new goods".into(), Charity::BoughtIn);
    /// assert_eq!(context.charity(&silent), Some(Charity::BoughtIn));
    /// ```
    pub fn charity(&self, line: &LineItem) -> Option<Charity> {
        if line.class != Class::Goods {
            return None;
        }
        let product = || line.item_code.as_deref().and_then(|code| self.product(code));
        let of_category = || {
            let category = line.category.as_deref().filter(|category| !category.trim().is_empty());
            let category = category.or_else(|| product()?.category.as_deref())?;
            self.policy.charity.get(&category.trim().to_lowercase()).copied()
        };
        let donor = line.donor.as_ref().is_some_and(|donor| !donor.0.trim().is_empty());
        let said = line.charity.or(donor.then_some(Charity::Agency)).or_else(|| product()?.charity).or_else(of_category);
        said.map(|charity| if charity == Charity::Agency && !donor { Charity::Donated } else { charity })
    }

    /// The product that a till's item code means: by SKU, else by barcode.
    pub fn product(&self, item_code: &str) -> Option<&Product> {
        self.products.get(item_code).or_else(|| {
            if self.gtins.is_empty() {
                return None;
            }
            let gtin = super::Gtin::parse(item_code).ok()?;
            self.products.get(self.gtins.get(gtin.as_str())?)
        })
    }
}
