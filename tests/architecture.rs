//! The house rules that no compiler keeps: imports point down, secrets come out in few places, files stay
//! short, both databases have the same migrations, and every call is documented.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the source") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                if !path.ends_with("node_modules") && !path.ends_with("dist") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of the source")
}

fn name(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("a path of the source");
    inside.to_string_lossy().into_owned()
}

/// The part of a file that is shipped.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

/// What a file of `src/` imports from the crate: the first two names of each path.
fn imports(text: &str) -> BTreeSet<String> {
    let marked = shipped(text).split("crate::").skip(1);
    marked
        .map(|after| {
            let path: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                .collect();
            let mut names = path.split("::").filter(|name| !name.is_empty());
            let first = names.next().unwrap_or_default().to_owned();
            match names.next() {
                Some(second) if matches!(second, "store" | "web" | "plain") => {
                    format!("{first}::{second}")
                }
                _ => first,
            }
        })
        .collect()
}

fn assert_imports(folder: &str, allowed: &[&str]) {
    for path in files("src", "rs") {
        let name = name(&path);
        if !name.starts_with(folder) {
            continue;
        }
        for import in imports(&read(&path)) {
            assert!(allowed.contains(&import.as_str()), "{name} may not import {import}");
        }
    }
}

#[test]
fn imports_point_down() {
    assert_imports("src/secret.rs", &[]);
    assert_imports("src/protocol/", &["protocol", "secret"]);
    assert_imports("src/store/", &["store", "on"]);
    let shared = ["protocol", "store", "store::StoreError", "Problem", "web", "on"];
    assert_imports("src/web/", &shared);
    for concept in ["report", "mailbox", "casework", "staff", "directory"] {
        let store = format!("src/{concept}/store");
        assert_imports(&store, &["store", "on", "protocol"]);
    }
}

#[test]
fn only_the_application_joins_the_routes() {
    for path in files("src", "rs") {
        let file = name(&path);
        if file == "src/app.rs" || file == "src/main.rs" {
            continue;
        }
        let text = read(&path);
        assert!(!imports(&text).contains("app"), "{file} imports the application");
    }
}

#[test]
fn secrets_come_out_in_few_places() {
    let mut counted = BTreeMap::new();
    for path in files("src", "rs") {
        let file = name(&path);
        let count = shipped(&read(&path)).matches(".expose_secret()").count();
        if count > 0 && !file.starts_with("src/protocol/") && file != "src/secret.rs" {
            counted.insert(file, count);
        }
    }
    let expected = [("src/keys.rs", 2), ("src/mailbox/mod.rs", 1), ("src/staff/web.rs", 1)];
    let expected = expected.map(|(file, count)| (file.to_owned(), count));
    assert_eq!(counted, BTreeMap::from(expected));
}

#[test]
fn files_stay_short() {
    for path in files("src", "rs") {
        let lines = shipped(&read(&path)).lines().count();
        assert!(lines <= 400, "{} has {lines} lines before its tests", name(&path));
    }
    for ending in ["ts", "tsx"] {
        for path in files("web", ending) {
            let lines = read(&path).lines().count();
            let file = name(&path);
            assert!(lines <= 400 || file.contains(".test."), "{file} has {lines} lines");
        }
    }
}

#[test]
fn the_clock_and_the_generator_are_asked_in_one_place() {
    for path in files("src", "rs") {
        let file = name(&path);
        let text = read(&path);
        for ambient in ["Timestamp::now", "SystemTime::now", "getrandom::fill"] {
            let allowed = file == "src/ambient.rs";
            assert!(allowed || !shipped(&text).contains(ambient), "{file} asks {ambient}");
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> Vec<_> {
        let paths = files(folder, "sql");
        paths.iter().map(|path| path.file_name().map(ToOwned::to_owned)).collect()
    };
    let sqlite = names("migrations/sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("migrations/postgres"));
}

#[test]
fn every_call_is_in_the_protocol() {
    let protocol = read(&root().join("docs/protocol.md"));
    let app = read(&root().join("src/app.rs"));
    let mut calls = 0;
    for (scope, prefix) in [("fn api(", "/api/1"), ("fn desk(", "/api/1/desk")] {
        let body = app.split(scope).nth(1).expect("the routes are in app.rs");
        let body = body.split("\n}\n").next().unwrap_or_default();
        for call in body.split('"').skip(1).step_by(2).filter(|call| call.starts_with('/')) {
            if call == "/desk" {
                continue;
            }
            calls += 1;
            let start = call.split('{').next().unwrap_or_default();
            let documented = format!("{prefix}{start}");
            assert!(protocol.contains(&documented), "{documented} is not in docs/protocol.md");
        }
    }
    assert!(calls >= 14, "only {calls} calls were found");
}
