//! What the sources promise about themselves, whoever changes them.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of some folders, by its path from the root, without what is built or installed.
fn files(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    while let Some(path) = open.pop() {
        let built = [
            "node_modules",
            "dist",
            "dist-interop",
            "target",
            "corpus",
            "artifacts",
        ];
        if path
            .file_name()
            .is_some_and(|name| built.contains(&name.to_str().unwrap()))
        {
            continue;
        }
        let full = root().join(&path);
        if full.is_dir() {
            let entries = std::fs::read_dir(full).unwrap();
            open.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else if full.exists() {
            found.push(path);
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// The Rust sources: path as text, and the code before the tests, without comments.
fn sources() -> Vec<(String, String)> {
    let rust = files(&["src"])
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let sources: Vec<(String, String)> = rust
        .map(|path| {
            let whole = std::fs::read_to_string(root().join(&path)).unwrap();
            let code = whole.split("#[cfg(test)]").next().unwrap();
            let lines = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let code = lines.collect::<Vec<_>>().join("\n");
            (path.to_str().unwrap().to_owned(), code)
        })
        .collect();
    assert!(sources.len() > 50);
    sources
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The concepts, each a folder of its own.
const CONCEPTS: [&str; 6] = [
    "audit",
    "casework",
    "directory",
    "mailbox",
    "report",
    "staff",
];

/// How high a module stands. Imports point down, or stay on their floor.
fn floor(module: &[&str]) -> u8 {
    match module {
        ["secret", ..] => 0,
        ["protocol", ..] => 1,
        // The procedure is pure, and asked by the store in the transaction that writes.
        ["ambient" | "statistics" | "process", ..] | ["casework", "procedure", ..] => 2,
        // Pools and migrations, and the macro that runs one body on either.
        ["store" | "on", ..] => 3,
        ["keys" | "settings" | "tls", ..] => 4,
        ["web", ..] => 5,
        [concept, "store", ..] if CONCEPTS.contains(concept) => 6,
        [concept, "web" | "plain", ..] if CONCEPTS.contains(concept) => 9,
        [concept, ..] if CONCEPTS.contains(concept) => 7,
        ["pages", ..] => 8,
        ["demo" | "duties" | "init" | "recovery", ..] => 10,
        ["app", ..] => 11,
        ["command", ..] | ["main" | "lib"] => 12,
        other => panic!("{other:?} has no floor: give it one"),
    }
}

/// The module that a file is, such as `["report", "web"]`.
fn module_of(path: &str) -> Vec<&str> {
    let inner = path
        .strip_prefix("src/")
        .unwrap()
        .strip_suffix(".rs")
        .unwrap();
    inner.split('/').filter(|part| *part != "mod").collect()
}

/// Every `crate::…` path in some code, groups taken apart one level deep.
fn imports(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split('}').next().unwrap();
            let names = group.split(',').map(|name| name.trim().to_owned());
            found.extend(names.filter(|name| !name.is_empty()).map(|name| vec![name]));
            continue;
        }
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
            .unwrap_or(rest.len());
        let parts = rest[..end].split("::").filter(|part| !part.is_empty());
        found.push(parts.map(str::to_owned).collect());
    }
    found
}

#[test]
fn imports_point_down() {
    let mut checked = 0;
    for (path, code) in sources() {
        let from = module_of(&path);
        for import in imports(&code) {
            let to: Vec<&str> = import.iter().map(String::as_str).collect();
            assert!(
                floor(&to) <= floor(&from),
                "{path} looks up to crate::{}",
                import.join("::")
            );
            checked += 1;
        }
        // A store knows nothing of the rules above it, by whatever name.
        if floor(&from) == 6 {
            assert!(!code.contains("super::"), "{path} looks up to its rules");
        }
    }
    assert!(checked > 200, "only {checked} imports were found");
}

#[test]
fn the_protocol_reaches_for_nothing() {
    for (path, code) in sources() {
        if !path.starts_with("src/protocol/") {
            continue;
        }
        for reach in [
            "std::fs",
            "std::net",
            "std::env",
            "sqlx",
            "actix_web",
            "tokio",
            "SystemTime",
            "getrandom",
        ] {
            assert!(!code.contains(reach), "{path} uses {reach}");
        }
    }
}

#[test]
fn rules_use_each_other_without_cycles() {
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, code) in sources() {
        let from = module_of(&path);
        let Some(concept) = CONCEPTS
            .iter()
            .find(|concept| from[0] == **concept && floor(&from) == 7)
        else {
            continue;
        };
        for import in imports(&code) {
            let to = CONCEPTS
                .iter()
                .find(|other| import[0] == **other && *other != concept);
            uses.entry(concept).or_default().extend(to);
        }
    }
    assert!(!uses.is_empty());
    // Take away what uses nothing that is left, until nothing is left.
    while !uses.is_empty() {
        let free = uses
            .iter()
            .find(|(_, used)| used.iter().all(|other| !uses.contains_key(other)));
        let free = *free
            .unwrap_or_else(|| panic!("rules go round in circles: {uses:?}"))
            .0;
        uses.remove(free);
    }
}

#[test]
fn secrets_come_out_in_few_places() {
    // Each is a place that hands a secret on; one more is one more to think about.
    let allowed = BTreeMap::from([
        // The digests and keys that the service makes with its own secrets, and the digest of a link.
        ("src/keys.rs", 5),
        // The digest by which a lookup is found.
        ("src/mailbox/mod.rs", 1),
        // The pepper, released after sign-in, in a session that showed a second factor, and to a newcomer (A3).
        ("src/staff/web/sign_in.rs", 1),
        ("src/staff/web/vault.rs", 1),
        ("src/staff/web/enrol.rs", 1),
        // The link to enrol by, once.
        ("src/staff/web/invitations.rs", 1),
        // The secret files of a demonstration.
        ("src/demo.rs", 3),
        // The secret files of an installation, and the secrets of its first links.
        ("src/init/invite.rs", 1),
        ("src/init/mod.rs", 2),
        // The words of a service id, which are no secret in the form of a token.
        ("src/init/pin.rs", 1),
        // The seed that is cut into shares, and what each share holds of it.
        ("src/recovery/shares.rs", 3),
        // The seed that a form without scripts carries (ADR 0008).
        ("src/report/plain/views.rs", 2),
    ]);
    let mut found = BTreeMap::new();
    for (path, code) in sources() {
        let uses = code.matches(".expose_secret()").count() + code.matches(".to_hex()").count();
        if uses > 0 && !path.starts_with("src/protocol/") && path != "src/secret.rs" {
            found.insert(path, uses);
        }
    }
    let found: BTreeMap<&str, usize> = found
        .iter()
        .map(|(path, uses)| (path.as_str(), *uses))
        .collect();
    assert_eq!(found, allowed);
    // Only one file says what a secret is.
    for (path, code) in sources() {
        if path != "src/secret.rs" {
            for kind in ["SecretString", "secrecy::SecretVec"] {
                assert!(!code.contains(kind), "{path} makes a secret of its own");
            }
        }
    }
}

#[test]
fn nothing_about_a_connection_is_looked_at() {
    // P6: what is not read cannot be kept.
    for (path, code) in sources() {
        for reach in [
            "peer_addr",
            "connection_info",
            "realip",
            "USER_AGENT",
            "user-agent",
            "REFERER",
            "referer\"",
            "ACCEPT_LANGUAGE",
            "FORWARDED",
            "forwarded",
            "middleware::Logger",
            "TracingLogger",
        ] {
            assert!(!code.contains(reach), "{path} reads {reach}");
        }
    }
}

#[test]
fn few_places_write_to_the_log_and_none_for_a_request() {
    // A trace is never written unless somebody asks for it; the others are faults, and the hour's counts.
    let allowed = BTreeMap::from([
        ("src/directory/mod.rs", 1),
        ("src/pages/answer.rs", 1),
        ("src/process.rs", 1),
        ("src/statistics/mod.rs", 1),
        ("src/store/mod.rs", 2),
    ]);
    let mut found = BTreeMap::new();
    for (path, code) in sources() {
        let lines: usize = ["error!(", "warn!(", "info!(", "debug!("]
            .into_iter()
            .map(|level| code.matches(&format!("tracing::{level}")).count())
            .sum();
        if lines > 0 {
            found.insert(path.clone(), lines);
        }
        let speaks = ["src/main.rs", "src/demo.rs", "src/process.rs"].contains(&path.as_str());
        if !speaks && !path.starts_with("src/command/") {
            for print in ["println!", "eprintln!", "print!(", "dbg!"] {
                assert!(!code.contains(print), "{path} prints");
            }
        }
    }
    let found: BTreeMap<&str, usize> = found
        .iter()
        .map(|(path, lines)| (path.as_str(), *lines))
        .collect();
    assert_eq!(found, allowed);
}

#[test]
fn files_are_short() {
    let own = files(&["src", "web", "tests/support", "benches"]);
    for path in own {
        let text = path.to_str().unwrap();
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        let is_test = text.contains(".test.") || text.contains("/sample");
        if is_test || !["rs", "ts", "tsx", "scss"].contains(&kind) {
            continue;
        }
        let whole = read(text);
        let lines = whole.split("#[cfg(test)]").next().unwrap().lines().count();
        assert!(lines <= 400, "{text} has {lines} lines");
    }
}

#[test]
fn nothing_is_unwrapped_or_left_to_do() {
    for (path, code) in sources() {
        for careless in [".unwrap()", "todo!(", "unimplemented!(", "#[allow("] {
            assert!(!code.contains(careless), "{path} has {careless}");
        }
    }
    let left = ["TODO", "FIXME", "XXX:"];
    for path in files(&["src", "web", "tests", "benches", "templates", "migrations"]) {
        let text = path.to_str().unwrap();
        if text == "tests/architecture.rs" {
            continue;
        }
        let Ok(whole) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for mark in left {
            assert!(!whole.contains(mark), "{text} has {mark}");
        }
        assert!(
            !whole.contains(&["#[ig", "nore"].concat()),
            "{text} skips a test"
        );
    }
}

#[test]
fn nothing_names_the_machine_it_was_made_on() {
    let places = [
        "src",
        "web",
        "tests",
        "benches",
        "fuzz",
        "docs",
        "templates",
        "migrations",
        "vectors",
        "config",
        "deploy",
        "text",
        ".ci",
        "Makefile",
        "Cargo.toml",
        "README.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "clippy.toml",
        "deny.toml",
    ];
    let marks = [
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/ho", "me/"].concat(),
    ];
    for path in files(&places) {
        let Ok(whole) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for mark in &marks {
            // At the start of a path: a folder of ours may have such a name.
            let within = |at: usize| {
                let before = whole[..at].chars().next_back();
                before.is_some_and(|one| one == '.' || one.is_ascii_alphanumeric())
            };
            let found = whole.match_indices(mark).any(|(at, _)| !within(at));
            assert!(!found, "{} has {mark}", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let all = files(&[folder]);
        all.iter()
            .map(|path| path.file_name().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
    // And in them the same tables with the same columns. One step is about where SQLite has its rows alone.
    let of_sqlite = |path: &Path| path.ends_with("0004_places.sql");
    let shape = |folder: &str| {
        let mut lines = BTreeSet::new();
        let all = files(&[folder]);
        for path in all.iter().filter(|path| !of_sqlite(path)) {
            for line in read(path.to_str().unwrap()).lines() {
                let line = line.replace("BLOB", "BYTEA").replace(" WITHOUT ROWID", "");
                let line = line.replace("DEFAULT x''", "DEFAULT ''::bytea");
                if !line.trim_start().starts_with("--") {
                    lines.insert((path.file_name().unwrap().to_owned(), line));
                }
            }
        }
        lines
    };
    assert_eq!(shape("migrations/sqlite"), shape("migrations/postgres"));
    let other = read("migrations/postgres/0004_places.sql");
    assert!(other.lines().all(|line| line.starts_with("--")));
}

/// The calls that `app.rs` names: method and address.
fn routes() -> Vec<(String, String)> {
    let app = read("src/app.rs");
    let mut routes = Vec::new();
    let mut prefix = "";
    // One statement for each address, however it is broken into lines.
    for statement in app.split(".service(").flat_map(|part| part.split("\nfn ")) {
        if statement.starts_with("api(") {
            prefix = "/api/1";
        } else if statement.starts_with("enrol(") {
            prefix = "/api/1/enrol";
        } else if statement.starts_with("desk(") {
            prefix = "/api/1/desk";
        }
        let quoted = ["address(", "web::resource("]
            .into_iter()
            .find_map(|named| statement.split_once(named));
        let Some((_, rest)) = quoted else { continue };
        let Some(path) = rest
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split('"').next())
        else {
            continue;
        };
        for method in ["get", "put", "post", "delete"] {
            if statement.contains(&format!("web::{method}()")) {
                routes.push((method.to_uppercase(), format!("{prefix}{path}")));
            }
        }
    }
    routes
}

#[test]
fn every_call_of_members_has_its_duty_and_the_other_way_round() {
    let within = |path: &str| {
        ["/api/1/desk", "/api/1/enrol"]
            .iter()
            .any(|scope| path.starts_with(scope))
    };
    let mut registered: Vec<(String, String)> = routes();
    registered.retain(|(_, path)| within(path));
    registered.sort();
    let mut held: Vec<(String, String)> = rightline::duties::TABLE
        .iter()
        .map(|duty| (duty.method.to_owned(), duty.address.to_owned()))
        .collect();
    held.sort();
    assert_eq!(registered, held);
    // Both scopes go by the table, and ask first where a request comes from.
    let app = read("src/app.rs");
    for wrapped in [
        ".wrap(from_fn(duties::keep))",
        ".wrap(from_fn(own_pages_only))",
    ] {
        assert_eq!(app.matches(wrapped).count(), 2, "{wrapped}");
    }
    assert_eq!(app.matches("web::scope(").count(), 3);
}

#[test]
fn every_call_is_in_the_protocol_and_the_other_way_round() {
    let protocol = read("docs/protocol.md");
    let routes = routes();
    assert!(routes.len() > 50, "{routes:?}");
    for (method, path) in &routes {
        // The page says more about a parameter than its name.
        let beginning = path.split('}').next().unwrap();
        assert!(
            protocol.contains(&format!("{method} {beginning}")),
            "{method} {path} is not in the protocol"
        );
    }
    let named: BTreeSet<String> = protocol
        .split('`')
        .filter_map(|quoted| {
            let (method, path) = quoted.split_once(' ')?;
            let call =
                ["GET", "PUT", "POST", "DELETE"].contains(&method) && path.starts_with("/api/");
            call.then(|| format!("{method} {}", path.split(['?', '}', ',']).next().unwrap()))
        })
        .collect();
    for call in named {
        let known = routes.iter().any(|(method, path)| {
            let ours = format!("{method} {}", path.split('}').next().unwrap());
            ours == call || (call.contains('{') && ours.split('{').next() == call.split('{').next())
        });
        assert!(known, "{call} is in the protocol, and nowhere else");
    }
    assert!(protocol.contains("GET /health") && read("src/app.rs").contains("\"/health\""));
}
