//! The verb `stock`: stores, a store's shelves, or who has an item.

use serde::Serialize;

use super::Audit;
use super::lookup::{self, Availability, Place, Stock};
use crate::error::{Error, Result};

/// What `stock` answers; programs get the one that was asked for, bare.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Stocked {
    /// All stores.
    Stores(Vec<Place>),
    /// A store's shelves.
    Shelves(Stock),
    /// An item in every store.
    Item(Vec<Availability>),
    /// An item in one store.
    Here(Availability),
}

impl Audit {
    /// All stores; with a store (by code, name or alias) its shelves, by page; with an item (by code or barcode) who has it. What a load put
    /// off is counted in first, as far as the database may be written.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store or an item that is not known; when the database fails.
    pub fn stock(&mut self, store: Option<&str>, item: Option<&str>, page: usize, per_page: usize) -> Result<Stocked> {
        // Who may only read sees the age of the figures instead.
        let _ = self.settle();
        let now = self.now();
        let places = lookup::stores(self.db())?;
        let place = store.map(|name| self.known_place(&places, name)).transpose()?;
        match (place, item) {
            (None, None) => Ok(Stocked::Stores(places)),
            (Some(place), None) => lookup::stock(self.db(), &place.store, page, per_page, now)?
                .map(Stocked::Shelves)
                .ok_or_else(|| Error::NotFound(format!("no store has the code `{}`", place.store))),
            (place, Some(code)) => {
                let mut all = lookup::availability(self.db(), code, now)?.ok_or_else(|| {
                    let help = "`epos lookup NAME` searches by name";
                    Error::NotFound(format!("no product list has an item with the code or barcode `{code}`; {help}"))
                })?;
                all.retain(|one| place.is_none_or(|place| place.store == one.store));
                Ok(match all.first().filter(|_| place.is_some()) {
                    Some(one) => Stocked::Here(one.clone()),
                    None => Stocked::Item(all),
                })
            }
        }
    }

    /// The store that is named by its code, its name or an alias; the code is the surest. Case and surrounding blanks of names do not
    /// matter.
    ///
    /// # Errors
    /// [`Error::NotFound`], with the stores there are, when none is called so; when the database fails.
    pub fn place(&mut self, name: &str) -> Result<Place> {
        let places = lookup::stores(self.db())?;
        self.known_place(&places, name).cloned()
    }

    fn known_place<'p>(&self, places: &'p [Place], name: &str) -> Result<&'p Place> {
        let same = |other: &str| other.trim().to_lowercase() == name.trim().to_lowercase();
        let configured = &self.config().stores;
        let alias = |place: &&Place| configured.get(&place.store).is_some_and(|store| store.is_called(name));
        let called = |place: &&Place| same(&place.store) || same(&place.name) || alias(place);
        let found = places.iter().find(|place| place.store == name).or_else(|| places.iter().find(called));
        found.ok_or_else(|| {
            let codes = places.iter().map(|place| place.store.as_str()).collect::<Vec<_>>().join(", ");
            Error::NotFound(match places.is_empty() {
                true => "no store is known yet; `epos run` or `epos load` makes them known".to_owned(),
                false => format!("no store is called `{name}`; there are {codes}"),
            })
        })
    }
}
