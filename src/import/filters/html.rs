//! HTML as plain text: what notes and titles of other systems are written in.

/// Elements whose content nobody reads.
const UNREAD: [&str; 4] = ["script", "style", "head", "title"];
/// Elements that begin a line of their own.
const BLOCKS: [&str; 17] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "hr",
    "pre",
];
/// The names of characters that such texts hold.
const NAMED: [(&str, &str); 34] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("hellip", "…"),
    ("bull", "•"),
    ("middot", "·"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("euro", "€"),
    ("pound", "£"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("times", "×"),
    ("shy", ""),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("szlig", "ß"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ccedil", "ç"),
];

/// The text of `html`, line by line; none if nothing is left.
pub(super) fn text(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') {
            tag(rest, &mut out)
        } else {
            entity(rest, &mut out)
        };
    }
    out.push_str(rest);
    let text = tidy(&out);
    (!text.is_empty()).then_some(text)
}

/// Passes over the tag at the head of `rest`; a mark that begins no tag is text.
fn tag<'a>(rest: &'a str, out: &mut String) -> &'a str {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, after)| after);
    }
    let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
    let end = rest.find('>');
    let (true, Some(end)) = (rest[1..].starts_with(begins), end) else {
        out.push('<');
        return &rest[1..];
    };
    let inside = rest[1..end].trim_start_matches('/');
    let is_closing = rest[1..].starts_with('/');
    let name: String = inside
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let after = &rest[end + 1..];
    if UNREAD.contains(&name.as_str()) && !is_closing {
        return behind(after, &name);
    }
    if BLOCKS.contains(&name.as_str()) {
        out.push('\n');
    }
    if name == "li" && !is_closing {
        out.push_str("- ");
    }
    if matches!(name.as_str(), "td" | "th") && is_closing {
        out.push(' ');
    }
    after
}

/// What follows the end of an element.
fn behind<'a>(rest: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let found = rest.to_ascii_lowercase().find(&end);
    let after = found.map_or("", |at| &rest[at..]);
    after.split_once('>').map_or("", |(_, after)| after)
}

/// Writes the character that is named at the head of `rest`; a mark that names none is text.
fn entity<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let end = rest.char_indices().take(12).find(|(_, c)| *c == ';');
    let named = end.and_then(|(end, _)| Some((decoded(&rest[1..end])?, &rest[end + 1..])));
    let Some((character, after)) = named else {
        out.push('&');
        return &rest[1..];
    };
    out.push_str(&character);
    after
}

fn decoded(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let character = char::from_u32(code.ok()?)?;
        return Some(
            if character.is_control() {
                ' '
            } else {
                character
            }
            .to_string(),
        );
    }
    let known = NAMED.iter().find(|(known, _)| *known == name);
    known.map(|(_, character)| (*character).to_owned())
}

/// One blank between words, at most one empty line between paragraphs.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if words.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 1 { "\n\n" } else { "\n" });
        }
        tidy.push_str(&words.join(" "));
        empty = 0;
    }
    tidy
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_go_and_their_lines_stay() {
        for (html, expected) in [
            ("<div>Former team mate</div>", "Former team mate"),
            (
                "<p>One &amp; two</p><p>Three<br>four</p>",
                "One & two\nThree\nfour",
            ),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            (
                "<style>p { color: red }</style>Hi<script>x < 1</script>!",
                "Hi!",
            ),
            ("1 < 2 && 3 > 2, a <- b", "1 < 2 && 3 > 2, a <- b"),
            (
                "caf&#233; &#x2013; &lt;b&gt; &unknown; AT&T",
                "café – <b> &unknown; AT&T",
            ),
            (
                "<!-- gone --><b>Bold</b> and <a href=\"x>y\">link</a>",
                "Bold and y\">link",
            ),
            ("plain\ntext", "plain\ntext"),
        ] {
            assert_eq!(text(html).as_deref(), Some(expected), "{html}");
        }
        assert_eq!(text("<p>&nbsp;</p>"), None);
    }

    proptest! {
        #[test]
        fn anything_at_all_is_taken(html in "\\PC*|[<>&;#a-z!/ -]*") {
            let _ = text(&html);
        }
    }
}
