//! Charity money: donated goods, bought-in goods, and goods sold for donors as their agent (Retail Gift Aid), from each line to the
//! daily gross takings, the VAT summary and what is owed to donors.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::make::*;
use super::sold::with_rest;
use super::tax::{Taxed, computed, taxed};
use super::{By, Period, Report, Sale, minor_units};
use crate::model::{Charity, Class, LineItem, Money, Person, Rate, Rounding, SaleKind, Type, Value};
use crate::tax::{self, Agency};

/// Whose goods the lines of a period are.
pub(super) struct Goods<'p> {
    period: &'p Period<'p>,
    /// Donors of the sales that refunds without a donor give back: by store, number and item code.
    donors: HashMap<(&'p str, &'p str, &'p str), &'p Person>,
}

/// What a line of takings comes to for the shop. `net + tax + owed` is the line's total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share<'p> {
    /// Whose goods they are.
    pub charity: Option<Charity>,
    /// To whom something is owed.
    pub donor: Option<&'p Person>,
    /// The taxes on the shop's own supply.
    pub taxed: Taxed,
    /// The shop's supply without tax: for goods of donors the commission.
    pub net: Money,
    /// Tax on it, as the till states it, else by the rates.
    pub tax: Money,
    /// The donor's: neither takings of the shop nor taxed.
    pub owed: Money,
}

impl<'p> Goods<'p> {
    pub fn of(period: &'p Period<'p>) -> Self {
        let lines = || period.sales.iter().flat_map(|sale| sale.lines.iter().map(move |&line| (sale.store, line)));
        let item = |line: &'p LineItem| line.item_code.as_deref().unwrap_or_default();
        let wanted: Vec<(&str, &str, &str)> = lines()
            .filter(|(_, line)| line.line_total.is_negative() && line.donor.is_none() && line.class == Class::Goods)
            .filter_map(|(store, line)| Some((store, line.original_number.as_deref()?, item(line))))
            .collect();
        let mut donors = HashMap::new();
        if !wanted.is_empty() {
            // What is given back may have been sold before the period.
            for of in period.known() {
                let rows = of.sources.iter().flat_map(|source| &source.batch.content.lines);
                for line in rows.map(|row| &row.record).filter(|line| line.donor.is_some()) {
                    let key = (of.store.as_str(), line.number.as_str(), item(line));
                    if let Some(donor) = line.donor.as_ref().filter(|_| wanted.contains(&key)) {
                        donors.entry(key).or_insert(donor);
                    }
                }
            }
        }
        Goods { period, donors }
    }

    /// Whose goods a line sells or takes back, and for which donor. Without a donor's code a refund is of the goods that were sold.
    pub fn whose(&self, store: &str, line: &'p LineItem) -> (Option<Charity>, Option<&'p Person>) {
        let charity = self.period.context.charity(line);
        if charity == Some(Charity::Agency) {
            return (charity, line.donor.as_ref());
        }
        let original = line.original_number.as_deref().filter(|_| line.line_total.is_negative() && line.donor.is_none());
        let key = original.map(|number| (store, number, line.item_code.as_deref().unwrap_or_default()));
        match key.and_then(|key| self.donors.get(&key)) {
            Some(donor) => (Some(Charity::Agency), Some(donor)),
            None => (charity, None),
        }
    }

    /// What goods sold for a donor come to. Tills know nothing of commissions: the tax is that on the commission, unless the till states
    /// one.
    pub fn agency(&self, store: &str, line: &LineItem) -> (Taxed, Agency) {
        let period = self.period;
        let kept = period.asked.journal.commission.unwrap_or_default();
        let taxed = standard(period, &period.known_store(store).region, line.date);
        let rate = Rate::rounded(taxed.rate.unwrap_or_default());
        let of = tax::agency(line.line_total, kept, rate, minor_units(period.currency(store)), Rounding::HalfUp);
        let vat = line.tax_amount.filter(|tax| !tax.is_zero()).unwrap_or(of.vat);
        (taxed, Agency { vat, owed: line.line_total - of.commission - vat, ..of })
    }

    /// What a line of takings comes to for the shop. `silent`: the till states this sale's tax for the whole of it, so none is computed
    /// for its lines.
    pub fn share(&self, sale: &Sale<'p>, line: &'p LineItem, silent: bool) -> Share<'p> {
        let period = self.period;
        let (charity, donor) = self.whose(sale.store, line);
        let currency = period.currency(sale.store);
        let region = &period.known_store(sale.store).region;
        if charity == Some(Charity::Agency) {
            let (taxed, agency) = self.agency(sale.store, line);
            return Share { charity, donor, taxed, net: agency.commission, tax: agency.vat, owed: agency.owed };
        }
        let taxed = taxed(period, region, line, charity);
        let by_rate = || computed(line, &taxed, charity, currency).filter(|_| !silent);
        let tax = line.tax_amount.or_else(by_rate).unwrap_or_default();
        Share { charity, donor: None, net: line.line_total - tax, tax, owed: Money::ZERO, taxed }
    }

    /// The shares of a sale's lines that are takings.
    pub fn shares<'s>(&'s self, sale: &'s Sale<'p>) -> impl Iterator<Item = (&'p LineItem, Share<'p>)> + 's {
        let lines = || sale.lines.iter().filter(|line| super::sale::is_takings(line.class));
        let stated: Money = lines().filter_map(|line| line.tax_amount).sum();
        let silent = sale.bridge().tax != stated;
        lines().map(move |&line| (line, self.share(sale, line, silent)))
    }
}

/// The taxes on a commission: those of the standard rate.
fn standard(period: &Period<'_>, region: &str, date: NaiveDate) -> Taxed {
    let published = tax::rates(&period.context.rates, region, "standard", date);
    let names: Vec<String> = published.iter().map(|rate| format!("{} {} %", rate.tax, rate.rate.decimal().normalize())).collect();
    Taxed {
        rate: (!published.is_empty())
            .then(|| published.iter().map(|rate| rate.rate.decimal()).sum::<rust_decimal::Decimal>().normalize()),
        names: names.join(" + "),
        category: "standard".to_owned(),
        each: published.iter().map(|rate| rate.rate).collect(),
    }
}

/// Sales that count.
fn counted<'s, 'p>(period: &'s Period<'p>) -> impl Iterator<Item = &'s Sale<'p>> {
    period.sales.iter().filter(|sale| sale.counts())
}

/// What is said where goods were sold for donors and nobody said what the shop keeps.
pub(super) const NO_COMMISSION: &str =
    "Goods sold for donors: nobody said what the shop keeps (commission in [journal] of epos.toml), so all of it is owed to them.";

fn sold_for_donors(period: &Period<'_>, goods: &Goods<'_>) -> bool {
    counted(period).any(|sale| sale.lines.iter().any(|line| goods.period.context.charity(line) == Some(Charity::Agency)))
}

/// What a store-day's takings were.
#[derive(Debug, Clone, Copy, Default)]
struct Gross {
    donated: Money,
    bought_in: Money,
    agency: Money,
    other: Money,
    services: Money,
    donors: Money,
}

/// One row per store-day: daily gross takings, by both definitions, and what they are of.
pub fn gross_takings(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        TRADING_DAY,
        STATE,
        summed("donated", "Donated goods", Type::Money),
        summed("bought_in", "Bought-in goods", Type::Money),
        summed("agency", "Goods of donors", Type::Money),
        summed("other_goods", "Other goods", Type::Money),
        summed("services", "Services", Type::Money),
        summed("no_line_detail", "No line detail", Type::Money),
        TAKINGS,
        summed("donors_share", "Of donors", Type::Money),
        summed("gross_takings", "Gross takings", Type::Money),
        summed("deposits_net", "Deposits", Type::Money),
        summed("gross_takings_received", "With deposits when received", Type::Money),
        or("not judged", column("over_short", "Over/short, not in them", Type::Money)),
        CURRENCY,
    ];
    let goods = Goods::of(period);
    let rows = period.days.iter().map(|of| {
        let mut gross = Gross::default();
        for sale in period.sales_of(of).iter().filter(|sale| sale.counts()) {
            for (line, share) in goods.shares(sale) {
                let place = match (line.class, share.charity) {
                    (Class::Service, _) => &mut gross.services,
                    (_, Some(Charity::Donated)) => &mut gross.donated,
                    (_, Some(Charity::BoughtIn)) => &mut gross.bought_in,
                    (_, Some(Charity::Agency)) => &mut gross.agency,
                    (_, None) => &mut gross.other,
                };
                *place += line.line_total;
                gross.donors += share.owed;
            }
        }
        let lined = gross.donated + gross.bought_in + gross.agency + gross.other + gross.services;
        let own = of.bridge.takings - gross.donors;
        // Nothing came: that is unknown, not zero.
        let came = has_come(of);
        let known = |amount: Money| maybe_money(came.then_some(amount));
        vec![
            text(&of.store),
            text(period.store_name(&of.store)),
            day(of.trading_day),
            text(of.state.word()),
            known(gross.donated),
            known(gross.bought_in),
            known(gross.agency),
            known(gross.other),
            known(gross.services),
            known(of.bridge.takings - lined),
            known(of.bridge.takings),
            known(gross.donors),
            known(own),
            known(of.bridge.deposits),
            known(own + of.bridge.deposits),
            maybe_money(of.over_short()),
            text(&of.currency),
        ]
    });
    let mut report = make(period, "gross-takings", columns, rows.collect());
    report.notes.push(
        "Gross takings are what was sold, tax included, whether or not the drawer was short: a shortage or a theft never reduces them. Of \
         goods sold for donors only the commission with its tax is in them."
            .to_owned(),
    );
    report.notes.push(
        "The second figure counts deposits when they are received, and takes off those that are used or given back; your VAT office says \
         which of the two is yours."
            .to_owned(),
    );
    if period.asked.journal.commission.is_none() && sold_for_donors(period, &goods) {
        report.notes.push(NO_COMMISSION.to_owned());
    }
    report
}

/// The name of a supply, in the order in which they are listed.
fn supply(line: &LineItem, charity: Option<Charity>) -> (u8, &'static str) {
    match (line.class, charity) {
        (Class::Service, _) => (4, "services"),
        (_, Some(Charity::Donated)) => (0, "donated goods"),
        (_, Some(Charity::BoughtIn)) => (1, "bought-in goods"),
        (_, Some(Charity::Agency)) => (2, "commission on goods of donors"),
        (_, None) => (3, "goods"),
    }
}

/// What supplies of one sort add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Supplied {
    lines: usize,
    net: Money,
    tax: Money,
    owed: Money,
}

/// What tells rows of the summary apart: region, days, supply, taxes.
type Sort = (String, (NaiveDate, NaiveDate), (u8, &'static str), Taxed);

/// One row per region, supply and rate: net, VAT and gross; for each month or quarter when asked.
pub fn vat_summary(period: &Period<'_>) -> Report {
    let by = period.asked.by.unwrap_or(By::Period);
    let columns = vec![
        column("region", "Region", Type::Text),
        FIRST_DAY,
        LAST_DAY,
        column("supply", "Supply", Type::Text),
        or("not known", column("tax_rate", "Rate", Type::Rate)),
        column("tax_names", "Taxes", Type::Text),
        summed("lines", "Lines", Type::Integer),
        summed("supply_net", "Net", Type::Money),
        summed("supply_tax", "Tax", Type::Money),
        summed("supply_gross", "Gross", Type::Money),
        summed("donors_share", "Of donors", Type::Money),
        TAKINGS,
        CURRENCY,
    ];
    let goods = Goods::of(period);
    let mut groups: BTreeMap<(&str, Sort), Supplied> = BTreeMap::new();
    let mut sums: BTreeMap<(&str, ()), Sums> = BTreeMap::new();
    for sale in counted(period) {
        let currency = period.currency(sale.store);
        let region: Cow<'_, str> = Cow::Owned(period.known_store(sale.store).region.clone());
        for (line, share) in goods.shares(sale) {
            // Donated goods are one supply, whatever their rate is called.
            let taxed = Taxed { category: String::new(), ..share.taxed.clone() };
            let sort = (region.to_string(), period.bucket(sale.trading_day, by), supply(line, share.charity), taxed);
            let of = groups.entry((currency, sort)).or_default();
            of.lines += 1;
            of.net += share.net;
            of.tax += share.tax;
            of.owed += share.owed;
            sums.entry((currency, ())).or_default().take(line.line_total, line.tax_amount.unwrap_or_default());
        }
    }
    let rest = rest(period, &sums);
    let mut rows: Vec<Vec<Value<'static>>> = groups
        .iter()
        .map(|((currency, (region, (from, to), (_, supply), taxed)), of)| {
            vec![
                text(region.as_str()),
                day(*from),
                day(*to),
                text(*supply),
                taxed.rate.map_or(Value::Null, Value::Decimal),
                maybe(Some(&taxed.names)),
                count(of.lines),
                money(of.net),
                money(of.tax),
                money(of.net + of.tax),
                money(of.owed),
                money(of.net + of.tax + of.owed),
                text(*currency),
            ]
        })
        .collect();
    rows.extend(rest.iter().map(|(currency, sums)| {
        vec![
            text(NO_LINE_DETAIL),
            day(period.from),
            day(period.to),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            money(sums.takings - sums.tax),
            money(sums.tax),
            money(sums.takings),
            money(Money::ZERO),
            money(sums.takings),
            text(*currency),
        ]
    }));
    let unknown = groups.iter().any(|((_, (.., taxed)), of)| taxed.rate.is_none() && of.tax.is_zero() && of.lines > 0);
    let mut report = with_rest(make(period, "vat-summary", columns, rows), !rest.is_empty());
    report.notes.push(
        "Tax is what the tills state, else what the published rates give; on goods sold for donors it is that on the commission. Gross plus \
         the donors' share is the takings of every other report."
            .to_owned(),
    );
    if unknown {
        report.notes.push("Where the rate is not known, neither a till nor a list says it, and no tax is in the row.".to_owned());
    }
    if period.asked.journal.commission.is_none() && sold_for_donors(period, &goods) {
        report.notes.push(NO_COMMISSION.to_owned());
    }
    report
}

/// What was sold for one donor.
#[derive(Debug, Clone, Copy, Default)]
struct Proceeds {
    lines: usize,
    sold: Money,
    given_back: Money,
    commission: Money,
    tax: Money,
    owed: Money,
}

/// One row per donor and store: sold, given back, what the shop keeps, what is owed; for each month or quarter when asked.
pub fn donor_proceeds(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let by = period.asked.by.unwrap_or(By::Period);
    let columns = vec![
        column("donor", "Donor", Type::Text),
        code,
        name,
        FIRST_DAY,
        LAST_DAY,
        summed("lines", "Lines", Type::Integer),
        summed("donor_sold", "Sold", Type::Money),
        summed("donor_given_back", "Given back", Type::Money),
        summed("commission", "Commission", Type::Money),
        summed("commission_tax", "Tax on it", Type::Money),
        summed("donor_owed", "Owed", Type::Money),
        CURRENCY,
    ];
    let goods = Goods::of(period);
    let mut donors: BTreeMap<(&str, &str, (NaiveDate, NaiveDate)), Proceeds> = BTreeMap::new();
    for sale in counted(period) {
        for (line, share) in goods.shares(sale) {
            let Some(donor) = share.donor else { continue };
            let of = donors.entry((period.person(donor), sale.store, period.bucket(sale.trading_day, by))).or_default();
            of.lines += 1;
            let back = line.line_total.is_negative() || line.kind == SaleKind::Refund;
            *(if back { &mut of.given_back } else { &mut of.sold }) += line.line_total.abs();
            of.commission += share.net;
            of.tax += share.tax;
            of.owed += share.owed;
        }
    }
    let rows = donors.iter().map(|((donor, store, (from, to)), of)| {
        vec![
            text(*donor),
            text(*store),
            text(period.store_name(store)),
            day(*from),
            day(*to),
            count(of.lines),
            money(of.sold),
            money(of.given_back),
            money(of.commission),
            money(of.tax),
            money(of.owed),
            text(period.currency(store)),
        ]
    });
    let mut report = make(period, "donor-proceeds", columns, rows.collect());
    report.notes.push(
        "What is owed is the price less the commission and the tax on it; goods that came back are taken off. A donor may give it to the \
         charity with Gift Aid."
            .to_owned(),
    );
    if period.asked.journal.commission.is_none() && !donors.is_empty() {
        report.notes.push(NO_COMMISSION.to_owned());
    }
    report
}
