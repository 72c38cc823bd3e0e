//! One file with many mails: the mbox format, with `>From ` lines as in mboxrd.

use std::io::{self, BufRead};

/// The mails of an mbox, one after the other, from memory.
pub fn messages(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    Messages::new(bytes).map_while(Result::ok)
}

/// Does a file that begins like this hold an mbox? A table whose first heading is "From …" does not.
pub fn is_mailbox(beginning: &[u8]) -> bool {
    let line = beginning.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"From ") && !line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'))
}

/// The mails of an mbox, read one at a time.
///
/// A mail begins with a line `From …` at the start or after a blank line. `>From ` loses one `>`.
#[derive(Debug)]
pub struct Messages<R> {
    reader: R,
    ended: bool,
}

impl<R: BufRead> Messages<R> {
    /// The mails that `reader` holds.
    pub fn new(reader: R) -> Self {
        Messages { reader, ended: false }
    }
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut message = Vec::new();
        let mut after_blank = true;
        while !self.ended {
            let start = message.len();
            match self.reader.read_until(b'\n', &mut message) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
            let line = message.get(start..).unwrap_or_default();
            let separates = after_blank && line.starts_with(b"From ");
            if separates || self.ended {
                message.truncate(start);
                without_last_blank_line(&mut message);
                if !message.is_empty() {
                    return Some(Ok(message));
                }
            } else {
                after_blank = matches!(line, b"\n" | b"\r\n");
                let quoted = line.iter().position(|&byte| byte != b'>').unwrap_or_default();
                if quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From ")) {
                    message.remove(start);
                }
            }
        }
        None
    }
}

/// The blank line before the next mail belongs to the mbox, not to the mail.
fn without_last_blank_line(message: &mut Vec<u8>) {
    for end in [&b"\n\r\n"[..], b"\n\n"] {
        if message.ends_with(end) {
            message.truncate(message.len() - (end.len() - 1));
            return;
        }
    }
    if matches!(&message[..], b"\n" | b"\r\n") {
        message.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_mails_are_three_and_quoted_from_lines_come_back() {
        let mbox = "From a@x Fri Nov 20 18:00:00 2026\nSubject: 1\n\nFirst\n>From the till\n>>From deep\nFrom inside\n\n\
                    From b@x Fri Nov 20 18:01:00 2026\nSubject: 2\n\n\nFrom c@x Fri Nov 20 18:02:00 2026\nSubject: 3\n\nThird";
        let expected = ["Subject: 1\n\nFirst\nFrom the till\n>From deep\nFrom inside\n", "Subject: 2\n\n", "Subject: 3\n\nThird"];
        let text = |mbox: &str| messages(mbox.as_bytes()).map(|mail| String::from_utf8(mail).unwrap()).collect::<Vec<_>>();
        assert_eq!(text(mbox), expected);
        assert_eq!(text(&mbox.replace('\n', "\r\n")), expected.map(|mail| mail.replace('\n', "\r\n")));
    }

    #[test]
    fn a_table_that_begins_with_from_is_no_mailbox() {
        assert!(is_mailbox(b"From a@x Fri Nov 20 18:00:00 2026\r\nSubject: 1"));
        assert!(!is_mailbox(b"From date,To date\n2026-11-20,2026-11-21"));
        assert!(!is_mailbox(b"From: a@x"));
        assert!(!is_mailbox(b""));
    }

    proptest! {
        #[test]
        fn what_is_written_as_mboxrd_comes_back(bodies in prop::collection::vec("(>{0,3}From x\n|\n|a b\n|Fro\n){1,8}", 1..5)) {
            let mails: Vec<String> = bodies.iter().map(|body| format!("Subject: x\n\n{body}")).collect();
            let mut mbox = String::new();
            for mail in &mails {
                mbox.push_str("From x Fri Nov 20 18:00:00 2026\n");
                for line in mail.split_inclusive('\n') {
                    let quote = line.trim_start_matches('>').starts_with("From ");
                    mbox.push_str(if quote { ">" } else { "" });
                    mbox.push_str(line);
                }
                mbox.push('\n');
            }
            let read: Vec<String> = messages(mbox.as_bytes()).map(|mail| String::from_utf8(mail).unwrap()).collect();
            prop_assert_eq!(read, mails);
        }

        #[test]
        fn anything_at_all_is_split_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = messages(&bytes).count();
        }
    }
}
