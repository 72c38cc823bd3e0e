//! The few real differences between databases.

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite: the embedded default. Amounts are integers of 1/10000 units.
    Sqlite,
}
