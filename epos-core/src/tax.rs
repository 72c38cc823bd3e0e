//! Taxes: inclusive and exclusive splits, sharing of discounts, cash rounding, effective-dated rates.
