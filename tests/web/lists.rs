//! `/api/1/desk`: lists of many cases, and the ring.

use actix_web::web::Bytes;
use reqwest::Method;
use rightline::protocol::hybrid::MemberIdentity;
use rightline::protocol::{framing, sealing};
use rightline::report::store::{Arrival, Kept, keep_alone};
use rightline::secret::OpenSeed;
use serde_json::{Value, json};

use crate::both;
use crate::support::member::{b64, bytes, call};
use crate::support::refusal::{broken, refused};
use crate::support::{Base, Desk, TestApp};

/// Keeps reports of many days for one member, as the service would have.
async fn many(app: &TestApp, desk: &Desk, count: u32) {
    for number in 0..count {
        let own = |kind: u8| {
            let mut id = [kind; 32];
            id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
            id
        };
        let part = Bytes::from_static(b"sealed");
        let arrival = Arrival {
            case: own(1),
            lookup: own(2),
            reporter_key: own(3),
            submission: own(4),
            day: app
                .today()
                .plus_days(-i32::try_from(number % 7).unwrap())
                .to_string(),
            route: "intake",
            team: "intake".to_owned(),
            statement: part.clone(),
            parties: part.clone(),
            body: part.clone(),
            identity: part.clone(),
            grants: vec![(*desk.vault.member.as_bytes(), part)],
            clocks: Vec::new(),
            receipt: b"receipt".to_vec(),
        };
        assert_eq!(keep_alone(app.store(), arrival).await, Ok(Kept::New));
    }
}

async fn page(app: &TestApp, desk: &Desk, query: &str) -> (Vec<(String, String)>, Value) {
    let answer = desk.get(app, &format!("/api/1/desk/cases?{query}")).await;
    assert_eq!(answer.status(), 200, "{query}");
    let answer: Value = answer.json().await.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = answer["cases"].as_array().unwrap().iter();
    (
        rows.map(|row| (text(&row["day"]), text(&row["case"])))
            .collect(),
        answer["next"].clone(),
    )
}

/// Every page, one after the other.
async fn all(app: &TestApp, desk: &Desk, query: &str) -> Vec<Vec<(String, String)>> {
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        let (rows, next) = page(app, desk, &format!("{query}{after}")).await;
        pages.push(rows);
        match next.as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return pages,
        }
    }
}

both!(lists_are_paged_without_loss_or_repetition, |base| {
    let app = TestApp::start(base).await;
    let desk = app.desk("Handler-1").await;
    many(&app, &desk, 250).await;
    let pages = all(&app, &desk, "list=new&limit=50").await;
    assert!(pages.iter().all(|page| page.len() == 50 || page.is_empty()));
    let listed: Vec<_> = pages.concat();
    let mut sorted = listed.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((listed.len(), &listed), (250, &sorted));
    // Any size of page gives the same list; fifty is the default, two hundred the most.
    assert_eq!(all(&app, &desk, "list=new&limit=73").await.concat(), listed);
    assert_eq!(page(&app, &desk, "list=new").await.0, listed[..50]);
    assert_eq!(
        page(&app, &desk, "list=new&limit=100000").await.0,
        listed[..200]
    );
    assert_eq!(page(&app, &desk, "list=new&limit=0").await.0, listed[..1]);

    // What is declared while a member reads moves nothing.
    let (first, next) = page(&app, &desk, "list=new&limit=50").await;
    for (_, case) in &first[10..30] {
        assert_eq!(
            desk.declare(&app, case.parse().unwrap(), false)
                .await
                .status(),
            200
        );
    }
    let next = next.as_str().unwrap();
    assert_eq!(
        page(&app, &desk, &format!("list=new&limit=50&after={next}"))
            .await
            .0,
        listed[50..100]
    );
    let mine = all(&app, &desk, "list=mine&limit=7").await.concat();
    assert_eq!(mine, listed[10..30]);
    assert_eq!(
        all(&app, &desk, "list=new&limit=50").await.concat().len(),
        230
    );
    // To others none of it is there.
    assert!(
        app.desk("Handler-2")
            .await
            .list(&app, "new")
            .await
            .is_empty()
    );
});

#[tokio::test(flavor = "multi_thread")]
async fn queries_of_another_form_are_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    for query in [
        "",
        "list=all",
        "list=New",
        "list=new&list=mine",
        "list=new&limit=-1",
        "list=new&limit=x",
        "list=new&after=x",
        "list=new&more=1",
        "limit=50",
    ] {
        let answer = desk.get(&app, &format!("/api/1/desk/cases?{query}")).await;
        refused(answer, 400, "malformed").await;
    }
    // A case that is not the member's is the beginning.
    let (rows, next) = page(&app, &desk, &format!("list=new&after={}", "7".repeat(64))).await;
    assert_eq!((rows.len(), next), (0, Value::Null));
}

const RING: &str = "/api/1/desk/ring";

fn sealed_ring(desk: &Desk, content: &str) -> Vec<u8> {
    let recipient = desk.vault.identity().recipient().clone();
    sealing::seal(&framing::frame(content.as_bytes()).unwrap(), &[recipient]).unwrap()
}

async fn put(app: &TestApp, desk: &Desk, revision: u64, ring: &[u8]) -> reqwest::Response {
    let body = json!({ "revision": revision, "ring": b64(ring) });
    call(app, &desk.cookie, Method::PUT, RING, Some(body)).await
}

both!(a_ring_is_replaced_only_by_who_has_read_it, |base| {
    let app = TestApp::start(base).await;
    let (desk, other) = (app.desk("Handler-1").await, app.desk("Handler-1").await);
    let ring = async |desk: &Desk| desk.get(&app, RING).await.json::<Value>().await.unwrap();
    assert_eq!(ring(&desk).await, json!({ "revision": 0, "ring": null }));
    let (first, second) = (sealed_ring(&desk, "first"), sealed_ring(&desk, "second"));
    refused(put(&app, &desk, 1, &first).await, 409, "stale").await;
    let answer = put(&app, &desk, 0, &first).await;
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "revision": 1 })
    );
    // The other browser of the same member has not read it yet.
    refused(put(&app, &other, 0, &second).await, 409, "stale").await;
    let read = ring(&other).await;
    assert_eq!(
        (read["revision"].as_u64(), bytes(&read["ring"])),
        (Some(1), first)
    );
    assert_eq!(put(&app, &other, 1, &second).await.status(), 200);
    refused(put(&app, &desk, 1, &second).await, 409, "stale").await;
    assert_eq!(bytes(&ring(&desk).await["ring"]), second);
    // Another member's is another.
    assert_eq!(ring(&app.desk("Handler-2").await).await["revision"], 0);
});

#[tokio::test(flavor = "multi_thread")]
async fn only_sealed_rings_are_kept() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    let recipient = desk.vault.identity().recipient().clone();
    let second = MemberIdentity::new(&OpenSeed::new([1; 32]))
        .recipient()
        .clone();
    let classical = age::x25519::Identity::generate().to_public();
    let good = sealed_ring(&desk, "{}");
    for wrong in [
        b"{\"cases\":[]}".to_vec(),
        Vec::new(),
        good[..900].to_vec(),
        age::encrypt(&classical, &[0; 4_096]).unwrap(),
        sealing::seal(&[0; 4_096], &[recipient, second]).unwrap(),
    ] {
        broken(put(&app, &desk, 0, &wrong).await, "A4").await;
    }
    for body in [
        json!({ "revision": 0 }),
        json!({ "revision": 0, "ring": null }),
        json!({ "revision": -1, "ring": b64(&good) }),
        json!({ "revision": 0.5, "ring": b64(&good) }),
        json!({ "revision": 0, "ring": b64(&good), "more": 1 }),
    ] {
        let answer = call(&app, &desk.cookie, Method::PUT, RING, Some(body)).await;
        refused(answer, 400, "malformed").await;
    }
    assert_eq!(put(&app, &desk, 0, &good).await.status(), 200);
}
