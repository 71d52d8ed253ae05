//! Whole connections of nghttp2, as a server or as a client.
//!
//! The application looks at the fields of a message as they come, or it keeps them until the message
//! is whole, in the way that costs least: it counts itself in as a holder of the library's own buffers.

use core::ffi::{c_int, c_void};
use core::ptr;

use libnghttp2_sys as ffi;

use crate::engine::varied::{LENGTHS, Varied};

/// Header fields as nghttp2 takes them; it copies what it is to keep.
pub struct Fields<'f> {
    raw: Vec<ffi::nghttp2_nv>,
    source: core::marker::PhantomData<&'f [u8]>,
}

impl<'f> Fields<'f> {
    /// Makes a list ready.
    pub fn new(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let field = |(name, value): (&'f str, &'f str)| ffi::nghttp2_nv {
            name: name.as_ptr().cast_mut(),
            value: value.as_ptr().cast_mut(),
            namelen: name.len(),
            valuelen: value.len(),
            flags: 0,
        };
        Self {
            raw: fields.into_iter().map(field).collect(),
            source: core::marker::PhantomData,
        }
    }

    /// The fields as the library takes them.
    pub(super) fn raw(&self) -> &[ffi::nghttp2_nv] {
        &self.raw
    }
}

/// What an application does with the fields of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It looks at each one as it comes.
    Nothing,
    /// It keeps them until the message is whole.
    Message,
}

/// The heads of answers that differ.
struct Varying {
    varied: Varied,
    /// The fields of the answer, the length and the date last.
    fields: Vec<ffi::nghttp2_nv>,
}

impl Varying {
    /// Makes the head of the next answer; returns by how much its content is shorter.
    fn next(&mut self) -> usize {
        let (cut, date) = self.varied.turn();
        if let [.., length, when] = &mut *self.fields {
            set(length, LENGTHS[cut]);
            set(when, date);
        }
        cut
    }
}

fn set(field: &mut ffi::nghttp2_nv, value: &'static str) {
    field.value = value.as_ptr().cast_mut();
    field.valuelen = value.len();
}

/// What the callbacks share with the connection.
struct Application {
    keeping: Keeping,
    varying: Option<Varying>,
    /// What a server answers; none of it if the requests are only looked at.
    response: Fields<'static>,
    content: &'static [u8],
    /// The octets of the response that is sent in pieces, as far as they are left.
    left: usize,
    /// The names and values of the message in progress.
    message: Vec<*mut ffi::nghttp2_rcbuf>,
    seen: Seen,
}

impl Application {
    /// Looks at the fields of a message, and lets them go.
    fn look(&mut self) {
        for buffer in self.message.drain(..) {
            // SAFETY: it was counted when it was kept, and is given up once.
            unsafe {
                self.seen.fields += ffi::nghttp2_rcbuf_get_buf(buffer).len;
                ffi::nghttp2_rcbuf_decref(buffer);
            }
        }
    }
}

/// What a connection has come to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// The octets of all header fields.
    pub fields: usize,
    /// The octets of content.
    pub content: usize,
    /// The streams that are closed.
    pub closed: usize,
}

/// One end of a connection.
pub struct Connection {
    raw: *mut ffi::nghttp2_session,
    application: *mut Application,
}

impl Connection {
    /// Makes a server that answers requests, each with the same head and content, until
    /// [`set_bulk`](Self::set_bulk) or [`vary`](Self::vary) says otherwise.
    pub fn server(response: Fields<'static>, content: &'static [u8], keeping: Keeping) -> Self {
        let application = Application {
            keeping,
            varying: None,
            response,
            content,
            left: 0,
            message: Vec::new(),
            seen: Seen::default(),
        };
        Self::new(application, ffi::nghttp2_session_server_new)
    }

    /// Makes a client.
    pub fn client(keeping: Keeping) -> Self {
        let application = Application {
            keeping,
            varying: None,
            response: Fields::new([]),
            content: &[],
            left: 0,
            message: Vec::new(),
            seen: Seen::default(),
        };
        Self::new(application, ffi::nghttp2_session_client_new)
    }

    fn new(
        application: Application,
        make: unsafe extern "C" fn(
            *mut *mut ffi::nghttp2_session,
            *const ffi::nghttp2_session_callbacks,
            *mut c_void,
        ) -> c_int,
    ) -> Self {
        let keeping = application.keeping;
        let application = Box::into_raw(Box::new(application));
        let (mut callbacks, mut raw) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the places to write to are valid; the callbacks are copied by the session, and
        // freed once. The application outlives the session.
        unsafe {
            assert_eq!(ffi::nghttp2_session_callbacks_new(&raw mut callbacks), 0);
            match keeping {
                Keeping::Nothing => {
                    ffi::nghttp2_session_callbacks_set_on_header_callback(callbacks, Some(look_at));
                }
                Keeping::Message => {
                    ffi::nghttp2_session_callbacks_set_on_header_callback2(callbacks, Some(keep));
                }
            }
            ffi::nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Some(on_frame));
            ffi::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
                callbacks,
                Some(on_data),
            );
            ffi::nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Some(on_close));
            let status = make(&raw mut raw, callbacks, application.cast());
            ffi::nghttp2_session_callbacks_del(callbacks);
            assert_eq!(status, 0, "nghttp2 has no memory for a session");
        }
        Self { raw, application }
    }

    /// Announces the windows, and how many streams there may be.
    pub fn announce(&mut self, stream_window: u32, connection_window: u32, streams: u32) {
        let entry = |settings_id, value| ffi::nghttp2_settings_entry { settings_id, value };
        let entries = [
            entry(
                ffi::NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE as i32,
                stream_window,
            ),
            entry(ffi::NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS as i32, streams),
        ];
        let window = i32::try_from(connection_window).expect("a window has 31 bits");
        // SAFETY: the session lives as long as `self`; the entries are copied.
        let (settings, window) = unsafe {
            (
                ffi::nghttp2_submit_settings(self.raw, 0, entries.as_ptr(), entries.len()),
                ffi::nghttp2_session_set_local_window_size(self.raw, 0, 0, window),
            )
        };
        assert_eq!((settings, window), (0, 0), "nghttp2 refused settings");
    }

    /// Lets a client ask.
    pub fn request(&mut self, fields: &Fields<'_>) {
        let none = ptr::null();
        // SAFETY: the session lives as long as `self`; the fields are copied.
        let id = unsafe {
            ffi::nghttp2_submit_request(
                self.raw,
                none,
                fields.raw.as_ptr(),
                fields.raw.len(),
                ptr::null(),
                ptr::null_mut(),
            )
        };
        assert!(id > 0, "nghttp2 refused a request");
    }

    /// Lets the answers differ in their length and their date.
    pub fn vary(&mut self) {
        // SAFETY: nothing else refers to the application while no callback runs.
        let application = unsafe { &mut *self.application };
        let fields = application.response.raw.iter();
        let mut fields: Vec<_> = fields.filter(|field| field.namelen != 4).copied().collect();
        let added = Fields::new([("content-length", LENGTHS[0]), ("date", "")]);
        fields.extend(added.raw);
        application.varying = Some(Varying {
            varied: Varied::default(),
            fields,
        });
    }

    /// Sets how many octets the next response has.
    pub fn set_bulk(&mut self, octets: usize) {
        // SAFETY: nothing else refers to the application while no callback runs.
        unsafe { (*self.application).left = octets }
    }

    /// Takes octets; panics unless it takes all of them.
    pub fn receive(&mut self, octets: &[u8]) {
        // SAFETY: the session lives as long as `self`, and the octets are borrowed for the call.
        let read =
            unsafe { ffi::nghttp2_session_mem_recv(self.raw, octets.as_ptr(), octets.len()) };
        assert_eq!(
            usize::try_from(read),
            Ok(octets.len()),
            "nghttp2 refused octets"
        );
    }

    /// The next octets to be written: at most one frame; none if nothing waits.
    pub fn send(&mut self) -> &[u8] {
        let mut data = ptr::null();
        // SAFETY: the session lives as long as `self`; the octets are valid until the next call.
        unsafe {
            let length = ffi::nghttp2_session_mem_send(self.raw, &raw mut data);
            match usize::try_from(length).expect("nghttp2 can go on") {
                0 => &[],
                length => core::slice::from_raw_parts(data, length),
            }
        }
    }

    /// What has come so far.
    pub fn seen(&self) -> Seen {
        // SAFETY: nothing else refers to the application while no callback runs.
        unsafe { (*self.application).seen }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: both were made by `new`, and are freed once, the session first.
        unsafe {
            ffi::nghttp2_session_del(self.raw);
            Box::from_raw(self.application).look();
        }
    }
}

unsafe extern "C" fn look_at(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    _: *const u8,
    name: usize,
    _: *const u8,
    value: usize,
    _: u8,
    application: *mut c_void,
) -> c_int {
    // SAFETY: it is the application that `new` made, to which nothing else refers now.
    let application = unsafe { &mut *application.cast::<Application>() };
    application.seen.fields += name + value;
    0
}

unsafe extern "C" fn keep(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    name: *mut ffi::nghttp2_rcbuf,
    value: *mut ffi::nghttp2_rcbuf,
    _: u8,
    application: *mut c_void,
) -> c_int {
    // SAFETY: it is the application that `new` made, to which nothing else refers now; the buffers
    // live, and are counted until they are looked at.
    let application = unsafe {
        ffi::nghttp2_rcbuf_incref(name);
        ffi::nghttp2_rcbuf_incref(value);
        &mut *application.cast::<Application>()
    };
    application.message.extend([name, value]);
    0
}

unsafe extern "C" fn on_data(
    _: *mut ffi::nghttp2_session,
    _: u8,
    _: i32,
    _: *const u8,
    octets: usize,
    application: *mut c_void,
) -> c_int {
    // SAFETY: it is the application that `new` made, to which nothing else refers now.
    let application = unsafe { &mut *application.cast::<Application>() };
    application.seen.content += octets;
    0
}

unsafe extern "C" fn on_close(
    _: *mut ffi::nghttp2_session,
    _: i32,
    _: u32,
    application: *mut c_void,
) -> c_int {
    // SAFETY: it is the application that `new` made, to which nothing else refers now.
    let application = unsafe { &mut *application.cast::<Application>() };
    application.seen.closed += 1;
    0
}

/// Answers requests that are whole.
unsafe extern "C" fn on_frame(
    session: *mut ffi::nghttp2_session,
    frame: *const ffi::nghttp2_frame,
    application: *mut c_void,
) -> c_int {
    // SAFETY: it is the application that `new` made, to which nothing else refers now; every frame
    // begins with its head.
    let (application, head) = unsafe { (&mut *application.cast::<Application>(), (*frame).hd) };
    if i64::from(head.type_) == i64::from(ffi::NGHTTP2_HEADERS) {
        application.look();
    }
    let is_message = u32::from(head.type_) < 2;
    let is_whole = u32::from(head.flags) & ffi::NGHTTP2_FLAG_END_STREAM != 0;
    if !is_message || !is_whole || application.content.is_empty() {
        return 0;
    }
    let cut = application.varying.as_mut().map_or(0, Varying::next);
    let provider = ffi::nghttp2_data_provider {
        source: ffi::nghttp2_data_source { fd: cut as c_int },
        read_callback: Some(match application.left {
            0 => read_whole,
            _ => read_piece,
        }),
    };
    let fields = match &application.varying {
        Some(varying) => &varying.fields,
        None => &application.response.raw,
    };
    // SAFETY: the session is the one that calls; fields and provider are copied.
    unsafe {
        ffi::nghttp2_submit_response(
            session,
            head.stream_id,
            fields.as_ptr(),
            fields.len(),
            &raw const provider,
        )
    }
}

/// Hands out content that fits a frame.
unsafe extern "C" fn read_whole(
    _: *mut ffi::nghttp2_session,
    _: i32,
    buffer: *mut u8,
    space: usize,
    flags: *mut u32,
    source: *mut ffi::nghttp2_data_source,
    application: *mut c_void,
) -> isize {
    // SAFETY: it is the application that `new` made, to which nothing else refers now; the source was
    // made with a number.
    let (application, cut) = unsafe {
        (
            &mut *application.cast::<Application>(),
            (*source).fd as usize,
        )
    };
    let content = &application.content[cut..];
    assert!(content.len() <= space, "the content fits a frame");
    // SAFETY: the buffer has the space, and the flags may be written.
    unsafe {
        ptr::copy_nonoverlapping(content.as_ptr(), buffer, content.len());
        *flags |= ffi::NGHTTP2_DATA_FLAG_EOF;
    }
    content.len() as isize
}

/// Hands out as much as fits a frame of content that comes again and again.
unsafe extern "C" fn read_piece(
    _: *mut ffi::nghttp2_session,
    _: i32,
    buffer: *mut u8,
    space: usize,
    flags: *mut u32,
    _: *mut ffi::nghttp2_data_source,
    application: *mut c_void,
) -> isize {
    // SAFETY: it is the application that `new` made, to which nothing else refers now.
    let application = unsafe { &mut *application.cast::<Application>() };
    let content = application.content;
    // It starts anew where it ends, so that all of it is read.
    let start = (content.len() - application.left % content.len()) % content.len();
    let content = &content[start..];
    let octets = content.len().min(space).min(application.left);
    application.left -= octets;
    // SAFETY: the buffer has the space, and the flags may be written.
    unsafe {
        ptr::copy_nonoverlapping(content.as_ptr(), buffer, octets);
        if application.left == 0 {
            *flags |= ffi::NGHTTP2_DATA_FLAG_EOF;
        }
    }
    octets as isize
}
