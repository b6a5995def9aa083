//! Running a server, or the sandbox, as a process: its log, its signals, its exit.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::cli;
use crate::config::{EXIT_STORE_HELD, LogFormat, Settings};
use crate::domain::egress::EgressPolicy;
use crate::domain::hold::RetryPace;
use crate::notify;
use crate::providers::Patience;
use crate::sandbox;
use crate::server::subscriptions::Sending;
use crate::server::{self, Moving, Options};
use crate::verbs::{VerbError, input};
use crate::wire::{Code, Problem};

/// `tagout serve`: until it is told to stop.
///
/// # Errors
/// When it cannot start. A server that lost the race for the store ends the process with
/// [`EXIT_STORE_HELD`], which tells the one who started it to connect to the other.
pub fn serve(settings: &Settings, asked: &cli::Serve) -> Result<(), VerbError> {
    if asked.on_demand
        && let Err(error) = rustix::process::setsid()
    {
        // A shell's job leads a process group already, and then it is in nobody's way either.
        tracing::debug!(%error, "no session of its own");
    }
    log(settings);
    let mut options = options(settings, asked)?;
    if let Some(file) = &asked.passphrase_file {
        let passphrase = input::secret(file)?;
        options.passphrase = Some(passphrase.0.as_str().into());
    }
    let result = runtime()?.block_on(async {
        let stop = CancellationToken::new();
        on_signals(&stop)?;
        let socket = options.socket.clone();
        let stopping = stop.clone();
        tokio::spawn(async move {
            stopping.cancelled().await;
            notify::tell("STOPPING=1");
        });
        let leash = asked.leashed.then(|| stop.clone());
        let ready = move || {
            tracing::info!(socket = %socket.display(), "ready");
            notify::tell("READY=1");
            if let Some(stop) = leash {
                println!("ready");
                stop_with_input(stop);
            }
        };
        Ok::<_, Problem>(server::run(options, stop, ready).await)
    })?;
    match result {
        Err(error) if error.is_taken() && asked.on_demand => {
            eprintln!("error: {error}");
            std::process::exit(i32::from(EXIT_STORE_HELD));
        }
        Err(error) => Err(Problem::new(Code::Failed, error.to_string(), error.advice()).into()),
        Ok(()) => Ok(()),
    }
}

/// `tagout sandbox`: only the sandbox providers, in the foreground.
///
/// # Errors
/// When the address is taken or not loopback.
pub fn sandbox(asked: &cli::SandboxArguments) -> Result<(), VerbError> {
    let listen = asked
        .listen
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let failed = |error: sandbox::SandboxError| {
        Problem::new(
            Code::Failed,
            error.to_string(),
            "choose another with --listen",
        )
    };
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        on_signals(&stop)?;
        let sandbox = sandbox::start(listen).await.map_err(failed)?;
        println!("{}\n", sandbox.base_url());
        for setup in sandbox.setups() {
            println!("{setup}");
        }
        sandbox
            .run_until(stop.cancelled_owned())
            .await
            .map_err(failed)?;
        Ok(())
    })
}

/// What a server of these settings is started with.
///
/// # Errors
/// When no folder for the socket can be had.
pub fn options(settings: &Settings, asked: &cli::Serve) -> Result<Options, Problem> {
    let idle = Duration::from_secs(u64::from(settings.idle_minutes.value) * 60);
    Ok(Options {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        socket: match asked.shared {
            true => settings.shared_socket(),
            false => settings.socket_path()?,
        },
        group: asked.shared.then(|| settings.group.value.clone()),
        gateway: settings.gateway.value.clone(),
        passphrase: None,
        key_command: settings.master_key_command.value.clone(),
        http: settings.http.value,
        public_url: settings.public_url.value.clone(),
        trusted_proxies: settings.trusted_proxies.value.clone(),
        metrics: asked.metrics.or(settings.metrics.value),
        callback_port: settings.callback_port.value,
        moving: Moving {
            is_accepted: asked.accept_moved,
            older_is_accepted: asked.accept_older,
            by_machine: settings.seen_machine.value,
        },
        workspace: asked.workspace.clone(),
        owner: asked.owner.clone(),
        idle: asked.on_demand.then_some(idle),
        patience: patience(settings),
        proof_pace: settings.proof.value.clone(),
        hold_pace: RetryPace {
            first: Duration::from_secs(u64::from(settings.hold_retry_seconds.value)),
            ..RetryPace::default()
        },
        empty_again: settings.empty_again.value,
        schedule: Some(settings.sync_schedule.value.clone()).filter(|cron| !cron.is_empty()),
        debounce: settings.debounce.value,
        sending: Sending {
            reach: EgressPolicy {
                allowed: settings.subscriptions_allow.value.clone(),
            },
            ..Sending::default()
        },
        health_every: settings.health_every.value,
        runs_at_once: usize::from(settings.disconnects_at_once.value),
    })
}

/// How long vendors are waited for; connecting never takes longer than the whole.
fn patience(settings: &Settings) -> Patience {
    let whole = Duration::from_secs(u64::from(settings.vendor_timeout_seconds.value));
    let usual = Patience::default();
    Patience {
        connect: usual.connect.min(whole),
        whole,
        at_once: usize::from(settings.requests_per_host.value),
        refused_for: settings.proof.value.minute(),
        ..usual
    }
}

/// The runtime of whatever runs for long.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> Result<Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new(
                Code::Failed,
                format!("starting threads failed: {error}"),
                "look at `ulimit -u`",
            )
        })
}

/// To standard error. What libraries say about requests can hold paths and parameters, so they are kept down.
fn log(settings: &Settings) {
    const QUIET: &str = "hyper=warn,hyper_util=warn,h2=warn,reqwest=warn,rustls=warn,sled=warn";
    let asked = std::env::var(EnvFilter::DEFAULT_ENV).ok();
    let level = asked.unwrap_or_else(|| settings.log.value.to_string());
    // Of two words about one target the later counts.
    let filter = EnvFilter::new(format!("{level},{QUIET}"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    let set = match settings.log_format.value {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    if let Err(error) = set {
        eprintln!("the log was set up already: {error}");
    }
}

/// Stops when standard input ends: whoever started us has ended, however that was.
fn stop_with_input(stop: CancellationToken) {
    std::thread::spawn(move || {
        if let Err(error) = std::io::copy(&mut std::io::stdin(), &mut std::io::sink()) {
            tracing::warn!(%error, "standard input broke");
        }
        stop.cancel();
    });
}

fn on_signals(stop: &CancellationToken) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(
            Code::Failed,
            format!("listening for signals failed: {error}"),
            "",
        )
    };
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut came, stop) = (signal(kind).map_err(failed)?, stop.clone());
        tokio::spawn(async move {
            if came.recv().await.is_some() {
                stop.cancel();
            }
            // Whoever asks twice does not want to wait; what was acknowledged is on the disk.
            if came.recv().await.is_some() {
                std::process::exit(130);
            }
        });
    }
    // The terminal that started it may go: that is no reason to stop.
    let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
    tokio::spawn(async move { while hangup.recv().await.is_some() {} });
    Ok(())
}
