//! Every code, with its manual page.
//!
//! Letter = family: F file, P product, T transaction, S shift and store-day, K stock, L load. Numbers are never reused.

use super::{Code, Effect, Rule, Severity, rules};

rules! {
    /// The file is none that epos knows: neither delimited text nor a workbook, or no layout fits its headings.
    F001 "unknown-format" Error Refuse;

    /// A column that the layout needs is not in the file.
    F002 "missing-column" Error Refuse;

    /// A cell that must be a number is not one.
    F003 "bad-number" Error Reject;

    /// A cell that must be a date or time is not one.
    F004 "bad-date" Error Reject;

    /// A row has more or fewer cells than the heading, so its columns cannot be trusted.
    F005 "ragged-row" Error Reject;

    /// Two columns have headings of the same field.
    F006 "duplicate-column" Error Refuse;

    /// The text is not UTF-8; it was read as Windows-1252 or UTF-16.
    F007 "encoding" Note Say;

    /// The file holds no rows.
    F008 "empty" Warning Refuse;

    /// The rows name a store that the sender or the file name contradicts, or two stores where only one is expected.
    F009 "two-stores" Error Hold;

    /// The file ends in the middle, or its container is damaged.
    F010 "truncated" Error Refuse;

    /// The workbook is protected by a password.
    F011 "locked" Error Refuse;

    /// The file is past a limit (bytes, rows, sheets, columns, nesting or compression ratio).
    F012 "limit" Error Refuse;

    /// A cell that must be filled is blank.
    F013 "blank-cell" Error Reject;

    /// A cell that must be one of a few words holds another.
    F014 "bad-word" Error Reject;

    /// Nothing says which store the file is of.
    F015 "store-unclear" Error Hold;

    /// Nothing says which day or date order the file is of.
    F016 "date-unclear" Error Hold;

    /// The date in the file's name is not the date of its rows; the rows count.
    F017 "wrong-date-in-name" Warning Say;

    /// The mail's sender is not on any store's list.
    F018 "unknown-sender" Error Hold;

    /// The kind of file is recognised, but this version does not read it.
    F019 "not-read-yet" Note Say;

    /// The workbook carries macros; they were not run.
    F020 "macros" Note Say;

    /// A hidden sheet was not read.
    F021 "hidden-sheet" Note Say;

    /// A totals row at the end was left out of the rows.
    F022 "totals-row" Note Say;

    /// The heading row stands again among the rows and was left out.
    F023 "repeated-header" Note Say;

    /// A number had more decimals than money has and was rounded.
    F024 "repaired-number" Note Say;

    /// Nothing says whether prices include tax, so tax is not checked.
    F025 "tax-mode-unknown" Note Say;

    /// The text holds NUL bytes: it is not text, or it is damaged.
    F026 "nul-bytes" Error Refuse;

    /// An attachment's name holds a path; only its last part was used.
    F027 "unsafe-name" Note Say;

    /// The mail has no attachment.
    F028 "no-attachment" Warning Say;

    /// Two layouts fit the file equally well.
    F029 "ambiguous-layout" Error Hold;

    /// A column is not known to the layout; its cells are kept with the raw document only.
    F030 "unread-column" Note Say;

    /// A cell holds a spreadsheet's error value (#N/A, #REF!, #DIV/0!).
    F031 "error-cell" Error Reject;

    /// A barcode's check digit is wrong: it was mistyped or misread.
    P001 "check-digit" Warning Say;

    /// A spreadsheet turned a barcode into scientific notation; its last digits are lost.
    P002 "destroyed-barcode" Warning Say;

    /// An item code is not in the product list.
    P003 "unknown-sku" Warning Say;

    /// A barcode lost its leading zeros and was mended.
    P004 "lost-leading-zero" Note Say;

    /// An item code has another description than in the product list.
    P005 "reused-code" Warning Say;

    /// A pack names a SKU that the product list does not have.
    P006 "unknown-pack" Warning Say;

    /// An item code stands twice in the product list with different content.
    P007 "duplicate-product" Warning Say;

    /// A line's total is not quantity × price − discount.
    T001 "line-total" Error Say;

    /// A transaction's stated total is not what its lines or parts add up to.
    T002 "transaction-total" Error Say;

    /// A transaction's tenders do not add up to what was to be paid.
    T003 "money-identity" Error Say;

    /// A line's tax is not what its rate gives in the declared mode.
    T004 "line-tax" Warning Say;

    /// A transaction number stands twice with different content.
    T005 "duplicate-number" Error Say;

    /// A refund names no original sale, or one that is not known.
    T006 "refund-without-original" Warning Say;

    /// A row's date lies far from the day its document is of.
    T007 "outside-trading-day" Warning Say;

    /// A refund was written with positive amounts, or a sale with negative ones; the sign was set from its kind.
    T008 "sign" Note Say;

    /// A line sells nothing.
    T009 "zero-quantity" Warning Say;

    /// A date lies in the future.
    T010 "future-date" Error Say;

    /// A date lies very far back.
    T011 "old-date" Warning Say;

    /// Training transactions were counted and left out of all totals.
    T012 "training" Note Say;

    /// The file states totals without their lines; product reports show them as one row.
    T013 "no-line-detail" Note Say;

    /// A stated total cannot be explained by the prices of the items list.
    T014 "stated-total-differs" Warning Say;

    /// More change was given than cash was handed over.
    T015 "change-exceeds-cash" Warning Say;

    /// A transaction has lines but no tender.
    T016 "no-tender" Warning Say;

    /// A discount is larger than what it is taken from.
    T017 "discount-exceeds-line" Warning Say;

    /// A tender belongs to a transaction that has no lines.
    T018 "orphan-tender" Warning Say;

    /// The Z-report's totals are not those of its transactions.
    S001 "z-differs" Error Say;

    /// The drawer holds more or less than it should.
    S002 "over-short" Warning Say;

    /// Transaction numbers are missing.
    S003 "number-gap" Warning Say;

    /// The opening float is not what was left in the drawer the evening before.
    S004 "float-not-carried" Warning Say;

    /// Sales came without the Z-report of their shift.
    S005 "missing-z" Warning Say;

    /// The Z-report came without a count.
    S006 "missing-count" Warning Say;

    /// A kind of file that the store must send has not come.
    S007 "missing-kind" Warning Say;

    /// Nothing came for a day on which the store was open.
    S008 "missing-day" Warning Say;

    /// The same Z number came with two different contents.
    S009 "z-twice" Warning Say;

    /// One Z-report covers two trading days.
    S010 "z-over-days" Note Say;

    /// The drawer cannot be judged while a row, a count or a Z is missing.
    S011 "not-judged" Note Say;

    /// Sales came for a day on which the store was closed.
    S012 "closed-but-sales" Warning Say;

    /// A tender other than cash does not match its declared total.
    S013 "tender-differs" Warning Say;

    /// Small differences of one drawer add up to more than a week's limit.
    S014 "weekly-over-short" Warning Say;

    /// The opening float of a drawer's first day was taken as declared.
    S015 "first-float" Note Say;

    /// The Z-report expects another amount than its transactions give.
    S016 "z-expected-differs" Warning Say;

    /// Coins and notes do not add up to the count, or what is left in the drawer is not the count less what was banked.
    S017 "count-differs" Warning Say;

    /// A shelf would hold fewer than none: a delivery was not recorded, or the wrong pack was scanned.
    K001 "negative-on-hand" Warning Say;

    /// The count is not what the movements give.
    K002 "shrinkage" Warning Say;

    /// Nothing is known of a shelf before its first count or stock file.
    K003 "unknown-on-hand" Note Say;

    /// A stock file's level is not the last level plus the movements since.
    K004 "stock-jump" Warning Say;

    /// Exactly these bytes were loaded before; nothing was changed.
    L001 "already-loaded" Note Say;

    /// The file replaces an earlier one for the same till and day.
    L002 "revision" Note Say;

    /// The file came later than it should.
    L003 "late" Warning Say;

    /// These bytes were replaced by a later file and have come again; nothing was changed.
    L004 "replaced-again" Warning Say;

    /// The rows are those already loaded; nothing was changed.
    L005 "same-content" Note Say;

    /// Rows of the same kind, till and day came in another layout: which counts?
    L006 "same-day-other-source" Warning Hold;

    /// The rows equal those of another day of the same till: is this that day's file with a new date?
    L007 "same-rows-other-day" Warning Say;

    /// An older file came after a newer one; the newer one stays.
    L008 "out-of-order" Note Say;
}
