//! Faults: the real program is killed, starved, cut off, stopped and searched.

mod backups;
mod canaries;
mod clients;
mod database;
mod full;
mod kills;
mod load;
mod scan;
mod stopping;
