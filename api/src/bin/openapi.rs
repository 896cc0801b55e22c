//! Prints the OpenAPI document; the build writes it beside the dashboard.

fn main() {
    println!("{:#}", plumbline_api::openapi::document());
}
