//! An answer in the making: a verdict and sentences, of which the least important go when there are too many words.

use super::Message;

/// An answer has fewer words than this.
pub const WORDS: usize = 90;

/// Words and letters of a name that somebody else gave: a store's, a file's, a column's.
const NAME: (usize, usize) = (6, 60);

/// What a sentence does in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It says what we saw or did.
    Said,
    /// It is the one thing to do.
    Task,
    /// It comes last: calm words.
    Last,
}

/// An answer in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    verdict: String,
    sentences: Vec<(Part, bool, String)>,
}

impl Draft {
    pub fn new(verdict: String) -> Self {
        Draft { verdict, sentences: Vec::new() }
    }

    /// A sentence that must be there.
    pub fn say(&mut self, sentence: String) {
        self.sentences.push((Part::Said, true, sentence));
    }

    /// A sentence that is left out when there are too many words.
    pub fn may_say(&mut self, sentence: String) {
        self.sentences.push((Part::Said, false, sentence));
    }

    /// The one thing to do. A second one would not be done, so only the first is kept.
    pub fn task(&mut self, sentence: String) {
        if !self.sentences.iter().any(|(part, ..)| *part == Part::Task) {
            self.sentences.push((Part::Task, true, sentence));
        }
    }

    /// Must stand at the end.
    pub fn must_end(&mut self, sentence: String) {
        self.sentences.push((Part::Last, true, sentence));
    }

    /// May stand at the end.
    pub fn may_end(&mut self, sentence: String) {
        self.sentences.push((Part::Last, false, sentence));
    }

    /// The message: `subject` is that of the mail that is answered, if it has one.
    pub fn finish(mut self, subject: &str) -> Message {
        self.sentences.retain(|(_, _, sentence)| !sentence.is_empty());
        while self.words() >= WORDS {
            let Some(least) = self.sentences.iter().rposition(|(_, needed, _)| !needed) else { break };
            self.sentences.remove(least);
        }
        let mut text = format!("{}\n", self.verdict);
        let mut html = format!("<p><strong>{}</strong></p>\n", escaped(&self.verdict));
        for part in [Part::Said, Part::Task, Part::Last] {
            let of: Vec<&str> = self.sentences.iter().filter(|(of, ..)| *of == part).map(|(.., text)| text.as_str()).collect();
            if of.is_empty() {
                continue;
            }
            text += &format!("\n{}\n", of.join(" "));
            let said = escaped(&of.join(" "));
            html += &if part == Part::Task { format!("<p><b>{said}</b></p>\n") } else { format!("<p>{said}</p>\n") };
        }
        let subject = if subject.trim().is_empty() { self.verdict } else { answered(subject) };
        Message { subject, text, html: page(&html) }
    }

    fn words(&self) -> usize {
        let all = self.sentences.iter().map(|(.., sentence)| sentence.as_str()).chain([self.verdict.as_str()]);
        all.map(|text| text.split_whitespace().count()).sum()
    }
}

/// The subject of an answer: `Re: ` and the subject, once however often it was answered.
pub(super) fn answered(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some(after) = rest.get(..3).filter(|start| start.eq_ignore_ascii_case("re:")).and_then(|_| rest.get(3..)) {
        rest = after.trim_start();
    }
    format!("Re: {rest}")
}

/// A page that every mail program shows.
pub(super) fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n\
         <body style=\"font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em\">\n{body}</body></html>\n"
    )
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A name that somebody else gave, on one line and not longer than an answer bears.
pub(super) fn name(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let mut short: String = words.iter().take(NAME.0).copied().collect::<Vec<_>>().join(" ");
    let long = words.len() > NAME.0 || short.chars().count() > NAME.1;
    if long {
        short = short.chars().take(NAME.1).collect::<String>().trim_end().to_owned() + "…";
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_answered_once() {
        assert_eq!(
            ["Friday", "Re: Friday", "RE: re:Friday", "Ré"].map(answered),
            ["Re: Friday", "Re: Friday", "Re: Friday", "Re: Ré"]
        );
    }

    #[test]
    fn names_of_others_are_short_and_on_one_line() {
        assert_eq!(name("Leith\r\nBcc: x"), "Leith Bcc: x");
        assert_eq!(name("a b c d e f g"), "a b c d e f…");
        assert_eq!(name(&"x".repeat(70)).chars().count(), 61);
    }

    #[test]
    fn only_what_may_go_goes_and_the_last_of_it_first() {
        let mut draft = Draft::new("Verdict".to_owned());
        draft.say("needed ".repeat(60));
        draft.may_say("first ".repeat(20));
        draft.may_end("second ".repeat(20));
        let text = draft.finish("").text;
        assert!(text.contains("first") && text.contains("needed") && !text.contains("second"));
    }
}
