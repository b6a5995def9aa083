//! What clients from outside send, read within bounds: so much of one, so much of all that are being read, and in so long.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::StatusCode;
use futures::StreamExt as _;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Events larger than this are refused; no vendor of the catalog sends such.
pub const LARGEST: usize = 1024 * 1024;
/// Of all bodies that are being read or looked at.
const TOGETHER: usize = 64 * 1024 * 1024;
/// An event of a megabyte arrives in far less.
const WITHIN: Duration = Duration::from_secs(15);
/// What a permit stands for, in bytes.
const UNIT: usize = 1024;

/// The room for bodies.
#[derive(Debug)]
pub struct RequestBodies {
    room: Arc<Semaphore>,
    /// Those that are being read, in the order in which they began.
    reading: Mutex<BTreeMap<u64, CancellationToken>>,
    next: AtomicU64,
    /// One of them has ended.
    ended: Notify,
}

impl Default for RequestBodies {
    fn default() -> Self {
        Self::with_room(TOGETHER)
    }
}

/// A body, which has its room for as long as it is held.
#[derive(Debug)]
pub struct BufferedBody {
    bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl BufferedBody {
    /// What was sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A body's place among those that are being read.
struct BodyRead<'a> {
    bodies: &'a RequestBodies,
    number: u64,
    unwanted: CancellationToken,
}

impl Drop for BodyRead<'_> {
    fn drop(&mut self) {
        self.bodies.all().remove(&self.number);
        self.bodies.ended.notify_waiters();
    }
}

impl RequestBodies {
    fn with_room(bytes: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(bytes / UNIT)),
            reading: Mutex::default(),
            next: AtomicU64::default(),
            ended: Notify::new(),
        }
    }

    /// Reads a body to its end.
    ///
    /// # Errors
    /// The answer for whoever sends it: 413 when it is too large, 408 when it takes too long, 503 when others need its room,
    /// 400 when it breaks off.
    pub async fn read(&self, body: Body) -> Result<BufferedBody, StatusCode> {
        // What says that it is too large is not read at all.
        if body.size_hint().lower() > LARGEST as u64 {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let reading = self.begin();
        let read = tokio::time::timeout(WITHIN, self.to_the_end(body, reading.number));
        tokio::select! {
            read = read => read.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)),
            () = reading.unwanted.cancelled() => Err(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    fn begin(&self) -> BodyRead<'_> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let unwanted = CancellationToken::new();
        self.all().insert(number, unwanted.clone());
        BodyRead {
            bodies: self,
            number,
            unwanted,
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, CancellationToken>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn to_the_end(&self, body: Body, number: u64) -> Result<BufferedBody, StatusCode> {
        let mut held = BufferedBody {
            bytes: Vec::new(),
            room: None,
        };
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| StatusCode::BAD_REQUEST)?;
            let grown = held.bytes.len() + part.len();
            if grown > LARGEST {
                return Err(StatusCode::PAYLOAD_TOO_LARGE);
            }
            self.make_room(&mut held, grown, number).await?;
            // Not twice as much as is there, which is how a vector grows by itself.
            held.bytes.reserve_exact(part.len());
            held.bytes.extend_from_slice(&part);
        }
        Ok(held)
    }

    /// Room is taken as bytes come: who promises much and sends little holds little. When there is none, the body that has been
    /// read for longest makes room, so that nobody keeps others out by being slow.
    async fn make_room(
        &self,
        held: &mut BufferedBody,
        bytes: usize,
        number: u64,
    ) -> Result<(), StatusCode> {
        let has = held
            .room
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let more = bytes.div_ceil(UNIT).saturating_sub(has);
        let more = u32::try_from(more).map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let taken = loop {
            let ended = self.ended.notified();
            if let Ok(taken) = Arc::clone(&self.room).try_acquire_many_owned(more) {
                break taken;
            }
            if !self.send_away_oldest(number) {
                return Err(StatusCode::SERVICE_UNAVAILABLE);
            }
            ended.await;
        };
        match &mut held.room {
            Some(room) => room.merge(taken),
            none => *none = Some(taken),
        }
        Ok(())
    }

    /// Ends the oldest body that is being read besides this one; whether there is one.
    fn send_away_oldest(&self, number: u64) -> bool {
        let all = self.all();
        let mut others = all.iter().filter(|(other, _)| **other != number);
        match others.next() {
            Some((_, unwanted)) => {
                unwanted.cancel();
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use futures::stream;

    use super::*;

    fn body(parts: usize, of: usize) -> Body {
        let part = move |_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; of]));
        Body::from_stream(stream::iter(0..parts).map(part))
    }

    #[tokio::test]
    async fn one_body_is_no_larger_than_it_may_be() {
        let bodies = RequestBodies::default();
        let whole = bodies.read(body(16, LARGEST / 16)).await.unwrap();
        assert_eq!(whole.bytes().len(), LARGEST);
        let more = bodies.read(body(17, LARGEST / 16)).await.unwrap_err();
        assert_eq!(more, StatusCode::PAYLOAD_TOO_LARGE);
        let said = bodies
            .read(Body::from(vec![0; LARGEST + 1]))
            .await
            .unwrap_err();
        assert_eq!(said, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn all_together_have_so_much_room_and_give_it_back() {
        let bodies = RequestBodies::with_room(3 * LARGEST);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(bodies.read(body(4, LARGEST / 4)).await.unwrap());
        }
        let full = bodies.read(body(1, 1)).await.unwrap_err();
        assert_eq!(full, StatusCode::SERVICE_UNAVAILABLE);
        held.pop();
        let again = bodies.read(body(4, LARGEST / 4)).await.unwrap();
        drop((held, again));
        assert_eq!(bodies.room.available_permits(), 3 * LARGEST / UNIT);
    }

    #[tokio::test]
    async fn who_is_slow_makes_room_for_who_comes() {
        let bodies = RequestBodies::with_room(2 * LARGEST);
        let slow = || {
            let most = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; LARGEST]))]);
            bodies.read(Body::from_stream(most.chain(stream::pending())))
        };
        let come = async {
            while bodies.room.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            bodies.read(body(4, 100)).await
        };
        let second = slow();
        tokio::select! {
            biased;
            (first, came) = futures::future::join(slow(), come) => {
                assert_eq!(first.unwrap_err(), StatusCode::SERVICE_UNAVAILABLE);
                assert_eq!(came.unwrap().bytes().len(), 400);
            }
            _ = second => panic!("the second is still being read"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_given_up_with_its_room() {
        let bodies = RequestBodies::default();
        let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
        let slow = Body::from_stream(first.chain(stream::pending()));
        let late = bodies.read(slow).await.unwrap_err();
        assert_eq!(late, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(bodies.room.available_permits(), TOGETHER / UNIT);
    }
}
