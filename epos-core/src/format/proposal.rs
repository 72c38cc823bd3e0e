//! A layout proposed for a till whose columns changed: the layout that it had, under the new names. A person accepts it, or not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::draft::quoted;
use super::heading::normal;
use super::layout::{KEY_FIELDS, Layout, Layouts, Names};
use super::shape::Drift;
use crate::model::Kind;

/// A layout that is proposed, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its name: the one that it extends, and a number.
    pub id: String,
    /// The layout that it extends.
    pub extends: String,
    /// The layout file.
    pub text: String,
    /// Required fields that no column of the file seems to be: a person must say, before the layout can read anything.
    pub open: Vec<String>,
}

/// Headings under their new names.
struct NewNames<'d>(&'d Drift);

impl NewNames<'_> {
    fn now(&self, heading: &str) -> Option<&str> {
        let renamed = self.0.renamed.iter().find(|one| normal(&one.from) == normal(heading));
        renamed.map(|one| one.to.as_str())
    }

    fn of(&self, heading: &str) -> String {
        quoted(self.now(heading).unwrap_or(heading))
    }

    fn changes<'h>(&self, mut headings: impl Iterator<Item = &'h String>) -> bool {
        headings.any(|heading| self.now(heading).is_some())
    }

    fn list<'h>(&self, headings: impl Iterator<Item = &'h String>) -> String {
        format!("[{}]", headings.map(|heading| self.of(heading)).collect::<Vec<_>>().join(", "))
    }
}

/// Proposes the layout `base` under the names of a file that differs from the till's earlier ones by `drift`. The text is whole: it can be
/// put into the folder of layouts as it is, unless `open` names a field.
///
/// ```
/// use epos_core::format::{Drift, Layouts, Renamed, propose};
///
/// let mut layouts = Layouts::built_in();
/// let renamed = Renamed { from: "line_total".into(), to: "Val GBP".into(), field: "line_total".into() };
/// let drift = Drift { layout: "sales".into(), renamed: vec![renamed], ..Drift::default() };
/// let base = layouts.named("sales").ok_or("built in")?;
/// let proposal = propose(base, &drift, "till.csv", &layouts);
/// assert_eq!(proposal.id, "sales_2");
/// assert!(proposal.text.contains("line_total = \"Val GBP\""));
/// layouts.add(&proposal.id, &proposal.text)?;
/// # Ok::<(), String>(())
/// ```
pub fn propose(base: &Layout, drift: &Drift, document: &str, layouts: &Layouts) -> Proposal {
    let names = NewNames(drift);
    let id = (2..).map(|number| format!("{}_{number}", base.id)).find(|id| layouts.named(id).is_none()).unwrap_or_default();
    let plain = |text: &str| text.replace(char::is_control, " ");
    let mut text = format!("# Proposed for {}: {}.\n", plain(document), plain(&drift.says()));
    text += &format!("title = {}\nkind = \"{}\"\nextends = {}\n", quoted(&base.title), base.kind, quoted(&base.id));
    text += &format!("version = {}\n", base.version);

    // What it is known by: what the old one was known by, under the new names, and every new name, so that it takes no other file.
    let known = |field: &str| KEY_FIELDS.contains(&field) || base.kind.field(field).is_some();
    let mapped = || drift.renamed.iter().filter(|one| known(&one.field));
    let gone = |field: &str| drift.gone.iter().any(|(heading, of)| of == field || normal(heading) == normal(field));
    let mut detect: Vec<String> = base.detect.iter().filter(|item| known(item) || !gone(item)).map(|item| names.of(item)).collect();
    if base.detect.is_empty() {
        let required = base.kind.fields().iter().filter(|field| field.required && !gone(field.name));
        let given = |field: &str| base.constants.contains_key(field) || base.sums.contains_key(field) || base.lacks(field);
        detect.extend(
            required.map(|field| field.name).filter(|field| !given(field)).filter(|field| drifted(drift, base, field)).map(quoted),
        );
    }
    for name in mapped().map(|one| quoted(&one.to)) {
        if !detect.contains(&name) {
            detect.push(name);
        }
    }
    text += &format!("detect = [{}]\n", detect.join(", "));

    let required = |field: &str| base.kind.field(field).is_some_and(|at| base.kind.fields().get(at).is_some_and(|of| of.required));
    let open: Vec<String> = drift.lost.iter().filter(|field| gone(field) && required(field)).cloned().collect();
    let absent: Vec<&String> = drift.lost.iter().filter(|field| gone(field) && !required(field)).collect();
    if !absent.is_empty() {
        text += &format!("absent = {}\n", names.list(base.absent.iter().chain(absent)));
    }
    for (key, list) in [("tender_columns", &base.tender_columns), ("carried", &base.carried), ("watched", &base.watched)] {
        if names.changes(list.iter()) {
            text += &format!("{key} = {}\n", names.list(list.iter()));
        }
    }
    for (key, one) in [("list", &base.list), ("minor_units_of", &base.minor_units_of)] {
        if let Some(new) = one.as_deref().and_then(|heading| names.now(heading)) {
            text += &format!("{key} = {}\n", quoted(new));
        }
    }
    let unread: Vec<String> = drift.new.iter().map(|heading| plain(heading)).collect();
    if !unread.is_empty() {
        text += &format!("# New columns that are not read: {}. Where one matters, give it a field below.\n", unread.join(", "));
    }
    text += "\n[columns]\n";
    for one in mapped() {
        text += &format!("{} = {}\n", one.field, quoted(&one.to));
    }
    for field in &open {
        text += &format!("# Which column is the {}? Take `# ? ` away and name it.\n# ? {field} = \"\"\n", field.replace('_', " "));
    }
    for (kind, fields) in &base.also {
        text += &also(*kind, fields, &names);
    }
    let tender_names = |map: &BTreeMap<String, String>| names.changes(map.keys()) || names.changes(map.values());
    if tender_names(&base.tender_names) {
        text += "\n[tender_names]\n";
        for (column, of) in &base.tender_names {
            text += &format!("{} = {}\n", names.of(column), names.of(of));
        }
    }
    if names.changes(base.otherwise.values().flatten()) {
        text += "\n[otherwise]\n";
        for (field, headings) in &base.otherwise {
            text += &format!("{field} = {}\n", names.list(headings.iter()));
        }
    }
    Proposal { id, extends: base.id.clone(), text, open }
}

/// Is the field one that the file has, renamed or not? One that was renamed stands among the new names.
fn drifted(drift: &Drift, base: &Layout, field: &str) -> bool {
    !drift.renamed.iter().any(|one| one.field == field) && (base.own_names || base.columns.contains_key(field))
}

/// The fields of a further kind, all of them, where one of their headings is another now.
fn also(kind: Kind, fields: &BTreeMap<String, Names>, names: &NewNames<'_>) -> String {
    if !names.changes(fields.values().flat_map(Names::headings)) {
        return String::new();
    }
    let mut text = format!("\n[also.{kind}]\n");
    for (field, headings) in fields {
        text += &match headings {
            Names::Position(position) => format!("{field} = {position}\n"),
            headings => format!("{field} = {}\n", names.list(headings.headings().iter())),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::shape::{Renamed, tables};
    use crate::format::{Reading, batch, open};
    use crate::model::{Document, Limits};

    /// The rows that a file gives, and how many it could not read.
    fn rows(text: &str, layouts: &Layouts) -> (usize, usize, Vec<String>) {
        let document = Document::new("till.csv", text.as_bytes());
        let (limits, reading) = (Limits::default(), Reading { store: Some("leith".into()), ..Reading::default() });
        let sheets = open(&document, &limits).value;
        let read = batch(&document, sheets, layouts, &reading, &BTreeMap::new(), &limits);
        let batches = || read.value.iter().flat_map(|block| &block.batches);
        let layouts = read.value.iter().map(|block| block.origin.layout.clone()).collect();
        (batches().map(|batch| batch.content.lines.len()).sum(), read.value.iter().map(|block| block.rejected.len()).sum(), layouts)
    }

    #[test]
    fn every_built_in_layout_can_be_proposed_anew_and_reads_what_it_was_made_for_only() {
        let layouts = Layouts::built_in();
        for base in layouts.iter().filter(|base| !base.is_bare()) {
            let fields = base.columns.iter().filter_map(|(field, names)| Some((field, names.headings().first()?)));
            let renamed: Vec<Renamed> = fields
                .map(|(field, heading)| Renamed { from: heading.clone(), to: format!("{heading} GBP"), field: field.clone() })
                .collect();
            let drift = Drift { layout: base.id.clone(), renamed, ..Drift::default() };
            let proposal = propose(base, &drift, "a.csv", &layouts);
            let mut all = layouts.clone();
            all.add(&proposal.id, &proposal.text).unwrap_or_else(|why| panic!("{}: {why}\n{}", base.id, proposal.text));
        }
    }

    #[test]
    fn the_proposal_reads_the_new_files_and_the_old_layout_the_old_ones() {
        let mut layouts = Layouts::built_in();
        let was = "till,number,line,date,time,item_code,quantity,unit_price,line_total,donor\n\
                   1,201,1,2026-11-20,10:30,JAM,1,3.50,3.50,D7\n";
        let now = "Lane,number,line,date,time,Artikel-ID,quantity,unit_price,Val GBP\n1,202,1,2026-11-21,10:30,JAM,1,3.50,3.50\n";
        let table = |text: &str, layouts: &Layouts| {
            let document = Document::new("till.csv", text.as_bytes());
            tables(&document, &open(&document, &Limits::default()).value, layouts, &Reading::default()).remove(0)
        };
        let shape = table(was, &layouts).shape.expect("sales");
        let drift = table(now, &layouts).drift(&shape, &|_| false).expect("it differs");
        assert_eq!(drift.lost, ["donor", "item_code", "line_total", "till"]);
        let base = layouts.named("sales").expect("built in").clone();
        let proposal = propose(&base, &drift, "till.csv", &layouts);
        assert!(proposal.open.is_empty(), "{}", proposal.text);
        layouts.add(&proposal.id, &proposal.text).unwrap();
        assert_eq!(rows(now, &layouts), (1, 0, vec!["sales_2".to_owned()]));
        assert_eq!(rows(was, &layouts), (1, 0, vec!["sales".to_owned()]));
        let accepted = layouts.named("sales_2").expect("just added");
        let again = table(now, &layouts).drift(&shape, &|field| accepted.lacks(field)).expect("it still differs");
        assert!(again.lost.is_empty(), "but nothing is lost: {again:?}");
    }
}
