//! Granting a case, and giving it new keys.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::reader::named;
use super::{Reader, opened};
use crate::ambient::Clock;
use crate::casework::store::{self, Added, NewEpoch};
use crate::casework::{self, Place, ensure_room};
use crate::directory::{Directories, Published};
use crate::mailbox::store::{Chains, chains};
use crate::protocol::bytes::Blob;
use crate::protocol::epoch::Epoch;
use crate::protocol::grant::{Act, GREATEST_ROWS, GrantRow};
use crate::protocol::signing::{Context, Signed};
use crate::protocol::{CaseId, Digest, MemberId, Refused, json};
use crate::staff::store::accounts;
use crate::store::{Store, StoreError};
use crate::web::{Problem, read_json};

/// A row with its grant and its brief, in base64 and JSON, with room.
const GREATEST_ROW: usize = 65_536;
/// An epoch document and a thousand rows with their grants, in base64 and JSON.
const GREATEST_EPOCH: usize = 8 * 1_048_576;
/// How far back it is looked whom a member replaces.
const GREATEST_LINE: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    row: Signed,
    #[serde(deserialize_with = "json::required")]
    sealed: Option<Blob>,
    #[serde(default)]
    brief: Option<Blob>,
}

impl NewGrant {
    fn brief(&self) -> &[u8] {
        self.brief.as_ref().map_or(&[], |brief| brief.0.as_slice())
    }

    fn sealed(&self) -> Option<&[u8]> {
        self.sealed.as_ref().map(|sealed| sealed.0.as_slice())
    }
}

#[derive(Serialize)]
struct Number {
    number: u64,
}

/// What every grant of a case is checked against.
struct Granting<'a> {
    store: &'a Store,
    who: &'a Reader,
    case: CaseId,
    chains: Chains,
    place: Place<'a>,
}

impl<'a> Granting<'a> {
    async fn of(
        store: &'a Store,
        who: &'a Reader,
        case: &'a CaseId,
        directories: &'a Directories,
        clock: &Clock,
    ) -> Result<Self, Problem> {
        let chains = chains(store, case.as_bytes())
            .await?
            .ok_or(Problem::NotFound)?;
        let place = Place {
            service: directories.service(),
            case,
            epoch: u32::try_from(chains.epoch).unwrap_or(u32::MAX),
            today: clock.day(),
        };
        Ok(Self {
            store,
            who,
            case: *case,
            chains,
            place,
        })
    }

    /// Checks one row (K3, K4), and that a stranger to the team is let in only right after a second factor.
    async fn row(&self, new: &NewGrant, named: &Published) -> Result<GrantRow, Problem> {
        let row = casework::row(
            &new.row,
            new.sealed(),
            self.place,
            &self.who.member,
            &named.directory,
            &self.who.current.directory,
        )?;
        if let Some(brief) = &new.brief {
            if row.act != Act::Grant {
                return Err(Refused::by("Q5").into());
            }
            casework::brief_file(&brief.0)?;
        }
        if row.act == Act::Grant {
            let before = self.line(&row.grantee).await?;
            // A conflict and a bar are a person's, under whichever keys they come.
            for former in &before {
                let shut = store::shut_out(self.store, self.case.as_bytes(), former.as_bytes());
                if let Some(shut) = shut.await? {
                    return Err(refusal(shut));
                }
            }
            if self.is_outside(&row.grantee, &before).await? {
                self.who.signed_in.ensure_fresh()?;
            }
        }
        Ok(row)
    }

    /// Whoever a member replaces, and whom those replaced: by the directory in force, and as they were invited.
    async fn line(&self, member: &MemberId) -> Result<Vec<MemberId>, Problem> {
        let directory = &self.who.current.directory;
        let mut line = Vec::new();
        let mut waiting = vec![*member];
        while let Some(id) = waiting.pop() {
            let listed = directory.listings(&id).map(|(_, listed)| listed.replaces);
            let mut before: Vec<MemberId> = listed.flatten().collect();
            if let Some(invited) = accounts::replaced_by(self.store, id.as_bytes()).await? {
                let invited: [u8; 16] = invited.try_into().map_err(|_| Problem::Fault)?;
                before.push(MemberId::new(invited));
            }
            for one in before {
                if line.len() < GREATEST_LINE && one != *member && !line.contains(&one) {
                    line.push(one);
                    waiting.push(one);
                }
            }
        }
        Ok(line)
    }

    /// Whether somebody is outside of those who read this case: of none of its teams, without a live grant, and
    /// in nobody's place who had one.
    async fn is_outside(&self, grantee: &MemberId, before: &[MemberId]) -> Result<bool, Problem> {
        let directory = &self.who.current.directory;
        let case = self.case.as_bytes();
        let routed = store::teams_of(self.store, &[case]).await?;
        let routed = routed.get(&case[..]).map_or(&[][..], Vec::as_slice);
        let of_team = directory.listings(grantee).any(|(team, member)| {
            let team = team.as_str();
            let works = team == self.chains.team || routed.iter().any(|routed| routed == team);
            works && member.roles.iter().any(|role| role.may_read())
        });
        if of_team || directory.is_recovery(grantee) {
            return Ok(false);
        }
        let (_, live) = store::held(self.store, grantee.as_bytes(), case).await?;
        if live {
            return Ok(false);
        }
        for former in before {
            if store::held(self.store, former.as_bytes(), case).await?.0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// `POST /api/1/desk/cases/{case}/grants`.
///
/// # Errors
/// [`Problem::Sequence`] when another row has that place; [`Problem::Invalid`] with the rule;
/// [`Problem::SecondFactor`] for a grantee outside of the case's team.
pub async fn grant(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let new: NewGrant = read_json(request.headers(), payload, GREATEST_ROW).await?;
    let case = opened(&store, &who, &case).await?;
    let said = casework::read_row(new.row.as_bytes())?;
    let named = named(&directories, &who, said.serial).await?;
    ensure_room(said.number, GREATEST_ROWS, "K3")?;
    let granting = Granting::of(&store, &who, &case, &directories, &clock).await?;
    let row = granting.row(&new, &named).await?;
    let (member, id) = (who.member.as_bytes(), case.as_bytes());
    if !store::holds(&store, member, id, i64::from(row.epoch)).await? {
        return Err(Refused::by("K4").into());
    }
    let today = clock.day().to_string();
    let digest = new.row.digest();
    let added = store::add_row(&store, kept(&case, &new, &row, &digest, &today)?).await;
    answer(added, Number { number: row.number })
}

fn answer(
    added: Result<Added, StoreError>,
    place: impl Serialize,
) -> Result<HttpResponse, Problem> {
    match added {
        Ok(Added::New) => Ok(HttpResponse::Created().json(place)),
        Ok(Added::Same) => Ok(HttpResponse::Ok().json(place)),
        Ok(shut @ (Added::Conflicted | Added::Barred)) => Err(refusal(shut)),
        Err(StoreError::Conflict) => Err(Problem::Sequence),
        Err(error) => Err(error.into()),
    }
}

/// Why somebody is not let in.
fn refusal(shut: Added) -> Problem {
    if shut == Added::Conflicted {
        Refused::by("K8").into()
    } else {
        Problem::Procedure("barred")
    }
}

fn kept<'a>(
    case: &'a CaseId,
    new: &'a NewGrant,
    row: &'a GrantRow,
    digest: &'a Digest,
    day: &'a str,
) -> Result<store::Row<'a>, Refused> {
    Ok(store::Row {
        case: case.as_bytes(),
        number: i64::try_from(row.number).map_err(|_| Refused::by("K3"))?,
        previous: row.previous.as_bytes(),
        signed: new.row.as_bytes(),
        digest: digest.as_bytes(),
        epoch: i64::from(row.epoch),
        grantor: row.grantor.as_bytes(),
        grantee: row.grantee.as_bytes(),
        sealed: new.sealed(),
        brief: new.brief(),
        day,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    epoch: Signed,
    rows: Vec<NewGrant>,
}

#[derive(Serialize)]
struct EpochNumber {
    epoch: u32,
}

/// `POST /api/1/desk/cases/{case}/epochs`.
///
/// # Errors
/// [`Problem::Sequence`] when another epoch or row came first; [`Problem::Invalid`] with the rule;
/// [`Problem::SecondFactor`] for a grantee outside of the case's team.
pub async fn epoch(
    request: HttpRequest,
    payload: Payload,
    who: Reader,
    case: Path<String>,
    store: Data<Store>,
    directories: Data<Directories>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let begun: Begun = read_json(request.headers(), payload, GREATEST_EPOCH).await?;
    let case = opened(&store, &who, &case).await?;
    let said: Epoch = begun
        .epoch
        .unverified(Context::Epoch)
        .map_err(|_| Refused::by("K5"))?;
    let directory = named(&directories, &who, said.serial).await?;
    let mut granting = Granting::of(&store, &who, &case, &directories, &clock).await?;
    let latest = granting.place.epoch;
    let new = casework::epoch(
        &begun.epoch,
        granting.place,
        &who.member,
        &directory.directory,
    )?;
    let documents = crate::mailbox::store::epochs(&store, case.as_bytes()).await?;
    if new.epoch != latest + 1 {
        // Perhaps the same, sent again.
        let place = usize::try_from(new.epoch - 1).unwrap_or(usize::MAX);
        let same = documents
            .get(place)
            .is_some_and(|there| there == begun.epoch.as_bytes());
        let added = if same {
            Ok(Added::Same)
        } else {
            Err(StoreError::Conflict)
        };
        return answer(added, EpochNumber { epoch: new.epoch });
    }
    let before = documents
        .last()
        .map_or(case.into(), |last| Digest::of(last));
    if new.previous != before {
        return Err(Problem::Sequence);
    }
    let (member, id) = (who.member.as_bytes(), case.as_bytes());
    if !store::holds(&store, member, id, i64::from(latest)).await? {
        return Err(Refused::by("K5").into());
    }
    granting.place.epoch = new.epoch;
    let mut rows = Vec::with_capacity(begun.rows.len());
    let mut digests = Vec::with_capacity(begun.rows.len());
    for row in &begun.rows {
        let said = casework::read_row(row.row.as_bytes())?;
        let directory = named(&directories, &who, said.serial).await?;
        rows.push(granting.row(row, &directory).await?);
        digests.push(row.row.digest());
    }
    in_order(&granting.chains, &new, &rows, &digests)?;
    let each = begun.rows.iter().zip(&rows).zip(&digests);
    let today = clock.day().to_string();
    let each = each.map(|((new, row), digest)| kept(&case, new, row, digest, &today));
    let added = store::add_epoch(
        &store,
        &NewEpoch {
            case: case.as_bytes(),
            epoch: i64::from(new.epoch),
            author: who.member.as_bytes(),
            signed: begun.epoch.as_bytes(),
            rows: each.collect::<Result<_, _>>()?,
        },
    )
    .await;
    answer(added, EpochNumber { epoch: new.epoch })
}

/// Checks that rows grant this epoch, each to somebody else and one to its author, and follow the chain.
fn in_order(
    chains: &Chains,
    epoch: &Epoch,
    rows: &[GrantRow],
    digests: &[Digest],
) -> Result<(), Problem> {
    let mut grantees: Vec<&MemberId> = rows.iter().map(|row| &row.grantee).collect();
    grantees.sort_unstable();
    let apart = grantees.windows(2).all(|pair| pair[0] != pair[1]);
    let grants = rows
        .iter()
        .all(|row| row.act == Act::Grant && row.epoch == epoch.epoch);
    if !(apart && grants && grantees.contains(&&epoch.author)) {
        return Err(Refused::by("K5").into());
    }
    let mut number = u64::try_from(chains.rows_number).map_err(|_| Problem::Fault)?;
    let mut previous =
        Digest::try_from(chains.rows_digest.as_slice()).map_err(|_| Problem::Fault)?;
    for (row, digest) in rows.iter().zip(digests) {
        number += 1;
        if row.number != number || row.previous != previous {
            return Err(Problem::Sequence);
        }
        ensure_room(number, GREATEST_ROWS, "K3")?;
        previous = *digest;
    }
    Ok(())
}
