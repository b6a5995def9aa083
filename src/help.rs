//! `tagout completions` and `tagout man`: what the command line says of itself, for shells and for `man`.

use std::io::Write as _;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::verbs::VerbError;
use crate::wire::{Code, Problem};

/// `tagout completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tagout completions bash > ~/.local/share/bash-completion/completions/tagout
  tagout completions fish > ~/.config/fish/completions/tagout.fish")]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

/// `tagout man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tagout man | man -l -
  tagout man disconnect | man -l -")]
pub struct Man {
    /// The page of this verb; of all of it otherwise
    verb: Vec<String>,
}

/// Prints the completions of a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn completions(arguments: &Completions, root: Command) -> Result<(), VerbError> {
    print(&script(arguments.shell, root))
}

/// Prints a manual page.
///
/// # Errors
/// When there is no such verb, or standard output cannot be written.
pub fn man(arguments: &Man, root: Command) -> Result<(), VerbError> {
    let wanted = format!("tagout {}", arguments.verb.join(" "));
    let page = pages(root)?
        .into_iter()
        .find(|(name, _)| name.replace('-', " ") == wanted.trim().replace('-', " "));
    match page {
        Some((_, text)) => print(&text),
        None => Err(Problem::new(
            Code::Usage,
            format!("there is no verb {wanted:?}"),
            "tagout --help lists them",
        )
        .into()),
    }
}

/// What a shell reads to complete our verbs and flags.
#[must_use]
pub fn script(shell: Shell, mut root: Command) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut root, "tagout", &mut text);
    text
}

/// The manual pages by name, `tagout-audit-verify` and so on.
///
/// # Errors
/// When a page cannot be written.
pub fn pages(mut root: Command) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    root.build();
    let mut pages = Vec::new();
    write(&root, root.get_name(), &mut pages)?;
    Ok(pages)
}

fn write(command: &Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut text = Vec::new();
    // The date of a build would make every page another one.
    clap_mangen::Man::new(command.clone())
        .date("")
        .render(&mut text)?;
    pages.push((name.to_owned(), text));
    for below in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        write(below, &format!("{name}-{}", below.get_name()), pages)?;
    }
    Ok(())
}

fn print(text: &[u8]) -> Result<(), VerbError> {
    Ok(std::io::stdout().lock().write_all(text)?)
}
