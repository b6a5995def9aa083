//! Understand the command line, start what was asked for, and end with its exit code.

use std::process::ExitCode;

use tagout::cli::{self, Cli, Command, Parsed};
use tagout::config::Settings;
use tagout::console;
use tagout::serve;
use tagout::verbs::{self, Manner, Session, Stop};
use tagout::wire::{Code, Problem};

fn main() -> ExitCode {
    if let Err(report) = color_eyre::install() {
        eprintln!("error: starting failed: {report}");
        return ExitCode::FAILURE;
    }
    let Parsed { cli, verb } = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => return verbs::not_understood(&error, std::env::args_os()),
    };
    let json = cli.global.json;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.end(&verb, json),
    }
}

fn run(cli: Cli) -> Result<(), Stop> {
    let settings = Settings::load(&cli.flags()).map_err(Problem::from)?;
    let manner = cli.manner();
    match cli.command {
        None => console(&settings, manner),
        Some(Command::Demo) => demo(),
        Some(Command::Serve(serve)) => serve::serve(&settings, &serve),
        Some(Command::Sandbox(sandbox)) => serve::sandbox(&sandbox),
        Some(Command::Verb(verb)) => {
            let session = Session { settings, manner };
            verbs::block_on(verbs::run(verb, &session))
        }
    }
}

fn console(settings: &Settings, manner: Manner) -> Result<(), Stop> {
    verbs::block_on(async {
        let seen = console::run(settings, manner.role, manner.read_only).await;
        seen.map_err(|report| match report.downcast::<Problem>() {
            Ok(problem) => problem.into(),
            Err(report) => {
                let hint = "tagout help lists the verbs, which need no terminal";
                Problem::new(Code::Failed, format!("{report:#}"), hint).into()
            }
        })
    })
}

fn demo() -> Result<(), Stop> {
    not_built("the demo")
}

fn not_built(what: &str) -> Result<(), Stop> {
    let message = format!("{what} is not built yet");
    Err(Problem::new(Code::Failed, message, "See the README for what is").into())
}
