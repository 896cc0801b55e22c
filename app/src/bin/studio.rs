//! The scoring studio: rules, what they make of the book, and their versions. A program of its own
//! beside the screens of every day.

fn main() {
    console_error_panic_hook::set_once();
    plumbline_app::dashboard::mount_studio();
}
