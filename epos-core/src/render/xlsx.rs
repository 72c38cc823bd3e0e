//! A workbook. The only place where epos turns money into the doubles that workbooks hold, and the only user of rust_xlsxwriter.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisLabelPosition, ChartFormat, ChartLine, ChartSolidFill, ChartType, Color, DocProperties, Format,
    FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use super::failed;
use super::people::{cell, currency, is_number, subtitle};
use crate::error::Result;
use crate::model::{Type, Value};
use crate::report::{ChartKind, Report, meaning, minor_units};

/// Heading row: title, subtitle and completeness stand above it.
const HEAD: u32 = 4;
/// Characters that a cell may hold, with room to spare.
const LONGEST: usize = 32_000;
/// The sheet of charts.
const CHARTS: &str = "Charts";
/// The colours of series, in order, as pages have them in light.
const COLORS: [u32; 6] = [0x0B_6B_68, 0xD9_82_2B, 0x4F_63_B6, 0xA6_3D_6F, 0x6B_8E_23, 0x7D_64_50];
/// A4.
const PAPER: u8 = 9;

/// The report as an xlsx workbook: a sheet of rows and one that says how they add up.
pub fn xlsx(report: &Report, now: NaiveDateTime) -> Result<Vec<u8>> {
    workbook(report, now).map_err(|error| failed(report, error))
}

fn workbook(report: &Report, now: NaiveDateTime) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(&report.title)
        .set_subject(subtitle(report))
        .set_author("epos")
        .set_comment(format!("{}.", report.completeness))
        .set_creation_datetime(&now);
    workbook.set_properties(&properties);
    rows(workbook.add_worksheet(), report)?;
    if !report.charts.is_empty() {
        charts(workbook.add_worksheet(), report)?;
    }
    adds_up(workbook.add_worksheet(), report)?;
    workbook.save_to_buffer()
}

fn head() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0xE4_EE_ED))
        .set_border_bottom(FormatBorder::Medium)
        .set_border_bottom_color(Color::RGB(0x0B_5D_5B))
}

fn above(sheet: &mut Worksheet, report: &Report, title: &str) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(16))?;
    sheet.write_string(1, 0, subtitle(report))?;
    sheet.write_string_with_format(2, 0, format!("Complete: {}.", report.completeness), &Format::new().set_italic())?;
    sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&RPage &P of &N");
    Ok(())
}

fn rows(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name(sheet_name(&report.title))?;
    above(sheet, report, &report.title)?;
    let last_column = u16::try_from(report.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    for (at, column) in (0u16..).zip(&report.columns) {
        let format = if is_number(column.kind) { head().set_align(FormatAlign::Right) } else { head() };
        sheet.write_string_with_format(HEAD, at, column.title, &format)?;
        sheet.set_column_width(at, width(report, usize::from(at)))?;
    }
    let first = HEAD + 1;
    for (line, row) in (first..).zip(&report.rows) {
        let of = currency(report, row);
        for ((at, column), value) in (0u16..).zip(&report.columns).zip(row) {
            let shown = if value.is_null() && !column.blank.is_empty() { &Value::Text(column.blank.into()) } else { value };
            write(sheet, line, at, shown, column.kind, of, Format::new())?;
        }
    }
    let end = HEAD + u32::try_from(report.rows.len()).unwrap_or(u32::MAX - HEAD);
    sheet.autofilter(HEAD, 0, end, last_column)?;
    sheet.set_freeze_panes(first, 0)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    for (line, total) in (end.saturating_add(1)..).zip(&report.totals) {
        totals(sheet, report, total, line, first, end)?;
    }
    Ok(())
}

/// A totals row: formulas that a reader can follow, with our exact sums as their stored results.
fn totals(
    sheet: &mut Worksheet,
    report: &Report,
    total: &[Value<'static>],
    line: u32,
    first: u32,
    end: u32,
) -> Result<(), XlsxError> {
    let of = currency(report, total);
    let several = report.column("currency").filter(|_| report.totals.len() > 1).and_then(|column| u16::try_from(column).ok());
    let frame = || Format::new().set_bold().set_border_top(FormatBorder::Thin);
    for ((at, column), value) in (0u16..).zip(&report.columns).zip(total) {
        let range = |at: u16| format!("{0}{1}:{0}{2}", letters(at), first + 1, end + 1);
        let decimals = match (column.kind, value) {
            (_, Value::Null) | (_, Value::Text(_)) => {
                let label = if at == 0 { Value::Text("Total".into()) } else { value.clone() };
                write(sheet, line, at, &label, Type::Text, of, frame())?;
                continue;
            }
            // A sum of taxes may have more decimals than coins have: they are kept.
            (Type::Money, Value::Decimal(exact)) => minor_units(of).max(exact.normalize().scale()),
            (_, Value::Decimal(exact)) => exact.normalize().scale(),
            _ => 0,
        };
        let sum = match several {
            Some(currencies) => format!("SUMIF({},\"{}\",{})", range(currencies), of.replace('"', "\"\""), range(at)),
            None => format!("SUM({})", range(at)),
        };
        let formula = Formula::new(format!("=ROUND({sum},{decimals})")).set_result(value.to_string());
        let format = frame().set_num_format(number_format(column.kind, value, of));
        sheet.write_formula_with_format(line, at, formula, &format)?;
    }
    Ok(())
}

/// A sheet of charts, each beside the figures that it draws.
fn charts(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name(CHARTS)?;
    above(sheet, report, &report.title)?;
    sheet.set_column_width(0, 26.0)?;
    let mut top = HEAD;
    for chart in &report.charts {
        let (first, last) = (top + 1, top + u32::try_from(chart.labels.len()).unwrap_or(u32::MAX / 2));
        let kind = if chart.currency.is_empty() { Type::Quantity } else { Type::Money };
        sheet.write_string_with_format(top, 0, &chart.along, &head())?;
        for (line, label) in (first..).zip(&chart.labels) {
            write(sheet, line, 0, &Value::Text(label.as_str().into()), Type::Text, "", Format::new())?;
        }
        let mut drawn = match chart.kind {
            ChartKind::Columns => Drawing::new(ChartType::ColumnStacked),
            ChartKind::Bars => Drawing::new(ChartType::Bar),
        };
        for ((at, series), color) in (1u16..).zip(&chart.series).zip(COLORS) {
            sheet.write_string_with_format(top, at, &series.name, &head().set_align(FormatAlign::Right))?;
            sheet.set_column_width(at, (series.name.chars().count() as f64 + 2.0).max(12.0))?;
            for (line, value) in (first..).zip(&series.values) {
                let value = value.map_or(Value::Null, Value::Decimal);
                write(sheet, line, at, &value, kind, &chart.currency, Format::new())?;
            }
            let drawn = drawn.add_series();
            drawn.set_name((CHARTS, top, at)).set_categories((CHARTS, first, 0, last, 0)).set_values((CHARTS, first, at, last, at));
            drawn.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(color)))).set_gap(60);
            if chart.kind == ChartKind::Columns {
                drawn.set_overlap(100);
            }
        }
        let measures =
            if chart.currency.is_empty() { chart.measures.clone() } else { format!("{} in {}", chart.measures, chart.currency) };
        drawn.title().set_name(&chart.title);
        drawn.set_alt_text(format!("{}: {measures} by {}", chart.title, chart.along.to_lowercase()));
        if chart.series.len() < 2 {
            drawn.legend().set_hidden();
        }
        let field = ChartLine::new().set_color(Color::RGB(0xDF_DC_D3)).clone();
        drawn.y_axis().set_major_gridlines_line(&field);
        match chart.kind {
            ChartKind::Columns => {
                drawn.y_axis().set_name(&measures);
                drawn.x_axis().set_label_position(ChartAxisLabelPosition::Low);
            }
            // Bars are read from above, as the table is; what is across is the second axis to a workbook.
            ChartKind::Bars => {
                drawn.x_axis().set_reverse().set_label_position(ChartAxisLabelPosition::Low);
                drawn.y_axis().set_name(&measures).set_label_position(ChartAxisLabelPosition::High);
            }
        }
        let lines = u32::try_from(chart.labels.len()).unwrap_or(u32::MAX);
        let height = if chart.kind == ChartKind::Bars { lines.saturating_mul(28).clamp(260, 640) } else { 360 };
        drawn.set_width(760).set_height(height);
        sheet.insert_chart(top, u16::try_from(chart.series.len()).unwrap_or(u16::MAX / 2) + 2, &drawn)?;
        top = last.max(top + height / 20) + 3;
    }
    Ok(())
}

/// The sheet of the bridge, the notes, and what the columns mean.
fn adds_up(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("How it adds up")?;
    above(sheet, report, "How it adds up")?;
    for (at, title) in (0u16..).zip(["", "Amount", "Currency"]) {
        sheet.write_string_with_format(HEAD, at, title, &head())?;
    }
    for (at, width) in (0u16..).zip([28.0, 16.0, 10.0]) {
        sheet.set_column_width(at, width)?;
    }
    let mut line = HEAD;
    for of in &report.bridge {
        line += 1;
        let sum = matches!(of.label, "to be paid" | "difference");
        let format = || if sum { Format::new().set_bold().set_border_top(FormatBorder::Thin) } else { Format::new() };
        write(sheet, line, 0, &Value::Text(of.label.into()), Type::Text, "", format())?;
        write(sheet, line, 1, &Value::Decimal(of.amount.decimal()), Type::Money, &of.currency, format())?;
        write(sheet, line, 2, &Value::Text(of.currency.as_str().into()), Type::Text, "", format())?;
    }
    line += 1;
    for note in &report.notes {
        line += 1;
        write(sheet, line, 0, &Value::Text(note.as_str().into()), Type::Text, "", Format::new())?;
    }
    line += 2;
    write(sheet, line, 0, &Value::Text("What the columns mean".into()), Type::Text, "", Format::new().set_bold())?;
    for column in &report.columns {
        line += 1;
        write(sheet, line, 0, &Value::Text(column.title.into()), Type::Text, "", Format::new())?;
        write(sheet, line, 1, &Value::Text(meaning(column.name).into()), Type::Text, "", Format::new())?;
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    line: u32,
    at: u16,
    value: &Value<'_>,
    kind: Type,
    of: &str,
    format: Format,
) -> Result<(), XlsxError> {
    match value {
        Value::Null => sheet.write_blank(line, at, &format)?,
        Value::Text(text) => {
            let words = if matches!(kind, Type::Word(_)) { text.replace('_', " ") } else { text.chars().take(LONGEST).collect() };
            // The quote prefix keeps text that looks like a formula text when somebody edits the cell.
            let format = if words.starts_with(['=', '+', '-', '@', '\t', '\r']) { format.set_quote_prefix() } else { format };
            let format = if is_number(kind) { format.set_align(FormatAlign::Right) } else { format };
            sheet.write_string_with_format(line, at, words, &format)?
        }
        // Fifteen digits are exact in a double; longer ones are kept as text.
        Value::Integer(n) if n.unsigned_abs() < 1_000_000_000_000_000 => {
            sheet.write_number_with_format(line, at, *n as f64, &format.set_num_format(number_format(kind, value, of)))?
        }
        Value::Integer(n) => sheet.write_string_with_format(line, at, n.to_string(), &format)?,
        Value::Decimal(exact) => {
            sheet.write_number_with_format(line, at, double(*exact), &format.set_num_format(number_format(kind, value, of)))?
        }
        Value::Bool(yes) => sheet.write_boolean_with_format(line, at, *yes, &format)?,
        Value::Date(day) => sheet.write_datetime_with_format(line, at, day, &format.set_num_format("yyyy-mm-dd"))?,
        Value::Time(time) => sheet.write_datetime_with_format(line, at, time, &format.set_num_format("hh:mm"))?,
        Value::DateTime(moment) => {
            sheet.write_datetime_with_format(line, at, moment, &format.set_num_format("yyyy-mm-dd hh:mm"))?
        }
    };
    Ok(())
}

/// The nearest double to an exact amount, by its digits.
fn double(exact: Decimal) -> f64 {
    exact.to_string().parse().unwrap_or(f64::NAN)
}

fn number_format(kind: Type, value: &Value<'_>, of: &str) -> String {
    let scale = match value {
        Value::Decimal(exact) => exact.normalize().scale(),
        _ => 0,
    };
    let decimals = if kind == Type::Money { scale.max(minor_units(of)) } else { scale };
    let digits = match decimals {
        0 => "#,##0".to_owned(),
        more => format!("#,##0.{}", "0".repeat(more as usize)),
    };
    match kind {
        Type::Money => format!("{digits};[Red]-{digits}"),
        Type::Rate => format!("{digits}\" %\""),
        _ => digits,
    }
}

/// Wide enough for the heading and what stands below it, within reason.
fn width(report: &Report, at: usize) -> f64 {
    let Some(column) = report.columns.get(at) else { return 10.0 };
    let of_row =
        |row: &Vec<Value<'static>>| row.get(at).map_or(0, |value| cell(value, column, currency(report, row)).chars().count());
    let rows = report.rows.iter().chain(&report.totals).map(of_row).max().unwrap_or(0);
    let widest = rows.max(column.title.chars().count() + 3).clamp(8, 60);
    widest as f64 + 1.5
}

/// Titles become sheet names: at most 31 characters, none of those that workbooks forbid.
fn sheet_name(title: &str) -> String {
    title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).take(31).collect()
}

/// A column's letters.
fn letters(index: u16) -> String {
    crate::model::Column { index: u32::from(index), heading: String::new() }.letters()
}
