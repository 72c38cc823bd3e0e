//! A mail to its documents. The only user of `mail-parser`.
