//! W001: the same trouble in many stores on one evening has one cause, at head office.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::diagnostic::{Code, Diagnostic, Effect, S002, S003, S013, S014, Severity, T006, T016, W001};
use crate::model::{At, Context};

/// What a store's own people or customers do is no sign of an update, however many stores it happens in.
const OF_ITS_OWN: [Code; 6] = [S002, S003, S013, S014, T006, T016];

/// How many stores a finding names.
const NAMED_MAX: usize = 5;

/// Findings of many stores' documents and days in, one finding for each cause that at least [`same_finding_stores`] of them and more
/// than half of those that sent anything that day share. `sent` are the stores that sent something, by day.
///
/// [`same_finding_stores`]: crate::model::Policy::same_finding_stores
///
/// ```
/// use epos_core::check::many_stores;
/// use epos_core::diagnostic::{Diagnostic, T001};
/// use epos_core::model::{At, Context};
///
/// let (context, friday) = (Context::default(), "2026-11-20".parse()?);
/// let stores = ["LW", "SB", "PB", "MS", "GM", "HR", "NT", "CG"].map(str::to_owned);
/// let sent = stores.iter().map(|store| (store.clone(), friday)).collect();
/// let found = stores.map(|store| Diagnostic::new(T001, At::default(), "the total does not fit the price").day(&store, friday));
///
/// let causes = many_stores(&found, &sent, &context);
/// assert_eq!((causes.len(), causes[0].code.to_string()), (1, "W001".into()));
/// assert_eq!(many_stores(&found[..1], &sent, &context), [], "what one store has is that store's own");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn many_stores<'a>(
    findings: impl IntoIterator<Item = &'a Diagnostic>,
    sent: &BTreeSet<(String, NaiveDate)>,
    context: &Context,
) -> Vec<Diagnostic> {
    let mut sharing: BTreeMap<(NaiveDate, &'static str, String), (BTreeSet<String>, &Diagnostic)> = BTreeMap::new();
    let mut stores: BTreeMap<NaiveDate, BTreeSet<String>> = BTreeMap::new();
    for (store, day) in sent {
        stores.entry(*day).or_default().insert(store.clone());
    }
    for finding in findings {
        let telling = finding.severity >= Severity::Warning || finding.code.0.effect > Effect::Say;
        let (Some(store), Some(day)) = (store_of(finding, context), day_of(finding)) else { continue };
        stores.entry(day).or_default().insert(store.clone());
        if !telling || OF_ITS_OWN.contains(&finding.code) || finding.code == W001 {
            continue;
        }
        sharing.entry((day, finding.code.0.code, cause(finding))).or_insert_with(|| (BTreeSet::new(), finding)).0.insert(store);
    }
    let many = |count: usize, day: NaiveDate| {
        let all = stores.get(&day).map_or(0, BTreeSet::len);
        count >= context.policy.same_finding_stores && count * 2 > all
    };
    let mut found = Vec::new();
    for ((day, code, _), (with, first)) in sharing.into_iter().filter(|((day, ..), (with, _))| many(with.len(), *day)) {
        let all = stores.get(&day).map_or(0, BTreeSet::len);
        let names: Vec<&str> = with.iter().take(NAMED_MAX).map(String::as_str).collect();
        let more = with.len().saturating_sub(NAMED_MAX);
        let names = if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") };
        let message = format!(
            "{} of {all} stores have the same finding on {} ({code} {}): {names}",
            with.len(),
            day.format("%A %-d %B %Y"),
            first.code.0.name
        );
        let help = match first.at.document.is_empty() {
            true => format!("is there one reason: a holiday, or mails that do not come through? {}", first.message),
            false => format!("were their tills updated? In {}: {}", first.at.document, first.message),
        };
        let finding = Diagnostic::new(W001, At::default(), message).subject(code).help(help);
        found.push(Diagnostic { trading_day: Some(day), ..finding });
    }
    found
}

/// Whose finding it is: of a document that could not be read only its name may say.
fn store_of(finding: &Diagnostic, context: &Context) -> Option<String> {
    finding.store.clone().or_else(|| {
        let name = finding.at.document.to_lowercase();
        let parts: BTreeSet<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let mut named = context.stores.values().filter(|store| {
            let aliases = store.aliases.iter().chain([&store.code]);
            aliases.map(|alias| alias.to_lowercase()).any(|alias| parts.contains(alias.as_str()))
        });
        let store = named.next()?;
        named.next().is_none().then(|| store.code.clone())
    })
}

/// The day of a finding, or the only date in its document's name.
fn day_of(finding: &Diagnostic) -> Option<NaiveDate> {
    finding.trading_day.or_else(|| {
        let name = finding.at.document.as_str();
        (0..name.len()).find_map(|start| name.get(start..start + 10)?.parse().ok())
    })
}

/// What makes two findings one: the column, else the sentence without its figures and names in quotes.
fn cause(finding: &Diagnostic) -> String {
    if let Some(column) = &finding.at.column {
        return format!("column {}", column.heading.trim().to_lowercase());
    }
    finding.message.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}
