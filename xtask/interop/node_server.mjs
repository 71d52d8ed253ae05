// A server over node's http2 for the files of a folder: sends 103 first and trailers last. GET /sessions answers how
// many connections it has seen; POST /echo sends the content back. Prints its port.
import { readFileSync, statSync } from 'node:fs';
import http2 from 'node:http2';
import { basename, join } from 'node:path';

const [folder, key, cert] = process.argv.slice(2);
const tls = key && { key: readFileSync(key), cert: readFileSync(cert) };
const server = tls ? http2.createSecureServer(tls) : http2.createServer();
let sessions = 0;
server.on('session', () => { sessions += 1; });
server.on('sessionError', () => {});
// What a peer does that is wrong may reset a stream in the middle of what is done here.
process.on('uncaughtException', (error) => console.error(error.message));
server.on('stream', (stream, head) => {
  stream.on('error', () => {});
  const path = head[':path'];
  if (path === '/sessions') {
    stream.respond({ ':status': 200 });
    stream.end(String(sessions));
    return;
  }
  const type = { 'content-type': 'application/octet-stream' };
  stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
  if (path === '/echo') {
    stream.respond({ ':status': 200, ...type }, { waitForTrailers: true });
    stream.pipe(stream);
  } else {
    const file = join(folder, basename(path));
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) {
      stream.respond({ ':status': 404 });
      stream.end('no such file');
      return;
    }
    if (head[':method'] === 'HEAD') {
      stream.respond({ ':status': 200, 'content-length': size, ...type }, { endStream: true });
      return;
    }
    stream.respondWithFile(file, { ':status': 200, 'content-length': size, ...type }, { waitForTrailers: true });
  }
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-check': 'the-end' }));
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
