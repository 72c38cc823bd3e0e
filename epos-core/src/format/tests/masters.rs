//! Transfers, customers, suppliers and tax rates as files have them.

use super::*;

fn company() -> BTreeMap<String, Store> {
    let morningside = Store { aliases: vec!["Mside".into()], ..Store::new("morningside", "Morningside") };
    [Store::new("leith", "Leith Walk"), morningside, Store::new("depot", "Depot")].map(|store| (store.code.clone(), store)).into()
}

fn read_for(store: Option<&str>, text: &str) -> Read {
    let reading = Reading { store: store.map(str::to_owned), ..Reading::default() };
    read_with("paper.csv", text, &Layouts::built_in(), &reading, &company())
}

const SHOWN: [&str; 6] = ["store", "day", "from_store", "to_store", "quantity", "side"];

#[test]
fn a_transfer_without_a_side_speaks_for_both_stores() {
    let text = "Transfer No,Date,From,To,SKU,Qty\nT-7,2026-11-20,Leith Walk,Mside,TEA,12\nT-7,2026-11-20,Leith Walk,Mside,JAM,3\n";
    let read = read_for(None, text);
    assert_eq!(read.layouts(), ["transfers"], "{:?}", read.said);
    let tea = ["leith|2026-11-20|leith|morningside|12|sent", "morningside|2026-11-20|leith|morningside|12|received"];
    let jam = tea.map(|row| row.replace("|12|", "|3|"));
    let expected: Vec<String> = tea.iter().map(|row| row.to_string()).chain(jam).collect();
    assert_eq!(read.rows(Kind::Transfers, &SHOWN), expected);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    // Written again every row says its side, and nothing else has changed.
    let document = Document::new("paper.csv", text.as_bytes());
    let trips = round_trip(&document, &Layouts::built_in(), &Reading::default(), &company(), &Limits::default()).value;
    let [trip] = &trips[..] else { panic!("{trips:?}") };
    assert_eq!((trip.rows, trip.lost.as_slice()), (4, &[][..]));
}

#[test]
fn a_side_is_of_its_own_store_only() {
    let text = "reference,date,from_store,to_store,item_code,quantity,side\n\
                T-7,2026-11-20,leith,Mornigside,TEA,12,sent\nT-8,2026-11-20,depot,leith,TEA,6,Received\n";
    let read = read_for(Some("leith"), text);
    let expected = ["leith|2026-11-20|leith|Mornigside|12|sent", "leith|2026-11-20|depot|leith|6|received"];
    assert_eq!(read.rows(Kind::Transfers, &SHOWN), expected, "{:?}", read.said);
}

#[test]
fn a_transfer_of_nobody_is_held() {
    let heading = "reference,date,from_store,to_store,item_code,quantity,side\n";
    let strange = read_for(None, &format!("{heading}T-7,2026-11-20,Leeth,morningside,TEA,12,sent\n"));
    assert_eq!((strange.codes.as_slice(), strange.rows(Kind::Transfers, &SHOWN).len()), (&["F015"][..], 0), "{:?}", strange.said);
    // Of a row that speaks for both, neither half counts while the other is unclear.
    let half = read_for(None, "reference,date,from_store,to_store,item_code,quantity\nT-7,2026-11-20,leith,Leeth,TEA,12\n");
    assert_eq!((half.codes.as_slice(), half.rows(Kind::Transfers, &SHOWN).len()), (&["F015"][..], 0), "{:?}", half.said);
    let others = read_for(Some("depot"), &format!("{heading}T-7,2026-11-20,leith,morningside,TEA,12,sent\n"));
    assert_eq!(others.codes, ["F009"], "{:?}", others.said);
}

#[test]
fn a_van_after_midnight_is_of_the_evening_before_where_the_store_says_so() {
    let mut stores = company();
    stores.get_mut("leith").expect("Leith Walk").cutoff = "04:00:00".parse().expect("a time");
    let text = "reference,date,time,from_store,to_store,item_code,quantity\nT-7,2026-11-21,01:30,leith,depot,TEA,12\n";
    let read = read_with("paper.csv", text, &Layouts::built_in(), &Reading::default(), &stores);
    let expected = ["leith|2026-11-20|sent", "depot|2026-11-21|received"];
    assert_eq!(read.rows(Kind::Transfers, &["store", "day", "side"]), expected, "{:?}", read.said);
}

#[test]
fn an_unread_transfer_makes_the_senders_day_incomplete() {
    let text = "reference,date,from_store,to_store,item_code,quantity,side\nT-7,2026-11-20,leith,depot,TEA,a dozen,sent\n";
    let read = read_for(Some("leith"), text);
    let rejected = &read.blocks[0].rejected[0];
    assert_eq!(
        (rejected.store.as_deref(), rejected.trading_day.map(|day| day.to_string()).as_deref()),
        (Some("leith"), Some("2026-11-20"))
    );
    let word = read_for(Some("leith"), &text.replace("a dozen,sent", "12,sideways"));
    assert_eq!((word.rejected(), word.rows(Kind::Transfers, &SHOWN).len()), (1, 0), "{:?}", word.said);
}

#[test]
fn lists_are_told_apart_by_their_headings() {
    for (layout, kind, text) in [
        ("customers", Kind::Customers, "Customer No,First Name,Last Name,E-mail\nC-1,Zoë,O'Neil,zoe@example.org\n"),
        ("customers", Kind::Customers, "code,first_name,last_name,email,phone,category\nC-1,,,,,trade\n"),
        ("employees", Kind::Employees, "code,first_name,last_name,role\nE-1,Molly,Malone,volunteer\n"),
        ("suppliers", Kind::Suppliers, "Supplier ID,Supplier Name,Lead Time\nTRAID,Traidcraft,7\n"),
        ("tax_rates", Kind::TaxRates, "Region,Category,Tax,Rate,From,To,Source\nGB,standard,VAT,20%,2011-01-04,,HMRC\n"),
    ] {
        let read = read(text);
        assert_eq!(read.layouts(), [layout], "{text}: {:?}", read.said);
        assert_eq!(read.blocks[0].batches[0].content.count(kind), 1, "{text}: {:?}", read.said);
        assert_eq!(read.blocks[0].batches[0].key.store, "", "a list is the company's");
    }
    let rates = read("region,category,tax,rate,from\nGB,standard,VAT,20,2011-01-04\nGB,reduced,VAT,5%,1997-09-01\n");
    assert_eq!(rates.rows(Kind::TaxRates, &["category", "rate", "until"]), ["standard|20|", "reduced|5|"]);
}
