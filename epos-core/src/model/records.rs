//! The rows epos keeps: one record type per kind. Field names are the canonical column headings and the database columns.
//!
//! Store, till and trading day are not fields: they are the [`Key`](super::Key) of the batch a row lives in.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use super::value::{record, words};
use super::{Money, Quantity, Rate, Scalar, Type, Value};

/// A name or code of a person, as a file has it or, once loaded, the random token that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Person(pub String);

impl Scalar for Person {
    const TYPE: Type = Type::Person;
    const REQUIRED: bool = true;
    fn blank() -> Self {
        Person::default()
    }
    fn value(&self) -> Value<'_> {
        self.0.value()
    }
    fn from_value(value: Value<'_>) -> Option<Self> {
        String::from_value(value).map(Person)
    }
}

words! {
    /// A kind of row, and the table it feeds.
    Kind {
        /// What a document states of a whole transaction.
        Headers = "headers",
        /// Line items.
        Lines = "lines",
        /// How transactions were paid.
        Tenders = "tenders",
        /// Cash that moved without a sale.
        CashMovements = "cash_movements",
        /// Z-reports with counts, one row per tender.
        ZReports = "z_reports",
        /// Totals of Z-reports, one row per Z-report.
        ZTotals = "z_totals",
        /// Coins and notes counted, one row per denomination.
        CashCounts = "cash_counts",
        /// Bags, bank credits, card batches and payouts.
        Deposits = "deposits",
        /// The product list.
        Products = "products",
        /// Stock levels stated by a till.
        StockLevels = "stock_levels",
        /// Stock counted by people.
        StockCounts = "stock_counts",
        /// Deliveries.
        GoodsIn = "goods_in",
        /// Goods moved between stores, one side a row.
        Transfers = "transfers",
        /// Stores.
        Stores = "stores",
        /// Cash drawers and their tills.
        Drawers = "drawers",
        /// People who work in the stores.
        Employees = "employees",
        /// People who buy in the stores.
        Customers = "customers",
        /// Who delivers.
        Suppliers = "suppliers",
        /// Tax rates by region, category and day.
        TaxRates = "tax_rates",
        /// Days on which a store is open or closed.
        Calendar = "calendar",
    }
}

words! {
    /// What a transaction or a line is.
    SaleKind {
        /// Goods or money given for payment.
        Sale = "sale",
        /// Goods back, money out: negative quantity and total, positive unit price.
        Refund = "refund",
        /// Taken back before or after payment; counted, in no total.
        Void = "void",
        /// Goods back and other goods out.
        Exchange = "exchange",
        /// Money off a whole sale: its own line, blank item code, negative total.
        Discount = "discount",
        /// The till says that it failed; counted, in no total.
        Failed = "failed",
    }
}

impl SaleKind {
    /// False for voids and failures, which are counted but belong to no total.
    pub fn counts(self) -> bool {
        !matches!(self, SaleKind::Void | SaleKind::Failed)
    }
}

words! {
    /// What the money of a line is for (PRACTICE: only goods and services are takings).
    Class {
        /// Things sold.
        Goods = "goods",
        /// Services sold; takings like goods, but never stock.
        Service = "service",
        /// A gift card sold or reloaded: a liability, not takings.
        GiftCard = "gift_card",
        /// A deposit or an account payment received.
        Deposit = "deposit",
        /// A gift of money.
        Donation = "donation",
        /// A tip.
        Tip = "tip",
        /// Cash rounding of the transaction.
        Rounding = "rounding",
    }
}

words! {
    /// Whose goods a charity shop sells.
    Charity {
        /// Given to the charity: zero-rated.
        Donated = "donated",
        /// Bought to sell: standard-rated.
        BoughtIn = "bought_in",
        /// Sold for a donor under Retail Gift Aid: only the commission is the shop's.
        Agency = "agency",
    }
}

words! {
    /// How cash moved without a sale.
    CashKind {
        /// Put in.
        PaidIn = "paid_in",
        /// Taken out for an expense.
        PaidOut = "paid_out",
        /// Taken out to the safe or a bag before the count.
        Drop = "drop",
        /// Change brought from the safe.
        Loan = "loan",
        /// Drawer opened without a sale; moves nothing.
        NoSale = "no_sale",
        /// Change swapped with the safe; the amount left the drawer when positive.
        Safe = "safe",
    }
}

words! {
    /// What a deposit row is.
    DepositKind {
        /// A bag as filled.
        Bag = "bag",
        /// What the bank credited.
        Bank = "bank",
        /// A card terminal's batch.
        Batch = "batch",
        /// What the card company paid out.
        Payout = "payout",
    }
}

words! {
    /// Which store a row of a transfer speaks for.
    Side {
        /// The store that sent: the goods left its shelf.
        Sent = "sent",
        /// The store that received: the goods came onto its shelf.
        Received = "received",
    }
}

impl Side {
    /// The field of a transfer that names the store of this side.
    pub const fn store_field(self) -> &'static str {
        match self {
            Side::Sent => "from_store",
            Side::Received => "to_store",
        }
    }
}

record! {
    /// What a document states of a whole transaction. Stored only when a document states it, else derived from the lines.
    Headers Header {
        /// The till's number of the transaction.
        number: String,
        /// Local date on the till.
        date: NaiveDate,
        /// Local time on the till.
        time: Option<NaiveTime>,
        /// Sale, refund, void and so on.
        kind: SaleKind,
        /// Rung in training mode: counted, in no total.
        training: bool,
        /// Who served.
        cashier: Option<Person>,
        /// Who bought.
        customer: Option<Person>,
        /// Number printed on the receipt when it is not the key.
        receipt: Option<String>,
        /// Number of items the till says it sold.
        item_count: Option<i64>,
        /// Sum before tax and discount, as stated.
        subtotal: Option<Money>,
        /// Discount given, positive, as stated.
        discount: Option<Money>,
        /// Tax, as stated.
        tax: Option<Money>,
        /// Tip, as stated.
        tip: Option<Money>,
        /// Cash rounding, as stated.
        rounding: Option<Money>,
        /// What was to be paid, as stated.
        total: Money,
        /// Number of the sale that a refund or exchange gives back.
        original_number: Option<String>,
        /// Free text.
        note: Option<String>,
    }
}

record! {
    /// One line of a transaction.
    Lines LineItem {
        /// The till's number of the transaction.
        number: String,
        /// Position within the transaction; counted when the file has none.
        line: Option<i64>,
        /// Local date on the till.
        date: NaiveDate,
        /// Local time on the till.
        time: Option<NaiveTime>,
        /// Who served.
        cashier: Option<Person>,
        /// Who bought.
        customer: Option<Person>,
        /// Sale, refund, void, discount and so on.
        kind: SaleKind,
        /// Goods, gift card, donation and so on; goods when the file has none.
        class: Class,
        /// Whose goods, in a charity shop.
        charity: Option<Charity>,
        /// The item's code as the till has it: a SKU or a barcode. Blank on whole-sale discounts and open lines.
        item_code: Option<String>,
        /// What the till calls it.
        description: Option<String>,
        /// Category as the till has it; otherwise the product list's.
        category: Option<String>,
        /// Units sold; negative on refunds.
        quantity: Quantity,
        /// Price of one unit in the store's tax mode, never negative.
        unit_price: Option<Money>,
        /// Money off this line, positive.
        discount_amount: Option<Money>,
        /// Money off this line in percent of quantity × price.
        discount_percent: Option<Rate>,
        /// Why.
        discount_reason: Option<String>,
        /// Name of the deal that gave it.
        deal: Option<String>,
        /// Tax rate in percent.
        tax_rate: Option<Rate>,
        /// Tax on this line.
        tax_amount: Option<Money>,
        /// After discount, before tax.
        line_net: Option<Money>,
        /// What the line adds to the transaction, tax included; negative on refunds.
        line_total: Money,
        /// Rung in training mode: counted, in no total.
        training: bool,
        /// Number of the sale that a refund gives back.
        original_number: Option<String>,
        /// Whose donated goods these are (Retail Gift Aid).
        donor: Option<Person>,
    }
}

impl LineItem {
    /// False when the file says what was sold but not for how much: then its transaction's header says what was taken.
    pub fn is_priced(&self) -> bool {
        self.unit_price.is_some() || self.line_net.is_some() || !self.line_total.is_zero()
    }
}

record! {
    /// One payment of a transaction.
    Tenders Tender {
        /// The till's number of the transaction.
        number: String,
        /// Local date on the till.
        date: NaiveDate,
        /// Local time on the till.
        time: Option<NaiveTime>,
        /// How it was paid, as the till calls it.
        tender: String,
        /// What it paid, net of change; negative on refunds and on cash-back.
        amount: Money,
        /// What was handed over.
        tendered: Option<Money>,
        /// What was given back.
        change: Option<Money>,
        /// ISO currency when it is not the store's.
        currency: Option<String>,
        /// Card slip, voucher number.
        reference: Option<String>,
    }
}

record! {
    /// Cash in or out of a drawer without a sale.
    CashMovements CashMovement {
        /// Local date on the till.
        date: NaiveDate,
        /// Local time on the till.
        time: Option<NaiveTime>,
        /// The till's number of the movement.
        number: Option<String>,
        /// Paid-in, paid-out, drop, loan, no-sale, safe.
        kind: CashKind,
        /// Which tender moved; cash when blank.
        tender: Option<String>,
        /// How much, positive; the kind says which way.
        amount: Money,
        /// Why.
        reason: Option<String>,
        /// Bag number and the like.
        reference: Option<String>,
        /// Who did it.
        by: Option<Person>,
    }
}

record! {
    /// One tender of one Z-report, with its count.
    ZReports ZReport {
        /// The till's number of the Z-report.
        z_number: String,
        /// When the shift opened.
        opened_at: Option<NaiveDateTime>,
        /// When it closed.
        closed_at: Option<NaiveDateTime>,
        /// Who closed.
        closed_by: Option<Person>,
        /// Who counted.
        counted_by: Option<Person>,
        /// Who watched.
        witness: Option<Person>,
        /// True when the counter did not see the expected figure.
        blind: bool,
        /// Which tender this row is of.
        tender: String,
        /// Cash in the drawer at opening.
        opening_float: Option<Money>,
        /// What the till says should be there.
        expected: Option<Money>,
        /// What was counted. Blank: nobody counted.
        counted: Option<Money>,
        /// The till's own over/short.
        over_short: Option<Money>,
        /// Paid in, as the till has it.
        paid_in: Option<Money>,
        /// Paid out, as the till has it.
        paid_out: Option<Money>,
        /// Loans, as the till has it.
        loans: Option<Money>,
        /// Drops, as the till has it.
        dropped: Option<Money>,
        /// Cash-back, as the till has it.
        cash_back: Option<Money>,
        /// Cash rounding, as the till has it.
        rounding: Option<Money>,
        /// Removed to the bank after the count.
        banked: Option<Money>,
        /// Left in the drawer.
        closing_float: Option<Money>,
        /// Free text.
        note: Option<String>,
    }
}

record! {
    /// The totals of one Z-report.
    ZTotals ZTotal {
        /// The till's number of the Z-report.
        z_number: String,
        /// Sales before discounts and refunds.
        gross: Option<Money>,
        /// Discounts, positive.
        discounts: Option<Money>,
        /// How many refunds.
        refund_count: Option<i64>,
        /// Refunds, positive.
        refund_amount: Option<Money>,
        /// Sales after discounts and refunds, tax included (what the till calls net sales).
        net: Option<Money>,
        /// Tax of all rates.
        tax: Option<Money>,
        /// How many voids.
        void_count: Option<i64>,
        /// How many no-sales.
        no_sale_count: Option<i64>,
        /// How many training transactions.
        training_count: Option<i64>,
        /// How many transactions.
        transaction_count: Option<i64>,
        /// First transaction of the shift.
        first_number: Option<String>,
        /// Last transaction of the shift.
        last_number: Option<String>,
        /// The till's running grand total after this Z.
        grand_total: Option<Money>,
    }
}

record! {
    /// Coins or notes of one denomination, counted for one Z-report.
    CashCounts CashCount {
        /// The Z-report it belongs to.
        z_number: String,
        /// Worth of one piece.
        denomination: Money,
        /// How many pieces.
        count: i64,
    }
}

record! {
    /// Money on its way to the bank.
    Deposits Deposit {
        /// Bag, bank credit, card batch, payout.
        kind: DepositKind,
        /// Bag or batch number.
        reference: String,
        /// Its date.
        date: NaiveDate,
        /// Its amount.
        amount: Money,
        /// Fees kept back.
        fees: Option<Money>,
        /// Chargebacks kept back.
        chargebacks: Option<Money>,
    }
}

record! {
    /// An item of the product list.
    Products Product {
        /// Our SKU: the code tills sell it by.
        item_code: String,
        /// The printed barcode.
        gtin: Option<String>,
        /// Its name.
        description: String,
        /// Price in the stores' tax mode.
        price: Option<Money>,
        /// Cost without tax.
        cost: Option<Money>,
        /// Which tax applies (`standard`, `reduced`, `zero`, …).
        tax_category: Option<String>,
        /// Tax rate in percent, where the list states one.
        tax_rate: Option<Rate>,
        /// Product category.
        category: Option<String>,
        /// Whose goods they are in a charity shop, where tills do not say.
        charity: Option<Charity>,
        /// Who delivers it.
        supplier: Option<String>,
        /// Order when on hand falls to this.
        reorder_point: Option<Quantity>,
        /// False for what is never stock (bags, postage, donated goods); blank means stocked.
        stocked: Option<bool>,
        /// A pack: the SKU it holds.
        pack_of: Option<String>,
        /// A pack: how many units it holds.
        pack_units: Option<Quantity>,
        /// First day of this price.
        effective_from: Option<NaiveDate>,
    }
}

record! {
    /// What a till says is on the shelf.
    StockLevels StockLevel {
        /// The SKU.
        item_code: String,
        /// Its name.
        description: Option<String>,
        /// Units on hand.
        on_hand: Quantity,
        /// When that was true.
        as_of: Option<NaiveDateTime>,
    }
}

record! {
    /// What a person counted on the shelf.
    StockCounts StockCount {
        /// The SKU.
        item_code: String,
        /// Units counted.
        counted: Quantity,
        /// When.
        counted_at: NaiveDateTime,
        /// Who counted.
        by: Option<Person>,
    }
}

record! {
    /// One line of a delivery.
    GoodsIn GoodsInLine {
        /// Day it came.
        date: NaiveDate,
        /// Delivery note number.
        reference: Option<String>,
        /// Who delivered.
        supplier: Option<String>,
        /// The SKU.
        item_code: String,
        /// Its name.
        description: Option<String>,
        /// Units that came.
        quantity: Quantity,
        /// Cost of one unit without tax.
        unit_cost: Option<Money>,
        /// Who took it in.
        received_by: Option<Person>,
    }
}

record! {
    /// One item of goods moved between stores, as one of the two says it. Its batch is of that store. A row of a file that names no
    /// side speaks for both, and is kept once for each.
    Transfers Transfer {
        /// The transfer's own number, on the papers that go with the goods: what both sides have in common.
        reference: String,
        /// Day on which this side saw the goods leave or arrive.
        date: NaiveDate,
        /// Local time, where the paper has one; without it they moved before anybody counted that day.
        time: Option<NaiveTime>,
        /// Store that sends.
        from_store: String,
        /// Store that receives.
        to_store: String,
        /// The SKU.
        item_code: String,
        /// Units that left or arrived, positive.
        quantity: Quantity,
        /// Who says so.
        side: Side,
    }
}

impl Transfer {
    /// The store that says so: the one whose shelf it is.
    pub fn store(&self) -> &str {
        match self.side {
            Side::Sent => &self.from_store,
            Side::Received => &self.to_store,
        }
    }

    /// Units that the store of this side has more of afterwards: fewer where the goods left.
    pub fn moved(&self) -> Quantity {
        match self.side {
            Side::Sent => -self.quantity,
            Side::Received => self.quantity,
        }
    }
}

record! {
    /// A store, as a master file lists it.
    Stores StoreRow {
        /// Its code.
        code: String,
        /// Its name.
        name: String,
        /// What kind of store.
        store_type: Option<String>,
        /// City.
        city: Option<String>,
        /// Tax region (`GB`, `CA-QC`, …).
        region: Option<String>,
        /// IANA time zone.
        zone: Option<String>,
        /// ISO currency.
        currency: Option<String>,
        /// Street address.
        address: Option<String>,
        /// Postal code.
        postal_code: Option<String>,
        /// First day that is expected of it.
        starts: Option<NaiveDate>,
    }
}

record! {
    /// A cash drawer.
    Drawers DrawerRow {
        /// Its name: the unit that balances.
        unit: String,
        /// Its tills, separated by blanks.
        tills: String,
    }
}

record! {
    /// Someone who works in a store.
    Employees Employee {
        /// Their code on the till.
        code: Person,
        /// First name: personal data, kept in `person` only.
        first_name: Option<Person>,
        /// Last name: personal data, kept in `person` only.
        last_name: Option<Person>,
        /// What they do.
        role: Option<String>,
    }
}

record! {
    /// Someone who buys, where a till knows its customers.
    Customers Customer {
        /// Their code on the till.
        code: Person,
        /// First name: personal data, kept in `person` only.
        first_name: Option<Person>,
        /// Last name: personal data, kept in `person` only.
        last_name: Option<Person>,
        /// E-mail address: personal data, kept in `person` only.
        email: Option<Person>,
        /// Telephone number: personal data, kept in `person` only.
        phone: Option<Person>,
        /// What sort of customer (`member`, `trade`, …).
        category: Option<String>,
    }
}

record! {
    /// Who delivers: a firm, not a person.
    Suppliers Supplier {
        /// Its code.
        code: String,
        /// Its name, as delivery notes have it.
        name: String,
        /// Days from an order to its delivery.
        lead_days: Option<i64>,
        /// The least that an order must come to.
        order_minimum: Option<Money>,
    }
}

record! {
    /// The rate of one tax in one region for one category of goods, from a day on.
    TaxRates TaxRateRow {
        /// Region (`GB`, `CA-QC`, …).
        region: String,
        /// Category (`standard`, `reduced`, `zero`, `exempt`, …).
        category: String,
        /// Name of the tax (`VAT`, `GST`, `QST`, …): a region and category may have several at once.
        tax: String,
        /// In percent.
        rate: Rate,
        /// First day.
        from: NaiveDate,
        /// Last day, when it ended.
        until: Option<NaiveDate>,
        /// Where the rate is published.
        source: Option<String>,
    }
}

record! {
    /// A day on which a store's hours differ from its week.
    Calendar CalendarDay {
        /// The day.
        date: NaiveDate,
        /// Open or not.
        open: bool,
        /// Why.
        reason: Option<String>,
    }
}
