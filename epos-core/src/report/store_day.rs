//! The Z-reconciliation: one page per store-day with everything a person needs to sign it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::make::*;
use super::sale::is_takings;
use super::{Period, Report, Sale};
use crate::diagnostic::Severity;
use crate::model::{CashKind, Expectation, Money, Person, Rate, SaleKind, Type, Value, ZReport};
use crate::reconcile::{Source, State, StoreDay, Sums, Tie};

/// Sections of labels and values for every store-day.
pub fn store_day(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        super::ReportColumn { heading: true, ..TRADING_DAY },
        heading("section", "Section", Type::Text),
        heading("subject", "Of what", Type::Text),
        column("item", "Item", Type::Text),
        column("detail", "Detail", Type::Text),
        column("amount", "Amount", Type::Money),
        CURRENCY,
    ];
    let rows = period.days.iter().flat_map(|day| page(period, day)).collect();
    make(period, "store-day", columns, rows)
}

/// The rows of one store-day's page.
struct Page<'a> {
    period: &'a Period<'a>,
    day: &'a StoreDay,
    section: &'static str,
    subject: String,
    /// Of the section's amounts, where it is not the store's.
    currency: Option<String>,
    rows: Vec<Vec<Value<'static>>>,
}

impl Page<'_> {
    fn section(&mut self, section: &'static str, subject: impl Into<String>) {
        self.section = section;
        self.subject = subject.into();
        self.currency = None;
    }

    fn row(&mut self, item: &str, detail: Value<'static>, amount: Option<Money>) {
        let currency = if amount.is_some() { text(self.currency.as_ref().unwrap_or(&self.day.currency)) } else { Value::Null };
        self.rows.push(vec![
            text(&self.day.store),
            text(self.period.store_name(&self.day.store)),
            day(self.day.trading_day),
            text(self.section),
            maybe(Some(&self.subject)),
            text(item),
            detail,
            maybe_money(amount),
            currency,
        ]);
    }

    fn say(&mut self, item: &str, detail: impl Into<String>) {
        let detail = detail.into();
        if !detail.is_empty() {
            self.row(item, text(detail), None);
        }
    }

    fn pay(&mut self, item: &str, amount: Option<Money>) {
        if amount.is_some() {
            self.row(item, Value::Null, amount);
        }
    }

    fn number(&mut self, item: &str, count: usize) {
        self.say(item, count.to_string());
    }
}

fn page(period: &Period<'_>, day: &StoreDay) -> Vec<Vec<Value<'static>>> {
    let sources: Vec<&Source> = period.sources_of(day).collect();
    let sales = period.sales_of(day);
    let mut page = Page { period, day, section: "", subject: String::new(), currency: None, rows: Vec::new() };
    outcome(&mut page);
    if !has_come(day) {
        accepted(&mut page);
        findings(&mut page);
        return page.rows;
    }
    why(&mut page);
    z_reports(&mut page, &sources);
    drawers(&mut page);
    cash(&mut page, &sources);
    takings(&mut page, sales);
    money_identity(&mut page);
    z_totals(&mut page, &sources);
    counts(&mut page, &sources, sales);
    numbers(&mut page, sales);
    banking(&mut page, &sources);
    tie_outs(&mut page);
    accepted(&mut page);
    findings(&mut page);
    page.rows
}

fn outcome(page: &mut Page<'_>) {
    let day = page.day;
    page.section("Outcome", "");
    page.say("State", day.state.word().replace('_', " "));
    if day.rejected > 0 {
        page.number("Rows that could not be read", day.rejected);
    }
    if let (State::Closed, Some(Expectation::Closed(why))) =
        (day.state, page.period.store_of(&day.store).map(|store| store.expectation(day.trading_day)))
    {
        page.say("Why", why);
    }
    if let Some(declaration) = &day.declaration {
        page.say("Declared", format!("{}: {}", declaration.declared, declaration.reason));
    }
    if let Some(sealed) = day.sealed {
        let again = if sealed.sealing > 1 { format!(", restated for the {}. time", sealed.sealing - 1) } else { String::new() };
        page.say("Sealed", format!("link {} of the store's chain{again}", sealed.number));
    }
    if day.waiting > 0 {
        page.say(
            "Waiting beside the sealed figures",
            match day.waiting {
                1 => "1 change by a later file: see it with --diff".to_owned(),
                many => format!("{many} changes by later files: see them with --diff"),
            },
        );
    }
    if !has_come(day) {
        return;
    }
    page.pay("Takings", Some(day.bridge.takings));
    page.row("Cash over/short", if day.over_short().is_none() { text("not judged") } else { Value::Null }, day.over_short());
}

/// What may be behind each difference, likeliest first, with the rows to look at. A likely cause changes no figure.
fn why(page: &mut Page<'_>) {
    for one in &page.day.explanations {
        let about: Vec<&str> = one.findings.iter().map(|(_, subject)| subject.as_str()).collect();
        page.section("Why?", about.join(", "));
        let codes: Vec<&str> = one.findings.iter().map(|(code, _)| *code).collect();
        page.row("Difference", text(codes.join(", ")), Some(one.amount));
        if one.said().is_none() {
            page.say("Reason", "no explanation found");
        }
        for (position, cause) in one.causes.iter().enumerate() {
            let most = position == 0 && one.said().is_some();
            let item = if most { "Most likely" } else { "Possible" };
            page.say(item, format!("{} % · {}", cause.percent, cause.sentence));
            page.say("It adds up", cause.arithmetic.clone());
            page.say("How many fit", cause.matched().unwrap_or_default());
            for row in &cause.rows {
                let at = row.at.to_string();
                page.say("Look at", if at.is_empty() { row.what.clone() } else { format!("{} ({at})", row.what) });
            }
            page.say("Please ask", cause.question.clone());
        }
        if page.day.sealed.is_none() && !page.day.accepted.iter().any(|of| about.contains(&of.acceptance.subject.as_str())) {
            page.say("Once it is clear", format!("epos accept {} {}", page.day.store, page.day.trading_day));
        }
    }
}

fn z_reports(page: &mut Page<'_>, sources: &[&Source]) {
    let mut seen: BTreeMap<(&str, &str), &ZReport> = BTreeMap::new();
    for source in sources {
        for row in &source.batch.content.z_reports {
            seen.entry((&source.batch.key.till, &row.z_number)).or_insert(&row.record);
        }
    }
    for ((till, z_number), z) in seen {
        page.section("Z-report", if till.is_empty() { z_number.to_owned() } else { format!("{z_number}, till {till}") });
        let at = |at: Option<chrono::NaiveDateTime>| at.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        let who = |who: &Option<Person>| who.as_ref().map(|who| page.period.person(who).to_owned()).unwrap_or_default();
        let (closed_by, counted_by, witness) = (who(&z.closed_by), who(&z.counted_by), who(&z.witness));
        page.say("Opened", at(z.opened_at));
        page.say("Closed", at(z.closed_at));
        page.say("Closed by", closed_by);
        page.say("Counted by", counted_by);
        page.say("Witness", witness);
        page.say("Blind count", if z.blind { "yes" } else { "not stated" });
        page.say("Note", z.note.clone().unwrap_or_default());
    }
}

fn drawers(page: &mut Page<'_>) {
    for drawer in &page.day.drawers {
        let z = if drawer.z_numbers.is_empty() { String::new() } else { format!(", Z-report {}", drawer.z_numbers.join(", ")) };
        page.section("Drawer", format!("{}, {}{z}", drawer.drawer, drawer.tender));
        page.currency = foreign(&drawer.tender).map(str::to_owned);
        let money = |amount: Option<Decimal>| amount.map(Money::rounded);
        if drawer.tills.len() > 1 {
            page.say("Tills", drawer.tills.join(", "));
        }
        page.pay("Float in", money(drawer.balance.opening));
        page.pay("In", money(Some(drawer.balance.moved_in)));
        page.pay("Out", money(Some(drawer.balance.moved_out)));
        page.pay("Expected, from the transactions", money(drawer.balance.expected()));
        page.pay("Expected, as the Z-report says", drawer.expected_by_z);
        page.pay("Counted", money(drawer.balance.counted));
        match (&drawer.not_judged, drawer.over_short) {
            (_, Some(amount)) => page.pay("Over/short", Some(amount)),
            (why, None) => page.say("Over/short", format!("not judged: {}", why.as_deref().unwrap_or("a figure is missing"))),
        }
        page.pay("Overnight difference", drawer.overnight);
        page.pay("Removed to the bank", drawer.banked);
        page.pay("Left in the drawer", drawer.left);
    }
}

/// Cash that moved without a sale, and what was counted by denomination.
fn cash(page: &mut Page<'_>, sources: &[&Source]) {
    for source in sources {
        let till = &source.batch.key.till;
        let of = |what: &str| if till.is_empty() { what.to_owned() } else { format!("{what}till {till}") };
        page.section("Cash moved", of(""));
        for row in source.batch.content.cash_movements.iter().filter(|row| row.kind != CashKind::NoSale) {
            let about = [row.reason.as_deref(), row.reference.as_deref()];
            let about: Vec<&str> = about.into_iter().flatten().filter(|text| !text.is_empty()).collect();
            page.row(&row.kind.word().replace('_', " "), maybe(Some(&about.join(", "))), Some(row.amount));
        }
        let mut counts: Vec<_> = source.batch.content.cash_counts.iter().collect();
        counts.sort_by(|a, b| (&a.z_number, b.denomination).cmp(&(&b.z_number, a.denomination)));
        for row in counts {
            page.section("Coins and notes", of(&format!("Z-report {}, ", row.z_number)).trim_end_matches(", ").to_owned());
            let worth = Money::rounded(row.denomination.decimal() * Decimal::from(row.count));
            page.row(&format!("{} each", row.denomination), text(row.count.to_string()), Some(worth));
        }
    }
}

/// Gross − discounts − refunds = net: the takings.
fn takings(page: &mut Page<'_>, sales: &[Sale<'_>]) {
    let mut sums = Sums::default();
    let mut taxes: BTreeMap<Option<Rate>, Money> = BTreeMap::new();
    for sale in sales.iter().filter(|sale| sale.counts()) {
        sums += sale.sums;
        for line in sale.lines.iter().filter(|line| is_takings(line.class)) {
            if let Some(tax) = line.tax_amount {
                *taxes.entry(line.tax_rate).or_default() += tax;
            }
        }
    }
    let net = page.day.bridge.takings;
    page.section("Takings", "");
    page.pay("Gross", Some(sums.gross));
    page.pay("Discounts", Some(net - sums.gross + sums.refunds));
    page.row("Refunds", text(sums.refund_count.to_string()), Some(-sums.refunds));
    page.pay("Net: takings, tax included", Some(net));
    let unstated = page.day.bridge.tax - taxes.values().sum();
    if !unstated.is_zero() {
        *taxes.entry(None).or_default() += unstated;
    }
    for (rate, tax) in taxes {
        let rate = rate.map_or_else(|| "no rate stated".to_owned(), |rate| format!("{rate} %"));
        page.row("Tax in it", text(rate), Some(tax));
    }
}

fn money_identity(page: &mut Page<'_>) {
    let bridge = page.day.bridge;
    page.section("How it adds up", "");
    for line in bridge_lines(&page.day.currency, &bridge) {
        page.pay(line.label, Some(line.amount));
    }
}

fn z_totals(page: &mut Page<'_>, sources: &[&Source]) {
    for source in sources {
        for z in &source.batch.content.z_totals {
            let till = &source.batch.key.till;
            page.section(
                "Z-report says",
                if till.is_empty() { z.z_number.clone() } else { format!("{}, till {till}", z.z_number) },
            );
            page.pay("Gross", z.gross);
            page.pay("Discounts", z.discounts);
            if z.refund_amount.is_some() || z.refund_count.is_some() {
                page.row("Refunds", maybe(z.refund_count.map(|count| count.to_string()).as_deref()), z.refund_amount);
            }
            page.pay("Net", z.net);
            page.pay("Tax", z.tax);
            let counts = [
                ("Transactions", z.transaction_count),
                ("Voids", z.void_count),
                ("No-sales", z.no_sale_count),
                ("Training", z.training_count),
            ];
            for (item, count) in counts {
                page.say(item, count.map(|count| count.to_string()).unwrap_or_default());
            }
            page.say("First number", z.first_number.clone().unwrap_or_default());
            page.say("Last number", z.last_number.clone().unwrap_or_default());
            page.pay("Grand total", z.grand_total);
        }
    }
}

fn counts(page: &mut Page<'_>, sources: &[&Source], sales: &[Sale<'_>]) {
    let failed = |sale: &Sale<'_>| sale.header.is_some_and(|header| header.kind == SaleKind::Failed);
    let left_out = sales.iter().filter(|sale| !sale.counts());
    let (mut trained, mut failures, mut voids) = (0, 0, 0);
    for sale in left_out {
        *if sale.trained {
            &mut trained
        } else if failed(sale) {
            &mut failures
        } else {
            &mut voids
        } += 1;
    }
    let line_voids: usize = sales.iter().filter(|sale| sale.counts()).map(|sale| sale.lines_left_out).sum();
    let no_sales =
        sources.iter().flat_map(|source| &source.batch.content.cash_movements).filter(|row| row.kind == CashKind::NoSale).count();
    let transactions = page.day.transactions;
    page.section("Counted", "");
    page.number("Transactions", transactions);
    page.number("Voided transactions, in no figure", voids);
    page.number("Voided lines, in no figure", line_voids);
    page.number("Failed, in no figure", failures);
    page.number("Training, in no figure", trained);
    page.number("No-sales", no_sales);
}

fn numbers(page: &mut Page<'_>, sales: &[Sale<'_>]) {
    let mut tills: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for sale in sales.iter().filter(|sale| !sale.is_orphan()) {
        tills.entry(sale.till).or_default().push(sale.number);
    }
    // Gaps of a shared drawer or of the whole store have a name of their own.
    for (of, ..) in &page.day.gaps {
        tills.entry(of).or_default();
    }
    for (till, mut numbers) in tills {
        numbers.sort_by_key(|number| (number.len(), *number));
        page.section("Numbers", if till.is_empty() { String::new() } else { format!("till {till}") });
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
            page.say("First", *first);
            page.say("Last", *last);
            page.number("How many", numbers.len());
        }
        for (_, first, last) in page.day.gaps.iter().filter(|(of, ..)| of == till) {
            page.say("Missing", if first == last { first.clone() } else { format!("{first} to {last}") });
        }
    }
}

fn banking(page: &mut Page<'_>, sources: &[&Source]) {
    for source in sources {
        for deposit in &source.batch.content.deposits {
            page.section("Banking", deposit.kind.word());
            page.row(&deposit.reference, text(deposit.date.to_string()), Some(deposit.amount));
            page.pay("Fees kept back", deposit.fees);
            page.pay("Chargebacks kept back", deposit.chargebacks);
        }
    }
}

fn tie_outs(page: &mut Page<'_>) {
    for tie in page.day.tie_outs.iter().filter(|tie| tie.tie != Tie::NotApplicable) {
        page.section("Agreements", tie.subject.clone());
        let why = match (tie.left, tie.right) {
            _ if !tie.note.is_empty() => format!(": {}", tie.note),
            (Some(left), Some(right)) if left != right => format!(": {} and {}", left.normalize(), right.normalize()),
            (Some(both), _) => format!(": {}", both.normalize()),
            _ => String::new(),
        };
        page.say(&tie.name.replace('_', " "), format!("{}{why}", tie.tie.word().replace('_', " ")));
    }
}

/// What people accepted, and where it went.
fn accepted(page: &mut Page<'_>) {
    for of in &page.day.accepted {
        let acceptance = &of.acceptance;
        page.section("Accepted", format!("{} {}", acceptance.code, acceptance.subject));
        let signed = |token: &str| page.period.person(&Person(token.to_owned())).to_owned();
        let mut by = signed(&acceptance.by);
        if let Some(second) = &acceptance.second {
            by = format!("{by} and {}", signed(second));
        }
        page.row(&super::over_short::why(acceptance), text(format!("by {by}")), acceptance.amount);
        if let Some(lapsed) = &of.lapsed {
            page.say("No longer counts", lapsed.clone());
        }
        for posting in &of.postings {
            page.pay(&format!("Posted to {}", posting.account.replace('_', "/")), Some(posting.amount));
        }
    }
}

fn findings(page: &mut Page<'_>) {
    for finding in page.day.open_findings().filter(|finding| finding.severity > Severity::Note) {
        page.section("To look at", finding.code.0.code);
        page.row(&finding.message, text(&finding.help), finding.amount);
    }
}
