// Tries requests that are made from openapi.yaml, good ones and ones that are nearly so, on a running program, and holds
// every answer to the document: a status it names, a body of its schema, and no failure of the program.
//
//   node generate.mjs OPENAPI_YAML DATA_ADDRESS CONTROL_ADDRESS CONTROL_TOKEN
import Ajv from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { parse } from 'yaml';

const [file, data, control, controlToken] = process.argv.slice(2);
const runs = Number(process.env.OPENAPI_RUNS ?? 60);
const seed = Number(process.env.OPENAPI_SEED ?? 1); // the same requests each time; another number tries others
const defaultStatuses = [404, 405, 413, 501, 505]; // what `default` stands for

const document = parse(readFileSync(file, 'utf8'));
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');
const agent = new http.Agent({ keepAlive: true });

// What earlier answers gave, so that requests also meet what is there.
const known = { sessionId: ['a'.repeat(20)], userId: ['anna'], token: [`${'a'.repeat(20)}.${'A'.repeat(43)}`] };

function follow(node) {
  while (node?.$ref) node = { ...at(node.$ref), ...Object.fromEntries(Object.entries(node).filter(([k]) => k !== '$ref')) };
  return node;
}

function at(reference) {
  const steps = reference.slice(2).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce((node, step) => node[step], document);
}

const anyJson = fc.jsonValue({ maxDepth: 2 });

// Values of a schema. Strings of a known kind are sometimes ones that are in the store.
function valuesOf(given, depth = 0) {
  const schema = follow(given) ?? {};
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => valuesOf(one, depth)));
  if (schema.allOf) return fc.tuple(...schema.allOf.map((one) => valuesOf(one, depth))).map((all) => Object.assign({}, ...all));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => valuesOf({ ...schema, type }, depth)));
  if (schema.type === 'object') return objectsOf(schema, depth);
  if (schema.type === 'array') return fc.array(valuesOf(schema.items, depth + 1), { maxLength: 3 });
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'string') return stringsOf(given, schema);
  return anyJson;
}

function objectsOf(schema, depth) {
  if (!schema.properties) return fc.dictionary(fc.string({ maxLength: 8 }), depth > 2 ? fc.integer() : anyJson, { maxKeys: 4 });
  const members = Object.fromEntries(Object.entries(schema.properties).map(([name, s]) => [name, valuesOf(s, depth + 1)]));
  return fc.record(members, { requiredKeys: schema.required ?? [] });
}

function stringsOf(given, schema) {
  const strings = schema.pattern ? fc.stringMatching(new RegExp(schema.pattern)) : fc.string({ maxLength: 80 });
  const kind = { '#/components/schemas/SessionId': 'sessionId', '#/components/schemas/UserId': 'userId' }[given.$ref];
  const stored = () => fc.nat().map((n) => known[kind][n % known[kind].length]);
  return kind ? fc.oneof(strings, stored()) : strings;
}

// A body of the schema; `token` members are sometimes ones of live sessions.
function bodiesOf(schema) {
  const live = fc.tuple(valuesOf(schema), fc.nat(), fc.boolean()).map(([body, n, replace]) => {
    const token = known.token[n % known.token.length];
    if (replace && typeof body?.token === 'string') body.token = token;
    if (replace && typeof body?.session?.token === 'string') body.session.token = token;
    return { body, isGood: true };
  });
  const wrong = fc.oneof(anyJson, fc.tuple(valuesOf(schema), fc.string(), anyJson).map(([body, name, value]) => ({ ...body, [name]: value })));
  return fc.oneof({ weight: 3, arbitrary: live }, { weight: 1, arbitrary: wrong.map((body) => ({ body, isGood: false })) });
}

function parametersOf(item, operation) {
  const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(follow);
  const entries = all.map((parameter) => [`${parameter.in}:${parameter.name}`, valuesOf(parameter.schema)]);
  const required = all.filter((parameter) => parameter.required).map((parameter) => `${parameter.in}:${parameter.name}`);
  return fc.record(Object.fromEntries(entries), { requiredKeys: required });
}

// What a header field may hold; other bytes would be refused as no HTTP, which other tests look at.
const asField = (value) => String(value).replace(/[^\x21-\x7e]/g, '-');

function requestOf(method, path, item, operation) {
  const media = Object.entries(operation.requestBody?.content ?? {});
  const bodies = media.length ? fc.constantFrom(...media).chain(([type, { schema }]) => bodiesOf(schema).map((b) => ({ ...b, type }))) : fc.constant(undefined);
  const credentials = fc.tuple(fc.constantFrom('none', 'cookie', 'bearer'), fc.nat());
  return fc.tuple(parametersOf(item, operation), bodies, credentials).map(([parameters, body, [kind, n]]) => {
    const headers = {};
    const query = [];
    let target = path;
    for (const [key, value] of Object.entries(parameters)) {
      const [place, name] = key.split(/:(.*)/s);
      if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value));
      if (place === 'query') query.push(`${name}=${encodeURIComponent(value)}`);
      if (place === 'header') headers[name] = asField(value);
    }
    const token = known.token[n % known.token.length];
    if (isControl(item)) headers.Authorization = `Bearer ${controlToken}`;
    else if (kind === 'cookie') headers.Cookie = `__Host-session=${token}`;
    else if (kind === 'bearer') headers.Authorization = `Bearer ${token}`;
    if (body) headers['Content-Type'] = body.type;
    return { method, target: query.length ? `${target}?${query.join('&')}` : target, headers, body, isControl: isControl(item) };
  });
}

const isControl = (item) => Boolean(item.servers);

function send({ method, target, headers, body, isControl }) {
  const [host, port] = (isControl ? control : data).split(/:(?=\d+$)/);
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body.body);
    const length = text === undefined ? {} : { 'Content-Length': Buffer.byteLength(text) };
    const call = http.request({ agent, host, port, method, path: target, headers: { ...headers, ...length } }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString() }));
    });
    call.on('error', reject);
    call.end(text);
  });
}

function judge(operation, request, answer) {
  const { status, headers, text } = answer;
  const found = operation.responses[status] ?? (defaultStatuses.includes(status) ? operation.responses.default : undefined);
  if (!found) throw new Error(`${status} is not documented: ${text}`);
  if (status >= 500) throw new Error(`nothing is wrong with the program or its store, and it answers ${status}: ${text}`);
  if (request.body?.isGood && status === 415) throw new Error(`a documented media type is refused: ${text}`);
  if (request.body?.isGood && status === 400) throw new Error(`a documented body is taken for broken: ${text}`);
  if (headers['cache-control'] !== 'no-store') throw new Error('the answer may be kept');
  const response = follow(found);
  if (request.method === 'HEAD' || !response.content) {
    if (text !== '') throw new Error(`a body where there is none: ${text}`);
    return;
  }
  const content = response.content[headers['content-type']];
  if (!content) throw new Error(`${headers['content-type']} is not documented`);
  if (!content.schema) return;
  const validate = validatorOf(content.schema);
  if (!validate(JSON.parse(text))) throw new Error(`${ajv.errorsText(validate.errors)} in ${text}`);
}

const validators = new Map();
function validatorOf(schema) {
  if (!validators.has(schema)) {
    // References in a part of the document are to the document.
    const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
    validators.set(schema, ajv.compile(JSON.parse(text)));
  }
  return validators.get(schema);
}

function remember(text) {
  if (!text.startsWith('{"session":{')) return;
  const { session } = JSON.parse(text);
  known.sessionId.push(session.sessionId);
  known.userId.push(session.userId);
  if (session.token) known.token.push(session.token);
}

let count = 0;
const statuses = new Map();
async function tryOperation(method, path, item, operation) {
  const property = fc.asyncProperty(requestOf(method, path, item, operation), async (request) => {
    const answer = await send(request);
    judge(operation, request, answer);
    remember(answer.text);
    count += 1;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
}

const methods = ['get', 'head', 'put', 'post', 'patch', 'delete'];
try {
  // Creations first and deletions last, that of everything behind all, so that all others meet what is there.
  const ranks = { createSession: 0, revokeEverything: 3 };
  const rank = ([method, , , { operationId }]) => ranks[operationId] ?? (method === 'DELETE' ? 2 : 1);
  const operations = Object.entries(document.paths).flatMap(([path, item]) => methods.filter((m) => item[m]).map((m) => [m.toUpperCase(), path, item, item[m]]));
  operations.sort((a, b) => rank(a) - rank(b));
  for (const [method, path, item, operation] of operations) {
    await tryOperation(method, path, item, operation).catch((error) => {
      throw new Error(`${method} ${path}: ${error.message}${error.cause ? `\n${error.cause}` : ''}`);
    });
  }
  console.log(`${count} requests, answers by status: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  agent.destroy();
}
