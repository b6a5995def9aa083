//! The only room that speaks to vendors. What it knows about them stands in provider files; what it is told about a
//! connection is handed in with every call, so that it holds no secret of its own.

mod catalog;
mod file;
mod http;
mod template;

pub use catalog::{Catalog, CatalogError, Entry};
pub use file::{FileError, parse};
pub use http::{HttpError, Patience};
pub use template::TemplateError;
