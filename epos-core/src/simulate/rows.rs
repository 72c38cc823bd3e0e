//! Cents to typed rows: what the files of an evening hold.

use super::catalogue::{Item, cents};
use super::sale::{Rung, Sold};
use super::till::{TillDay, moment};
use super::{Simulation, catalogue};
use crate::model::{
    Batch, CashCount, CashMovement, Class, Content, Customer, Employee, Header, Key, LineItem, Money, Person, Product, Quantity,
    SaleKind, StoreRow, Tender, TenderClass, ZReport, ZTotal,
};

fn some(amount: i64) -> Option<Money> {
    Some(Money::cents(amount))
}

impl Simulation {
    /// Whose rows a till day's are.
    pub(super) fn key(&self, day: &TillDay) -> Key {
        let shop = self.company.stores.get(day.cell.store);
        let till = shop.and_then(|shop| shop.tills.get(day.cell.till));
        Key {
            store: shop.map(|shop| shop.code.clone()).unwrap_or_default(),
            till: till.cloned().unwrap_or_default(),
            trading_day: day.cell.day,
        }
    }

    /// The rows of a till day: line items, tenders, cash movements, the Z-report with its count.
    pub(super) fn content(&self, day: &TillDay) -> Content {
        let mut content = Content::default();
        for sold in &day.sales {
            self.lines_of(day, sold, &mut content.lines);
            self.tenders_of(day, sold, &mut content.tenders);
        }
        for moved in &day.moved {
            let at = moment(day.cell.day, moved.second);
            let movement = CashMovement {
                date: at.date(),
                time: Some(at.time()),
                kind: moved.kind,
                amount: Money::cents(moved.amount),
                reason: Some(moved.reason.to_owned()),
                by: Some(self.person(day.closer)),
                ..CashMovement::default()
            };
            content.cash_movements.push(movement.into());
        }
        if day.z_number > 0 {
            self.z_report(day, &mut content);
        }
        content
    }

    fn z_report(&self, day: &TillDay, content: &mut Content) {
        let moved = |kind| some(day.moved.iter().filter(|moved| moved.kind == kind).map(|moved| moved.amount).sum());
        use crate::model::CashKind::{Drop, Loan, PaidIn, PaidOut};
        for tender in &day.tenders {
            let cash = self.class(tender.mode) == TenderClass::Cash;
            let only = |amount: Option<Money>| amount.filter(|_| cash);
            let row = ZReport {
                z_number: day.z_number.to_string(),
                opened_at: Some(moment(day.since, day.opened)),
                closed_at: Some(moment(day.cell.day, day.closed)),
                closed_by: Some(self.person(day.closer)),
                counted_by: Some(self.person(day.closer)),
                tender: self.tender_name(tender.mode),
                opening_float: only(day.opening.map(Money::cents)),
                expected: some(tender.expected),
                counted: tender.counted.map(Money::cents),
                over_short: tender.counted.map(|counted| Money::cents(counted - tender.expected)),
                paid_in: only(moved(PaidIn)),
                paid_out: only(moved(PaidOut)),
                loans: only(moved(Loan)),
                dropped: only(moved(Drop)),
                banked: only(some(day.banked)),
                closing_float: only(some(day.left)),
                note: day.note.clone().filter(|_| cash),
                ..ZReport::default()
            };
            content.z_reports.push(row.into());
        }
        let totals = &day.totals;
        let total = ZTotal {
            z_number: day.z_number.to_string(),
            gross: some(totals.gross),
            discounts: some(totals.discounts),
            refund_count: Some(totals.refund_count),
            refund_amount: some(totals.refunds),
            net: some(totals.net),
            tax: some(totals.tax),
            void_count: Some(totals.void_count),
            transaction_count: Some(totals.count),
            first_number: (totals.first > 0).then(|| totals.first.to_string()),
            last_number: (totals.last > 0).then(|| totals.last.to_string()),
            ..ZTotal::default()
        };
        content.z_totals.push(total.into());
        for (worth, count) in day.pieces.iter().filter(|(_, count)| *count > 0) {
            let piece = CashCount { z_number: day.z_number.to_string(), denomination: Money::cents(*worth), count: *count };
            content.cash_counts.push(piece.into());
        }
    }

    pub(super) fn tender_name(&self, mode: usize) -> String {
        self.company.tenders.get(mode).map(|mode| mode.name.clone()).unwrap_or_default()
    }

    pub(super) fn person(&self, at: usize) -> Person {
        Person(self.employees.get(at).map(|of| of.code.clone()).unwrap_or_default())
    }

    fn lines_of(&self, day: &TillDay, sold: &Sold, lines: &mut Vec<crate::model::Row<LineItem>>) {
        let at = moment(day.cell.day, sold.second);
        let included = self.company.stores.get(day.cell.store).is_some_and(|shop| shop.prices_include_tax);
        for (position, rung) in (1_i64..).zip(&sold.lines) {
            let item = rung.item.and_then(|at| self.items.get(at));
            let category = item.and_then(|item| self.company.categories.get(item.category));
            let goods = rung.class == Class::Goods;
            let back = rung.kind == SaleKind::Refund;
            let deal = rung.deal.and_then(|at| self.company.promotions.get(at)).map(|deal| deal.name.clone());
            let line = LineItem {
                number: sold.number.to_string(),
                line: Some(position),
                date: at.date(),
                time: Some(at.time()),
                cashier: Some(self.person(sold.cashier)),
                customer: sold.customer.map(|number| Person(catalogue::customer(self.seed, number).code)),
                kind: rung.kind,
                class: rung.class,
                charity: category.and_then(|category| category.charity),
                item_code: item.map(|item| item.code.clone()),
                description: Some(item.map_or_else(|| called(rung).to_owned(), |item| item.name.clone())),
                category: category.map(|category| category.name.clone()),
                quantity: Quantity::units(rung.quantity),
                unit_price: goods.then(|| Money::cents(rung.price)),
                discount_amount: (rung.discount != 0).then(|| Money::cents(rung.discount)),
                discount_reason: (rung.discount != 0 && deal.is_none()).then(|| "offered at the till".to_owned()),
                deal,
                tax_amount: (goods && rung.donor.is_none()).then(|| Money::cents(rung.tax)),
                line_net: (goods && !included).then(|| Money::cents(rung.total - rung.tax)),
                line_total: Money::cents(rung.total),
                original_number: sold.original.filter(|_| back).map(|number| number.to_string()),
                donor: rung.donor.map(|donor| Person(format!("D{donor:04}"))),
                ..LineItem::default()
            };
            lines.push(line.into());
        }
    }

    fn tenders_of(&self, day: &TillDay, sold: &Sold, tenders: &mut Vec<crate::model::Row<Tender>>) {
        let at = moment(day.cell.day, sold.second);
        for paid in &sold.paid {
            let reference = match self.class(paid.mode) {
                TenderClass::GiftCard => paid.reference.map(|number| format!("GC{number:06}")),
                _ => paid.reference.map(|number| format!("{number:06}")),
            };
            let tender = Tender {
                number: sold.number.to_string(),
                date: at.date(),
                time: Some(at.time()),
                tender: self.tender_name(paid.mode),
                amount: Money::cents(paid.amount),
                tendered: paid.tendered.map(Money::cents),
                change: paid.change.map(Money::cents),
                reference,
                ..Tender::default()
            };
            tenders.push(tender.into());
        }
    }

    /// A transaction as a whole, for files that state one row for each.
    pub(super) fn header(&self, day: &TillDay, sold: &Sold) -> Header {
        let at = moment(day.cell.day, sold.second);
        let goods = || sold.lines.iter().filter(|line| line.class == Class::Goods);
        Header {
            number: sold.number.to_string(),
            date: at.date(),
            time: Some(at.time()),
            kind: sold.kind,
            cashier: Some(self.person(sold.cashier)),
            customer: sold.customer.map(|number| Person(catalogue::customer(self.seed, number).code)),
            item_count: Some(goods().map(|line| line.quantity.abs()).sum()),
            subtotal: some(goods().map(|line| line.price * line.quantity).sum()),
            discount: some(goods().map(|line| line.discount).sum()),
            tax: some(goods().map(|line| line.tax).sum()),
            tip: some(sold.of(&[Class::Tip])),
            rounding: some(sold.of(&[Class::Rounding])),
            total: Money::cents(sold.total()),
            original_number: sold.original.map(|number| number.to_string()),
            ..Header::default()
        }
    }

    /// The masters: stores, products, people, customers.
    pub fn masters(&self) -> Content {
        let mut content = Content::default();
        for shop in &self.company.stores {
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let row = StoreRow {
                code: shop.code.clone(),
                name: shop.name.clone(),
                store_type: text(&shop.store_type),
                city: text(&shop.city),
                region: text(&shop.region),
                zone: text(&shop.zone),
                currency: text(&shop.currency),
                address: text(&shop.address),
                postal_code: text(&shop.postal_code),
                starts: Some(self.from),
            };
            content.stores.push(row.into());
        }
        for item in &self.items {
            content.products.push(self.product(item).into());
        }
        for person in &self.employees {
            let name = |text: &str| Some(Person(text.to_owned()));
            let (code, role) = (Person(person.code.clone()), Some(person.role.clone()));
            content.employees.push(Employee { code, first_name: name(person.first), last_name: name(person.last), role }.into());
        }
        for number in 0..self.company.customers {
            let person = catalogue::customer(self.seed, number);
            let email = format!("{}.{}@{}", person.first, person.code, "customers.example").to_lowercase();
            let name = |text: &str| Some(Person(text.to_owned()));
            let customer = Customer {
                code: Person(person.code),
                first_name: name(person.first),
                last_name: name(person.last),
                email: Some(Person(email)),
                phone: None,
                category: Some(person.role),
            };
            content.customers.push(customer.into());
        }
        content
    }

    /// The masters as files: the name of each, which is its layout's too, and its rows.
    pub fn master_files(&self) -> Vec<(&'static str, Batch)> {
        let all = self.masters();
        let of = |name, content| {
            let key = Key { store: String::new(), till: String::new(), trading_day: Key::ALWAYS };
            (name, Batch { key, content })
        };
        let mut files = vec![
            of("stores", Content { stores: all.stores, ..Content::default() }),
            of("products", Content { products: all.products, ..Content::default() }),
            of("employees", Content { employees: all.employees, ..Content::default() }),
        ];
        if !all.customers.is_empty() {
            files.push(of("customers", Content { customers: all.customers, ..Content::default() }));
        }
        files
    }

    fn product(&self, item: &Item) -> Product {
        let category = self.company.categories.get(item.category);
        let own = category.is_some_and(|category| category.own_price);
        Product {
            item_code: item.code.clone(),
            gtin: item.gtin.clone(),
            description: item.name.clone(),
            price: (!own).then(|| Money::cents(item.price)),
            cost: (item.cost > 0).then(|| Money::cents(item.cost)),
            tax_category: category.map(|category| category.tax.clone()),
            category: category.map(|category| category.name.clone()),
            charity: None,
            stocked: Some(category.is_some_and(|category| category.stocked)),
            ..Product::default()
        }
    }

    /// The float of every drawer, in cents.
    pub(super) fn float(&self) -> i64 {
        cents(self.company.float)
    }
}

/// What the till calls money that is no goods.
fn called(rung: &Rung) -> &'static str {
    match rung.class {
        Class::Goods => "Goods",
        Class::Service => "Service",
        Class::GiftCard => "Gift card",
        Class::Deposit => "Deposit",
        Class::Donation => "Donation",
        Class::Tip => "Tip",
        Class::Rounding => "Rounding",
    }
}
