//! The verbs over a small company: two days of one store, from documents to seals.

mod acceptance;
mod kills;
mod seals;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::score::Memory;
use super::{Audit, Config};
use crate::edge::database;
use crate::format::{Layouts, Reading};
use crate::model::{Document, Limits, Money, Store};

fn day(of: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, of).unwrap()
}

fn at(day_of_month: u32, hour: u32) -> NaiveDateTime {
    day(day_of_month).and_hms_opt(hour, 0, 0).unwrap()
}

/// Books in memory of a store that is open on the 19th and 20th; it is the 22nd, 9:00.
fn books() -> Audit {
    let store = Store {
        starts: Some(day(19)),
        ends: Some(day(20)),
        tills: vec!["1".into()],
        prices_include_tax: Some(true),
        ..Store::new("leith", "Leith Walk")
    };
    let mut config = Config { stores: BTreeMap::from([("leith".to_owned(), store)]), ..Config::default() };
    config.policy.late_days = 30;
    let db = database::open("sqlite::memory:").unwrap();
    Audit::open(config, Layouts::built_in(), db, Box::new(Memory::default()), at(22, 9), [7; 32], Limits::default()).unwrap()
}

/// The files of a day with one sale of 6.00 in cash and one of 18.00, rung as cash; the drawer held `counted`.
fn evening(of: u32, counted: &str) -> Vec<Document> {
    let date = day(of);
    let sales = format!(
        "store,till,number,line,date,time,kind,item_code,description,quantity,unit_price,tax_rate,tax_amount,line_total\n\
         leith,1,{of}1,1,{date},10:30,sale,DON-BOOKS,Books,1,6.00,0,0.00,6.00\n\
         leith,1,{of}2,1,{date},10:52,sale,DON-TOYS,Toys,1,18.00,0,0.00,18.00\n"
    );
    let tenders = format!(
        "store,till,number,date,time,tender,amount,tendered,change\n\
         leith,1,{of}1,{date},10:30,Cash,6.00,,\nleith,1,{of}2,{date},10:52,Cash,18.00,,\n"
    );
    let z = format!(
        "store,till,trading_day,z_number,opened_at,closed_at,tender,opening_float,expected,counted,over_short,banked,closing_float,closed_by\n\
         leith,1,{date},{of},{date} 09:50,{date} 17:05,Cash,50.00,74.00,{counted},,,50.00,Ann Ross\n"
    );
    [("sales", sales), ("tenders", tenders), ("z_report", z)]
        .map(|(name, text)| Document::new(&format!("leith_{date}_{name}.csv"), text.into_bytes()))
        .to_vec()
}

/// The sales of a day, with one more of 2.50.
fn correction(of: u32) -> Document {
    let date = day(of);
    let text = format!(
        "store,till,number,line,date,time,kind,item_code,description,quantity,unit_price,tax_rate,tax_amount,line_total\n\
         leith,1,{of}1,1,{date},10:30,sale,DON-BOOKS,Books,1,6.00,0,0.00,6.00\n\
         leith,1,{of}2,1,{date},10:52,sale,DON-TOYS,Toys,1,18.00,0,0.00,18.00\n\
         leith,1,{of}3,1,{date},11:15,sale,DON-TOYS,Toys,1,2.50,0,0.00,2.50\n"
    );
    Document::new(&format!("leith_{date}_sales.csv"), text.into_bytes())
}

fn load(books: &mut Audit, documents: &[Document]) {
    for document in documents {
        books.load(document, &Reading::default()).unwrap();
    }
    books.judge().unwrap();
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}
