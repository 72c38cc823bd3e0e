//! Mails as they come, good and bad.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{arrival, attachments, documents};
use crate::diagnostic::*;
use crate::model::{Document, Limits};

/// A mail with these parts in a `multipart/mixed`.
fn mail(parts: &[&str]) -> String {
    let head = "From: Leith Till <Till@Leith.example.org>\r\nTo: sales@example.org\r\nSubject: =?utf-8?Q?Sales_Caf=C3=A9?=\r\n\
                Date: Fri, 20 Nov 2026 23:30:00 -0130\r\nMessage-ID: <evening-1@leith.example.org>\r\nMIME-Version: 1.0\r\n\
                Content-Type: multipart/mixed; boundary=\"==b==\"\r\n\r\nThis is a message in MIME format.\r\n";
    let parts: String = parts.iter().map(|part| format!("--==b==\r\n{part}\r\n")).collect();
    format!("{head}{parts}--==b==--\r\n")
}

const BODY: &str = "Content-Type: text/plain; charset=utf-8\r\n\r\nHello, sales are attached.";

fn attached(name: &str, bytes: &[u8]) -> String {
    format!(
        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64(bytes)
    )
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (count, chunk) in bytes.chunks(3).enumerate() {
        if count > 0 && count % 19 == 0 {
            text.push_str("\r\n");
        }
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let sextet = (bits >> (18 - 6 * position)) & 63;
            text.push(if position <= chunk.len() { ALPHABET[sextet as usize] as char } else { '=' });
        }
    }
    text
}

fn quoted_printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (position, &byte) in bytes.iter().enumerate() {
        if position > 0 && position % 20 == 0 {
            text.push_str("=\r\n");
        }
        match byte {
            b'!'..=b'<' | b'>'..=b'~' => text.push(byte as char),
            _ => text.push_str(&format!("={byte:02X}")),
        }
    }
    text
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.to_string(), SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open(mail: impl AsRef<[u8]>) -> (Vec<Document>, Vec<Diagnostic>) {
    let checked = attachments(mail.as_ref(), &Limits::default());
    (checked.value, checked.diagnostics)
}

fn names(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(|document| &*document.name).collect()
}

fn found(diagnostics: &[Diagnostic]) -> Vec<(Code, &str)> {
    diagnostics.iter().map(|finding| (finding.code, &*finding.at.document)).collect()
}

fn text(document: &Document) -> &str {
    std::str::from_utf8(&document.bytes).unwrap()
}

#[test]
fn a_document_remembers_its_mail() {
    let (documents, findings) = open(mail(&[BODY, &attached("sales.csv", b"a,b\r\n1,2\r\n")]));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(names(&documents), ["sales.csv"]);
    assert_eq!(text(&documents[0]), "a,b\r\n1,2\r\n");
    let envelope = documents[0].envelope.as_ref().unwrap();
    assert_eq!(envelope.message, "evening-1@leith.example.org");
    assert_eq!(envelope.sender, "till@leith.example.org");
    assert_eq!(envelope.subject, "Sales Café");
    assert_eq!(envelope.sent_at.unwrap().to_string(), "2026-11-21 01:00:00");
}

#[test]
fn a_mail_without_message_id_or_date_is_known_by_its_bytes() {
    let bare = "From: a@x.example\nContent-Disposition: attachment; filename=a.csv\n\nx\n";
    let (documents, _) = open(bare);
    let envelope = documents[0].envelope.as_ref().unwrap();
    assert_eq!(envelope.message, format!("sha256:{}", crate::model::Hash::of(bare.as_bytes())));
    assert_eq!((envelope.sent_at, &*envelope.subject), (None, ""));
    assert_eq!(text(&documents[0]), "x\n");
}

#[test]
fn the_first_address_is_the_sender() {
    let sender = |from: &str| {
        let (documents, _) = open(format!("{from}\nContent-Disposition: attachment; filename=a.csv\n\nx"));
        documents[0].envelope.as_ref().unwrap().sender.clone()
    };
    assert_eq!(sender("From: \"Till, Leith\" <A@X.example>, b@x.example"), "a@x.example");
    assert_eq!(sender("From: a@x.example\nFrom: b@x.example"), "a@x.example");
    assert_eq!(sender("Sender: s@x.example\nFrom: A@x.example"), "a@x.example");
    assert_eq!(sender("Sender: s@x.example"), "s@x.example");
    assert_eq!(sender("Subject: nobody"), "");
}

#[test]
fn text_is_never_re_encoded() {
    let quoted = "Content-Type: text/csv; charset=windows-1252; name=a.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
                  item,price=\r\n,note\r\nCaf=E9,=A32.50,x=20\r\n";
    let plain = b"Content-Type: text/csv; charset=windows-1252; name=b.csv\r\nContent-Transfer-Encoding: 8bit\r\n\r\nCaf\xE9,2\r\n";
    let mut bytes = mail(&[quoted, "PLAIN"]).into_bytes();
    let at = bytes.windows(5).position(|window| window == b"PLAIN").unwrap();
    bytes.splice(at..at + 5, plain.iter().copied());
    let (documents, findings) = open(bytes);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(&*documents[0].bytes, b"item,price,note\r\nCaf\xE9,\xA32.50,x \r\n");
    assert_eq!(&*documents[1].bytes, b"Caf\xE9,2\r\n");
}

#[test]
fn names_in_every_spelling() {
    let part = |headers: &str| format!("{headers}\r\n\r\na,b\r\n");
    let parts = [
        part(
            "Content-Type: text/csv\r\nContent-Disposition: attachment;\r\n filename*0=\"Leith \";\r\n filename*1=\"20 November\";\r\n filename*2=\".csv\"",
        ),
        part("Content-Type: text/csv\r\nContent-Disposition: attachment; filename*=windows-1252''Caf%E9%2020.csv"),
        part("Content-Type: text/csv\r\nContent-Disposition: attachment; filename=\"Caf_.csv\"; filename*=UTF-8''Caf%C3%A9.csv"),
        part("Content-Type: text/csv; name=\"=?windows-1252?Q?Caf=E9=2Ecsv?=\"\r\nContent-Disposition: attachment"),
        part("Content-Type: text/csv; name=\"=?UTF-8?B?Q2Fmw6kuY3N2?=\""),
        part("Content-Type: text/csv"),
        part("Content-Type: application/vnd.ms-excel\r\nContent-Disposition: attachment; filename=\"..\""),
        part("content-type: TEXT/CSV\r\ncontent-disposition: ATTACHMENT; FILENAME=Shout.CSV"),
    ];
    let (documents, findings) = open(mail(&parts.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        names(&documents),
        [
            "Leith 20 November.csv",
            "Café 20.csv",
            "Café.csv",
            "Café.csv",
            "Café.csv",
            "attachment-1.csv",
            "attachment-2.xls",
            "Shout.CSV"
        ]
    );
    // Raw bytes in a heading, as old mailers write them.
    let raw = b"From: a@x.example\nContent-Disposition: attachment; filename=\"Caf\xE9.csv\"\n\nx\n";
    assert_eq!(names(&open(raw).0), ["Café.csv"]);
}

#[test]
fn a_name_cannot_lead_out_of_its_folder() {
    let (documents, findings) = open(mail(&[
        &attached("../../etc/cron.d/sales.csv", b"a"),
        &attached("C:\\\\Till\\\\sales.csv", b"b"),
        &attached("sa\u{0}l\u{7}es.csv", b"c"),
    ]));
    assert_eq!(names(&documents), ["sales.csv", "sales.csv", "sales.csv"], "the same name several times is allowed");
    assert_eq!(found(&findings), [(F027, "sales.csv"), (F027, "sales.csv")]);
}

#[test]
fn bodies_pictures_and_signatures_are_no_documents() {
    let alternative = "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain\r\n\r\nhi\r\n\
                       --alt\r\nContent-Type: multipart/related; boundary=rel\r\n\r\n--rel\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n\
                       --rel\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: attachment; filename=logo.png\r\n\
                       Content-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--rel--\r\n\r\n--alt--";
    let rest = [
        "Content-Type: image/jpeg; name=photo.jpg\r\nContent-Disposition: inline; filename=photo.jpg\r\n\r\nx",
        "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx",
        "Content-Type: application/octet-stream; name=smime.p7s\r\nContent-Disposition: attachment; filename=smime.p7s\r\n\r\nx",
        "Content-Type: text/x-vcard; name=ann.vcf\r\nContent-Disposition: attachment\r\n\r\nx",
        "Content-Type: text/plain; name=\"ATT00001.txt\"\r\nContent-Disposition: attachment; filename=\"ATT00001.txt\"\r\n\r\nSent from my phone",
        "Content-Type: text/html\r\n\r\n<p>bye</p>",
        "Content-Type: message/delivery-status\r\n\r\nAction: delivered",
        "\r\nno headings at all",
    ];
    let (documents, findings) = open(mail(&[&[BODY, alternative], &rest[..]].concat()));
    assert_eq!(names(&documents), Vec::<&str>::new());
    assert_eq!(found(&findings), [(F028, "mail.eml")]);
    assert_eq!(findings[0].message, "the mail “Sales Café” has no attachment");
}

#[test]
fn a_table_sent_as_text_is_a_document() {
    let (documents, _) = open(mail(&[
        "Content-Type: text/plain; name=\"sales.csv\"\r\nContent-Disposition: inline; filename=\"sales.csv\"\r\n\r\na,b",
        "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\na,b",
        "Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=z-report.jpg\r\n\r\nx",
    ]));
    assert_eq!(names(&documents), ["sales.csv", "attachment-1.txt", "z-report.jpg"]);
}

#[test]
fn a_mail_that_is_nothing_but_the_attachment() {
    let (documents, findings) = open(format!("From: a@x.example\r\nSubject: s\r\n{}\r\n", attached("a.csv", b"1,2\n")));
    assert!(findings.is_empty());
    assert_eq!((names(&documents), text(&documents[0])), (vec!["a.csv"], "1,2\n"));
}

#[test]
fn a_forwarded_zip_is_opened_and_its_sender_is_who_forwarded_it() {
    let packed = zip(&[("till/2026-11-20/sales.csv", b"a,b\n"), ("__MACOSX/._sales.csv", b"x"), ("tenders.csv", b"c\n")]);
    let inner =
        mail(&[BODY, &attached("evening.zip", &packed)]).replace("Till@Leith", "original@elsewhere").replace("evening-1", "inner");
    let forwarded = format!("Content-Type: message/rfc822; name=\"Fwd.eml\"\r\nContent-Disposition: attachment\r\n\r\n{inner}");
    let as_file = attached("saved.eml", inner.replace("==b==", "==c==").as_bytes());
    for mail in [mail(&[BODY, &forwarded.replace("==b==", "==i==")]), mail(&[BODY, &as_file])] {
        let (documents, findings) = open(mail);
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(names(&documents), ["sales.csv", "tenders.csv"]);
        for document in &documents {
            assert_eq!(document.envelope.as_ref().unwrap().sender, "till@leith.example.org");
            assert_eq!(document.envelope.as_ref().unwrap().message, "evening-1@leith.example.org");
        }
    }
}

#[test]
fn a_boundary_counts_only_as_a_whole_line() {
    let outer =
        mail(&["Content-Type: multipart/mixed; boundary=\"==b==x\"\r\n\r\n--==b==x\r\nContent-Type: text/csv; name=a.csv\r\n\r\n\
                        one --==b==x two\r\n--==b==xy\r\nthree\r\n--==b==x--"]);
    let (documents, findings) = open(outer);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(text(&documents[0]), "one --==b==x two\r\n--==b==xy\r\nthree");
}

#[test]
fn a_mail_that_ends_in_the_middle_is_noticed() {
    let whole = mail(&[BODY, &attached("first.csv", b"a"), &attached("last.csv", &[b'x'; 300])]);
    let cut = &whole[..whole.len() - 40];
    let (documents, findings) = open(cut);
    assert_eq!(names(&documents), ["first.csv", "last.csv"]);
    assert_eq!(found(&findings), [(F010, "last.csv")]);
    // Cut before any attachment, or in the text after them: who knows what is missing.
    for (parts, kept) in [(vec![BODY], vec!["mail.eml"]), (vec![&*attached("a.csv", b"a"), BODY], vec!["a.csv", "mail.eml"])] {
        let whole = mail(&parts);
        let (documents, findings) = open(&whole[..whole.len() - 20]);
        assert_eq!(names(&documents), kept);
        assert_eq!(found(&findings), [(F010, "mail.eml")]);
    }
    // Cut inside the four characters of one group, in a mail that is nothing but the attachment.
    let alone = format!("From: a@x.example\r\n{}", attached("a.csv", &[b'x'; 300]));
    assert_eq!(found(&open(&alone[..alone.len() - 2]).1), [(F010, "a.csv")]);
    // A boundary that never comes: the mail itself is kept.
    let (documents, findings) = open(whole.replace("--==b==", "--lost"));
    assert_eq!(found(&findings), [(F010, "mail.eml")]);
    assert_eq!(&*documents[0].bytes, whole.replace("--==b==", "--lost").as_bytes());
    assert_eq!(documents[0].envelope.as_ref().unwrap().sender, "till@leith.example.org");
}

#[test]
fn broken_encoding_is_kept_as_it_came() {
    let broken = "Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nAB!D";
    let quoted = "Content-Type: text/csv; name=b.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n10 = ten";
    let (documents, findings) = open(mail(&[broken, quoted]));
    assert_eq!(found(&findings), [(F010, "a.csv"), (F010, "b.csv")]);
    assert_eq!((text(&documents[0]), text(&documents[1])), ("AB!D", "10 = ten"));
}

#[test]
fn what_is_no_mail_is_kept_and_said() {
    for bytes in [&b""[..], b"\n", b"sku,quantity\n1,2\n", b"a: b\n\nx", b"\xFF\xD8\xFF\xE0"] {
        let (documents, findings) = open(bytes);
        assert_eq!(found(&findings), [(F010, "mail.eml")]);
        assert_eq!(&*documents[0].bytes, bytes);
    }
}

#[test]
fn a_workbook_is_a_document_and_no_zip_to_open() {
    let book = zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
    let ods = zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")]);
    let (documents, findings) = open(mail(&[
        &attached("a.xlsx", &book),
        &attached("b.xlsm", b"damaged"),
        &attached("c.ods", &ods),
        &attached("d.zip", &book),
    ]));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(names(&documents), ["a.xlsx", "b.xlsm", "c.ods", "d.zip"]);
    assert_eq!(&*documents[3].bytes, &book[..]);
}

#[test]
fn a_zip_that_cannot_be_opened_is_kept_whole() {
    let good = zip(&[("a.csv", b"a,b\n1,2\n"), ("b.csv", b"x")]);
    let mut locked = good.clone();
    for signature in [b"PK\x03\x04", b"PK\x01\x02"] {
        let flags = if signature[2] == 3 { 6 } else { 8 };
        let starts: Vec<usize> = (0..locked.len() - 4).filter(|&at| &locked[at..at + 4] == signature).collect();
        starts.into_iter().for_each(|at| locked[at + flags] |= 1);
    }
    let mut wrong = good.clone();
    let data = wrong.windows(4).position(|window| window == b"a,b\n").unwrap_or(40);
    wrong[data] ^= 0xFF;
    let mut twice = good.clone();
    let names_of_b: Vec<usize> = (0..twice.len() - 5).filter(|&at| &twice[at..at + 5] == b"b.csv").collect();
    names_of_b.into_iter().for_each(|at| twice[at] = b'a');
    let cases = [
        ("twice.zip", twice, F010),
        ("cut.zip", good[..good.len() / 2].to_vec(), F010),
        ("wrong.zip", wrong, F010),
        ("none.zip", Vec::new(), F010),
        ("text.zip", b"not a zip".to_vec(), F010),
        ("locked.zip", locked, F011),
        ("empty.zip", zip(&[]), F008),
        ("litter.zip", zip(&[("__MACOSX/._a", b"x"), (".DS_Store", b"x")]), F008),
    ];
    for (name, bytes, code) in cases {
        let (documents, findings) =
            open(mail(&[&attached("before.csv", b"a"), &attached(name, &bytes), &attached("after.csv", b"a")]));
        assert_eq!(found(&findings), [(code, name)], "{name}: {findings:?}");
        assert_eq!(names(&documents), ["before.csv", name, "after.csv"]);
        assert_eq!(&*documents[1].bytes, &bytes[..]);
    }
}

#[test]
fn paths_in_a_zip_are_reduced_and_escapes_are_said() {
    let packed = zip(&[("2026/11/sales.csv", b"a"), ("../../up.csv", b"b"), ("/root.csv", b"c"), ("..\\win.csv", b"d")]);
    let (documents, findings) = open(mail(&[&attached("a.zip", &packed)]));
    assert_eq!(names(&documents), ["sales.csv", "up.csv", "root.csv", "win.csv"]);
    assert_eq!(found(&findings), [(F027, "up.csv"), (F027, "root.csv"), (F027, "win.csv")]);
}

#[test]
fn a_zip_bomb_does_not_go_off() {
    let bomb = zip(&[("good.csv", b"a"), ("zeros.csv", &vec![0; 8 << 20])]);
    assert!(bomb.len() < 20_000);
    let (documents, findings) = open(mail(&[&attached("bomb.zip", &bomb)]));
    assert_eq!(names(&documents), ["bomb.zip"]);
    assert_eq!(found(&findings), [(F012, "bomb.zip")]);
    assert!(findings[0].message.contains("more than 200 times"), "{}", findings[0].message);

    // Declared sizes lie: both headers claim four bytes.
    let mut liar = bomb.clone();
    let size = (8u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..liar.len() - 4).filter(|&at| liar[at..at + 4] == size).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| liar[at..at + 4].copy_from_slice(&4u32.to_le_bytes()));
    let (documents, findings) = open(mail(&[&attached("liar.zip", &liar)]));
    assert_eq!(names(&documents), ["liar.zip"]);
    assert!([F010, F012].map(|code| vec![(code, "liar.zip")]).contains(&found(&findings)), "{findings:?}");

    // Many small ones together pass the total.
    let limits = Limits { unpacked_bytes: 100_000, ..Limits::default() };
    let parts: Vec<String> = (0..3).map(|n| attached(&format!("{n}.zip"), &zip(&[("a.csv", &[b'a'; 40_000])]))).collect();
    let checked = attachments(mail(&parts.iter().map(String::as_str).collect::<Vec<_>>()).as_bytes(), &limits);
    assert_eq!(names(&checked.value), ["a.csv", "a.csv", "2.zip"]);
    assert_eq!(found(&checked.diagnostics), [(F012, "2.zip")]);
}

#[test]
fn nesting_and_number_have_limits() {
    let mut nested = zip(&[("deep.csv", b"a")]);
    for _ in 0..4 {
        nested = zip(&[("inner.zip", &nested)]);
    }
    let (documents, findings) = open(mail(&[&attached("a.zip", &nested)]));
    assert_eq!(names(&documents), ["inner.zip"]);
    assert_eq!(found(&findings), [(F012, "inner.zip")]);
    let shallow = Limits { nesting: 5, ..Limits::default() };
    assert_eq!(names(&attachments(mail(&[&attached("a.zip", &nested)]).as_bytes(), &shallow).value), ["deep.csv"]);

    let limits = Limits { attachments: 3, ..Limits::default() };
    let four: Vec<(&str, &[u8])> = vec![("1", b"a"), ("2", b"a"), ("3", b"a"), ("4", b"a")];
    let (one, packed) = (attached("1.csv", b"a"), attached("four.zip", &zip(&four)));
    let checked = attachments(mail(&[&one, &packed]).as_bytes(), &limits);
    assert_eq!(names(&checked.value), ["1.csv", "four.zip"]);
    assert_eq!(found(&checked.diagnostics), [(F012, "four.zip")]);
    let many = mail(&[&one, &one, &one, &one]);
    let checked = attachments(many.as_bytes(), &limits);
    assert_eq!(names(&checked.value), ["mail.eml"]);
    assert_eq!(&*checked.value[0].bytes, many.as_bytes());
    assert_eq!(found(&checked.diagnostics), [(F012, "mail.eml")]);
    let none = Limits { attachments: 0, mail_bytes: 10, nesting: 0, ..Limits::default() };
    assert_eq!(names(&attachments(many.as_bytes(), &none).value), ["mail.eml"]);
}

#[test]
fn mails_in_mails_without_end_are_stopped() {
    let deep = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let (documents, findings) = open(&deep);
    assert_eq!(documents.len(), 1);
    assert_eq!(found(&findings), [(F012, "attachment-5.eml")]);
    let mut deep = String::from("From: a@x.example\n");
    for level in 0..5_000 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    }
    let (documents, findings) = open(&deep);
    assert_eq!((names(&documents), found(&findings)), (vec!["mail.eml"], vec![(F012, "mail.eml")]));
    let parts = mail(&["x"; 5_000]);
    assert_eq!(found(&open(&parts).1), [(F012, "mail.eml")]);
}

#[test]
fn files_outside_of_mails_are_opened_alike() {
    let packed = zip(&[("a.csv", b"a"), ("b.eml", mail(&[&attached("c.csv", b"c")]).as_bytes()), ("d.csv", b"d")]);
    let checked = documents("evening.zip", packed, &Limits::default());
    assert!(checked.diagnostics.is_empty());
    assert_eq!(names(&checked.value), ["a.csv", "c.csv", "d.csv"]);
    let senders: Vec<bool> = checked.value.iter().map(|document| document.envelope.is_some()).collect();
    assert_eq!(senders, [false, true, false]);
    let plain = documents("a.csv", &b"PK is how this begins"[..], &Limits::default());
    assert_eq!((names(&plain.value), plain.diagnostics.len()), (vec!["a.csv"], 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_byte_of_every_attachment_comes_back(files in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..200)), 1..6)) {
        let parts: Vec<String> = files.iter().enumerate().map(|(n, (way, bytes))| match way % 3 {
            0 => attached(&format!("{n}.csv"), bytes),
            1 => format!("Content-Type: text/csv; name={n}.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}", quoted_printable(bytes)),
            _ => attached(&format!("{n}.zip"), &zip(&[(&format!("{n}.csv"), bytes)])),
        }).collect();
        let built = mail(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        for built in [built.clone(), built.replace("\r\n", "\n")] {
            let (documents, findings) = open(built);
            // A plain attachment may happen to begin like a zip; it is still there, byte by byte.
            prop_assert!(findings.is_empty(), "{:?}", findings);
            prop_assert_eq!(documents.len(), files.len());
            for (n, (document, (_, bytes))) in documents.iter().zip(&files).enumerate() {
                prop_assert_eq!(&document.name, &format!("{n}.csv"));
                prop_assert_eq!(&document.bytes[..], &bytes[..]);
            }
        }
    }

    #[test]
    fn anything_at_all_is_kept_and_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (documents, findings) = open(&bytes);
        prop_assert!(!documents.is_empty() || findings.iter().any(|finding| finding.code == F028));
        let _ = documents_of("a.zip", &bytes);
        let _ = documents_of("a", &[b"PK\x03\x04", &bytes[..]].concat());
    }

    #[test]
    fn mails_with_damage_do_not_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30), cut in any::<prop::sample::Index>()) {
        let packed = zip(&[("a.csv", b"a,b\n1,2\n"), ("b.zip", &zip(&[("c.csv", b"x")]))]);
        let mut bytes = mail(&[BODY, &attached("a.zip", &packed), "Content-Type: message/rfc822\r\n\r\nFrom: x@y\r\n\r\nhi",
            "Content-Type: text/csv; charset=utf-8; name*0*=utf-8'en'Caf%C3%A9; name*1=\".csv\" (comment)\r\n\r\nx"]).into_bytes();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        let _ = open(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = open(&bytes);
        let mut damaged = packed;
        for (at, byte) in &changes {
            let at = at.index(damaged.len());
            damaged[at] = *byte;
        }
        let _ = documents_of("a.zip", &damaged);
    }

    #[test]
    fn headings_of_any_shape_do_not_panic(header in "(From|Date|Subject|Message-ID|Content-Type|Content-Disposition|Content-Transfer-Encoding|Sender)", value in "[ -~\\t\\r\\n\"'();=*?%/\\\\<>@,éü\u{1F600}]{0,120}") {
        let _ = open(format!("{header}: {value}\nMIME-Version: 1.0\n\nx"));
    }

    #[test]
    fn content_types_of_any_shape_do_not_panic(value in "(text/csv|a|)[; ]?((name|filename|name\\*|name\\*0\\*|boundary|\\*)=?(\"|'|=\\?utf-8\\?[QB]\\?|%E9|\\(|\\)|\\\\|;|\n |x|\\*|\\?=| ){0,8}){0,4}") {
        let _ = open(format!("From: a@x\nContent-Type: {value}\nContent-Disposition: attachment; {value}\n\nx"));
    }
}

#[test]
fn what_is_said_to_be_an_arrival_is_known_by_its_content() {
    let mail = "Received: by x\r\nFrom: till@x.example\r\nSubject: Friday\r\nContent-Type: text/csv; name=a.csv\r\n\
                Content-Disposition: attachment\r\n\r\nday,total\r\n";
    let names = |name: &str, content: &str| {
        let opened = arrival(name, content.as_bytes(), &Limits::default());
        assert!(opened.diagnostics.is_empty(), "{:?}", opened.diagnostics);
        opened.value.iter().map(|document| document.name.clone()).collect::<Vec<_>>()
    };
    for name in ["document", "m.eml", "m.txt", "mails.csv"] {
        assert_eq!(names(name, mail), ["a.csv"], "{name}");
        assert_eq!(names(name, &format!("From till@x Fri Nov 20 18:00:00 2026\n{mail}\nFrom b@x Sat\n{mail}")), ["a.csv", "a.csv"]);
    }
    for table in
        ["From: date,Sender\n1,2\n", "Date: 20.11.2026\nSubject: till 1\n\ntotal\n3\n", "{\"From\": 1}\n", "a:b\n", ":", ""]
    {
        assert_eq!(names("t.csv", table), ["t.csv"], "{table}");
    }
}

fn documents_of(name: &str, bytes: &[u8]) -> usize {
    documents(name, bytes, &Limits::default()).value.len()
}
