// A server that resets every call of `/reset`, and answers the others; says its port and each session.
import http2 from 'node:http2';

const server = http2.createServer();
server.on('session', () => console.log('session'));
server.on('stream', (stream, head) => {
  stream.on('error', () => {});
  if (head[':path'] === '/reset') {
    stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  stream.respond({ ':status': 200 });
  stream.end('whole\n');
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
