//! The Python front of epos: one door, [`door::call`], and two builds of this crate around it.
//!
//! With the feature `extension` it is the module `epos._epos` of Python 3. Without it, it is a library with a C ABI ([`c_abi`]) that any
//! Python loads by ctypes, 2.7 too. The one Python file on top of both is `python/epos/__init__.py`.

mod answer;
pub mod c_abi;
pub mod door;
mod held;
mod request;

/// Reading a large file is many small texts made and let go.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The version of epos, such as `0.1.0`.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

#[cfg(feature = "extension")]
#[pyo3::pymodule]
mod _epos {
    use pyo3::prelude::*;
    use pyo3::types::PyBytes;

    /// A request (a line of JSON, then bytes) to its reply (a line of JSON, then bytes). Other threads run meanwhile.
    #[pyfunction]
    fn call<'py>(py: Python<'py>, request: &[u8]) -> Bound<'py, PyBytes> {
        let reply = py.detach(|| crate::door::call(request));
        PyBytes::new(py, &reply)
    }
}

#[cfg(test)]
mod tests;
