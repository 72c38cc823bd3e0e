//! How fast cells become values: what every row of every file pays for.
//!
//! `cargo bench -p epos-benches`

use divan::{Bencher, black_box, counter::ItemsCount};
use epos_core::model::{Gtin, Money};

const CELLS: usize = 10_000;

fn main() {
    divan::main();
}

/// Amounts as tills write them: 0.00 to 99.99, some negative.
#[divan::bench]
fn money(bencher: Bencher<'_, '_>) {
    let cells: Vec<String> =
        (0..CELLS).map(|n| format!("{}{}.{:02}", if n % 20 == 7 { "-" } else { "" }, n / 100, n % 100)).collect();
    bencher
        .counter(ItemsCount::new(CELLS))
        .bench_local(|| cells.iter().filter_map(|cell| black_box(cell).parse::<Money>().ok()).sum::<Money>());
}

/// GTIN-13s with right check digits.
#[divan::bench]
fn gtin(bencher: Bencher<'_, '_>) {
    let cells: Vec<String> = (0..CELLS)
        .filter_map(|n| {
            let body = format!("50123456{n:04}");
            Gtin::check_digit(&body).map(|digit| format!("{body}{digit}"))
        })
        .collect();
    bencher
        .counter(ItemsCount::new(CELLS))
        .bench_local(|| cells.iter().filter(|cell| Gtin::parse(black_box(cell)).is_ok()).count());
}
