//! The Python front of epos. So far it says which version it is.
//!
//! The feature `extension` builds the module `epos` for Python 3; without it the same functions are plain Rust.

/// The version of epos, such as `0.1.0`.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

#[cfg(feature = "extension")]
#[pyo3::pymodule]
mod epos {
    /// The version of epos, such as `0.1.0`.
    #[pyo3::pyfunction]
    fn version() -> &'static str {
        super::version()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_that_of_the_workspace() {
        let parts: Vec<u32> = super::version().split('.').map(|part| part.parse().unwrap()).collect();
        assert_eq!(parts.len(), 3);
    }
}
