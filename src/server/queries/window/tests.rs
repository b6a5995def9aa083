use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::oneshot;

use super::*;
use crate::server::resume_tests::{ask, options, start};
use crate::server::scans::LONGEST;
use crate::wire::rpc;

const MANY: u32 = 5000;

fn numbers(after: Option<&str>, limit: usize) -> Result<Vec<Place<u32>>, StoreError> {
    let from = after.map_or(0, |key| key.parse::<u32>().unwrap() + 1);
    Ok((from..MANY)
        .take(limit)
        .map(|n| (n.to_string(), Some(n)))
        .collect())
}

fn window(after: Option<&str>, filter: &str) -> Window {
    Window {
        after: after.map(str::to_owned),
        limit: 10,
        filter: filter.to_owned(),
        ..Window::default()
    }
}

async fn found(window: &Window) -> WindowRows<u32> {
    let scans = Scans::default();
    let asked = Asked::of_nobody(&scans, window);
    let found = rows(asked, FilterTerms::WORDS, numbers, u32::to_string).await;
    assert_eq!(scans.open(), 0);
    found.unwrap()
}

#[tokio::test]
async fn reads_no_more_than_it_shows() {
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let source = move |after: Option<&str>, limit| {
        seen.store(limit, Ordering::Relaxed);
        numbers(after, limit)
    };
    let (scans, window) = (Scans::default(), window(Some("9"), ""));
    let asked = Asked::of_nobody(&scans, &window);
    let found = rows(asked, FilterTerms::WORDS, source, u32::to_string).await;
    let found = found.unwrap();
    assert_eq!(found.rows.first().map(|r| r.1), Some(10));
    let most = most.load(Ordering::Relaxed);
    assert_eq!((found.rows.len(), found.more, most), (10, true, 11));
}

#[tokio::test]
async fn large_rows_are_told_page_by_page_and_none_is_left_out() {
    let large = |n: u32| Ok::<_, StoreError>("x".repeat(MOST_BYTES * (n as usize % 3) / 2));
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let found = found(&window(after.as_deref(), "4")).await;
        let page = page(found, 0, large).unwrap();
        assert!(serde_json::to_vec(&page.rows).unwrap().len() < MAX_LINE);
        after = page.keys.last().cloned();
        seen.extend(page.keys);
        if !page.more || seen.len() > 30 {
            break;
        }
    }
    let all = (0..MANY).map(|n| n.to_string());
    let expected: Vec<String> = all.filter(|n| n.contains('4')).take(seen.len()).collect();
    assert_eq!(seen, expected);
}

/// Nothing of a sorted list that was not gone through in time is certain, however much of it has room.
#[test]
fn a_sorted_page_that_is_not_the_whole_says_so_when_its_line_is_full() {
    let cut = |searched_to: Option<&str>| WindowRows {
        rows: (0..3).map(|n| (n.to_string(), n)).collect(),
        more: true,
        partial: true,
        searched_to: searched_to.map(str::to_owned),
    };
    let large = |_| Ok::<_, StoreError>("x".repeat(MOST_BYTES / 2));
    let sorted = page(cut(None), 0, large).unwrap();
    assert_eq!((sorted.rows.len(), sorted.partial), (1, true));
    // In its own order it goes on behind the last row that had room.
    let page = page(cut(Some("9")), 0, large).unwrap();
    assert_eq!((page.partial, page.searched_to), (false, None));
}

#[tokio::test]
async fn a_filter_goes_on_until_it_has_enough() {
    let first = found(&window(None, "499")).await;
    assert_eq!(first.rows.len(), 10);
    assert!(first.more && !first.partial);
    assert_eq!(first.rows.first().map(|r| r.1), Some(499));
    let rest = found(&window(Some("4990"), "499")).await;
    assert_eq!((rest.rows.len(), rest.more), (9, false));
}

/// What an index names and nobody finds is no end of the list.
#[tokio::test]
async fn places_without_a_row_are_passed_over() {
    let source = |after: Option<&str>, limit| {
        let mut places = numbers(after, limit)?;
        let gone = places.iter_mut().filter(|(_, n)| *n < Some(1000));
        gone.for_each(|(_, row)| *row = None);
        Ok(places)
    };
    let (scans, window) = (Scans::default(), window(None, ""));
    let asked = Asked::of_nobody(&scans, &window);
    let found = rows(asked, FilterTerms::WORDS, source, u32::to_string).await;
    assert_eq!(found.unwrap().rows.first().map(|r| r.1), Some(1000));
}

/// Rows whose reading says when it begins, and goes on when it is told to. So many were read.
struct HeldRows {
    began: Mutex<Option<oneshot::Sender<()>>>,
    go_on: Mutex<std::sync::mpsc::Receiver<()>>,
    read: Arc<AtomicUsize>,
}

impl HeldRows {
    fn read(&self, after: Option<&str>, limit: usize) -> Result<Vec<Place<u32>>, StoreError> {
        if let Some(began) = self.began.lock().unwrap().take() {
            began.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
        }
        let rows = numbers(after, limit)?;
        self.read.fetch_add(rows.len(), Ordering::Relaxed);
        Ok(rows)
    }
}

/// A search that is held in the middle of a slice, once it has begun, and what ends it after that.
async fn ended(
    view: Option<&str>,
    meanwhile: impl AsyncFnOnce(&Arc<Server>),
) -> (WindowRows<u32>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let server = start(&options(folder.path())).await;
    let (began, begins) = oneshot::channel();
    let (go, go_on) = std::sync::mpsc::channel();
    let read = Arc::new(AtomicUsize::new(0));
    let held = HeldRows {
        began: Mutex::new(Some(began)),
        go_on: Mutex::new(go_on),
        read: Arc::clone(&read),
    };
    let window = Window {
        view: view.map(str::to_owned),
        ..window(None, "is-not-there")
    };
    // Every row takes as long as a slice may, so that each step is one.
    let slow = |n: &u32| {
        let until = std::time::Instant::now() + std::time::Duration::from_micros(40);
        while std::time::Instant::now() < until {}
        n.to_string()
    };
    let asked = Asked::of_nobody(&server.scans, &window);
    let source = move |after: Option<&str>, limit| held.read(after, limit);
    let searching = rows(asked, FilterTerms::WORDS, source, slow);
    let meanwhile = async {
        begins.await.unwrap();
        meanwhile(&server).await;
        go.send(()).unwrap();
    };
    let (found, ()) = tokio::join!(searching, meanwhile);
    assert_eq!(server.scans.open(), 0);
    (found.unwrap(), read.load(Ordering::Relaxed))
}

/// There is one thread for everybody here, and the search is held in the middle of a slice: that the others are answered
/// shows that it is not on that one.
#[tokio::test]
async fn others_are_answered_while_a_search_goes_on() {
    let (found, read) = ended(None, async |server| {
        ask(server, rpc::Status).await;
    })
    .await;
    assert_eq!((found.rows.len(), found.partial), (0, false));
    assert_eq!(read, MANY as usize);
}

#[tokio::test]
async fn the_next_question_of_a_view_ends_the_search_for_the_one_before() {
    let next = async |server: &Arc<Server>| {
        let window = Window {
            view: Some("7".to_owned()),
            ..window(None, "7")
        };
        let asked = Asked::of_nobody(&server.scans, &window);
        // Its own turn comes when that of the other is over.
        let mut next = Box::pin(rows(asked, FilterTerms::WORDS, numbers, u32::to_string));
        assert!(futures::poll!(&mut next).is_pending());
    };
    let (found, read) = ended(Some("7"), next).await;
    assert!(found.partial && found.more);
    assert!(read < MANY as usize, "{read}");
    // It says how far it came, and goes on from there without a gap.
    let searched_to = found.searched_to.unwrap();
    assert_eq!(searched_to, (read - 1).to_string());
    let of_another = async |server: &Arc<Server>| {
        let window = Window {
            view: Some("8".to_owned()),
            ..window(None, "8")
        };
        let asked = Asked::of_nobody(&server.scans, &window);
        let mut next = Box::pin(rows(asked, FilterTerms::WORDS, numbers, u32::to_string));
        assert!(futures::poll!(&mut next).is_pending());
    };
    let (found, read) = ended(Some("7"), of_another).await;
    assert_eq!((found.partial, read), (false, MANY as usize));
}

#[tokio::test]
async fn a_client_that_hangs_up_ends_its_searches() {
    let (found, read) = ended(None, async |server| server.scans.session_ended(0)).await;
    assert!(found.partial);
    assert!(read < MANY as usize, "{read}");
}

#[tokio::test]
async fn a_search_ends_with_its_time() {
    let (found, read) = ended(None, async |_| {
        tokio::time::pause();
        tokio::time::advance(LONGEST).await;
        tokio::time::resume();
    })
    .await;
    assert!(found.partial && found.more);
    assert!(read < MANY as usize, "{read}");
}

/// Nobody's slice begins: what was found in time is nothing, and the answer says that it is not the whole.
#[tokio::test(start_paused = true)]
async fn a_search_that_takes_too_long_says_what_it_found() {
    let scans = Scans::default();
    let held = scans.held().await;
    let window = window(Some("9"), "4");
    let asked = Asked::of_nobody(&scans, &window);
    let found = rows(asked, FilterTerms::WORDS, numbers, u32::to_string).await;
    drop(held);
    let page = page(found.unwrap(), 0, Ok::<_, StoreError>).unwrap();
    assert_eq!((page.rows.len(), page.partial, page.more), (0, true, true));
    let mut next = window.clone();
    assert!(page.move_on(&mut next));
    assert_eq!(next, window);
}
