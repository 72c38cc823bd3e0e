//! `epos-web [--listen ADDRESS]`: serves the routes, on loopback unless told otherwise.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "usage: epos-web [--listen ADDRESS]   (default 127.0.0.1:8080)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let address = match words.as_slice() {
        [] => "127.0.0.1:8080",
        ["--listen", address] => address,
        _ => return failed(USAGE),
    };
    let Ok(address) = address.parse::<SocketAddr>() else {
        return failed(&format!("`{address}` is not an address and port such as 127.0.0.1:8080\n{USAGE}"));
    };
    let listener = match tokio::net::TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => return failed(&format!("cannot listen on {address}: {error}")),
    };
    say(&format!("epos-web listens on http://{}", listener.local_addr().unwrap_or(address)));
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    warp::serve(epos_web::routes()).incoming(listener).graceful(stopped).run().await;
    ExitCode::SUCCESS
}

fn failed(message: &str) -> ExitCode {
    say(message);
    ExitCode::from(2)
}

fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}
