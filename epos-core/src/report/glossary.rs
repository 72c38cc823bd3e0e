//! What the columns of reports mean. A name means one thing, in every report.

/// What the column called `name` holds, in one sentence; empty for a name that no report has.
pub fn meaning(name: &str) -> &'static str {
    MEANINGS.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| meaning)
}

/// Names and meanings, in the order of names.
pub(super) const MEANINGS: &[(&str, &str)] = &[];
