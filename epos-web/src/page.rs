//! The page for visitors and volunteers: a plain form and what it finds, complete without any script. What the script adds (search as
//! you type, the camera) asks for the same page and shows its parts.

use chrono::{NaiveDate, NaiveDateTime};
use epos_core::flow::lookup::{Availability, Found, Item, Place};
use epos_core::model::{Confidence, Money, Quantity};
use maud::{DOCTYPE, Markup, html};
use warp::http::StatusCode;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::handlers::other_page;

/// Before anything was asked.
pub fn start(stores: &[Place], asked: &Asked) -> Answer {
    let body = html! {
        p.hint {
            "Type a few letters of a name, or the number under a barcode. You will see the price, which stores have it, and how sure we are."
        }
        @if !stores.is_empty() {
            h2.where { "Where we look" }
            ul.stores {
                @for store in stores {
                    li.store { span.name { (store.name) } " " span.count.small { (heard(store, asked.now)) } }
                }
            }
        }
    };
    whole(asked, "Find an item", "", &body)
}

/// What a search found.
pub fn found(found: &Found, stores: &[Place], asked: &Asked) -> Answer {
    let said = match (found.total, found.more) {
        (0, _) => format!("Nothing found for “{}”", found.query),
        (1, _) => "1 item".to_owned(),
        (total, false) => format!("{total} items"),
        (total, true) => format!("More than {total} items; the {total} most fitting"),
    };
    let last = found.total.div_ceil(found.per_page.max(1)).max(1);
    let beyond = found.page > last;
    let said = if beyond { format!("There is no page {}: {said}", found.page) } else { said };
    let body = html! {
        @if found.total == 0 {
            p.hint { "Try fewer letters, another word for it, or the number under the barcode." }
        }
        @if beyond {
            p.hint { "The list ends before this page. " a rel="first" href=(other_page(asked, 1)) { "Go to the first page" } }
        } @else {
            ol.items start=((found.page.max(1) - 1) * found.per_page + 1) {
                @for item in &found.items {
                    li { a.item href=(address(&item.sku)) {
                        span.name { (item.name) } " "
                        span.price { (price(item.price, stores)) } " "
                        span.small { (about(item)) }
                    } }
                }
            }
        }
        @if last > 1 && !beyond {
            nav.pages aria-label="Pages" {
                @if found.page > 1 { a rel="prev" href=(other_page(asked, found.page - 1)) { "← Previous" } " " }
                span { "Page " (found.page) " of " (last) } " "
                @if found.page < last { a rel="next" href=(other_page(asked, found.page + 1)) { "Next →" } }
            }
        }
    };
    whole(asked, &format!("“{}”", found.query), &said, &body)
}

/// One item, and where it is.
pub fn item(item: &Item, shelves: &[Availability], stores: &[Place], asked: &Asked) -> Answer {
    let mut shelves: Vec<&Availability> = shelves.iter().collect();
    shelves.sort_by_key(|shelf| (order(shelf), std::cmp::Reverse(shelf.confidence)));
    let waiting = |shelf: &Availability| stores.iter().find(|store| store.store == shelf.store).map_or(0, |store| store.waiting);
    let body = html! {
        article {
            header.what {
                h2 { (item.name) }
                p.price { (price(item.price, stores)) }
            }
            @if let Some(unit) = &item.unit {
                p { "A pack of " strong { (unit.units) } " × " a href=(address(&unit.sku)) { (unit.name.as_deref().unwrap_or(&unit.sku)) } "." }
            }
            dl.facts {
                div { dt { "Code" } " " dd { (item.sku) } }
                @if let Some(gtin) = &item.gtin { div { dt { "Barcode" } " " dd { (printed(gtin)) } } }
                @if let Some(category) = &item.category { div { dt { "Category" } " " dd { (category) } } }
            }
            @if !item.stocked {
                p.hint { "This is not kept on shelves, so there is nothing to count." }
            } @else {
                h3 { "In the stores" }
                ul.stores { @for shelf in &shelves { (store(shelf, waiting(shelf), asked.now)) } }
                @if shelves.is_empty() { p.hint { "No store is known yet." } }
            }
            @if !item.packs.is_empty() {
                h3 { "Also in packs" }
                ul.items { @for pack in &item.packs {
                    li { a.item href=(address(&pack.sku)) {
                        span.name { (pack.name) } " "
                        span.price { (price(pack.price, stores)) } " "
                        span.small { (pack.units) " in one" }
                    } }
                } }
            }
        }
    };
    let said = if item.stocked { format!("{}: {}", item.name, who_has_it(&shelves)) } else { item.name.clone() };
    whole(asked, &item.name, &said, &body)
}

/// How many stores have it, and of how many nobody knows.
fn who_has_it(shelves: &[&Availability]) -> String {
    let count = |of| shelves.iter().filter(|shelf| order(shelf) == of).count();
    let (having, unknown) = (count(0), count(1));
    let known = match (having, shelves.len()) {
        (_, 0) => return "no store is known yet".to_owned(),
        (0, all) if unknown == all => return "nobody knows which stores have it".to_owned(),
        (0, _) if unknown == 0 => return "no store has it".to_owned(),
        (0, _) => "no store is known to have it".to_owned(),
        (1, 1) => "the store has it".to_owned(),
        (1, all) => format!("1 of {all} stores has it"),
        (having, all) => format!("{having} of {all} stores have it"),
    };
    if unknown == 0 { known } else { format!("{known}, and of {unknown} nobody knows") }
}

/// Up to when a store's sales are known.
fn heard(store: &Place, now: NaiveDateTime) -> String {
    let heard = match store.sales_until {
        Some(day) => format!("sales up to {}", ago(day, now.date())),
        None => "no sales yet".to_owned(),
    };
    [Some(heard), not_counted_in(store.waiting)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// That days came which are in no figure yet. Whoever runs the evening counts them in: this server does not.
fn not_counted_in(days: usize) -> Option<String> {
    match days {
        0 => None,
        1 => Some("1 later day waits for the next run to be counted in".to_owned()),
        days => Some(format!("{days} later days wait for the next run to be counted in")),
    }
}

/// What went wrong, for people.
pub fn problem(status: StatusCode, asked: &Asked) -> Answer {
    let (said, more) = match status {
        StatusCode::NOT_FOUND => ("There is no such item", "Look at the code again, or search by name."),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("We cannot look just now", "The list of items cannot be reached. It usually comes back within a minute: try again.")
        }
        StatusCode::BAD_REQUEST => ("We did not understand that", "Type a name, a code or the number under a barcode."),
        _ => ("Something went wrong", "Try again; if it stays so, tell whoever looks after the computers."),
    };
    whole(asked, said, said, &html! { p.hint.problem { (more) } }).status(status)
}

/// One store's shelf.
fn store(shelf: &Availability, waiting: usize, now: NaiveDateTime) -> Markup {
    let (class, sure) = match shelf.confidence {
        Confidence::High => ("high", "Sure"),
        Confidence::Medium => ("medium", "Probably"),
        Confidence::Low => ("low", "Ring first"),
        Confidence::Unknown => ("unknown", "Nobody knows"),
    };
    html! {
        li.store.none[order(shelf) == 2] {
            span.name { (shelf.name) } " "
            span.count { (count(shelf)) } " "
            span class={ "sure " (class) } { (sure) } " "
            span.small { (age(shelf, now)) @if let Some(waiting) = not_counted_in(waiting) { "; " (waiting) } }
        }
    }
}

/// How many there are, in words where there is no number.
fn count(shelf: &Availability) -> Markup {
    html! {
        @match (shelf.on_hand, shelf.packs) {
            (None, _) => { "Not known" }
            (Some(on_hand), _) if on_hand <= Quantity::ZERO => { "None" }
            (Some(loose), Some(packs)) if packs <= Quantity::ZERO => { "No whole pack, " strong { (loose) } " loose" }
            (Some(_), Some(packs)) => { strong { (packs) } @if packs == Quantity::units(1) { " pack" } @else { " packs" } }
            (Some(on_hand), None) => { strong { (on_hand) } " on the shelf" }
        }
    }
}

/// How old the figure is.
fn age(shelf: &Availability, now: NaiveDateTime) -> String {
    let counted = match shelf.last_counted {
        Some(at) => format!("Counted {}", ago(at.date(), now.date())),
        None => "Never counted".to_owned(),
    };
    match shelf.as_of {
        Some(day) if shelf.on_hand.is_some() => format!("{counted}, sales up to {}", ago(day, now.date())),
        _ => counted,
    }
}

fn ago(day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days @ 2..=13 => format!("{days} days ago"),
        _ => format!("on {}", day.format("%-d %B %Y")),
    }
}

/// Stores that have it first, then those of which nobody knows. Of a pack: those that have a whole one.
fn order(shelf: &Availability) -> u8 {
    match shelf.on_hand.map(|on_hand| shelf.packs.unwrap_or(on_hand)) {
        Some(there) if there > Quantity::ZERO => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// A price with its currency, where all stores have the same.
fn price(price: Option<Money>, stores: &[Place]) -> String {
    let Some(price) = price else { return "no price".to_owned() };
    let currency =
        stores.first().map(|store| store.currency.as_str()).filter(|one| stores.iter().all(|store| store.currency == *one));
    match currency {
        Some("GBP") => format!("£{price}"),
        Some("EUR") => format!("€{price}"),
        Some("USD") => format!("${price}"),
        Some(other) if !other.is_empty() => format!("{other} {price}"),
        _ => price.to_string(),
    }
}

/// Code and category in one line.
fn about(item: &Item) -> String {
    let pack = item.unit.as_ref().map(|unit| format!("pack of {}", unit.units));
    [Some(item.sku.clone()), item.category.clone(), pack].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A barcode as it is printed under the bars: 8, 12 or 13 digits, and 14 on a case. What is kept has noughts before it.
fn printed(gtin: &str) -> &str {
    let significant = gtin.trim_start_matches('0').len();
    let digits = [8, 12, 13].into_iter().find(|&digits| significant <= digits).unwrap_or(gtin.len());
    gtin.len().checked_sub(digits).and_then(|noughts| gtin.get(noughts..)).unwrap_or(gtin)
}

fn address(sku: &str) -> String {
    format!("/?item={}", percent_encoding::utf8_percent_encode(sku, percent_encoding::NON_ALPHANUMERIC))
}

/// The frame: the form, what is said of the answer, and the answer.
fn whole(asked: &Asked, title: &str, said: &str, body: &Markup) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · What have we got?" }
                link rel="stylesheet" href="/page.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                script src="/page.js" defer {}
            }
            body {
                a.skip href="#results" { "Skip to what was found" }
                header.top {
                    h1 { a href="/" { "What have we got?" } }
                    form #search role="search" action="/" method="get" {
                        label for="q" { "Name, code or barcode" }
                        div.field {
                            input #q type="search" name="q" value=(asked.text("q").unwrap_or_default()) maxlength="200"
                                autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search"
                                autofocus[asked.text("q").is_none() && asked.text("item").is_none()];
                            button.scan #scan type="button" hidden { "Scan" }
                            button type="submit" { "Search" }
                        }
                    }
                }
                main #results tabindex="-1" {
                    p #said role="status" { (said) }
                    div #found { (body) }
                }
                dialog #camera aria-label="Scan a barcode" {
                    video #view muted playsinline {}
                    p #camera-says role="status" { "Hold the barcode in front of the camera." }
                    button #stop type="button" { "Stop" }
                }
                footer { "Figures are as fresh as each store’s last files. When it matters, ring the store." }
            }
        }
    };
    Answer::page(page.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(on_hand: Option<i64>, counted: Option<&str>) -> Availability {
        Availability {
            store: "LW".to_owned(),
            name: "Leith Walk".to_owned(),
            on_hand: on_hand.map(Quantity::units),
            packs: None,
            as_of: "2026-11-20".parse().ok(),
            last_counted: counted.and_then(|day| day.parse::<NaiveDate>().ok()?.and_hms_opt(9, 0, 0)),
            confidence: Confidence::Low,
        }
    }

    #[test]
    fn nothing_known_is_not_none() {
        let text = |on_hand| count(&shelf(on_hand, None)).into_string();
        assert_eq!([text(None), text(Some(0)), text(Some(-1))], ["Not known", "None", "None"]);
        assert_eq!(text(Some(4)), "<strong>4</strong> on the shelf");
        assert_eq!([None, Some(0), Some(4)].map(|on_hand| order(&shelf(on_hand, None))), [1, 2, 0]);
    }

    #[test]
    fn a_pack_is_there_when_a_whole_one_is() {
        let of = |on_hand, packs: Option<i64>| Availability { packs: packs.map(Quantity::units), ..shelf(on_hand, None) };
        let text = |on_hand, packs| count(&of(on_hand, packs)).into_string();
        assert_eq!(text(Some(3), Some(0)), "No whole pack, <strong>3</strong> loose");
        assert_eq!(text(Some(7), Some(1)), "<strong>1</strong> pack");
        assert_eq!(text(Some(12), Some(2)), "<strong>2</strong> packs");
        assert_eq!(
            [(Some(0), Some(0)), (None, None), (Some(-3), Some(-1))].map(|(on_hand, packs)| text(on_hand, packs)),
            ["None", "Not known", "None"]
        );
        assert_eq!([Some(0), Some(1)].map(|packs| order(&of(Some(6), packs))), [2, 0]);
    }

    #[test]
    fn what_nobody_counted_is_not_said_to_be_nowhere() {
        let said = |all: &[Option<i64>]| {
            let all: Vec<Availability> = all.iter().map(|&on_hand| shelf(on_hand, None)).collect();
            who_has_it(&all.iter().collect::<Vec<_>>())
        };
        assert_eq!(said(&[None; 4]), "nobody knows which stores have it");
        assert_eq!(said(&[Some(0), None, None]), "no store is known to have it, and of 2 nobody knows");
        assert_eq!(said(&[Some(0), Some(-1)]), "no store has it");
        assert_eq!(said(&[Some(4), Some(0), None]), "1 of 3 stores has it, and of 1 nobody knows");
        assert_eq!(said(&[Some(4), Some(1), Some(0)]), "2 of 3 stores have it");
        assert_eq!((said(&[Some(4)]), said(&[])), ("the store has it".to_owned(), "no store is known yet".to_owned()));
    }

    #[test]
    fn a_barcode_is_shown_as_it_is_printed() {
        for (kept, shown) in [
            ("05012345670447", "5012345670447"),
            ("00036000291452", "036000291452"),
            ("00614141000036", "614141000036"),
            ("00000096385074", "96385074"),
            ("15012345670444", "15012345670444"),
            ("", ""),
            ("12", "12"),
        ] {
            assert_eq!(printed(kept), shown);
        }
    }

    #[test]
    fn days_that_wait_to_be_counted_in_are_told() {
        let now = "2026-11-21T09:00:00".parse().unwrap();
        let place = |waiting| Place {
            store: "LW".to_owned(),
            name: "Leith Walk".to_owned(),
            currency: "GBP".to_owned(),
            sales_until: "2026-11-20".parse().ok(),
            waiting,
        };
        assert_eq!(heard(&place(0), now), "sales up to yesterday");
        assert_eq!(heard(&place(3), now), "sales up to yesterday, 3 later days wait for the next run to be counted in");
        let shown = store(&shelf(Some(4), None), 1, now).into_string();
        assert!(shown.contains("sales up to yesterday; 1 later day waits for the next run to be counted in"), "{shown}");
    }

    #[test]
    fn ages_are_in_words() {
        let now = "2026-11-21T09:00:00".parse().unwrap();
        assert_eq!(age(&shelf(Some(4), Some("2026-11-15")), now), "Counted 6 days ago, sales up to yesterday");
        assert_eq!(age(&shelf(Some(4), Some("2026-08-01")), now), "Counted on 1 August 2026, sales up to yesterday");
        assert_eq!(age(&shelf(None, None), now), "Never counted");
    }

    #[test]
    fn an_address_is_safe_whatever_the_code() {
        assert_eq!(address("a&b=\"/../é"), "/?item=a%26b%3D%22%2F%2E%2E%2F%C3%A9");
    }
}
