//! [`Report`](crate::report::Report) in, bytes out.
