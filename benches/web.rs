//! Asks a web server over many connections that stay open, and says how many requests a second it answered and how long they took.
//!
//!     bench-web ADDRESS FILE SECONDS CONNECTIONS [RATE]
//!
//! FILE holds the paths to ask, one a line, taken in turn. With RATE requests a second are sent on schedule, and how long each took
//! counts from when it should have been sent, so that a server which stands still is not asked less. Prints requests a second, then
//! the median and the 99th percentile in microseconds.

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep_until;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, file, seconds, connections, rate @ ..] = &words[..] else {
        return Err("usage: bench-web ADDRESS FILE SECONDS CONNECTIONS [RATE]".into());
    };
    let requests: Vec<Vec<u8>> = std::fs::read_to_string(file)?
        .lines()
        .map(|path| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").into_bytes())
        .collect();
    let (length, connections) = (Duration::from_secs_f64(seconds.parse()?), connections.parse::<u32>()?);
    let each = rate
        .first()
        .map(|rate| rate.parse::<f64>())
        .transpose()?
        .map(|rate| Duration::from_secs_f64(f64::from(connections) / rate));
    let requests: &'static [Vec<u8>] = requests.leak();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begin = Instant::now();
    let took = runtime.block_on(async {
        let tasks: Vec<_> = (0..connections)
            .map(|number| {
                let first = requests.len() * number as usize / connections as usize;
                let turns = requests.iter().cycle().skip(first);
                let late = each.map(|each| each * number / connections).unwrap_or_default();
                tokio::spawn(client(address.clone(), turns, begin + late, begin + length, each))
            })
            .collect();
        let mut took = Vec::new();
        for task in tasks {
            took.extend(task.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?);
        }
        Ok::<_, String>(took)
    })?;
    let (mut took, seconds) = (took, begin.elapsed().as_secs_f64());
    took.sort_unstable();
    let at = |part: usize| took.get((took.len() * part / 100).min(took.len().saturating_sub(1))).map_or(0, Duration::as_micros);
    writeln!(std::io::stdout(), "{:.1} {} {}", took.len() as f64 / seconds, at(50), at(99))?;
    Ok(())
}

/// One connection: a request, its answer, the next.
async fn client(
    address: String,
    turns: impl Iterator<Item = &'static Vec<u8>> + Send,
    begin: Instant,
    end: Instant,
    each: Option<Duration>,
) -> std::result::Result<Vec<Duration>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(&address).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    let (mut took, mut answer, mut due) = (Vec::new(), Vec::with_capacity(64 << 10), begin);
    for request in turns {
        if each.is_some() {
            sleep_until(due.into()).await;
        } else {
            due = Instant::now();
        }
        if due >= end {
            break;
        }
        stream.write_all(request).await.map_err(failed)?;
        answer.clear();
        let whole = loop {
            if stream.read_buf(&mut answer).await.map_err(failed)? == 0 {
                return Err("the server closed the connection".to_owned());
            }
            if let Some(whole) = whole(&answer)? {
                break whole;
            }
        };
        if whole != answer.len() {
            return Err("more came than was asked for".to_owned());
        }
        took.push(due.elapsed());
        due += each.unwrap_or_default();
    }
    Ok(took)
}

/// The length of a whole answer, once all of it is there. Anything but 200 is a failure.
fn whole(answer: &[u8]) -> std::result::Result<Option<usize>, String> {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    if !text.starts_with("http/1.1 200") {
        return Err(text.lines().next().unwrap_or_default().to_owned());
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let whole = head + 4 + length.ok_or("an answer without a length")?;
    Ok((answer.len() >= whole).then_some(whole))
}
