//! `tagout providers`.

mod built_in;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::connections::manual;
use super::print::{Table, facts, number, section, word};
use super::value_parsers::key_value;
use super::{Session, VerbError, every, input};
use crate::domain::connection::AppSecret;
use crate::providers;
use crate::wire::rpc;
use crate::wire::view::{CardDependent, Provider, ProviderDetail};
use crate::wire::{Code, Problem};

/// `tagout providers`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// One in full
    provider: Option<String>,
    /// What to do with the catalog.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with the catalog.
#[derive(Debug, Subcommand)]
enum Act {
    /// Add a provider file
    Add {
        /// The provider file
        file: PathBuf,
    },
    /// Remove a provider that was added
    Remove {
        /// Which
        provider: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Check a provider file, without a server
    Check {
        /// The provider file
        file: PathBuf,
    },
    /// Register our app at a provider
    Configure(Configure),
    /// Take the tag off a provider: accounts there can be authorized again
    Untag {
        /// Which
        provider: String,
        /// Why
        #[arg(long, value_name = "T")]
        note: String,
    },
}

/// `tagout providers configure`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  tagout providers configure github --client-id Iv1.abc --client-secret-file secret.txt")]
struct Configure {
    /// At which
    provider: String,
    /// The public half of the registration
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// A file with the client secret, or - for standard input
    #[arg(long, value_name = "F|-")]
    client_secret_file: Option<PathBuf>,
    /// A file with the secret that the vendor signs its events with, or -
    #[arg(long, value_name = "F|-")]
    signing_secret_file: Option<PathBuf>,
    /// A file with the key that speaks for our whole platform, or -
    #[arg(long, value_name = "F|-")]
    platform_key_file: Option<PathBuf>,
    /// The redirect URI that was registered, instead of the one on this machine
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,
    /// What our app is called there, as the vendor's menus show it; an empty name is Tagout again
    #[arg(long, value_name = "NAME")]
    app_name: Option<String>,
    /// A value of the provider file, for self-managed and regional hosts
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = key_value)]
    vars: Vec<(String, String)>,
    /// Also where connections have to be authorized again for it
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    match (arguments.act, arguments.provider) {
        (Some(Act::Check { file }), _) => check(&file, session),
        (Some(Act::Add { file }), _) => add(&file, session).await,
        (Some(Act::Configure(it)), _) => configure(it, session).await,
        (Some(Act::Untag { provider, note }), _) => {
            let client = session.client().await?;
            let id = provider;
            let detail: ProviderDetail = client.ask(rpc::ProviderUntag { id, note }).await?;
            session.show(&detail, || format!("Untagged {}.", detail.card.id))
        }
        (Some(Act::Remove { provider, yes }), _) => {
            let question = format!("The file of {provider} is not kept here any more.");
            input::sure(session, yes, &question, &provider)?;
            let client = session.client().await?;
            let id = provider.clone();
            client.ask(rpc::ProviderRemove { id }).await?;
            session.show(&json!({ "removed": provider }), || {
                format!("Removed {provider}.")
            })
        }
        (None, Some(id)) => {
            let detail = match session.has_workspace() {
                true => session.client().await?.ask(rpc::Provider { id }).await?,
                false => built_in::one(&id, session.settings.callback_port.value)?,
            };
            session.show(&detail, || in_full(&detail))
        }
        (None, None) => {
            let rows = match session.has_workspace() {
                true => every(&session.client().await?, rpc::Providers).await?,
                false => built_in::all()?,
            };
            session.show(&rows, || list(&rows))
        }
    }
}

/// Reads the file as the catalog would, without a server.
fn check(path: &Path, session: &Session) -> Result<(), VerbError> {
    let text = input::text(path)?;
    let checked = providers::check(&text, &path.to_string_lossy()).map_err(|error| {
        Problem::new(
            Code::Failed,
            error.to_string(),
            "Correct that field and check again",
        )
    })?;
    let file = checked.file;
    let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
    let shown = json!({
        "id": file.id, "name": file.name, "unverified": file.unverified, "warnings": warnings,
    });
    session.show(&shown, || {
        let mut text = format!("{} ({}) is a provider file.\n", file.name, file.id);
        text.push_str(&section(
            "Only remembered, not checked",
            file.unverified.iter().cloned(),
        ));
        text.push_str(&section("Warnings", warnings.iter().cloned()));
        text.trim_end().to_owned()
    })
}

async fn add(file: &Path, session: &Session) -> Result<(), VerbError> {
    let request = rpc::ProviderAdd {
        toml: input::text(file)?.to_string(),
        file_name: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    };
    let client = session.first_client().await?;
    let detail: ProviderDetail = client.ask(request).await?;
    session.show(&detail, || {
        format!("Added {}.\n\n{}", detail.card.id, in_full(&detail))
    })
}

async fn configure(it: Configure, session: &Session) -> Result<(), VerbError> {
    let client_secret = it
        .client_secret_file
        .as_deref()
        .map(input::secret)
        .transpose()?;
    let further = [
        (AppSecret::Signing, &it.signing_secret_file),
        (AppSecret::Platform, &it.platform_key_file),
    ];
    let further = further
        .into_iter()
        .filter_map(|(kind, file)| Some(input::secret(file.as_deref()?).map(|it| (kind, it))))
        .collect::<Result<Vec<_>, _>>()?;
    let client = session.first_client().await?;
    for (kind, secret) in further {
        let id = it.provider.clone();
        let request = rpc::ProviderSecret { id, kind, secret };
        client.ask(request).await?;
    }
    let request = rpc::ProviderConfigure {
        id: it.provider,
        client_id: it.client_id,
        client_secret,
        redirect_uri: it.redirect_uri,
        app_name: it.app_name,
        vars: it.vars.into_iter().collect::<BTreeMap<_, _>>(),
        moves: it.yes,
    };
    let detail: ProviderDetail = client.ask(request).await?;
    session.show(&detail, || in_full(&detail))
}

/// The catalog under its headings, in the server's order.
fn list(rows: &[Provider]) -> Table {
    let mut table = Table::new(&[
        "GROUP",
        "PROVIDER",
        "NAME",
        "AUTH",
        "SCOPE",
        "STATUS",
        ">CONNECTIONS",
        "APP",
    ]);
    for row in rows {
        table.row([
            row.group.clone(),
            row.id.clone(),
            row.name.clone(),
            row.auth.word().to_owned(),
            row.scope.word().to_owned(),
            row.instance_status.map_or_else(|| "-".to_owned(), word),
            number(row.connections_total),
            app(row),
        ]);
    }
    table.or("The catalog is empty.")
}

fn app(row: &Provider) -> String {
    let mut words = vec![match row.configured {
        true => "ready",
        false => "not registered",
    }];
    if row.insecure {
        words.push("insecure");
    }
    if !row.built_in {
        words.push("added");
    }
    if row.tag.is_some() {
        words.push("tagged");
    }
    words.join(", ")
}

fn in_full(it: &ProviderDetail) -> String {
    let mut text = format!("{} ({})\n\n", it.card.name, it.card.id);
    text.push_str(&facts(&[
        ("group", it.card.group.clone()),
        ("auth", it.card.auth.word().to_owned()),
        ("scope", it.card.scope.word().to_owned()),
        ("app", app(&it.card)),
        ("state", it.card.unavailable().unwrap_or_default()),
        (
            "tag",
            it.card
                .tag
                .as_ref()
                .map(|tag| format!("{} ({})", tag.sentence(), tag.way_off()))
                .unwrap_or_default(),
        ),
        ("app name", it.app_name.clone().unwrap_or_default()),
        ("client id", it.client_id.clone().unwrap_or_default()),
        ("register at", it.register_url.clone().unwrap_or_default()),
        ("redirect URI", it.redirect_uri.clone()),
        ("scopes", it.scopes.join(" ")),
        ("syncs", it.entities.join(", ")),
    ]));
    text.push('\n');
    text.push_str(&section(
        "Values",
        it.vars.iter().map(|(k, v)| format!("{k} = {v}")),
    ));
    text.push_str(&section(
        "Connections",
        it.card
            .connections
            .iter()
            .map(|c| format!("{}  {}  {}", c.name, c.status.badge(), c.id)),
    ));
    text.push_str(&section("A disconnect calls", it.recipe.iter().cloned()));
    text.push_str(&section(
        "A disconnect does not do",
        it.manual.iter().map(manual),
    ));
    text.push_str(&section(
        "Depends on it",
        it.dependents.iter().map(CardDependent::words),
    ));
    text.push_str(&section(
        "Only remembered, not checked",
        it.unverified.iter().cloned(),
    ));
    text.push_str(&section("Warnings", it.warnings.iter().cloned()));
    text.trim_end().to_owned()
}
