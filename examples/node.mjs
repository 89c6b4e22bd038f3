import { once } from 'node:events';
import http from 'node:http';
import { json } from 'node:stream/consumers';

const passedOn = ['cookie', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'x-request-id'];

// The session behind a browser's request, or null. Throws when sessgate cannot tell: answer 503 then, not "signed out".
export async function getSession(request, response, sessgate = 'http://127.0.0.1:8080') {
  const headers = { 'X-Forwarded-Method': request.method };
  for (const name of passedOn) if (name in request.headers) headers[name] = request.headers[name];
  const call = http.get(`${sessgate}/session`, { headers, signal: AbortSignal.timeout(1000) });
  call.on('error', () => call.destroy()); // the awaits below tell it
  const [answer] = await once(call, 'response');
  if (answer.statusCode !== 200) throw new Error(`sessgate answers ${answer.destroy().statusCode}`); // 503: unavailable
  const { session, setCookie } = await json(answer);
  for (const line of setCookie) response.appendHeader('Set-Cookie', line);
  return session;
}
