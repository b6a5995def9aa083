//! `tagout routing`: which records go to which subscription when they change, and what would go of those that are there.

use clap::{Args, Subcommand};

use super::print::{Table, number};
use super::{Session, VerbError, configs};
use crate::domain::condition::Condition;
use crate::domain::display_text::counted;
use crate::domain::id::ConfigId;
use crate::domain::webhook::ConfigKind;
use crate::wire::rpc;
use crate::wire::view::{Config, RoutingTest};

/// `tagout routing`. The connection stands before what is done there; `routing test CONNECTION` is understood, too.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose: id, unique prefix, provider or provider/name
    connection: Option<String>,
    /// What to do with them.
    #[command(subcommand)]
    act: Option<Act>,
}

impl Arguments {
    /// Whose rules are meant, wherever that was said.
    fn named(&mut self) -> Result<String, VerbError> {
        let behind = match &mut self.act {
            Some(Act::Test { connection }) => connection.take(),
            Some(Act::Add { .. } | Act::Edit { .. } | Act::Remove { .. }) | None => None,
        };
        match (self.connection.take(), behind) {
            (Some(name), None) | (None, Some(name)) => Ok(name),
            (Some(_), Some(again)) => Err(VerbError::usage(
                format!("{again:?} is a second connection"),
                "name one: tagout routing CONNECTION test",
            )),
            (None, None) => Err(VerbError::usage(
                "it is not said whose rules are meant",
                "name a connection: tagout routing CONNECTION",
            )),
        }
    }
}

/// What to do with routing rules.
#[derive(Debug, Subcommand)]
enum Act {
    /// What would go where of the records that are there; nothing is sent
    Test {
        /// Whose, where that is not said before
        #[arg(hide = true)]
        connection: Option<String>,
    },
    /// Add one: records of the entity go to the subscription when they are new or have changed
    Add {
        /// Records of this entity
        #[arg(long)]
        entity: String,
        /// The field that is looked at, a JSON pointer; a part that is `*` is each value of a list. Without it every record is meant
        #[arg(long, default_value = "")]
        from: String,
        /// What is asked of the field.
        #[command(flatten)]
        asked: FieldTest,
        /// The subscription that is told
        #[arg(long)]
        to: String,
    },
    /// Change one; what is left out stays as it was
    Edit {
        /// Which
        id: ConfigId,
        /// The field that is looked at
        #[arg(long, required_unless_present_any = ["to", "equals", "contains", "present", "every"])]
        from: Option<String>,
        /// What is asked of the field.
        #[command(flatten)]
        asked: FieldTest,
        /// The subscription that is told
        #[arg(long)]
        to: Option<String>,
    },
    /// Remove one
    Remove {
        /// Which
        id: ConfigId,
    },
}

/// What is asked of the field.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct FieldTest {
    /// It is this; named again, it is one of these
    #[arg(long, value_name = "VALUE")]
    equals: Vec<String>,
    /// It contains this, letter case aside
    #[arg(long, value_name = "TEXT")]
    contains: Option<String>,
    /// It is there, and not empty; so it is asked where nothing else is
    #[arg(long)]
    present: bool,
    /// Nothing: every record of the entity is meant
    #[arg(long, conflicts_with = "from")]
    every: bool,
}

impl FieldTest {
    fn condition(self) -> Option<Condition> {
        let is = Some(self.equals).filter(|it| !it.is_empty());
        is.map(Condition::In)
            .or_else(|| self.contains.map(Condition::Contains))
            .or_else(|| self.present.then_some(Condition::Present))
            .or_else(|| self.every.then_some(Condition::Every))
    }
}

const RULES: configs::ConfigSort = configs::ConfigSort {
    kind: ConfigKind::Routing,
    list,
};

pub(super) async fn run(mut arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let connection = arguments.named()?;
    match arguments.act {
        None => RULES.shown(connection, session).await,
        Some(Act::Test { .. }) => {
            let client = session.client().await?;
            let tried: RoutingTest = client.ask(rpc::RoutingTest { connection }).await?;
            session.show(&tried, || tested(&tried))
        }
        Some(Act::Remove { id }) => configs::removed(id, session).await,
        Some(Act::Add {
            entity,
            from,
            asked,
            to,
        }) => {
            let request = rpc::ConfigAdd {
                connection,
                kind: ConfigKind::Routing,
                entity,
                from,
                to,
                condition: asked.condition(),
            };
            RULES.one(request, session).await
        }
        Some(Act::Edit {
            id,
            from,
            asked,
            to,
        }) => {
            let condition = asked.condition();
            let is_every = condition == Some(Condition::Every);
            let request = rpc::ConfigEdit {
                id,
                from: from.or_else(|| is_every.then(String::new)),
                to,
                condition,
            };
            RULES.one(request, session).await
        }
    }
}

fn list(rows: &[Config]) -> Table {
    let mut table = Table::new(&["ENTITY", "RECORDS", "TO", "URL", "STANDING", "ID"]);
    for row in rows {
        let routing = row.routing.as_ref();
        let standing = routing.map(|it| it.why.clone().unwrap_or_else(|| "active".to_owned()));
        table.row([
            row.entity.clone(),
            row.theirs(),
            row.to.clone(),
            routing
                .and_then(|it| it.url.clone())
                .unwrap_or_else(|| "-".to_owned()),
            standing.unwrap_or_default(),
            row.id.to_string(),
        ]);
    }
    table.or("There are none.")
}

fn tested(tried: &RoutingTest) -> String {
    let mut rules = Table::new(&["ENTITY", "RECORDS", "TO", ">MEANT", "STANDING", "ID"]);
    for it in &tried.rules {
        let why = it.rule.routing.as_ref().and_then(|it| it.why.clone());
        rules.row([
            it.rule.entity.clone(),
            it.rule.theirs(),
            it.rule.to.clone(),
            number(it.matched),
            why.unwrap_or_else(|| "active".to_owned()),
            it.rule.id.to_string(),
        ]);
    }
    let mut records = Table::new(&["RECORD", "LABEL", "TO"]);
    for record in &tried.records {
        let to: Vec<&str> = record.to.iter().map(|id| id.as_str()).collect();
        records.row([record.record.clone(), record.label.clone(), to.join(", ")]);
    }
    let to_each = tried.subscriptions.iter().map(|it| {
        format!(
            "{} to {} ({})",
            counted(it.matched, "record"),
            it.url,
            it.id
        )
    });
    let mut said = vec![rules.or("There are no rules.").whole()];
    said.push(format!(
        "Of {} {} would go, each when it changes; nothing was sent.",
        counted(tried.looked_at, "record"),
        number(tried.matched)
    ));
    said.extend(to_each);
    if !tried.records.is_empty() {
        said.push(format!("The first {}:", tried.records.len()));
        said.push(records.whole());
    }
    said.join("\n")
}
