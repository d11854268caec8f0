//! The commands of the recovery: drawing one, and opening with one.

use std::io::{Read as _, Write as _, stdin};
use std::path::Path;

use rightline::ambient::Random;
use rightline::audit::DONE;
use rightline::init::files::write_new;
use rightline::protocol::ServiceId;
use rightline::recovery::open::{Done, Outcome, Recovery as Opening, Wanted};
use rightline::recovery::shares::{Apart, Share, join};
use rightline::recovery::{Drawn, draw};
use rightline::secret::RecoverySeed;
use zeroize::Zeroizing;

use super::arguments::{New, Open, Recovery};
use super::failure::{COULD_NOT, INVALID, USAGE};
use super::{Failure, asking, with};

/// More than the words of all shares that a recovery can have.
const LONGEST: u64 = 65_536;

pub(crate) async fn run(asked: Recovery) -> Result<(), Failure> {
    match asked {
        Recovery::New(asked) => new(asked).await,
        Recovery::Open(asked) => open(asked).await,
    }
}

async fn new(asked: New) -> Result<(), Failure> {
    if asked.threshold > asked.shares {
        return Err(Failure::new(
            USAGE,
            "no more shares can be needed than there are. See --help.",
        ));
    }
    let service = match (&asked.config, &asked.id) {
        (_, Some(id)) => id
            .parse()
            .map_err(|_| Failure::new(USAGE, "the service id is 64 lower-case hex digits"))?,
        (config, None) => service(config.as_deref().unwrap_or(Path::new(""))).await?,
    };
    let seed = RecoverySeed::new(Random.bytes());
    let drawn = draw(&seed, &service, asked.threshold, asked.shares, &mut Random);
    let public = serde_json::to_string(&drawn.public)
        .map_err(|_| Failure::new(COULD_NOT, "the public half could not be written"))?;
    // First: shares of a recovery whose public half is lost are shares of nothing.
    if let Some(to) = &asked.to {
        write_new(to, format!("{public}\n").as_bytes()).map_err(|error| {
            let message = format!("{} cannot be written: {}", to.display(), error.kind());
            Failure::new(COULD_NOT, message)
        })?;
    }
    print(&drawn, &asked, &public);
    Ok(())
}

/// The service that an installation is; its audit trail says that a recovery was drawn.
async fn service(config: &Path) -> Result<ServiceId, Failure> {
    let noted = with(config, async |installation| {
        let directories = installation.directories().await?;
        let service = *directories.service();
        if service == ServiceId::ZERO {
            return Err(Failure::new(
                COULD_NOT,
                "nobody has founded the service yet",
            ));
        }
        installation.note("recovery-new", DONE).await?;
        Ok(service)
    });
    noted.await
}

fn print(drawn: &Drawn, asked: &New, public: &str) {
    let New {
        threshold, shares, ..
    } = asked;
    println!("A recovery of the service {}", drawn.public.service);
    println!("Any {threshold} of these {shares} shares open every report that is sealed to it.");
    println!(
        "Give each to one person, on paper. They are shown once, and nothing of them is kept.\n"
    );
    for share in &drawn.shares {
        println!("Share {} of {shares}", share.index());
        println!("{}\n", share.words().as_str());
    }
    println!("Key words of this recovery, which every lead compares before signing:");
    println!("{}\n", drawn.public.words().join(" "));
    match &asked.to {
        Some(to) => println!(
            "Its public half, which leads sign at their desks, is in {}",
            to.display()
        ),
        None => println!("Its public half, which leads sign at their desks:\n{public}"),
    }
    let _ = std::io::stdout().flush();
}

async fn open(asked: Open) -> Result<(), Failure> {
    let seed = join(&read_shares(asked.shares.as_deref())?).map_err(apart)?;
    let wanted = if asked.all {
        Wanted::All
    } else {
        Wanted::These(asked.case)
    };
    let mut broken = 0;
    let opened = with(&asked.config.config, async |installation| {
        let directories = installation.directories().await?;
        let service = *directories.service();
        let (store, keys) = (&installation.store, &installation.keys);
        let clock = &installation.clock;
        let recovery = Opening::find(&seed, service, store, keys, &directories, clock).await?;
        let (named, current) = recovery.serials();
        if named != current {
            eprintln!(
                "Directory {current}, the one in force, does not name this recovery. It acts under {named}."
            );
        }
        let mut count = 0;
        let granted = recovery.grant(&asked.to, &wanted, |outcome| {
            count += 1;
            broken += usize::from(matches!(outcome.done, Done::Broken(_)));
            say(outcome);
        });
        granted.await?;
        if count == 0 {
            println!("The recovery holds no case.");
        }
        Ok(())
    });
    opened.await?;
    if broken > 0 {
        let message =
            format!("{broken} of these are not as they were signed, and were left as they are");
        return Err(Failure::new(INVALID, message));
    }
    Ok(())
}

fn say(Outcome { case, reader, done }: &Outcome) {
    match done {
        Done::Granted(1) => println!("{case}: given to {reader}"),
        Done::Granted(epochs) => println!("{case}: given to {reader}, in {epochs} epochs"),
        Done::Already => println!("{case}: {reader} has it already"),
        Done::Barred => println!("{case}: not given to {reader}, who is barred from it"),
        Done::Conflict => {
            println!("{case}: not given to {reader}, who has declared a conflict of interest");
        }
        Done::Broken(refused) => println!("{case}: not given to {reader}: {refused}"),
    }
}

/// Reads shares, one a line: from a file, from the terminal until there are enough, or from the standard input.
fn read_shares(file: Option<&Path>) -> Result<Vec<Share>, Failure> {
    if file.is_none() && asking::is_terminal() {
        return ask_shares();
    }
    let mut text = Zeroizing::new(String::with_capacity(8_192));
    let read = match file {
        Some(file) => {
            std::fs::File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        }
        None => stdin().lock().take(LONGEST).read_to_string(&mut text),
    };
    read.map_err(|error| {
        Failure::new(
            COULD_NOT,
            format!("the shares cannot be read: {}", error.kind()),
        )
    })?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    (1..)
        .zip(lines)
        .map(|(number, line)| {
            Share::parse(line)
                .map_err(|wrong| Failure::new(INVALID, format!("share {number}: {wrong}")))
        })
        .collect()
}

fn ask_shares() -> Result<Vec<Share>, Failure> {
    let mut shares: Vec<Share> = Vec::new();
    loop {
        let needed = shares.first().map(|share| usize::from(share.threshold()));
        if needed == Some(shares.len()) {
            eprintln!("These are enough. Clear the screen when you leave it.");
            return Ok(shares);
        }
        let number = shares.len() + 1;
        let typed = asking::line(&match needed {
            Some(needed) => format!("Share {number} of the {needed} that are needed: "),
            None => "Share 1, its 28 words on one line: ".to_owned(),
        })?;
        match Share::parse(&typed) {
            Ok(share) => {
                shares.push(share);
                if let Err(wrong @ (Apart::Set(_) | Apart::Threshold(_) | Apart::Twice { .. })) =
                    join(&shares)
                {
                    eprintln!("{wrong}. Try again.");
                    shares.pop();
                }
            }
            Err(wrong) => eprintln!("Share {number}: {wrong}. Try again."),
        }
    }
}

fn apart(wrong: Apart) -> Failure {
    let code = match wrong {
        Apart::None | Apart::Few { .. } => COULD_NOT,
        Apart::Set(_) | Apart::Threshold(_) | Apart::Twice { .. } => INVALID,
    };
    Failure::new(code, wrong)
}
