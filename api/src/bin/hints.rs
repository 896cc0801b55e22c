//! Writes the file of hints from the tables: `hints TABLES FILE`, for the build.

use std::path::Path;
use std::{env, fs, io};

use plumbline_domain::email::Lists;
use plumbline_domain::hints;

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(tables), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("name the folder of the tables and the file to write"));
    };
    let read = |name: &str| fs::read_to_string(Path::new(&tables).join(name));
    let lists = Lists {
        disposable_domains: &read("disposable_domains.txt")?,
        disposable_hosts: "",
        roles: &read("roles.txt")?,
        top_level_domains: &read("top_level_domains.txt")?,
    };
    let written = hints::write(&lists, &read("phone_lengths.txt")?);
    fs::write(file, written.map_err(io::Error::other)?)
}
