//! A machine that forwards to another one.

/// Forwards operations of [`Runtime`](crate::runtime::Runtime) to the field of a machine, so that a test
/// writes only those that it changes. Without a list, it forwards all ten and the time. What is given by
/// reference (`read_shared`) comes by `read`.
///
/// It is a macro, since no trait of this crate could implement that of another for a type of yours.
///
/// ```
/// use tress_testkit::runtime::{Runtime, WriteOperation};
/// use tress_testkit::{Echo, forward, written};
///
/// /// An echo that counts what it hears.
/// struct Counts {
///     inner: Echo,
///     heard: usize,
/// }
///
/// impl Runtime for Counts {
///     forward!(inner: next_read_operation read_eof yield_reader next_write_operation);
///     forward!(inner: report_write_result yield_writer report_exn shutdown is_closed tick);
///
///     fn read(&mut self, input: &[u8]) -> usize {
///         let consumed = self.inner.read(input);
///         self.heard += consumed;
///         consumed
///     }
/// }
///
/// struct Same(Echo);
///
/// impl Runtime for Same {
///     forward!(0);
/// }
///
/// let mut machine = Counts { inner: Echo::new(), heard: 0 };
/// machine.read(b"abc");
/// assert_eq!((machine.heard, &written(&mut machine)[..]), (3, &b"abc"[..]));
/// let mut same = Same(Echo::new());
/// same.read(b"abc");
/// assert_eq!(written(&mut same), b"abc");
/// ```
#[macro_export]
macro_rules! forward {
    ($field:tt) => {
        $crate::forward!($field: next_read_operation read read_eof yield_reader);
        $crate::forward!($field: next_write_operation report_write_result yield_writer);
        $crate::forward!($field: report_exn shutdown is_closed tick);
    };
    ($field:tt: $($operation:ident)+) => {
        $($crate::forward!(@$operation $field);)+
    };
    (@next_read_operation $field:tt) => {
        fn next_read_operation(&mut self) -> $crate::runtime::ReadOperation {
            $crate::runtime::Runtime::next_read_operation(&mut self.$field)
        }
    };
    (@read $field:tt) => {
        fn read(&mut self, input: &[u8]) -> usize {
            $crate::runtime::Runtime::read(&mut self.$field, input)
        }
    };
    (@read_eof $field:tt) => {
        fn read_eof(&mut self, input: &[u8]) -> usize {
            $crate::runtime::Runtime::read_eof(&mut self.$field, input)
        }
    };
    (@yield_reader $field:tt) => {
        fn yield_reader(&mut self, waker: &::core::task::Waker) {
            $crate::runtime::Runtime::yield_reader(&mut self.$field, waker);
        }
    };
    (@next_write_operation $field:tt) => {
        fn next_write_operation(&mut self) -> $crate::runtime::WriteOperation<'_> {
            $crate::runtime::Runtime::next_write_operation(&mut self.$field)
        }
    };
    (@report_write_result $field:tt) => {
        fn report_write_result(&mut self, result: $crate::runtime::WriteResult) {
            $crate::runtime::Runtime::report_write_result(&mut self.$field, result);
        }
    };
    (@yield_writer $field:tt) => {
        fn yield_writer(&mut self, waker: &::core::task::Waker) {
            $crate::runtime::Runtime::yield_writer(&mut self.$field, waker);
        }
    };
    (@report_exn $field:tt) => {
        fn report_exn(&mut self, exn: $crate::runtime::Exn) {
            $crate::runtime::Runtime::report_exn(&mut self.$field, exn);
        }
    };
    (@shutdown $field:tt) => {
        fn shutdown(&mut self) {
            $crate::runtime::Runtime::shutdown(&mut self.$field);
        }
    };
    (@is_closed $field:tt) => {
        fn is_closed(&self) -> bool {
            $crate::runtime::Runtime::is_closed(&self.$field)
        }
    };
    (@tick $field:tt) => {
        fn tick(&mut self, now: ::core::time::Duration) -> Option<::core::time::Duration> {
            $crate::runtime::Runtime::tick(&mut self.$field, now)
        }
    };
}
