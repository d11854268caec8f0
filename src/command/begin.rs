//! The commands of the first day: a new installation, links, and the service id in the settings.

use std::io::Write as _;
use std::net::SocketAddr;

use rightline::ambient::Clock;
use rightline::init::{self, Claim, Founder, HOURS, Wishes, Written};
use rightline::protocol::ServiceId;

use super::arguments::{Config, Init, Pin, Purpose};
use super::failure::{COULD_NOT, USAGE};
use super::{Failure, asking, with};

const LISTEN: &str = "127.0.0.1:8080";
const DATABASE: &str = "sqlite:data/rightline.sqlite";

/// Writes a new installation.
pub(crate) async fn init(asked: Init) -> Result<(), Failure> {
    // Before anybody is asked anything.
    if !init::files::is_free(&asked.dir).map_err(|error| Failure::new(COULD_NOT, error.kind()))? {
        return Err(init::InitError::Occupied.into());
    }
    let name = asking::wish("--name", asked.name, "The force's name", None)?;
    let question = "The address that reporters type (https://host)";
    let origin = asking::wish("--origin", asked.origin, question, None)?;
    let question = "The database (sqlite:PATH or postgres://user@host:port/name)";
    let database = asking::wish("--database", asked.database, question, Some(DATABASE))?;
    let listen = asked.listen.map(|address| address.to_string());
    let listen = asking::wish(
        "--listen",
        listen,
        "Where to listen (IP:PORT)",
        Some(LISTEN),
    )?;
    let wishes = Wishes {
        name,
        origin,
        database: (database != DATABASE).then_some(database),
        listen: listen
            .parse::<SocketAddr>()
            .map_err(|_| Failure::new(USAGE, "where to listen is IP:PORT"))?,
    };
    let written = init::init(&asked.dir, &wishes, &Clock::machine()).await?;
    if asked.json {
        let line = serde_json::json!({
            "lead": written.lead.address(),
            "administrator": written.administrator.address(),
            "config": written.config,
        });
        println!("{line}");
    } else {
        announce(&written);
    }
    let _ = std::io::stdout().flush();
    Ok(())
}

fn announce(written: &Written) {
    let config = written.config.display();
    let dir = written.config.parent().unwrap_or(&written.config).display();
    println!("A new installation of rightline.\n");
    println!("  Settings    {config}");
    println!("  Secrets     {dir}/secrets\n");
    println!("Two links. Each is for one person, works once, and for {HOURS} hours.");
    println!("Give each to its person yourself. Whoever has a link can use it.\n");
    println!("  First lead            {}", written.lead.address());
    println!(
        "  First administrator   {}\n",
        written.administrator.address()
    );
    println!(
        "They are not kept: `rightline invite` makes others. The lead goes first: their browser founds"
    );
    println!("the service, and the administrator's link waits until it has.\n");
    println!(
        "Copy these now, by hand, to two places that are not on this machine and not in its backups:\n"
    );
    println!("  {dir}/secrets/service.key   signs receipts, and seals the end of the audit trail");
    println!(
        "  {dir}/secrets/pepper.key    without it no member opens their keys, whoever has the database\n"
    );
    println!("Then start it: rightline serve --config {config}");
}

/// Makes another link.
pub(crate) async fn invite(Config { config }: &Config, purpose: Purpose) -> Result<(), Failure> {
    let founder = match purpose {
        Purpose::Lead => Founder::Lead,
        Purpose::Administrator => Founder::Administrator,
    };
    let link = with(config, async |installation| {
        let (store, keys) = (&installation.store, &installation.keys);
        let clock = &installation.clock;
        Ok(init::invite(store, keys, &installation.settings, founder, clock).await?)
    });
    println!("{}", link.await?.address());
    eprintln!(
        "For one person, works once, and for {HOURS} hours. Earlier links for the same no longer work."
    );
    Ok(())
}

/// Writes the service id into the settings.
pub(crate) async fn pin(asked: Pin) -> Result<(), Failure> {
    let claim = match (asked.id, asked.words) {
        (Some(id), _) => Claim::id(&id)?,
        (None, words) => Claim::words(&words.unwrap_or_default())?,
    };
    let config = &asked.config.config;
    let pinned = with(config, async |installation| {
        let (store, keys) = (&installation.store, &installation.keys);
        let clock = &installation.clock;
        Ok(init::pin(config, &installation.settings, store, keys, clock, &claim).await?)
    });
    let (id, new) = pinned.await?;
    say_pinned(&id, new);
    Ok(())
}

fn say_pinned(id: &ServiceId, new: bool) {
    let what = if new {
        "The settings pin this service now. It counts from the next start"
    } else {
        "The settings pin this service already"
    };
    println!("{what}:\n\n  {id}\n  {}\n", id.words().join(" "));
    println!(
        "Publish the words where the server cannot change them: on a poster, on the intranet."
    );
}
