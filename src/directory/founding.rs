//! Founding: the genesis that the first lead's browser signs, by which the service is named for ever.

use super::store::{Document, Founding, Kind};
use crate::protocol::directory::verify_leads;
use crate::protocol::signing::{Signed, VerifyingKey};
use crate::protocol::{Day, MemberId, Refused, ServiceId};

/// How far the founder's clock may be from the service's, days.
const CLOCKS_APART: i32 = 1;

/// What a genesis must say here.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who founds the service, and is its only lead.
    pub founder: &'a MemberId,
    /// The founder's key.
    pub key: &'a VerifyingKey,
    /// The force's name, as the settings have it.
    pub name: &'a str,
    /// The origin, as the settings have it.
    pub origin: &'a str,
    /// The service's day.
    pub today: Day,
}

/// Checks the genesis of a new service (D1, D2).
///
/// # Errors
/// Names the rule; D2 when it says anything else than what is expected here.
pub fn check(genesis: &Signed, expected: Expected<'_>) -> Result<Founding, Refused> {
    let refused = Refused::by("D2");
    let service = ServiceId::of(genesis);
    let lists = verify_leads(&service, genesis, &[])?;
    let [list] = lists.as_slice() else {
        return Err(refused);
    };
    let [lead] = list.leads.as_slice() else {
        return Err(refused);
    };
    let own = lead.member == *expected.founder && lead.key == *expected.key;
    let here = list.name == expected.name && list.origin == expected.origin;
    let now = list.day.days_since(expected.today).abs() <= CLOCKS_APART;
    if !(own && here && now) {
        return Err(refused);
    }
    Ok(Founding {
        service,
        genesis: Document::new(Kind::Leads, 0, genesis),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::directory::{Lead, LeadList, sign_leads};
    use crate::protocol::signing::SigningKey;
    use crate::protocol::{Digest, Nonce};
    use crate::secret::SignSeed;

    /// What makes a genesis another one.
    type Alter = fn(&mut LeadList);

    fn key(byte: u8) -> SigningKey {
        SigningKey::new(&SignSeed::new([byte; 32]))
    }

    fn lead(byte: u8) -> Lead {
        Lead {
            member: MemberId::new([byte; 16]),
            label: format!("Lead-{byte}").parse().expect("a label"),
            key: key(byte).verifying_key(),
        }
    }

    fn today() -> Day {
        Day::of_second(1_795_435_200)
    }

    fn checked(signer: &SigningKey, alter: Alter) -> Result<Founding, Refused> {
        let mut list = LeadList {
            service: ServiceId::ZERO,
            number: 0,
            previous: Digest::ZERO,
            name: "Force".to_owned(),
            origin: "https://force.example".to_owned(),
            nonce: Nonce::new([9; 16]),
            day: today(),
            leads: vec![lead(1)],
        };
        alter(&mut list);
        let founder = lead(1);
        let expected = Expected {
            founder: &founder.member,
            key: &founder.key,
            name: "Force",
            origin: "https://force.example",
            today: today(),
        };
        check(&sign_leads(signer, &list), expected)
    }

    #[test]
    fn a_founder_signs_for_themselves_and_for_this_place() {
        assert!(checked(&key(1), |_| {}).is_ok());
        let alterations: [Alter; 9] = [
            |list| list.name = "Another force".to_owned(),
            |list| list.origin = "https://force.example/".to_owned(),
            |list| list.day = list.day.plus_days(2),
            |list| list.leads.push(lead(2)),
            |list| list.leads[0].member = MemberId::new([2; 16]),
            |list| list.leads.clear(),
            |list| list.number = 1,
            |list| list.previous = Digest::of(b"before"),
            |list| list.service = ServiceId::new([1; 32]),
        ];
        for (place, alter) in alterations.into_iter().enumerate() {
            let refused = checked(&key(1), alter).expect_err("it is not as expected");
            assert!(["D1", "D2"].contains(&refused.rule()), "{place}");
        }
        // Under another key than the one that applied, whoever it lists.
        assert!(checked(&key(2), |_| {}).is_err());
        assert!(checked(&key(2), |list| list.leads = vec![lead(2)]).is_err());
    }
}
