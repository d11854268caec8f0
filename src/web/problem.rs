//! Refusals, as RFC 9457 problem documents. Nothing that a client sent is ever in one (P1).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::protocol::Refused;
use crate::store::StoreError;

/// Every refusal that the API can answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused")]
pub enum Problem {
    /// The address, header or document has the wrong form.
    Malformed,
    /// The challenge is expired or from elsewhere (B3).
    Challenge,
    /// No session.
    SignedOut,
    /// Label or passphrase are wrong, whichever.
    SignIn,
    /// A second factor was shown that is not good.
    WrongFactor,
    /// Reports are not being taken.
    Closed,
    /// The request comes from another site.
    Foreign,
    /// The member has not declared yet (K8).
    DeclareFirst,
    /// The session has not seen a second factor lately.
    SecondFactor,
    /// The call is for members of another kind.
    NotAllowed,
    /// There is no such thing, or not for this member (K7).
    NotFound,
    /// No link to enrol by: unknown, used, expired or withdrawn, whichever.
    Invitation,
    /// No root is published.
    NotYetOpen,
    /// The mailbox's one neutral answer (B3).
    Mailbox,
    /// The method does not fit the address.
    Method,
    /// The same id with other bytes, or no conflict declared after one.
    Conflict,
    /// Another case has this lookup (C9).
    LookupInUse,
    /// Another message or row has that place (B5).
    Sequence,
    /// The procedure of the case does not allow it now; why (Q8).
    Procedure(&'static str),
    /// Another browser wrote first.
    Stale,
    /// Another account has this label.
    LabelTaken,
    /// It is the only second factor.
    LastFactor,
    /// Nobody else could administer.
    LastAdministrator,
    /// More bytes than the call takes.
    TooLarge,
    /// The body did not arrive in time.
    Slow,
    /// Another content type than the call takes.
    UnsupportedMediaType,
    /// A rule of the protocol is broken.
    Invalid(Refused),
    /// The first readers have changed (C6).
    DirectoryStale,
    /// A code does not fit what it was to prove.
    Code,
    /// Too many wrong tries under one label; seconds to wait.
    SlowDown(u32),
    /// A fault of the service.
    Fault,
    /// No database, starting or draining.
    Unavailable,
    /// No room.
    StorageFull,
}

struct Words {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: &'static str,
}

const fn words(
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: &'static str,
) -> Words {
    Words {
        status,
        code,
        title,
        detail,
    }
}

impl Problem {
    #[expect(clippy::too_many_lines, reason = "one line for each refusal")]
    fn words(self) -> Words {
        use StatusCode as S;
        match self {
            Self::Malformed => words(
                S::BAD_REQUEST,
                "malformed",
                "Malformed request",
                "The address, a header or the document does not have the form the protocol describes.",
            ),
            Self::Challenge => words(
                S::BAD_REQUEST,
                "challenge",
                "Challenge not accepted",
                "The challenge is too old or is not from this service. Ask for a new one.",
            ),
            Self::SignedOut => words(
                S::UNAUTHORIZED,
                "signed-out",
                "Signed out",
                "There is no session, or it has ended. Sign in again.",
            ),
            Self::SignIn => words(
                S::UNAUTHORIZED,
                "sign-in",
                "Not signed in",
                "The label, the passphrase or the second factor is wrong.",
            ),
            Self::WrongFactor => words(
                S::UNAUTHORIZED,
                "second-factor",
                "Second factor not accepted",
                "The code or the passkey is not right, or was used before.",
            ),
            Self::Closed => words(
                S::FORBIDDEN,
                "closed",
                "Not taking reports now",
                "Reports are not being taken here at the moment. Nothing was kept.",
            ),
            Self::Foreign => words(
                S::FORBIDDEN,
                "foreign",
                "Request from another site",
                "This call is only for the service's own pages.",
            ),
            Self::DeclareFirst => words(
                S::FORBIDDEN,
                "declare-first",
                "Declaration needed",
                "Declare whether you have a conflict of interest before opening this case.",
            ),
            Self::SecondFactor => words(
                S::FORBIDDEN,
                "second-factor",
                "Second factor needed",
                "Show a second factor again, then repeat the call.",
            ),
            Self::NotAllowed => words(
                S::FORBIDDEN,
                "not-allowed",
                "Not allowed",
                "This call is for members of another kind.",
            ),
            Self::NotFound => words(
                S::NOT_FOUND,
                "not-found",
                "Not found",
                "There is nothing here, or nothing that you may see.",
            ),
            Self::Invitation => words(
                S::NOT_FOUND,
                "invitation",
                "No such link",
                "There is no such link, or it can no longer be used.",
            ),
            Self::NotYetOpen => words(
                S::NOT_FOUND,
                "not-yet-open",
                "Not yet open",
                "No directory has been published yet.",
            ),
            Self::Mailbox => words(
                S::NOT_FOUND,
                "mailbox",
                "Nothing to show",
                "There is no report for this, or the signature does not fit.",
            ),
            Self::Method => words(
                S::METHOD_NOT_ALLOWED,
                "method",
                "Method not allowed",
                "This address does not take that method.",
            ),
            Self::Conflict => words(
                S::CONFLICT,
                "conflict",
                "Something else stands there",
                "Something else was kept there before. Nothing was changed.",
            ),
            Self::LookupInUse => words(
                S::CONFLICT,
                "lookup-in-use",
                "Words already in use",
                "Another report was filed with these words. Draw new ones.",
            ),
            Self::Sequence => words(
                S::CONFLICT,
                "sequence",
                "Another entry came first",
                "Another entry has that place in the chain. Read again, then sign again.",
            ),
            Self::Procedure(_) => words(
                S::CONFLICT,
                "procedure",
                "Not allowed at this point",
                "The procedure of this case does not allow that now, or not by you. Nothing was changed.",
            ),
            Self::Stale => words(
                S::CONFLICT,
                "stale",
                "Written elsewhere meanwhile",
                "It was written from elsewhere meanwhile. Read it again, then write.",
            ),
            Self::LabelTaken => words(
                S::CONFLICT,
                "label",
                "Label taken",
                "Another account has this label. Choose another.",
            ),
            Self::LastFactor => words(
                S::CONFLICT,
                "last-factor",
                "The only second factor",
                "This is the only second factor of the account. Add another first.",
            ),
            Self::LastAdministrator => words(
                S::CONFLICT,
                "last-administrator",
                "The only administrator",
                "Nobody else could look after accounts. Nothing was changed.",
            ),
            Self::TooLarge => words(
                S::PAYLOAD_TOO_LARGE,
                "too-large",
                "Too large",
                "The document has more bytes than this call takes.",
            ),
            Self::Slow => words(
                S::REQUEST_TIMEOUT,
                "slow",
                "Too slow",
                "The document did not arrive in time. Nothing was kept. Send it again.",
            ),
            Self::UnsupportedMediaType => words(
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Content type not taken",
                "This call takes another content type.",
            ),
            Self::Invalid(_) => words(
                S::UNPROCESSABLE_ENTITY,
                "invalid",
                "A rule is broken",
                "The document breaks the rule of docs/protocol.md that is named here.",
            ),
            Self::DirectoryStale => words(
                S::UNPROCESSABLE_ENTITY,
                "directory-stale",
                "Directory has changed",
                "The people who read reports have changed. Fetch the directory and seal again.",
            ),
            Self::Code => words(
                S::UNPROCESSABLE_ENTITY,
                "code",
                "Code not accepted",
                "The code does not fit, or was used before. Wait for the next one.",
            ),
            Self::SlowDown(_) => words(
                S::TOO_MANY_REQUESTS,
                "slow-down",
                "Too many tries",
                "There were too many wrong tries. Wait, then try again.",
            ),
            Self::Fault => words(
                S::INTERNAL_SERVER_ERROR,
                "fault",
                "Fault of the service",
                "Something went wrong at the service. Try again.",
            ),
            Self::Unavailable => words(
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not available now",
                "The service cannot answer now. Nothing was kept. Try again.",
            ),
            Self::StorageFull => words(
                S::SERVICE_UNAVAILABLE,
                "storage-full",
                "No room",
                "The service has no room now. Nothing was kept. Try again later.",
            ),
        }
    }

    /// The code by which the refusal is known (P2).
    #[must_use]
    pub fn code(self) -> &'static str {
        self.words().code
    }

    /// The document's bytes.
    #[must_use]
    pub fn document(self) -> Vec<u8> {
        let Words {
            status,
            code,
            title,
            detail,
        } = self.words();
        let mut document = serde_json::json!({
            "type": format!("urn:rightline:problem:{code}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        match self {
            Self::Invalid(refused) => document["rule"] = refused.rule().into(),
            Self::Procedure(why) => document["rule"] = why.into(),
            _ => {}
        }
        document.to_string().into_bytes()
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.words().status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        if let Self::SlowDown(seconds) = self {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        response.body(self.document())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Full => Self::StorageFull,
            StoreError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Invalid(refused)
    }
}
