import { createServer } from 'node:http';
import { once } from 'node:events';

/**
 * A sandbox that answers as it is told.
 * @param {(request: {method: string, url: string, fields: object, headers: object}) => [number, unknown] | null} answer null drops
 *   the connection
 */
export async function startStub(answer) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    const answered = answer({ method, url, headers, fields: Object.fromEntries(new URLSearchParams(body)) });
    if (!answered) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answered[0], { 'content-type': 'application/json', connection: 'close' });
    response.end(typeof answered[1] === 'string' ? answered[1] : JSON.stringify(answered[1]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
