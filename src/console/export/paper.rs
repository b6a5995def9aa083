//! The file that an export goes into. It is made anew, for the person alone, and removed unless it was ended.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::Writing;
use crate::console::event::Event;

/// The file under way, if there is one.
#[derive(Debug, Default)]
pub(in crate::console) struct Paper(Option<Sheet>);

#[derive(Debug)]
struct Sheet {
    path: PathBuf,
    file: File,
}

impl Paper {
    /// Does what is wanted, and says how it went; none when nobody waits for that.
    pub(in crate::console) fn take(&mut self, writing: Writing) -> Option<Event> {
        let done = match writing {
            Writing::Begin(name) => self.begin(name),
            Writing::Lines(lines) => self.write(&lines),
            Writing::End => self.end(),
            Writing::Abandon => {
                self.abandon();
                return None;
            }
        };
        if done.is_err() {
            self.abandon();
        }
        Some(Event::Written(done.map_err(|error| words(&error))))
    }

    fn begin(&mut self, name: String) -> io::Result<()> {
        self.abandon();
        let path = PathBuf::from(name);
        // `create_new` follows no link and takes no name that is there (O_EXCL, open(2)).
        let mut how = OpenOptions::new();
        let file = how.write(true).create_new(true).mode(0o600).open(&path)?;
        self.0 = Some(Sheet { path, file });
        Ok(())
    }

    fn write(&mut self, lines: &str) -> io::Result<()> {
        match &mut self.0 {
            Some(sheet) => sheet.file.write_all(lines.as_bytes()),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(sheet) = &self.0 {
            sheet.file.sync_all()?;
        }
        self.0 = None;
        Ok(())
    }

    fn abandon(&mut self) {
        if let Some(sheet) = self.0.take() {
            // A list that was cut short must not pass for a whole one; where it cannot be removed, nobody can be told.
            let _ = std::fs::remove_file(sheet.path);
        }
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        self.abandon();
    }
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            "it is there already, and no file is written over".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn went(event: Option<Event>) -> Result<(), String> {
        match event {
            Some(Event::Written(went)) => went,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_made_anew_and_stays_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let name = path.display().to_string();
        let mut paper = Paper::default();
        went(paper.take(Writing::Begin(name.clone()))).unwrap();
        went(paper.take(Writing::Lines("a\r\n".to_owned()))).unwrap();
        went(paper.take(Writing::Lines("b\r\n".to_owned()))).unwrap();
        went(paper.take(Writing::End)).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\r\nb\r\n");
        let refused = went(paper.take(Writing::Begin(name))).unwrap_err();
        assert!(refused.contains("already"), "{refused}");
        drop(paper);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\r\nb\r\n");
    }

    #[test]
    fn a_file_that_is_not_whole_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let name = path.display().to_string();
        let mut paper = Paper::default();
        went(paper.take(Writing::Begin(name.clone()))).unwrap();
        went(paper.take(Writing::Lines("a\r\n".to_owned()))).unwrap();
        assert!(paper.take(Writing::Abandon).is_none());
        assert!(!path.exists());
        went(paper.take(Writing::Begin(name))).unwrap();
        drop(paper);
        assert!(!path.exists());
    }
}
