//! Examples of embedding epos. Each is a file beside this folder: `cargo run -p epos-examples --example NAME`.
