//! The design page: every part in every state. A program of its own, so that the dashboard does not
//! carry it.

fn main() {
    console_error_panic_hook::set_once();
    plumbline_app::dashboard::mount_design();
}
