//! Generates what `tonic-build` makes of a service: its client, and what a server has to do.

use tonic_build::manual::{Builder, Method, MethodBuilder, Service};

fn main() {
    let method = |name: &str, route: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type("bytes::Bytes")
            .output_type("bytes::Bytes")
            .codec_path("crate::grpc::Plain")
    };
    let methods: [MethodBuilder; 4] = [
        method("one", "One"),
        method("up", "Up").client_streaming(),
        method("down", "Down").server_streaming(),
        method("both", "Both").client_streaming().server_streaming(),
    ];
    let service = Service::builder().name("Echo").package("test");
    let service = methods
        .into_iter()
        .fold(service, |service, method| service.method(method.build()));
    Builder::new().compile(&[service.build()]);
}
