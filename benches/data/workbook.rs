//! Sales lines as a workbook: twelve columns, dates and times as Excel keeps them.

use std::error::Error;

use chrono::NaiveTime;
use rust_xlsxwriter::{Format, Workbook};

use crate::sales::{Line, code, description};

const HEADINGS: [&str; 12] =
    ["store", "till", "number", "line", "date", "time", "kind", "item_code", "description", "quantity", "unit_price", "line_total"];

pub fn write(path: &str, rows: u32) -> Result<(), Box<dyn Error>> {
    let (day, clock, money) =
        (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("hh:mm"), Format::new().set_num_format("0.00"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading)?;
    }
    for row in 1..=rows {
        let line = Line::at(u64::from(row - 1));
        let time = NaiveTime::from_hms_opt((line.minute / 60) as u32, (line.minute % 60) as u32, 0).unwrap_or_default();
        sheet.write(row, 0, format!("{:02}", line.store))?;
        sheet.write(row, 1, line.till)?;
        sheet.write(row, 2, format!("{:06}", line.number))?;
        sheet.write(row, 3, line.line)?;
        sheet.write_with_format(row, 4, &line.date, &day)?;
        sheet.write_with_format(row, 5, &time, &clock)?;
        sheet.write(row, 6, if line.refund { "refund" } else { "sale" })?;
        sheet.write(row, 7, code(line.product).to_string())?;
        sheet.write(row, 8, description(line.product))?;
        sheet.write(row, 9, line.quantity)?;
        sheet.write_with_format(row, 10, line.price as f64 / 100.0, &money)?;
        sheet.write_with_format(row, 11, (line.price * line.quantity) as f64 / 100.0, &money)?;
    }
    Ok(workbook.save(path)?)
}
