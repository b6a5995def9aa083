//! A list as JSON, written as it comes: it may be longer than what fits into memory.

use std::io::{self, Write};

use serde::Serialize;

use super::print::say;
use super::{Pages, Session, VerbError, every};
use crate::client::Client;
use crate::domain::escaped_json;
use crate::wire::request::Window;
use crate::wire::rpc::Rpc;
use crate::wire::view::Page;

/// An array on one line, of which the end has not been written.
#[derive(Debug, Default)]
pub(super) struct JsonArray {
    is_begun: bool,
}

impl JsonArray {
    /// Writes further items.
    pub(super) fn extend<T: Serialize>(&mut self, items: &[T]) -> Result<(), VerbError> {
        Ok(self.write(&mut io::stdout().lock(), items)?)
    }

    fn write<T: Serialize>(&mut self, out: &mut impl Write, items: &[T]) -> io::Result<()> {
        let mut text = String::new();
        for item in items {
            text.push(if self.is_begun { ',' } else { '[' });
            self.is_begun = true;
            text += &escaped_json::to_string(item)?;
        }
        out.write_all(text.as_bytes())
    }

    /// Writes its end.
    pub(super) fn end(self) -> Result<(), VerbError> {
        say(if self.is_begun { "]" } else { "[]" })
    }
}

impl Session {
    /// A list: its rows for a table; none where JSON is wanted, which is printed as it comes.
    pub(super) async fn listed<T: Serialize, A: Rpc<Reply = Page<T>>>(
        &self,
        client: &Client,
        request: impl Fn(Window) -> A,
    ) -> Result<Option<Vec<T>>, VerbError> {
        if !self.manner.json {
            return Ok(Some(every(client, request).await?));
        }
        let (mut array, mut pages) = (JsonArray::default(), Pages::new(client, request));
        while let Some(rows) = pages.next().await? {
            array.extend(&rows)?;
        }
        array.end()?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_whole_list_would_be() {
        for pages in [vec![vec![]], vec![vec!["a\u{7f}"], vec![], vec!["b", "c"]]] {
            let (mut array, mut out) = (JsonArray::default(), Vec::new());
            for page in &pages {
                array.write(&mut out, page).unwrap();
            }
            let end = if array.is_begun { "]" } else { "[]" };
            let written = String::from_utf8(out).unwrap() + end;
            assert_eq!(written, escaped_json::to_string(&pages.concat()).unwrap());
        }
    }
}
