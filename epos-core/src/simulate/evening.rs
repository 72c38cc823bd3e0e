//! An evening of a store: what its tills and people wrote down, the files they made of it, and the mails these came in.

use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::Simulation;
use super::damage::Damage;
use super::dice::Dice;
use super::fault::{Family, FaultClass, Faults, Truth};
use super::pack::{Entry, zip};
use super::plan::{Cell, tomorrow};
use super::till::{TillDay, moment};
use super::wrong::Changed;
use crate::mail::{self, Letter};
use crate::model::{Batch, Key, Kind, Money, Quantity, utc_of};

const POST: u64 = 60;

/// A store-day with everything that was sent of it.
#[derive(Debug, Clone)]
pub struct Evening {
    /// The store's code.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// What was written down: one batch for each till, one for the store.
    pub batches: Arc<[Batch]>,
    /// The mails.
    pub posts: Vec<Post>,
    /// What is wrong with it, if anything.
    pub truth: Option<Truth>,
    /// The day's true takings.
    pub takings: Money,
    /// Transactions rung.
    pub transactions: usize,
}

/// A mail.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its file's name in a maildir: mails are read in the order of these.
    pub name: String,
    from: String,
    to: String,
    subject: String,
    sent: NaiveDateTime,
    text: String,
    files: Vec<File>,
    wrap: Wrap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Plain,
    Zipped,
    Forwarded,
}

/// A file of a mail.
#[derive(Debug, Clone)]
struct File {
    name: String,
    layout: &'static str,
    batches: Arc<[Batch]>,
    damage: Option<Damage>,
}

/// What writes rows in a layout: `format::write`, with the layouts at hand.
pub type Writer<'w> = dyn Fn(&[Batch], &str) -> Vec<u8> + 'w;

impl Post {
    /// The bytes of the mail.
    pub fn write(&self, writer: &Writer<'_>) -> Vec<u8> {
        let mut files: Vec<(String, Vec<u8>)> = self
            .files
            .iter()
            .map(|file| {
                let bytes = writer(&file.batches, file.layout);
                match file.damage {
                    Some(damage) => {
                        let (bytes, name) = damage.done(bytes, &file.name);
                        (name, bytes)
                    }
                    None => (file.name.clone(), bytes),
                }
            })
            .collect();
        if self.wrap == Wrap::Zipped {
            let entries: Vec<Entry> = files.drain(..).map(|(name, bytes)| Entry { name, bytes, locked: false }).collect();
            files.push(("evening.zip".to_owned(), zip(&entries)));
        }
        let id = format!("{}@{}", self.name, self.to.split('@').nth(1).unwrap_or_default());
        let to = [self.to.clone()];
        let mut mail = Letter {
            from: &self.from,
            to: &to,
            subject: &self.subject,
            date: self.sent,
            id: &id,
            text: &self.text,
            files: &files,
            ..Letter::default()
        };
        if self.wrap == Wrap::Forwarded {
            let inner = mail::write(&mail);
            let (id, subject) = (format!("fw.{id}"), format!("Fw: {}", self.subject));
            (mail.id, mail.subject, mail.text, mail.files) = (&id, &subject, "Forgot to send this to you.", &[]);
            mail.inner = Some(&inner);
            return mail::write(&mail);
        }
        mail::write(&mail)
    }

    /// The names of its files, as they arrive.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.files.iter().map(|file| file.name.clone())
    }
}

/// Which file of an evening holds which kind of rows.
const FILES: [(Kind, &str, &str); 9] = [
    (Kind::Lines, "sales", "sales"),
    (Kind::Tenders, "tenders", "payments"),
    (Kind::CashMovements, "cash_movements", "cash"),
    (Kind::ZReports, "z_report", "z_report"),
    (Kind::ZTotals, "z_totals", "z_totals"),
    (Kind::CashCounts, "cash_count", "count"),
    (Kind::GoodsIn, "goods_in", "delivery"),
    (Kind::Transfers, "transfers", "transfers"),
    (Kind::StockCounts, "stock_count", "stock_count"),
];

impl Evening {
    /// The files that hold its rows, by name, with the layout of each.
    pub fn files(&self) -> Vec<(String, &'static str)> {
        let there = |kind: Kind| self.batches.iter().any(|batch| batch.content.count(kind) > 0);
        let name = |what: &str| format!("{}_{}_{what}.csv", self.store, self.trading_day);
        FILES.iter().filter(|(kind, ..)| there(*kind)).map(|(_, layout, what)| (name(what), *layout)).collect()
    }
}

impl Simulation {
    /// The rows of a store-day with a header for each transaction, for files that have one row for each.
    pub fn headed(&self, store: &str, day: NaiveDate) -> Vec<Batch> {
        let store = self.company.stores.iter().position(|shop| shop.code == store);
        self.with_headers(store.map_or(&[][..], |store| self.plan.of(store, day)))
    }

    /// The rows of every store-day with a header for each transaction, one store-day at a time.
    pub fn all_headed(&self) -> impl Iterator<Item = Vec<Batch>> {
        self.plan.store_days().map(|cells| self.with_headers(cells))
    }

    fn with_headers(&self, cells: &[Cell]) -> Vec<Batch> {
        let days = cells.iter().filter_map(|cell| self.till_day(cell));
        days.map(|day| {
            let mut content = self.content(&day);
            content.headers = day.sales.iter().map(|sold| self.header(&day, sold).into()).collect();
            Batch { key: self.key(&day), content }
        })
        .collect()
    }

    /// Every evening, day by day, made one at a time.
    pub fn evenings<'s>(&'s self, faults: &'s Faults) -> impl Iterator<Item = Evening> + 's {
        self.plan.store_days().filter_map(move |cells| self.made(cells, faults))
    }

    /// The evening of one store, whatever else was made before; `None` when it is closed.
    pub fn evening(&self, store: &str, day: NaiveDate, faults: &Faults) -> Option<Evening> {
        let store = self.company.stores.iter().position(|shop| shop.code == store)?;
        self.made(self.plan.of(store, day), faults)
    }

    fn made(&self, cells: &[Cell], faults: &Faults) -> Option<Evening> {
        let first = cells.first()?;
        let shop = self.company.stores.get(first.store)?;
        let mut days: Vec<TillDay> = cells.iter().filter_map(|cell| self.till_day(cell)).collect();
        let takings = self.takings(&days);
        let transactions = days.iter().map(|day| day.sales.len()).sum();
        let before = self.plan.earlier(first, 1);
        let yesterday = before.and_then(|before| Some((*before, faults.on(self, before)?)));
        for day in &mut days {
            let Some((before, class)) = &yesterday else { continue };
            let earlier = Cell { ..*self.plan.earlier(&day.cell, 1).unwrap_or(before) };
            if *class == FaultClass::ForgottenZ || day.cell.till == 0 {
                self.morning_after(*class, &earlier, day);
            }
        }
        let mut fault = faults.on(self, first);
        let right = fault.map(|_| days.clone());
        let mut changed = Changed { identifiable: true, ..Changed::default() };
        if let Some(class) = fault.filter(|class| matches!(class.family(), Family::Money | Family::Control | Family::NearMiss)) {
            let to_rows = matches!(class, FaultClass::DuplicateLine | FaultClass::MissingRows);
            match self.wrong(class, &mut days) {
                Some(what) => changed = what,
                None if to_rows => {}
                None => {
                    days = right.clone().unwrap_or_default();
                    fault = None;
                }
            }
        }
        let mut batches: Vec<Batch> = days.iter().map(|day| Batch { key: self.key(day), content: self.content(day) }).collect();
        let shelves = self.shelves(first);
        if !shelves.is_empty() {
            let key = Key { store: shop.code.clone(), till: String::new(), trading_day: first.day };
            batches.push(Batch { key, content: shelves });
        }
        let mut evening = Evening {
            store: shop.code.clone(),
            trading_day: first.day,
            batches: Arc::default(),
            posts: Vec::new(),
            truth: None,
            takings: if fault == Some(FaultClass::PriceOverride) { self.takings(&days) } else { takings },
            transactions,
        };
        let sent = self.sent_at(first);
        if let Some(class) = fault {
            fault = self.in_rows(class, first, &mut batches, &mut changed);
        }
        evening.batches = batches.into();
        let mut post = self.post(first, sent, &evening.batches);
        if let Some((before, FaultClass::TwoDaysInOneFile)) = yesterday
            && let Some(earlier) = self.evening(&shop.code, before.day, &Faults::none()).filter(|_| self.follows(&before))
        {
            let both: Arc<[Batch]> = earlier.batches.iter().chain(evening.batches.iter()).cloned().collect();
            for file in post.files.iter_mut().filter(|file| matches!(file.layout, "sales" | "tenders")) {
                file.batches = both.clone();
            }
        }
        if fault.is_none()
            && let Some(guest) = self.guest(first, faults)
        {
            post.files.extend(guest.posts.into_iter().flat_map(|post| post.files));
        }
        evening.posts.push(post);
        if fault == Some(FaultClass::TwoStoresInOneMail) {
            fault = self.host(first, faults).map(|_| FaultClass::TwoStoresInOneMail);
        }
        if let Some(class) = fault {
            fault = self.in_post(class, first, right.as_deref(), &mut evening, &mut changed);
        }
        evening.truth = fault.map(|class| Truth {
            class,
            store: shop.code.clone(),
            till: match class.family() {
                Family::Money | Family::Control => shop.tills.get(changed.till).cloned().unwrap_or_default(),
                _ => String::new(),
            },
            trading_day: first.day,
            amount: changed.amount.map(Money::cents),
            rows: changed.rows,
            difficulty: class.difficulty(),
            identifiable: changed.identifiable,
            documents: evening.posts.iter().flat_map(Post::names).collect(),
            takings: evening.takings,
        });
        Some(evening)
    }

    /// The store before this one, when it sends the files of both: it is open, and nothing else is wrong with its own mail.
    fn host(&self, cell: &Cell, faults: &Faults) -> Option<&Cell> {
        let stores = self.company.stores.len();
        let host = self.plan.of((cell.store + stores - 1) % stores, cell.day).first().filter(|host| host.store != cell.store)?;
        let before = self.plan.earlier(host, 1).and_then(|before| faults.on(self, before));
        (faults.on(self, host).is_none() && before != Some(FaultClass::TwoDaysInOneFile)).then_some(host)
    }

    /// The evening of the next store, when its files come with this one's.
    fn guest(&self, cell: &Cell, faults: &Faults) -> Option<Evening> {
        let guest = self.plan.of((cell.store + 1) % self.company.stores.len(), cell.day).first()?;
        let both = faults.on(self, guest) == Some(FaultClass::TwoStoresInOneMail) && self.host(guest, faults) == Some(cell);
        let store = self.company.stores.get(guest.store).filter(|_| both)?;
        self.evening(&store.code, cell.day, &Faults::none())
    }

    /// Is the store's next open day the next day of the calendar?
    fn follows(&self, cell: &Cell) -> bool {
        self.plan.on_open_day(cell, cell.open_day + 1).is_some_and(|next| next.day == tomorrow(cell.day))
    }

    /// When the store's mail goes out, UTC: some time after closing.
    fn sent_at(&self, cell: &Cell) -> NaiveDateTime {
        let shop = self.company.stores.get(cell.store);
        let closes = shop.map_or(64_800, |shop| shop.span().1);
        let mut dice = Dice::new(self.seed, &[POST, cell.store as u64, u64::from(cell.open_day)]);
        // The count is in the file, so the mail is later than that.
        let local = moment(cell.day, closes + 1_260 + dice.below(1_140) as u32);
        shop.and_then(|shop| utc_of(local, &shop.zone)).unwrap_or(local)
    }

    fn post(&self, cell: &Cell, sent: NaiveDateTime, batches: &Arc<[Batch]>) -> Post {
        let (code, domain) = (self.company.stores.get(cell.store).map_or("", |shop| &shop.code), &self.company.domain);
        let person = self.employees.iter().find(|of| of.store == cell.store).map_or("", |of| of.first);
        let files = FILES
            .iter()
            .filter(|(kind, ..)| batches.iter().any(|batch| batch.content.count(*kind) > 0))
            .map(|(_, layout, what)| File {
                name: format!("{code}_{}_{what}.csv", cell.day),
                layout,
                batches: batches.clone(),
                damage: None,
            })
            .collect();
        Post {
            name: format!("{}.{code}.{}", sent.and_utc().timestamp(), cell.day.format("%Y%m%d")),
            from: format!("{code}@{domain}").to_lowercase(),
            to: format!("sales@{domain}"),
            subject: format!("{} {}", cell.day.format("%A"), cell.day.format("%-d %B")),
            sent,
            text: format!("Good evening,\r\nhere are the files of {}.\r\n{person}\r\n", cell.day.format("%A")),
            files,
            wrap: Wrap::Plain,
        }
    }

    /// Faults in the rows of files. Gives the class back when the rows offered a place for it.
    fn in_rows(&self, class: FaultClass, cell: &Cell, batches: &mut [Batch], changed: &mut Changed) -> Option<FaultClass> {
        use FaultClass as F;
        let mut dice = Dice::new(self.seed, &[POST, 1, cell.store as u64, u64::from(cell.open_day)]);
        match class {
            F::DuplicateLine => {
                let lines = &mut batches.first_mut()?.content.lines;
                let at = dice.position(lines.len());
                let line = lines.get(at).filter(|line| line.kind == crate::model::SaleKind::Sale)?.clone();
                (changed.amount, changed.rows) = (Some(super::catalogue::cents(line.line_total)), 2);
                changed.number = line.number.parse().ok();
                lines.insert(at, line);
            }
            F::MissingRows => {
                let content = &mut batches.first_mut()?.content;
                let numbers: Vec<String> = content
                    .lines
                    .iter()
                    .filter(|line| line.kind == crate::model::SaleKind::Sale && line.line == Some(1))
                    .map(|line| line.number.clone())
                    .collect();
                let number = numbers.get(1 + dice.position(numbers.len().checked_sub(2)?))?.clone();
                let total: Money = content.lines.iter().filter(|line| line.number == number).map(|line| line.line_total).sum();
                changed.rows = content.lines.iter().filter(|line| line.number == number).count();
                changed.amount = Some(-super::catalogue::cents(total));
                changed.number = number.parse().ok();
                content.lines.retain(|line| line.number != number);
                content.tenders.retain(|tender| tender.number != number);
            }
            F::BarcodeDestroyed => {
                let lines = batches.iter_mut().flat_map(|batch| &mut batch.content.lines);
                let mut codes = lines.filter_map(|line| line.record.item_code.as_mut()).filter(|code| code.starts_with('5'));
                let code = codes.next()?;
                *code = format!("{}.{}E+12", code.get(..1)?, code.get(1..6)?);
                changed.rows = 1;
            }
            F::ZerosLost => {
                let lines = batches.iter_mut().flat_map(|batch| &mut batch.content.lines);
                let codes = lines.filter_map(|line| line.record.item_code.as_mut());
                for code in codes.filter(|code| code.starts_with('0')) {
                    *code = code.trim_start_matches('0').to_owned();
                    changed.rows += 1;
                }
                (changed.rows > 0).then_some(())?;
            }
            F::TwoStores => {
                let other = self.company.stores.get((cell.store + 1) % self.company.stores.len())?;
                (other.code != self.company.stores.get(cell.store)?.code).then_some(())?;
                let first = batches.first_mut()?;
                // A batch is one store's: the till's last lines are said to be the other's.
                changed.rows = first.content.lines.len();
                first.key.store = other.code.clone();
            }
            F::MissedDelivery => {
                let content = &mut batches.last_mut()?.content;
                (!content.goods_in.is_empty()).then_some(())?;
                changed.rows = content.goods_in.len();
                content.goods_in.clear();
            }
            F::PackAsSingle => {
                let pack = |code: &str| {
                    let item = self.items.iter().find(|item| item.code == code)?;
                    self.company.categories.get(item.category).map(|category| i64::from(category.pack)).filter(|pack| *pack > 1)
                };
                let units = |quantity: Quantity| quantity.ten_thousandths() / 10_000;
                let rows = &mut batches.last_mut()?.content.goods_in;
                let (row, packs) = rows.iter_mut().find_map(|row| {
                    let packs = units(row.record.quantity) / pack(&row.record.item_code)?;
                    (packs > 0).then_some((row, packs))
                })?;
                row.record.quantity = Quantity::units(packs);
                changed.rows = 1;
            }
            F::CountError => {
                let rows = &mut batches.last_mut()?.content.stock_counts;
                let at = dice.position(rows.len());
                let row = rows.get_mut(at)?;
                row.record.counted += Quantity::units(if dice.chance(5_000) { 10 } else { -9 });
                changed.rows = 1;
            }
            _ => {}
        }
        Some(class)
    }

    /// Faults in files and mails. Gives the class back when there was a place for it.
    fn in_post(
        &self,
        class: FaultClass,
        cell: &Cell,
        right: Option<&[TillDay]>,
        evening: &mut Evening,
        changed: &mut Changed,
    ) -> Option<FaultClass> {
        use FaultClass as F;
        let takings = evening.takings;
        let code = evening.store.clone();
        let put_off = |post: &mut Post, days: i64| {
            post.sent += Duration::days(days);
            post.name = format!("{}.{code}.{}", post.sent.and_utc().timestamp(), cell.day.format("%Y%m%d"));
        };
        let damage = |evening: &mut Evening, damage: Damage| {
            let file = evening.posts.first_mut()?.files.iter_mut().find(|file| file.layout == "sales")?;
            file.damage = Some(damage);
            Some(class)
        };
        let whole = |changed: &mut Changed| changed.amount = Some(-super::catalogue::cents(takings));
        match class {
            F::Late => {
                put_off(evening.posts.first_mut()?, 3);
                whole(changed);
            }
            F::Never | F::TwoStoresInOneMail => {
                evening.posts.clear();
                whole(changed);
            }
            F::Twice => {
                let mut again = evening.posts.first()?.clone();
                put_off(&mut again, 1);
                again.name.push_str(".again");
                evening.posts.push(again);
                changed.amount = Some(super::catalogue::cents(takings));
            }
            F::Corrected => {
                let last = evening.batches.first()?.content.lines.iter().rev().find(|line| line.line == Some(1))?.number.clone();
                let mut short: Vec<Batch> = evening.batches.to_vec();
                for batch in &mut short {
                    batch.content.lines.retain(|line| line.number != last);
                    batch.content.tenders.retain(|tender| tender.number != last);
                }
                let short: Arc<[Batch]> = short.into();
                let mut early = evening.posts.first()?.clone();
                early.files.iter_mut().for_each(|file| file.batches = short.clone());
                let post = evening.posts.first_mut()?;
                post.sent += Duration::minutes(25);
                post.name = format!("{}.{code}.{}", post.sent.and_utc().timestamp(), cell.day.format("%Y%m%d"));
                post.files.retain(|file| matches!(file.layout, "sales" | "tenders"));
                post.text = "Sorry, the last sale was missing. Here it is again.\r\n".to_owned();
                post.subject = format!("Corrected: {}", post.subject);
                evening.posts.insert(0, early);
                changed.rows = 1;
            }
            F::RetypedCount => {
                let right: Vec<Batch> =
                    right?.iter().map(|day| Batch { key: self.key(day), content: self.content(&self.settled(day)) }).collect();
                let right: Arc<[Batch]> = right.into();
                let mut again = evening.posts.first()?.clone();
                again.sent += Duration::minutes(20);
                again.name = format!("{}.{code}.{}", again.sent.and_utc().timestamp(), cell.day.format("%Y%m%d"));
                again.files.retain(|file| matches!(file.layout, "z_report" | "cash_count"));
                for file in &mut again.files {
                    file.batches = right.clone();
                    file.name = file.name.replace(".csv", "_2.csv");
                }
                evening.posts.push(again);
            }
            F::WrongDayInName => {
                let (own, other) = (cell.day.to_string(), (cell.day - Duration::days(1)).to_string());
                let post = evening.posts.first_mut()?;
                let file = post.files.iter_mut().find(|file| file.layout == "sales")?;
                file.name = file.name.replace(&own, &other);
            }
            F::TwoDaysInOneFile => {
                self.follows(cell).then_some(())?;
                evening.posts.first_mut()?.files.retain(|file| !matches!(file.layout, "sales" | "tenders"));
            }
            F::UnknownSender => evening.posts.first_mut()?.from = format!("volunteer.{code}@mail.example").to_lowercase(),
            F::ColumnsRenamed => return damage(evening, Damage::RenameColumns),
            F::ColumnsMoved => return damage(evening, Damage::MoveColumns),
            F::DateOrder => return damage(evening, Damage::SwapDates),
            F::DecimalComma => return damage(evening, Damage::DecimalComma),
            F::Truncated => return damage(evening, Damage::Truncate),
            F::TotalsRow => return damage(evening, Damage::TotalsRow),
            F::OtherType => return damage(evening, Damage::WebPage),
            F::Locked => return damage(evening, Damage::Lock),
            F::Macros => return damage(evening, Damage::Macros),
            F::EmptyAttachment => return damage(evening, Damage::Empty),
            F::Photo => return damage(evening, Damage::Photo),
            F::MailTwice => {
                let mut again = evening.posts.first()?.clone();
                again.name.push_str(".dup");
                evening.posts.push(again);
            }
            F::MailReordered => {
                // Delivered behind tomorrow's, although it says that it was sent before.
                let next = self.plan.on_open_day(cell, cell.open_day + 1)?;
                let behind = self.sent_at(next) + Duration::minutes(30);
                evening.posts.first_mut()?.name = format!("{}.{code}.late", behind.and_utc().timestamp());
            }
            F::MailDelayed => {
                let post = evening.posts.first_mut()?;
                let behind = post.sent + Duration::days(2);
                post.name = format!("{}.{code}.held-up", behind.and_utc().timestamp());
            }
            F::MailForwarded => evening.posts.first_mut()?.wrap = Wrap::Forwarded,
            F::MailZipped => evening.posts.first_mut()?.wrap = Wrap::Zipped,
            _ => {}
        }
        Some(class)
    }

    /// The same till day, counted exactly.
    fn settled(&self, day: &TillDay) -> TillDay {
        let mut day = day.clone();
        for tender in &mut day.tenders {
            tender.counted = Some(tender.expected);
        }
        self.count_pieces(&mut day);
        day
    }

    /// `epos.toml` of the company: stores, senders, hours, what must come.
    pub fn configuration(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        let company = &self.company;
        let now = self.to + Duration::days(5);
        let _ = writeln!(
            text,
            "# {}: made by `epos simulate`.\n\nnow = \"{now}T09:00:00\"\ndatabase = \"sqlite:epos.db\"\ninbox = \"maildir:inbox\"\n\
             archive = \"archive\"\noutput = \"out\"\nmasters = [{}]\n\n[policy]\ndue = \"23:59:00\"\nold_days = 4000",
            company.name,
            self.master_files().iter().map(|(name, _)| format!("\"{name}.csv\"")).collect::<Vec<_>>().join(", "),
        );
        let _ = writeln!(text, "\n[policy.tenders]");
        for mode in &company.tenders {
            let _ = writeln!(text, "\"{}\" = \"{}\"", mode.name.to_lowercase(), mode.class);
        }
        for shop in &company.stores {
            let list = |items: Vec<String>| items.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ");
            let open = shop.open.iter().map(|day| day.to_string().to_lowercase()).collect();
            let sender = format!("{}@{}", shop.code, company.domain).to_lowercase();
            let _ = write!(
                text,
                "\n[stores.{code:?}]\nname = {name:?}\ncurrency = \"{currency}\"\nregion = \"{region}\"\nzone = \"{zone}\"\nstarts = \"{starts}\"\n\
                 ends = \"{ends}\"\nopen = [{open}]\nhours = \"{hours}\"\ntills = [{tills}]\nsenders = [\"{sender}\"]\n\
                 prices_include_tax = {included}\n",
                code = shop.code,
                name = shop.name,
                currency = shop.currency,
                region = shop.region,
                zone = shop.zone,
                starts = self.from,
                ends = self.to,
                open = list(open),
                hours = shop.hours,
                tills = list(shop.tills.clone()),
                included = shop.prices_include_tax,
            );
            let cutoff = super::till::cutoff(shop);
            if cutoff != chrono::NaiveTime::MIN {
                let _ = writeln!(text, "cutoff = \"{cutoff}\"");
            }
            let closed: Vec<_> = shop.closed.iter().filter(|(day, _)| (self.from..=self.to).contains(day)).collect();
            if !closed.is_empty() {
                let _ = writeln!(text, "\n[stores.{:?}.exceptions]", shop.code);
            }
            for (day, reason) in closed {
                let _ = writeln!(text, "{day} = {{ open = false, reason = {reason:?} }}");
            }
        }
        text
    }
}
