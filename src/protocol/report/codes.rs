//! The codes of a report (R7).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! code {
    ($(#[$about:meta])* $name:ident: $($known:literal)+) => {
        $(#[$about])*
        ///
        /// Reading takes any text, because a reader shows an unknown code as it stands (R8).
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The codes that R7 names.
            pub const KNOWN: &[&str] = &[$($known),+];

            /// Takes a code that R7 names.
            #[must_use]
            pub fn known(text: &str) -> Option<Self> {
                Self::KNOWN.contains(&text).then(|| Self(text.to_owned()))
            }

            /// Whether R7 names the code.
            #[must_use]
            pub fn is_known(&self) -> bool {
                Self::KNOWN.contains(&self.0.as_str())
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self)
            }
        }
    };
}

code!(
    /// How the reporter wants to be known.
    Mode: "anonymous" "confidential" "named"
);
code!(
    /// The way a report came in.
    Channel: "web" "plain" "telephone"
);
code!(
    /// An answer to a question of yes or no.
    Answer: "" "yes" "no" "unknown"
);
code!(
    /// How often it happened.
    Pattern: "" "once" "repeated" "continuing" "unknown"
);
code!(
    /// How the reporter knows.
    Basis: "" "first_hand" "told" "overheard" "inferred" "other"
);
code!(
    /// What kind of person somebody is.
    Kind: "" "officer" "staff" "special" "pcso" "volunteer" "contractor" "former" "other" "unknown"
);
code!(
    /// A rank.
    Rank: "" "constable" "sergeant" "inspector" "chief_inspector" "superintendent" "chief_superintendent"
        "commander" "deputy_assistant_commissioner" "assistant_commissioner" "deputy_commissioner"
        "commissioner" "staff_grade" "unknown"
);
code!(
    /// What somebody is to the reporter.
    Relation: "" "line_manager" "supervisor" "peer" "subordinate" "tutor" "trainer" "partner" "other" "none"
        "unknown"
);
code!(
    /// What the reporter has to do with it.
    Involvement: "" "victim" "witness" "other"
);
code!(
    /// What a report is about.
    Concern: "sexual_misconduct" "abuse_of_position" "sexual_harassment" "bullying" "harassment"
        "discrimination" "excessive_force" "stop_and_search" "domestic_abuse" "theft_fraud" "disclosure"
        "data_misuse" "drugs" "association" "organised_crime" "social_media" "perverting_justice" "bribery"
        "neglect" "failure_to_report" "reprisal" "health_safety" "culture" "other"
);
code!(
    /// A characteristic that the law protects from discrimination.
    Characteristic: "age" "disability" "gender_reassignment" "marriage" "pregnancy" "race" "religion" "sex"
        "sexual_orientation"
);
