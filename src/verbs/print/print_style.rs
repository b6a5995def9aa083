//! How tables and times are printed, as the command line says it for the whole process.

use std::io::IsTerminal;
use std::sync::OnceLock;

use clap::Args;
use jiff::tz::TimeZone;

static LOOK: OnceLock<PrintStyle> = OnceLock::new();

/// How tables and times are printed.
#[derive(Debug, Clone, Default, Args)]
pub struct PrintStyle {
    /// Print tables without their heads
    #[arg(long, global = true)]
    pub no_header: bool,
    /// Print times in UTC, with a Z
    #[arg(long, global = true)]
    pub utc: bool,
    /// Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing
    #[arg(long, global = true)]
    pub wide: bool,
    /// Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has
    #[arg(
        long,
        global = true,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with = "json"
    )]
    pub columns: Vec<String>,
}

impl PrintStyle {
    /// Makes this the look of what the process prints. The first call holds.
    pub(in crate::verbs) fn hold(self) {
        LOOK.get_or_init(|| self);
    }

    /// What holds.
    pub(in crate::verbs) fn held() -> Self {
        LOOK.get().cloned().unwrap_or_default()
    }

    /// In which zone times are printed.
    pub(in crate::verbs) fn zone(&self) -> TimeZone {
        match self.utc {
            true => TimeZone::UTC,
            false => TimeZone::system(),
        }
    }

    /// How wide a table may be; none where nothing is cut. A terminal that does not know its width cuts nothing.
    pub(super) fn room(&self) -> Option<usize> {
        if self.wide || !std::io::stdout().is_terminal() {
            return None;
        }
        let (width, _) = crossterm::terminal::size().ok()?;
        Some(usize::from(width)).filter(|width| *width > 0)
    }
}
