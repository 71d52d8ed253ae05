//! Lets a driver run a client or a server: each operation is that of the engine inside.

/// Gives a type with a field `engine` the transport side.
macro_rules! transport_side {
    ($machine:ty) => {
        impl runtime::Runtime for $machine {
            fn next_read_operation(&mut self) -> runtime::ReadOperation {
                runtime::Runtime::next_read_operation(&mut self.engine)
            }

            fn read(&mut self, input: &[u8]) -> usize {
                runtime::Runtime::read(&mut self.engine, input)
            }

            fn read_shared(&mut self, input: &proto::Bytes) -> usize {
                runtime::Runtime::read_shared(&mut self.engine, input)
            }

            fn read_eof(&mut self, input: &[u8]) -> usize {
                runtime::Runtime::read_eof(&mut self.engine, input)
            }

            fn yield_reader(&mut self, waker: &core::task::Waker) {
                runtime::Runtime::yield_reader(&mut self.engine, waker);
            }

            fn next_write_operation(&mut self) -> runtime::WriteOperation<'_> {
                runtime::Runtime::next_write_operation(&mut self.engine)
            }

            fn report_write_result(&mut self, result: runtime::WriteResult) {
                runtime::Runtime::report_write_result(&mut self.engine, result);
            }

            fn yield_writer(&mut self, waker: &core::task::Waker) {
                runtime::Runtime::yield_writer(&mut self.engine, waker);
            }

            fn report_exn(&mut self, exn: runtime::Exn) {
                runtime::Runtime::report_exn(&mut self.engine, exn);
            }

            fn shutdown(&mut self) {
                runtime::Runtime::shutdown(&mut self.engine);
            }

            fn is_closed(&self) -> bool {
                runtime::Runtime::is_closed(&self.engine)
            }

            fn tick(&mut self, now: core::time::Duration) -> Option<core::time::Duration> {
                runtime::Runtime::tick(&mut self.engine, now)
            }
        }
    };
}
pub(crate) use transport_side;
