//! Lines of the wire, whatever they hold and however they arrive.

use proptest::collection::vec;
use proptest::prelude::*;
use tagout::wire::frame::{FrameError, MAX_LINE, Reader, Writer};
use tagout::wire::{FromServer, Hello, NumberedRequest};
use tokio::io::AsyncWriteExt;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Reads to the end or the first error; says how many lines were understood.
async fn read_all<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<usize, FrameError> {
    let mut reader = Reader::new(bytes);
    let mut understood = 0;
    while reader.next::<T>().await?.is_some() {
        understood += 1;
    }
    Ok(understood)
}

proptest! {
    #[test]
    fn garbage_is_never_understood_and_never_a_panic(bytes in vec(any::<u8>(), 1..4096)) {
        // A line of digits or quotes is JSON, and yet no request, no greeting and no answer.
        block_on(async {
            prop_assert!(read_all::<NumberedRequest>(&bytes).await.is_err());
            prop_assert!(read_all::<Hello>(&bytes).await.is_err());
            prop_assert!(read_all::<FromServer>(&bytes).await.is_err());
            Ok(())
        })?;
    }

    #[test]
    fn what_is_written_is_read_however_it_is_cut(
        texts in vec(any::<String>(), 1..8),
        room in 1usize..64,
    ) {
        block_on(async {
            let (ours, theirs) = tokio::io::duplex(room);
            let wanted = texts.clone();
            let writing = async move {
                let mut writer = Writer::new(ours);
                for text in &wanted {
                    let secret = text.len() % 2 == 0;
                    let sent = match secret {
                        true => writer.send_secret(text, text.len()).await,
                        false => writer.send(text).await,
                    };
                    sent.unwrap();
                }
            };
            let reading = async move {
                let mut reader = Reader::new(theirs);
                let mut read: Vec<String> = Vec::new();
                while let Some(text) = reader.next().await.unwrap() {
                    read.push(text);
                }
                read
            };
            let ((), read) = tokio::join!(writing, reading);
            prop_assert_eq!(read, texts);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_line_of_the_greatest_length_is_read_and_a_longer_one_is_not() {
    for (length, fits) in [(MAX_LINE, true), (MAX_LINE + 1, false)] {
        let (mut ours, theirs) = tokio::io::duplex(64 * 1024);
        let line = format!("\"{}\"\n", "a".repeat(length - 2));
        let writing = tokio::spawn(async move { ours.write_all(line.as_bytes()).await });
        let read = Reader::new(theirs).next::<String>().await;
        match read {
            Ok(Some(text)) => assert!(fits && text.len() == length - 2),
            Err(FrameError::TooLong) => assert!(!fits),
            other => panic!("{other:?}"),
        }
        // The reader is gone; what it did not want is not written to the end.
        drop(writing.await.unwrap());
    }
}
