// A client over node's http2: `node node_client.mjs PORT ACT`; the act says what it asks for and how it leaves.
import http2 from 'node:http2';

const [port, act] = process.argv.slice(2);
const cancel = http2.constants.NGHTTP2_CANCEL;
const settings = { 'no-push': { enablePush: false }, tight: { initialWindowSize: 1000, headerTableSize: 0 } }[act];
const session = http2.connect(`http://127.0.0.1:${port}`, { settings });
session.on('error', () => {});
session.on('stream', (pushed) => pushed.resume());

// One exchange: resolves when the stream is closed, however it ends.
const ask = (head, content, trailers) => new Promise((resolve) => {
  const options = { endStream: content === undefined, waitForTrailers: trailers !== undefined };
  const stream = session.request({ ':path': '/text', ...head }, options);
  stream.on('error', () => {});
  stream.on('close', resolve);
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.resume();
  if (content !== undefined) stream.end(content);
});
const later = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

const acts = {
  async get() {
    await ask({});
    await ask({ ':path': '/empty' });
    await ask({ ':path': '/missing' });
  },
  async post() {
    await ask({ ':method': 'POST', ':path': '/echo' }, Buffer.alloc(5000, 'up and down; '), { 'x-check': 'the-end' });
    await ask({ ':method': 'POST', ':path': '/echo', 'content-length': 2 }, 'hi');
  },
  async many() {
    await Promise.all(Array.from({ length: 12 }, (_, place) => ask({ 'x-place': String(place) })));
  },
  async cancel() {
    for (const path of ['/text', '/large']) {
      const stream = session.request({ ':path': path, ':method': 'POST' });
      stream.on('error', () => {});
      stream.resume();
      stream.write('not all of it');
      await later(30);
      stream.close(cancel);
      await new Promise((resolve) => stream.on('close', resolve));
    }
    await ask({});
  },
  async ping() {
    await new Promise((resolve) => session.on('connect', resolve));
    for (const payload of ['pingping', '12345678', '\0\0\0\0\0\0\0\0']) {
      await new Promise((resolve) => session.ping(Buffer.from(payload, 'latin1'), resolve));
    }
    await ask({});
  },
  async settings() {
    await ask({});
    await new Promise((resolve) => session.settings({ initialWindowSize: 500, headerTableSize: 128 }, resolve));
    await ask({});
    await new Promise((resolve) => session.settings({ initialWindowSize: 70000, maxFrameSize: 30000 }, resolve));
    await ask({ ':path': '/text' });
  },
  async goaway() {
    await ask({});
    session.goaway(http2.constants.NGHTTP2_NO_ERROR, 0, Buffer.from('client leaves'));
    await later(30);
  },
  async destroy() {
    const stream = session.request({ ':path': '/large' });
    stream.on('error', () => {});
    stream.on('response', () => session.destroy(new Error('gone'), http2.constants.NGHTTP2_INTERNAL_ERROR));
    await later(60);
  },
  async head() {
    await ask({ ':method': 'HEAD' });
    await ask({ ':method': 'OPTIONS', ':path': '*' });
    await ask({ ':method': 'DELETE', cookie: ['a=1', 'b=2', 'c=3'] });
  },
};
acts['no-push'] = acts.get;
acts.tight = acts.get;
await Promise.race([acts[act](), later(3000)]);
session.close();
await later(30);
session.destroy();
