//! Every report there is: what it is called, what it shows, and what may be asked of it.

use serde::Serialize;

use super::{Asked, Period, Report};
use super::{best_sellers, charity, comparison, customers, daily, journal, liabilities, monthly, movements, on_hand, over_short};
use super::{paid, sold, stock, store_day, tax, unbanked};

/// A function of the catalogue.
pub type Reporter = fn(&Period<'_>) -> Report;

crate::model::words! {
    /// What a report is about: lists of reports are grouped by it.
    Group {
        /// Store-days, stores and months.
        Days = "days",
        /// What was sold, when, by whom and to whom.
        Sales = "sales",
        /// How it was paid, where the money is, and the books.
        Money = "money",
        /// Goods on shelves.
        Stock = "stock",
    }
}

impl Group {
    /// Its heading for people.
    ///
    /// ```
    /// use epos_core::report::{Group, entry};
    ///
    /// assert_eq!(entry("journal").map(|entry| entry.group.title()), Some("Money and books"));
    /// assert_eq!(Group::Days.title(), "Days and stores");
    /// ```
    pub const fn title(self) -> &'static str {
        match self {
            Group::Days => "Days and stores",
            Group::Sales => "Sales",
            Group::Money => "Money and books",
            Group::Stock => "Stock",
        }
    }
}

crate::model::words! {
    /// By what a report goes, where it can go by several things.
    By {
        /// A line per trading day.
        Day = "day",
        /// A line per month.
        Month = "month",
        /// A line per quarter of the year.
        Quarter = "quarter",
        /// Over the whole period.
        Period = "period",
        /// By units sold.
        Quantity = "quantity",
        /// By takings.
        Takings = "takings",
    }
}

/// One report of the catalogue.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Entry {
    /// Its name: what it is asked for by, and what its files are called.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What it is about.
    pub group: Group,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    /// How many it shows when nobody says; `None` when it shows all there are.
    pub top: Option<usize>,
    /// Its lower limit when nobody says; `None` when it has none.
    pub at_least: Option<usize>,
    /// By what it can go; the first when nobody says.
    pub by: &'static [By],
    /// True when it says what single customers bought: it is written only when it is asked for, and never mailed.
    pub personal: bool,
    /// What makes it.
    #[serde(skip)]
    pub make: Reporter,
}

impl Entry {
    const fn new(name: &'static str, title: &'static str, group: Group, shows: &'static str, make: Reporter) -> Entry {
        Entry { name, title, group, shows, top: None, at_least: None, by: &[], personal: false, make }
    }

    const fn top(self, top: usize) -> Entry {
        Entry { top: Some(top), ..self }
    }

    const fn at_least(self, least: usize) -> Entry {
        Entry { at_least: Some(least), ..self }
    }

    const fn by(self, by: &'static [By]) -> Entry {
        Entry { by, ..self }
    }

    const fn personal(self) -> Entry {
        Entry { personal: true, ..self }
    }

    /// What may be asked of it, as the command line writes it: `--top N (10), --by takings|quantity`. Empty when nothing may.
    ///
    /// ```
    /// use epos_core::report::entry;
    ///
    /// let options = |name| entry(name).map(|entry| entry.options()).unwrap_or_default();
    /// assert_eq!(options("best-sellers"), "--top N (10), --by takings|quantity");
    /// assert_eq!(options("daily"), "");
    /// ```
    pub fn options(&self) -> String {
        let by: Vec<&str> = self.by.iter().map(|by| by.word()).collect();
        let options = [
            self.top.map(|top| format!("--top N ({top})")),
            self.at_least.map(|least| format!("--at-least N ({least})")),
            (!by.is_empty()).then(|| format!("--by {}", by.join("|"))),
        ];
        options.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Why it cannot do what was asked: it takes no such option, or not that value. `None` when it can.
    ///
    /// ```
    /// use epos_core::report::{Asked, By, entry};
    ///
    /// let daily = entry("daily").ok_or("no such report")?;
    /// let why = daily.refuses(&Asked { top: Some(5), ..Asked::default() });
    /// assert_eq!(why.as_deref(), Some("the report `daily` does not take --top; it takes none but --from, --to and --store"));
    /// let best = entry("best-sellers").ok_or("no such report")?;
    /// assert_eq!(best.refuses(&Asked { top: Some(5), by: Some(By::Quantity), ..Asked::default() }), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn refuses(&self, asked: &Asked) -> Option<String> {
        let wrong = if asked.top.is_some() && self.top.is_none() {
            "--top".to_owned()
        } else if asked.at_least.is_some() && self.at_least.is_none() {
            "--at-least".to_owned()
        } else {
            format!("--by {}", asked.by.filter(|by| !self.by.contains(by))?)
        };
        let takes = match self.options() {
            none if none.is_empty() => "it takes none but --from, --to and --store".to_owned(),
            some => format!("it takes {some}"),
        };
        Some(format!("the report `{}` does not take {wrong}; {takes}", self.name))
    }
}

use Group::{Days, Money, Sales, Stock};

/// Every report.
pub const CATALOGUE: &[Entry] = &[
    Entry::new("daily", "Store-days", Days, "Every store-day: its state, takings, how it was paid, over/short.", daily::daily),
    Entry::new("store", "By store", Days, "Every store: days that came, takings, over and short.", daily::by_store),
    Entry::new("monthly", "By month", Days, "Every store and month: takings, how it was paid, over and short.", monthly::monthly),
    Entry::new(
        "comparison",
        "Comparison",
        Days,
        "This period beside the one of the same length before it, over store-days present in both.",
        comparison::comparison,
    ),
    Entry::new(
        "store-day",
        "Z-reconciliation",
        Days,
        "Every store-day in full: Z-reports, drawers, tie-outs, banking, outcome.",
        store_day::store_day,
    ),
    Entry::new("product", "By product", Sales, "Every product: units, takings, tax.", sold::by_product),
    Entry::new(
        "best-sellers",
        "Best sellers",
        Sales,
        "The products that sold most; everyone equal to the last is there.",
        best_sellers::best_sellers,
    )
    .top(best_sellers::TOP)
    .by(&[By::Takings, By::Quantity]),
    Entry::new("category", "By category", Sales, "Every category: units, takings, tax.", sold::by_category),
    Entry::new("hour", "By hour", Sales, "Takings by the hour of the day.", sold::by_hour),
    Entry::new("employee", "By employee", Sales, "Takings by who served.", sold::by_employee),
    Entry::new("refunds", "Refunds", Sales, "Every line that was given back.", paid::refunds),
    Entry::new(
        "unique-customers",
        "Customers",
        Sales,
        "How many different customers each store had, and how many came back.",
        customers::unique,
    )
    .by(&[By::Period, By::Month, By::Day]),
    Entry::new("loyal-customers", "Loyal customers", Sales, "Customers who bought a number of times or more.", customers::loyal)
        .at_least(customers::AT_LEAST)
        .personal(),
    Entry::new("tender", "By tender", Money, "How it was paid.", paid::by_tender),
    Entry::new(
        "tax",
        "Tax",
        Money,
        "Net, tax and gross by region and rate: what the tills state beside what the rates give.",
        tax::tax,
    )
    .by(&[By::Period, By::Month, By::Day]),
    Entry::new(
        "gross-takings",
        "Daily gross takings",
        Money,
        "Every store-day's gross takings by both definitions, and what they are of: donated, bought-in, of donors.",
        charity::gross_takings,
    ),
    Entry::new(
        "vat-summary",
        "VAT summary",
        Money,
        "Net, tax and gross by supply and rate; of goods sold for donors only the commission.",
        charity::vat_summary,
    )
    .by(&[By::Period, By::Month, By::Quarter]),
    Entry::new(
        "donor-proceeds",
        "Donor proceeds",
        Money,
        "What was sold for each donor, what the shop keeps, and what is owed.",
        charity::donor_proceeds,
    )
    .by(&[By::Period, By::Month, By::Quarter])
    .personal(),
    Entry::new(
        "over-short",
        "Over/short account",
        Money,
        "Every difference between count and book, with each drawer's running balance.",
        over_short::over_short,
    ),
    Entry::new("unbanked", "Unbanked bags", Money, "Bags that the bank has not credited, by age.", unbanked::unbanked),
    Entry::new(
        "gift-cards",
        "Gift cards",
        Money,
        "What is owed to holders of gift cards: opening, sold, spent, closing.",
        liabilities::gift_cards,
    )
    .by(&[By::Period, By::Month, By::Day]),
    Entry::new(
        "deposits",
        "Deposits",
        Money,
        "What customers paid ahead: opening, received, used, given back, closing.",
        liabilities::deposits,
    )
    .by(&[By::Period, By::Month, By::Day]),
    Entry::new(
        "journal",
        "Journal",
        Money,
        "The balanced journal for the accounts: debit and credit by account.",
        journal::journal,
    )
    .by(&[By::Day, By::Month]),
    Entry::new("on-hand", "On hand", Stock, "What every shelf holds.", on_hand::on_hand),
    Entry::new("movements", "Movements", Stock, "Every movement of drawers and shelves.", movements::movements),
    Entry::new("goods-in", "Goods in", Stock, "Every delivery by supplier, date and reference.", stock::goods_in),
    Entry::new(
        "transfers",
        "Transfers",
        Stock,
        "Every transfer between stores: what left, what arrived, what is on its way.",
        stock::transfers,
    ),
    Entry::new(
        "shrinkage",
        "Shrinkage",
        Stock,
        "What the book held and the count did not find, at cost where that is known.",
        stock::shrinkage,
    ),
];

/// The entry called `name` (blanks, `_` and `-` are the same), or `None` when the catalogue has no such report.
///
/// ```
/// use epos_core::report::entry;
///
/// assert_eq!(entry("over-short").map(|entry| entry.title), Some("Over/short account"));
/// assert_eq!(entry("Over Short").map(|entry| entry.name), Some("over-short"));
/// assert!(entry("weather").is_none());
/// ```
pub fn entry(name: &str) -> Option<&'static Entry> {
    let name = name.trim().to_lowercase().replace(['_', ' '], "-");
    CATALOGUE.iter().find(|entry| entry.name == name)
}

/// The report called `name`, as [`entry`] finds it. What was asked of it beside days and store is the period's
/// [`asked`](Period::asked).
///
/// ```
/// use epos_core::model::{Context, Money, Store, Value};
/// use epos_core::reconcile::{Evidence, State, day};
/// use epos_core::report::{Period, report};
///
/// let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// let mut judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// judged.state = State::Balanced;
/// judged.bridge.takings = Money::cents(123_50);
/// let days = [judged];
/// let daily = report("daily", &Period::new(friday, friday, None, &days, &[], &context)).ok_or("no such report")?;
/// let takings = daily.column("takings").ok_or("no such column")?;
/// assert_eq!(daily.rows[0][takings], Value::Decimal(Money::cents(123_50).decimal()));
/// assert_eq!(daily.completeness.to_string(), "1 of 1 store-day");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn report(name: &str, period: &Period<'_>) -> Option<Report> {
    entry(name).map(|entry| (entry.make)(period))
}
