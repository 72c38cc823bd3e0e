//! `epos serve`, on a real socket: it answers what the command line prints, and no client can harm it.

#[path = "server/answers.rs"]
mod answers;
#[path = "server/changes.rs"]
mod changes;
#[path = "server/client.rs"]
mod client;
#[path = "server/databases.rs"]
mod databases;
#[path = "server/hostile.rs"]
mod hostile;
