//! What a program says of itself in the comments at its head: `# system: greenhouse`.

use std::str::FromStr;

use anyhow::{Context, bail};
use chrono_tz::Tz;
use encoding_rs::Encoding;

use crate::import::{
    encoding,
    read::{self, Format},
};

/// The head of a program. The command line says the same things more strongly.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The system whose records it maps.
    pub system: Option<String>,
    /// How they stand in a file.
    pub format: Option<Format>,
    /// The encoding of the file.
    pub encoding: Option<&'static Encoding>,
    /// What stands between the fields of a CSV row.
    pub delimiter: Option<u8>,
    /// The time zone of times that name none.
    pub zone: Option<Tz>,
    /// The country of telephone numbers that name none.
    pub region: Option<String>,
}

impl Header {
    /// Reads the comments before the first line of code.
    pub(super) fn read(code: &str) -> anyhow::Result<Self> {
        let mut header = Self::default();
        for (at, line) in code.lines().enumerate() {
            let Some(comment) = line.trim().strip_prefix('#') else {
                if line.trim().is_empty() {
                    continue;
                }
                break;
            };
            let Some((name, value)) = comment.split_once(':') else {
                continue;
            };
            header
                .set(name.trim(), value.trim())
                .with_context(|| format!("line {} of the program", at + 1))?;
        }
        Ok(header)
    }

    fn set(&mut self, name: &str, value: &str) -> anyhow::Result<()> {
        match name {
            "system" => self.system = Some(value.to_owned()),
            "format" => match Format::from_str(value) {
                Ok(format) => self.format = Some(format),
                Err(why) => bail!("`{value}` is no format: {why}"),
            },
            "encoding" => self.encoding = Some(encoding::named(value)?),
            "delimiter" => self.delimiter = Some(read::delimiter(value)?),
            "time zone" => self.zone = Some(zone(value)?),
            "region" => self.region = Some(value.to_ascii_uppercase()),
            _ => {}
        }
        Ok(())
    }
}

/// The time zone of that name.
///
/// # Errors
/// When there is none.
pub fn zone(name: &str) -> anyhow::Result<Tz> {
    Tz::from_str(name)
        .ok()
        .with_context(|| format!("`{name}` is no time zone such as Europe/London"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_read_up_to_the_first_line_of_code() {
        let header = Header::read(
            "# Maps: our HRMS\n\n# system: hrms\n# format: csv\n# encoding: latin-1\n\
             # delimiter: tab\n# time zone: Asia/Kolkata\n# region: in\n.\n# system: other\n",
        )
        .unwrap();

        assert_eq!(header.system.as_deref(), Some("hrms"));
        assert_eq!(header.format, Some(Format::Csv));
        assert_eq!(header.encoding, Some(encoding_rs::WINDOWS_1252));
        assert_eq!(header.delimiter, Some(b'\t'));
        assert_eq!(header.zone, Some(Tz::Asia__Kolkata));
        assert_eq!(header.region.as_deref(), Some("IN"));
    }

    #[test]
    fn a_wrong_word_is_told_with_its_line() {
        for (code, told) in [
            (
                "# system: a\n# format: xlsx\n.",
                "line 2 of the program: `xlsx` is no format",
            ),
            (
                "# time zone: Mars/Base\n.",
                "line 1 of the program: `Mars/Base` is no time zone",
            ),
        ] {
            let why = format!("{:#}", Header::read(code).unwrap_err());
            assert!(why.starts_with(told), "{why}");
        }
    }
}
