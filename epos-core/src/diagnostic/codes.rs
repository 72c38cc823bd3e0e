//! Every code, with its manual page.
//!
//! Letter = family: F file, P product, T transaction, S shift and store-day, K stock, L load, W watch. Numbers are never reused.

use super::{Code, Effect, Rule, Severity, rules};

rules! {
    /// The file is none that epos knows: neither delimited text nor a workbook, or no layout fits its headings.
    ///
    /// ## What it checks
    /// Every file must be delimited text (CSV and the like) or an Excel workbook, and its headings must fit one layout: the
    /// description of how one till program writes its files.
    ///
    /// ## Why it matters
    /// Nothing in the file can be counted, so its store-day stays incomplete. The file is kept, unread, until a layout fits.
    ///
    /// ## Example
    /// `till-1.csv` has the headings `Foo, Bar, Baz`; no layout knows any of them.
    ///
    /// ## What to do
    /// If it is the wrong file, send the right one. If it is the right one, the till was probably updated: run
    /// `epos layout detect FILE` to see which headings are missing, and add a layout. The file need not be sent again;
    /// `epos reread` reads it from the archive.
    F001 "unknown-format" Error Refuse;

    /// A column that the layout needs is not in the file.
    ///
    /// ## What it checks
    /// Each layout names the columns without which its rows mean nothing, such as the till, the number and the total of a sale.
    /// The headings may differ in case, blanks and punctuation.
    ///
    /// ## Why it matters
    /// Without that column the other cells cannot be told apart safely, so no row is counted.
    ///
    /// ## Example
    /// The layout for sales needs `line_total`; the file has `Qty`, `Price` and `Net`, but no column that means the total.
    ///
    /// ## What to do
    /// Export again with all columns. If only the heading was renamed, add the new name to the layout's aliases and run
    /// `epos reread`.
    F002 "missing-column" Error Refuse;

    /// A cell that must be a number is not one.
    ///
    /// ## What it checks
    /// Amounts, quantities and rates must be written in digits; `1,234.50`, `£1,234.50`, `(3.50)` and `3.50-` are understood.
    ///
    /// ## Why it matters
    /// The row is kept as it is but not counted, and its store-day is not judged until the row is read: a guess could hide a
    /// real difference.
    ///
    /// ## Example
    /// Cell F14 (Total) says `7.5O`, with a letter O in place of a zero.
    ///
    /// ## What to do
    /// Correct that cell and send the whole file again. Nothing is counted twice.
    F003 "bad-number" Error Reject;

    /// A cell that must be a date or time is not one.
    ///
    /// ## What it checks
    /// Dates must exist in the calendar and stand in the file's own order of day, month and year; times are 24 hours or with AM
    /// and PM.
    ///
    /// ## Why it matters
    /// Without a date nobody knows which evening the row belongs to, so it is kept but not counted.
    ///
    /// ## Example
    /// `31/11/2026` has no such day, and `2O/11/2026` holds a letter O.
    ///
    /// ## What to do
    /// Correct the cell and send the whole file again.
    F004 "bad-date" Error Reject;

    /// A row has more or fewer cells than the heading, so its columns cannot be trusted.
    ///
    /// ## What it checks
    /// Every row must have as many cells as the heading; empty cells at the end do not matter.
    ///
    /// ## Why it matters
    /// One comma too many moves every later cell by one: a price would be read as a quantity.
    ///
    /// ## Example
    /// The description `Mug, blue` stands without quotes in a file whose cells are separated by commas.
    ///
    /// ## What to do
    /// Put the text in quotes or remove the comma, or export again. The row is kept meanwhile.
    F005 "ragged-row" Error Reject;

    /// Two columns have headings of the same field.
    ///
    /// ## What it checks
    /// No two columns may mean the same field in one sheet.
    ///
    /// ## Why it matters
    /// epos would have to guess which of the two holds the truth.
    ///
    /// ## Example
    /// A file has both `Total` and `Amount`, which the layout reads as the line's total.
    ///
    /// ## What to do
    /// Remove or rename one of the two columns, or tell the layout which one to take.
    F006 "duplicate-column" Error Refuse;

    /// The text is not UTF-8; it was read as Windows-1252 or UTF-16.
    ///
    /// ## What it checks
    /// Text files are read as UTF-8. When that is impossible, they are read as Windows-1252 or, with its mark at the beginning,
    /// as UTF-16.
    ///
    /// ## Why it matters
    /// Pound signs and accents may look wrong if the guess is wrong; amounts are not touched.
    ///
    /// ## Example
    /// A `£` that is saved as the single byte A3.
    ///
    /// ## What to do
    /// Nothing, as long as names and signs look right. Saving as “CSV UTF-8” avoids the note.
    F007 "encoding" Note Say;

    /// The file holds no rows.
    ///
    /// ## What it checks
    /// A file must have at least one row under its heading.
    ///
    /// ## Why it matters
    /// An empty file is not a report of zero sales: the store-day stays incomplete until somebody says which it is.
    ///
    /// ## Example
    /// The export was started before the day's sales were saved, so only the heading came.
    ///
    /// ## What to do
    /// Export again after the sales are saved. If the store sold nothing because it was closed, say so in its calendar.
    F008 "empty" Warning Refuse;

    /// The rows name a store that the sender or the file name contradicts, or two stores where only one is expected.
    ///
    /// ## What it checks
    /// What the rows, the file name and the sender say of the store must agree. One of them is enough.
    ///
    /// ## Why it matters
    /// Sales booked to the wrong store make two store-days wrong at once. The file is held and is in no total.
    ///
    /// ## Example
    /// The mail comes from Leith Walk, but the rows say Morningside.
    ///
    /// ## What to do
    /// Say which store it is: `epos reread DOCUMENT --store STORE`, or correct the sender's entry in `epos.toml`.
    F009 "two-stores" Error Hold;

    /// The file ends in the middle, or its container is damaged.
    ///
    /// ## What it checks
    /// Workbooks, zips and mails must be whole: their inner table of contents must be readable. JSON and XML must be well formed; the
    /// line and the character where they stop to be are named.
    ///
    /// ## Why it matters
    /// Part of a day is worse than none, because it looks like a day.
    ///
    /// ## Example
    /// An upload was broken off, and the workbook has lost its last half.
    ///
    /// ## What to do
    /// Send the file again. If it comes out the same, export it again from the till.
    F010 "truncated" Error Refuse;

    /// The workbook is protected by a password.
    ///
    /// ## What it checks
    /// Whether the workbook can be opened without a password.
    ///
    /// ## Why it matters
    /// epos knows no passwords and tries none.
    ///
    /// ## Example
    /// The workbook was saved with “Encrypt with password”.
    ///
    /// ## What to do
    /// Save it again without a password and send it again.
    F011 "locked" Error Refuse;

    /// The file is past a limit (bytes, rows, sheets, columns, nesting, compression ratio or the sum of all amounts).
    ///
    /// ## What it checks
    /// Sizes and counts are limited, far above what a shop's evening needs, so that a damaged or hostile file cannot fill the
    /// machine.
    ///
    /// ## Why it matters
    /// Nothing of the file was read, so nothing of it is counted.
    ///
    /// ## Example
    /// A zip of 40 kB that unpacks to 20 GB, or a sheet with 10,000 columns.
    ///
    /// ## What to do
    /// If the file is honest, export a shorter span of days and send the parts one by one.
    F012 "limit" Error Refuse;

    /// A cell that must be filled is blank.
    ///
    /// ## What it checks
    /// Cells without which a row means nothing (number, date, total and the like) must hold something.
    ///
    /// ## Why it matters
    /// The row is kept but not counted, and its store-day is not judged until it is read.
    ///
    /// ## Example
    /// A sale's row has no total.
    ///
    /// ## What to do
    /// Fill the cell and send the whole file again.
    F013 "blank-cell" Error Reject;

    /// A cell that must be one of a few words holds another.
    ///
    /// ## What it checks
    /// Some columns allow only certain words, such as sale, refund or void for the kind of a row.
    ///
    /// ## Why it matters
    /// A word that nobody understands could mean money in or money out.
    ///
    /// ## Example
    /// The kind of a row is `Retour`.
    ///
    /// ## What to do
    /// Use one of the words that the message lists, or add the till's own word to the layout.
    F014 "bad-word" Error Reject;

    /// Nothing says which store the file is of.
    ///
    /// ## What it checks
    /// A store can be named by a column, by the file's name, or by the sender's entry in `epos.toml`. One is enough.
    ///
    /// ## Why it matters
    /// Until the store is known the file is held: it is archived, but in no total.
    ///
    /// ## Example
    /// A file `sales.csv` without a store column, from an address that no store lists.
    ///
    /// ## What to do
    /// Run `epos reread DOCUMENT --store STORE`, and add the sender to that store in `epos.toml` so that it is known next time.
    F015 "store-unclear" Error Hold;

    /// Nothing says which day or date order the file is of.
    ///
    /// ## What it checks
    /// Either a date in the file proves the order (a day after the 12th), or the layout says it; a file without dates needs one
    /// in its name.
    ///
    /// ## Why it matters
    /// 03/04 is in March or in April. A guess puts sales on a wrong evening, so the file is held.
    ///
    /// ## Example
    /// All dates of a file are between 01/02 and 12/11, and its layout names no order.
    ///
    /// ## What to do
    /// Set `date_order = "dmy"` (or `mdy`, `ymd`) in the layout, or run `epos reread DOCUMENT --date DATE`.
    F016 "date-unclear" Error Hold;

    /// The date in the file's name is not the date of its rows; the rows count.
    ///
    /// ## What it checks
    /// The date in a file's name is compared with the dates of its rows.
    ///
    /// ## Why it matters
    /// A wrong name is harmless; an old file sent under a new name is not, so somebody should look once.
    ///
    /// ## Example
    /// `till-1_2026-11-20.csv` holds only sales of 2026-11-19.
    ///
    /// ## What to do
    /// If the rows are right there is nothing to do. If an old export was sent by mistake, send the right one.
    F017 "wrong-date-in-name" Warning Say;

    /// The mail's sender is not on any store's list.
    ///
    /// ## What it checks
    /// Only addresses that a store lists as its senders are taken without question.
    ///
    /// ## Why it matters
    /// Anybody can send a mail. Its files are archived and held, and no figures are sent back.
    ///
    /// ## Example
    /// A volunteer sends the files from a private address.
    ///
    /// ## What to do
    /// If you know the sender, add the address to `senders` of the store in `epos.toml`; the held files are then read by
    /// themselves.
    F018 "unknown-sender" Error Hold;

    /// The kind of file is recognised, but this version does not read it.
    ///
    /// ## What it checks
    /// Some kinds of file are known by their look but cannot be read yet.
    ///
    /// ## Why it matters
    /// Nothing of it is counted, and you should not believe otherwise.
    ///
    /// ## Example
    /// A web page that is called `sales.xls`, or an XML file that is no POSLog.
    ///
    /// ## What to do
    /// Export the same data as CSV or as a workbook. The file is kept for a later version.
    F019 "not-read-yet" Note Say;

    /// The workbook carries macros; they were not run.
    ///
    /// ## What it checks
    /// Whether the workbook holds macros.
    ///
    /// ## Why it matters
    /// Macros can do anything, so epos never runs them. Cells that only a macro would fill stay as they were saved.
    ///
    /// ## Example
    /// An `.xlsm` workbook.
    ///
    /// ## What to do
    /// Nothing, if the cells show the figures when the file is opened without macros.
    F020 "macros" Note Say;

    /// A hidden sheet was not read.
    ///
    /// ## What it checks
    /// Hidden sheets are left out.
    ///
    /// ## Why it matters
    /// They often hold last month's rows or lists for menus, which would be counted twice.
    ///
    /// ## Example
    /// A workbook has the sheet `Sales` and a hidden sheet `Sales old`.
    ///
    /// ## What to do
    /// Nothing, unless today's rows are in it: then unhide the sheet, save and send again.
    F021 "hidden-sheet" Note Say;

    /// A totals row at the end was left out of the rows.
    ///
    /// ## What it checks
    /// A last row whose amounts are the sums of the rows above it is not a sale.
    ///
    /// ## Why it matters
    /// Counting it would double the day.
    ///
    /// ## Example
    /// The last row says `Total` and 412.30.
    ///
    /// ## What to do
    /// Nothing.
    F022 "totals-row" Note Say;

    /// The heading row stands again among the rows and was left out.
    ///
    /// ## What it checks
    /// A row that repeats the heading is not a sale.
    ///
    /// ## Why it matters
    /// It shows that two exports were joined by hand; both may hold the same sales.
    ///
    /// ## Example
    /// Row 88 says `Number, Date, Total` again.
    ///
    /// ## What to do
    /// Check that the two parts are not the same rows twice.
    F023 "repeated-header" Note Say;

    /// A number had more decimals than money has and was rounded.
    ///
    /// ## What it checks
    /// Amounts may have as many decimals as epos keeps (four).
    ///
    /// ## Why it matters
    /// Spreadsheets calculate in binary and may leave a trace such as 7.4999999; the rounding is said so that it is never
    /// silent.
    ///
    /// ## Example
    /// A formula gave 7.499999 where 7.50 was meant.
    ///
    /// ## What to do
    /// Nothing, if the rounded amount is the right one.
    F024 "repaired-number" Note Say;

    /// Nothing says whether prices include tax, so tax is not checked.
    ///
    /// ## What it checks
    /// Tax is checked only when the layout or the store says whether prices include it.
    ///
    /// ## Why it matters
    /// The same figures are right in one case and wrong in the other, and a guess would raise an alarm on every line.
    ///
    /// ## Example
    /// 12.00 with 20 % and tax 2.00 is right when the price includes tax; with tax 2.40 it is right when it does not.
    ///
    /// ## What to do
    /// Set `prices_include_tax = true` or `false` for the store in `epos.toml`, or in the layout.
    F025 "tax-mode-unknown" Note Say;

    /// The text holds NUL bytes: it is not text, or it is damaged.
    ///
    /// ## What it checks
    /// Text files hold no zero bytes.
    ///
    /// ## Why it matters
    /// They are the mark of a damaged disk, of a broken transfer, or of a file that only has the name of a text file.
    ///
    /// ## Example
    /// A till lost power while it was writing, and the end of the file is filled with zeros.
    ///
    /// ## What to do
    /// Export the file again and send it.
    F026 "nul-bytes" Error Refuse;

    /// An attachment's name holds a path; only its last part was used.
    ///
    /// ## What it checks
    /// Names of attachments and of files in zips may not hold folders.
    ///
    /// ## Why it matters
    /// A name such as `../../x` could write outside its folder. epos never uses it as a path.
    ///
    /// ## Example
    /// An attachment is called `C:\exports\till-1.csv`.
    ///
    /// ## What to do
    /// Nothing.
    F027 "unsafe-name" Note Say;

    /// The mail has no attachment.
    ///
    /// ## What it checks
    /// A mail to the inbox should bring at least one file.
    ///
    /// ## Why it matters
    /// The sender believes that the files are on their way, but nothing came.
    ///
    /// ## Example
    /// “Here are Friday's files”, and the files were forgotten.
    ///
    /// ## What to do
    /// Answer the mail with the files attached.
    F028 "no-attachment" Warning Say;

    /// Two layouts fit the file equally well.
    ///
    /// ## What it checks
    /// The headings must fit one layout better than any other.
    ///
    /// ## Why it matters
    /// Two layouts may read the same column as different things, so the file is held.
    ///
    /// ## Example
    /// A file with only `Number, Date, Total` fits both the layout of sales and that of tenders.
    ///
    /// ## What to do
    /// Name the layout: `epos reread DOCUMENT --layout LAYOUT`, or give the sender or the file-name pattern in `epos.toml`.
    F029 "ambiguous-layout" Error Hold;

    /// A column is not known to the layout; its cells are kept with the raw document only.
    ///
    /// ## What it checks
    /// Headings that the layout does not know are listed.
    ///
    /// ## Why it matters
    /// Nothing is lost, but a new column may hold something that matters, such as a tip.
    ///
    /// ## Example
    /// After an update the till writes one more column, `Service charge`.
    ///
    /// ## What to do
    /// Nothing, if the column does not matter. Otherwise add it to the layout and run `epos reread`.
    F030 "unread-column" Note Say;

    /// A cell holds a spreadsheet's error value (#N/A, #REF!, #DIV/0!).
    ///
    /// ## What it checks
    /// Cells of a workbook must hold values and not the mark of a failed formula.
    ///
    /// ## Why it matters
    /// The figure is not in the file, so the row is kept but not counted.
    ///
    /// ## Example
    /// Cell D9 says `#N/A`, because the price list behind the formula was moved.
    ///
    /// ## What to do
    /// Mend the formula or type the value, save, and send the file again.
    F031 "error-cell" Error Reject;

    /// The whole file waits, because one of its rows could not be read and you asked for all or nothing.
    ///
    /// ## What it checks
    /// With `strict = true` in `[policy]`, or `--strict`, a file is loaded only when every one of its rows can be read.
    ///
    /// ## Why it matters
    /// Without it the good rows are loaded and their store-day stays incomplete until the rest is read. With it nothing of the
    /// file is in any total until then.
    ///
    /// ## Example
    /// 41 of 42 rows of `till-1.csv` can be read; row 14 cannot. The file is archived and held.
    ///
    /// ## What to do
    /// Mend the row that the other finding names and send the whole file again, or take `strict` out of the policy and run `epos
    /// reread`.
    F032 "strict" Error Hold;

    /// A cell holds a formula whose result was never saved.
    ///
    /// ## What it checks
    /// epos calculates no formulas: it reads the results that were saved with them. A formula without one has no value.
    ///
    /// ## Why it matters
    /// The cell would count as blank, and an amount or a tax would be missing without a word.
    ///
    /// ## Example
    /// A program wrote `=F2*G2` into the total's cell, and nobody opened the workbook since.
    ///
    /// ## What to do
    /// Open the workbook in Excel or LibreOffice, save it and send it again.
    F033 "not-calculated" Error Hold;

    /// The file is of another kind than its name says.
    ///
    /// ## What it checks
    /// Whether the name's ending (`.xls`, `.csv`, …) promises another kind of file than its bytes are. The bytes decide.
    ///
    /// ## Why it matters
    /// Many tills write a web page or a text and name it `.xls`. Excel opens such a file with a warning and may change codes and
    /// dates when it saves it; epos reads what is there.
    ///
    /// ## Example
    /// `sales.xls` is a web page (HTML) with one table.
    ///
    /// ## What to do
    /// Nothing. If the till can write real CSV or xlsx, choose that.
    F034 "misnamed" Note Say;

    /// The file's times are of another time zone than its store's; they were read as the store's.
    ///
    /// ## What it checks
    /// Where rows name their time zone, their times are turned into those of the store's `zone`.
    ///
    /// ## Why it matters
    /// The time decides the trading day. A store whose zone was never set has its evening sales on the wrong day.
    ///
    /// ## Example
    /// A café in New York exports `Eastern Time (US & Canada)`, but its store has the zone `Europe/London`: 20:30 becomes 01:30 of
    /// the next day.
    ///
    /// ## What to do
    /// Set `zone` of the store in `epos.toml`, and read the document again. If the till really is set to another zone, there is
    /// nothing to do.
    F035 "other-time-zone" Warning Say;

    /// The columns of a till's files changed.
    ///
    /// ## What it checks
    /// The headings of a till's files are learned from its first good days (`layout_days` in `[policy]`) and kept. A file of the same
    /// name or layout whose headings differ is compared column by column, by name, place and what stands under it. The finding
    /// names what was renamed, what is new, what is gone and what moved.
    ///
    /// ## Why it matters
    /// A till that was updated would otherwise give a finding for each of its rows, or lose a column in silence. The file is
    /// archived and held, and nothing of it is in any total until somebody says that the new columns are right.
    ///
    /// ## Example
    /// Column Total is now Total GBP; 2 new columns (Lane, Tip).
    ///
    /// ## What to do
    /// `epos layout propose DOCUMENT` prints a layout for the new columns. `epos layout accept DOCUMENT` puts it into the folder of
    /// layouts and reads the file. The sender need not send it again.
    F036 "layout-changed" Error Hold;

    /// The columns of a till's files changed, and everything that was read is still read.
    ///
    /// ## What it checks
    /// As F036: the headings are compared with those of the till's earlier files. Here columns only moved, are new and read by no
    /// layout, or have another name that the layout knows too.
    ///
    /// ## Why it matters
    /// Nothing is lost, but a new column may hold something that matters, and a till that was updated may have changed more than its
    /// columns.
    ///
    /// ## Example
    /// 1 new column (Service charge).
    ///
    /// ## What to do
    /// Nothing, if the column does not matter: after some days it is as well known as the others. Otherwise add it to the layout and
    /// run `epos reread`.
    F037 "columns-changed" Note Say;

    /// A barcode's check digit is wrong: it was mistyped or misread.
    ///
    /// ## What it checks
    /// Codes of 12, 13 or 14 digits, and of 8 where a product list is loaded, must have the check digit that GS1 defines:
    /// weights 3, 1, 3, 1 … from the right, up to the next ten. A code that stands in the product list as it is, and a short
    /// UPC, are left alone.
    ///
    /// ## Why it matters
    /// A wrong digit sells an item that does not exist, and the right one never leaves the shelf.
    ///
    /// ## Example
    /// `5012345678909`: with these digits the last one would be 0.
    ///
    /// ## What to do
    /// Scan the packet again, or correct the code in the product list. If one listed barcode differs in a single digit, the
    /// message names it.
    P001 "check-digit" Warning Say;

    /// A spreadsheet turned a barcode into scientific notation; its last digits are lost.
    ///
    /// ## What it checks
    /// Item codes and barcodes that look like `5.01235E+12`.
    ///
    /// ## Why it matters
    /// Opening a CSV file in a spreadsheet and saving it destroys long numbers. The lost digits cannot be computed back, and
    /// many items share the same remains.
    ///
    /// ## Example
    /// `5.01235E+12` stands where `5012345678900` was. When exactly one product has the row's description and price, it is
    /// proposed, never applied.
    ///
    /// ## What to do
    /// Send the till's own file without opening it, or format the column as text before saving.
    P002 "destroyed-barcode" Warning Say;

    /// An item code is not in the product list.
    ///
    /// ## What it checks
    /// Every code of goods sold, delivered or counted must be in the product list, as its own code or as a barcode. Nothing is
    /// said while there is no product list.
    ///
    /// ## Why it matters
    /// The sale counts all the same, but not for the right item and category, and its stock cannot be followed.
    ///
    /// ## Example
    /// Code `X9` (Mug) was sold three times and is not in the list.
    ///
    /// ## What to do
    /// Add the item to the product list, or correct the code at the till. Each code is said once, with the number of its rows.
    P003 "unknown-sku" Warning Say;

    /// A barcode lost its leading zeros.
    ///
    /// ## What it checks
    /// A code of digits that is not in the product list, but is exactly one listed code when zeros are put before it.
    ///
    /// ## Why it matters
    /// Spreadsheets read codes as numbers and drop the zeros in front.
    ///
    /// ## Example
    /// `12345678905` is the barcode `012345678905`.
    ///
    /// ## What to do
    /// Nothing: the code is read as the listed one. Formatting the column as text keeps the zeros.
    P004 "lost-leading-zero" Note Say;

    /// An item code has another description than in the product list.
    ///
    /// ## What it checks
    /// The description beside a code is compared with that of the product list; one common word, even shortened, is enough to
    /// agree.
    ///
    /// ## Why it matters
    /// A code that is used again for another item adds old and new sales together and takes the wrong item off the shelf.
    ///
    /// ## Example
    /// `C2` is sold as “Wool scarf”, but in the list it is “Green tea”.
    ///
    /// ## What to do
    /// Give one of the two items a new code, or correct the description.
    P005 "reused-code" Warning Say;

    /// A pack names a SKU that the product list does not have.
    ///
    /// ## What it checks
    /// `pack_of` of a product must be the code of another product in the list.
    ///
    /// ## Why it matters
    /// Selling the pack must take its units off the shelf of the single item; here nobody knows which.
    ///
    /// ## Example
    /// “Six eggs” is a pack of `EGG`, but the single egg is listed as `00421`.
    ///
    /// ## What to do
    /// Put the code of the single item into `pack_of`, or add that item to the list.
    P006 "unknown-pack" Warning Say;

    /// An item code stands twice in the product list with different content.
    ///
    /// ## What it checks
    /// Within one list a code may stand once for each `effective_from`.
    ///
    /// ## Why it matters
    /// Which of the two prices counts would be a matter of luck.
    ///
    /// ## Example
    /// `N1` (Bowl) costs 4.00 in row 2 and 5.00 in row 9.
    ///
    /// ## What to do
    /// Keep the right row. If the price changes on a day, give the later row that day in `effective_from`.
    P007 "duplicate-product" Warning Say;

    /// A delivery came from a supplier that is not in the list of suppliers.
    ///
    /// ## What it checks
    /// The supplier of a delivery is one of those listed, by code or name. Without a list nothing is checked.
    ///
    /// ## Why it matters
    /// Deliveries of one supplier under two spellings are counted apart, and one that was sent twice is not recognised.
    ///
    /// ## Example
    /// The list has `Traidcraft`; a delivery names `Tradecraft`.
    ///
    /// ## What to do
    /// Correct the delivery, or add the supplier to the list. The delivery counts all the same.
    P008 "unknown-supplier" Warning Say;

    /// A line's total is not quantity × price − discount.
    ///
    /// ## What it checks
    /// `line_total` must be quantity × unit price − discount, within a penny (`line_tolerance`). Where prices exclude tax, the
    /// line without its tax is compared. A discount may stand as money, as percent or as both. Of a weighed item, the price in
    /// its barcode must be the total. Voids, training rows and whole-sale discounts are left alone.
    ///
    /// ## Why it matters
    /// One of the four figures is wrong, and with it the takings or the stock.
    ///
    /// ## Example
    /// Total 12.50, but 3 × 4.00 − 0.50 = 11.50.
    ///
    /// ## What to do
    /// Look at the receipt and correct the cell that differs. The row counts as it stands until then.
    T001 "line-total" Error Say;

    /// A transaction's stated total is not what its lines or parts add up to.
    ///
    /// ## What it checks
    /// The total that the file states for a sale must be the sum of its lines, with tip and rounding; and where a subtotal is
    /// stated, subtotal + tax − discount + tip + rounding. It must fit to the penny.
    ///
    /// ## Why it matters
    /// A line is missing, stands twice or has another amount, so reports by product and reports by day would differ.
    ///
    /// ## Example
    /// Total 12.50, but lines sum to 12.00; rows 119-121 are its lines.
    ///
    /// ## What to do
    /// Compare with the receipt. If every sale differs, the discount or tax column is probably mapped to the wrong field.
    T002 "transaction-total" Error Say;

    /// A transaction's tenders do not add up to what was to be paid.
    ///
    /// ## What it checks
    /// Σ tenders (net of change, cash-back as negative cash) = goods with tax + gift cards sold + deposits + donations + tips +
    /// cash rounding. It is checked where one file has both sides. Canadian five-cent rounding of the cash part is allowed for.
    ///
    /// ## Why it matters
    /// Every later figure rests on it: what should be in the drawer, on the card machine and in the takings.
    ///
    /// ## Example
    /// Sale 201 comes to 20.00 but was paid with 18.00: 2.00 too little.
    ///
    /// ## What to do
    /// Look for a tender, a tip, a gift card or a discount that is missing. If the difference is the change, the file counts
    /// what was handed over instead of what stayed.
    T003 "money-identity" Error Say;

    /// A line's tax is not what its rate gives in the declared mode.
    ///
    /// ## What it checks
    /// With prices that include tax: tax = total × rate ÷ (100 + rate); without: tax = net × rate ÷ 100. Several taxes are
    /// rounded each by itself. One smallest coin either way is right, because tills round differently. Without a stated rate,
    /// the product's tax category in the store's region decides.
    ///
    /// ## Why it matters
    /// A wrong rate or mode makes the tax return wrong, not only the receipt.
    ///
    /// ## Example
    /// Tax 2.40, but 20 % included in 12.00 is 2.00: 0.40 too much.
    ///
    /// ## What to do
    /// Check the item's tax category and `prices_include_tax` of the store.
    T004 "line-tax" Warning Say;

    /// A transaction number stands twice with different content.
    ///
    /// ## What it checks
    /// Within the layout's numbering (per day, shift, till or store) a number belongs to one sale. A second group of rows under
    /// it with another time, the same rows again, or a line number twice are reported. Voids of the sale and numbers that start
    /// again after a Z-report are not.
    ///
    /// ## Why it matters
    /// Two sales under one number are easily taken for one; the same sale twice is counted twice.
    ///
    /// ## Example
    /// Number 201 stands at 10:30 in row 14 and, for another sale, at 15:10 in row 88.
    ///
    /// ## What to do
    /// If rows were pasted or exported twice, delete one copy and send the file again. If the till's own numbers repeat, set
    /// `numbering` or another number column in the layout.
    T005 "duplicate-number" Error Say;

    /// A refund names no original sale, or one that is not known.
    ///
    /// ## What it checks
    /// A refund should name the number of the sale that it gives back, where the file has a column for it, and that sale should
    /// be known.
    ///
    /// ## Why it matters
    /// The drawer balances all the same; but money went out that no earlier sale explains. There are many honest reasons, such
    /// as a lost receipt.
    ///
    /// ## Example
    /// Refund 214 of 22.00 names no sale.
    ///
    /// ## What to do
    /// Write the number from the customer's receipt. Without a receipt, a note of the reason is enough.
    T006 "refund-without-original" Warning Say;

    /// A row's date lies far from the day its document is of.
    ///
    /// ## What it checks
    /// A file of one day should hold that day. A few rows more than two days away from the others, or a row dated before the
    /// day that it was sent for, are reported. Exports over a span of days are not.
    ///
    /// ## Why it matters
    /// A mistyped date puts a sale on an evening that was already closed, and leaves a hole in this one.
    ///
    /// ## Example
    /// One row of 2026-11-02 in a file of 2026-11-20.
    ///
    /// ## What to do
    /// Compare with the receipt. If the date is mistyped, correct it and send the file again; otherwise there is nothing to do:
    /// the row is on its own day.
    T007 "outside-trading-day" Warning Say;

    /// A refund was written with positive amounts, or a sale with negative ones; the sign was set from its kind.
    ///
    /// ## What it checks
    /// Refunds have a negative quantity and total and a positive price. Where the layout says so, the sign is set from the kind
    /// of the row.
    ///
    /// ## Why it matters
    /// Tills differ; a refund added instead of taken off is wrong by twice its amount.
    ///
    /// ## Example
    /// A row of kind refund with quantity 1 and total 5.00 is read as −1 and −5.00.
    ///
    /// ## What to do
    /// Nothing, if these rows really are refunds.
    T008 "sign" Note Say;

    /// A line sells nothing.
    ///
    /// ## What it checks
    /// The quantity of goods sold must not be 0. Whole-sale discounts, tips and voids need no quantity.
    ///
    /// ## Why it matters
    /// Either an amount has no goods behind it, or the quantity was left out and the stock will be wrong.
    ///
    /// ## Example
    /// A line sells 0 × Mug for 3.00.
    ///
    /// ## What to do
    /// Put the quantity that was sold, or delete the row.
    T009 "zero-quantity" Warning Say;

    /// A date lies in the future.
    ///
    /// ## What it checks
    /// Dates may be at most `future_days` (1) after now.
    ///
    /// ## Why it matters
    /// The till's clock or the year is wrong; every report by date will be too.
    ///
    /// ## Example
    /// 2027-11-20, while today is 2026-11-21.
    ///
    /// ## What to do
    /// Correct the till's clock. Correct the dates and send the file again.
    T010 "future-date" Error Say;

    /// A date lies very far back.
    ///
    /// ## What it checks
    /// Dates should be at most `old_days` (400) before now.
    ///
    /// ## Why it matters
    /// It is usually a mistyped year. Said once per document, with the number of rows.
    ///
    /// ## Example
    /// A row of 2016-11-20 in a file of this November.
    ///
    /// ## What to do
    /// If you are loading old sales on purpose, there is nothing to do.
    T011 "old-date" Warning Say;

    /// Training transactions were counted and left out of all totals.
    ///
    /// ## What it checks
    /// Rows that the till marks as training.
    ///
    /// ## Why it matters
    /// They are no sales. A real sale that was rung in training mode by mistake makes the drawer over.
    ///
    /// ## Example
    /// 3 training transactions were left out.
    ///
    /// ## What to do
    /// Nothing, if they were practice. If the drawer is over by one of them, ring it again as a sale.
    T012 "training" Note Say;

    /// The file states totals without their lines; product reports show them as one row.
    ///
    /// ## What it checks
    /// Layouts that carry only the totals of a transaction say so.
    ///
    /// ## Why it matters
    /// Takings are complete, but nobody can tell which items were sold. epos invents nothing.
    ///
    /// ## Example
    /// A file with one row per transaction and only the name of its first product.
    ///
    /// ## What to do
    /// Nothing. If the till can export its lines as well, send those.
    T013 "no-line-detail" Note Say;

    /// A stated total cannot be explained by the prices of the items list.
    ///
    /// ## What it checks
    /// Where a file lists items without prices, the product list's prices are added up and compared with the stated total.
    ///
    /// ## Why it matters
    /// A quantity is missing, a price has changed or an item was left off; the stated total is what counts.
    ///
    /// ## Example
    /// Total 1.00, but its items (one apple) cost 0.50 by the product list.
    ///
    /// ## What to do
    /// If several were sold, write the quantity (`apple:2`); if the price has changed, send a new product list.
    T014 "stated-total-differs" Warning Say;

    /// More change was given than cash was handed over.
    ///
    /// ## What it checks
    /// `change` must not be larger than `tendered`.
    ///
    /// ## Why it matters
    /// The two columns may be exchanged, and then every expected amount of cash is wrong.
    ///
    /// ## Example
    /// 10.00 of change was given for 5.00 handed over.
    ///
    /// ## What to do
    /// Check which column is which in the till's export, and correct the layout or the row.
    T015 "change-exceeds-cash" Warning Say;

    /// A transaction has lines but no tender.
    ///
    /// ## What it checks
    /// Where a file has tenders for a day, each sale of that day that comes to more or less than nothing needs one.
    ///
    /// ## Why it matters
    /// Nobody knows whether the money is in the drawer or on the card machine.
    ///
    /// ## Example
    /// Nothing says how sale 202 (7.00) was paid.
    ///
    /// ## What to do
    /// Add its tender row, or correct the number of the tender that belongs to it.
    T016 "no-tender" Warning Say;

    /// A discount is larger than what it is taken from.
    ///
    /// ## What it checks
    /// A line's discount must not exceed quantity × price, a percentage not 100, and a whole-sale discount not the sale.
    ///
    /// ## Why it matters
    /// The shop would pay the customer to take the goods.
    ///
    /// ## Example
    /// 50.00 is taken off a sale of 5.00.
    ///
    /// ## What to do
    /// Look for a slipped decimal point, or for percent in the column of money.
    T017 "discount-exceeds-line" Warning Say;

    /// A tender belongs to a transaction that has no lines.
    ///
    /// ## What it checks
    /// Where a file has lines for a day, each tender's number must be that of a sale of the day.
    ///
    /// ## Why it matters
    /// Money came in, but for what? Usually the number is mistyped or the lines were left out.
    ///
    /// ## Example
    /// 7.00 was paid for number 302, which has no lines.
    ///
    /// ## What to do
    /// Correct the number, or send the file with the missing lines.
    T018 "orphan-tender" Warning Say;

    /// An item was sold at another price than the product list has for that day.
    ///
    /// ## What it checks
    /// The unit price of a line, before its discount, is compared with the price in the product list that was in force on the
    /// line's date. Where the file states prices without tax and the list with tax, or the other way round, the tax is worked out
    /// first. Discounts, deals, refunds, weighed items, donated goods and items without a listed price are left out.
    /// `price_tolerance` in `[policy]` says how far apart they may be.
    ///
    /// ## Why it matters
    /// Either the till sells at an old price, or the list was not brought up to date. Every sale of the item is affected until
    /// one of the two is mended.
    ///
    /// ## Example
    /// Tea is 3.20 in the product list from 1 November; till 1 sold it at 2.95 on the 20th.
    ///
    /// ## What to do
    /// Decide which price is right. Send the new prices to the till, or mend the product list; a new price gets its own row with
    /// its first day in `effective_from`.
    T019 "price-differs" Warning Say;

    /// Sales were rung while the store was closed, by its opening hours.
    ///
    /// ## What it checks
    /// Every time on a line, transaction or payment is compared with the store's `hours` of that day of trade, with `hours_slack`
    /// minutes before and after. Hours may end after midnight. A store without `hours` is not checked.
    ///
    /// ## Why it matters
    /// Mostly the till's clock is wrong, and then sales also land in the wrong shift or day. Otherwise the hours in epos.toml are
    /// out of date.
    ///
    /// ## Example
    /// The store is open from 09:30 to 17:30; seven sales are timed between 22:10 and 23:40.
    ///
    /// ## What to do
    /// Compare the till's clock with a phone. If the clock is right, was the store open longer that day? Then put those hours
    /// into the calendar.
    T020 "outside-hours" Warning Say;

    /// Something was paid in a way that epos does not know.
    ///
    /// ## What it checks
    /// The name of every payment must say whether it is cash, card, a gift card or something else: by a well-known word, or by
    /// its entry in `[policy.tenders]`.
    ///
    /// ## Why it matters
    /// Cash is counted, card is settled by a batch, a gift card is a liability. A payment of an unknown sort is balanced by
    /// itself, as something that is none of them; if it lay in the drawer, the drawer seems short or over.
    ///
    /// ## Example
    /// Till 1 writes `Zahlart 4`; nothing says that this is cash.
    ///
    /// ## What to do
    /// Say it once in epos.toml: under `[policy.tenders]` write `"zahlart 4" = "cash"`, or card, gift_card or other.
    T021 "unknown-tender" Warning Say;

    /// Somebody who is not on the staff list served.
    ///
    /// ## What it checks
    /// Where a staff list was loaded, the codes of those who served are looked up in it. The finding names the row and never the
    /// person.
    ///
    /// ## Why it matters
    /// A mistyped code, or a list that lacks a new colleague, spoils every figure by shift. Log-ins are often shared, so this
    /// says nothing of anybody.
    ///
    /// ## Example
    /// Row 12 was served by a code that the staff list does not have.
    ///
    /// ## What to do
    /// Add the new colleague to the staff list, or mend the code on the till.
    T022 "unknown-staff" Warning Say;

    /// More was given back than was paid for it.
    ///
    /// ## What it checks
    /// All refunds that name one sale are added up, over all files: by item where the rows have item codes, else over the whole
    /// sale. They may come to no more than what was paid, after discounts. A sale that epos never saw (from before its first day)
    /// is unknown, and then nothing is compared.
    ///
    /// ## Why it matters
    /// The same goods may have been given back twice, or at the full price although they were sold for less.
    ///
    /// ## Example
    /// Sale 201 sold a lamp for 8.00 after 2.00 off. It was given back for 10.00.
    ///
    /// ## What to do
    /// Look at the receipt of the original sale. If the till is right (another price was agreed), accept it with that reason.
    T023 "refund-exceeds-original" Warning Say;

    /// The tax of a whole sale is not that of its lines.
    ///
    /// ## What it checks
    /// Where a transaction states its tax and every one of its lines states or implies one (by its own rate, or by the tax
    /// category in the product list), the two must agree. Tills round by line or by sale, so half a penny for each line is
    /// allowed.
    ///
    /// ## Why it matters
    /// Tax that is stated once must be right once: the return is made of it.
    ///
    /// ## Example
    /// Sale 201 states a tax of 2.00; its two lines carry 1.00 and 0.50.
    ///
    /// ## What to do
    /// Look at the rates of its lines and at the tax category of its items. If one line has no tax by mistake, mend the product
    /// list.
    T024 "transaction-tax" Warning Say;

    /// The Z-report's totals are not those of its transactions.
    ///
    /// ## What it checks
    /// The Z-report's sales, refunds, discounts and number of transactions are compared with the sales of its shift, from the
    /// first number to the last.
    ///
    /// ## Why it matters
    /// Either sales are missing from the file, or some are in it twice. Nothing else in the evening proves that all sales
    /// arrived.
    ///
    /// ## Example
    /// The Z-report says 100.00, the lines come to 92.50.
    ///
    /// ## What to do
    /// Export the whole shift again. If a gap in the numbers is reported too, the missing sales are there.
    S001 "z-differs" Error Say;

    /// The drawer holds more or less than it should.
    ///
    /// ## What it checks
    /// Counted − expected, where expected = float at opening + cash taken + paid in + loans − paid out − drops before the
    /// count. Each drawer and each tender stands by itself; an over is never set against a short.
    ///
    /// ## Why it matters
    /// It is the first question of the evening, and usually it has a harmless answer.
    ///
    /// ## Example
    /// The drawer should hold 70.50 and held 52.50: 18.00 under, while the card machine shows 18.00 over. One sale was probably
    /// rung as cash and paid by card.
    ///
    /// ## What to do
    /// Please don't add or take any money. Count once more, then look at the likely causes in `epos day STORE DATE`. A manager
    /// can accept the difference with a reason.
    S002 "over-short" Warning Say;

    /// Transaction numbers are missing.
    ///
    /// ## What it checks
    /// Numbers should follow each other within the layout's numbering, and go on from the day before where they run on. Missing
    /// ones are shown as ranges.
    ///
    /// ## Why it matters
    /// A missing number can be a lost sale. It can also be a parked sale, a no-sale or practice, which use up numbers on many
    /// tills.
    ///
    /// ## Example
    /// Numbers 118 to 120 of till 1 are missing.
    ///
    /// ## What to do
    /// If the Z-report agrees with the sales, there is nothing missing. If not, export the shift again.
    S003 "number-gap" Warning Say;

    /// The opening float is not what was left in the drawer the evening before.
    ///
    /// ## What it checks
    /// Cash in the drawer at opening is compared with the cash left at the last close of that drawer.
    ///
    /// ## Why it matters
    /// The difference arose in the night or in one of the two counts. It belongs to neither day's over/short.
    ///
    /// ## Example
    /// Friday left 50.00; Saturday opened with 60.00.
    ///
    /// ## What to do
    /// Ask whether change was brought or taken between the two counts, and note it as a loan or a drop.
    S004 "float-not-carried" Warning Say;

    /// Sales came without the Z-report of their shift.
    ///
    /// ## What it checks
    /// Every till that sold must send its Z-report, where the store's `expects` names them.
    ///
    /// ## Why it matters
    /// Without it nobody can prove that all sales arrived, and the drawer is not judged.
    ///
    /// ## Example
    /// Till 2 sent 41 sales and no Z-report.
    ///
    /// ## What to do
    /// Print the Z-report, or export it, and send it. If the till was not closed, the next Z-report will cover both days.
    S005 "missing-z" Warning Say;

    /// The Z-report came without a count.
    ///
    /// ## What it checks
    /// The Z-report's row for cash must hold the amount counted.
    ///
    /// ## Why it matters
    /// A drawer that nobody counted is not balanced; it is unknown. It is never taken as right.
    ///
    /// ## Example
    /// `counted` is blank for cash in Z-report 57.
    ///
    /// ## What to do
    /// Send the count, even if it was made the next morning, and say when.
    S006 "missing-count" Warning Say;

    /// A kind of file that the store must send has not come.
    ///
    /// ## What it checks
    /// Each store's `expects` lists the kinds of rows that every till sends each day (lines, tenders, Z-reports …).
    ///
    /// ## Why it matters
    /// The day stays incomplete, so that it cannot look right by silence.
    ///
    /// ## Example
    /// Leith Walk sent its sales, but no tenders.
    ///
    /// ## What to do
    /// Send the missing file. If the store never has one, take it out of `expects`.
    S007 "missing-kind" Warning Say;

    /// Nothing came for a day on which the store was open.
    ///
    /// ## What it checks
    /// The calendar says in advance on which days each store trades; every such day must bring its files by the time set in
    /// `due`.
    ///
    /// ## Why it matters
    /// A day without sales and a day without files look the same unless somebody asks.
    ///
    /// ## Example
    /// Nothing came from Leith Walk for Friday 20 November.
    ///
    /// ## What to do
    /// Open? Send the files. Closed? Add the day to `exceptions` of the store in `epos.toml`, or send a calendar that says so.
    S008 "missing-day" Warning Say;

    /// The same Z number came with two different contents.
    ///
    /// ## What it checks
    /// A Z number of one till belongs to one Z-report.
    ///
    /// ## Why it matters
    /// Either the till was reset, or a report was changed after the fact. Both are kept, and the newer one counts.
    ///
    /// ## Example
    /// Z-report 57 of till 1 came with 412.30 on Friday and with 398.30 on Saturday.
    ///
    /// ## What to do
    /// Look at the printed Z-report and say which is right.
    S009 "z-twice" Warning Say;

    /// One Z-report covers two trading days.
    ///
    /// ## What it checks
    /// The sales of one shift, from the Z-report's first number to its last, fall on more than one trading day.
    ///
    /// ## Why it matters
    /// A Z-report was forgotten. Both days together can be checked, the first one alone cannot.
    ///
    /// ## Example
    /// Friday's 60.00 and Saturday's 90.00 stand in one Z-report of 150.00.
    ///
    /// ## What to do
    /// Nothing. Closing the till every evening keeps the days apart.
    S010 "z-over-days" Note Say;

    /// The drawer cannot be judged while a row, a count or a Z is missing.
    ///
    /// ## What it checks
    /// Over/short is given only when every row was read, the numbers have no unexplained gap, and count and Z-report are there.
    ///
    /// ## Why it matters
    /// A figure from half the evidence would blame somebody for a row that we could not read.
    ///
    /// ## Example
    /// Not judged until row 14 of till-1.csv is read.
    ///
    /// ## What to do
    /// Mend what the message names; the day is then judged by itself.
    S011 "not-judged" Note Say;

    /// Sales came for a day on which the store was closed.
    ///
    /// ## What it checks
    /// Sales are compared with the store's open weekdays and its calendar.
    ///
    /// ## Why it matters
    /// Either the calendar is wrong, or the date of the sales is.
    ///
    /// ## Example
    /// Sales of Sunday 22 November, while the store is closed on Sundays.
    ///
    /// ## What to do
    /// If the store was open, add the day to its calendar. If not, check the till's date.
    S012 "closed-but-sales" Warning Say;

    /// A tender other than cash does not match its declared total.
    ///
    /// ## What it checks
    /// The sum of each other tender is compared with the total that was declared, for cards that of the card machine, to the
    /// penny: no coin can be lost here.
    ///
    /// ## Why it matters
    /// Usually a sale was rung under another tender, and cash shows the same amount the other way.
    ///
    /// ## Example
    /// Card: the till says 243.90, the card machine 261.90.
    ///
    /// ## What to do
    /// Look for one sale of the difference that was rung as cash. If the card machine closes at another hour, set its cut-off.
    S013 "tender-differs" Warning Say;

    /// Small differences of one drawer add up to more than a week's limit.
    ///
    /// ## What it checks
    /// The sizes of a drawer's over/short over seven days are added up, whatever their sign.
    ///
    /// ## Why it matters
    /// Seven evenings of 1.99 are each within tolerance and together 13.93.
    ///
    /// ## Example
    /// Drawer 1 has differences of 13.93 in seven days; the limit is 10.00.
    ///
    /// ## What to do
    /// Look at how the drawer is counted and where change is kept. Blind counts by two people help.
    S014 "weekly-over-short" Warning Say;

    /// The opening float of a drawer's first day was taken as declared.
    ///
    /// ## What it checks
    /// On a drawer's first day there is no evening before to compare with.
    ///
    /// ## Why it matters
    /// Everything later rests on that amount, so it is said once.
    ///
    /// ## Example
    /// Till 1 began with 50.00.
    ///
    /// ## What to do
    /// Nothing, if the float is right.
    S015 "first-float" Note Say;

    /// The Z-report expects another amount than its transactions give.
    ///
    /// ## What it checks
    /// The till's own expected amount per tender is compared with what the transactions, floats and cash movements give.
    /// Over/short is always counted against ours.
    ///
    /// ## Why it matters
    /// The till knows of something that its export does not show, such as a paid-out, or the other way round.
    ///
    /// ## Example
    /// The Z-report expects 218.40 of cash, the transactions give 208.40.
    ///
    /// ## What to do
    /// Look for a paid-in, paid-out or drop of the difference that is missing in the file of cash movements.
    S016 "z-expected-differs" Warning Say;

    /// Coins and notes do not add up to the count, or what is left in the drawer is not the count less what was banked.
    ///
    /// ## What it checks
    /// The coins and notes that were counted must add up to the counted total, and the float left behind must be the count less what
    /// was banked.
    ///
    /// ## Why it matters
    /// One of the figures was mistyped. Which one decides whether the drawer agrees.
    ///
    /// ## Example
    /// Counted 107.50, banked 57.50, left 60.00: the count leaves 50.00.
    ///
    /// ## What to do
    /// Look at the counting sheet and correct the figure that is not on it.
    S017 "count-differs" Warning Say;

    /// A transaction number came again that an earlier day had already.
    ///
    /// ## What it checks
    /// Where numbers run on from day to day, those of a day are compared with the numbers of the sixty days before it, till by
    /// till.
    ///
    /// ## Why it matters
    /// Either one sale stands in two files and would be counted twice, or two sales share a number and one of them is not what
    /// its receipt says. Both are kept and counted until somebody says.
    ///
    /// ## Example
    /// Saturday's file begins with sale 201 (6.00), but sale 201 was in Friday's file.
    ///
    /// ## What to do
    /// If Saturday's file repeats Friday's last sales, send it again without them. If the till began to count anew, its layout
    /// should say `numbering = "per_day"`.
    S018 "number-used-before" Warning Say;

    /// The bags hold another amount than was taken out of the drawers.
    ///
    /// ## What it checks
    /// The bags of a day, as they were filled, are compared with the cash that the Z-reports and drops say was taken out for the
    /// bank. This is the bag difference; no drawer is over or short by it.
    ///
    /// ## Why it matters
    /// Three pots never mix: the drawer, the bag and the card machine. Money that left the drawer rightly may still not be in the
    /// bag.
    ///
    /// ## Example
    /// 217.50 was taken out of the drawers; the bags hold 207.50.
    ///
    /// ## What to do
    /// Count the bag once more before it goes to the bank. Was one part kept in the safe, or is a bag missing in the list?
    S019 "bag-differs" Warning Say;

    /// The bank credited another amount than the bags held.
    ///
    /// ## What it checks
    /// A credit of the bank is compared with the bags of its reference, or with the oldest bags that wait when their sum is
    /// exactly the credit.
    ///
    /// ## Why it matters
    /// The difference arose after the bag was closed, so it is neither the drawer's nor that evening's.
    ///
    /// ## Example
    /// The bags held 217.50, the bank credited 207.50: a bag difference of −10.00. The drawer stays as it was judged.
    ///
    /// ## What to do
    /// Ask the bank for its count slip, and compare it with the bag's.
    S020 "bank-differs" Warning Say;

    /// The card company paid out another amount than its batches less fees and chargebacks.
    ///
    /// ## What it checks
    /// A payout is compared with the batches of its reference, or with the oldest batches that wait when they fit exactly, less
    /// the fees and chargebacks that it states.
    ///
    /// ## Why it matters
    /// A batch may be missing, or a fee be new. It bears on no drawer and on no day's sales.
    ///
    /// ## Example
    /// Batches of 126.50 and 88.00 less 3.75 of fees are 210.75, but 200.75 was paid out.
    ///
    /// ## What to do
    /// Compare the payout's statement line by line with the batches. Is there a chargeback on it that was not entered?
    S021 "payout-differs" Warning Say;

    /// A bag or a card batch has waited for the bank for too long.
    ///
    /// ## What it checks
    /// A bag waits until the bank credits it, a card batch until it is paid out. After `banking_days` (in `[policy]`) it is said,
    /// once.
    ///
    /// ## Why it matters
    /// Money on its way ages; the longer, the harder it is to find. Only what the store itself reports is followed: a store that
    /// sends no bank credits at all is not asked about them.
    ///
    /// ## Example
    /// Bag 4711 of 10 November (217.50) is not credited by the 17th.
    ///
    /// ## What to do
    /// Is the bag still in the safe? Was it credited under another number? Then send the bank's line with the number of the bag.
    S022 "not-banked" Warning Say;

    /// A difference was accepted by whoever counted the drawer.
    ///
    /// ## What it checks
    /// The person who accepted a finding against those who closed and counted the drawer, by their Z-report.
    ///
    /// ## Why it matters
    /// Four eyes see more than two, and nobody should have to vouch for their own count alone.
    ///
    /// ## Example
    /// Ann counted 52.50 and accepted the 18.00 that are missing.
    ///
    /// ## What to do
    /// Let a second person sign: `epos accept … --second NAME`.
    S023 "own-count-accepted" Warning Say;

    /// A shelf would hold fewer than none: a delivery was not recorded, or the wrong pack was scanned.
    ///
    /// ## What it checks
    /// On hand = opening + goods in − sold + returned ± counts, in single units. It is reported when it falls below zero.
    ///
    /// ## Why it matters
    /// It is a sign of something not written down, not a fault of the person who sold the item.
    ///
    /// ## Example
    /// 12 eggs on hand, 15 sold: −3.
    ///
    /// ## What to do
    /// Record the missing delivery, or count the shelf.
    K001 "negative-on-hand" Warning Say;

    /// The count is not what the movements give.
    ///
    /// ## What it checks
    /// Counted − on hand by the movements, at the time of the count.
    ///
    /// ## Why it matters
    /// The difference has gone somewhere: breakage, a missed delivery, a wrong scan.
    ///
    /// ## Example
    /// The shelf should hold 24 and holds 21: 3 short.
    ///
    /// ## What to do
    /// Count once more. The shelf is set to the count, and the difference is kept as shrinkage.
    K002 "shrinkage" Warning Say;

    /// Nothing is known of a shelf before its first count or stock file.
    ///
    /// ## What it checks
    /// On hand needs a beginning: a count or a stock file.
    ///
    /// ## Why it matters
    /// Unknown is not zero. Reorders and shrinkage are left out until then.
    ///
    /// ## Example
    /// Mugs were sold, but never counted.
    ///
    /// ## What to do
    /// Count the shelf once, or send a stock file.
    K003 "unknown-on-hand" Note Say;

    /// A stock file's level is not the last level plus the movements since.
    ///
    /// ## What it checks
    /// The till's stock level is compared with the last one, plus deliveries and returns, minus sales since.
    ///
    /// ## Why it matters
    /// Somebody corrected the stock on the till, or a movement is missing here.
    ///
    /// ## Example
    /// Yesterday 24, sold 3, but today's file says 30.
    ///
    /// ## What to do
    /// Look for a delivery of the difference that was not sent. The stock file's level counts.
    K004 "stock-jump" Warning Say;

    /// One store did not receive what the other one sent.
    ///
    /// ## What it checks
    /// Per transfer and item: the units that left one store are the units that arrived in the other, packs counted in the units
    /// that they hold. A transfer is known by the store that sends and by its number.
    ///
    /// ## Why it matters
    /// What is missing is on neither shelf: both stores trust a number of which at least one is wrong.
    ///
    /// ## Example
    /// Transfer T-7: Leith Walk sent 24 mugs, 22 arrived in Morningside.
    ///
    /// ## What to do
    /// Count again on both sides, and correct the paper that is wrong. If two were broken on the way, the papers are both right:
    /// accept the difference with that reason.
    K005 "transfer-differs" Warning Say;

    /// Only one of the two stores has said anything of a transfer.
    ///
    /// ## What it checks
    /// What leaves one store must arrive in the other. Until both have said so the goods are in transit, which is asked about when
    /// the other side is later than `late_days` (1).
    ///
    /// ## Why it matters
    /// Goods in transit are on no shelf. Forgotten ones stay there for ever.
    ///
    /// ## Example
    /// Leith Walk sent 24 mugs on Friday; by Sunday nobody has said that they arrived.
    ///
    /// ## What to do
    /// Send the other store's paper, or ask there whether the goods have come.
    K006 "transfer-one-sided" Warning Say;

    /// More was sent to another store than was there.
    ///
    /// ## What it checks
    /// Units sent away in a day are no more than were on hand in the morning and came in during the day.
    ///
    /// ## Why it matters
    /// What is not there cannot be put on a van: the paper is wrong, or a delivery was not recorded.
    ///
    /// ## Example
    /// Ten mugs were on the shelf, none came in, and 24 were sent to Morningside.
    ///
    /// ## What to do
    /// Look at the quantity on the transfer (pieces, or cases?), and for a delivery that was not sent.
    K007 "transfer-beyond-stock" Warning Say;

    /// A transfer goes to, or comes from, a store that nobody knows.
    ///
    /// ## What it checks
    /// The other store of a transfer must be one of the company's, by code, name or alias.
    ///
    /// ## Why it matters
    /// The goods leave one shelf and can never arrive on another.
    ///
    /// ## Example
    /// Leith Walk sent 24 mugs to `Mornigside`.
    ///
    /// ## What to do
    /// Correct the name on the paper, or add it as an alias of the store in `epos.toml`. A warehouse is a store too.
    K008 "transfer-unknown-store" Warning Say;

    /// Exactly these bytes were loaded before; nothing was changed.
    ///
    /// ## What it checks
    /// A file is known by its content, whatever its name.
    ///
    /// ## Why it matters
    /// Sending a file twice is safe. Nothing is counted twice.
    ///
    /// ## Example
    /// Friday's `till-1.csv` comes again on Saturday.
    ///
    /// ## What to do
    /// Nothing. If you meant to send a corrected file, the correction was not saved: save and send it again.
    L001 "already-loaded" Note Say;

    /// The file replaces an earlier one for the same till and day.
    ///
    /// ## What it checks
    /// Another file of the same kind, till and day has come with other rows. The earlier one is kept, but no longer counts.
    ///
    /// ## Why it matters
    /// Reports of that day change, and you should know which figures were printed before.
    ///
    /// ## Example
    /// Friday's sales of till 1 came again with one more sale: takings 405.30 are now 412.30.
    ///
    /// ## What to do
    /// Nothing, if a correction was meant. Otherwise `epos undo DOCUMENT` brings the earlier one back.
    L002 "revision" Note Say;

    /// The file came later than it should.
    ///
    /// ## What it checks
    /// A day's files should come within `late_days` (1).
    ///
    /// ## Why it matters
    /// Until they came, every report of that day was incomplete.
    ///
    /// ## Example
    /// Friday's files came on Tuesday.
    ///
    /// ## What to do
    /// Nothing more to do for this day.
    L003 "late" Warning Say;

    /// These bytes were replaced by a later file and have come again; nothing was changed.
    ///
    /// ## What it checks
    /// A file that a correction has replaced is recognised when it comes again.
    ///
    /// ## Why it matters
    /// Taking it would silently undo the correction.
    ///
    /// ## Example
    /// The first version of Friday's file is sent again after the corrected one.
    ///
    /// ## What to do
    /// Nothing, if it was sent by mistake. If the first version is right after all, run `epos undo` on the correction.
    L004 "replaced-again" Warning Say;

    /// The rows are those already loaded; nothing was changed.
    ///
    /// ## What it checks
    /// The file differs in its bytes (order, spelling of numbers, an added note) but not in what its rows say.
    ///
    /// ## Why it matters
    /// Nothing is counted twice, and no revision is made.
    ///
    /// ## Example
    /// The same sales were exported as a workbook instead of CSV text.
    ///
    /// ## What to do
    /// Nothing.
    L005 "same-content" Note Say;

    /// Rows of the same kind, till and day came in another layout: which counts?
    ///
    /// ## What it checks
    /// For each till, day and kind one source counts.
    ///
    /// ## Why it matters
    /// Adding both would count every sale twice, so the second one is held until somebody says.
    ///
    /// ## Example
    /// Friday's sales of till 1 came from the till and, with other columns, from the head office system.
    ///
    /// ## What to do
    /// Decide which is the source. `epos undo` the other one, or leave the new one held.
    L006 "same-day-other-source" Warning Hold;

    /// The rows equal those of another day of the same till: is this that day's file with a new date?
    ///
    /// ## What it checks
    /// Rows are compared, without their date, with other days of the same till.
    ///
    /// ## Why it matters
    /// Two days never sell exactly the same; more likely a file was copied and only its date changed.
    ///
    /// ## Example
    /// Saturday's 41 sales are Friday's, number by number.
    ///
    /// ## What to do
    /// Send the right day's file. If it really was so, there is nothing to do.
    L007 "same-rows-other-day" Warning Say;

    /// An older file came after a newer one; the newer one stays.
    ///
    /// ## What it checks
    /// Revisions are ordered by what they say of themselves: a stated revision, the mail's date, or the file's own closing
    /// time.
    ///
    /// ## Why it matters
    /// Mails overtake each other. The order of arrival must not decide which figures count.
    ///
    /// ## Example
    /// A correction sent at 18:05 arrived before the first version sent at 17:42.
    ///
    /// ## What to do
    /// Nothing. To use the older file after all, run `epos undo` on the newer one.
    L008 "out-of-order" Note Say;

    /// A correction came for a store-day that is sealed: it waits beside the sealed figures.
    ///
    /// ## What it checks
    /// Sales, payments, cash movements, Z-reports and counts of sealed store-days against those that were sealed.
    ///
    /// ## Why it matters
    /// Sealed figures were reported and perhaps filed. Changing them is somebody's decision, not a file's.
    ///
    /// ## Example
    /// Friday was sealed on Monday; on Tuesday its file comes again with one more sale of 6.00.
    ///
    /// ## What to do
    /// Look at `epos day STORE DATE --diff`. To let it count: `epos seal --release STORE DATE --by NAME`, which seals the day anew as a
    /// restatement. In a closed period the difference is posted to the current one instead.
    L009 "revision-held" Warning Say;

    /// Many stores had the same trouble on the same evening: perhaps their tills were updated.
    ///
    /// ## What it checks
    /// The same finding for the same reason, in at least `same_finding_stores` stores (in `[policy]`) and in more than half of
    /// those that sent anything that day.
    ///
    /// ## Why it matters
    /// One cause at head office needs one answer, not one mail per store. The stores did nothing wrong.
    ///
    /// ## Example
    /// On Friday the files of 9 of 12 stores lack the column Total.
    ///
    /// ## What to do
    /// Ask whoever looks after the tills what changed. A layout for the new columns and `epos reread` bring all files in; nothing
    /// need be sent again.
    W001 "many-stores" Warning Say;

    /// The files of a store have come late several days running.
    ///
    /// ## What it checks
    /// The open days on which a store's files came later than `late_days` after they were due, or not at all, counted without a
    /// break. Said at every `late_streak` days.
    ///
    /// ## Why it matters
    /// One late evening is nothing. Several mean that something in the routine does not work: the mail, the till, or who is there
    /// to send it.
    ///
    /// ## Example
    /// The files of Monday to Wednesday all came on Friday.
    ///
    /// ## What to do
    /// Ask the store what stands in the way, and help. Perhaps the mail address or the till's export changed.
    W002 "late-streak" Warning Say;

    /// Rows are timed later than the mail that brought them: the till's clock is ahead.
    ///
    /// ## What it checks
    /// The latest time in a file is compared with the moment at which it was sent, in the store's own time, with `clock_minutes`
    /// of grace.
    ///
    /// ## Why it matters
    /// A clock that is wrong puts sales into the wrong shift, and near midnight into the wrong day.
    ///
    /// ## Example
    /// The mail was sent at 17:42; its last sale is timed 18:40.
    ///
    /// ## What to do
    /// Set the till's clock. An hour ahead is mostly summer time that nobody switched off.
    W003 "clock-ahead" Warning Say;

    /// A drawer that is counted blind was exact to the penny many times running.
    ///
    /// ## What it checks
    /// Closes in a row at which nobody saw the expected figure and the count met it exactly. Said at every `zero_closes` closes
    /// (in `[policy]`, twenty).
    ///
    /// ## Why it matters
    /// People who count coins err by a little now and then. Two innocent reasons first: the till shows the figure before the
    /// count after all, or the counter corrects the count until it fits. Either way the counts tell little.
    ///
    /// ## Example
    /// Till 1: twenty blind closes, twenty times 0.00.
    ///
    /// ## What to do
    /// Look at how the closing is done. Is the expected figure on the screen or on the slip before the count?
    W004 "always-exact" Note Say;

    /// A second count is exactly what was expected; the first was not.
    ///
    /// ## What it checks
    /// When a count is sent again for the same Z-report, both are kept. It is said when the new one equals the expected figure to
    /// the penny and the old one did not.
    ///
    /// ## Why it matters
    /// Once our answer has told the difference no count is blind any more. Mostly somebody found the coin roll under the tray;
    /// the reader should know which figure came first.
    ///
    /// ## Example
    /// The first count was 52.50, the second 70.50; 70.50 was expected.
    ///
    /// ## What to do
    /// Nothing, if somebody knows what was found. The figure of the second count is in use.
    W005 "recount-exact" Note Say;

    /// The differences of a drawer make a pattern over many closes.
    ///
    /// ## What it checks
    /// The cash over/short of each drawer, close by close, after at least twenty closes: nine in a
    /// row that are all short or all over; six in a row that grow; three of the last ten beyond three times the drawer's own
    /// spread and the first tolerance; many small ones that lean to one side more than chance does. One difference is never a pattern, and
    /// where the smallest coin is five cents less than that is none.
    ///
    /// ## Why it matters
    /// Each close may be within tolerance, and together they still show that something in the routine is not as it should be. The
    /// finding begins with two harmless reasons, because one of them mostly is it. Drawers and shifts are watched, not people:
    /// volunteers share log-ins.
    ///
    /// ## Example
    /// Perhaps the float is not quite what it is taken to be, or change is mostly rounded one way; drawer 1: each of the last 9
    /// closes was short, 8.10 in all.
    ///
    /// ## What to do
    /// Count the float by itself, look at the opening routine, and see whether the next closes still do it.
    W006 "drawer-pattern" Warning Say;

    /// In a drawer something is rung far more often than in the store's own past.
    ///
    /// ## What it checks
    /// Cash refunds that name no sale, sales taken back after payment, and openings without a sale, for every 100 transactions over
    /// ten closes of a drawer, against the store's own past of at least twenty closes. Said from five events on, when they are
    /// more than twice as many as expected and more than four times the spread of such counts above it.
    ///
    /// ## Why it matters
    /// A machine that fails, a routine that nobody explained, or a till that asks for no receipt shows here first. Stores are not
    /// compared with each other, and people not at all.
    ///
    /// ## Example
    /// Perhaps the card machine lost its line, or somebody is learning the till; drawer 1: 9 sales taken back after payment in 10
    /// closes, 4.1 for every 100 transactions; the store's own past has 0.8.
    ///
    /// ## What to do
    /// Ask the store how the till and the card machine did in these days.
    W007 "rate-above-own" Warning Say;
}
