//! Placeholder library so that the member has a target.
