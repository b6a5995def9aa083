//! What is generated and checked in does not drift from what generates it. `TAGOUT_GENERATE=1 cargo test --test
//! generated` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use tagout::cli::Cli;
use tagout::help;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/generated")
        .join(name)
}

/// Every file of the folder is as wanted, and there is no other.
fn stands(folder: &Path, wanted: &BTreeMap<String, Vec<u8>>) {
    if std::env::var_os("TAGOUT_GENERATE").is_some() {
        std::fs::create_dir_all(folder).unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, text) in wanted {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let there: BTreeMap<String, Vec<u8>> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(wanted));
    for (name, text) in wanted {
        assert!(
            there.get(name) == Some(text),
            "{name} has drifted; write it anew"
        );
    }
}

#[test]
fn completions() {
    let shells = [
        Shell::Bash,
        Shell::Elvish,
        Shell::Fish,
        Shell::PowerShell,
        Shell::Zsh,
    ];
    let wanted = shells
        .map(|shell| {
            (
                format!("tagout.{shell}"),
                help::script(shell, Cli::command()),
            )
        })
        .into();
    stands(&folder("completions"), &wanted);
}

#[test]
fn manual_pages() {
    let pages = help::pages(Cli::command()).unwrap();
    let wanted = pages
        .into_iter()
        .map(|(name, text)| (format!("{name}.1"), text))
        .collect();
    stands(&folder("man"), &wanted);
}
