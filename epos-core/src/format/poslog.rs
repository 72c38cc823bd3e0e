//! POSLog, the retail standard's XML (ARTS, now OMG), to sheets of its transactions, lines and tenders; the only user of `quick_xml`.
//!
//! Elements count by their local names, in the standard's namespace or in none; those of other namespaces are a vendor's own and are
//! left out. What the standard leaves open (is an extended amount before or after the line's discounts? is tax in it?) is proven by
//! the transaction's own grand total, or by its tenders.

use encoding_rs::Encoding;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use rust_decimal::Decimal;

use super::nested::{self, Tables};
use super::sheets::Refused;
use crate::diagnostic::{Checked, F001, F010, F019};
use crate::model::{Document, Limits, Sheet};

/// What names of the standard's namespaces begin with.
const NAMESPACE: &str = "http://www.nrf-arts.org/IXRetail/namespace";

/// Reads a POSLog.
pub(super) fn read(document: &Document, limits: &Limits) -> Checked<Vec<Sheet>> {
    let mut said = Vec::new();
    let read = nested::decode(document, declared(&document.bytes), &mut said).and_then(|text| {
        let mut log =
            Log { text: &text, line: 1, counted: 0, open: Vec::new(), known: false, tables: Tables::new(document, limits), limits };
        log.all()?;
        match log.known {
            true => Ok(log.tables.finish()),
            false => Err(log.tables.refuse(
                F019,
                0,
                "this is an XML file, but no POSLog; only POSLog is read",
                "export the same data as CSV or as an Excel workbook",
            )),
        }
    });
    nested::checked(document, read, said)
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = head.get(..head.len().min(200)).filter(|head| head.starts_with(b"<?xml"))?;
    let head = head.split(|&byte| byte == b'>').next()?;
    let text = String::from_utf8_lossy(head).into_owned();
    let (_, rest) = text.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    Encoding::for_label(rest.get(1..)?.split(quote).next()?.as_bytes())
}

/// An element with what is in it.
#[derive(Default)]
struct Element {
    name: String,
    line: u32,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
    /// False when it is a vendor's own.
    standard: bool,
}

impl Element {
    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a descendant (`POSIdentity.POSItemID`); blank when it is not there.
    fn at(&self, path: &str) -> &str {
        let found = path.split('.').try_fold(self, |element, name| element.child(name));
        found.map_or("", |element| element.text.trim())
    }

    /// The first of these descendants that says something.
    fn first(&self, paths: &[&str]) -> &str {
        paths.iter().map(|path| self.at(path)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn is_flagged(&self, name: &str) -> bool {
        matches!(self.attribute(name), "true" | "1")
    }

    fn decimal(&self) -> Option<Decimal> {
        Decimal::from_str_exact(self.text.trim()).ok()
    }

    fn number(&self, path: &str) -> Option<Decimal> {
        Decimal::from_str_exact(self.at(path)).ok()
    }
}

/// A log while it is read: at most one transaction of it is held.
struct Log<'t> {
    text: &'t str,
    line: u32,
    /// Bytes whose line breaks are counted.
    counted: usize,
    /// Elements that are not closed yet, from the transaction inwards.
    open: Vec<Element>,
    /// Whether anything of a POSLog was met.
    known: bool,
    tables: Tables<'t>,
    limits: &'t Limits,
}

impl Log<'_> {
    fn all(&mut self) -> Result<(), Refused> {
        let mut reader = NsReader::from_str(self.text);
        let mut depth = 0_usize;
        loop {
            let from = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let passed = self.text.as_bytes().get(self.counted..from).unwrap_or_default();
            let breaks = passed.iter().filter(|&&byte| byte == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            self.counted = from;
            match reader.read_resolved_event() {
                Ok((space, Event::Start(start))) => {
                    let standard = is_standard(&space);
                    depth += 1;
                    self.start(&start, standard, depth)?;
                }
                Ok((space, Event::Empty(start))) => {
                    let standard = is_standard(&space);
                    self.start(&start, standard, depth + 1)?;
                    self.end()?;
                }
                Ok((_, Event::End(_))) => {
                    depth = depth.saturating_sub(1);
                    self.end()?;
                }
                Ok((_, Event::Text(text))) if !self.open.is_empty() => self.add(&text.xml10_content())?,
                Ok((_, Event::CData(text))) => self.add(&text.xml10_content())?,
                Ok((_, Event::GeneralRef(name))) => match entity(&name) {
                    Some(letter) => self.add(letter.encode_utf8(&mut [0; 4]))?,
                    None => return Err(self.wrong(&format!("&{};", &*name), "is not one of XML's own entities")),
                },
                Ok((_, Event::DocType(_))) => {
                    let message = "the XML brings its own document type, which can make it mean anything; it was not read";
                    return Err(self.tables.refuse(F001, self.line, message, "a till's POSLog has none: is this the right file?"));
                }
                Ok((_, Event::Eof)) if depth > 0 => return Err(self.wrong("the XML", "ends in the middle")),
                Ok((_, Event::Eof)) => return Ok(()),
                Ok(_) => {}
                Err(why) => return Err(self.wrong("this is not right XML:", &why.to_string())),
            }
        }
    }

    fn wrong(&self, what: &str, why: &str) -> Refused {
        self.tables.refuse(F010, self.line, format!("{what} {why}"), "send the file again, or export it again from the till")
    }

    fn start(&mut self, start: &BytesStart<'_>, standard: bool, depth: usize) -> Result<(), Refused> {
        if depth > self.limits.levels {
            return Err(self.tables.past_limit(self.line, format!("elements are nested more than {} deep", self.limits.levels)));
        }
        let name = start.local_name();
        self.known |= standard && matches!(name.as_ref(), "POSLog" | "RetailTransaction");
        if self.open.is_empty() && !(standard && name.as_ref() == "Transaction") {
            return Ok(());
        }
        let mut element = Element { name: name.as_ref().to_owned(), line: self.line, standard, ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|why| self.wrong("this is not right XML:", &why.to_string()))?;
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|why| self.wrong("this is not right XML:", &why.to_string()))?;
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        let said: usize = element.attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
        self.tables.hold(size_of::<Element>() + element.name.len() + said, self.line)?;
        self.open.push(element);
        Ok(())
    }

    fn add(&mut self, text: &str) -> Result<(), Refused> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.text.push_str(text);
        self.tables.hold(text.len(), self.line)
    }

    fn end(&mut self) -> Result<(), Refused> {
        let Some(element) = self.open.pop() else { return Ok(()) };
        match self.open.last_mut() {
            Some(parent) if element.standard => parent.children.push(element),
            Some(_) => {}
            None => {
                transaction(&element, &mut self.tables)?;
                self.tables.release();
            }
        }
        Ok(())
    }
}

/// In the standard's namespace, or in none.
fn is_standard(space: &ResolveResult<'_>) -> bool {
    match space {
        ResolveResult::Bound(space) => space.0.starts_with(NAMESPACE),
        ResolveResult::Unbound => true,
        ResolveResult::Unknown(_) => false,
    }
}

/// A character by its number, or one of XML's five entities.
fn entity(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    match &**name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}

/// The rows of one transaction.
fn transaction(element: &Element, tables: &mut Tables<'_>) -> Result<(), Refused> {
    let key = [
        ("store", element.at("RetailStoreID")),
        ("till", element.first(&["WorkstationID", "TillID"])),
        ("number", element.at("SequenceNumber")),
        ("trading_day", element.at("BusinessDayDate")),
        ("timestamp", element.first(&["EndDateTime", "BeginDateTime"])),
        ("cashier", element.at("OperatorID")),
    ];
    let mut row = |table: &str, line: u32, cells: &[(&str, &str)]| {
        let cells: Vec<nested::Cell<'_>> =
            key.iter().chain(cells).map(|(heading, text)| (tables.heading(heading), (*text).into())).collect();
        tables.row(table, line, &cells)
    };
    let Some(retail) = element.child("RetailTransaction") else {
        let what = element.children.iter().find(|child| child.name.ends_with("Transaction"));
        return row("Other transactions", element.line, &[("kind", what.map_or("", |what| what.name.as_str()))]);
    };
    let items = || retail.all("LineItem").filter(|item| !item.is_flagged("VoidFlag"));
    let sums = Sums::of(retail);
    let reading = sums.reading();

    let text = |number: Decimal| number.normalize().to_string();
    let stated = retail.all("Total").find(|total| total.attribute("TotalType") == "TransactionGrandAmount");
    let total = stated.map_or_else(|| text(sums.under(reading)), |total| total.text.trim().to_owned());
    let kind = match retail.attribute("TransactionStatus") {
        "Voided" | "PostVoided" | "Canceled" | "Cancelled" | "Suspended" | "Failed" => "void",
        _ if element.is_flagged("CancelFlag") => "void",
        _ if !sums.lines.is_empty() && sums.lines.iter().all(|line| line.back) => "refund",
        _ => "sale",
    };
    let training = if element.is_flagged("TrainingModeFlag") { "true" } else { "false" };
    let tax = sums.stated_tax.or_else(|| sums.line_tax()).map(text).unwrap_or_default();
    let original = retail.at("TransactionLink.SequenceNumber");
    let header = [
        ("kind", kind),
        ("training", training),
        ("receipt", retail.at("ReceiptNumber")),
        ("customer", retail.at("Customer.CustomerID")),
        ("item_count", retail.at("ItemCount")),
        ("tax", &tax),
        ("total", &total),
        ("original_number", original),
    ];
    row("RetailTransaction", element.line, &header)?;

    let shared_tax = sums.stated_tax.filter(|_| reading.taxed && sums.line_tax().is_none()).map(text).unwrap_or_default();
    for line in Line::all(retail) {
        let (base, price, discount) = line.priced(reading);
        let plus = line.tax.filter(|_| reading.taxed).unwrap_or_default();
        let line_kind = match (kind, line.void, line.back) {
            ("void", ..) | (_, true, _) => "void",
            (_, _, true) => "refund",
            _ => "sale",
        };
        let sale = line.sale;
        let (net, total) = match base {
            Some(base) => (if reading.taxed { text(base) } else { String::new() }, text(base + plus)),
            None => (String::new(), sale.at("ExtendedAmount").to_owned()),
        };
        let cells = [
            ("line", line.item.at("SequenceNumber")),
            ("kind", line_kind),
            ("training", training),
            ("class", class(sale.attribute("ItemType"))),
            ("item_code", sale.first(&["ItemID", "POSIdentity.POSItemID"])),
            ("description", sale.at("Description")),
            ("category", sale.at("MerchandiseHierarchy")),
            ("quantity", line.quantity()),
            ("unit_price", price),
            ("discount_amount", &discount.map(text).unwrap_or_default()),
            ("tax_rate", line.rate()),
            ("tax_amount", &line.tax.map(text).unwrap_or_default()),
            ("line_net", &net),
            ("line_total", &total),
            ("original_number", if line.back { sale.first(&["TransactionLink.SequenceNumber"]) } else { "" }),
            ("transaction_tax", if line_kind == "void" { "" } else { &shared_tax }),
        ];
        row("LineItem", line.item.line, &cells)?;
    }
    for (name, class, sign) in [("Discount", "goods", "-"), ("Rounding", "rounding", "")] {
        for (item, own) in items().filter_map(|item| Some((item, item.child(name)?))) {
            if name == "Discount" && !reading.rows {
                continue;
            }
            let amount = format!("{sign}{}", own.at("Amount"));
            let kind = if kind == "void" {
                "void"
            } else if name == "Discount" {
                "discount"
            } else {
                "sale"
            };
            let cells = [
                ("line", item.at("SequenceNumber")),
                ("kind", kind),
                ("training", training),
                ("class", class),
                ("description", own.first(&["Description", "ReasonCode"])),
                ("quantity", "1"),
                ("line_total", &amount),
            ];
            row("LineItem", item.line, &cells)?;
        }
    }
    for (item, tender) in retail.all("LineItem").filter_map(|item| Some((item, item.child("Tender")?))) {
        let paid = Paid::of(tender);
        let cells = [
            ("tender", Some(tender.attribute("TenderType")).filter(|of| !of.is_empty()).unwrap_or(tender.at("TenderID"))),
            ("tendered", &paid.tendered),
            ("change", &paid.change.map(text).unwrap_or_default()),
            ("reference", tender.first(&["Authorization.AuthorizationCode", "Authorization.ReferenceNumber"])),
        ];
        let left_out = kind == "void" || item.is_flagged("VoidFlag");
        row(if left_out { "Voided tenders" } else { "Tender" }, item.line, &cells)?;
    }
    Ok(())
}

/// What the money of an item is for.
fn class(item_type: &str) -> &'static str {
    match item_type {
        "Service" => "service",
        "GiftCertificate" | "GiftCard" | "StoredValue" => "gift_card",
        "Deposit" | "ItemCollectionDeposit" => "deposit",
        "Donation" | "Contribution" => "donation",
        "Tip" => "tip",
        _ => "goods",
    }
}

/// A line that sells or takes back.
struct Line<'e> {
    item: &'e Element,
    sale: &'e Element,
    /// Goods come back.
    back: bool,
    void: bool,
    /// The extended amount, without sign.
    full: Option<Decimal>,
    /// Money off it, positive.
    off: Decimal,
    /// Taxes on it.
    tax: Option<Decimal>,
}

impl<'e> Line<'e> {
    fn all(retail: &'e Element) -> impl Iterator<Item = Line<'e>> {
        retail.all("LineItem").filter_map(|item| {
            let sale = item.child("Sale").or_else(|| item.child("Return"))?;
            let modifiers = sale.all("RetailPriceModifier").filter_map(|modifier| modifier.child("Amount"));
            let signed = modifiers.filter_map(|amount| match amount.attribute("Action") {
                "Add" => amount.decimal().map(|amount| -amount),
                "Replace" => None,
                _ => amount.decimal(),
            });
            let off: Decimal = signed.sum();
            let off = if off.is_zero() { sale.number("ExtendedDiscountAmount").unwrap_or_default().abs() } else { off };
            let quantity = || sale.number("Quantity").unwrap_or(Decimal::ONE);
            let price = || sale.number("ActualSalesUnitPrice").or_else(|| sale.number("RegularSalesUnitPrice"));
            let extended = sale.number("ExtendedAmount");
            let extended = if sale.at("ExtendedAmount").is_empty() { price().map(|price| price * quantity()) } else { extended };
            let taxes = sale.all("Tax").filter_map(|tax| tax.number("Amount"));
            Some(Line {
                item,
                sale,
                back: sale.name == "Return",
                void: item.is_flagged("VoidFlag"),
                full: extended.map(|full| if sale.name == "Return" { full.abs() } else { full }),
                off,
                tax: taxes.fold(None, |sum, tax| Some(sum.unwrap_or_default() + tax)),
            })
        })
    }

    fn quantity(&self) -> &'e str {
        Some(self.sale.at("Quantity")).filter(|text| !text.is_empty()).unwrap_or("1")
    }

    /// The rate, where there is one tax.
    fn rate(&self) -> &'e str {
        let mut taxes = self.sale.all("Tax");
        taxes.next().filter(|_| taxes.next().is_none()).map_or("", |tax| tax.at("Percent"))
    }

    /// What it comes to under this reading, positive for goods that come back too.
    fn base(&self, reading: Reading) -> Option<Decimal> {
        self.full.map(|full| if reading.discounted { full - self.off } else { full })
    }

    /// What it comes to, with the unit price and the money off that lead there.
    fn priced(&self, reading: Reading) -> (Option<Decimal>, &'e str, Option<Decimal>) {
        let prices = ["RegularSalesUnitPrice", "UnitListPrice", "ActualSalesUnitPrice"].map(|name| self.sale.at(name));
        let off = Some(self.off).filter(|off| !off.is_zero());
        let base = self.base(reading);
        let quantity = Decimal::from_str_exact(self.quantity()).unwrap_or_default().abs();
        let leads = |price: &str, off: Decimal| {
            let half = Decimal::new(5, 3);
            let price = Decimal::from_str_exact(price).ok();
            price.zip(base).is_some_and(|(price, base)| (price.abs() * quantity - off - base.abs()).abs() <= half)
        };
        let listed = prices.into_iter().find(|price| off.is_some_and(|off| leads(price, off)));
        if let Some(price) = listed {
            return (base, price, off);
        }
        let [regular, list, actual] = prices;
        let paid = [actual, regular, list].into_iter().find(|price| leads(price, Decimal::ZERO));
        match paid {
            Some(price) => (base, price, None),
            None => (base, [actual, regular, list].into_iter().find(|price| !price.is_empty()).unwrap_or_default(), off),
        }
    }
}

/// What was handed over, with its sign, and the change given on it.
struct Paid {
    tendered: String,
    change: Option<Decimal>,
}

impl Paid {
    fn of(tender: &Element) -> Self {
        let amount = tender.at("Amount");
        let out = matches!(tender.attribute("TypeCode"), "Refund" | "Return") && !amount.starts_with('-');
        let change = tender.all("TenderChange").filter_map(|change| change.number("Amount"));
        Paid {
            tendered: if out && !amount.is_empty() { format!("-{amount}") } else { amount.to_owned() },
            change: change.fold(None, |sum, part| Some(sum.unwrap_or_default() + part)),
        }
    }

    fn net(&self) -> Option<Decimal> {
        Decimal::from_str_exact(&self.tendered).ok().map(|tendered| tendered - self.change.unwrap_or_default())
    }
}

/// How a transaction's amounts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    /// Extended amounts are before the lines' own discounts.
    discounted: bool,
    /// Discounts of the whole sale come off beside those of its lines.
    rows: bool,
    /// Taxes come on top.
    taxed: bool,
}

/// The figures of a transaction that prove how it is meant; voided lines left out.
struct Sums<'e> {
    lines: Vec<Line<'e>>,
    discount: Decimal,
    rounding: Decimal,
    /// Tax as stated for the whole transaction.
    stated_tax: Option<Decimal>,
    /// What it comes to, as stated, else as paid.
    due: Option<Decimal>,
}

impl<'e> Sums<'e> {
    fn of(retail: &'e Element) -> Self {
        let items = || retail.all("LineItem").filter(|item| !item.is_flagged("VoidFlag"));
        let sum = |name: &'static str| items().filter_map(move |item| item.child(name)?.number("Amount"));
        let total = |name: &str| retail.all("Total").find(|total| total.attribute("TotalType") == name).and_then(Element::decimal);
        let taxes = sum("Tax").fold(None, |sum, tax| Some(sum.unwrap_or(Decimal::ZERO) + tax));
        let paid = items().filter_map(|item| Paid::of(item.child("Tender")?).net());
        Sums {
            lines: Line::all(retail).filter(|line| !line.void).collect(),
            discount: sum("Discount").sum(),
            rounding: sum("Rounding").sum(),
            stated_tax: taxes.or_else(|| total("TransactionTaxAmount")),
            due: total("TransactionGrandAmount").or_else(|| paid.fold(None, |sum, part| Some(sum.unwrap_or(Decimal::ZERO) + part))),
        }
    }

    fn line_tax(&self) -> Option<Decimal> {
        self.lines.iter().filter_map(|line| line.tax).fold(None, |sum, tax| Some(sum.unwrap_or(Decimal::ZERO) + tax))
    }

    /// What the transaction comes to under a reading.
    fn under(&self, reading: Reading) -> Decimal {
        let signed = |line: &Line<'_>| {
            let base = line.base(reading).unwrap_or_default();
            let base = if reading.taxed { base + line.tax.unwrap_or_default() } else { base };
            if line.back { -base } else { base }
        };
        let lines: Decimal = self.lines.iter().map(signed).sum();
        let discount = if reading.rows { self.discount } else { Decimal::ZERO };
        let tax = self.stated_tax.filter(|_| reading.taxed && self.line_tax().is_none()).unwrap_or_default();
        lines - discount + self.rounding + tax
    }

    /// The first reading under which the lines come to what is due; the likeliest where none does, and then checks say so.
    fn reading(&self) -> Reading {
        let modified = self.lines.iter().any(|line| !line.off.is_zero());
        let ways = [(true, false), (false, false), (true, true), (false, true)];
        let likely = if modified { ways } else { [(false, true), (false, false), (true, true), (true, false)] };
        let readings =
            [false, true].into_iter().flat_map(|taxed| likely.map(|(discounted, rows)| Reading { discounted, rows, taxed }));
        let mut readings = readings.peekable();
        let first = readings.peek().copied().unwrap_or(Reading { discounted: true, rows: false, taxed: false });
        readings
            .find(|&reading| self.due.is_some_and(|due| (due - self.under(reading)).abs() < Decimal::new(5, 3)))
            .unwrap_or(first)
    }
}
