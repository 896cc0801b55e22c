//! Prints the table of lengths for `cargo xtask lists refresh`.

fn main() {
    print!("{}", plumbline_phone::length_table());
}
