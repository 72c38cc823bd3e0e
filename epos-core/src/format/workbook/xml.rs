//! XML, element by element; the only user of `quick-xml`.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesEnd, BytesStart, Event as Raw};

use super::Book;
use crate::format::sheets::Refused;

/// Deeper than any real document, and shallow enough that what is open takes no room.
const DEPTH_MAX: usize = 200;

/// What stands next in the document.
pub(super) enum Event<'a> {
    /// An element begins. Empty ones begin and end.
    Start(Element<'a>),
    /// An element ends.
    End(End<'a>),
    /// Letters between tags, as far as the next tag, entity or comment. Several may follow each other.
    Text(Cow<'a, str>),
    /// The document is over, and all its elements are closed.
    Done,
}

/// The beginning of an element.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// Its name with prefix: `table:table-row`.
    pub(super) fn name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// The attribute of this name, with prefix; `None` when there is none or it cannot be read.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().with_checks(false).flatten().find(|attribute| attribute.key.into_inner() == name)?;
        unescape(&found.value).ok().map(|value| value.into_owned())
    }

    /// The attribute of this name whatever its prefix.
    pub(super) fn local(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().with_checks(false).flatten().find(|attribute| local(attribute.key.into_inner()) == name)?;
        unescape(&found.value).ok().map(|value| value.into_owned())
    }

    /// A whole number in the attribute of this name; `None` when it is none.
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// The end of an element.
pub(super) struct End<'a>(BytesEnd<'a>);

impl End<'_> {
    /// Its name with prefix.
    pub(super) fn name(&self) -> &str {
        self.0.name().into_inner()
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A document that is read from its beginning.
pub(super) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(from: R) -> Self {
        let mut reader = Reader::from_reader(from);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), depth: 0 }
    }

    /// What stands next; a document that is cut off, crossed or nested without end is refused.
    pub(super) fn next(&mut self, book: &Book<'_>) -> Result<Event<'_>, Refused> {
        self.buffer.clear();
        let text = |text: &'static str| Event::Text(Cow::Borrowed(text));
        Ok(match self.reader.read_event_into(&mut self.buffer).map_err(|error| book.damaged(error))? {
            Raw::Start(_) if self.depth >= DEPTH_MAX => {
                return Err(book.past_limit(format!("its elements are nested more than {DEPTH_MAX} deep")));
            }
            Raw::Start(element) => {
                self.depth += 1;
                Event::Start(Element(element))
            }
            Raw::End(element) => {
                self.depth = self.depth.saturating_sub(1);
                Event::End(End(element))
            }
            Raw::Text(letters) => Event::Text(letters.xml10_content()),
            Raw::CData(letters) => Event::Text(letters.xml10_content()),
            Raw::GeneralRef(entity) => match entity.resolve_char_ref().map_err(|error| book.damaged(error))? {
                Some(letter) => Event::Text(Cow::Owned(letter.to_string())),
                // Entities that the document defines itself are never resolved.
                None => text(resolve_predefined_entity(&entity).unwrap_or("\u{FFFD}")),
            },
            Raw::Eof if self.depth > 0 => return Err(book.damaged("it ends in the middle")),
            Raw::Eof => Event::Done,
            Raw::Empty(_) | Raw::Comment(_) | Raw::Decl(_) | Raw::PI(_) | Raw::DocType(_) => text(""),
        })
    }
}
