//! Item codes and the product list: wrong, destroyed and shortened barcodes, unknown and reused codes, packs.

use std::collections::{HashMap, HashSet};

use super::{Hashed, Map, Tally, View, Weighed, digest, hash, severities, weighed};
use crate::diagnostic::{Code, Diagnostic, P001, P002, P003, P004, P005, P006, P007};
use crate::model::{At, Block, Class, Context, Gtin, Kind, Money, NotAGtin, Product, Row, SaleKind};

/// Codes that are remembered to need no second look.
const PLAIN_MAX: usize = 100_000;

/// What the document's rows said of items so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    sold: Tally,
    listing: Tally,
    /// Codes of which nothing can be said without a product list.
    plain: Hashed<()>,
    /// Codes of the product list in this very document: its sales may use them.
    listed: HashSet<String>,
    /// Row and content of each product by code and first day.
    rows: HashMap<u64, (u32, u64)>,
    packs: Vec<(String, Diagnostic)>,
}

/// An item code in a row of any kind.
struct Mention<'a> {
    kind: Kind,
    row: u32,
    code: &'a str,
    description: Option<&'a str>,
    price: Option<Money>,
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory) {
    let mut verdicts: Map<&str, Verdict<'_>> = Map::default();
    let listless = view.context.products.is_empty();
    for mention in mentions(view) {
        let code = hash((mention.code, view.region()));
        if listless && memory.plain.contains_key(&code) {
            continue;
        }
        let verdict = verdicts.entry(mention.code).or_insert_with(|| judge(mention.code, view.region(), view.context));
        if listless && memory.plain.len() < PLAIN_MAX && matches!(verdict, Verdict::Unjudged) {
            memory.plain.insert(code, ());
        }
        judge_mention(view, &mention, verdict, memory);
    }
    for product in &view.content.products {
        listed(view, product, memory);
    }
}

/// Rows of goods that count; whole-sale discounts, gift cards and the like have no item.
fn mentions<'a>(view: &View<'a>) -> Vec<Mention<'a>> {
    let content = view.content;
    let mut all = Vec::with_capacity(content.lines.len());
    let lines = content.lines.iter().filter(|line| line.kind.counts() && line.kind != SaleKind::Discount && !line.training);
    all.extend(lines.filter(|line| line.class == Class::Goods).filter_map(|line| {
        let (code, description) = (line.item_code.as_deref()?, line.description.as_deref());
        Some(Mention { kind: Kind::Lines, row: line.row, code, description, price: line.unit_price })
    }));
    let bare = |kind, row, code, description| Mention { kind, row, code, description, price: None };
    all.extend(content.stock_levels.iter().map(|row| bare(Kind::StockLevels, row.row, &row.item_code, row.description.as_deref())));
    all.extend(content.stock_counts.iter().map(|row| bare(Kind::StockCounts, row.row, &row.item_code, None)));
    all.extend(content.goods_in.iter().map(|row| bare(Kind::GoodsIn, row.row, &row.item_code, row.description.as_deref())));
    all.extend(content.transfers.iter().map(|row| bare(Kind::Transfers, row.row, &row.item_code, None)));
    all
}

/// What an item code turns out to be.
enum Verdict<'a> {
    Known(&'a Product),
    Destroyed,
    Mended(String),
    CheckDigit(char),
    UnknownWeighed(Weighed),
    Unknown,
    /// There is no product list to compare with.
    Unjudged,
}

fn judge<'a>(code: &str, region: &str, context: &'a Context) -> Verdict<'a> {
    if scientific(code).is_some() {
        return Verdict::Destroyed;
    }
    if let Some(product) = context.product(code) {
        return Verdict::Known(product);
    }
    let piece = weighed(code, region);
    if let Some(product) = piece.iter().flat_map(Weighed::codes).find_map(|code| context.product(&code)) {
        return Verdict::Known(product);
    }
    if let Some(mended) = lost_zeros(code, context) {
        return Verdict::Mended(mended);
    }
    match (Gtin::parse(code), piece) {
        (Err(NotAGtin::CheckDigit(digit)), _) if looks_like_gtin(code, context) => Verdict::CheckDigit(digit),
        _ if context.products.is_empty() => Verdict::Unjudged,
        (_, Some(piece)) if piece.verified => Verdict::UnknownWeighed(piece),
        _ => Verdict::Unknown,
    }
}

/// Eight digits are as likely a shop's own number, or the short form of a UPC: only a product list can tell.
fn looks_like_gtin(code: &str, context: &Context) -> bool {
    code.len() != 8 || (!context.products.is_empty() && !is_upc_e(code))
}

/// UPC-E squeezes zeros out of a UPC-A; its check digit is that of the long form (GS1 General Specifications, UPC-E).
fn is_upc_e(code: &str) -> bool {
    let long = || {
        let (system, d, check) = (code.get(..1)?, code.get(1..7)?, code.get(7..8)?);
        let (head, tail) = match d.get(5..6)? {
            last @ ("0" | "1" | "2") => (format!("{}{last}00", d.get(..2)?), format!("00{}", d.get(2..5)?)),
            "3" => (d.get(..3)?.to_owned() + "00", format!("000{}", d.get(3..5)?)),
            "4" => (d.get(..4)?.to_owned() + "0", format!("0000{}", d.get(4..5)?)),
            last => (d.get(..5)?.to_owned(), format!("0000{last}")),
        };
        matches!(system, "0" | "1").then(|| format!("{system}{head}{tail}{check}"))
    };
    long().is_some_and(|long| Gtin::parse(&long).is_ok())
}

fn judge_mention(view: &View<'_>, mention: &Mention<'_>, verdict: &Verdict<'_>, memory: &mut Memory) {
    let context = view.context;
    let code = mention.code;
    if matches!(verdict, Verdict::Unjudged | Verdict::Known(_))
        && !matches!(verdict, Verdict::Known(product) if mention.description.is_some_and(|said| differ(said, &product.description)))
    {
        return;
    }
    let named = mention.description.map(|description| format!(" ({description})")).unwrap_or_default();
    let say = |rule: Code, message: String, help: String| {
        view.finding(rule, mention.kind, mention.row, "item_code", message).subject(code).help(help)
    };
    match verdict {
        Verdict::Unjudged => {}
        Verdict::Known(product) => {
            let Some(description) = mention.description.filter(|said| differ(said, &product.description)) else { return };
            memory.sold.add(P005, format!("{code}\n{description}"), || {
                let message =
                    format!("{code} is sold here as “{description}”, but in the product list it is “{}”", product.description);
                view.finding(P005, mention.kind, mention.row, "description", message)
                    .subject(code)
                    .help("was the code given to another item? Then give one of the two a new code; else mend the product list")
            });
        }
        Verdict::Destroyed => memory.sold.add(P002, format!("{code}{named}"), || {
            let message = format!("a spreadsheet turned this barcode into {code}{named}; its last digits are lost");
            let fitting = proposal(code, mention.description, mention.price, context);
            say(P002, message, destroyed_help(fitting))
        }),
        Verdict::Mended(mended) => memory.sold.add(P004, code.to_owned(), || lost_zeros_finding(say, code, mended)),
        Verdict::CheckDigit(digit) => memory.sold.add(P001, code.to_owned(), || {
            let message = format!("{code}{named} is not a right barcode: with these digits the last one would be {digit}");
            let help = match nearest(code, context) {
                Some(product) => format!("is it {} ({})? Scan or type it again", printed(product), product.description),
                None => "one digit is probably mistyped: scan or type it again from the packet".to_owned(),
            };
            say(P001, message, help)
        }),
        Verdict::UnknownWeighed(piece) => memory.sold.add(P003, piece.item.clone(), || {
            let message = format!("the weighed item {}{named} (barcode {code}) is not in the product list", piece.item);
            say(P003, message, format!("add it to the product list under the code {}", piece.item)).subject(&piece.item)
        }),
        Verdict::Unknown => memory.sold.add(P003, code.to_owned(), || {
            let message = format!("item code {code}{named} is not in the product list");
            say(P003, message, "add it to the product list, or mend the code; the sale counts all the same".to_owned())
        }),
    }
}

fn lost_zeros_finding(say: impl FnOnce(Code, String, String) -> Diagnostic, code: &str, mended: &str) -> Diagnostic {
    let help = "nothing to do here; to keep the zeros, format the column as text before saving".to_owned();
    say(P004, format!("{code} lost its leading zeros: it is {mended}"), help)
}

fn destroyed_help(fitting: Option<&Product>) -> String {
    let again = "format the column as text in the spreadsheet and export again from the till";
    match fitting {
        Some(product) => {
            let price = product.price.map(|price| format!(", {price}")).unwrap_or_default();
            format!("it may be {} ({}{price}); {again}", printed(product), product.description)
        }
        None => again.to_owned(),
    }
}

/// The code a person finds on the packet.
fn printed(product: &Product) -> &str {
    product.gtin.as_deref().unwrap_or(&product.item_code)
}

/// One row of a product list.
fn listed(view: &View<'_>, product: &Row<Product>, memory: &mut Memory) {
    let context = view.context;
    let code = &product.item_code;
    let say = |rule: Code, field: &str, message: String, help: &str| {
        view.finding(rule, Kind::Products, product.row, field, message).subject(code).help(help)
    };
    for (field, value) in [("item_code", Some(code)), ("gtin", product.gtin.as_ref())] {
        let Some(value) = value.filter(|value| scientific(value).is_some()) else { continue };
        memory.listing.add(P002, format!("{value} ({code} {})", product.description), || {
            let message =
                format!("a spreadsheet turned the barcode of {} into {value}; its last digits are lost", product.description);
            let fitting = proposal(value, Some(&product.description), product.price, context);
            say(P002, field, message, &destroyed_help(fitting))
        });
    }
    if let Some(gtin) = product.gtin.as_deref()
        && let Err(NotAGtin::CheckDigit(digit)) = Gtin::parse(gtin)
        && !is_upc_e(gtin)
    {
        memory.listing.add(P001, gtin.to_owned(), || {
            let message =
                format!("{gtin} ({}) is not a right barcode: with these digits the last one would be {digit}", product.description);
            say(P001, "gtin", message, "one digit is probably mistyped: scan it again from the packet").subject(gtin)
        });
    }
    if let Some(known) = context.products.get(code).filter(|known| differ(&known.description, &product.description)) {
        memory.listing.add(P005, format!("{code}\n{}", product.description), || {
            let message = format!("{code} was “{}” and is now “{}”", known.description, product.description);
            say(P005, "description", message, "a new item needs a new code, or old and new sales are added together")
        });
    }
    if let Some(finding) = pack(view, product) {
        memory.packs.push((product.pack_of.clone().unwrap_or_default(), finding));
    }

    let key = hash((code, product.effective_from));
    let content = digest(&product.record);
    match memory.rows.get(&key) {
        Some(&(row, other)) if other != content => memory.listing.add(P007, code.clone(), || {
            let message = format!("{code} stands twice in the product list with different content (also in row {row})");
            say(P007, "item_code", message, "keep the row that is right, or give the second item its own code")
        }),
        Some(_) => {}
        None => {
            memory.rows.insert(key, (product.row, content));
            memory.listed.extend([Some(code.clone()), product.gtin.clone()].into_iter().flatten());
        }
    }
}

/// P006: whether a pack can be opened. A SKU that stands later in the same list is found at the end.
fn pack(view: &View<'_>, product: &Row<Product>) -> Option<Diagnostic> {
    let inside = product.pack_of.as_deref()?;
    let code = &product.item_code;
    let (field, message) = if inside == code {
        ("pack_of", format!("{code} is a pack of itself"))
    } else if view.context.products.contains_key(inside) {
        return None;
    } else {
        ("pack_of", format!("{code} ({}) is a pack of {inside}, which is not in the product list", product.description))
    };
    let finding = view.finding(P006, Kind::Products, product.row, field, message).subject(code);
    Some(finding.help("name the code of the single item that is inside, as it stands in the product list"))
}

impl Memory {
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let Memory { sold, listing, listed, packs, .. } = self;
        // A code that this document's own product list explains is neither unknown nor mistyped.
        let named_here = |finding: &Diagnostic| (finding.code == P003 || finding.code == P001) && listed.contains(&finding.subject);
        let packs = packs.into_iter().filter(|(inside, finding)| *inside == finding.subject || !listed.contains(inside));
        let found = sold.found.into_iter().filter(|finding| !named_here(finding));
        found.chain(listing.found).chain(packs.map(|(_, finding)| finding)).collect()
    }
}

/// Mends in place what can be mended without doubt: item codes that lost their leading zeros (P004). Call it before [`super::block`].
///
/// ```
/// use epos_core::check;
/// use epos_core::model::{Batch, Block, Content, Context, Key, LineItem, Product};
///
/// let date = "2026-11-20".parse()?;
/// let lines = vec![LineItem { number: "201".into(), date, item_code: Some("123".into()), ..LineItem::default() }.into()];
/// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
/// let content = Content { lines, ..Content::default() };
/// let mut block = Block { batches: vec![Batch { key, content }], ..Block::default() };
///
/// let mut context = Context::default();
/// context.products.insert("00123".into(), Product { item_code: "00123".into(), ..Product::default() });
/// let found = check::mend(&mut block, &context);
/// assert_eq!(block.batches[0].content.lines[0].item_code.as_deref(), Some("00123"), "a spreadsheet took its zeros");
/// assert_eq!(found[0].code.to_string(), "P004");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use = "the findings would be lost"]
pub fn mend(block: &mut Block, context: &Context) -> Vec<Diagnostic> {
    let mut tally = Tally::default();
    let origin = &block.origin;
    if context.products.is_empty() {
        return Vec::new();
    }
    let mut mended: Map<String, Option<String>> = Map::default();
    for batch in &mut block.batches {
        let content = &mut batch.content;
        let lines = content.lines.iter_mut().filter_map(|row| Some((Kind::Lines, row.row, row.record.item_code.as_mut()?)));
        let levels = content.stock_levels.iter_mut().map(|row| (Kind::StockLevels, row.row, &mut row.record.item_code));
        let counts = content.stock_counts.iter_mut().map(|row| (Kind::StockCounts, row.row, &mut row.record.item_code));
        let goods = content.goods_in.iter_mut().map(|row| (Kind::GoodsIn, row.row, &mut row.record.item_code));
        let moved = content.transfers.iter_mut().map(|row| (Kind::Transfers, row.row, &mut row.record.item_code));
        for (kind, row, code) in lines.chain(levels).chain(counts).chain(goods).chain(moved) {
            if !mended.contains_key(code) {
                let right = if context.product(code).is_some() { None } else { lost_zeros(code, context) };
                mended.insert(code.clone(), right);
            }
            let Some(Some(right)) = mended.get(code.as_str()) else { continue };
            tally.add(P004, code.clone(), || {
                let at: At = origin.at(kind, row, "item_code");
                lost_zeros_finding(|rule, message, help| Diagnostic::new(rule, at, message).subject(right).help(help), code, right)
            });
            code.clone_from(right);
        }
    }
    severities(&mut tally.found, &context.policy);
    tally.found
}

/// The one code of the product list that `code` is when zeros are put back before it.
fn lost_zeros(code: &str, context: &Context) -> Option<String> {
    if code.is_empty() || code.len() > 13 || !code.bytes().all(|byte| byte.is_ascii_digit()) || code.starts_with('0') {
        return None;
    }
    let padded = (code.len() + 1..=14).map(|width| format!("{code:0>width$}"));
    let mut fitting: Vec<String> = padded.filter(|padded| context.products.contains_key(padded)).collect();
    let gtin = format!("{code:0>14}");
    if fitting.is_empty() && code.len() >= 7 && context.gtins.contains_key(&gtin) {
        let width = if code.len() == 7 { 8 } else { code.len().max(12) };
        fitting.push(format!("{code:0>width$}"));
    }
    if fitting.len() == 1 { fitting.pop() } else { None }
}

/// The parts of `5.01235E+12`, as spreadsheets write it: the digits that are left, and how many there were.
fn scientific(code: &str) -> Option<(String, usize)> {
    let (mantissa, exponent) = code.trim().split_once("E+").or_else(|| code.trim().split_once("e+"))?;
    let exponent: usize = exponent.parse().ok().filter(|_| (2..=3).contains(&exponent.len()))?;
    let (whole, rest) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = format!("{whole}{rest}");
    let right = whole.len() == 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| (digits, exponent + 1))
}

/// The only product that a destroyed barcode can be, by what its row still says.
fn proposal<'a>(code: &str, description: Option<&str>, price: Option<Money>, context: &'a Context) -> Option<&'a Product> {
    let (digits, length) = scientific(code)?;
    let same_name = |product: &Product| description.is_none_or(|said| words(said) == words(&product.description));
    let same_price = |product: &Product| price.zip(product.price).is_none_or(|(paid, listed)| paid == listed);
    let named = |product: &Product| description.is_some() || (price.is_some() && product.price.is_some());
    let codes = |product: &Product| {
        [Some(product.item_code.clone()), product.gtin.clone()].into_iter().flatten().any(|code| survives(&code, &digits, length))
    };
    let mut fitting = context.products.values().filter(|product| {
        named(product) && same_name(product) && same_price(product) && (product.gtin.is_none() || codes(product))
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Would a spreadsheet show `code` with these first digits?
fn survives(code: &str, digits: &str, length: usize) -> bool {
    let code = code.trim_start_matches('0');
    let whole = || {
        let number: u64 = code.parse().ok()?;
        let step = 10_u64.checked_pow(u32::try_from(length.checked_sub(digits.len())?).ok()?)?;
        Some(number.checked_add(step / 2)? / step == digits.parse::<u64>().ok()?)
    };
    code.len() == length && whole().unwrap_or(false)
}

/// The only product whose barcode is `code` with one digit changed or two neighbours swapped.
fn nearest<'a>(code: &str, context: &'a Context) -> Option<&'a Product> {
    let bytes = code.as_bytes();
    let changed = (0..bytes.len()).flat_map(|place| {
        (b'0'..=b'9').map(move |digit| {
            let mut other = bytes.to_vec();
            other[place] = digit;
            other
        })
    });
    let swapped = (1..bytes.len()).map(|place| {
        let mut other = bytes.to_vec();
        other.swap(place - 1, place);
        other
    });
    let mut fitting: Vec<&Product> =
        changed.chain(swapped).filter_map(|other| context.product(std::str::from_utf8(&other).ok()?)).collect();
    fitting.dedup_by_key(|product| &product.item_code);
    match fitting[..] {
        [product] => Some(product),
        _ => None,
    }
}

/// Letters and digits only, in lower case.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// True when two descriptions have nothing in common. Tills cut and abbreviate, so three equal first letters of any word are enough.
fn differ(a: &str, b: &str) -> bool {
    let stems = |text: &str| -> Vec<String> {
        let words = words(text).into_iter().filter(|word| word.starts_with(char::is_alphabetic));
        words.map(|word| word.chars().take(3).collect::<String>()).filter(|stem| stem.chars().count() == 3).collect()
    };
    let (a, b) = (stems(a), stems(b));
    !a.is_empty() && !b.is_empty() && !a.iter().any(|stem| b.contains(stem))
}
