//! The test vectors in `vectors/`: made here, checked here, and read by the TypeScript tests too.
//!
//! `RIGHTLINE_WRITE_VECTORS=1 cargo test --test vectors` writes them; without it the test fails when a
//! file is missing, is not one that is made here, or is not as it would be made.

mod acts;
mod bodies;
mod container;
mod contents;
mod declaring;
mod directory;
mod examples;
mod files;
mod grants;
mod members;
mod messages;
mod people;
mod records;
mod sealer;
mod signatures;
mod statement;
mod token;
mod words;
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One vector.
#[derive(Clone)]
struct Case {
    path: String,
    content: Value,
}

impl Case {
    fn accept(folder: &str, name: &str, rule: &str, content: Value) -> Self {
        Self::new(folder, name, rule, "accept", content)
    }

    fn refuse(folder: &str, name: &str, rule: &str, content: Value) -> Self {
        Self::new(folder, name, rule, "refuse", content)
    }

    fn new(folder: &str, name: &str, rule: &str, kind: &str, content: Value) -> Self {
        let mut case = Self {
            path: format!("{folder}/{name}.json"),
            content,
        };
        case.set("rule", json!(rule));
        case.set("name", json!(name));
        case.set("kind", json!(kind));
        case
    }

    fn set(&mut self, member: &str, value: Value) {
        self.content
            .as_object_mut()
            .expect("an object")
            .insert(member.to_owned(), value);
    }
}

fn make() -> Vec<Case> {
    let world = world::World::new();
    [
        token::make(),
        files::make(),
        signatures::make(),
        directory::make(&world),
        statement::make(&world),
        container::make(&world),
        grants::make(&world),
        messages::make(&world),
        contents::make(&world),
        words::make(&world),
        members::make(&world),
        people::make(&world),
        records::make(&world),
        acts::make(&world),
        declaring::make(&world),
        bodies::make(),
    ]
    .concat()
}

fn check(folder: &str, file: &Value) {
    match folder {
        "token" => token::check_token(file),
        "derivation" => token::check_derivation(file),
        "framing" => files::check_frame(file),
        "json" => files::check_document(file),
        "sealing" => files::check_sealed(file),
        "signatures" => signatures::check(file),
        "directory" => directory::check_directory(file),
        "statement" => statement::check_statement(file),
        "container" => container::check_container(file),
        "report" => statement::check_part(file),
        "grants" => grants::check_grants(file),
        "messages" => messages::check_conversation(file),
        "words" => words::check_words(file),
        "receipt" => words::check_receipt(file),
        "mailbox" => members::check_request(file),
        "vault" => members::check_vault(file),
        "enrolment" => people::check_application(file),
        "audit" => people::check_audit(file),
        "records" => records::check_records(file),
        "acts" => acts::check_acts(file),
        "briefs" => declaring::check_brief(file),
        "conflicts" => declaring::check_conflict(file),
        "bodies" => bodies::check_body(file),
        other => panic!("nobody checks the vectors in {other}"),
    }
}

#[test]
fn the_vectors_are_those_that_are_made_here() {
    let root = folder();
    let made: BTreeMap<String, String> = make()
        .into_iter()
        .map(|case| {
            let content = serde_json::to_string_pretty(&case.content).expect("writes");
            (case.path, content + "\n")
        })
        .collect();
    if std::env::var_os("RIGHTLINE_WRITE_VECTORS").is_some() {
        for (path, content) in &made {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
            fs::write(path, content).expect("writes the file");
        }
    }
    let kept = kept(&root);
    assert_eq!(
        kept.keys().collect::<Vec<_>>(),
        made.keys().collect::<Vec<_>>()
    );
    for (path, content) in made {
        assert!(kept[&path] == content, "{path} is not as it would be made");
    }
}

#[test]
fn the_worked_examples_are_those_of_the_vectors() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md");
    let written = fs::read_to_string(&page).expect("the page");
    let section = examples::section(&make());
    let (before, kept) = written
        .split_once(examples::HEADING)
        .unwrap_or((&written, ""));
    if std::env::var_os("RIGHTLINE_WRITE_VECTORS").is_some() {
        let whole = format!("{}\n\n{section}", before.trim_end());
        fs::write(&page, whole).expect("writes the page");
        return;
    }
    assert!(
        format!("{}{kept}", examples::HEADING) == section,
        "the worked examples in docs/protocol.md are not those of the vectors"
    );
}

#[test]
fn every_vector_holds() {
    for (path, content) in kept(&folder()) {
        let file: Value = serde_json::from_str(&content).expect("JSON");
        let (folder, _) = path.split_once('/').expect("a folder");
        eprintln!("{path}");
        check(folder, &file);
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Every vector file by its path below `vectors/`.
fn kept(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in fs::read_dir(root).expect("the folder of vectors") {
        let folder = folder.expect("an entry").path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(&folder).expect("a folder") {
            let file = file.expect("an entry").path();
            let path = file
                .strip_prefix(root)
                .expect("below")
                .to_string_lossy()
                .into_owned();
            files.insert(path, fs::read_to_string(&file).expect("reads"));
        }
    }
    files
}

fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

fn text<'a>(file: &'a Value, member: &str) -> &'a str {
    file[member]
        .as_str()
        .unwrap_or_else(|| panic!("{member} is missing"))
}

fn bytes(file: &Value, member: &str) -> Vec<u8> {
    STANDARD.decode(text(file, member)).expect("base64")
}

fn secret<T: FromStr>(file: &Value, member: &str) -> T {
    text(file, member).parse().ok().expect("a secret")
}
