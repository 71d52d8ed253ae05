//! Frames from random octets, most of them legal; written by hand where they are read by the crate.

use tress_frame::{
    AltSvc, Continuation, Data, Dependency, ErrorCode, Frame, FrameType, GoAway, Headers,
    Increment, Origin, Ping, Priority, PriorityUpdate, PushPromise, RstStream, Setting, SettingId,
    Settings, StreamId, Unknown, WindowUpdate,
};

/// Gives octets the look of frames, of which most are legal; random ones hardly ever are.
pub(crate) fn shape(data: &[u8]) -> Vec<u8> {
    let mut numbers = Numbers(data);
    let mut wire = Vec::new();
    while !numbers.0.is_empty() {
        let frame_type = numbers.octet() % 20;
        let flags = numbers.octet() & numbers.octet();
        let on_connection = matches!(frame_type, 4 | 6 | 7 | 12 | 16);
        let stream_id = if on_connection {
            0
        } else {
            numbers.octet() % 8
        };
        let mut payload = numbers.octets().to_vec();
        let len = numbers.octet().min(2);
        match frame_type {
            2 => payload.resize(5, len),
            3 | 8 => payload.resize(4, len),
            4 if flags & 1 == 1 => payload.clear(),
            4 => payload.truncate(payload.len() / 6 * 6),
            6 => payload.resize(8, len),
            10 | 12 => drop(payload.splice(..0, [0, len, b'a', b'b'])),
            _ => {}
        }
        let [_, l0, l1, l2] = u32::try_from(payload.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        wire.extend([l0, l1, l2, frame_type, flags, 0, 0, 0, stream_id]);
        wire.extend(payload);
    }
    wire
}

/// Numbers and short strings from a fuzzer's octets; zeros when they run out.
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl<'a> Numbers<'a> {
    pub(crate) fn octet(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn flag(&mut self) -> bool {
        self.octet() % 2 == 1
    }

    fn word(&mut self) -> u32 {
        u32::from_be_bytes([self.octet(), self.octet(), self.octet(), self.octet()])
    }

    pub(crate) fn octets(&mut self) -> &'a [u8] {
        let len = usize::from(self.octet() % 64).min(self.0.len());
        let (octets, rest) = self.0.split_at(len);
        self.0 = rest;
        octets
    }

    fn stream_id(&mut self) -> StreamId {
        StreamId::from_wire(self.word() | 1)
    }
}

/// Settings of which none is illegal.
pub(crate) fn settings(numbers: &mut Numbers<'_>) -> Vec<Setting> {
    (0..numbers.octet() % 8)
        .map(|_| Setting::new(SettingId(u16::from(numbers.octet())), numbers.word()))
        .filter(|setting| setting.validate().is_ok())
        .collect()
}

/// One frame of each type, as constructors make them.
pub(crate) fn make<'a>(
    numbers: &mut Numbers<'a>,
    settings: &'a [Setting],
    origins: &'a [&'a [u8]],
) -> Vec<Frame<'a>> {
    let id = numbers.stream_id();
    let dependency = Dependency {
        exclusive: numbers.flag(),
        stream_id: StreamId::from_wire(numbers.word()),
        weight: numbers.octet(),
    };
    let error_code = ErrorCode(numbers.word());
    let payload = u64::from(numbers.word()).to_be_bytes();
    let promised_id = StreamId::from_wire(numbers.word() & 0x7fff_fffe | 2);
    let increment = Increment::new(numbers.word() >> 1).unwrap_or(Increment::MAX);
    let unknown = FrameType(numbers.octet() | 0x80);
    let mut frames = vec![
        Priority::new(id, dependency).into(),
        RstStream::new(id, error_code).into(),
        Settings::new(settings).into(),
        Settings::ack().into(),
        Ping::new(payload).into(),
        Ping::ack(payload).into(),
        GoAway::new(id, error_code)
            .debug_data(numbers.octets())
            .into(),
        WindowUpdate::new(id, increment).into(),
        Continuation::new(id, numbers.octets()).into(),
        Continuation::new(id, numbers.octets())
            .to_be_continued()
            .into(),
        PriorityUpdate::new(id, numbers.octets()).into(),
        Unknown::new(unknown, id, numbers.octets()).into(),
    ];
    frames.extend(AltSvc::for_origin(numbers.octets(), numbers.octets()).map(Frame::from));
    frames.extend(AltSvc::for_stream(id, numbers.octets()).map(Frame::from));
    frames.extend(Origin::new(origins).map(Frame::from));
    let data = Data::new(id, numbers.octets());
    frames.extend([data, data.end_stream(), data.padded(numbers.octet())].map(Frame::from));
    let headers = Headers::new(id, numbers.octets()).priority(dependency);
    let padded = headers.end_stream().padded(numbers.octet());
    frames.extend([headers, headers.to_be_continued(), padded].map(Frame::from));
    let promise = PushPromise::new(id, promised_id, numbers.octets());
    let padded = promise.to_be_continued().padded(numbers.octet());
    frames.extend([promise, padded].map(Frame::from));
    frames
}
