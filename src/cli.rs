//! The command line: every verb, and the flags that all of them take.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::Flags;
use crate::domain::user::Role;
use crate::help;
use crate::verbs::{self, PrintStyle, ServerVerb, word};

const EXAMPLES: &str = "Without a verb the console opens.

Examples:
  tagout demo                             look around, with providers that are not real
  tagout connect github                   connect an account
  tagout connections                      what is connected, and how it is
  tagout plan github                      what a disconnect would do
  tagout disconnect github --yes          disconnect, and prove the tokens dead
  tagout runs                             what was disconnected, and what is left to do

Exit codes: 0 done, 1 failed, 2 usage, 3 forbidden, 4 not found, 5 conflict,
6 done but not proven dead (with --strict), 7 no server.";

/// Lockout/tagout for integrations: disconnect third-party connections and prove them dead.
#[derive(Debug, Parser)]
#[command(name = "tagout", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    /// What all verbs take.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the console without it.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

/// What all verbs take.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Where the data is [env: TAGOUT_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON: lists as one array, things as one object
    #[arg(long, global = true)]
    pub json: bool,
    /// Have everything refused that changes something
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Show the console as lines, for screen readers and pipes
    #[arg(long, global = true)]
    pub plain: bool,
    /// How tables and times are printed.
    #[command(flatten)]
    pub look: PrintStyle,
    /// Act with a lower role than your own
    #[arg(long, global = true, value_name = "ROLE",
          value_parser = word::<Role>(&["owner", "admin", "member", "agent"]))]
    pub role: Option<Role>,
}

/// What the program can be.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Open the console on a throw-away folder with providers that are not real
    Demo(DemoArguments),
    /// Run the server in the foreground
    Serve(Serve),
    /// Run only the sandbox providers, in the foreground
    Sandbox(SandboxArguments),
    /// Ask the server for one thing, and print it.
    #[command(flatten)]
    Verb(ServerVerb),
    /// The forced command of a shared SSH account
    Gateway,
    /// Print the completions of a shell
    Completions(help::Completions),
    /// Print a manual page
    Man(help::Man),
}

/// `tagout serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Leave when for ten minutes nothing was attached, scheduled, running or held
    #[arg(long, conflicts_with = "shared")]
    pub on_demand: bool,
    /// Say "ready" on standard output, and stop when standard input ends
    #[arg(long, hide = true, conflicts_with_all = ["on_demand", "shared"])]
    pub leashed: bool,
    /// Listen in /run/tagout, for the members of a group
    #[arg(long)]
    pub shared: bool,
    /// Take webhooks and redirects at this address
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// Tell health and metrics at this address: /healthz and /metrics
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<SocketAddr>,
    /// Read the passphrase of the master key from a file, or from standard input
    #[arg(long, value_name = "F|-", conflicts_with = "on_demand")]
    pub passphrase_file: Option<PathBuf>,
    /// Take on a data folder that comes from another machine, or that the configuration folder does not know (Owner)
    #[arg(long, conflicts_with = "on_demand")]
    pub accept_moved: bool,
    /// Take on an older copy of a data folder that is lost: a new log begins, every connection is authorized again (Owner)
    #[arg(long, conflicts_with = "on_demand")]
    pub accept_older: bool,
    /// What to call the workspace, at the first start
    #[arg(long, hide = true)]
    pub workspace: Option<String>,
    /// The Unix account of the first Owner, at the first start
    #[arg(long, hide = true)]
    pub owner: Option<String>,
}

/// `tagout demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArguments {
    /// Draw one frame into this file as SVG, and leave
    #[arg(long, value_name = "FILE", hide = true)]
    pub picture: Option<PathBuf>,
    /// Press these keys before, as the keymap writes them
    #[arg(long, default_value = "", hide = true)]
    pub keys: String,
}

/// `tagout sandbox`.
#[derive(Debug, Clone, Args)]
pub struct SandboxArguments {
    /// Where to listen; a free port of this machine otherwise
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
}

/// A command line that was understood.
#[derive(Debug)]
pub struct Parsed {
    /// What it says.
    pub cli: Cli,
    /// The verb's words, as errors name it: `providers add`.
    pub verb: String,
}

/// Understands a command line.
///
/// # Errors
/// What clap has to say: about usage, or the help that was asked for.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Parsed, clap::Error> {
    let matches = Cli::command().try_get_matches_from(arguments)?;
    let mut verb = Vec::new();
    let mut deeper = matches.subcommand();
    while let Some((name, matches)) = deeper {
        verb.push(name);
        deeper = matches.subcommand();
    }
    let verb = match verb.is_empty() {
        true => "console".to_owned(),
        false => verb.join(" "),
    };
    let cli = Cli::from_arg_matches(&matches)?;
    Ok(Parsed { cli, verb })
}

impl Cli {
    /// What the command line says about settings.
    #[must_use]
    pub fn flags(&self) -> Flags {
        Flags {
            data_dir: self.global.data_dir.clone(),
            config: self.global.config.clone(),
            http: match &self.command {
                Some(CliCommand::Serve(serve)) => serve.http,
                _ => None,
            },
        }
    }

    /// How verbs act.
    #[must_use]
    pub fn manner(&self) -> verbs::Manner {
        verbs::Manner {
            json: self.global.json,
            read_only: self.global.read_only,
            plain: self.global.plain,
            role: self.global.role,
            look: self.global.look.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Parsed, clap::Error> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn clap_finds_nothing_wrong() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_line_of_the_contract_is_understood() {
        let contract = include_str!("cli/contract.txt");
        for line in contract.lines().filter(|line| !line.is_empty()) {
            if let Err(error) = parsed(line) {
                panic!("{line}\n{error}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        for line in [
            "tagout serve --on-demand --shared",
            "tagout disconnect",
            "tagout disconnect a --all",
            "tagout disconnect a --reason other",
            "tagout connect github --flow carrier-pigeon",
            "tagout --role king connections",
            "tagout purge",
            "tagout purge github --all",
            "tagout providers configure x --var novalue",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_role_of_a_new_user_is_not_the_role_of_whoever_adds_it() {
        let added = parsed("tagout users add bob --role agent").unwrap();
        assert_eq!(added.cli.global.role, None);
        assert_eq!(
            parsed("tagout users --role agent").unwrap().cli.global.role,
            Some(Role::Agent)
        );
        // Each flag holds in its place.
        for line in [
            "tagout --role agent users add bob --role owner",
            "tagout users --role agent add bob --role owner",
        ] {
            let both = parsed(line).unwrap().cli;
            assert_eq!(both.global.role, Some(Role::Agent), "{line}");
            let new = format!("{:?}", both.command);
            assert!(new.contains("role: Owner"), "{line}: {new}");
        }
    }

    #[test]
    fn errors_name_the_whole_verb() {
        assert_eq!(parsed("tagout").unwrap().verb, "console");
        let line = "tagout providers remove acme --json";
        let parsed = parsed(line).unwrap();
        assert_eq!(parsed.verb, "providers remove");
        assert!(parsed.cli.global.json);
    }
}
