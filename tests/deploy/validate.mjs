// Kubernetes manifests against its API's schema, from the npm package kubernetes-models: its validators judge values,
// and the TypeScript compiler names, because the API's own schema lets a misspelt one pass.
//
//   node validate.mjs FILE...      prints what is wrong; exit code 1 when there is something
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);

const objects = process.argv.slice(2).flatMap(file =>
  parseAllDocuments(readFileSync(file, 'utf8')).map(document => ({ file, object: document.toJS() })));

// `networking.k8s.io/v1` is a folder of the package under its own name, `apps/v1` too, and `v1` is the core.
const moduleOf = ({ apiVersion, kind }) => `kubernetes-models/${apiVersion}/${kind}`;

function mistakesInValues({ file, object }) {
  const Model = require(moduleOf(object))[object.kind];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${file}: ${object.kind}: ${error.message}`];
  }
}

function mistakesInNames() {
  const source = objects.map(({ object }, i) =>
    `import { I${object.kind} as T${i} } from '${moduleOf(object)}';\nconst o${i}: T${i} = ${JSON.stringify(object)};\n`).join('');
  const name = path.join(here, 'manifests.ts');
  const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], moduleResolution: ts.ModuleResolutionKind.Node10 };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.Latest) : read(file, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const mistakes = [...objects.flatMap(mistakesInValues), ...mistakesInNames()];
for (const mistake of mistakes) console.log(mistake);
console.log(`${objects.length} objects, ${mistakes.length} mistakes`);
process.exitCode = mistakes.length > 0 || objects.length === 0 ? 1 : 0;
