//! The book: leads from files, and people who are in it twice. A program of its own beside the screens
//! of every day and the workshop.

fn main() {
    console_error_panic_hook::set_once();
    plumbline_app::dashboard::mount_book();
}
