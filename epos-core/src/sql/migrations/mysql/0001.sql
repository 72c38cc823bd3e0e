CREATE TABLE IF NOT EXISTS `epos_schema` (
  `version` BIGINT NOT NULL,
  `applied_at` DATETIME NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `epos_sequence` (
  `name` VARCHAR(40) NOT NULL,
  `last` BIGINT NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `document` (
  `id` BIGINT NOT NULL,
  `hash` VARCHAR(80) NOT NULL,
  `name` MEDIUMTEXT NOT NULL,
  `bytes` BIGINT NOT NULL,
  `message` MEDIUMTEXT,
  `sender` MEDIUMTEXT,
  `sent_at` DATETIME,
  `arrived_at` DATETIME NOT NULL,
  `said_at` DATETIME NOT NULL,
  `state` VARCHAR(40) NOT NULL,
  `changed_at` DATETIME NOT NULL,
  `layout` MEDIUMTEXT NOT NULL,
  `why` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `document_hash` (`hash`),
  KEY `document_state` (`state`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `reading` (
  `id` BIGINT NOT NULL,
  `document` BIGINT NOT NULL,
  `layout` MEDIUMTEXT NOT NULL,
  `layout_version` BIGINT NOT NULL,
  `store` MEDIUMTEXT,
  `trading_day` DATE,
  `program` MEDIUMTEXT NOT NULL,
  `read_at` DATETIME NOT NULL,
  `state` MEDIUMTEXT NOT NULL,
  `row_count` BIGINT NOT NULL,
  `rejected_count` BIGINT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `reading_document` (`document`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `batch` (
  `id` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `till` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `kind` VARCHAR(40) NOT NULL,
  `part` VARCHAR(400) NOT NULL,
  `revision` BIGINT NOT NULL,
  `document` BIGINT NOT NULL,
  `reading` BIGINT NOT NULL,
  `layout` MEDIUMTEXT NOT NULL,
  `layout_version` BIGINT NOT NULL,
  `coverage` MEDIUMTEXT NOT NULL,
  `numbering` MEDIUMTEXT NOT NULL,
  `prices_include_tax` TINYINT,
  `absent` MEDIUMTEXT NOT NULL,
  `content` MEDIUMTEXT NOT NULL,
  `undated` VARCHAR(80),
  `row_count` BIGINT NOT NULL,
  `rows_in` BIGINT NOT NULL,
  `own` TINYINT NOT NULL,
  `active` TINYINT,
  `known_from` DATETIME NOT NULL,
  `known_until` DATETIME,
  PRIMARY KEY (`id`),
  UNIQUE KEY `batch_active` (`store`, `trading_day`, `kind`, `till`, `part`, `active`),
  KEY `batch_document` (`document`),
  KEY `batch_undated` (`undated`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `loading` (
  `first` BIGINT NOT NULL,
  `last` BIGINT NOT NULL,
  `document` MEDIUMTEXT NOT NULL,
  `began_at` DATETIME NOT NULL,
  PRIMARY KEY (`first`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `rejected_row` (
  `reading` BIGINT NOT NULL,
  `position` BIGINT NOT NULL,
  `sheet` MEDIUMTEXT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `kind` MEDIUMTEXT NOT NULL,
  `store` VARCHAR(120),
  `till` MEDIUMTEXT,
  `trading_day` DATE,
  `cells` MEDIUMTEXT NOT NULL,
  `why` MEDIUMTEXT NOT NULL,
  `diagnostics` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`reading`, `position`),
  KEY `rejected_row_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `finding` (
  `reading` BIGINT NOT NULL,
  `position` BIGINT NOT NULL,
  `document` BIGINT NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `severity` MEDIUMTEXT NOT NULL,
  `store` VARCHAR(120),
  `trading_day` DATE,
  `subject` MEDIUMTEXT NOT NULL,
  `amount` DECIMAL(18,4),
  `diagnostic` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`reading`, `position`),
  KEY `finding_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `person` (
  `token` VARCHAR(80) NOT NULL,
  `role` VARCHAR(40) NOT NULL,
  `code` VARCHAR(400),
  `first_name` MEDIUMTEXT,
  `last_name` MEDIUMTEXT,
  `email` MEDIUMTEXT,
  `phone` MEDIUMTEXT,
  PRIMARY KEY (`token`),
  UNIQUE KEY `person_code` (`role`, `code`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `headers` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `time` TIME,
  `kind` VARCHAR(40) NOT NULL,
  `training` TINYINT,
  `cashier` MEDIUMTEXT,
  `customer` MEDIUMTEXT,
  `receipt` MEDIUMTEXT,
  `item_count` BIGINT,
  `subtotal` DECIMAL(18,4),
  `discount` DECIMAL(18,4),
  `tax` DECIMAL(18,4),
  `tip` DECIMAL(18,4),
  `rounding` DECIMAL(18,4),
  `total` DECIMAL(18,4) NOT NULL,
  `original_number` MEDIUMTEXT,
  `note` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `lines` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `time` TIME,
  `cashier` MEDIUMTEXT,
  `customer` MEDIUMTEXT,
  `kind` VARCHAR(40) NOT NULL,
  `class` VARCHAR(40) NOT NULL,
  `charity` VARCHAR(40),
  `item_code` MEDIUMTEXT,
  `description` MEDIUMTEXT,
  `category` MEDIUMTEXT,
  `quantity` DECIMAL(18,4) NOT NULL,
  `unit_price` DECIMAL(18,4),
  `discount_amount` DECIMAL(18,4),
  `discount_percent` DECIMAL(18,4),
  `discount_reason` MEDIUMTEXT,
  `deal` MEDIUMTEXT,
  `tax_rate` DECIMAL(18,4),
  `tax_amount` DECIMAL(18,4),
  `line_net` DECIMAL(18,4),
  `line_total` DECIMAL(18,4) NOT NULL,
  `training` TINYINT,
  `original_number` MEDIUMTEXT,
  `donor` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `tenders` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `time` TIME,
  `tender` MEDIUMTEXT NOT NULL,
  `amount` DECIMAL(18,4) NOT NULL,
  `tendered` DECIMAL(18,4),
  `change` DECIMAL(18,4),
  `currency` MEDIUMTEXT,
  `reference` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `cash_movements` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `time` TIME,
  `kind` VARCHAR(40) NOT NULL,
  `tender` MEDIUMTEXT,
  `amount` DECIMAL(18,4) NOT NULL,
  `reason` MEDIUMTEXT,
  `reference` MEDIUMTEXT,
  `by` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `z_reports` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `z_number` MEDIUMTEXT NOT NULL,
  `opened_at` DATETIME,
  `closed_at` DATETIME,
  `closed_by` MEDIUMTEXT,
  `counted_by` MEDIUMTEXT,
  `witness` MEDIUMTEXT,
  `blind` TINYINT,
  `tender` MEDIUMTEXT NOT NULL,
  `opening_float` DECIMAL(18,4),
  `expected` DECIMAL(18,4),
  `counted` DECIMAL(18,4),
  `over_short` DECIMAL(18,4),
  `paid_in` DECIMAL(18,4),
  `paid_out` DECIMAL(18,4),
  `loans` DECIMAL(18,4),
  `dropped` DECIMAL(18,4),
  `cash_back` DECIMAL(18,4),
  `rounding` DECIMAL(18,4),
  `banked` DECIMAL(18,4),
  `closing_float` DECIMAL(18,4),
  `note` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `z_totals` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `z_number` MEDIUMTEXT NOT NULL,
  `gross` DECIMAL(18,4),
  `discounts` DECIMAL(18,4),
  `refund_count` BIGINT,
  `refund_amount` DECIMAL(18,4),
  `net` DECIMAL(18,4),
  `tax` DECIMAL(18,4),
  `void_count` BIGINT,
  `no_sale_count` BIGINT,
  `training_count` BIGINT,
  `transaction_count` BIGINT,
  `first_number` MEDIUMTEXT,
  `last_number` MEDIUMTEXT,
  `grand_total` DECIMAL(18,4),
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `cash_counts` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `z_number` MEDIUMTEXT NOT NULL,
  `denomination` DECIMAL(18,4) NOT NULL,
  `count` BIGINT NOT NULL,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `deposits` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `kind` VARCHAR(40) NOT NULL,
  `reference` MEDIUMTEXT NOT NULL,
  `date` DATE NOT NULL,
  `amount` DECIMAL(18,4) NOT NULL,
  `fees` DECIMAL(18,4),
  `chargebacks` DECIMAL(18,4),
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `products` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `item_code` MEDIUMTEXT NOT NULL,
  `gtin` MEDIUMTEXT,
  `description` MEDIUMTEXT NOT NULL,
  `price` DECIMAL(18,4),
  `cost` DECIMAL(18,4),
  `tax_category` MEDIUMTEXT,
  `tax_rate` DECIMAL(18,4),
  `category` MEDIUMTEXT,
  `charity` VARCHAR(40),
  `supplier` MEDIUMTEXT,
  `reorder_point` DECIMAL(18,4),
  `stocked` TINYINT,
  `pack_of` MEDIUMTEXT,
  `pack_units` DECIMAL(18,4),
  `effective_from` DATE,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `stock_levels` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `item_code` MEDIUMTEXT NOT NULL,
  `description` MEDIUMTEXT,
  `on_hand` DECIMAL(18,4) NOT NULL,
  `as_of` DATETIME,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `stock_counts` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `item_code` MEDIUMTEXT NOT NULL,
  `counted` DECIMAL(18,4) NOT NULL,
  `counted_at` DATETIME NOT NULL,
  `by` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `goods_in` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `reference` MEDIUMTEXT,
  `supplier` MEDIUMTEXT,
  `item_code` MEDIUMTEXT NOT NULL,
  `description` MEDIUMTEXT,
  `quantity` DECIMAL(18,4) NOT NULL,
  `unit_cost` DECIMAL(18,4),
  `received_by` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `transfers` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `reference` MEDIUMTEXT NOT NULL,
  `date` DATE NOT NULL,
  `time` TIME,
  `from_store` MEDIUMTEXT NOT NULL,
  `to_store` MEDIUMTEXT NOT NULL,
  `item_code` MEDIUMTEXT NOT NULL,
  `quantity` DECIMAL(18,4) NOT NULL,
  `side` VARCHAR(40) NOT NULL,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `stores` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `name` MEDIUMTEXT NOT NULL,
  `store_type` MEDIUMTEXT,
  `city` MEDIUMTEXT,
  `region` MEDIUMTEXT,
  `zone` MEDIUMTEXT,
  `currency` MEDIUMTEXT,
  `address` MEDIUMTEXT,
  `postal_code` MEDIUMTEXT,
  `starts` DATE,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `drawers` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `unit` MEDIUMTEXT NOT NULL,
  `tills` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `employees` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `first_name` MEDIUMTEXT,
  `last_name` MEDIUMTEXT,
  `role` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `customers` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `first_name` MEDIUMTEXT,
  `last_name` MEDIUMTEXT,
  `email` MEDIUMTEXT,
  `phone` MEDIUMTEXT,
  `category` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `suppliers` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `name` MEDIUMTEXT NOT NULL,
  `lead_days` BIGINT,
  `order_minimum` DECIMAL(18,4),
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `tax_rates` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `region` MEDIUMTEXT NOT NULL,
  `category` MEDIUMTEXT NOT NULL,
  `tax` MEDIUMTEXT NOT NULL,
  `rate` DECIMAL(18,4) NOT NULL,
  `from` DATE NOT NULL,
  `until` DATE,
  `source` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `calendar` (
  `batch` BIGINT NOT NULL,
  `number` VARCHAR(400) NOT NULL,
  `line` BIGINT NOT NULL,
  `document_row` BIGINT NOT NULL,
  `date` DATE NOT NULL,
  `open` TINYINT,
  `reason` MEDIUMTEXT,
  PRIMARY KEY (`batch`, `number`, `line`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `day_total` (
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `axis` VARCHAR(40) NOT NULL,
  `value` VARCHAR(400) NOT NULL,
  `transactions` BIGINT NOT NULL,
  `quantity` DECIMAL(18,4) NOT NULL,
  `net` DECIMAL(18,4) NOT NULL,
  `tax` DECIMAL(18,4) NOT NULL,
  `gross` DECIMAL(18,4) NOT NULL,
  PRIMARY KEY (`store`, `trading_day`, `axis`, `value`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `product_day` (
  `trading_day` DATE NOT NULL,
  `sku` VARCHAR(400) NOT NULL,
  `transactions` BIGINT NOT NULL,
  `quantity` DECIMAL(18,4) NOT NULL,
  `net` DECIMAL(18,4) NOT NULL,
  `tax` DECIMAL(18,4) NOT NULL,
  `gross` DECIMAL(18,4) NOT NULL,
  PRIMARY KEY (`trading_day`, `sku`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `store_day` (
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `state` MEDIUMTEXT NOT NULL,
  `currency` MEDIUMTEXT NOT NULL,
  `transactions` BIGINT NOT NULL,
  `takings` DECIMAL(18,4) NOT NULL,
  `over_short` DECIMAL(18,4),
  `rejected` BIGINT NOT NULL,
  `findings` BIGINT NOT NULL,
  `judgement` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `acceptance` (
  `id` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `code` MEDIUMTEXT NOT NULL,
  `subject` MEDIUMTEXT NOT NULL,
  `amount` DECIMAL(18,4),
  `reason` MEDIUMTEXT NOT NULL,
  `tax_rate` DECIMAL(18,4),
  `note` MEDIUMTEXT NOT NULL,
  `signed_by` MEDIUMTEXT NOT NULL,
  `second_by` MEDIUMTEXT,
  `signed_at` DATETIME NOT NULL,
  PRIMARY KEY (`id`),
  KEY `acceptance_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `declaration` (
  `id` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `declared` MEDIUMTEXT NOT NULL,
  `reason` MEDIUMTEXT NOT NULL,
  `signed_by` MEDIUMTEXT NOT NULL,
  `signed_at` DATETIME NOT NULL,
  PRIMARY KEY (`id`),
  KEY `declaration_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `day_event` (
  `id` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `happened_at` DATETIME NOT NULL,
  `who` MEDIUMTEXT NOT NULL,
  `was` MEDIUMTEXT NOT NULL,
  `state` MEDIUMTEXT NOT NULL,
  `why` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `day_event_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `revision` (
  `batch` BIGINT NOT NULL,
  `replaces` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `document` BIGINT NOT NULL,
  `happened_at` DATETIME NOT NULL,
  `state` VARCHAR(40) NOT NULL,
  `added_rows` BIGINT NOT NULL,
  `removed_rows` BIGINT NOT NULL,
  `changed_rows` BIGINT NOT NULL,
  `before_amount` DECIMAL(18,4),
  `after_amount` DECIMAL(18,4),
  `detail` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`batch`),
  KEY `revision_day` (`store`, `trading_day`),
  KEY `revision_state` (`state`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `seal` (
  `store` VARCHAR(120) NOT NULL,
  `number` BIGINT NOT NULL,
  `trading_day` DATE NOT NULL,
  `sealing` BIGINT NOT NULL,
  `link` MEDIUMTEXT NOT NULL,
  `payload` MEDIUMTEXT NOT NULL,
  `result` MEDIUMTEXT NOT NULL,
  `sealed_by` MEDIUMTEXT NOT NULL,
  `sealed_at` DATETIME NOT NULL,
  PRIMARY KEY (`store`, `number`),
  KEY `seal_day` (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `period_lock` (
  `id` BIGINT NOT NULL,
  `last_day` DATE NOT NULL,
  `locked_by` MEDIUMTEXT NOT NULL,
  `locked_at` DATETIME NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `adjustment` (
  `batch` BIGINT NOT NULL,
  `line` BIGINT NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `posted_on` DATE NOT NULL,
  `figure` MEDIUMTEXT NOT NULL,
  `amount` DECIMAL(18,4) NOT NULL,
  PRIMARY KEY (`batch`, `line`),
  KEY `adjustment_day` (`store`, `posted_on`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `layout_seen` (
  `store` VARCHAR(120) NOT NULL,
  `shape` VARCHAR(400) NOT NULL,
  `family` MEDIUMTEXT NOT NULL,
  `layout` MEDIUMTEXT NOT NULL,
  `columns_seen` MEDIUMTEXT NOT NULL,
  `first_day` DATE NOT NULL,
  `last_day` DATE NOT NULL,
  `good_days` BIGINT NOT NULL,
  PRIMARY KEY (`store`, `shape`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `item` (
  `item_code` VARCHAR(400) NOT NULL,
  `effective_from` DATE NOT NULL,
  `place` BIGINT NOT NULL,
  `gtin` MEDIUMTEXT,
  `description` MEDIUMTEXT NOT NULL,
  `price` DECIMAL(18,4),
  `tax_category` MEDIUMTEXT,
  `category` MEDIUMTEXT,
  `supplier` MEDIUMTEXT,
  `stocked` TINYINT NOT NULL,
  `base` VARCHAR(400) NOT NULL,
  `units` DECIMAL(18,4) NOT NULL,
  PRIMARY KEY (`item_code`, `effective_from`),
  KEY `item_base` (`base`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `search_code` (
  `called` VARCHAR(300) NOT NULL,
  `item_code` VARCHAR(400) NOT NULL,
  PRIMARY KEY (`called`, `item_code`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `search_item` (
  `word` VARCHAR(40) NOT NULL,
  `label` VARCHAR(120) NOT NULL,
  `item_code` VARCHAR(400) NOT NULL,
  `category` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`word`, `label`, `item_code`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `search_word` (
  `word` VARCHAR(40) NOT NULL,
  `items` BIGINT NOT NULL,
  PRIMARY KEY (`word`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `search_gram` (
  `gram` VARCHAR(3) NOT NULL,
  `word` VARCHAR(40) NOT NULL,
  PRIMARY KEY (`gram`, `word`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `shelf_day` (
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `sku` VARCHAR(400) NOT NULL,
  `stood` DECIMAL(18,4),
  `moved` DECIMAL(18,4),
  `counted_at` DATETIME,
  PRIMARY KEY (`store`, `trading_day`, `sku`),
  KEY `shelf_day_sku` (`sku`, `store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `shelf` (
  `sku` VARCHAR(400) NOT NULL,
  `store` VARCHAR(120) NOT NULL,
  `on_hand` DECIMAL(18,4),
  `moved_on` DATE NOT NULL,
  `stood_on` DATE,
  `counted_at` DATETIME,
  PRIMARY KEY (`sku`, `store`),
  KEY `shelf_store` (`store`, `sku`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `shelf_due` (
  `store` VARCHAR(120) NOT NULL,
  `trading_day` DATE NOT NULL,
  `changes` BIGINT NOT NULL,
  PRIMARY KEY (`store`, `trading_day`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `store` (
  `store` VARCHAR(120) NOT NULL,
  `description` MEDIUMTEXT NOT NULL,
  `currency` MEDIUMTEXT NOT NULL,
  `sales_until` DATE,
  PRIMARY KEY (`store`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `mail` (
  `hash` VARCHAR(80) NOT NULL,
  `message` MEDIUMTEXT NOT NULL,
  `sender` MEDIUMTEXT NOT NULL,
  `answer_to` MEDIUMTEXT NOT NULL,
  `subject` MEDIUMTEXT NOT NULL,
  `thread` MEDIUMTEXT NOT NULL,
  `sent_at` DATETIME NOT NULL,
  `arrived_at` DATETIME NOT NULL,
  `automatic` MEDIUMTEXT NOT NULL,
  `documents` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `mail_sent` (`sent_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `reply` (
  `hash` VARCHAR(80) NOT NULL,
  `answer` MEDIUMTEXT NOT NULL,
  `store` MEDIUMTEXT,
  `trading_day` DATE,
  `answered` MEDIUMTEXT,
  `message` MEDIUMTEXT NOT NULL,
  `recipient` MEDIUMTEXT NOT NULL,
  `subject` MEDIUMTEXT NOT NULL,
  `body` MEDIUMTEXT NOT NULL,
  `file` MEDIUMTEXT NOT NULL,
  `written_at` DATETIME NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `reply_written` (`written_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_headers` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`time`,
  t.`kind`,
  t.`training`,
  t.`cashier`,
  t.`customer`,
  t.`receipt`,
  t.`item_count`,
  t.`subtotal` AS `subtotal`,
  t.`discount` AS `discount`,
  t.`tax` AS `tax`,
  t.`tip` AS `tip`,
  t.`rounding` AS `rounding`,
  t.`total` AS `total`,
  t.`original_number`,
  t.`note`
FROM `batch` b JOIN `headers` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'headers';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_lines` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`time`,
  t.`cashier`,
  t.`customer`,
  t.`kind`,
  t.`class`,
  t.`charity`,
  t.`item_code`,
  t.`description`,
  t.`category`,
  t.`quantity` AS `quantity`,
  t.`unit_price` AS `unit_price`,
  t.`discount_amount` AS `discount_amount`,
  t.`discount_percent` AS `discount_percent`,
  t.`discount_reason`,
  t.`deal`,
  t.`tax_rate` AS `tax_rate`,
  t.`tax_amount` AS `tax_amount`,
  t.`line_net` AS `line_net`,
  t.`line_total` AS `line_total`,
  t.`training`,
  t.`original_number`,
  t.`donor`
FROM `batch` b JOIN `lines` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'lines';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_tenders` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`time`,
  t.`tender`,
  t.`amount` AS `amount`,
  t.`tendered` AS `tendered`,
  t.`change` AS `change`,
  t.`currency`,
  t.`reference`
FROM `batch` b JOIN `tenders` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'tenders';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_cash_movements` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`time`,
  t.`kind`,
  t.`tender`,
  t.`amount` AS `amount`,
  t.`reason`,
  t.`reference`,
  t.`by`
FROM `batch` b JOIN `cash_movements` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'cash_movements';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_z_reports` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`z_number`,
  t.`opened_at`,
  t.`closed_at`,
  t.`closed_by`,
  t.`counted_by`,
  t.`witness`,
  t.`blind`,
  t.`tender`,
  t.`opening_float` AS `opening_float`,
  t.`expected` AS `expected`,
  t.`counted` AS `counted`,
  t.`over_short` AS `over_short`,
  t.`paid_in` AS `paid_in`,
  t.`paid_out` AS `paid_out`,
  t.`loans` AS `loans`,
  t.`dropped` AS `dropped`,
  t.`cash_back` AS `cash_back`,
  t.`rounding` AS `rounding`,
  t.`banked` AS `banked`,
  t.`closing_float` AS `closing_float`,
  t.`note`
FROM `batch` b JOIN `z_reports` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'z_reports';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_z_totals` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`z_number`,
  t.`gross` AS `gross`,
  t.`discounts` AS `discounts`,
  t.`refund_count`,
  t.`refund_amount` AS `refund_amount`,
  t.`net` AS `net`,
  t.`tax` AS `tax`,
  t.`void_count`,
  t.`no_sale_count`,
  t.`training_count`,
  t.`transaction_count`,
  t.`first_number`,
  t.`last_number`,
  t.`grand_total` AS `grand_total`
FROM `batch` b JOIN `z_totals` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'z_totals';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_cash_counts` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`z_number`,
  t.`denomination` AS `denomination`,
  t.`count`
FROM `batch` b JOIN `cash_counts` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'cash_counts';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_deposits` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`kind`,
  t.`reference`,
  t.`date`,
  t.`amount` AS `amount`,
  t.`fees` AS `fees`,
  t.`chargebacks` AS `chargebacks`
FROM `batch` b JOIN `deposits` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'deposits';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_products` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`item_code`,
  t.`gtin`,
  t.`description`,
  t.`price` AS `price`,
  t.`cost` AS `cost`,
  t.`tax_category`,
  t.`tax_rate` AS `tax_rate`,
  t.`category`,
  t.`charity`,
  t.`supplier`,
  t.`reorder_point` AS `reorder_point`,
  t.`stocked`,
  t.`pack_of`,
  t.`pack_units` AS `pack_units`,
  t.`effective_from`
FROM `batch` b JOIN `products` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'products';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_stock_levels` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`item_code`,
  t.`description`,
  t.`on_hand` AS `on_hand`,
  t.`as_of`
FROM `batch` b JOIN `stock_levels` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'stock_levels';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_stock_counts` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`item_code`,
  t.`counted` AS `counted`,
  t.`counted_at`,
  t.`by`
FROM `batch` b JOIN `stock_counts` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'stock_counts';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_goods_in` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`reference`,
  t.`supplier`,
  t.`item_code`,
  t.`description`,
  t.`quantity` AS `quantity`,
  t.`unit_cost` AS `unit_cost`,
  t.`received_by`
FROM `batch` b JOIN `goods_in` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'goods_in';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_transfers` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`reference`,
  t.`date`,
  t.`time`,
  t.`from_store`,
  t.`to_store`,
  t.`item_code`,
  t.`quantity` AS `quantity`,
  t.`side`
FROM `batch` b JOIN `transfers` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'transfers';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_stores` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`code`,
  t.`name`,
  t.`store_type`,
  t.`city`,
  t.`region`,
  t.`zone`,
  t.`currency`,
  t.`address`,
  t.`postal_code`,
  t.`starts`
FROM `batch` b JOIN `stores` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'stores';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_drawers` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`unit`,
  t.`tills`
FROM `batch` b JOIN `drawers` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'drawers';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_employees` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`code`,
  t.`first_name`,
  t.`last_name`,
  t.`role`
FROM `batch` b JOIN `employees` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'employees';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_customers` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`code`,
  t.`first_name`,
  t.`last_name`,
  t.`email`,
  t.`phone`,
  t.`category`
FROM `batch` b JOIN `customers` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'customers';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_suppliers` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`code`,
  t.`name`,
  t.`lead_days`,
  t.`order_minimum` AS `order_minimum`
FROM `batch` b JOIN `suppliers` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'suppliers';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_tax_rates` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`region`,
  t.`category`,
  t.`tax`,
  t.`rate` AS `rate`,
  t.`from`,
  t.`until`,
  t.`source`
FROM `batch` b JOIN `tax_rates` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'tax_rates';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_calendar` AS SELECT
  b.`store`,
  b.`till`,
  b.`trading_day`,
  t.`number`,
  t.`line`,
  t.`document_row`,
  t.`date`,
  t.`open`,
  t.`reason`
FROM `batch` b JOIN `calendar` t ON t.`batch` = b.`rows_in` WHERE b.`active` = 1 AND b.`kind` = 'calendar';

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_day_total` AS SELECT
  t.`store`,
  t.`trading_day`,
  t.`axis`,
  t.`value`,
  t.`transactions`,
  t.`quantity` AS `quantity`,
  t.`net` AS `net`,
  t.`tax` AS `tax`,
  t.`gross` AS `gross`
FROM `day_total` t;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_product_day` AS SELECT
  t.`trading_day`,
  t.`sku`,
  t.`transactions`,
  t.`quantity` AS `quantity`,
  t.`net` AS `net`,
  t.`tax` AS `tax`,
  t.`gross` AS `gross`
FROM `product_day` t;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_store_day` AS SELECT
  t.`store`,
  t.`trading_day`,
  t.`state`,
  t.`currency`,
  t.`transactions`,
  t.`takings` AS `takings`,
  t.`over_short` AS `over_short`,
  t.`rejected`,
  t.`findings`,
  t.`judgement`
FROM `store_day` t;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_acceptance` AS SELECT
  t.`id`,
  t.`store`,
  t.`trading_day`,
  t.`code`,
  t.`subject`,
  t.`amount` AS `amount`,
  t.`reason`,
  t.`tax_rate` AS `tax_rate`,
  t.`note`,
  t.`signed_by`,
  t.`second_by`,
  t.`signed_at`
FROM `acceptance` t;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_revision` AS SELECT
  t.`replaces`,
  t.`store`,
  t.`trading_day`,
  t.`document`,
  t.`happened_at`,
  t.`state`,
  t.`added_rows`,
  t.`removed_rows`,
  t.`changed_rows`,
  t.`before_amount` AS `before_amount`,
  t.`after_amount` AS `after_amount`,
  t.`detail`
FROM `revision` t;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW `v_adjustment` AS SELECT
  t.`line`,
  t.`store`,
  t.`trading_day`,
  t.`posted_on`,
  t.`figure`,
  t.`amount` AS `amount`
FROM `adjustment` t;

