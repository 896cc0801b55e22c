//! The workshop: what the owner does now and then. A program of its own, so that the screens of every
//! day load without it.

fn main() {
    console_error_panic_hook::set_once();
    plumbline_app::dashboard::mount_workshop();
}
