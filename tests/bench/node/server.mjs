// One answer to every request, as Node's own server gives it: what any server on Node costs before it does anything.
import { createServer } from "node:http";

const { PORT, BODY } = process.env;
const headers = { "Content-Type": "application/json", "Cache-Control": "no-store", "Content-Length": Buffer.byteLength(BODY) };
createServer((request, response) => response.writeHead(200, headers).end(BODY)).listen(Number(PORT), "127.0.0.1");
