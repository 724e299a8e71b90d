import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { Exchange } from './example-shell.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** In the checkout, so that an example finds the packages that it imports. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/portcullis-examples');
/** The package that examples import, by its sources. */
const CLIENT = {
  'portcullis-client': path.join(ROOT, 'libs/client/index.ts'),
  'portcullis-client/node': path.join(ROOT, 'libs/client/node.ts'),
};
/** Tells what a program asked. */
const RECORDER = path.join(import.meta.dirname, 'fixtures/record-fetch.mjs');
/** A hang: the slowest example waits for a batch of images. */
const RUN_MS_MAX = 60_000;
/** Of the language and of packages: the same for all examples. */
const SOURCES = new Map<string, ts.SourceFile>();

/** What the compiler says against a program, as readers would compile it: `strict`, for Node. */
export function typeFaults(program: string): string[] {
  const file = path.join(FOLDER, 'example.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
    paths: Object.fromEntries(Object.entries(CLIENT).map(([name, source]) => [name, [source]])),
  };
  const host = ts.createCompilerHost(options);
  const usual = { ...host };
  host.fileExists = (name) => name === file || usual.fileExists(name);
  host.readFile = (name) => (name === file ? program : usual.readFile(name));
  host.getSourceFile = (name, ...how) => {
    const source = SOURCES.get(name) ?? usual.getSourceFile(name, ...how);
    if (name !== file && source !== undefined) SOURCES.set(name, source);
    return source;
  };
  const made = ts.createProgram([file], options, host);
  const source = made.getSourceFile(file);
  return [...made.getSyntacticDiagnostics(source), ...made.getSemanticDiagnostics(source)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

/**
 * Runs a program as Node runs it once it is JavaScript.
 *
 * @returns what it asked, in the order of the answers
 * @throws Error with what it wrote when it does not end with 0
 */
export async function runProgram(
  program: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Exchange[]> {
  await mkdir(FOLDER, { recursive: true });
  const made = (ending: string): string => path.join(FOLDER, `${process.pid}-example.${ending}`);
  const [source, bundle, recorded] = [made('ts'), made('mjs'), made('ndjson')];
  try {
    await Promise.all([writeFile(source, program), writeFile(recorded, '')]);
    const aliases = Object.entries(CLIENT).map(([name, from]) => `--alias:${name}=${from}`);
    const how = ['--bundle', '--platform=node', '--format=esm', '--packages=external', '--target=node20'];
    const bundled = [source, ...how, ...aliases, `--outfile=${bundle}`];
    await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/esbuild'), bundled);
    const env = { PATH: process.env['PATH'] ?? '', RECORDED_EXCHANGES: recorded, ...environment };
    const run = ['--import', pathToFileURL(RECORDER).href, bundle];
    await promisify(execFile)(process.execPath, run, { cwd: folder, env, timeout: RUN_MS_MAX });
    const lines = (await readFile(recorded, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Exchange);
  } finally {
    await Promise.all([source, bundle, recorded].map((file) => rm(file, { force: true })));
  }
}
