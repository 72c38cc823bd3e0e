CREATE TABLE "epos_schema" (
  "version" INTEGER NOT NULL,
  "applied_at" TEXT NOT NULL,
  PRIMARY KEY ("version")
) STRICT;

CREATE TABLE "epos_sequence" (
  "name" TEXT NOT NULL,
  "last" INTEGER NOT NULL,
  PRIMARY KEY ("name")
) STRICT;

CREATE TABLE "document" (
  "id" INTEGER NOT NULL,
  "hash" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "message" TEXT,
  "sender" TEXT,
  "sent_at" TEXT,
  "arrived_at" TEXT NOT NULL,
  "said_at" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "changed_at" TEXT NOT NULL,
  "layout" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "reading" (
  "id" INTEGER NOT NULL,
  "document" INTEGER NOT NULL,
  "layout" TEXT NOT NULL,
  "layout_version" INTEGER NOT NULL,
  "store" TEXT,
  "trading_day" TEXT,
  "program" TEXT NOT NULL,
  "read_at" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "row_count" INTEGER NOT NULL,
  "rejected_count" INTEGER NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "batch" (
  "id" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "till" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "part" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "document" INTEGER NOT NULL,
  "reading" INTEGER NOT NULL,
  "layout" TEXT NOT NULL,
  "layout_version" INTEGER NOT NULL,
  "coverage" TEXT NOT NULL,
  "numbering" TEXT NOT NULL,
  "prices_include_tax" INTEGER,
  "absent" TEXT NOT NULL,
  "content" TEXT NOT NULL,
  "undated" TEXT,
  "row_count" INTEGER NOT NULL,
  "rows_in" INTEGER NOT NULL,
  "own" INTEGER NOT NULL,
  "active" INTEGER,
  "known_from" TEXT NOT NULL,
  "known_until" TEXT,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "loading" (
  "first" INTEGER NOT NULL,
  "last" INTEGER NOT NULL,
  "document" TEXT NOT NULL,
  "began_at" TEXT NOT NULL,
  PRIMARY KEY ("first")
) STRICT;

CREATE TABLE "rejected_row" (
  "reading" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "sheet" TEXT NOT NULL,
  "document_row" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "store" TEXT,
  "till" TEXT,
  "trading_day" TEXT,
  "cells" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  "diagnostics" TEXT NOT NULL,
  PRIMARY KEY ("reading", "position")
) STRICT, WITHOUT ROWID;

CREATE TABLE "finding" (
  "reading" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "document" INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "severity" TEXT NOT NULL,
  "store" TEXT,
  "trading_day" TEXT,
  "subject" TEXT NOT NULL,
  "amount" INTEGER,
  "diagnostic" TEXT NOT NULL,
  PRIMARY KEY ("reading", "position")
) STRICT, WITHOUT ROWID;

CREATE TABLE "person" (
  "token" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "code" TEXT,
  "first_name" TEXT,
  "last_name" TEXT,
  "email" TEXT,
  "phone" TEXT,
  PRIMARY KEY ("token")
) STRICT;

CREATE TABLE "headers" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "time" TEXT,
  "kind" TEXT NOT NULL,
  "training" INTEGER,
  "cashier" TEXT,
  "customer" TEXT,
  "receipt" TEXT,
  "item_count" INTEGER,
  "subtotal" INTEGER,
  "discount" INTEGER,
  "tax" INTEGER,
  "tip" INTEGER,
  "rounding" INTEGER,
  "total" INTEGER NOT NULL,
  "original_number" TEXT,
  "note" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "lines" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "time" TEXT,
  "cashier" TEXT,
  "customer" TEXT,
  "kind" TEXT NOT NULL,
  "class" TEXT NOT NULL,
  "charity" TEXT,
  "item_code" TEXT,
  "description" TEXT,
  "category" TEXT,
  "quantity" INTEGER NOT NULL,
  "unit_price" INTEGER,
  "discount_amount" INTEGER,
  "discount_percent" INTEGER,
  "discount_reason" TEXT,
  "deal" TEXT,
  "tax_rate" INTEGER,
  "tax_amount" INTEGER,
  "line_net" INTEGER,
  "line_total" INTEGER NOT NULL,
  "training" INTEGER,
  "original_number" TEXT,
  "donor" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "tenders" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "time" TEXT,
  "tender" TEXT NOT NULL,
  "amount" INTEGER NOT NULL,
  "tendered" INTEGER,
  "change" INTEGER,
  "currency" TEXT,
  "reference" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "cash_movements" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "time" TEXT,
  "kind" TEXT NOT NULL,
  "tender" TEXT,
  "amount" INTEGER NOT NULL,
  "reason" TEXT,
  "reference" TEXT,
  "by" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "z_reports" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "z_number" TEXT NOT NULL,
  "opened_at" TEXT,
  "closed_at" TEXT,
  "closed_by" TEXT,
  "counted_by" TEXT,
  "witness" TEXT,
  "blind" INTEGER,
  "tender" TEXT NOT NULL,
  "opening_float" INTEGER,
  "expected" INTEGER,
  "counted" INTEGER,
  "over_short" INTEGER,
  "paid_in" INTEGER,
  "paid_out" INTEGER,
  "loans" INTEGER,
  "dropped" INTEGER,
  "cash_back" INTEGER,
  "rounding" INTEGER,
  "banked" INTEGER,
  "closing_float" INTEGER,
  "note" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "z_totals" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "z_number" TEXT NOT NULL,
  "gross" INTEGER,
  "discounts" INTEGER,
  "refund_count" INTEGER,
  "refund_amount" INTEGER,
  "net" INTEGER,
  "tax" INTEGER,
  "void_count" INTEGER,
  "no_sale_count" INTEGER,
  "training_count" INTEGER,
  "transaction_count" INTEGER,
  "first_number" TEXT,
  "last_number" TEXT,
  "grand_total" INTEGER,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "cash_counts" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "z_number" TEXT NOT NULL,
  "denomination" INTEGER NOT NULL,
  "count" INTEGER NOT NULL,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "deposits" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "date" TEXT NOT NULL,
  "amount" INTEGER NOT NULL,
  "fees" INTEGER,
  "chargebacks" INTEGER,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "products" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "item_code" TEXT NOT NULL,
  "gtin" TEXT,
  "description" TEXT NOT NULL,
  "price" INTEGER,
  "cost" INTEGER,
  "tax_category" TEXT,
  "tax_rate" INTEGER,
  "category" TEXT,
  "charity" TEXT,
  "supplier" TEXT,
  "reorder_point" INTEGER,
  "stocked" INTEGER,
  "pack_of" TEXT,
  "pack_units" INTEGER,
  "effective_from" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "stock_levels" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "item_code" TEXT NOT NULL,
  "description" TEXT,
  "on_hand" INTEGER NOT NULL,
  "as_of" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "stock_counts" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "item_code" TEXT NOT NULL,
  "counted" INTEGER NOT NULL,
  "counted_at" TEXT NOT NULL,
  "by" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "goods_in" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "reference" TEXT,
  "supplier" TEXT,
  "item_code" TEXT NOT NULL,
  "description" TEXT,
  "quantity" INTEGER NOT NULL,
  "unit_cost" INTEGER,
  "received_by" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "transfers" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "reference" TEXT NOT NULL,
  "date" TEXT NOT NULL,
  "time" TEXT,
  "from_store" TEXT NOT NULL,
  "to_store" TEXT NOT NULL,
  "item_code" TEXT NOT NULL,
  "quantity" INTEGER NOT NULL,
  "side" TEXT NOT NULL,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "stores" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "store_type" TEXT,
  "city" TEXT,
  "region" TEXT,
  "zone" TEXT,
  "currency" TEXT,
  "address" TEXT,
  "postal_code" TEXT,
  "starts" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "drawers" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "unit" TEXT NOT NULL,
  "tills" TEXT NOT NULL,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "employees" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "first_name" TEXT,
  "last_name" TEXT,
  "role" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "customers" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "first_name" TEXT,
  "last_name" TEXT,
  "email" TEXT,
  "phone" TEXT,
  "category" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "suppliers" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "lead_days" INTEGER,
  "order_minimum" INTEGER,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "tax_rates" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "region" TEXT NOT NULL,
  "category" TEXT NOT NULL,
  "tax" TEXT NOT NULL,
  "rate" INTEGER NOT NULL,
  "from" TEXT NOT NULL,
  "until" TEXT,
  "source" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "calendar" (
  "batch" INTEGER NOT NULL,
  "number" TEXT NOT NULL,
  "line" INTEGER NOT NULL,
  "document_row" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "open" INTEGER,
  "reason" TEXT,
  PRIMARY KEY ("batch", "number", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "day_total" (
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "axis" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "transactions" INTEGER NOT NULL,
  "quantity" INTEGER NOT NULL,
  "net" INTEGER NOT NULL,
  "tax" INTEGER NOT NULL,
  "gross" INTEGER NOT NULL,
  PRIMARY KEY ("store", "trading_day", "axis", "value")
) STRICT, WITHOUT ROWID;

CREATE TABLE "product_day" (
  "trading_day" TEXT NOT NULL,
  "sku" TEXT NOT NULL,
  "transactions" INTEGER NOT NULL,
  "quantity" INTEGER NOT NULL,
  "net" INTEGER NOT NULL,
  "tax" INTEGER NOT NULL,
  "gross" INTEGER NOT NULL,
  PRIMARY KEY ("trading_day", "sku")
) STRICT, WITHOUT ROWID;

CREATE TABLE "store_day" (
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "transactions" INTEGER NOT NULL,
  "takings" INTEGER NOT NULL,
  "over_short" INTEGER,
  "rejected" INTEGER NOT NULL,
  "findings" INTEGER NOT NULL,
  "judgement" TEXT NOT NULL,
  PRIMARY KEY ("store", "trading_day")
) STRICT, WITHOUT ROWID;

CREATE TABLE "acceptance" (
  "id" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "amount" INTEGER,
  "reason" TEXT NOT NULL,
  "tax_rate" INTEGER,
  "note" TEXT NOT NULL,
  "signed_by" TEXT NOT NULL,
  "second_by" TEXT,
  "signed_at" TEXT NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "declaration" (
  "id" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "declared" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "signed_by" TEXT NOT NULL,
  "signed_at" TEXT NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "day_event" (
  "id" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "happened_at" TEXT NOT NULL,
  "who" TEXT NOT NULL,
  "was" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "revision" (
  "batch" INTEGER NOT NULL,
  "replaces" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "document" INTEGER NOT NULL,
  "happened_at" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "added_rows" INTEGER NOT NULL,
  "removed_rows" INTEGER NOT NULL,
  "changed_rows" INTEGER NOT NULL,
  "before_amount" INTEGER,
  "after_amount" INTEGER,
  "detail" TEXT NOT NULL,
  PRIMARY KEY ("batch")
) STRICT;

CREATE TABLE "seal" (
  "store" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "trading_day" TEXT NOT NULL,
  "sealing" INTEGER NOT NULL,
  "link" TEXT NOT NULL,
  "payload" TEXT NOT NULL,
  "result" TEXT NOT NULL,
  "sealed_by" TEXT NOT NULL,
  "sealed_at" TEXT NOT NULL,
  PRIMARY KEY ("store", "number")
) STRICT, WITHOUT ROWID;

CREATE TABLE "period_lock" (
  "id" INTEGER NOT NULL,
  "last_day" TEXT NOT NULL,
  "locked_by" TEXT NOT NULL,
  "locked_at" TEXT NOT NULL,
  PRIMARY KEY ("id")
) STRICT;

CREATE TABLE "adjustment" (
  "batch" INTEGER NOT NULL,
  "line" INTEGER NOT NULL,
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "posted_on" TEXT NOT NULL,
  "figure" TEXT NOT NULL,
  "amount" INTEGER NOT NULL,
  PRIMARY KEY ("batch", "line")
) STRICT, WITHOUT ROWID;

CREATE TABLE "layout_seen" (
  "store" TEXT NOT NULL,
  "shape" TEXT NOT NULL,
  "family" TEXT NOT NULL,
  "layout" TEXT NOT NULL,
  "columns_seen" TEXT NOT NULL,
  "first_day" TEXT NOT NULL,
  "last_day" TEXT NOT NULL,
  "good_days" INTEGER NOT NULL,
  PRIMARY KEY ("store", "shape")
) STRICT, WITHOUT ROWID;

CREATE TABLE "item" (
  "item_code" TEXT NOT NULL,
  "effective_from" TEXT NOT NULL,
  "place" INTEGER NOT NULL,
  "gtin" TEXT,
  "description" TEXT NOT NULL,
  "price" INTEGER,
  "tax_category" TEXT,
  "category" TEXT,
  "supplier" TEXT,
  "stocked" INTEGER NOT NULL,
  "base" TEXT NOT NULL,
  "units" INTEGER NOT NULL,
  PRIMARY KEY ("item_code", "effective_from")
) STRICT, WITHOUT ROWID;

CREATE TABLE "search_code" (
  "called" TEXT NOT NULL,
  "item_code" TEXT NOT NULL,
  PRIMARY KEY ("called", "item_code")
) STRICT, WITHOUT ROWID;

CREATE TABLE "search_item" (
  "word" TEXT NOT NULL,
  "label" TEXT NOT NULL,
  "item_code" TEXT NOT NULL,
  "category" TEXT NOT NULL,
  PRIMARY KEY ("word", "label", "item_code")
) STRICT, WITHOUT ROWID;

CREATE TABLE "search_word" (
  "word" TEXT NOT NULL,
  "items" INTEGER NOT NULL,
  PRIMARY KEY ("word")
) STRICT;

CREATE TABLE "search_gram" (
  "gram" TEXT NOT NULL,
  "word" TEXT NOT NULL,
  PRIMARY KEY ("gram", "word")
) STRICT, WITHOUT ROWID;

CREATE TABLE "shelf_day" (
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "sku" TEXT NOT NULL,
  "stood" INTEGER,
  "moved" INTEGER,
  "counted_at" TEXT,
  PRIMARY KEY ("store", "trading_day", "sku")
) STRICT, WITHOUT ROWID;

CREATE TABLE "shelf" (
  "sku" TEXT NOT NULL,
  "store" TEXT NOT NULL,
  "on_hand" INTEGER,
  "moved_on" TEXT NOT NULL,
  "stood_on" TEXT,
  "counted_at" TEXT,
  PRIMARY KEY ("sku", "store")
) STRICT, WITHOUT ROWID;

CREATE TABLE "shelf_due" (
  "store" TEXT NOT NULL,
  "trading_day" TEXT NOT NULL,
  "changes" INTEGER NOT NULL,
  PRIMARY KEY ("store", "trading_day")
) STRICT, WITHOUT ROWID;

CREATE TABLE "store" (
  "store" TEXT NOT NULL,
  "description" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "sales_until" TEXT,
  PRIMARY KEY ("store")
) STRICT;

CREATE TABLE "mail" (
  "hash" TEXT NOT NULL,
  "message" TEXT NOT NULL,
  "sender" TEXT NOT NULL,
  "answer_to" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "thread" TEXT NOT NULL,
  "sent_at" TEXT NOT NULL,
  "arrived_at" TEXT NOT NULL,
  "automatic" TEXT NOT NULL,
  "documents" TEXT NOT NULL,
  PRIMARY KEY ("hash")
) STRICT;

CREATE TABLE "reply" (
  "hash" TEXT NOT NULL,
  "answer" TEXT NOT NULL,
  "store" TEXT,
  "trading_day" TEXT,
  "answered" TEXT,
  "message" TEXT NOT NULL,
  "recipient" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "written_at" TEXT NOT NULL,
  PRIMARY KEY ("hash")
) STRICT;

CREATE UNIQUE INDEX "document_hash" ON "document" ("hash");

CREATE INDEX "document_state" ON "document" ("state");

CREATE INDEX "reading_document" ON "reading" ("document");

CREATE UNIQUE INDEX "batch_active" ON "batch" ("store", "trading_day", "kind", "till", "part", "active");

CREATE INDEX "batch_document" ON "batch" ("document");

CREATE INDEX "batch_undated" ON "batch" ("undated");

CREATE INDEX "rejected_row_day" ON "rejected_row" ("store", "trading_day");

CREATE INDEX "finding_day" ON "finding" ("store", "trading_day");

CREATE UNIQUE INDEX "person_code" ON "person" ("role", "code");

CREATE INDEX "acceptance_day" ON "acceptance" ("store", "trading_day");

CREATE INDEX "declaration_day" ON "declaration" ("store", "trading_day");

CREATE INDEX "day_event_day" ON "day_event" ("store", "trading_day");

CREATE INDEX "revision_day" ON "revision" ("store", "trading_day");

CREATE INDEX "revision_state" ON "revision" ("state");

CREATE INDEX "seal_day" ON "seal" ("store", "trading_day");

CREATE INDEX "adjustment_day" ON "adjustment" ("store", "posted_on");

CREATE INDEX "item_base" ON "item" ("base");

CREATE INDEX "shelf_day_sku" ON "shelf_day" ("sku", "store", "trading_day");

CREATE INDEX "shelf_store" ON "shelf" ("store", "sku");

CREATE INDEX "mail_sent" ON "mail" ("sent_at");

CREATE INDEX "reply_written" ON "reply" ("written_at");

CREATE VIEW "v_headers" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."time",
  t."kind",
  t."training",
  t."cashier",
  t."customer",
  t."receipt",
  t."item_count",
  CASE WHEN t."subtotal" < 0 THEN '-' ELSE '' END || (abs(t."subtotal") / 10000) || '.' || printf('%04d', abs(t."subtotal") % 10000) AS "subtotal",
  CASE WHEN t."discount" < 0 THEN '-' ELSE '' END || (abs(t."discount") / 10000) || '.' || printf('%04d', abs(t."discount") % 10000) AS "discount",
  CASE WHEN t."tax" < 0 THEN '-' ELSE '' END || (abs(t."tax") / 10000) || '.' || printf('%04d', abs(t."tax") % 10000) AS "tax",
  CASE WHEN t."tip" < 0 THEN '-' ELSE '' END || (abs(t."tip") / 10000) || '.' || printf('%04d', abs(t."tip") % 10000) AS "tip",
  CASE WHEN t."rounding" < 0 THEN '-' ELSE '' END || (abs(t."rounding") / 10000) || '.' || printf('%04d', abs(t."rounding") % 10000) AS "rounding",
  CASE WHEN t."total" < 0 THEN '-' ELSE '' END || (abs(t."total") / 10000) || '.' || printf('%04d', abs(t."total") % 10000) AS "total",
  t."original_number",
  t."note"
FROM "batch" b JOIN "headers" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'headers';

CREATE VIEW "v_lines" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."time",
  t."cashier",
  t."customer",
  t."kind",
  t."class",
  t."charity",
  t."item_code",
  t."description",
  t."category",
  CASE WHEN t."quantity" < 0 THEN '-' ELSE '' END || (abs(t."quantity") / 10000) || '.' || printf('%04d', abs(t."quantity") % 10000) AS "quantity",
  CASE WHEN t."unit_price" < 0 THEN '-' ELSE '' END || (abs(t."unit_price") / 10000) || '.' || printf('%04d', abs(t."unit_price") % 10000) AS "unit_price",
  CASE WHEN t."discount_amount" < 0 THEN '-' ELSE '' END || (abs(t."discount_amount") / 10000) || '.' || printf('%04d', abs(t."discount_amount") % 10000) AS "discount_amount",
  CASE WHEN t."discount_percent" < 0 THEN '-' ELSE '' END || (abs(t."discount_percent") / 10000) || '.' || printf('%04d', abs(t."discount_percent") % 10000) AS "discount_percent",
  t."discount_reason",
  t."deal",
  CASE WHEN t."tax_rate" < 0 THEN '-' ELSE '' END || (abs(t."tax_rate") / 10000) || '.' || printf('%04d', abs(t."tax_rate") % 10000) AS "tax_rate",
  CASE WHEN t."tax_amount" < 0 THEN '-' ELSE '' END || (abs(t."tax_amount") / 10000) || '.' || printf('%04d', abs(t."tax_amount") % 10000) AS "tax_amount",
  CASE WHEN t."line_net" < 0 THEN '-' ELSE '' END || (abs(t."line_net") / 10000) || '.' || printf('%04d', abs(t."line_net") % 10000) AS "line_net",
  CASE WHEN t."line_total" < 0 THEN '-' ELSE '' END || (abs(t."line_total") / 10000) || '.' || printf('%04d', abs(t."line_total") % 10000) AS "line_total",
  t."training",
  t."original_number",
  t."donor"
FROM "batch" b JOIN "lines" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'lines';

CREATE VIEW "v_tenders" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."time",
  t."tender",
  CASE WHEN t."amount" < 0 THEN '-' ELSE '' END || (abs(t."amount") / 10000) || '.' || printf('%04d', abs(t."amount") % 10000) AS "amount",
  CASE WHEN t."tendered" < 0 THEN '-' ELSE '' END || (abs(t."tendered") / 10000) || '.' || printf('%04d', abs(t."tendered") % 10000) AS "tendered",
  CASE WHEN t."change" < 0 THEN '-' ELSE '' END || (abs(t."change") / 10000) || '.' || printf('%04d', abs(t."change") % 10000) AS "change",
  t."currency",
  t."reference"
FROM "batch" b JOIN "tenders" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'tenders';

CREATE VIEW "v_cash_movements" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."time",
  t."kind",
  t."tender",
  CASE WHEN t."amount" < 0 THEN '-' ELSE '' END || (abs(t."amount") / 10000) || '.' || printf('%04d', abs(t."amount") % 10000) AS "amount",
  t."reason",
  t."reference",
  t."by"
FROM "batch" b JOIN "cash_movements" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'cash_movements';

CREATE VIEW "v_z_reports" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."z_number",
  t."opened_at",
  t."closed_at",
  t."closed_by",
  t."counted_by",
  t."witness",
  t."blind",
  t."tender",
  CASE WHEN t."opening_float" < 0 THEN '-' ELSE '' END || (abs(t."opening_float") / 10000) || '.' || printf('%04d', abs(t."opening_float") % 10000) AS "opening_float",
  CASE WHEN t."expected" < 0 THEN '-' ELSE '' END || (abs(t."expected") / 10000) || '.' || printf('%04d', abs(t."expected") % 10000) AS "expected",
  CASE WHEN t."counted" < 0 THEN '-' ELSE '' END || (abs(t."counted") / 10000) || '.' || printf('%04d', abs(t."counted") % 10000) AS "counted",
  CASE WHEN t."over_short" < 0 THEN '-' ELSE '' END || (abs(t."over_short") / 10000) || '.' || printf('%04d', abs(t."over_short") % 10000) AS "over_short",
  CASE WHEN t."paid_in" < 0 THEN '-' ELSE '' END || (abs(t."paid_in") / 10000) || '.' || printf('%04d', abs(t."paid_in") % 10000) AS "paid_in",
  CASE WHEN t."paid_out" < 0 THEN '-' ELSE '' END || (abs(t."paid_out") / 10000) || '.' || printf('%04d', abs(t."paid_out") % 10000) AS "paid_out",
  CASE WHEN t."loans" < 0 THEN '-' ELSE '' END || (abs(t."loans") / 10000) || '.' || printf('%04d', abs(t."loans") % 10000) AS "loans",
  CASE WHEN t."dropped" < 0 THEN '-' ELSE '' END || (abs(t."dropped") / 10000) || '.' || printf('%04d', abs(t."dropped") % 10000) AS "dropped",
  CASE WHEN t."cash_back" < 0 THEN '-' ELSE '' END || (abs(t."cash_back") / 10000) || '.' || printf('%04d', abs(t."cash_back") % 10000) AS "cash_back",
  CASE WHEN t."rounding" < 0 THEN '-' ELSE '' END || (abs(t."rounding") / 10000) || '.' || printf('%04d', abs(t."rounding") % 10000) AS "rounding",
  CASE WHEN t."banked" < 0 THEN '-' ELSE '' END || (abs(t."banked") / 10000) || '.' || printf('%04d', abs(t."banked") % 10000) AS "banked",
  CASE WHEN t."closing_float" < 0 THEN '-' ELSE '' END || (abs(t."closing_float") / 10000) || '.' || printf('%04d', abs(t."closing_float") % 10000) AS "closing_float",
  t."note"
FROM "batch" b JOIN "z_reports" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'z_reports';

CREATE VIEW "v_z_totals" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."z_number",
  CASE WHEN t."gross" < 0 THEN '-' ELSE '' END || (abs(t."gross") / 10000) || '.' || printf('%04d', abs(t."gross") % 10000) AS "gross",
  CASE WHEN t."discounts" < 0 THEN '-' ELSE '' END || (abs(t."discounts") / 10000) || '.' || printf('%04d', abs(t."discounts") % 10000) AS "discounts",
  t."refund_count",
  CASE WHEN t."refund_amount" < 0 THEN '-' ELSE '' END || (abs(t."refund_amount") / 10000) || '.' || printf('%04d', abs(t."refund_amount") % 10000) AS "refund_amount",
  CASE WHEN t."net" < 0 THEN '-' ELSE '' END || (abs(t."net") / 10000) || '.' || printf('%04d', abs(t."net") % 10000) AS "net",
  CASE WHEN t."tax" < 0 THEN '-' ELSE '' END || (abs(t."tax") / 10000) || '.' || printf('%04d', abs(t."tax") % 10000) AS "tax",
  t."void_count",
  t."no_sale_count",
  t."training_count",
  t."transaction_count",
  t."first_number",
  t."last_number",
  CASE WHEN t."grand_total" < 0 THEN '-' ELSE '' END || (abs(t."grand_total") / 10000) || '.' || printf('%04d', abs(t."grand_total") % 10000) AS "grand_total"
FROM "batch" b JOIN "z_totals" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'z_totals';

CREATE VIEW "v_cash_counts" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."z_number",
  CASE WHEN t."denomination" < 0 THEN '-' ELSE '' END || (abs(t."denomination") / 10000) || '.' || printf('%04d', abs(t."denomination") % 10000) AS "denomination",
  t."count"
FROM "batch" b JOIN "cash_counts" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'cash_counts';

CREATE VIEW "v_deposits" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."kind",
  t."reference",
  t."date",
  CASE WHEN t."amount" < 0 THEN '-' ELSE '' END || (abs(t."amount") / 10000) || '.' || printf('%04d', abs(t."amount") % 10000) AS "amount",
  CASE WHEN t."fees" < 0 THEN '-' ELSE '' END || (abs(t."fees") / 10000) || '.' || printf('%04d', abs(t."fees") % 10000) AS "fees",
  CASE WHEN t."chargebacks" < 0 THEN '-' ELSE '' END || (abs(t."chargebacks") / 10000) || '.' || printf('%04d', abs(t."chargebacks") % 10000) AS "chargebacks"
FROM "batch" b JOIN "deposits" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'deposits';

CREATE VIEW "v_products" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."item_code",
  t."gtin",
  t."description",
  CASE WHEN t."price" < 0 THEN '-' ELSE '' END || (abs(t."price") / 10000) || '.' || printf('%04d', abs(t."price") % 10000) AS "price",
  CASE WHEN t."cost" < 0 THEN '-' ELSE '' END || (abs(t."cost") / 10000) || '.' || printf('%04d', abs(t."cost") % 10000) AS "cost",
  t."tax_category",
  CASE WHEN t."tax_rate" < 0 THEN '-' ELSE '' END || (abs(t."tax_rate") / 10000) || '.' || printf('%04d', abs(t."tax_rate") % 10000) AS "tax_rate",
  t."category",
  t."charity",
  t."supplier",
  CASE WHEN t."reorder_point" < 0 THEN '-' ELSE '' END || (abs(t."reorder_point") / 10000) || '.' || printf('%04d', abs(t."reorder_point") % 10000) AS "reorder_point",
  t."stocked",
  t."pack_of",
  CASE WHEN t."pack_units" < 0 THEN '-' ELSE '' END || (abs(t."pack_units") / 10000) || '.' || printf('%04d', abs(t."pack_units") % 10000) AS "pack_units",
  t."effective_from"
FROM "batch" b JOIN "products" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'products';

CREATE VIEW "v_stock_levels" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."item_code",
  t."description",
  CASE WHEN t."on_hand" < 0 THEN '-' ELSE '' END || (abs(t."on_hand") / 10000) || '.' || printf('%04d', abs(t."on_hand") % 10000) AS "on_hand",
  t."as_of"
FROM "batch" b JOIN "stock_levels" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'stock_levels';

CREATE VIEW "v_stock_counts" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."item_code",
  CASE WHEN t."counted" < 0 THEN '-' ELSE '' END || (abs(t."counted") / 10000) || '.' || printf('%04d', abs(t."counted") % 10000) AS "counted",
  t."counted_at",
  t."by"
FROM "batch" b JOIN "stock_counts" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'stock_counts';

CREATE VIEW "v_goods_in" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."reference",
  t."supplier",
  t."item_code",
  t."description",
  CASE WHEN t."quantity" < 0 THEN '-' ELSE '' END || (abs(t."quantity") / 10000) || '.' || printf('%04d', abs(t."quantity") % 10000) AS "quantity",
  CASE WHEN t."unit_cost" < 0 THEN '-' ELSE '' END || (abs(t."unit_cost") / 10000) || '.' || printf('%04d', abs(t."unit_cost") % 10000) AS "unit_cost",
  t."received_by"
FROM "batch" b JOIN "goods_in" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'goods_in';

CREATE VIEW "v_transfers" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."reference",
  t."date",
  t."time",
  t."from_store",
  t."to_store",
  t."item_code",
  CASE WHEN t."quantity" < 0 THEN '-' ELSE '' END || (abs(t."quantity") / 10000) || '.' || printf('%04d', abs(t."quantity") % 10000) AS "quantity",
  t."side"
FROM "batch" b JOIN "transfers" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'transfers';

CREATE VIEW "v_stores" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."code",
  t."name",
  t."store_type",
  t."city",
  t."region",
  t."zone",
  t."currency",
  t."address",
  t."postal_code",
  t."starts"
FROM "batch" b JOIN "stores" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'stores';

CREATE VIEW "v_drawers" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."unit",
  t."tills"
FROM "batch" b JOIN "drawers" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'drawers';

CREATE VIEW "v_employees" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."code",
  t."first_name",
  t."last_name",
  t."role"
FROM "batch" b JOIN "employees" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'employees';

CREATE VIEW "v_customers" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."code",
  t."first_name",
  t."last_name",
  t."email",
  t."phone",
  t."category"
FROM "batch" b JOIN "customers" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'customers';

CREATE VIEW "v_suppliers" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."code",
  t."name",
  t."lead_days",
  CASE WHEN t."order_minimum" < 0 THEN '-' ELSE '' END || (abs(t."order_minimum") / 10000) || '.' || printf('%04d', abs(t."order_minimum") % 10000) AS "order_minimum"
FROM "batch" b JOIN "suppliers" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'suppliers';

CREATE VIEW "v_tax_rates" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."region",
  t."category",
  t."tax",
  CASE WHEN t."rate" < 0 THEN '-' ELSE '' END || (abs(t."rate") / 10000) || '.' || printf('%04d', abs(t."rate") % 10000) AS "rate",
  t."from",
  t."until",
  t."source"
FROM "batch" b JOIN "tax_rates" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'tax_rates';

CREATE VIEW "v_calendar" AS SELECT
  b."store",
  b."till",
  b."trading_day",
  t."number",
  t."line",
  t."document_row",
  t."date",
  t."open",
  t."reason"
FROM "batch" b JOIN "calendar" t ON t."batch" = b."rows_in" WHERE b."active" = 1 AND b."kind" = 'calendar';

CREATE VIEW "v_day_total" AS SELECT
  t."store",
  t."trading_day",
  t."axis",
  t."value",
  t."transactions",
  CASE WHEN t."quantity" < 0 THEN '-' ELSE '' END || (abs(t."quantity") / 10000) || '.' || printf('%04d', abs(t."quantity") % 10000) AS "quantity",
  CASE WHEN t."net" < 0 THEN '-' ELSE '' END || (abs(t."net") / 10000) || '.' || printf('%04d', abs(t."net") % 10000) AS "net",
  CASE WHEN t."tax" < 0 THEN '-' ELSE '' END || (abs(t."tax") / 10000) || '.' || printf('%04d', abs(t."tax") % 10000) AS "tax",
  CASE WHEN t."gross" < 0 THEN '-' ELSE '' END || (abs(t."gross") / 10000) || '.' || printf('%04d', abs(t."gross") % 10000) AS "gross"
FROM "day_total" t;

CREATE VIEW "v_product_day" AS SELECT
  t."trading_day",
  t."sku",
  t."transactions",
  CASE WHEN t."quantity" < 0 THEN '-' ELSE '' END || (abs(t."quantity") / 10000) || '.' || printf('%04d', abs(t."quantity") % 10000) AS "quantity",
  CASE WHEN t."net" < 0 THEN '-' ELSE '' END || (abs(t."net") / 10000) || '.' || printf('%04d', abs(t."net") % 10000) AS "net",
  CASE WHEN t."tax" < 0 THEN '-' ELSE '' END || (abs(t."tax") / 10000) || '.' || printf('%04d', abs(t."tax") % 10000) AS "tax",
  CASE WHEN t."gross" < 0 THEN '-' ELSE '' END || (abs(t."gross") / 10000) || '.' || printf('%04d', abs(t."gross") % 10000) AS "gross"
FROM "product_day" t;

CREATE VIEW "v_store_day" AS SELECT
  t."store",
  t."trading_day",
  t."state",
  t."currency",
  t."transactions",
  CASE WHEN t."takings" < 0 THEN '-' ELSE '' END || (abs(t."takings") / 10000) || '.' || printf('%04d', abs(t."takings") % 10000) AS "takings",
  CASE WHEN t."over_short" < 0 THEN '-' ELSE '' END || (abs(t."over_short") / 10000) || '.' || printf('%04d', abs(t."over_short") % 10000) AS "over_short",
  t."rejected",
  t."findings",
  t."judgement"
FROM "store_day" t;

CREATE VIEW "v_acceptance" AS SELECT
  t."id",
  t."store",
  t."trading_day",
  t."code",
  t."subject",
  CASE WHEN t."amount" < 0 THEN '-' ELSE '' END || (abs(t."amount") / 10000) || '.' || printf('%04d', abs(t."amount") % 10000) AS "amount",
  t."reason",
  CASE WHEN t."tax_rate" < 0 THEN '-' ELSE '' END || (abs(t."tax_rate") / 10000) || '.' || printf('%04d', abs(t."tax_rate") % 10000) AS "tax_rate",
  t."note",
  t."signed_by",
  t."second_by",
  t."signed_at"
FROM "acceptance" t;

CREATE VIEW "v_revision" AS SELECT
  t."replaces",
  t."store",
  t."trading_day",
  t."document",
  t."happened_at",
  t."state",
  t."added_rows",
  t."removed_rows",
  t."changed_rows",
  CASE WHEN t."before_amount" < 0 THEN '-' ELSE '' END || (abs(t."before_amount") / 10000) || '.' || printf('%04d', abs(t."before_amount") % 10000) AS "before_amount",
  CASE WHEN t."after_amount" < 0 THEN '-' ELSE '' END || (abs(t."after_amount") / 10000) || '.' || printf('%04d', abs(t."after_amount") % 10000) AS "after_amount",
  t."detail"
FROM "revision" t;

CREATE VIEW "v_adjustment" AS SELECT
  t."line",
  t."store",
  t."trading_day",
  t."posted_on",
  t."figure",
  CASE WHEN t."amount" < 0 THEN '-' ELSE '' END || (abs(t."amount") / 10000) || '.' || printf('%04d', abs(t."amount") % 10000) AS "amount"
FROM "adjustment" t;

