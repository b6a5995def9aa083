//! `tagout gateway`: the forced command of a shared SSH account.
//!
//! sshd lets a key in and says which one it was, in the file that `ExposeAuthInfo` makes (sshd_config(5)) and that the
//! client cannot name: no variable of the client's is accepted. The command that the client wants is taken apart here,
//! without a shell, and may neither name a path of this machine nor start or stop anything.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _};
use sha2::{Digest, Sha256};

use crate::cli::{self, Cli, CliCommand, Parsed};
use crate::client::{Client, ConnectOptions, StartMode};
use crate::config::Settings;
use crate::verbs::{ServerVerb, VerbError};
use crate::wire::{Code, Problem};

/// What sshd tells the forced command.
#[derive(Debug, Clone, Default)]
pub struct SshInfo {
    /// `SSH_ORIGINAL_COMMAND`: what the client wants; the console without it.
    pub command: Option<OsString>,
    /// `SSH_USER_AUTH`: the file that says how it was let in.
    pub auth_info: Option<OsString>,
}

/// What is to be done, and for whose key.
#[derive(Debug)]
pub struct Admitted {
    /// The key's fingerprint, as `ssh-keygen -l` prints it.
    pub key: String,
    /// The command line, understood and allowed.
    pub parsed: Parsed,
}

impl SshInfo {
    /// As this process was told.
    #[must_use]
    pub fn by_environment() -> Self {
        Self {
            command: std::env::var_os("SSH_ORIGINAL_COMMAND"),
            auth_info: std::env::var_os("SSH_USER_AUTH"),
        }
    }
}

impl SshInfo {
    /// The fingerprint of the key that sshd let in.
    fn key(&self) -> Result<String, VerbError> {
        key(self.auth_info.as_deref().map(Path::new))
    }
}

/// Has the server record what was refused here. It is there, or nobody can be told: the client gets the refusal in any case.
pub async fn record(mut settings: Settings, told: &SshInfo, refusal: &VerbError) {
    let VerbError::Problem(problem) = refusal else {
        return;
    };
    settings.ssh_key = told.key().ok();
    settings.gateway_refused = Some(problem.message.clone());
    let options = ConnectOptions {
        settings: &settings,
        role: None,
        read_only: false,
        start: StartMode::Never,
    };
    // The server's answer is the refusal itself.
    let _answered = Client::connect(&options).await;
}

/// Understands what the client wants, and refuses what nobody may want through a gateway.
///
/// # Errors
/// When sshd does not say whose key it was, or the command is refused.
pub fn admit(told: &SshInfo) -> Result<Admitted, VerbError> {
    let key = told.key()?;
    let words = words(told.command.as_ref())?;
    let matches = Cli::command().try_get_matches_from(&words);
    let matches = matches.map_err(|error| VerbError::usage(one_line(&error), "tagout --help"))?;
    no_paths(&Cli::command(), &matches)?;
    let parsed = cli::parse(words.into_iter().map(OsString::from));
    let parsed = parsed.map_err(|error| VerbError::usage(one_line(&error), "tagout --help"))?;
    match allowed(parsed.cli.command.as_ref()) {
        true => Ok(Admitted { key, parsed }),
        false => Err(refused(&format!("{} is not for the gateway", parsed.verb))),
    }
}

/// The fingerprint of the key that sshd let in, from a line like `publickey ssh-ed25519 AAAA…`. The last line counts:
/// where several methods are asked for, it is the one that let the client in.
fn key(file: Option<&Path>) -> Result<String, VerbError> {
    let untold = || {
        refused("sshd does not say whose key it was; `ExposeAuthInfo yes` belongs into sshd_config")
    };
    let text = std::fs::read_to_string(file.ok_or_else(untold)?)?;
    let blob = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("publickey ")?.split(' ').nth(1))
        .and_then(|blob| BASE64_STANDARD.decode(blob).ok());
    let digest = Sha256::digest(blob.ok_or_else(untold)?);
    Ok(format!("SHA256:{}", BASE64_STANDARD_NO_PAD.encode(digest)))
}

/// The command's words, as a shell would split them and with nothing that a shell would do.
fn words(command: Option<&OsString>) -> Result<Vec<String>, VerbError> {
    let text = match command {
        None => "",
        Some(text) => text
            .to_str()
            .ok_or_else(|| refused("the command is not UTF-8"))?,
    };
    let words = shell_words::split(text);
    let mut words = words.map_err(|_| refused("a quote of the command is not closed"))?;
    if words.first().is_none_or(|first| first != "tagout") {
        words.insert(0, "tagout".to_owned());
    }
    Ok(words)
}

/// Refuses every value of a flag or argument that is a path; `-` is standard input, which is the client's own.
fn no_paths(command: &clap::Command, matches: &ArgMatches) -> Result<(), VerbError> {
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let is_path = argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        let is_given = matches.try_contains_id(id).is_ok_and(|there| there)
            && matches.value_source(id) == Some(ValueSource::CommandLine);
        if !is_path || !is_given {
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        if let Some(path) = values.into_iter().find(|value| *value != "-") {
            let path = path.to_string_lossy();
            return Err(refused(&format!(
                "{path:?} is a path of the machine that serves; send the file on standard input, as -"
            )));
        }
    }
    match matches.subcommand() {
        Some((name, below)) => match command.find_subcommand(name) {
            Some(command) => no_paths(command, below),
            None => Err(refused("the command is not known")),
        },
        None => Ok(()),
    }
}

/// What a client may want; what starts, stops or copies a server is for whoever has an account of their own.
fn allowed(command: Option<&CliCommand>) -> bool {
    let verb = match command {
        None => return true,
        Some(CliCommand::Completions(_) | CliCommand::Man(_)) => return true,
        Some(
            CliCommand::Demo(_)
            | CliCommand::Serve(_)
            | CliCommand::Sandbox(_)
            | CliCommand::Gateway,
        ) => {
            return false;
        }
        Some(CliCommand::Verb(verb)) => verb,
    };
    match verb {
        ServerVerb::Stop(_)
        | ServerVerb::Init(_)
        | ServerVerb::Evidence(_)
        | ServerVerb::Doctor
        | ServerVerb::Config
        | ServerVerb::ResetTerminal
        | ServerVerb::Backup(_)
        | ServerVerb::Restore(_) => false,
        ServerVerb::Status
        | ServerVerb::Whoami
        | ServerVerb::Explain(_)
        | ServerVerb::Providers(_)
        | ServerVerb::Dependents(_)
        | ServerVerb::Connect(_)
        | ServerVerb::Adopt(_)
        | ServerVerb::Reconnect(_)
        | ServerVerb::Swap(_)
        | ServerVerb::Configure(_)
        | ServerVerb::Channels(_)
        | ServerVerb::Routing(_)
        | ServerVerb::Mappings(_)
        | ServerVerb::Connections(_)
        | ServerVerb::Plan(_)
        | ServerVerb::Disconnect(_)
        | ServerVerb::Runs(_)
        | ServerVerb::Walkthroughs(_)
        | ServerVerb::Token(_)
        | ServerVerb::Jobs(_)
        | ServerVerb::Executions(_)
        | ServerVerb::References(_)
        | ServerVerb::Records(_)
        | ServerVerb::Webhooks(_)
        | ServerVerb::Subscriptions(_)
        | ServerVerb::FollowUps(_)
        | ServerVerb::Flows(_)
        | ServerVerb::Holds(_)
        | ServerVerb::Users(_)
        | ServerVerb::Audit(_)
        | ServerVerb::Compact
        | ServerVerb::Purge(_) => true,
    }
}

/// clap's message without the colours and the hints, which speak of a shell of one's own.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

fn refused(why: &str) -> VerbError {
    Problem::new(
        Code::Forbidden,
        format!("the gateway refused: {why}"),
        "tagout --help lists the verbs",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// A key of this test's own, and what `ssh-keygen -l` says of it.
    const LINE: &str = "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXWpFG1kRaQ3ViiiWkvwS2eNqTsyRqbjRIRzKpQxSWt\n";

    fn told(command: Option<&str>) -> (SshInfo, tempfile::NamedTempFile) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(LINE.as_bytes()).unwrap();
        let told = SshInfo {
            command: command.map(OsString::from),
            auth_info: Some(file.path().into()),
        };
        (told, file)
    }

    fn refusal(command: &str) -> Option<String> {
        let (told, _file) = told(Some(command));
        admit(&told).err().map(|stop| format!("{stop:?}"))
    }

    #[test]
    fn without_a_command_it_is_the_console_and_the_person_is_the_key() {
        let (told, _file) = told(None);
        let admitted = admit(&told).unwrap();
        assert!(admitted.parsed.cli.command.is_none());
        assert!(admitted.key.starts_with("SHA256:") && admitted.key.len() == 50);
    }

    #[test]
    fn without_the_word_of_sshd_nobody_is_let_in() {
        let unsaid = SshInfo::default();
        assert!(admit(&unsaid).is_err());
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"password\n").unwrap();
        let by_password = SshInfo {
            command: None,
            auth_info: Some(file.path().into()),
        };
        assert!(admit(&by_password).is_err());
    }

    #[test]
    fn verbs_are_understood_with_or_without_our_name() {
        for command in [
            "connections --json",
            "tagout plan 'acme corp'",
            "token github --min-valid 60",
            "connect postmark --api-key-file -",
            "--role member status",
        ] {
            assert_eq!(refusal(command), None, "{command}");
        }
    }

    #[test]
    fn paths_are_refused_wherever_they_stand() {
        for command in [
            "--config /tmp/evil.toml connections",
            "connections --config=/tmp/evil.toml",
            "--data-dir /tmp/evil status",
            "providers add /etc/passwd",
            "providers check ../../etc/passwd",
            "providers configure github --client-secret-file /etc/shadow",
            "connect postmark --api-key-file /etc/shadow",
            "adopt hubspot --refresh-token-file /etc/shadow --yes",
            "connect github-app --app-id 1 --app-key-file /etc/shadow --installation 2",
            "audit verify /var/log/auth.log",
            "evidence run_1 --out /tmp",
        ] {
            assert!(refusal(command).is_some(), "{command}");
        }
    }

    #[test]
    fn what_starts_or_stops_things_is_refused() {
        for command in [
            "serve",
            "stop",
            "demo",
            "sandbox",
            "init",
            "gateway",
            "doctor",
            "backup -",
            "restore -",
        ] {
            assert!(refusal(command).is_some(), "{command}");
        }
    }

    #[test]
    fn nothing_of_a_shell_happens() {
        for command in [
            "connections; rm -rf /",
            "$(id)",
            "connections | cat",
            "connections 'unclosed",
            "/bin/sh -c id",
        ] {
            assert!(refusal(command).is_some(), "{command}");
        }
    }
}
