//! The flat transaction export of a hospitality point of sale: 28 columns, one row per transaction.

use std::error::Error;
use std::io::Write;

use chrono::{Days, NaiveDate};

use crate::random::{below, number};
use crate::sales::Amount;

const PLACES: [(&str, &str, &str); 8] = [
    ("Corner Cafe", "cafe", "Bristol"),
    ("Station Kiosk", "kiosk", "Leeds"),
    ("Harbour Bar", "bar", "Plymouth"),
    ("Museum Tearoom", "cafe", "York"),
    ("Park Pavilion", "restaurant", "Cardiff"),
    ("Old Bakery", "bakery", "Bath"),
    ("Theatre Foyer", "bar", "Oxford"),
    ("Market Grill", "restaurant", "Norwich"),
];
const MENU: [(&str, &str, i64); 12] = [
    ("Flat White", "Coffee", 340),
    ("Espresso", "Coffee", 260),
    ("Pot of Tea", "Tea", 290),
    ("Chocolate Brownie", "Bakery", 310),
    ("Almond Croissant", "Bakery", 345),
    ("Club Sandwich", "Food", 895),
    ("Soup of the Day", "Food", 650),
    ("Fish and Chips", "Food", 1450),
    ("House Red 175 ml", "Wine", 680),
    ("Pale Ale Pint", "Beer", 560),
    ("Lemonade", "Soft drinks", 320),
    ("Sparkling Water", "Soft drinks", 275),
];
const STAFF: [&str; 9] =
    ["Amira Khan", "Ben Okafor", "Chloe Price", "Dan Hughes", "Elif Demir", "Finn Walsh", "Grace Osei", "Hanna Berg", "Ivo Marin"];

pub fn write(out: &mut impl Write, rows: u64) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "transaction_id,transaction_number,timestamp,transaction_date,transaction_time,location_id,location_name,location_type,city,\
         device_id,employee_id,employee_name,num_items,product_id,product_name,product_category,quantity,unit_price,subtotal,tax_total,\
         discount_total,tip_amount,total_amount,payment_method,payment_status,transaction_status,card_last_four,authorization_code"
    )?;
    for row in 0..rows {
        let place = below(PLACES.len() as u64, row, 1);
        let (name, kind, city) = PLACES[place as usize];
        let (menu, staff) = (below(MENU.len() as u64, row, 2), below(STAFF.len() as u64, row, 3));
        let (product, category, price) = MENU[menu as usize];
        let quantity = 1 + below(3, row, 4) as i64;
        let more: i64 = (0..below(4, row, 5)).map(|item| 200 + below(900, row, 100 + item) as i64).sum();
        let subtotal = price * quantity + more;
        let discount = if below(10, row, 6) == 0 { subtotal / 10 } else { 0 };
        let tax = (subtotal - discount) / 5;
        let tip = if below(4, row, 7) == 0 { (subtotal / 8) / 10 * 10 } else { 0 };
        let (status, paid) = match below(200, row, 8) {
            0..=5 => ("refunded", "refunded"),
            6..=9 => ("voided", "voided"),
            10 => ("error", "failed"),
            _ => ("completed", "approved"),
        };
        let method = ["credit_card", "debit_card", "cash", "mobile_payment", "gift_card"][below(5, row, 9) as usize];
        let date = NaiveDate::from_ymd_opt(2025, 1, 2).unwrap_or_default() + Days::new(row * 90 / rows.max(1));
        let (hour, minute, second) = (8 + below(14, row, 10), below(60, row, 11), below(60, row, 12));
        let (high, low) = (number(row, 13), number(row, 14));
        write!(
            out,
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x},#{},{date}T{hour:02}:{minute:02}:{second:02},{date},{hour:02}:{minute:02}:{second:02},\
             LOC-{:03},{name},{kind},{city},",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF,
            100_000 + below(900_000, row, 15),
            place + 1,
        )?;
        write!(
            out,
            "DEV-{:03}-{},EMP-{:04},{},{},PROD-{:04},{product},{category},{quantity},{},{},{},{},{},{},{method},{paid},{status},",
            place + 1,
            1 + below(3, row, 16),
            place * 100 + staff + 1,
            STAFF[staff as usize],
            quantity as u64 + below(4, row, 5),
            menu + 1,
            Amount(price),
            Amount(subtotal),
            Amount(tax),
            Amount(discount),
            Amount(tip),
            Amount(subtotal + tax - discount + tip),
        )?;
        if method.ends_with("card") && method != "gift_card" {
            writeln!(out, "{:04},{:06X}", below(10_000, row, 17), below(1 << 24, row, 18))?;
        } else {
            writeln!(out, ",")?;
        }
    }
    Ok(())
}
