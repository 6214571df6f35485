//! As much of Rust's grammar as telling paths from texts and comments takes.

/// The first segment of a path, or those of all paths in a group.
pub(super) fn first_segments(words: &[String]) -> Vec<String> {
    if words.first().is_none_or(|word| word != "{") {
        return words.first().cloned().into_iter().collect();
    }
    let mut segments = Vec::new();
    let mut nesting = 0;
    let mut previous = "";
    for word in words {
        match word.as_str() {
            "{" => nesting += 1,
            "}" => nesting -= 1,
            _ if nesting == 1 && matches!(previous, "{" | ",") => segments.push(word.clone()),
            _ => {}
        }
        if nesting == 0 {
            break;
        }
        previous = word;
    }
    segments
}

/// Whether a path begins with the library's name; a macro's attribute of that name is no path.
pub(super) fn names_library(words: &[String], library: &str) -> bool {
    words
        .windows(2)
        .any(|pair| pair[0] == library && matches!(pair[1].as_str(), "::" | "as"))
}

/// Names and marks, with `::` as one mark.
pub(super) fn words(code: &str) -> Vec<String> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_name(first) {
            rest.find(|character| !is_name(character))
                .unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    words
}

/// The source without comments, texts and character literals.
pub(super) fn code_only(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = skipped(rest, code.chars().next_back());
        if skipped > 0 {
            code.push(' ');
            rest = &rest[skipped..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// How many bytes at the start of `rest` are not code.
fn skipped(rest: &str, before: Option<char>) -> usize {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at);
    let in_name = before.is_some_and(|before| before.is_alphanumeric() || before == '_');
    let bytes = if rest.starts_with("//") {
        until("\n", 0)
    } else if rest.starts_with("/*") {
        block_comment(rest)
    } else if !in_name && (rest.starts_with("r\"") || rest.starts_with("r#")) {
        let hashes = rest[1..].chars().take_while(|&mark| mark == '#').count();
        let end = format!("\"{}", "#".repeat(hashes));
        // `r#type` is a name, not a text.
        if rest[1 + hashes..].starts_with('"') {
            until(&end, 2 + hashes) + end.len()
        } else {
            0
        }
    } else if rest.starts_with('"') {
        quoted(rest, '"')
    } else if rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'') && rest.starts_with('\'')
    {
        quoted(rest, '\'')
    } else {
        0
    };
    bytes.min(rest.len())
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let mut nesting = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            nesting += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            nesting -= 1;
            at += 2;
            if nesting == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}
