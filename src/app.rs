//! The one file that names every concept: it joins them into a service and runs it.

mod listening;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Resource};

use crate::ambient::Clock;
use crate::casework::codes::NotServed;
use crate::directory::Directories;
use crate::keys::{KeyError, Keys};
use crate::protocol::ServiceId;
use crate::report::store::Keeper;
use crate::settings::{Mistake, Settings};
use crate::staff::passkeys::Ceremonies;
use crate::statistics::Counters;
use crate::store::{SchemaError, Store};
use crate::web::headers::UnderTls;
use crate::web::{OwnOrigin, Problem, assets, own_pages_only};
use crate::{audit, casework, directory, duties, mailbox, pages, report, staff};

pub use listening::{Running, listen};

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The secrets cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The settings lack a code, unit or team that a case may hold.
    #[error(transparent)]
    Settings(Mistake),
    /// The database belongs to another installation.
    #[error("the database belongs to another installation")]
    Foreign,
    /// The directory in the database does not verify.
    #[error(transparent)]
    Directory(#[from] directory::DirectoryError),
    /// The root names another service key than the one in the secret file.
    #[error(
        "the service key is not the one that the directory names: a new one is taken into use with \
         open = false, until a lead has signed it"
    )]
    ServiceKey,
    /// An address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::ErrorKind),
    /// Certificate or key cannot be used.
    #[error("the certificate or its key cannot be used")]
    Certificate,
    /// The server stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(std::io::ErrorKind),
}

impl From<NotServed> for StartError {
    fn from(error: NotServed) -> Self {
        match error {
            NotServed::Gone(mistake) => Self::Settings(mistake),
            NotServed::Store(error) => Self::Schema(error.into()),
        }
    }
}

/// Everything the routes share.
#[derive(Clone, Debug)]
pub struct Service {
    /// The settings.
    pub settings: Data<Settings>,
    /// The database.
    pub store: Data<Store>,
    /// The clock.
    pub clock: Data<Clock>,
    /// The service's secrets.
    pub keys: Data<Keys>,
    /// The way to the one writer of reports.
    pub keeper: Data<Keeper>,
    /// The directories.
    pub directories: Data<Directories>,
    /// What is counted.
    pub counters: Data<Counters>,
    /// The ceremonies of passkeys.
    pub ceremonies: Data<Ceremonies>,
    draining: Arc<AtomicBool>,
}

impl Service {
    /// Opens the database, reads the secrets and verifies the directory.
    ///
    /// # Errors
    /// When one of them cannot be used, or they do not belong together.
    pub async fn prepare(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let keys = Keys::load(&settings.secrets.service_key, &settings.secrets.pepper)?;
        let store = Store::open(&settings.database).await?;
        let noted = noted_service(&store).await?;
        let pinned = Some(settings.service.id).filter(|id| *id != ServiceId::ZERO);
        if noted.is_some() && pinned.is_some() && noted != pinned {
            return Err(StartError::Foreign);
        }
        // The settings' word, or the database's; neither before the service is founded.
        let service = pinned.or(noted).unwrap_or_default();
        let directories = Directories::new(service, store.clone());
        if let Some(published) = directories.current(clock.seconds()).await?
            && published.directory.root().service_key != keys.service().verifying_key()
            // While no reports are taken, leads can sign a root that names a new key.
            && settings.service.open
        {
            return Err(StartError::ServiceKey);
        }
        if let (None, Some(id)) = (noted, pinned) {
            let (name, id) = (directory::store::SERVICE, id.to_string());
            let done = directory::store::note_installation(&store, name, &id).await;
            done.map_err(SchemaError::from)?;
        }
        casework::codes::serve(&store, &settings).await?;
        let clocks = &settings.casework.clocks;
        let started = casework::store::start_clocks(&store, clocks).await;
        started.map_err(SchemaError::from)?;
        let ceremonies = Ceremonies::of(&settings.service.origin, &settings.service.name);
        let tended = store.clone();
        tokio::spawn(async move { tended.tend_log().await });
        Ok(Self {
            keeper: Data::new(Keeper::start(store.clone())),
            settings: Data::new(settings),
            store: Data::new(store),
            clock: Data::new(clock),
            keys: Data::new(keys),
            directories: Data::new(directories),
            counters: Data::new(Counters::default()),
            ceremonies: Data::new(ceremonies),
            draining: Arc::new(AtomicBool::new(false)),
        })
    }

    /// Every route, with what it shares and the headers that every answer carries.
    pub fn configure(&self, config: &mut ServiceConfig) {
        let desk = &self.settings.desk;
        let limits = staff::Limits {
            idle: i64::from(desk.idle_minutes) * 60,
            absolute: i64::from(desk.session_hours) * 3_600,
            second_factor: desk.second_factor,
        };
        config
            .app_data(self.settings.clone())
            .app_data(self.store.clone())
            .app_data(self.clock.clone())
            .app_data(self.keys.clone())
            .app_data(self.keeper.clone())
            .app_data(self.directories.clone())
            .app_data(self.counters.clone())
            .app_data(self.ceremonies.clone())
            .app_data(Data::new(limits))
            .app_data(Data::new(OwnOrigin(self.settings.service.origin.clone())))
            .app_data(Data::new(UnderTls(
                self.settings.service.origin.starts_with("https://"),
            )))
            .app_data(Data::new(Draining(Arc::clone(&self.draining))))
            .route("/health", web::get().to(health))
            .route("/assets/{name}", web::get().to(assets::serve))
            .service(web::scope("/api/1").configure(api))
            .configure(pages::routes)
            .configure(report::plain::routes)
            .configure(mailbox::plain::routes);
    }

    /// Says that the service is about to stop, so that balancers send nothing more.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }
}

/// Which service the database says it belongs to; a new one says nothing yet.
async fn noted_service(store: &Store) -> Result<Option<ServiceId>, StartError> {
    let noted = directory::store::installation(store, directory::store::SERVICE)
        .await
        .map_err(SchemaError::from)?;
    noted
        .map(|noted| noted.parse().map_err(|_| StartError::Foreign))
        .transpose()
}

fn api(config: &mut ServiceConfig) {
    config
        .service(address("/directory").route(web::get().to(directory::web::current)))
        .service(
            address("/directory/documents/{digest}").route(web::get().to(directory::web::document)),
        )
        .service(address("/directory/roots/{serial}").route(web::get().to(directory::web::root)))
        .service(address("/cases/{case}").route(web::put().to(report::web::put)))
        .service(address("/mailbox/challenge").route(web::post().to(mailbox::web::challenge)))
        .service(
            web::resource("/mailbox")
                .route(web::post().to(mailbox::web::act))
                .default_service(web::to(mailbox::web::method)),
        )
        .service(
            web::scope("/enrol")
                .wrap(from_fn(duties::keep))
                .wrap(from_fn(own_pages_only))
                .configure(enrol),
        )
        .service(
            web::scope("/desk")
                .wrap(from_fn(duties::keep))
                .wrap(from_fn(own_pages_only))
                .configure(desk),
        )
        .default_service(web::to(unknown));
}

fn enrol(config: &mut ServiceConfig) {
    use staff::web::enrol;
    config
        .service(address("/open").route(web::post().to(enrol::open)))
        .service(address("/keys").route(web::post().to(enrol::set_keys)))
        .service(address("/totp").route(web::post().to(enrol::prove)))
        .service(address("/passkey/options").route(web::post().to(enrol::passkey_options)))
        .service(address("/passkey").route(web::post().to(enrol::make_passkey)))
        .service(address("/vault").route(web::post().to(enrol::keep_vault)))
        .service(address("/vault/open").route(web::post().to(enrol::open_vault)))
        .service(address("/finish").route(web::post().to(enrol::finish)));
}

fn desk(config: &mut ServiceConfig) {
    use staff::web::{
        accounts, factors, fresh, invitations, passkeys, ring, service, sessions, sign_in, vault,
    };
    config
        .service(address("/parameters").route(web::post().to(sign_in::parameters)))
        .service(address("/sign-in").route(web::post().to(sign_in::sign_in)))
        .service(address("/passkey/options").route(web::post().to(passkeys::options)))
        .service(address("/passkey/sign-in").route(web::post().to(passkeys::sign_in)))
        .service(address("/sign-out").route(web::post().to(sessions::sign_out)))
        .service(address("/me").route(web::get().to(sessions::me)))
        .service(address("/fresh").route(web::post().to(fresh::show)))
        .service(address("/sessions").route(web::get().to(sessions::list)))
        .service(address("/sessions/end-others").route(web::post().to(sessions::end_others)))
        .service(address("/sessions/{id}/end").route(web::post().to(sessions::end)))
        .service(address("/factors").route(web::get().to(factors::list)))
        .service(address("/factors/totp").route(web::post().to(factors::add_codes)))
        .service(
            address("/factors/passkey/options").route(web::post().to(factors::passkey_options)),
        )
        .service(address("/factors/passkey").route(web::post().to(factors::add_passkey)))
        .service(address("/factors/{id}/prove").route(web::post().to(factors::prove)))
        .service(address("/factors/{id}/name").route(web::post().to(factors::name)))
        .service(address("/factors/{id}/remove").route(web::post().to(factors::remove)))
        .service(
            address("/vault")
                .route(web::get().to(vault::read))
                .route(web::put().to(vault::replace)),
        )
        .service(
            address("/ring")
                .route(web::get().to(ring::ring))
                .route(web::put().to(ring::keep_ring)),
        )
        .service(address("/accounts").route(web::get().to(accounts::list)))
        .service(address("/accounts/{member}/suspend").route(web::post().to(accounts::suspend)))
        .service(address("/accounts/{member}/restore").route(web::post().to(accounts::restore)))
        .service(
            address("/accounts/{member}/end-sessions")
                .route(web::post().to(accounts::end_sessions)),
        )
        .service(
            address("/invitations")
                .route(web::get().to(invitations::list))
                .route(web::post().to(invitations::invite)),
        )
        .service(address("/invitations/{id}/withdraw").route(web::post().to(invitations::withdraw)))
        .service(address("/service").route(web::get().to(service::state)))
        .service(address("/directory").route(web::post().to(directory::web::desk::publish)))
        .service(address("/directory/leads").route(web::get().to(directory::web::desk::lists)))
        .service(
            address("/recovery")
                .route(web::get().to(directory::web::desk::votes))
                .route(web::post().to(directory::web::desk::vote)),
        )
        .service(address("/audit").route(web::get().to(audit::web::rows)))
        .service(
            address("/audit/heads")
                .route(web::get().to(audit::web::heads))
                .route(web::post().to(audit::web::sign_head)),
        )
        .service(address("/audit/export").route(web::post().to(audit::web::export)))
        .configure(cases);
}

fn cases(config: &mut ServiceConfig) {
    use casework::web as work;
    config
        .service(address("/cases").route(web::get().to(work::list)))
        .service(address("/cases/open").route(web::post().to(work::open)))
        .service(address("/due").route(web::get().to(work::due)))
        .service(address("/stranded").route(web::get().to(work::stranded)))
        .service(address("/casework").route(web::get().to(work::settings)))
        .service(address("/cases/{case}").route(web::get().to(work::case)))
        .service(address("/cases/{case}/declaration").route(web::post().to(work::declare)))
        .service(address("/cases/{case}/messages").route(web::post().to(work::write)))
        .service(address("/cases/{case}/grants").route(web::post().to(work::grant)))
        .service(address("/cases/{case}/access").route(web::get().to(work::access)))
        .service(address("/cases/{case}/epochs").route(web::post().to(work::epoch)))
        .service(address("/cases/{case}/openings").route(web::get().to(work::openings)))
        .service(address("/cases/{case}/work").route(web::get().to(work::work)))
        .service(address("/cases/{case}/procedure").route(web::get().to(work::procedure)))
        .service(address("/cases/{case}/records/{record}").route(web::get().to(work::revisions)))
        .service(address("/cases/{case}/records").route(web::post().to(work::keep)))
        .service(address("/cases/{case}/acts").route(web::post().to(work::act)));
}

/// An address of the API, where other methods than its own are refused.
fn address(path: &'static str) -> Resource {
    web::resource(path).default_service(web::to(method))
}

async fn method() -> Result<HttpResponse, Problem> {
    Err(Problem::Method)
}

async fn unknown() -> Result<HttpResponse, Problem> {
    Err(Problem::NotFound)
}

/// Whether the service is about to stop.
struct Draining(Arc<AtomicBool>);

async fn health(
    store: Data<Store>,
    keeper: Data<Keeper>,
    draining: Data<Draining>,
) -> HttpResponse {
    if !draining.0.load(Ordering::Acquire) && keeper.works() && store.answers().await {
        HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
    } else {
        HttpResponse::ServiceUnavailable().json(serde_json::json!({ "status": "unavailable" }))
    }
}
