//! What each setting may be, and where a mistake stands.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::Spanned;
use zeroize::Zeroizing;

use super::{
    Casework, FileCasework, FileDatabase, FileServer, FileTeam, Mistake, PlannedRoute, PlannedTeam,
    PlannedUnit, Server, Tls,
};
use crate::protocol::ServiceId;
use crate::store::Location;

/// The most characters of the name of a unit or a team.
pub(super) const LONGEST_NAME: usize = 100;

/// A file that is being read, so that mistakes can be placed in it.
pub(super) struct Reading<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Reading<'_> {
    pub(super) fn mistake(&self, offset: usize, message: &str) -> Mistake {
        Mistake {
            file: self.path.to_path_buf(),
            line: self.line(offset),
            message: message.lines().next().unwrap_or_default().to_owned(),
        }
    }

    /// The line that a place in the text is on, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        1 + before.matches('\n').count()
    }

    pub(super) fn at<T>(&self, place: &Spanned<T>, message: &str) -> Mistake {
        self.mistake(place.span().start, message)
    }

    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new(".")).join(path)
    }

    pub(super) fn name(&self, name: &Spanned<String>) -> Result<String, Mistake> {
        let text = name.get_ref().trim();
        if text.is_empty() || text.chars().count() > 100 {
            return Err(self.at(name, "the force's name has 1 to 100 characters"));
        }
        Ok(text.to_owned())
    }

    /// The service id, zero where there is none yet.
    pub(super) fn service(&self, id: &Spanned<String>) -> Result<ServiceId, Mistake> {
        if id.get_ref().is_empty() {
            return Ok(ServiceId::ZERO);
        }
        id.get_ref()
            .parse()
            .map_err(|_| self.at(id, "the service id is 64 lower-case hex digits, or empty"))
    }

    pub(super) fn second_factor(
        &self,
        asked: &Spanned<bool>,
        demonstration: bool,
    ) -> Result<bool, Mistake> {
        if *asked.get_ref() || demonstration {
            Ok(*asked.get_ref())
        } else {
            Err(self.at(
                asked,
                "only a demonstration (demonstration = true) does without a second factor",
            ))
        }
    }

    pub(super) fn teams(&self, teams: &[FileTeam]) -> Result<Vec<PlannedTeam>, Mistake> {
        let mut read: Vec<PlannedTeam> = Vec::with_capacity(teams.len());
        for team in teams {
            let id = team.id.get_ref().parse().map_err(|_| {
                self.at(
                    &team.id,
                    "a team's id is 1 to 40 of the letters a to z, digits and hyphens",
                )
            })?;
            if read.iter().any(|before| before.id == id) {
                return Err(self.at(&team.id, "another team has this id"));
            }
            let route = match team.route.get_ref().as_str() {
                "" => None,
                "intake" => Some(PlannedRoute::Intake),
                "independent" => Some(PlannedRoute::Independent),
                "custodians" => Some(PlannedRoute::Custodians),
                _ => {
                    return Err(self.at(
                        &team.route,
                        "a route is intake, independent, custodians or empty",
                    ));
                }
            };
            if route.is_some() && read.iter().any(|before| before.route == route) {
                return Err(self.at(&team.route, "another team has this route"));
            }
            if route.is_some() && team.retired {
                return Err(self.at(&team.route, "a team that is retired has no route"));
            }
            let name = self.plain_name(&team.name, "a team's name")?;
            read.push(PlannedTeam {
                id,
                name,
                route,
                retired: team.retired,
            });
        }
        Ok(read)
    }

    /// A name as it is written, without spaces around it.
    pub(super) fn plain_name(&self, name: &Spanned<String>, what: &str) -> Result<String, Mistake> {
        self.plain_text(name, what, LONGEST_NAME)
    }

    /// A line of text as it is written, without spaces around it.
    pub(super) fn plain_text(
        &self,
        text: &Spanned<String>,
        what: &str,
        longest: usize,
    ) -> Result<String, Mistake> {
        let line = text.get_ref();
        let plain = line.trim() == line && !line.chars().any(char::is_control);
        if plain && (1..=longest).contains(&line.chars().count()) {
            Ok(line.clone())
        } else {
            let message = format!("{what} has 1 to {longest} characters, and no spaces around it");
            Err(self.at(text, &message))
        }
    }

    /// The casework that the force's file says, or the sample where none is named.
    pub(super) fn casework(
        &self,
        named: Option<&FileCasework>,
        teams: &[PlannedTeam],
        units: &[PlannedUnit],
    ) -> Result<Casework, Mistake> {
        let Some(FileCasework { file }) = named else {
            return Casework::sample(teams, units);
        };
        let path = self.secret(file)?;
        let text = std::fs::read_to_string(&path)
            .map_err(|_| self.at(file, "this file cannot be read"))?;
        Casework::parse(&path, &text, teams, units)
    }

    pub(super) fn origin(&self, origin: &Spanned<String>) -> Result<String, Mistake> {
        let text = origin.get_ref();
        let (secure, host) = match text.split_once("://") {
            Some(("https", host)) => (true, host),
            Some(("http", host)) => (false, host),
            _ => (false, ""),
        };
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        let onion = name
            .rsplit_once('.')
            .is_some_and(|(_, last)| last == "onion");
        let allowed = secure || matches!(name, "localhost" | "127.0.0.1") || onion;
        if allowed && !name.is_empty() && name.chars().all(plain) && port.parse::<u16>().is_ok() {
            return Ok(text.clone());
        }
        Err(self.at(
            origin,
            "the origin is https://host without a path (http:// only for localhost or an onion)",
        ))
    }

    pub(super) fn address(&self, address: &Spanned<String>) -> Result<String, Mistake> {
        if address.get_ref().starts_with("https://") {
            Ok(address.get_ref().clone())
        } else {
            Err(self.at(address, "exit_to is an https:// address"))
        }
    }

    pub(super) fn between(
        &self,
        value: &Spanned<u16>,
        least: u16,
        most: u16,
    ) -> Result<u16, Mistake> {
        let number = *value.get_ref();
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(self.at(value, &format!("this is a number from {least} to {most}")))
        }
    }

    pub(super) fn server(&self, server: &FileServer, origin: &str) -> Result<Server, Mistake> {
        let mut listen = Vec::new();
        for address in server.listen.get_ref() {
            let parsed: SocketAddr = address.get_ref().parse().map_err(|_| {
                self.at(
                    address,
                    "an address to listen on is IP:PORT, such as 127.0.0.1:8080",
                )
            })?;
            if server.tls.is_none() && !parsed.ip().is_loopback() {
                return Err(self.at(
                    address,
                    "without [server.tls] only loopback addresses are listened on",
                ));
            }
            listen.push(parsed);
        }
        if listen.is_empty() {
            return Err(self.at(
                &server.listen,
                "at least one address to listen on is needed",
            ));
        }
        let tls = match &server.tls {
            None => None,
            Some(tls) => {
                if !origin.starts_with("https://") {
                    return Err(self.at(&tls.certificate, "with TLS the origin is https://"));
                }
                Some(Tls {
                    certificate: self.secret(&tls.certificate)?,
                    key: self.secret(&tls.key)?,
                })
            }
        };
        let workers = *server.workers.get_ref();
        if !(1..=64).contains(&workers) {
            return Err(self.at(&server.workers, "workers is a number from 1 to 64"));
        }
        Ok(Server {
            listen,
            workers,
            drain_seconds: server.drain_seconds.min(60),
            tls,
        })
    }

    pub(super) fn database(&self, database: &FileDatabase) -> Result<Location, Mistake> {
        let url = database.url.get_ref();
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.trim_start_matches("//");
            if path.is_empty() {
                return Err(self.at(&database.url, "a SQLite database is sqlite:PATH"));
            }
            return Ok(Location::Sqlite(self.resolve(Path::new(path))));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let authority = url.split("://").nth(1).unwrap_or_default();
            let authority = authority.split('/').next().unwrap_or_default();
            let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
            if user.contains(':') {
                return Err(self.at(
                    &database.url,
                    "the password goes into password_file, not the URL",
                ));
            }
            let password_file = database
                .password_file
                .as_ref()
                .map(|file| self.secret(file))
                .transpose()?;
            return Ok(Location::Postgres {
                url: url.clone(),
                password_file,
            });
        }
        Err(self.at(
            &database.url,
            "the database is sqlite:PATH or postgres://user@host:port/name",
        ))
    }

    /// A file that must hold 64 hex digits.
    pub(super) fn seed(&self, path: &Spanned<PathBuf>) -> Result<PathBuf, Mistake> {
        let file = self.secret(path)?;
        let text = std::fs::read_to_string(&file).map(Zeroizing::new);
        let text = text.map_err(|_| self.at(path, "this file cannot be read"))?;
        let digits = text.trim_ascii_end().as_bytes();
        if digits.len() == 64
            && digits
                .iter()
                .all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f'))
        {
            Ok(file)
        } else {
            Err(self.at(path, "this file does not hold 64 lower-case hex digits"))
        }
    }

    /// A file that must be there; secrets are read only when the service starts.
    fn secret(&self, path: &Spanned<PathBuf>) -> Result<PathBuf, Mistake> {
        let file = self.resolve(path.get_ref());
        if file.is_file() {
            Ok(file)
        } else {
            Err(self.at(path, "there is no such file"))
        }
    }
}
