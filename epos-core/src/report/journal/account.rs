//! The accounts that a journal posts to, and what `epos.toml` says of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Money, Rate};

crate::model::words! {
    /// An account of the journal. Its word is its key in `[journal.accounts]`.
    JournalAccount {
        /// Coins and notes in the drawers.
        CashInDrawers = "cash_in_drawers",
        /// Coins and notes in bags and in the safe, on their way to the bank.
        CashInBags = "cash_in_bags",
        /// The bank.
        Bank = "bank",
        /// Card payments that the card company has not paid out.
        CardClearing = "card_clearing",
        /// Card fees.
        CardFees = "card_fees",
        /// Chargebacks.
        Chargebacks = "chargebacks",
        /// Cheques, vouchers, accounts.
        OtherTenders = "other_tenders",
        /// Goods sold, where nobody says whose they were.
        Sales = "sales",
        /// Donated goods sold.
        SalesDonated = "sales_donated",
        /// Goods sold that were bought to sell.
        SalesBoughtIn = "sales_bought_in",
        /// Services sold.
        Services = "services",
        /// What the shop keeps of goods sold for donors.
        Commission = "commission",
        /// Owed to donors for goods sold for them.
        DonorProceeds = "donor_proceeds",
        /// Tax owed.
        Tax = "tax",
        /// Owed to holders of gift cards.
        GiftCards = "gift_cards",
        /// Gift cards loaded or expired without a sale.
        GiftCardsAdjusted = "gift_cards_adjusted",
        /// Paid ahead by customers.
        Deposits = "deposits",
        /// Gifts of money.
        Donations = "donations",
        /// Owed to those who were tipped.
        Tips = "tips",
        /// Cash rounding.
        Rounding = "rounding",
        /// Put into drawers without a sale.
        PaidIn = "paid_in",
        /// Taken out of drawers for expenses.
        PaidOut = "paid_out",
        /// What counts were over or short.
        OverShort = "over_short",
        /// What card machines were over or short.
        CardDifferences = "card_differences",
        /// What drawers gained or lost overnight.
        OvernightDifferences = "overnight_differences",
        /// What the bank found in a bag less what was put in.
        BagDifferences = "bag_differences",
        /// Differences whose reason puts them elsewhere: a sale in the wrong tender comes to nothing here.
        Corrections = "corrections",
        /// What the tills cannot account for: payments less what was to be paid.
        Suspense = "suspense",
    }
}

impl JournalAccount {
    /// Its name for people.
    ///
    /// ```
    /// use epos_core::report::JournalAccount;
    ///
    /// assert_eq!(JournalAccount::CardClearing.title(), "Card clearing");
    /// ```
    pub const fn title(self) -> &'static str {
        match self {
            JournalAccount::CashInDrawers => "Cash in drawers",
            JournalAccount::CashInBags => "Cash in bags and safe",
            JournalAccount::Bank => "Bank",
            JournalAccount::CardClearing => "Card clearing",
            JournalAccount::CardFees => "Card fees",
            JournalAccount::Chargebacks => "Chargebacks",
            JournalAccount::OtherTenders => "Other tenders",
            JournalAccount::Sales => "Sales of goods",
            JournalAccount::SalesDonated => "Sales of donated goods",
            JournalAccount::SalesBoughtIn => "Sales of bought-in goods",
            JournalAccount::Services => "Services",
            JournalAccount::Commission => "Commission on goods of donors",
            JournalAccount::DonorProceeds => "Owed to donors",
            JournalAccount::Tax => "Tax",
            JournalAccount::GiftCards => "Gift cards",
            JournalAccount::GiftCardsAdjusted => "Gift cards loaded or expired",
            JournalAccount::Deposits => "Deposits of customers",
            JournalAccount::Donations => "Donations",
            JournalAccount::Tips => "Tips",
            JournalAccount::Rounding => "Cash rounding",
            JournalAccount::PaidIn => "Paid in",
            JournalAccount::PaidOut => "Paid out",
            JournalAccount::OverShort => "Over/short",
            JournalAccount::CardDifferences => "Card differences",
            JournalAccount::OvernightDifferences => "Overnight differences",
            JournalAccount::BagDifferences => "Bag differences",
            JournalAccount::Corrections => "Tender corrections",
            JournalAccount::Suspense => "Suspense",
        }
    }

    /// Its code when `epos.toml` gives none: 1000s are assets, 2000s liabilities, 4000s income, 7000s costs.
    ///
    /// ```
    /// use epos_core::report::JournalAccount;
    ///
    /// assert_eq!(JournalAccount::Bank.code(), "1200");
    /// assert!(JournalAccount::GiftCards.code().starts_with('2'), "what is owed to customers is a liability");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            JournalAccount::Bank => "1200",
            JournalAccount::CashInDrawers => "1210",
            JournalAccount::CashInBags => "1220",
            JournalAccount::CardClearing => "1250",
            JournalAccount::OtherTenders => "1260",
            JournalAccount::Tax => "2200",
            JournalAccount::GiftCards => "2210",
            JournalAccount::Deposits => "2220",
            JournalAccount::DonorProceeds => "2230",
            JournalAccount::Tips => "2240",
            JournalAccount::Sales => "4000",
            JournalAccount::SalesDonated => "4010",
            JournalAccount::SalesBoughtIn => "4020",
            JournalAccount::Services => "4030",
            JournalAccount::Commission => "4040",
            JournalAccount::Donations => "4100",
            JournalAccount::PaidIn => "4200",
            JournalAccount::GiftCardsAdjusted => "4210",
            JournalAccount::CardFees => "7100",
            JournalAccount::Chargebacks => "7110",
            JournalAccount::PaidOut => "7200",
            JournalAccount::Rounding => "7300",
            JournalAccount::OverShort => "7310",
            JournalAccount::CardDifferences => "7320",
            JournalAccount::OvernightDifferences => "7330",
            JournalAccount::BagDifferences => "7340",
            JournalAccount::Corrections => "9990",
            JournalAccount::Suspense => "9999",
        }
    }
}

/// What `[journal]` of `epos.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Journal {
    /// Account codes, where they differ from the default ones.
    pub accounts: BTreeMap<JournalAccount, String>,
    /// What the shop keeps of goods sold for donors, in percent without tax; `None` when nobody says.
    pub commission: Option<Rate>,
    /// What each store owed when the books began, by the store's code.
    pub opening: BTreeMap<String, Owed>,
}

impl Journal {
    /// The code of an account.
    ///
    /// ```
    /// use epos_core::report::{Journal, JournalAccount};
    ///
    /// let mut journal = Journal::default();
    /// journal.accounts.insert(JournalAccount::Bank, "090".into());
    /// assert_eq!(journal.code(JournalAccount::Bank), "090");
    /// assert_eq!(journal.code(JournalAccount::Tax), "2200", "the default");
    /// ```
    pub fn code(&self, account: JournalAccount) -> &str {
        self.accounts.get(&account).map_or(account.code(), String::as_str)
    }
}

/// What a store owed on the evening before its first day in the books; `None` when nobody says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Owed {
    /// To holders of gift cards.
    pub gift_cards: Option<Money>,
    /// To customers who paid ahead.
    pub deposits: Option<Money>,
}
