//! What a verb reads: files with secrets, and a person's answer.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::{Session, VerbError};
use crate::wire::request::Secret;

/// Secrets and provider files are far shorter; more is a mistake.
const LONGEST: u64 = 64 * 1024;

/// The text of a file, or of standard input for `-`.
pub(super) fn text(path: &Path) -> Result<Zeroizing<String>, VerbError> {
    let cannot = |error: io::Error| {
        VerbError::usage(
            format!("{} cannot be read: {error}", path.display()),
            "Name a file with text, or - for standard input",
        )
    };
    let mut text = Zeroizing::new(String::new());
    let read = if path == Path::new("-") {
        io::stdin()
            .lock()
            .take(LONGEST + 1)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
    };
    let length = read.map_err(cannot)?;
    if length as u64 > LONGEST {
        return Err(VerbError::usage(
            format!("{} is longer than {LONGEST} bytes", path.display()),
            "Check that it is the right file",
        ));
    }
    Ok(text)
}

/// A secret in a file, without the newline that editors put at its end.
pub(crate) fn secret(path: &Path) -> Result<Secret, VerbError> {
    let text = text(path)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(VerbError::usage(
            format!("{} is empty", path.display()),
            "Put the secret into it",
        ));
    }
    Ok(Secret(Zeroizing::new(secret.to_owned())))
}

/// What somebody types after a question. Where nobody can be asked, the options of the hint have to say it.
///
/// # Errors
/// Where nobody can be asked, or nothing can be read.
pub(super) fn answered(session: &Session, question: &str, hint: &str) -> Result<String, VerbError> {
    if session.manner.json || !somebody_is_there() {
        let nobody = "this is to be confirmed, and nobody is asked here";
        return Err(VerbError::usage(nobody, hint));
    }
    let answer = answer(question)?;
    Ok(answer.trim().to_owned())
}

/// Asks before what cannot be undone: `wanted` has to be typed. Where nobody can be asked, `--yes` has to say so.
///
/// # Errors
/// When it is not confirmed: then nothing is to be done.
pub(super) fn sure(
    session: &Session,
    is_told: bool,
    question: &str,
    wanted: &str,
) -> Result<(), VerbError> {
    if is_told {
        return Ok(());
    }
    if session.manner.json || !somebody_is_there() {
        return Err(VerbError::usage(
            "this cannot be undone, and nobody is asked here",
            "Add --yes",
        ));
    }
    confirmed(typed(
        &format!("{question} Type {wanted} to go on:"),
        wanted,
    )?)
}

/// Asks before what can be undone, if there is somebody to ask.
///
/// # Errors
/// When it is not confirmed: then nothing is to be done.
pub(super) fn agreed(session: &Session, is_told: bool, question: &str) -> Result<(), VerbError> {
    if is_told || session.manner.json || !somebody_is_there() {
        return Ok(());
    }
    confirmed(typed(&format!("{question} Type yes to go on:"), "yes")?)
}

fn confirmed(is_confirmed: bool) -> Result<(), VerbError> {
    match is_confirmed {
        true => Ok(()),
        false => Err(VerbError::usage(
            "it was not confirmed",
            "Nothing was changed",
        )),
    }
}

/// Whether there is a person to ask.
pub(super) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for `wanted` to be typed. The question goes to standard error: the answer is on standard output.
pub(super) fn typed(question: &str, wanted: &str) -> Result<bool, VerbError> {
    Ok(answer(question)?.trim() == wanted)
}

fn answer(question: &str) -> Result<String, VerbError> {
    let mut err = io::stderr().lock();
    write!(err, "{question} ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_loses_only_its_last_newline() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("secret");
        std::fs::write(&path, " s3cret \r\n").unwrap();
        assert_eq!(*secret(&path).unwrap().0, " s3cret ");
        std::fs::write(&path, "\n").unwrap();
        assert!(matches!(secret(&path), Err(VerbError::Problem(_))));
        std::fs::write(&path, "x".repeat(64 * 1024 + 1)).unwrap();
        assert!(matches!(text(&path), Err(VerbError::Problem(_))));
    }
}
