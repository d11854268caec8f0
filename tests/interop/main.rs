//! Each language opens what the other sealed a moment ago (`vectors/README.md`, "Interop").

mod made;
mod read;
#[path = "../vectors/sealer.rs"]
#[expect(dead_code, reason = "shared with the vectors, which use all of it")]
mod sealer;
mod work;
#[path = "../vectors/world.rs"]
#[expect(dead_code, reason = "shared with the vectors, which use all of it")]
mod world;

use std::fs;
use std::path::Path;
use std::process::Command;

use rightline::protocol::bytes::Blob;
use rightline::protocol::json;
use rightline::protocol::message::Stage;
use rightline::protocol::signing::Signed;
use rightline::protocol::{MemberId, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One whole case.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    service: ServiceId,
    directory: Documents,
    members: Vec<Seeds>,
    token: String,
    container: Blob,
    parties: Value,
    body: Value,
    identity: Value,
    receipt: Signed,
    attest: Attested,
    declarations: Vec<Signed>,
    epochs: Vec<Signed>,
    rows: Vec<Row>,
    live: Vec<Live>,
    changes: Vec<Changed>,
    to_reporter: Vec<ToReporter>,
    from_reporter: Vec<FromReporter>,
    stage: Stage,
    mailbox: Mailbox,
    vault: VaultFile,
    ring: RingFile,
    application: Applied,
    trail: Trail,
    work: work::Work,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Documents {
    genesis: Signed,
    leads: Vec<Signed>,
    root: Signed,
    teams: Vec<Signed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeds {
    member: MemberId,
    open: String,
    sign: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attested {
    challenge: rightline::protocol::Digest,
    signed: Signed,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    row: Signed,
    sealed: Option<Blob>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(deny_unknown_fields)]
struct Live {
    member: MemberId,
    epoch: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    signed: Signed,
    keep: Blob,
    token: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToReporter {
    stub: Signed,
    case_file: Blob,
    reporter_file: Blob,
    body: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FromReporter {
    stub: Signed,
    file: Blob,
    body: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mailbox {
    challenge: Blob,
    request: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VaultFile {
    member: MemberId,
    label: String,
    passphrase: String,
    salt: String,
    pepper: String,
    login: String,
    prf: String,
    file: Blob,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingFile {
    member: MemberId,
    file: Blob,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Applied {
    signed: Signed,
    words: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trail {
    rows: Vec<Blob>,
    head: Signed,
}

#[test]
fn each_language_opens_what_the_other_sealed() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist-interop/interop.mjs");
    assert!(
        script.exists(),
        "build the pages first: npm run build in web/"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let ours = folder.path().join("rust");
    fs::create_dir(&ours).expect("makes the folder");
    let world = world::World::new();
    for mode in ["confidential", "anonymous"] {
        let case = made::case(&world, mode);
        read::check(&case);
        fs::write(ours.join(format!("{mode}.json")), json::write(&case)).expect("writes");
    }
    let run = Command::new("node")
        .arg(&script)
        .arg(folder.path())
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success(),
        "TypeScript refused what Rust sealed: {said}"
    );
    let theirs: Vec<_> = fs::read_dir(folder.path().join("ts"))
        .expect("the folder")
        .collect();
    assert!(!theirs.is_empty(), "TypeScript made no case");
    for file in theirs {
        let path = file.expect("an entry").path();
        eprintln!("{}", path.display());
        let case: CaseFile = json::read(&fs::read(&path).expect("reads")).expect("of the format");
        read::check(&case);
    }
}
