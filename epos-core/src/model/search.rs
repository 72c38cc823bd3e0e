//! Words of names and queries, and how well they fit each other. Whole numbers only, so that every machine and every database puts
//! items in the same order.

use std::collections::{BTreeMap, BTreeSet};

/// Letters of a word that are kept.
pub const WORD_MAX: usize = 40;
/// Letters of a name that are kept to put items in order.
pub const LABEL_MAX: usize = 120;
/// Letters of a code that are kept.
pub const CODE_MAX: usize = 300;
/// Words of a query that are looked at.
pub const QUERY_WORDS_MAX: usize = 12;
/// Letters that a word has at least before it is taken to be mistyped: shorter ones resemble too many others.
pub const TYPO_LETTERS: usize = 4;
/// Letters from which on two mistakes in one word are forgiven, and not only one.
pub const TWO_TYPOS_LETTERS: usize = 8;

/// What a word is worth that is exactly the one asked for.
pub const EXACT: u32 = 1000;
/// What a word is worth that begins with the one asked for; the shorter the rest, the more is added, less than [`EXACT`] in all.
pub const BEGINS: u32 = 600;
/// What a word is worth that is one mistake away.
pub const TYPO: u32 = 400;
/// How much less for each further mistake.
const MISTAKE: u32 = 100;

/// Digits from which on a number is taken for a barcode or a code: the zeros in front, in which the lengths of one barcode differ, do
/// not count.
const BARCODE_DIGITS: usize = 6;

/// Units that are written apart from their number as often as not: `500 g` is `500g`.
const UNITS: [&str; 11] = ["g", "kg", "mg", "ml", "cl", "l", "oz", "lb", "cm", "mm", "pk"];

/// The words of a text: small letters without accents and marks, in their order.
///
/// ```
/// use epos_core::model::search::words;
///
/// assert_eq!(words("Café Crème, Müller's (500 G)"), ["cafe", "creme", "mullers", "500g"]);
/// assert_eq!(words("Smørrebrød & Straße"), ["smorrebrod", "strasse"]);
/// assert_eq!(words("05012345678900"), words("5012345678900"), "one barcode, written in two lengths");
/// assert!(words(" – !? ").is_empty());
/// ```
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            // Within a word they say nothing: `Miller's` is `millers`.
            '\'' | '\u{2019}' | '\u{300}'..='\u{36f}' => {}
            _ if c.is_alphanumeric() => c.to_lowercase().for_each(|c| plain(c, &mut word)),
            _ => end(&mut words, &mut word),
        }
    }
    end(&mut words, &mut word);
    words
}

/// Ends a word.
fn end(words: &mut Vec<String>, word: &mut String) {
    let mut word = std::mem::take(word);
    if word.is_empty() {
        return;
    }
    if word.len() >= BARCODE_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit()) {
        let zeros = word.len() - word.trim_start_matches('0').len();
        word.drain(..zeros.min(word.len() - 1));
    }
    if let Some(number) = words.last_mut()
        && UNITS.contains(&word.as_str())
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        number.push_str(&word);
        return;
    }
    words.push(word);
}

/// Adds a small letter without its accent.
fn plain(c: char, word: &mut String) {
    let letters = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '\u{300}'..='\u{36f}' => "",
        _ => return word.push(c),
    };
    word.push_str(letters);
}

/// The words of a text, joined by blanks and cut to [`LABEL_MAX`] letters: what items are put in order by.
pub fn label(text: &str) -> String {
    let all = words(text).join(" ");
    let cut: String = all.chars().take(LABEL_MAX).collect();
    cut.trim_end().to_owned()
}

/// A word cut to [`WORD_MAX`] letters.
pub fn cut(word: &str) -> &str {
    word.char_indices().nth(WORD_MAX).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

/// Three letters in a row of a word, with `_` before and after it. None for a word with digits: those are codes, and a code is right
/// or wrong.
///
/// ```
/// use epos_core::model::search::grams;
///
/// assert_eq!(grams("tea").into_iter().collect::<Vec<_>>(), ["__t", "_te", "ea_", "tea"]);
/// assert!(grams("500g").is_empty());
/// ```
pub fn grams(word: &str) -> BTreeSet<String> {
    if word.is_empty() || word.chars().any(char::is_numeric) {
        return BTreeSet::new();
    }
    let letters: Vec<char> = "__".chars().chain(word.chars()).chain(['_']).collect();
    letters.windows(3).map(|three| three.iter().collect()).collect()
}

/// How many mistakes lead from one word to the other: a letter too many, one missing, a wrong one, or two neighbours swapped.
/// Anything above `most` is only known to be more.
///
/// ```
/// use epos_core::model::search::mistakes;
///
/// assert_eq!(mistakes("cofee", "coffee", 2), 1);
/// assert_eq!(mistakes("shortbraed", "shortbread", 2), 1);
/// assert!(mistakes("tea", "coffee", 2) > 2);
/// ```
pub fn mistakes(one: &str, other: &str, most: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut here = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&above, column) + usize::from(letter != against)).min(at(&above, column + 1) + 1);
            least = least.min(at(&here, column) + 1);
            let swapped = row > 0 && column > 0 && one.get(row - 1) == Some(against) && other.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            here.push(least);
        }
        if here.iter().min().is_some_and(|least| *least > most) && before.iter().min().is_none_or(|least| *least > most) {
            return most + 1;
        }
        before = std::mem::replace(&mut above, here);
    }
    above.last().copied().unwrap_or(0)
}

/// How many mistakes a word of a query may have.
pub fn forgiven(word: &str) -> usize {
    match word.chars().count() {
        _ if word.chars().any(char::is_numeric) => 0,
        0..TYPO_LETTERS => 0,
        TYPO_LETTERS..TWO_TYPOS_LETTERS => 1,
        _ => 2,
    }
}

/// What a word of an item is worth to a word of a query; 0 when they have nothing to do with each other.
///
/// ```
/// use epos_core::model::search::worth;
///
/// let order = ["coffee", "coffees", "coffeehouse", "cofffee", "tea"].map(|word| worth("coffee", word));
/// assert!(order.is_sorted_by(|one, next| one > next), "{order:?}");
/// assert_eq!(order[4], 0);
/// ```
pub fn worth(asked: &str, word: &str) -> u32 {
    if word == asked {
        return EXACT;
    }
    if let Some(rest) = word.strip_prefix(asked) {
        let (asked, rest) = (asked.chars().count() as u32, rest.chars().count() as u32);
        return BEGINS + (EXACT - BEGINS - 1) * asked / (asked + rest).max(1);
    }
    let most = forgiven(asked);
    if most == 0 {
        return 0;
    }
    let whole = mistakes(asked, word, most);
    // Somebody who is still typing has mistyped only the beginning.
    let length = asked.chars().count();
    let beginning: String = word.chars().take(length).collect();
    let begun = if beginning.len() < word.len() { mistakes(asked, &beginning, most) } else { usize::MAX };
    match (whole <= most, begun <= most) {
        (true, _) => TYPO - MISTAKE * (whole.max(1) as u32 - 1),
        (false, true) => TYPO - MISTAKE * (begun.max(1) as u32 - 1) - MISTAKE / 2,
        (false, false) => 0,
    }
}

/// A word of a query, and the words it may be mistyped for, with what those are worth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// As it was typed.
    pub word: String,
    /// What it may have meant.
    pub near: BTreeMap<String, u32>,
}

impl Asked {
    /// What a word of an item is worth to this one.
    pub fn worth(&self, word: &str) -> u32 {
        if word.starts_with(self.word.as_str()) { worth(&self.word, word) } else { self.near.get(word).copied().unwrap_or(0) }
    }
}

/// How an item fits a query. The greater, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fit {
    /// Words of the query that found something.
    pub found: usize,
    /// What they are worth together.
    pub worth: u32,
    /// The name is the query, word for word (2), or begins with it (1).
    pub begins: u8,
}

/// How well an item fits the words of a query that is `whole` in one piece: by the words of its name (its [`label`]), and by others
/// that it is known under.
///
/// ```
/// use epos_core::model::search::{Asked, fit};
///
/// let query = ["green", "tea"].map(|word| Asked { word: word.into(), ..Asked::default() });
/// let of = |label| fit(&query, "green tea", label, &[]);
/// assert!(of("green tea") > of("green tea 500g") && of("green tea 500g") > of("jasmine green tea"));
/// assert!(of("jasmine green tea") > of("green teacup") && of("green teacup") > of("black tea"));
/// ```
pub fn fit(query: &[Asked], whole: &str, label: &str, others: &[String]) -> Fit {
    let mut fit = Fit::default();
    for asked in query {
        let words = label.split(' ').chain(others.iter().map(String::as_str));
        let best = words.map(|word| asked.worth(cut(word))).max().unwrap_or(0);
        fit.found += usize::from(best > 0);
        fit.worth += best;
    }
    fit.begins = match label.strip_prefix(whole) {
        Some("") => 2,
        Some(_) => 1,
        None => 0,
    };
    fit
}
