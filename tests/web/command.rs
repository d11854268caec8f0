//! The command line: what it says, and with which code it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rightline::ambient::Clock;
use rightline::demo;
use rightline::settings::Settings;
use rightline::store::Store;

use crate::support::{Base, Installation, Process, postgres, sql};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rightline");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// The code that a command ends with, and what it complains.
fn ends(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &[][..],
        &["unknown"],
        &["serve"],
        &["check"],
        &["check", "--config"],
        &["demo", "--port", "0"],
        &["demo", "--port", "x"],
        &["demo", "--port", "70000"],
        &["backup", "--config", "x"],
        &["restore", "--config", "x"],
        &["serve", "--config", "x", "y"],
        &["init"],
        &["invite", "--config", "x"],
        &["invite", "--config", "x", "--purpose", "member"],
        &["pin", "--config", "x"],
        &["pin", "--config", "x", "--id", "x", "--words", "y"],
        &["recovery"],
        &["recovery", "new"],
        &["recovery", "new", "--id", "x", "--shares", "17"],
        &["recovery", "new", "--id", "x", "--threshold", "1"],
        &["recovery", "open", "--config", "x", "--to", "y"],
        &["recovery", "open", "--config", "x", "--all"],
        &[
            "recovery", "open", "--config", "x", "--to", "y", "--all", "--case", "z",
        ],
        &["audit"],
        &["audit", "verify"],
    ] {
        let (code, complaint) = ends(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(
            complaint.contains("--help") || complaint.contains("Usage"),
            "{complaint}"
        );
    }
    let help = run(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("backup"));
    assert!(run(&["--version"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn bank_holidays_that_run_out_are_warned_of_and_refuse_nothing() {
    let installation = Installation::write(Base::Sqlite).await;
    let config = &installation.config;
    let casework = config.with_file_name("casework.toml");
    let listed = std::fs::read_to_string(&casework).unwrap();
    let over = |line: &&str| line.starts_with("    \"2027-") || line.starts_with("    \"2028-");
    let kept: Vec<&str> = listed.lines().filter(|line| !over(line)).collect();
    std::fs::write(&casework, kept.join("\n")).unwrap();
    let last = kept.iter().position(|line| line.contains("\"2026-12-28\""));
    let warning = format!(
        "rightline: {}:{}: bank holidays run out",
        casework.display(),
        last.unwrap() + 1
    );
    let (code, said) = ends(&["check", "--config", text(config)]);
    assert_eq!((code, said.lines().count()), (0, 1), "{said}");
    assert!(said.starts_with(&warning), "{said}");
    let process = installation.serve().await;
    assert!(process.stop().await.success());
    let log = std::fs::read_to_string(installation.log()).unwrap();
    assert!(log.contains(&warning), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_the_line_of_a_mistake() {
    let installation = Installation::write(Base::Sqlite).await;
    let config = &installation.config;
    // Whatever day it is, the bank holidays do not run out.
    let casework = config.with_file_name("casework.toml");
    let listed = std::fs::read_to_string(&casework).unwrap();
    let listed = listed.replace("bank_holidays = [", "bank_holidays = [ \"2999-12-25\",");
    std::fs::write(&casework, listed).unwrap();
    assert_eq!(
        ends(&["check", "--config", text(config)]),
        (0, String::new())
    );
    let good = std::fs::read_to_string(config).unwrap();
    let line_of = |part: &str| {
        good.lines()
            .position(|line| line.starts_with(part))
            .unwrap()
            + 1
    };
    for (part, wrong) in [
        ("name = ", "nam = \"x\""),
        ("name = ", "name = \"\""),
        ("origin = ", "origin = \"http://force.example\""),
        ("origin = ", "origin = \"https://force.example/path\""),
        ("id = ", "id = \"xyz\""),
        ("listen = ", "listen = [\"nowhere\"]"),
        ("listen = ", "listen = [\"0.0.0.0:80\"]"),
        ("url = ", "url = \"mysql:x\""),
        ("url = ", "url = \"postgres://a:secret@b/c\""),
        ("pepper = ", "pepper = \"missing\""),
        ("pepper = ", "pepper = 7"),
        ("demonstration = ", "demonstration = \"yes\""),
        ("[server]", "[servers]"),
        ("id = ", "id ="),
    ] {
        let line = line_of(part);
        let lines = good.lines().enumerate();
        let bent: Vec<&str> = lines
            .map(|(number, text)| if number + 1 == line { wrong } else { text })
            .collect();
        let path = config.with_file_name("bent.toml");
        std::fs::write(&path, bent.join("\n")).unwrap();
        for command in ["check", "serve"] {
            let (code, complaint) = ends(&[command, "--config", text(&path)]);
            assert_eq!(code, 1, "{wrong}: {complaint}");
            let place = format!("{}:{line}: ", path.display());
            assert!(complaint.starts_with(&place), "{wrong}: {complaint}");
            assert!(
                complaint.len() > place.len() + 5 && complaint.lines().count() == 1,
                "{complaint}"
            );
            assert!(!complaint.contains("secret@"), "{complaint}");
        }
    }
    // The file beside it too.
    let good = std::fs::read_to_string(&casework).unwrap();
    std::fs::write(&casework, good.replace("severity = 5", "severity = 500")).unwrap();
    let line = 1 + good
        .lines()
        .position(|line| line == "severity = 5")
        .unwrap();
    for command in ["check", "serve"] {
        let (code, complaint) = ends(&[command, "--config", text(config)]);
        let place = format!("{}:{line}: ", casework.display());
        assert_eq!(code, 1);
        assert!(complaint.starts_with(&place), "{complaint}");
    }
    let (code, complaint) = ends(&["check", "--config", "/nowhere/rightline.toml"]);
    assert_eq!(code, 1);
    assert!(
        complaint.starts_with("/nowhere/rightline.toml:1: "),
        "{complaint}"
    );
}

/// What serving says when it cannot begin.
fn serving(installation: &Installation) -> (i32, String) {
    ends(&["serve", "--config", text(&installation.config)])
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_data_and_signatures_end_with_3() {
    let spoil = |what: &'static str| async move {
        let installation = Installation::write(Base::Sqlite).await;
        let store = installation.store().await;
        sql::execute(&store, what).await;
        store.close().await;
        serving(&installation)
    };
    for what in [
        "UPDATE _sqlx_migrations SET version = 900 WHERE version = 1",
        "UPDATE documents SET bytes = zeroblob(300) WHERE kind = 'root'",
        "UPDATE documents SET bytes = zeroblob(300) WHERE kind = 'leads'",
        "UPDATE documents SET bytes = zeroblob(300) WHERE kind = 'team'",
        "DELETE FROM documents WHERE kind = 'team'",
        "DELETE FROM documents WHERE kind = 'leads'",
        "INSERT INTO installation VALUES ('service', 'another')",
    ] {
        let (code, complaint) = spoil(what).await;
        assert_eq!(code, 3, "{what}: {complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
    let other_key = Installation::write(Base::Sqlite).await;
    let key = other_key.dir().join("secrets/service.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    assert_eq!(serving(&other_key).0, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_are_none_are_mistakes_of_the_settings() {
    let installation = Installation::write(Base::Sqlite).await;
    let key = installation.dir().join("secrets/service.key");
    let config = std::fs::read_to_string(&installation.config).unwrap();
    let line = config
        .lines()
        .position(|line| line.starts_with("service_key"))
        .unwrap()
        + 1;
    for wrong in [
        "",
        "cafe",
        &"CAFE".repeat(16),
        &"xyzw".repeat(16),
        &"cafe".repeat(17),
    ] {
        std::fs::write(&key, wrong).unwrap();
        let (code, complaint) = serving(&installation);
        assert_eq!(code, 1, "{complaint}");
        let place = format!("{}:{line}: ", installation.config.display());
        assert!(complaint.starts_with(&place), "{complaint}");
        // What the file held is not repeated.
        for held in ["cafe", "CAFE", "xyzw"] {
            assert!(!complaint.contains(held), "{complaint}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_ends_with_1() {
    let installation = Installation::write(Base::Sqlite).await;
    // The port is taken.
    let address = installation.settings.server.listen[0];
    let taken = std::net::TcpListener::bind(address).unwrap();
    let (code, complaint) = serving(&installation);
    assert_eq!(code, 1);
    assert!(complaint.contains(&address.to_string()), "{complaint}");
    drop(taken);
    // The database cannot be reached.
    let config = std::fs::read_to_string(&installation.config).unwrap();
    let unreachable = format!(
        "url = \"postgres://a@127.0.0.1:{}/b\"",
        postgres::free_port()
    );
    let config = config.replace("url = \"sqlite:data/rightline.sqlite\"", &unreachable);
    std::fs::write(&installation.config, config).unwrap();
    assert_eq!(serving(&installation).0, 1);
    // A folder that holds something else.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let (code, complaint) = ends(&["demo", "--dir", text(folder.path())]);
    assert_eq!(
        (code, complaint.contains("not empty")),
        (1, true),
        "{complaint}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // An address of no database is wrong usage.
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(
        ends(&["demo", "--dir", text(empty.path()), "--database", "mysql:x"]).0,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_written_and_restored_by_command_while_the_service_runs() {
    let installation = Installation::write(Base::Sqlite).await;
    let config = text(&installation.config).to_owned();
    let process = installation.serve().await;
    let to = installation.folder.path().join("backup.sqlite");
    assert_eq!(
        ends(&["backup", "--config", &config, "--to", text(&to)]),
        (0, String::new())
    );
    let (code, complaint) = ends(&["backup", "--config", &config, "--to", text(&to)]);
    assert_eq!(
        (code, complaint.trim()),
        (1, "the file to write exists already")
    );
    let (code, complaint) = ends(&["restore", "--config", &config, "--from", text(&to)]);
    assert_eq!(
        (code, complaint.trim()),
        (1, "the database is not empty; nothing was changed")
    );
    process.kill();

    // An empty database of the same installation.
    for file in std::fs::read_dir(installation.dir().join("data")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let none = installation.folder.path().join("none.sqlite");
    assert_eq!(
        ends(&["restore", "--config", &config, "--from", text(&none)]).0,
        3
    );
    std::fs::write(&none, "no backup").unwrap();
    assert_eq!(
        ends(&["restore", "--config", &config, "--from", text(&none)]).0,
        3
    );
    assert_eq!(
        ends(&["restore", "--config", &config, "--from", text(&to)]),
        (0, String::new())
    );
    installation.serve().await.kill();
}

/// A demonstration that runs, with the line it printed.
fn demonstrate(dir: &Path, port: u16, log: &Path) -> Process {
    let out = std::fs::File::create(log).unwrap();
    let mut command = Command::new(PROGRAM);
    let port = port.to_string();
    command.args(["demo", "--json", "--dir", text(dir), "--port", &port]);
    command.stdout(out).stderr(std::process::Stdio::null());
    Process::spawn(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_prints_one_line_and_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, log) = (folder.path().join("demo"), folder.path().join("out"));
    let mut ids = Vec::new();
    for port in [postgres::free_port(), postgres::free_port()] {
        let mut process = demonstrate(&dir, port, &log);
        process
            .answers(&format!("http://127.0.0.1:{port}/health"))
            .await;
        let printed = wait_for_line(&log).await;
        let said: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let origin = format!("http://localhost:{port}");
        for (name, path) in [
            ("report", "/report"),
            ("return", "/return"),
            ("desk", "/desk"),
            ("without_javascript", "/report/without-javascript"),
        ] {
            assert_eq!(said[name], format!("{origin}{path}"));
        }
        let members = said["members"].as_array().unwrap();
        let labels: Vec<&str> = members
            .iter()
            .map(|member| member["label"].as_str().unwrap())
            .collect();
        assert_eq!(
            labels,
            [
                "Handler-1",
                "Handler-2",
                "Handler-3",
                "Handler-4",
                "Handler-5",
                "Custodian-1",
                "Lead-1",
                "Lead-2",
                "Administrator-1",
                "Auditor-1",
                "Authority-1",
                "Authority-2",
                "Investigator-1",
                "Investigator-2",
                "Investigator-3",
                "Investigator-4",
                "Investigator-5",
                "Investigator-6",
                "Investigator-7",
                "Investigator-8",
                "Support-1",
                "Support-2",
            ]
        );
        assert_eq!(members[6]["roles"], serde_json::json!(["lead"]));
        assert_eq!(members[6]["team"], "leads");
        assert_eq!(members[8]["roles"], serde_json::json!(["administrator"]));
        assert_eq!(members[9]["team"], "oversight");
        for member in members {
            let mut names: Vec<&String> = member.as_object().unwrap().keys().collect();
            names.sort();
            assert_eq!(names, ["label", "passphrase", "roles", "team"]);
        }
        assert!(process.stop().await.success());
        ids.push((
            Settings::load(&dir.join("rightline.toml"))
                .unwrap()
                .service
                .id,
            said["members"].clone(),
        ));
    }
    assert_eq!(ids[0], ids[1]);
    // Nobody else on the machine reads its files.
    for file in [
        "secrets/service.key",
        "secrets/pepper.key",
        "data/rightline.sqlite",
        "demonstration/members.json",
    ] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(dir.join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
}

async fn wait_for_line(log: &PathBuf) -> String {
    for _ in 0..6_000 {
        let printed = std::fs::read_to_string(log).unwrap();
        if printed.ends_with('\n') {
            assert_eq!(printed.lines().count(), 1, "{printed}");
            return printed;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nothing was printed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_a_database_address_becomes_a_secret_file() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let url = postgres::database()
        .await
        .replace("tests@", "tests:hush-hush@");
    demo::install(&dir, 1_234, Some(&url), &Clock::machine())
        .await
        .unwrap();
    let config = std::fs::read_to_string(dir.join("rightline.toml")).unwrap();
    assert!(!config.contains("hush-hush"), "{config}");
    let password = std::fs::read_to_string(dir.join("secrets/database.password")).unwrap();
    assert_eq!(password, "hush-hush");
    let settings = Settings::load(&dir.join("rightline.toml")).unwrap();
    Store::open(&settings.database).await.unwrap().close().await;
}
