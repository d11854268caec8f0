//! Sign-ins: how much slower reporters are served while 64 members sign in again and again.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use rightline::protocol::vault::Stretched;
use rightline::secret::Passphrase;
use serde_json::{Value, json};

use crate::client::{Connection, head};
use crate::figure::{Figure, rate, round};
use crate::support::{Base, Site};
use crate::{Bench, load, resident};

/// Who sends reports meanwhile.
const REPORTERS: usize = 8;
const MEMBERS: usize = 64;
/// The least of their pace that reporters keep.
const LEAST: f64 = 0.5;
/// The most memory, in MiB.
const MOST: f64 = 120.0;

impl Bench {
    pub(crate) async fn sign_ins(&mut self, base: Base) {
        let kind = format!("{base:?}").to_lowercase();
        eprintln!("sign-in/{kind}/{MEMBERS}");
        let (alone, _, _) = self.reporting(base, 0).await;
        let (beside, mut signing, memory) = self.reporting(base, MEMBERS).await;
        let baseline = alone.per_second.unwrap_or(0.0);
        let ratio = beside.per_second.unwrap_or(0.0) / baseline;
        signing.name = format!("sign-in/{kind}/{MEMBERS}");
        self.figures.push(signing);
        self.figures.push(Figure {
            name: format!("submit/{kind}/{REPORTERS}-beside-sign-in"),
            baseline: Some(baseline),
            ratio: Some(round(ratio)),
            holds: Some(ratio >= LEAST),
            ..beside
        });
        let name = format!("memory/sign-in/{kind}");
        self.figures
            .push(Figure::value(&name, "MiB", memory, Some(MOST)));
    }

    /// Sends reports while so many members sign in; gives both figures and the memory of the service.
    async fn reporting(&self, base: Base, members: usize) -> (Figure, Figure, f64) {
        let ground = self.grounds.fresh(base).await;
        let process = self.grounds.serve(&ground).await;
        let site = self.grounds.site();
        let asked = requests(site).await;
        let over = Cell::new(false);
        let seen = RefCell::new((Vec::new(), 0));
        let begun = Instant::now();
        let signing = (0..members).map(|member| {
            let (head, body) = &asked[member % asked.len()];
            let (over, seen, address) = (&over, &seen, self.address);
            async move {
                let mut connection = Connection::open(address).await.unwrap();
                while !over.get() {
                    let asked = Instant::now();
                    let answer = connection.send(head, body).await;
                    let mut seen = seen.borrow_mut();
                    seen.0.push(asked.elapsed());
                    seen.1 += usize::from(!matches!(answer, Ok(answer) if answer.status == 200));
                }
            }
        });
        let sending = async {
            let run = load::submit(self.address, &self.reports, REPORTERS, self.window).await;
            over.set(true);
            run
        };
        let (mut run, _) = join(sending, join_all(signing)).await;
        let spent = begun.elapsed();
        let memory = resident(process.id());
        process.kill();
        let (mut times, refused): (Vec<Duration>, usize) = seen.into_inner();
        let per_second = rate(times.len() - refused, spent);
        let signing = Figure {
            per_second: Some(per_second),
            refused: Some(refused),
            ..Figure::times("", "ms", 1e3, &mut times)
        };
        let reporting = Figure {
            per_second: Some(rate(run.taken, run.window)),
            refused: Some(run.refused),
            ..Figure::times("", "ms", 1e3, &mut run.times)
        };
        (reporting, signing, memory)
    }
}

/// The requests by which members sign in, each head with its body. Passphrases are stretched beforehand,
/// as they are in each member's own browser.
async fn requests(site: &Site) -> Vec<(String, Vec<u8>)> {
    let path = "/api/1/desk/sign-in";
    let head = head("POST", path, "application/json")
        + &format!(
            "Rightline-Desk: 1\r\nOrigin: {}\r\nSec-Fetch-Site: same-origin\r\n",
            site.page_origin()
        );
    let mut requests = Vec::new();
    for person in &site.people {
        let asked = site
            .http
            .post(site.url("/api/1/desk/parameters"))
            .header("rightline-desk", "1")
            .header("origin", site.page_origin())
            .json(&json!({ "label": person.label }));
        let parameters: Value = asked.send().await.unwrap().json().await.unwrap();
        let salt = hex::decode(parameters["salt"].as_str().unwrap()).unwrap();
        let passphrase = Passphrase::new(person.passphrase.to_string());
        let stretched = Stretched::new(&passphrase, &salt.try_into().unwrap());
        let login = stretched.login(&site.id()).to_hex().to_string();
        let body = json!({ "label": person.label, "login": login, "code": "" });
        requests.push((head.clone(), serde_json::to_vec(&body).unwrap()));
    }
    requests
}
