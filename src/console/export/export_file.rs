//! The file that an export goes into, for the person alone. It has its name once it is whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Writing;
use crate::console::event::Event;

/// The file under way, if there is one. It is removed unless it was ended.
#[derive(Debug, Default)]
pub(in crate::console) struct ExportFile(Option<PartialFile>);

#[derive(Debug)]
struct PartialFile {
    /// What it is to be called.
    path: PathBuf,
    file: NamedTempFile,
}

impl ExportFile {
    /// Does what is wanted, and says how it went; none when nobody waits for that.
    pub(in crate::console) fn take(&mut self, writing: Writing) -> Option<Event> {
        let done = match writing {
            Writing::Begin(name) => self.begin(name),
            Writing::Lines(lines) => self.write(&lines),
            Writing::End => self.end(),
            Writing::Abandon => {
                self.0 = None;
                return None;
            }
        };
        if done.is_err() {
            self.0 = None;
        }
        Some(Event::Written(done.map_err(|error| words(&error))))
    }

    fn begin(&mut self, name: String) -> io::Result<()> {
        self.0 = None;
        let path = PathBuf::from(name);
        if path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".tagout-")
            .suffix(".part")
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        self.0 = Some(PartialFile { path, file });
        Ok(())
    }

    fn write(&mut self, lines: &str) -> io::Result<()> {
        match &mut self.0 {
            Some(sheet) => sheet.file.write_all(lines.as_bytes()),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(PartialFile { path, file }) = self.0.take() else {
            return Ok(());
        };
        file.as_file().sync_all()?;
        // It takes no name that somebody else took meanwhile.
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
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

    /// A file under way, with a line in it.
    fn begun(name: &str) -> ExportFile {
        let mut paper = ExportFile::default();
        went(paper.take(Writing::Begin(name.to_owned()))).unwrap();
        went(paper.take(Writing::Lines("a\r\n".to_owned()))).unwrap();
        paper
    }

    #[test]
    fn a_file_is_made_anew_and_stays_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let name = path.display().to_string();
        let mut paper = begun(&name);
        went(paper.take(Writing::Lines("b\r\n".to_owned()))).unwrap();
        went(paper.take(Writing::End)).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\r\nb\r\n");
        let refused = went(paper.take(Writing::Begin(name))).unwrap_err();
        assert!(refused.contains("already"), "{refused}");
        drop(paper);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\r\nb\r\n");
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_took_its_name_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let mut paper = begun(&path.display().to_string());
        std::fs::write(&path, "another").unwrap();
        let refused = went(paper.take(Writing::End)).unwrap_err();
        assert!(refused.contains("already"), "{refused}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(
            (left.len(), std::fs::read_to_string(&path).unwrap()),
            (1, "another".to_owned())
        );
    }

    #[test]
    fn a_file_that_is_not_whole_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let name = path.display().to_string();
        let mut paper = begun(&name);
        assert!(paper.take(Writing::Abandon).is_none());
        assert!(!path.exists());
        went(paper.take(Writing::Begin(name))).unwrap();
        drop(paper);
        assert!(!path.exists());
    }
}
