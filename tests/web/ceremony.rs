//! The first day by command: a new installation, its links, its id in the settings, its recovery and its trail.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rightline::directory::store::note_installation;
use rightline::keys::Keys;
use rightline::protocol::directory::{Root, sign_root};
use rightline::protocol::recovery::PublicHalf;
use rightline::protocol::signing::SigningKey;
use rightline::protocol::{Digest, ServiceId};
use rightline::recovery::shares::{Share, join, set_of};
use rightline::secret::LinkSecret;
use rightline::settings::Settings;
use rightline::staff::store::invitations::invitations;
use rightline::store::Store;
use serde_json::Value;

use crate::both;
use crate::support::member::b64;
use crate::support::{Base, Installation, Process, postgres, process, sql};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rightline");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The code, the standard output and the complaint.
fn ends(arguments: &[&str]) -> (i32, String, String) {
    let output = run(arguments);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A new installation that was written by command.
struct Begun {
    folder: tempfile::TempDir,
    dir: PathBuf,
    config: PathBuf,
    port: u16,
    lead: String,
    administrator: String,
}

impl Begun {
    async fn new(base: Base) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let dir = folder.path().join("new");
        let port = postgres::free_port();
        let origin = format!("http://localhost:{port}");
        let listen = format!("127.0.0.1:{port}");
        let mut arguments = vec!["init", "--dir", text(&dir), "--name", "A \"new\" force"];
        arguments.extend(["--origin", &origin, "--listen", &listen, "--json"]);
        let url = base.url().await;
        if let Some(url) = &url {
            arguments.extend(["--database", url]);
        }
        let (code, printed, complaint) = ends(&arguments);
        assert_eq!((code, complaint.as_str()), (0, ""));
        assert_eq!(printed.lines().count(), 1, "{printed}");
        let said: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(said.as_object().unwrap().len(), 3);
        let link = |name: &str| said[name].as_str().unwrap().to_owned();
        Self {
            config: dir.join("rightline.toml"),
            lead: link("lead"),
            administrator: link("administrator"),
            folder,
            dir,
            port,
        }
    }

    async fn store(&self) -> Store {
        Store::open(&Settings::load(&self.config).unwrap().database)
            .await
            .unwrap()
    }

    /// Asks the running service what a link is for.
    async fn purpose(&self, link: &str) -> Option<String> {
        let (_, secret) = link.split_once('#').unwrap();
        let answer = reqwest::Client::new()
            .post(format!("http://127.0.0.1:{}/api/1/enrol/open", self.port))
            .header("rightline-desk", "1")
            .header("origin", format!("http://localhost:{}", self.port))
            .header("sec-fetch-site", "same-origin")
            .json(&serde_json::json!({ "secret": secret }))
            .send()
            .await
            .unwrap();
        if answer.status() == 404 {
            return None;
        }
        let answer: Value = answer.json().await.unwrap();
        Some(answer["purpose"].as_str().unwrap().to_owned())
    }
}

both!(
    a_new_installation_has_settings_secrets_and_two_links,
    |base| {
        let begun = Begun::new(base).await;
        let mode = |path: &str| {
            let path = begun.dir.join(path);
            path.metadata().unwrap().permissions().mode() & 0o777
        };
        for folder in ["", "secrets", "data"] {
            assert_eq!(mode(folder), 0o700, "{folder}");
        }
        for file in [
            "rightline.toml",
            "casework.toml",
            "secrets/service.key",
            "secrets/pepper.key",
        ] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
        let written = std::fs::read_to_string(&begun.config).unwrap();
        assert!(
            written.contains("# The address reporters type"),
            "{written}"
        );
        let settings = Settings::load(&begun.config).unwrap();
        assert_eq!(settings.service.name, "A \"new\" force");
        assert!(!settings.service.is_pinned() && settings.desk.second_factor);
        let config = text(&begun.config);
        assert_eq!(ends(&["check", "--config", config]).0, 0);
        let [service, pepper] = ["service.key", "pepper.key"]
            .map(|name| std::fs::read_to_string(begun.dir.join("secrets").join(name)).unwrap());
        assert_ne!(service, pepper);

        // The database knows the links by their tags alone, and the trail begins.
        let store = begun.store().await;
        let secrets = &settings.secrets;
        let keys = Keys::load(&secrets.service_key, &secrets.pepper).unwrap();
        let kept = invitations(&store, 0, &[], 9).await.unwrap();
        assert_eq!(kept.len(), 2);
        for link in [&begun.lead, &begun.administrator] {
            let origin = format!("http://localhost:{}/enrol#", begun.port);
            let secret = hex::decode(link.strip_prefix(&origin).unwrap()).unwrap();
            assert_eq!(secret.len(), 32);
            let plain = Digest::of(&secret);
            assert!(kept.iter().all(|one| one.digest != plain.as_bytes()));
            let secret = LinkSecret::new(secret.try_into().unwrap());
            let tag = keys.link(&secret);
            assert!(kept.iter().any(|one| one.digest == tag));
        }
        assert_eq!(sql::count(&store, "audit").await, 1);
        store.close().await;
        let verified = ends(&["audit", "verify", "--config", config]);
        assert_eq!(verified, (0, "intact 1\n".to_owned(), String::new()));

        // It can be served as it is, and the links are what they say.
        let log = begun.folder.path().join("log");
        let mut serving = Process::spawn(process::program(&begun.config, &log));
        serving
            .answers(&format!("http://127.0.0.1:{}/health", begun.port))
            .await;
        assert_eq!(begun.purpose(&begun.lead).await.as_deref(), Some("lead"));
        let administrator = begun.purpose(&begun.administrator).await;
        assert_eq!(administrator.as_deref(), Some("administrator"));

        // Another link takes the place of the one before, and of no other.
        let (code, link, complaint) = ends(&["invite", "--config", config, "--purpose", "lead"]);
        assert_eq!(code, 0, "{complaint}");
        let link = link.trim();
        assert_eq!(begun.purpose(link).await.as_deref(), Some("lead"));
        assert_eq!(begun.purpose(&begun.lead).await, None);
        assert!(begun.purpose(&begun.administrator).await.is_some());
        serving.kill();

        // Once somebody has enrolled as such, there are no more.
        let store = begun.store().await;
        sql::execute(
            &store,
            "INSERT INTO members (id, label, salt, login, vault, state, founding) \
         SELECT digest, 'One', digest, digest, digest, 'enrolled', 'lead' FROM invitations \
         WHERE purpose = 'lead' AND used = 0",
        )
        .await;
        store.close().await;
        let (code, link, complaint) = ends(&["invite", "--config", config, "--purpose", "lead"]);
        assert_eq!((code, link.as_str()), (1, ""), "{complaint}");
        assert!(complaint.starts_with("the first lead has enrolled already"));
        assert_eq!(
            ends(&["invite", "--config", config, "--purpose", "administrator"]).0,
            0
        );
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_become_an_installation_leaves_nothing_behind() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = folder.path().join("new");
    let try_with = |changed: &[(&str, &str)]| {
        let usual = [("--name", "Force"), ("--origin", "http://localhost:1")];
        let mut arguments = vec!["init", "--dir", text(&dir)];
        for (name, value) in usual.iter().chain(changed) {
            if !changed.iter().any(|(other, _)| other == name) {
                arguments.extend([*name, *value]);
            }
        }
        for (name, value) in changed.iter().filter(|(_, value)| !value.is_empty()) {
            arguments.extend([*name, *value]);
        }
        let (code, printed, complaint) = ends(&arguments);
        assert_eq!(printed, "");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        (code, complaint)
    };
    let unreachable = format!("postgres://a:hush@127.0.0.1:{}/b", postgres::free_port());
    for (changed, code, part) in [
        // Nobody can be asked here.
        (&[("--name", "")][..], 2, "--name is needed"),
        (&[("--origin", "")], 2, "--origin is needed"),
        (
            &[("--origin", "http://force.example")],
            2,
            "the origin is https://",
        ),
        (&[("--listen", "0.0.0.0:8080")], 2, "loopback"),
        (&[("--database", "mysql:x")], 2, "sqlite:PATH"),
        (&[("--database", &unreachable)], 1, "reached"),
    ] {
        let (ended, complaint) = try_with(changed);
        assert_eq!(ended, code, "{complaint}");
        assert!(complaint.contains(part), "{complaint}");
        assert!(!complaint.contains("hush"), "{complaint}");
        assert!(!dir.exists(), "{changed:?}");
    }
    // A folder that holds something, and a database that does.
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("mine.txt"), "mine").unwrap();
    assert_eq!(
        try_with(&[]),
        (
            1,
            "the folder is not empty; nothing was written\n".to_owned()
        )
    );
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1);
    std::fs::remove_file(dir.join("mine.txt")).unwrap();
    let other = Installation::write(Base::Sqlite).await;
    let url = format!(
        "sqlite:{}",
        other.dir().join("data/rightline.sqlite").display()
    );
    let (code, complaint) = try_with(&[("--database", &url)]);
    assert_eq!(
        (code, complaint.as_str()),
        (1, "the database is not empty; nothing was written to it\n")
    );
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
    let store = other.store().await;
    assert_eq!(sql::count(&store, "invitations").await, 0);
    store.close().await;
}

#[test]
fn what_is_missing_is_asked_for_on_a_terminal() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = folder.path().join("new");
    let command = format!(
        "{PROGRAM} init --dir {} --listen 127.0.0.1:1",
        dir.display()
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The name, nothing and then an origin, the usual database.
    let typed = b"A force\n\nhttp://localhost:1\n\n";
    std::io::Write::write_all(terminal.stdin.as_mut().unwrap(), typed).unwrap();
    let output = terminal.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(
        said.matches("The address that reporters type").count(),
        2,
        "{said}"
    );
    assert!(!said.contains("Where to listen"), "{said}");
    for part in [
        "First lead",
        "First administrator",
        "pepper.key",
        "rightline serve --config",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let settings = Settings::load(&dir.join("rightline.toml")).unwrap();
    assert_eq!(settings.service.name, "A force");
    assert!(dir.join("data/rightline.sqlite").exists());
}

both!(
    the_settings_pin_what_the_database_and_a_person_agree_on,
    |base| {
        let installation = Installation::write(base).await;
        let id = installation.id();
        let config = text(&installation.config).to_owned();
        let pinned = std::fs::read_to_string(&config).unwrap();
        let line = format!("id = \"{id}\"\n");
        let unpinned = pinned.replace(&line, "id = \"\"\n");
        assert_ne!(pinned, unpinned);
        std::fs::write(&config, &unpinned).unwrap();
        let words = id.words().join(" ");
        let other = ServiceId::new([7; 32]);
        let refused = |arguments: &[&str], code: i32, part: &str| {
            let ended = ends(&[&["pin", "--config", &config], arguments].concat());
            assert_eq!((ended.0, ended.1.as_str()), (code, ""), "{}", ended.2);
            assert!(ended.2.contains(part), "{}", ended.2);
            assert_eq!(std::fs::read_to_string(&config).unwrap(), unpinned);
        };
        refused(
            &["--words", &words],
            1,
            "nobody has founded the service yet",
        );
        let store = installation.store().await;
        note_installation(&store, "service", &id.to_string())
            .await
            .unwrap();
        store.close().await;
        refused(&["--id", "abc"], 2, "64 lower-case hex digits");
        refused(&["--words", "one two"], 2, "word");
        refused(&["--id", &other.to_string()], 3, &words);
        refused(&["--words", &other.words().join(" ")], 3, &words);

        let (code, said, complaint) = ends(&["pin", "--config", &config, "--words", &words]);
        assert_eq!((code, complaint.as_str()), (0, ""));
        assert!(
            said.contains(&id.to_string()) && said.contains(&words),
            "{said}"
        );
        assert_eq!(std::fs::read_to_string(&config).unwrap(), pinned);
        assert_eq!(ends(&["check", "--config", &config]).0, 0);
        let (code, said, _) = ends(&["pin", "--config", &config, "--id", &id.to_string()]);
        assert!(code == 0 && said.contains("already"), "{said}");
        // Settings that pin another service are not changed.
        let foreign = pinned.replace(&line, &format!("id = \"{other}\"\n"));
        std::fs::write(&config, &foreign).unwrap();
        let (code, _, complaint) = ends(&["pin", "--config", &config, "--words", &words]);
        assert_eq!(code, 1, "{complaint}");
        assert_eq!(std::fs::read_to_string(&config).unwrap(), foreign);
        // A database whose genesis is another's.
        std::fs::write(&config, &unpinned).unwrap();
        let store = installation.store().await;
        sql::execute(&store, "DELETE FROM documents WHERE kind = 'leads'").await;
        store.close().await;
        refused(&["--words", &words], 3, "genesis");
    }
);

#[test]
fn a_recovery_is_drawn_and_printed_once() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("recovery.json");
    let id = "ab".repeat(32);
    let new = |more: &[&str]| ends(&[&["recovery", "new", "--id", &id], more].concat());
    let (code, printed, complaint) =
        new(&["--shares", "4", "--threshold", "2", "--to", text(&file)]);
    assert_eq!((code, complaint.as_str()), (0, ""));
    let written = std::fs::read(&file).unwrap();
    let public: PublicHalf = serde_json::from_slice(&written).unwrap();
    assert_eq!((public.threshold, public.shares), (2, 4));
    assert!(printed.contains(&public.words().join(" ")));
    // Each share stands on a line of its own, below its number.
    let lines: Vec<&str> = printed.lines().collect();
    let shares: Vec<Share> = (1..=4)
        .map(|number| {
            let heading = format!("Share {number} of 4");
            let place = lines.iter().position(|line| *line == heading).unwrap();
            Share::parse(lines[place + 1]).unwrap()
        })
        .collect();
    assert!(
        shares
            .iter()
            .all(|share| share.set() == set_of(&public.recipient))
    );
    let service = id.parse().unwrap();
    for pair in [[0, 3], [2, 1]] {
        let pair = pair.map(|place| Share::parse(&shares[place].words()).unwrap());
        let keys = rightline::protocol::recovery::Keys::new(&join(&pair).unwrap(), &service);
        assert_eq!(keys.public(&service, 2, 4), public);
    }
    // Another is drawn each time, and nothing is written over.
    let (code, _, complaint) = new(&["--to", text(&file)]);
    assert_eq!(code, 1);
    assert!(complaint.contains("cannot be written"), "{complaint}");
    assert_eq!(std::fs::read(&file).unwrap(), written);
    let last = |printed: &str| printed.lines().last().unwrap().to_owned();
    let (one, two) = (new(&[]), new(&[]));
    assert_ne!(last(&one.1), last(&two.1));
    let public: PublicHalf = serde_json::from_str(&last(&one.1)).unwrap();
    assert_eq!((public.threshold, public.shares), (3, 5));
    assert_eq!(new(&["--shares", "2"]).0, 2);
    assert_eq!(ends(&["recovery", "new", "--id", "abc"]).0, 2);
}

both!(a_recovery_belongs_to_a_service_that_is_founded, |base| {
    let begun = Begun::new(base).await;
    let config = text(&begun.config);
    let ended = ends(&["recovery", "new", "--config", config]);
    assert_eq!(
        ended,
        (
            1,
            String::new(),
            "nobody has founded the service yet\n".to_owned()
        )
    );
});

both!(
    the_trail_is_verified_by_command_and_holds_what_commands_do,
    |base| {
        let installation = Installation::write(base).await;
        let config = text(&installation.config).to_owned();
        let verified = || ends(&["audit", "verify", "--config", &config]);
        assert_eq!(verified(), (0, "intact 0\n".to_owned(), String::new()));
        let to = installation.folder.path().join("backup.sqlite");
        assert!(
            installation
                .run("backup", "--to", &to)
                .await
                .status
                .success()
        );
        // It exists already: the trail says that this one was tried, and how it ended.
        assert!(
            !installation
                .run("backup", "--to", &to)
                .await
                .status
                .success()
        );
        assert_eq!(verified().1, "intact 3\n");
        let copy = installation.again(base).await;
        assert!(copy.run("restore", "--from", &to).await.status.success());
        let store = copy.store().await;
        let rows = rightline::audit::store::page(&store, 0, &Default::default(), 10)
            .await
            .unwrap();
        store.close().await;
        let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
        assert_eq!(acts, ["backup", "restore"]);
        for row in &rows {
            let said: Value = serde_json::from_slice(&row.payload).unwrap();
            assert_eq!((&said["by"], &said["who"]), (&"command".into(), &"".into()));
        }
        let copied = ends(&["audit", "verify", "--config", text(&copy.config)]);
        assert_eq!(copied, (0, "intact 2\n".to_owned(), String::new()));

        let store = installation.store().await;
        sql::execute(&store, "UPDATE audit SET act = 'nothing' WHERE number = 2").await;
        store.close().await;
        let (code, said, complaint) = verified();
        assert_eq!((code, said.as_str()), (3, "broken at 2\n"), "{complaint}");
    }
);

both!(
    a_new_service_key_is_taken_into_use_while_no_reports_are_taken,
    |base| {
        let installation = Installation::write(base).await;
        let key = installation.dir().join("secrets/service.key");
        std::fs::write(&key, "ab".repeat(32)).unwrap();
        let config = text(&installation.config).to_owned();
        let (code, _, complaint) = ends(&["serve", "--config", &config]);
        assert_eq!(code, 3);
        assert!(complaint.contains("open = false"), "{complaint}");
        let written = std::fs::read_to_string(&config).unwrap();
        let closed = written.replace("[service]\n", "[service]\nopen = false\n");
        std::fs::write(&config, closed).unwrap();
        let process = installation.serve().await;
        let lead = installation.desk("Lead-1").await;
        let current = installation.directory().await;
        let root = Root {
            serial: current.root().serial + 1,
            previous: current.pin().digest,
            service_key: SigningKey::new(&"ab".repeat(32).parse().unwrap()).verifying_key(),
            ..current.root().clone()
        };
        let signed = sign_root(&lead.vault.signing_key(), &root);
        let body = serde_json::json!({ "leads": [], "teams": [], "root": b64(signed.as_bytes()) });
        let answer = lead
            .post(&installation, "/api/1/desk/directory", body)
            .await;
        assert_eq!(answer.status(), 201);
        process.kill();
        std::fs::write(&config, written).unwrap();
        let process = installation.serve().await;
        assert_eq!(*installation.directory().await.root(), root);
        process.kill();
    }
);
