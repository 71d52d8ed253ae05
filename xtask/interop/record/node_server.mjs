// A server over node's http2; the first argument says what it does besides answering. Prints its port.
import http2 from 'node:http2';

const [act = 'plain'] = process.argv.slice(2);
const settings = act === 'settings' ? { initialWindowSize: 1000, maxFrameSize: 20000, headerTableSize: 512 } : {};
const server = http2.createServer({ settings });
const page = (size) => Buffer.alloc(size, 'node says this again and again; ');
const acts = {
  plain(stream, head) {
    stream.respond({ ':status': 200, 'content-type': 'text/plain' });
    stream.end(head[':method'] === 'HEAD' ? undefined : page(700));
  },
  hints(stream) {
    stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
    stream.additionalHeaders({ ':status': 103, link: '</script.js>; rel=preload' });
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-check': 'the-end' }));
    stream.end(page(3000));
  },
  echo(stream) {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('trailers', (fields) => { stream.kept = { 'x-echo': fields['x-check'] ?? 'none' }; });
    stream.on('wantTrailers', () => stream.sendTrailers(stream.kept ?? { 'x-echo': 'none' }));
    stream.pipe(stream);
  },
  reset(stream, head) {
    if (head[':path'] === '/refuse') return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    stream.respond({ ':status': 200 });
    stream.write(page(2000), () => setTimeout(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), 30));
  },
  push(stream) {
    if (stream.pushAllowed) {
      stream.pushStream({ ':path': '/style.css' }, (error, pushed) => {
        if (error) return;
        pushed.respond({ ':status': 200, 'content-type': 'text/css' });
        pushed.end('p { color: green }');
      });
    }
    acts.plain(stream, {});
  },
  goaway(stream) {
    acts.plain(stream, {});
    stream.session.goaway(http2.constants.NGHTTP2_NO_ERROR, stream.id, Buffer.from('that was all'));
    stream.on('close', () => stream.session.close());
  },
  rude(stream) {
    stream.respond({ ':status': 200 });
    stream.write(page(500), () => setTimeout(() => stream.session.destroy(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM), 30));
  },
  advertise(stream) {
    stream.session.altsvc('h2=":8000"; ma=60', stream.id);
    stream.session.altsvc('clear', 'https://example.com');
    stream.session.origin('https://example.com', 'https://example.org');
    stream.session.ping(Buffer.from('nodeping'), () => {});
    acts.plain(stream, {});
  },
  settings(stream) {
    stream.session.settings({ initialWindowSize: 100000 });
    acts.echo(stream);
  },
};
server.on('sessionError', () => {});
server.on('stream', (stream, head) => {
  stream.on('error', () => {});
  stream.session.on('error', () => {});
  acts[act](stream, head);
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
