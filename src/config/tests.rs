use super::file::File;
use super::*;
use std::fs;

fn env<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
    move |name| {
        pairs
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| OsString::from(value))
    }
}

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("config.toml");
    fs::write(&path, text).unwrap();
    (temp, path)
}

#[test]
fn each_layer_wins_over_the_one_below_and_says_so() {
    let (_temp, file) = written("data_dir = \"/from/file\"\nidle_minutes = 3");
    let file = file.to_str().unwrap();
    let mut flags = Flags::default();

    let settings = Settings::resolve(&flags, env(&[("TAGOUT_CONFIG", file)])).unwrap();
    assert_eq!(settings.config_file.from, ValueSource::Environment);
    assert_eq!(
        settings.data_dir,
        Sourced::new("/from/file".into(), ValueSource::File)
    );
    assert_eq!(settings.idle_minutes, Sourced::new(3, ValueSource::File));
    assert_eq!(
        settings.callback_port,
        Sourced::new(8976, ValueSource::Default)
    );
    assert_eq!(settings.http, Sourced::new(None, ValueSource::Default));

    let both = [("TAGOUT_CONFIG", file), ("TAGOUT_DATA_DIR", "/from/env")];
    let settings = Settings::resolve(&flags, env(&both)).unwrap();
    assert_eq!(
        settings.data_dir,
        Sourced::new("/from/env".into(), ValueSource::Environment)
    );

    flags.data_dir = Some("/from/flag".into());
    let settings = Settings::resolve(&flags, env(&both)).unwrap();
    assert_eq!(
        settings.data_dir,
        Sourced::new("/from/flag".into(), ValueSource::Flag)
    );
}

#[test]
fn the_template_holds_the_defaults() {
    let uncommented: String = TEMPLATE
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| {
            let names = |(key, _): (&str, &str)| !key.contains(' ');
            line.split_once(" = ").is_some_and(names) || line.starts_with('[')
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let file: File = toml::from_str(&uncommented).unwrap();
    let commented: File = toml::from_str(TEMPLATE).unwrap();
    assert!(commented.data_dir.is_none() && commented.log.is_none());

    let none = tempfile::tempdir().unwrap();
    let flags = Flags {
        config: Some(none.path().join("absent.toml")),
        ..Flags::default()
    };
    let defaults = Settings::resolve(&flags, |_| None).unwrap();
    assert!(file.data_dir.is_some() && file.http.is_some());
    assert_eq!(file.callback_port, Some(defaults.callback_port.value));
    assert_eq!(file.idle_minutes, Some(defaults.idle_minutes.value));
    assert_eq!(
        file.vendor_timeout_seconds.map(NonZeroU16::get),
        Some(defaults.vendor_timeout_seconds.value)
    );
    assert_eq!(
        file.hold_retry_seconds.map(NonZeroU16::get),
        Some(defaults.hold_retry_seconds.value)
    );
    assert_eq!(
        file.disconnects_at_once.map(NonZeroU16::get),
        Some(defaults.disconnects_at_once.value)
    );
    assert_eq!(
        file.requests_per_host.map(NonZeroU16::get),
        Some(defaults.requests_per_host.value)
    );
    let proof = file.proof.map(super::proof::ProofTable::pace);
    assert_eq!(proof, Some(defaults.proof.value));
    let sync = file.sync.unwrap();
    assert_eq!(sync.again, Some(defaults.empty_again.value));
    assert_eq!(sync.schedule, Some(defaults.sync_schedule.value));
    let allow = file.subscriptions.and_then(|it| it.allow);
    assert_eq!(allow, Some(defaults.subscriptions_allow.value));
    let debounce = file.webhooks.and_then(|webhooks| webhooks.debounce);
    assert_eq!(debounce, Some(defaults.debounce.value));
    assert_eq!(file.theme, Some(defaults.theme.value));
    assert_eq!(file.ascii, Some(defaults.ascii.value));
    assert_eq!(file.color, Some(defaults.color.value));
    assert_eq!(file.log, Some(defaults.log.value));
    assert_eq!(file.seen_machine, Some(defaults.seen_machine.value));
}

#[test]
fn the_environment_names_a_theme_and_the_file_does_otherwise() {
    let (_temp, path) = written("theme = \"light\"");
    let flags = Flags {
        config: Some(path),
        ..Flags::default()
    };
    let theme = |said: &str| {
        let env = |name: &str| (name == "TAGOUT_THEME").then(|| said.into());
        Settings::resolve(&flags, env).unwrap().theme
    };
    assert_eq!(theme(""), Sourced::new("light".into(), ValueSource::File));
    assert_eq!(
        theme("dark"),
        Sourced::new("dark".into(), ValueSource::Environment)
    );
}

#[test]
fn a_wrong_file_is_refused_with_line_and_field() {
    let (_temp, path) = written("theme = \"terminal\"\nidle_minuts = 3\n");
    let flags = Flags {
        config: Some(path),
        ..Flags::default()
    };
    let error = Settings::resolve(&flags, |_| None).unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    assert!(error.contains("idle_minuts"), "{error}");
}

#[test]
fn a_schedule_is_cron_or_by_hand() {
    let read = |cron: &str| {
        let (_folder, path) = written(&format!("[sync]\nschedule = \"{cron}\"\n"));
        let flags = Flags {
            config: Some(path),
            ..Flags::default()
        };
        Settings::resolve(&flags, |_| None)
    };
    for cron in ["0 * * * *", "*/5 8-18 * * 1-5", ""] {
        assert_eq!(read(cron).unwrap().sync_schedule.value, cron);
    }
    for cron in ["hourly", "61 * * * *", "* * *"] {
        let refused = read(cron).unwrap_err().to_string();
        let meant = format!("the schedule {cron:?} is wrong");
        assert!(refused.contains(&meant), "{refused}");
    }
}

#[test]
fn relative_folders_are_made_absolute() {
    let (temp, path) = written("data_dir = \"data\"");
    let mut flags = Flags {
        config: Some(path),
        ..Flags::default()
    };
    let settings = Settings::resolve(&flags, |_| None).unwrap();
    assert_eq!(settings.data_dir.value, temp.path().join("data"));

    flags.data_dir = Some("here".into());
    let settings = Settings::resolve(&flags, |_| None).unwrap();
    assert_eq!(
        settings.data_dir.value,
        std::env::current_dir().unwrap().join("here")
    );
}
