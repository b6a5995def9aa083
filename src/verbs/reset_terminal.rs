//! `tagout reset-terminal`: for a terminal that a lost line left as the console had it.

use std::io::{self, IsTerminal as _};

use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};

use super::VerbError;
use crate::console;

/// Leaves the alternate screen, shows the cursor, ends bracketed paste and mouse reports, and lets the line discipline work
/// again as `stty sane` does (the modes of POSIX 11.2 that a shell relies on).
pub(super) fn run() -> Result<(), VerbError> {
    if !io::stdout().is_terminal() {
        return Err(VerbError::usage(
            "standard output is no terminal".to_owned(),
            "Run it in the terminal that is to be reset",
        ));
    }
    console::give_back()?;
    let stdin = io::stdin();
    if stdin.is_terminal() {
        let mut modes = tcgetattr(&stdin).map_err(io::Error::from)?;
        modes.input_modes |= InputModes::ICRNL | InputModes::IXON | InputModes::BRKINT;
        modes.input_modes &= !(InputModes::INLCR | InputModes::IGNCR);
        modes.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
        modes.local_modes |= LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
        modes.local_modes |= LocalModes::ECHO | LocalModes::ECHOE | LocalModes::ECHOK;
        tcsetattr(&stdin, OptionalActions::Now, &modes).map_err(io::Error::from)?;
    }
    Ok(())
}
