//! Who is in the demonstration, and in which team.

use crate::protocol::directory::Role;

/// Somebody of the demonstration. Leads have no role and are in no team of the directory.
pub(super) struct Place {
    pub(super) label: &'static str,
    pub(super) team: &'static str,
    pub(super) role: Option<Role>,
    pub(super) units: &'static [&'static str],
}

/// Everybody, in the order in which they are printed.
pub(super) const PLACES: &[Place] = &[
    Place {
        label: "Handler-1",
        team: "intake",
        role: Some(Role::Handler),
        units: &["DPS Intelligence Bureau"],
    },
    Place {
        label: "Handler-2",
        team: "intake",
        role: Some(Role::Handler),
        units: &["DPS Intelligence Bureau"],
    },
    Place {
        label: "Handler-3",
        team: "intake",
        role: Some(Role::Handler),
        units: &["Central West BCU"],
    },
    Place {
        label: "Handler-4",
        team: "independent",
        role: Some(Role::Handler),
        units: &["Independent route"],
    },
    Place {
        label: "Handler-5",
        team: "independent",
        role: Some(Role::Handler),
        units: &["Independent route"],
    },
    Place {
        label: "Custodian-1",
        team: "custodians",
        role: Some(Role::Custodian),
        units: &["Identity custodians"],
    },
    Place {
        label: "Lead-1",
        team: "leads",
        role: None,
        units: &[],
    },
    Place {
        label: "Lead-2",
        team: "leads",
        role: None,
        units: &[],
    },
    Place {
        label: "Administrator-1",
        team: "administration",
        role: Some(Role::Administrator),
        units: &[],
    },
    Place {
        label: "Auditor-1",
        team: "oversight",
        role: Some(Role::Auditor),
        units: &[],
    },
    Place {
        label: "Authority-1",
        team: "authorities",
        role: Some(Role::Authority),
        units: &["Appropriate authorities"],
    },
    Place {
        label: "Authority-2",
        team: "authorities",
        role: Some(Role::Authority),
        units: &["Appropriate authorities"],
    },
    Place {
        label: "Investigator-1",
        team: "discrimination",
        role: Some(Role::Investigator),
        units: &["Discrimination Investigation Unit"],
    },
    Place {
        label: "Investigator-2",
        team: "discrimination",
        role: Some(Role::Investigator),
        units: &["Discrimination Investigation Unit"],
    },
    Place {
        label: "Investigator-3",
        team: "domestic-abuse",
        role: Some(Role::Investigator),
        units: &["Domestic Abuse and Sexual Offences"],
    },
    Place {
        label: "Investigator-4",
        team: "domestic-abuse",
        role: Some(Role::Investigator),
        units: &["Domestic Abuse and Sexual Offences"],
    },
    Place {
        label: "Investigator-5",
        team: "grievance",
        role: Some(Role::Investigator),
        units: &["Grievance Management Team"],
    },
    Place {
        label: "Investigator-6",
        team: "grievance",
        role: Some(Role::Investigator),
        units: &["Grievance Management Team"],
    },
    Place {
        label: "Investigator-7",
        team: "bcu-central-west",
        role: Some(Role::Investigator),
        units: &["Central West BCU professional standards unit"],
    },
    Place {
        label: "Investigator-8",
        team: "bcu-central-west",
        role: Some(Role::Investigator),
        units: &["Central West BCU professional standards unit"],
    },
    Place {
        label: "Support-1",
        team: "support",
        role: Some(Role::Support),
        units: &["Support for reporters"],
    },
    Place {
        label: "Support-2",
        team: "support",
        role: Some(Role::Support),
        units: &["Support for reporters"],
    },
];

/// The teams of the demonstration: their ids, and their names as members read them.
pub(super) const TEAMS: &[(&str, &str)] = &[
    ("intake", "DPS Intelligence Bureau"),
    (
        "independent",
        "Independent route for reports about professional standards",
    ),
    ("custodians", "Identity custodians"),
    ("administration", "Administration"),
    ("oversight", "Oversight"),
    ("authorities", "Appropriate authorities"),
    ("discrimination", "Discrimination Investigation Unit"),
    ("domestic-abuse", "Domestic Abuse and Sexual Offences"),
    ("grievance", "Grievance Management Team"),
    (
        "bcu-central-west",
        "Central West BCU professional standards unit",
    ),
    ("support", "Support for reporters"),
];
