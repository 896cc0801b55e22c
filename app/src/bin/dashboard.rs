//! The dashboard: one page, mounted on the document's body.

fn main() {
    console_error_panic_hook::set_once();
    plumbline_app::dashboard::mount();
}
