//! Who wants an answer to a mail: its sender, unless a program or a list sent it. Two programs that answer each other never stop.

use mail_parser::{HeaderName, HeaderValue, Message, MessageParser};

use crate::model::Envelope;

/// Names before the @ behind which nobody reads.
const NOBODY: [&str; 9] =
    ["mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "bounce", "bounces"];

/// Message-IDs of a thread that are kept: the first, and the last ones before this mail.
const THREAD: usize = 20;

/// Fills in what an answer needs, from a mail's headings.
pub(super) fn describe(envelope: &mut Envelope, head: &str) {
    let parser = MessageParser::new().default_header_raw().header_content_type(HeaderName::ContentType);
    let parser = parser.header_id(HeaderName::References).header_id(HeaderName::InReplyTo).header_address(HeaderName::ReplyTo);
    let Some(mail) = parser.parse_headers(head.as_bytes()) else { return };
    let value = |name: HeaderName<'static>| {
        let mut headers = mail.parts.iter().flat_map(|part| &part.headers);
        headers.find(|header| header.name == name).map(|header| &header.value)
    };
    let address = |value: &HeaderValue<'_>| value.as_address()?.iter().find_map(|of| of.address.as_deref()).map(clean);
    envelope.reply_to = value(HeaderName::ReplyTo).and_then(address).filter(|address| address.contains('@'));
    envelope.thread = value(HeaderName::References).or(value(HeaderName::InReplyTo)).map(ids).unwrap_or_default();
    envelope.automatic = automatic(&mail, &envelope.sender).map(str::to_owned);
}

fn clean(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect::<String>().trim().to_lowercase()
}

/// Message-IDs, shortened as RFC 5322 allows: the first one, and the last ones.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let found: Vec<String> = match value {
        HeaderValue::Text(id) => vec![id.trim().to_owned()],
        HeaderValue::TextList(ids) => ids.iter().map(|id| id.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    let sound = |id: &String| !id.is_empty() && id.len() <= 400 && id.chars().all(|char| char.is_ascii_graphic());
    let mut sound: Vec<String> = found.into_iter().filter(sound).collect();
    let surplus = sound.len().saturating_sub(THREAD);
    sound.drain(1.min(surplus)..(1.min(surplus) + surplus));
    sound
}

/// Why nobody waits for an answer, if nobody does.
fn automatic(mail: &Message<'_>, sender: &str) -> Option<&'static str> {
    let headers = || mail.parts.iter().flat_map(|part| &part.headers);
    let text = |name: &str| {
        let found = headers().find(|header| header.name.as_str().eq_ignore_ascii_case(name))?;
        Some(found.value.as_text().unwrap_or_default().trim().to_lowercase())
    };
    let first = |name: &str| text(name).map(|text| text.split([';', ' ', ',']).next().unwrap_or_default().to_owned());
    let report = headers().find_map(|header| header.value.as_content_type()).is_some_and(|content| {
        let kind = content.ctype().to_lowercase();
        let sort = content.subtype().unwrap_or_default().to_lowercase();
        (kind == "multipart" && sort == "report") || (kind == "message" && sort.contains("-status"))
    });
    let local = sender.split_once('@').map_or("", |(local, _)| local);
    if report || text("Return-Path").is_some_and(|path| path.is_empty() || path == "<>") {
        Some("it tells that a mail was not delivered")
    } else if first("Auto-Submitted").is_some_and(|value| value != "no") {
        Some("a program sent it (Auto-Submitted)")
    } else if first("X-Auto-Response-Suppress").is_some_and(|value| !value.is_empty() && value != "none") {
        Some("it asks for no answer (X-Auto-Response-Suppress)")
    } else if first("Precedence").is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply")) {
        Some("it was sent to many (Precedence)")
    } else if ["List-Id", "List-Unsubscribe", "List-Post", "List-Help"].iter().any(|name| text(name).is_some()) {
        Some("a mailing list sent it")
    } else if ["X-Autoreply", "X-Autorespond"].iter().any(|name| text(name).is_some()) {
        Some("a program answered by it")
    } else if local.is_empty() {
        Some("it names no sender")
    } else if NOBODY.contains(&local) {
        Some("nobody reads what is sent to its sender")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(head: &str) -> Envelope {
        let mut envelope = Envelope { sender: "leith@example.org".to_owned(), ..Envelope::default() };
        describe(&mut envelope, &format!("From: leith@example.org\n{head}\n\n"));
        envelope
    }

    #[test]
    fn programs_and_lists_want_no_answer() {
        for head in [
            "Auto-Submitted: auto-replied",
            "auto-submitted: auto-generated; owner-email=\"x\"",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "Precedence: bulk",
            "Precedence: LIST",
            "List-Id: <sales.example.org>",
            "List-Unsubscribe: <mailto:x@example.org>",
            "Return-Path: <>",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            "X-Autoreply: yes",
        ] {
            assert!(described(head).automatic.is_some(), "{head}");
        }
        for sender in ["", "MAILER-DAEMON@example.org", "no-reply@till.example", "postmaster@example.org"] {
            let mut envelope = Envelope { sender: sender.to_lowercase(), ..Envelope::default() };
            describe(&mut envelope, "Subject: x\n\n");
            assert!(envelope.automatic.is_some(), "{sender}");
        }
    }

    #[test]
    fn a_person_does() {
        for head in [
            "Subject: Friday",
            "Auto-Submitted: no",
            "X-Auto-Response-Suppress: None",
            "Return-Path: <leith@example.org>",
            "Precedence: normal",
        ] {
            assert_eq!(described(head).automatic, None, "{head}");
        }
    }

    #[test]
    fn the_thread_and_the_address_for_answers_are_known() {
        let envelope = described("Reply-To: Till <Till@Example.org>\nReferences: <a@x>\n <b@x>\nIn-Reply-To: <b@x>");
        assert_eq!(
            (envelope.reply_to.as_deref(), envelope.thread),
            (Some("till@example.org"), vec!["a@x".to_owned(), "b@x".to_owned()])
        );
        let long: String = (0..50).map(|n| format!(" <{n}@x>")).collect();
        let thread = described(&format!("References:{long}")).thread;
        assert_eq!((thread.len(), thread[0].as_str(), thread[19].as_str()), (20, "0@x", "49@x"));
    }
}
