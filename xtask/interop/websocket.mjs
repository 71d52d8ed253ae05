// WebSocket over node's http2 by extended CONNECT (RFC 8441): `serve` sends messages back and prints its port;
// `talk URL` has messages sent back, and says `whole` when all have come and the stream has ended.
import { randomBytes } from 'node:crypto';
import http2 from 'node:http2';

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const [mode, address] = process.argv.slice(2);
if (mode === 'serve') serve();
else talk(new URL(address)).catch(fail);

// Writes one frame (RFC 6455 §5.2); clients mask.
function frame(first, payload, masks) {
  const { length } = payload;
  let head;
  if (length < 126) {
    head = Buffer.from([first, length]);
  } else if (length < 65536) {
    head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(length, 2);
  } else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!masks) return Buffer.concat([head, payload]);
  head[1] |= 0x80;
  const key = randomBytes(4);
  return Buffer.concat([head, key, masked(payload, key)]);
}

function masked(payload, key) {
  return payload.map((octet, index) => octet ^ key[index % 4]);
}

// Walks through the frames that come on a stream.
async function* frames(stream, areMasked) {
  let held = Buffer.alloc(0);
  for await (const piece of stream) {
    held = Buffer.concat([held, piece]);
    for (let taken; (taken = take(held, areMasked)); held = taken.rest) yield taken;
  }
  if (held.length > 0) throw new Error(`the stream ended within a frame, after ${held.length} octets`);
}

// Takes a frame off the front, if all of it is there.
function take(held, isMasked) {
  if (held.length < 2) return null;
  if (held[1] >> 7 !== Number(isMasked)) throw new Error(`a frame is ${isMasked ? 'not ' : ''}masked`);
  let [length, at] = [held[1] & 0x7f, 2];
  if (length > 125) {
    at = length === 126 ? 4 : 10;
    if (held.length < at) return null;
    length = at === 4 ? held.readUInt16BE(2) : Number(held.readBigUInt64BE(2));
  }
  const start = isMasked ? at + 4 : at;
  if (held.length < start + length) return null;
  const payload = held.subarray(start, start + length);
  return {
    first: held[0],
    opcode: held[0] & 0x0f,
    payload: isMasked ? masked(payload, held.subarray(at, start)) : payload,
    rest: held.subarray(start + length),
  };
}

function serve() {
  const server = http2.createServer({ settings: { enableConnectProtocol: true } });
  server.on('sessionError', () => {});
  server.on('stream', (stream, head) => {
    stream.on('error', fail);
    if (head[':protocol'] !== 'websocket' || head[':path'] !== '/echo') {
      stream.respond({ ':status': 501 }, { endStream: true });
      return;
    }
    stream.respond({ ':status': 200 });
    echo(stream).catch(fail);
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
}

async function echo(stream) {
  for await (const { first, opcode, payload } of frames(stream, true)) {
    const answer = opcode === PING ? 0x80 | PONG : first;
    stream.write(frame(answer, payload, false));
    // RFC 8441 §5: the end of a direction is that of its TCP connection. To leave the loop would reset the stream.
    if (opcode === CLOSE) stream.end();
  }
  console.log('closed');
}

async function talk(url) {
  const session = http2.connect(url.origin);
  session.on('error', fail);
  const [settings] = await new Promise((told) => session.once('remoteSettings', (...all) => told(all)));
  if (!settings.enableConnectProtocol) throw new Error('extended CONNECT is not allowed');
  const stream = session.request(
    { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':authority': url.host, ':path': '/echo' },
    { endStream: false },
  );
  const [head] = await new Promise((told) => stream.once('response', (...all) => told(all)));
  if (head[':status'] !== 200) throw new Error(`status ${head[':status']}`);
  const heard = frames(stream, false);
  for (const [opcode, size] of [[TEXT, 0], [TEXT, 5], [BINARY, 126], [BINARY, 65535], [BINARY, 1 << 20]]) {
    const payload = opcode === TEXT ? Buffer.alloc(size, 'h') : randomBytes(size);
    stream.write(frame(0x80 | opcode, payload, true));
    await expect(heard, opcode, payload);
  }
  // Octet by octet: the stream knows nothing of frames.
  for (const octet of frame(0x80 | TEXT, Buffer.from('in pieces'), true)) stream.write(Buffer.of(octet));
  await expect(heard, TEXT, Buffer.from('in pieces'));
  stream.write(frame(0x80 | PING, Buffer.from('there?'), true));
  await expect(heard, PONG, Buffer.from('there?'));
  stream.write(frame(0x80 | CLOSE, Buffer.from([0x03, 0xe8]), true));
  await expect(heard, CLOSE, Buffer.from([0x03, 0xe8]));
  stream.end();
  const { done } = await heard.next();
  if (!done) throw new Error('something comes behind the end');
  console.log('whole');
  session.close();
}

async function expect(heard, opcode, payload) {
  const { value, done } = await heard.next();
  if (done) throw new Error('the stream ended too early');
  if (value.opcode !== opcode || !payload.equals(value.payload)) {
    throw new Error(`opcode ${value.opcode} with ${value.payload.length} octets for ${opcode} with ${payload.length}`);
  }
}

function fail(error) {
  console.error(String(error));
  process.exit(1);
}
