//! The client behind the queue: requests go out, replies and notices come in, a lost link is dialled again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};

use super::event::Event;
use crate::client::{Client, ConnectOptions, LONG_PATIENCE, Notices, PATIENCE, StartMode};
use crate::config::Settings;
use crate::domain::user::Role;
use crate::wire::request::{Reply, Request};
use crate::wire::{Code, Problem, Welcome};

/// Notices within this time are handed on as one: four frames a second are enough for what moves.
const PACE: Duration = Duration::from_millis(250);
/// The first and the longest pause before dialling again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// Where the server is and as whom to greet it.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    /// Where the server is.
    pub(super) settings: Settings,
    /// Act with this role, lower than one's own.
    pub(super) role: Option<Role>,
    /// Have everything refused that changes something.
    pub(super) read_only: bool,
}

impl Dial {
    async fn connect(&self, start: StartMode) -> Result<(Client, Notices), Problem> {
        let options = ConnectOptions {
            settings: &self.settings,
            role: self.role,
            read_only: self.read_only,
            start,
        };
        Client::connect(&options).await
    }
}

/// The present client, if there is one, and the queue its replies go to.
#[derive(Clone)]
pub(super) struct Link {
    client: Arc<Mutex<Option<Client>>>,
    queue: Sender<Event>,
}

impl Link {
    /// Connects, starting a server if there is none, and keeps the link from then on.
    ///
    /// # Errors
    /// What the server has against us, or that there is none.
    pub(super) async fn open(dial: Dial, queue: Sender<Event>) -> Result<(Self, Welcome), Problem> {
        let (client, notices) = dial.connect(StartMode::OnDemand).await?;
        let welcome = client.welcome().clone();
        let link = Self {
            client: Arc::new(Mutex::new(Some(client))),
            queue,
        };
        tokio::spawn(link.clone().keep(dial, notices));
        Ok((link, welcome))
    }

    /// Sends a request; its reply comes through the queue.
    pub(super) fn ask(&self, number: u64, request: Request) {
        let link = self.clone();
        tokio::spawn(async move {
            let result = link.answer(request).await;
            // The loop may have ended; then nobody waits for a reply.
            let _ = link.queue.send(Event::Reply(number, result)).await;
        });
    }

    /// Sends a request and waits, `patience` at most: for the last one before leaving.
    pub(super) async fn tell(&self, request: Request, patience: Duration) {
        if let Some(client) = self.client() {
            // What was looked at last is worth a moment, not an error.
            let _ = client.ask_any(patience, request).await;
        }
    }

    async fn answer(&self, request: Request) -> Result<Reply, Problem> {
        let Some(client) = self.client() else {
            return Err(Problem::new(
                Code::NoServer,
                "the server does not answer",
                "It is dialled again until it does",
            ));
        };
        let since = Timestamp::now();
        let answer = client.ask_any(LONG_PATIENCE, request);
        tokio::pin!(answer);
        if let Ok(result) = timeout(PATIENCE, &mut answer).await {
            return result;
        }
        let _ = self.queue.send(Event::LinkLost(since)).await;
        let result = answer.await;
        if result
            .as_ref()
            .err()
            .is_none_or(|problem| problem.code != Code::NoServer)
        {
            let _ = self
                .queue
                .send(Event::LinkBack(Box::new(client.welcome().clone())))
                .await;
        }
        result
    }

    /// Hands notices on until the socket closes, then dials until there is another.
    async fn keep(self, dial: Dial, mut notices: Notices) {
        loop {
            while let Some(topics) = notices.next().await {
                if self.queue.send(Event::Notice(topics)).await.is_err() {
                    return;
                }
                sleep(PACE).await;
            }
            self.set(None);
            if self
                .queue
                .send(Event::LinkLost(Timestamp::now()))
                .await
                .is_err()
            {
                return;
            }
            let (client, fresh) = self.dial_again(&dial).await;
            let welcome = client.welcome().clone();
            self.set(Some(client));
            notices = fresh;
            if self
                .queue
                .send(Event::LinkBack(Box::new(welcome)))
                .await
                .is_err()
            {
                return;
            }
        }
    }

    /// Dials with growing pauses. It does not start a server: whoever stopped it meant to.
    async fn dial_again(&self, dial: &Dial) -> (Client, Notices) {
        let (mut pause, longest) = PAUSES;
        loop {
            sleep(pause).await;
            if let Ok(pair) = dial.connect(StartMode::Never).await {
                return pair;
            }
            pause = (pause * 2).min(longest);
        }
    }

    fn client(&self) -> Option<Client> {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, client: Option<Client>) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
    }
}
