//! Each list takes every order that the console offers for it.

use crate::domain::filter::FilterField;
use crate::domain::sorting::{SortBy, SortValue};
use crate::server::Server;
use crate::server::queries::jobs::EXECUTION_VALUES;
use crate::server::resume_tests::{ask, options, start};
use crate::wire::request::{Sort, Window};
use crate::wire::rpc;

fn by(by: impl Into<SortBy>) -> Window {
    Window {
        limit: 20,
        sort: Some(Sort {
            by: by.into(),
            descending: false,
        }),
        ..Window::default()
    }
}

#[tokio::test]
async fn each_list_takes_its_orders() {
    let folder = tempfile::tempdir().unwrap();
    let server: std::sync::Arc<Server> = start(&options(folder.path())).await;
    ask(&server, rpc::Connections(by(SortValue::References))).await;
    for value in [
        SortValue::Time,
        SortValue::Ended,
        SortValue::Proven,
        SortValue::Living,
    ] {
        ask(&server, rpc::Runs(by(value))).await;
    }
    for value in [SortValue::Items, SortValue::Next] {
        let (connection, window) = (None, by(value));
        ask(&server, rpc::Jobs { connection, window }).await;
    }
    for value in EXECUTION_VALUES {
        let (job, window) = (None, by(value));
        ask(&server, rpc::Executions { job, window }).await;
    }
    for value in [SortValue::Time, SortValue::Ended, SortValue::Task] {
        let (connection, window) = (None, by(value));
        ask(&server, rpc::FollowUps { connection, window }).await;
    }
    for value in [SortValue::Local, SortValue::Time] {
        let (connection, window) = (None, by(value));
        ask(&server, rpc::References { connection, window }).await;
    }
}

/// The catalog is sorted by what its columns say, and not by group.
#[tokio::test]
async fn the_catalog_by_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let server: std::sync::Arc<Server> = start(&options(folder.path())).await;
    let kinds = ask(&server, rpc::Providers(by(SortValue::Kind))).await;
    let kinds: Vec<String> = kinds
        .rows
        .iter()
        .map(|it| it.auth.title().to_lowercase())
        .collect();
    assert!(kinds.len() > 5 && kinds.is_sorted(), "{kinds:?}");
    let names = ask(&server, rpc::Providers(by(FilterField::Provider))).await;
    let names: Vec<String> = names.rows.iter().map(|it| it.name.to_lowercase()).collect();
    assert!(names.len() > 5 && names.is_sorted(), "{names:?}");
    let states = ask(&server, rpc::Providers(by(FilterField::State))).await;
    let has_app: Vec<bool> = states.rows.iter().map(|it| it.configured).collect();
    // What says nothing stands last.
    assert!(has_app.is_sorted(), "{has_app:?}");
    ask(&server, rpc::Providers(by(SortValue::Connections))).await;
}
