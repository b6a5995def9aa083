//! How a list goes on from page to page.

use serde::{Deserialize, Serialize};

use super::text::blank_is_none;

/// How a list goes on. Which fields a style needs is checked with the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSpec {
    /// Which way.
    pub style: PageStyle,
    /// The parameter that carries the position.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub param: Option<String>,
    /// Where in the page the next position or URL stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub next: Option<String>,
    /// Where in the page it says whether there is more.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub more: Option<String>,
    /// Where in the page it says whether it is the last one, for vendors that give a position there too.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub end: Option<String>,
    /// The parameter that carries the page's size.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub size_param: Option<String>,
    /// The page's size.
    #[serde(default)]
    pub size: Option<u32>,
    /// The first page's number (style `page`; 1 when not said).
    #[serde(default)]
    pub first: Option<u32>,
}

impl PageSpec {
    /// Whether the vendor names the positions, of which some only count. The id of the last thing is none, though it may be a
    /// number.
    #[must_use]
    pub fn names_positions(&self) -> bool {
        match self.style {
            PageStyle::Cursor | PageStyle::Link | PageStyle::NextUrl | PageStyle::Graphql => true,
            PageStyle::Offset | PageStyle::Page | PageStyle::StartingAfter => false,
        }
    }
}

/// Which way a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStyle {
    /// The page names the next position.
    Cursor,
    /// RFC 8288 `Link` header with `rel="next"`.
    Link,
    /// So many things in.
    Offset,
    /// Numbered pages.
    Page,
    /// The last thing's id.
    StartingAfter,
    /// The page holds the next page's URL.
    NextUrl,
    /// A variable of the GraphQL text.
    Graphql,
}

impl PageStyle {
    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Link => "link",
            Self::Offset => "offset",
            Self::Page => "page",
            Self::StartingAfter => "starting_after",
            Self::NextUrl => "next_url",
            Self::Graphql => "graphql",
        }
    }
}
