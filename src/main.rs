//! Understand the command line, start what was asked for, and end with its exit code.

use std::alloc::System;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use ratatui::layout::Size;
use tagout::cli::{self, Cli, CliCommand, Parsed};
use tagout::config::Settings;
use tagout::console::{self, ConsoleOptions};
use tagout::demo::Demo;
use tagout::dumps;
use tagout::serve;
use tagout::verbs::{self, Manner, Session, VerbError};
use tagout::wire::{Code, Problem};
use tagout::{gateway, help};
use zeroizing_alloc::ZeroAlloc;

/// What is freed is overwritten: a secret leaves the buffers of sockets, parsers and clients with them.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    dumps::forbid();
    if let Err(report) = color_eyre::install() {
        eprintln!("error: starting failed: {report}");
        return ExitCode::FAILURE;
    }
    let Parsed { cli, verb } = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => return verbs::not_understood(&error, std::env::args_os()),
    };
    let (parsed, key) = match through_the_gateway(Parsed { cli, verb }) {
        Ok(admitted) => admitted,
        Err(stop) => return stop.end("gateway", false),
    };
    let Parsed { cli, verb } = parsed;
    let json = cli.global.json;
    match run(cli, key) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.end(&verb, json),
    }
}

/// What the gateway's client wants instead, and whose key it is; else what was asked for here.
fn through_the_gateway(asked: Parsed) -> Result<(Parsed, Option<String>), VerbError> {
    if !matches!(asked.cli.command, Some(CliCommand::Gateway)) {
        return Ok((asked, None));
    }
    let told = gateway::SshInfo::by_environment();
    let admitted = gateway::admit(&told).inspect_err(|refusal| {
        if let (Ok(settings), Ok(runtime)) = (Settings::load(&asked.cli.flags()), serve::runtime())
        {
            runtime.block_on(gateway::record(settings, &told, refusal));
        }
    });
    let gateway::Admitted { key, mut parsed } = admitted?;
    // Where the server is, is for sshd's configuration to say.
    parsed.cli.global.data_dir = asked.cli.global.data_dir;
    parsed.cli.global.config = asked.cli.global.config;
    Ok((parsed, Some(key)))
}

fn run(cli: Cli, key: Option<String>) -> Result<(), VerbError> {
    let mut settings = Settings::load(&cli.flags()).map_err(Problem::from)?;
    settings.ssh_key = key;
    let manner = cli.manner();
    match cli.command {
        None => console(&settings, &manner),
        Some(CliCommand::Demo(asked)) => demo(&asked, &manner),
        Some(CliCommand::Serve(serve)) => serve::serve(&settings, &serve),
        Some(CliCommand::Sandbox(sandbox)) => serve::sandbox(&sandbox),
        Some(CliCommand::Verb(verb)) => {
            let session = Session { settings, manner };
            verbs::block_on(verbs::run(verb, &session))
        }
        Some(CliCommand::Completions(asked)) => help::completions(&asked, Cli::command()),
        Some(CliCommand::Man(asked)) => help::man(&asked, Cli::command()),
        // It decides what is run before anything is, and never runs itself again.
        Some(CliCommand::Gateway) => Err(VerbError::usage(
            "the gateway is sshd's to run",
            "assets/sshd_config.example says how",
        )),
    }
}

fn console(settings: &Settings, manner: &Manner) -> Result<(), VerbError> {
    let opened = console::run(settings, sight(manner));
    serve::runtime()?.block_on(opened).map_err(in_words)
}

fn sight(manner: &Manner) -> ConsoleOptions {
    ConsoleOptions {
        role: manner.role,
        read_only: manner.read_only,
        plain: manner.plain,
    }
}

fn demo(asked: &cli::DemoArguments, manner: &Manner) -> Result<(), VerbError> {
    serve::runtime()?.block_on(async {
        let demo = Demo::start().await?;
        let left = match &asked.picture {
            None => console::run(&demo.settings, sight(manner)).await,
            Some(file) => picture(&demo.settings, &asked.keys, file).await,
        };
        demo.end().await?;
        left.map_err(in_words)
    })
}

/// The picture in the README: a frame of the real console on the demo's workspace.
async fn picture(settings: &Settings, keys: &str, file: &Path) -> color_eyre::Result<()> {
    let size = Size::new(120, 26);
    let frame = console::picture::take(settings, keys, size).await?;
    std::fs::write(file, console::svg::svg(&frame))?;
    Ok(())
}

/// A report has its causes in order; one line holds them all.
fn in_words(report: color_eyre::Report) -> VerbError {
    match report.downcast::<Problem>() {
        Ok(problem) => problem.into(),
        Err(report) => Problem::new(
            Code::Failed,
            format!("{report:#}"),
            "tagout help lists the verbs, which need no terminal",
        )
        .into(),
    }
}
