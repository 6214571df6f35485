//! The bytes of a file as UTF-8, whatever encoding they came in. A byte order mark decides; without
//! one, what was declared; and text of two bytes a letter is known by the zeros in it.

use std::io::{self, Read};

use anyhow::{Context, bail};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much is decoded at once.
const BLOCK: usize = 64 * 1024;

/// The encoding of that name, such as `windows-1252`, `latin-1` or `utf-16`.
///
/// # Errors
/// When there is none.
pub fn named(name: &str) -> anyhow::Result<&'static Encoding> {
    let name = name.trim();
    Encoding::for_label(name.as_bytes())
        .or_else(|| Encoding::for_label(name.replace('-', "").as_bytes()))
        .with_context(|| format!("`{name}` is no encoding; try utf-8, windows-1252 or utf-16"))
}

/// Reads bytes in any encoding as UTF-8. Bytes that claim to be UTF-8 pass as they are: whether
/// they keep their word is for who reads them to tell, with the number of the line.
pub struct Decoded<R> {
    input: R,
    /// None while the bytes are UTF-8.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes to find out what they are.
    ///
    /// # Errors
    /// When the input cannot be read, or is no text at all.
    pub fn new(mut input: R, declared: Option<&'static Encoding>) -> anyhow::Result<Self> {
        let mut raw = Vec::new();
        input.by_ref().take(4).read_to_end(&mut raw)?;
        let found = Encoding::for_bom(&raw);
        if let Some((_, length)) = found {
            raw.drain(..length);
        }
        let encoding = match (found, raw.as_slice()) {
            (Some((encoding, _)), _) => encoding,
            (None, [b'P', b'K', 3, 4]) => {
                bail!("it is a workbook or another archive, not text: save it as CSV first")
            }
            (None, [0, 1..=127, ..]) => UTF_16BE,
            (None, [1..=127, 0, ..]) => UTF_16LE,
            (None, _) => declared.unwrap_or(UTF_8),
        };
        let mut decoded = Self {
            input,
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling()),
            raw: Vec::new(),
            ready: Vec::new(),
            given: 0,
            ended: false,
        };
        if decoded.decoder.is_some() {
            decoded.decode(&raw, false);
        } else {
            decoded.ready = raw;
        }
        Ok(decoded)
    }

    fn decode(&mut self, raw: &[u8], last: bool) {
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        self.ready.clear();
        self.given = 0;
        let most = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(BLOCK);
        self.ready.resize(most.max(16), 0);
        let (result, _, written, _) = decoder.decode_to_utf8(raw, &mut self.ready, last);
        debug_assert_eq!(result, CoderResult::InputEmpty, "the longest answer fits");
        self.ready.truncate(written);
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut raw = std::mem::take(&mut self.raw);
        raw.resize(BLOCK, 0);
        while self.given == self.ready.len() && !self.ended {
            let count = match self.input.read(&mut raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.ended = count == 0;
            self.decode(&raw[..count], self.ended);
        }
        self.raw = raw;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            if self.decoder.is_none() {
                return self.input.read(buffer);
            }
            self.fill()?;
        }
        let count = buffer.len().min(self.ready.len() - self.given);
        buffer[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        // The first bytes alone would be a short read, and who reads may look at one read only.
        let more = if self.decoder.is_none() && count < buffer.len() {
            self.input.read(&mut buffer[count..])?
        } else {
            0
        };
        Ok(count + more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> String {
        let declared = declared.map(|name| named(name).unwrap());
        let mut text = String::new();
        Decoded::new(bytes, declared)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn a_mark_decides_before_what_was_declared() {
        let small_first: Vec<u8> = "\u{feff}Åsa"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let large_first: Vec<u8> = "\u{feff}Åsa"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();

        assert_eq!(read(&small_first, Some("latin-1")), "Åsa");
        assert_eq!(read(&large_first, None), "Åsa");
        assert_eq!(read("\u{feff}Åsa".as_bytes(), Some("latin-1")), "Åsa");
    }

    #[test]
    fn what_was_declared_is_decoded_in_pieces_of_any_size() {
        let long = "é".repeat(100_000);
        let latin: Vec<u8> = vec![0xe9; 100_000];
        let wide: Vec<u8> = format!("id,{long}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();

        assert_eq!(read(&latin, Some("windows-1252")), long);
        assert_eq!(read(&wide, None), format!("id,{long}"));
        assert_eq!(read(long.as_bytes(), None), long);
        assert_eq!(read(b"", Some("utf-16")), "");
    }

    #[test]
    fn what_is_no_text_is_told() {
        assert!(named("latin-9000").is_err());
        assert!(Decoded::new(&b"PK\x03\x04rest"[..], None).is_err());
    }
}
