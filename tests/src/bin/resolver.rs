//! Runs the scripted resolver until standard input closes: `resolver [PORT]`.

use std::io::Read;

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let (url, _) = plumbline_e2e::resolver::start(port)?;
    println!("{url}");
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
