//! Duties: who may make which call of the desk and of enrolment, and what the audit trail says of it. One
//! table, by which every call is let in; a call that is not in it is refused.

mod keeping;

pub use keeping::keep;

/// Who may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody: there is no session yet.
    Anybody,
    /// Whoever holds a link that can still be used to enrol; the call itself checks the link.
    LinkHolder,
    /// Any member who is signed in.
    Member,
    /// A member whom the directory in force lists with a role that may read (K4). Which cases is for the call
    /// to say: to anybody else no case exists (K7).
    Reader,
    /// A member of the last lead list.
    Lead,
    /// A member listed as administrator, or the founding one while none is.
    Administrator,
    /// Either of the two.
    LeadOrAdministrator,
    /// A member listed as auditor.
    Auditor,
}

/// What the audit trail gets for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audit {
    /// Nothing: the call changes nothing and opens no case.
    Nothing,
    /// A row with this act, before the call does its work; and another, should it be refused after all.
    Before(&'static str),
    /// A row with this act that the call writes itself, because only it learns whose act it is.
    Itself(&'static str),
}

/// A call, and what it asks of whoever makes it.
#[derive(Debug, Clone, Copy)]
pub struct Duty {
    /// The method.
    pub method: &'static str,
    /// The address, with `{name}` for what differs.
    pub address: &'static str,
    /// Who may make it.
    pub who: Who,
    /// Whether the session must have seen a second factor lately.
    pub fresh: bool,
    /// What the audit trail gets.
    pub audit: Audit,
}

impl Duty {
    /// Whether the call is about one case, which does not exist for whoever may not make it.
    #[must_use]
    pub fn is_about_cases(&self) -> bool {
        self.address.starts_with("/api/1/desk/cases")
    }

    const fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    const fn audited(mut self, act: &'static str) -> Self {
        self.audit = Audit::Before(act);
        self
    }

    const fn audits_itself(mut self, act: &'static str) -> Self {
        self.audit = Audit::Itself(act);
        self
    }
}

const fn call(method: &'static str, address: &'static str, who: Who) -> Duty {
    Duty {
        method,
        address,
        who,
        fresh: false,
        audit: Audit::Nothing,
    }
}

const fn get(address: &'static str, who: Who) -> Duty {
    call("GET", address, who)
}

const fn post(address: &'static str, who: Who) -> Duty {
    call("POST", address, who)
}

const fn put(address: &'static str, who: Who) -> Duty {
    call("PUT", address, who)
}

use Who::{Administrator, Anybody, Auditor, Lead, LeadOrAdministrator, LinkHolder, Member, Reader};

/// Every call below `/api/1/enrol` and `/api/1/desk`.
pub const TABLE: &[Duty] = &[
    // Enrolment.
    post("/api/1/enrol/open", LinkHolder).audits_itself("enrol-open"),
    post("/api/1/enrol/keys", LinkHolder).audits_itself("enrol-keys"),
    post("/api/1/enrol/totp", LinkHolder).audits_itself("enrol-factor"),
    post("/api/1/enrol/passkey/options", LinkHolder),
    post("/api/1/enrol/passkey", LinkHolder).audits_itself("enrol-factor"),
    post("/api/1/enrol/vault", LinkHolder).audits_itself("enrol-vault"),
    post("/api/1/enrol/vault/open", LinkHolder),
    post("/api/1/enrol/finish", LinkHolder).audits_itself("enrol"),
    // Signing in and out.
    post("/api/1/desk/parameters", Anybody),
    post("/api/1/desk/sign-in", Anybody).audits_itself("sign-in"),
    post("/api/1/desk/passkey/options", Anybody),
    post("/api/1/desk/passkey/sign-in", Anybody).audits_itself("sign-in"),
    post("/api/1/desk/sign-out", Member).audited("sign-out"),
    // One's own account.
    get("/api/1/desk/me", Member),
    post("/api/1/desk/fresh", Member).audited("show-factor"),
    get("/api/1/desk/sessions", Member),
    post("/api/1/desk/sessions/end-others", Member)
        .fresh()
        .audited("end-other-sessions"),
    post("/api/1/desk/sessions/{id}/end", Member)
        .fresh()
        .audited("end-session"),
    get("/api/1/desk/factors", Member),
    post("/api/1/desk/factors/totp", Member)
        .fresh()
        .audited("add-factor"),
    post("/api/1/desk/factors/passkey/options", Member).fresh(),
    post("/api/1/desk/factors/passkey", Member)
        .fresh()
        .audited("add-factor"),
    // Fresh when they were added; whoever proves them holds them.
    post("/api/1/desk/factors/{id}/prove", Member).audited("prove-factor"),
    post("/api/1/desk/factors/{id}/name", Member).audited("name-factor"),
    post("/api/1/desk/factors/{id}/remove", Member)
        .fresh()
        .audited("remove-factor"),
    get("/api/1/desk/vault", Member).fresh(),
    put("/api/1/desk/vault", Member)
        .fresh()
        .audited("change-vault"),
    get("/api/1/desk/ring", Member),
    put("/api/1/desk/ring", Member),
    // Accounts, invitations and the service.
    get("/api/1/desk/accounts", LeadOrAdministrator),
    get("/api/1/desk/invitations", LeadOrAdministrator),
    post("/api/1/desk/invitations", LeadOrAdministrator)
        .fresh()
        .audited("invite"),
    post("/api/1/desk/invitations/{id}/withdraw", LeadOrAdministrator)
        .audited("withdraw-invitation"),
    post("/api/1/desk/accounts/{member}/suspend", Administrator)
        .fresh()
        .audited("suspend"),
    post("/api/1/desk/accounts/{member}/restore", Administrator)
        .fresh()
        .audited("reinstate"),
    post("/api/1/desk/accounts/{member}/end-sessions", Administrator)
        .fresh()
        .audited("end-sessions"),
    get("/api/1/desk/service", LeadOrAdministrator),
    get("/api/1/desk/stranded", LeadOrAdministrator),
    // The directory and the recovery.
    post("/api/1/desk/directory", Lead)
        .fresh()
        .audited("publish"),
    get("/api/1/desk/directory/leads", Member),
    get("/api/1/desk/recovery", Lead),
    post("/api/1/desk/recovery", Lead)
        .fresh()
        .audited("vote-recovery"),
    // Cases. Whether a grant needs a fresh second factor depends on whom it is for: that call checks it.
    get("/api/1/desk/cases", Reader),
    post("/api/1/desk/cases/open", Reader).audits_itself("open-case"),
    get("/api/1/desk/due", Reader),
    get("/api/1/desk/casework", Reader),
    get("/api/1/desk/cases/{case}", Reader).audited("open-case"),
    post("/api/1/desk/cases/{case}/declaration", Reader).audited("declare"),
    post("/api/1/desk/cases/{case}/messages", Reader).audited("write"),
    post("/api/1/desk/cases/{case}/grants", Reader).audited("grant"),
    get("/api/1/desk/cases/{case}/access", Reader).audited("open-access"),
    post("/api/1/desk/cases/{case}/epochs", Reader).audited("new-keys"),
    get("/api/1/desk/cases/{case}/openings", Reader),
    get("/api/1/desk/cases/{case}/work", Reader).audited("open-record"),
    get("/api/1/desk/cases/{case}/procedure", Reader),
    get("/api/1/desk/cases/{case}/records/{record}", Reader).audited("open-record"),
    post("/api/1/desk/cases/{case}/records", Reader).audited("keep-record"),
    // Whether it needs a fresh second factor depends on the act: that call checks it.
    post("/api/1/desk/cases/{case}/acts", Reader).audited("act"),
    // The audit trail.
    get("/api/1/desk/audit", Auditor),
    get("/api/1/desk/audit/heads", Auditor),
    post("/api/1/desk/audit/heads", Auditor).audited("countersign"),
    post("/api/1/desk/audit/export", Auditor)
        .fresh()
        .audited("export-audit"),
];

/// What an address names in the places of its pattern, such as `case`.
pub type Named<'a> = Vec<(&'static str, &'a str)>;

/// Whether a path has the form of an address; what it names where the address leaves a place.
#[must_use]
pub fn matches<'a>(address: &'static str, path: &'a str) -> Option<Named<'a>> {
    // No call needs an escape: what is compared here is what is served there.
    if path.contains('%') {
        return None;
    }
    let mut named = Vec::new();
    let (mut wanted, mut found) = (address.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(named),
            (Some(wanted), Some(found)) => {
                let place = wanted
                    .strip_prefix('{')
                    .and_then(|rest| rest.strip_suffix('}'));
                match place {
                    Some(name) if !found.is_empty() => named.push((name, found)),
                    None if wanted == found => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_there_once() {
        for (place, duty) in TABLE.iter().enumerate() {
            let again = TABLE[place + 1..]
                .iter()
                .find(|other| (other.method, other.address) == (duty.method, duty.address));
            assert!(again.is_none(), "{} {}", duty.method, duty.address);
        }
    }

    #[test]
    fn no_path_has_the_form_of_two_addresses_but_one_that_is_written_out() {
        for one in TABLE {
            let path = one.address.replace(['{', '}'], "");
            let written_out = path == one.address;
            for other in TABLE.iter().filter(|other| other.address != one.address) {
                if written_out && other.address.contains('{') {
                    continue;
                }
                assert!(
                    matches(other.address, &path).is_none(),
                    "{} and {}",
                    one.address,
                    other.address
                );
            }
        }
    }

    #[test]
    fn whatever_changes_something_is_audited_but_a_ring() {
        for duty in TABLE {
            let reads = duty.method == "GET"
                || ["/vault/open", "/options", "/parameters", "/ring"]
                    .iter()
                    .any(|end| duty.address.ends_with(end));
            let opens = ["/cases/{case}", "/access", "/work", "/records/{record}"]
                .iter()
                .any(|end| duty.address.ends_with(end));
            assert_eq!(
                duty.audit == Audit::Nothing,
                reads && !opens,
                "{}",
                duty.address
            );
        }
    }

    #[test]
    fn a_path_is_compared_part_by_part() {
        let address = "/api/1/desk/cases/{case}/grants";
        assert_eq!(
            matches(address, "/api/1/desk/cases/ab/grants"),
            Some(vec![("case", "ab")])
        );
        for other in [
            "/api/1/desk/cases//grants",
            "/api/1/desk/cases/ab/grants/",
            "/api/1/desk/cases/ab",
            "/api/1/desk/cases/ab/Grants",
            "/api/1/desk/cases/ab/gr%61nts",
            "/api/1/desk//cases/ab/grants",
            "",
        ] {
            assert_eq!(matches(address, other), None, "{other}");
        }
    }
}
