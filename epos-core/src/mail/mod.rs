//! From what arrives to its documents: mails, mailboxes and zips are opened, everything else is kept as it is.
//!
//! Nothing is lost: a container that cannot be opened (damaged, locked, past a limit) is itself the document, with the finding that says
//! why, so that it can be archived and held. Opening a container is all or nothing.

#[cfg(feature = "mail")]
mod automatic;
mod mbox;
#[cfg(feature = "mail")]
mod mime;
mod name;
mod open;
mod unzip;
mod write;

use std::collections::BTreeMap;

pub use mbox::{Messages, is_mailbox, messages};
#[cfg(feature = "mail")]
pub use mime::attachments;
#[cfg(feature = "mail")]
pub use open::arrival;
pub use open::documents;
#[cfg(feature = "mail")]
pub(crate) use open::message;
pub(crate) use open::{is_container, too_large};
pub use write::{Letter, named, write};

use crate::model::Store;

/// The stores whose list of senders holds this address: in full, or by its domain as `@example.org`. Case does not matter.
///
/// None means that nobody knows the sender; several, that the documents themselves must say which store they are of.
pub fn stores_of<'a>(sender: &str, stores: &'a BTreeMap<String, Store>) -> Vec<&'a Store> {
    let sender = sender.trim().to_lowercase();
    let Some((_, domain)) = sender.rsplit_once('@') else { return Vec::new() };
    let knows = |entry: &String| {
        let entry = entry.trim().to_lowercase();
        entry == sender || entry.strip_prefix('@').is_some_and(|allowed| allowed == domain)
    };
    stores.values().filter(|store| store.senders.iter().any(knows)).collect()
}

#[cfg(all(test, feature = "mail"))]
mod tests;

#[cfg(test)]
mod senders {
    use super::*;

    #[test]
    fn a_sender_is_known_by_address_or_by_domain_and_by_nothing_less() {
        let store = |code: &str, senders: &[&str]| {
            let senders = senders.iter().map(|&sender| sender.to_owned()).collect();
            (code.to_owned(), Store { senders, ..Store::new(code, code) })
        };
        let stores = BTreeMap::from([
            store("LEITH", &["Till@Leith.example.org", "both@example.org"]),
            store("PERTH", &["@perth.example.org", "both@example.org"]),
            store("TAY", &[]),
        ]);
        let codes = |sender: &str| stores_of(sender, &stores).iter().map(|store| store.code.as_str()).collect::<Vec<_>>();
        assert_eq!(codes("TILL@leith.example.org"), ["LEITH"]);
        assert_eq!(codes(" anyone@PERTH.example.org "), ["PERTH"]);
        assert_eq!(codes("both@example.org"), ["LEITH", "PERTH"]);
        for stranger in ["", "@", "perth.example.org", "x@notperth.example.org", "x@a.perth.example.org", "xtill@leith.example.org"]
        {
            assert!(codes(stranger).is_empty(), "{stranger}");
        }
    }
}
