//! Content to movements to balances: one equation for drawers and shelves.
