import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isJsonObject, type Json } from '#openapi/json.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { ApiDocument } from '../support/api-document.js';
import { eventually } from '../support/eventually.js';
import { commandsOf, examplesOf, PAGES, textOf, type Example } from './example-blocks.js';
import { ExampleNames } from './example-names.js';
import { needsAsset, needsLife, programOf } from './example-parts.js';
import { runProgram, typeFaults } from './example-program.js';
import { ExampleScene } from './example-scene.js';
import type { Ended, Exchange } from './example-shell.js';
import { NOT_RUN } from './not-run.js';

/** A hang: the slowest example waits for a batch of images. */
jest.setTimeout(120_000);

const SETTLED_MS_MAX = 60_000;
/** Pages whose readers are admins. */
const FOR_ADMINS = ['docs/operations.md'];

/** The page that shows every endpoint, in each of these languages. */
const REFERENCE = 'docs/clients.md';
const LANGUAGES = ['sh', 'ts'] as const;

const document = ApiDocument.read();
/** The same, for what the examples of the reference asked with success. */
const shown = { sh: ApiDocument.read(), ts: ApiDocument.read() };
let scene: ExampleScene;
let names = new ExampleNames();

beforeAll(async () => {
  scene = await ExampleScene.open();
});
afterAll(() => scene.close());

const titleOf = ({ page, line, language, mark }: Example): string => `${page}:${line} (${language} ${mark})`;

/** How the list of examples that are not run names one. */
function nameOf({ page, language, text }: Example): string {
  return `${page}: ${(language === 'sh' ? commandsOf(text)[0] : text.split('\n', 1)[0]) ?? ''}`;
}

/** What answers say otherwise than the document. Of the console's there is none. */
function faultsOf({ page, language }: Example, exchanges: readonly Exchange[]): string[] {
  return exchanges
    .filter(({ url }) => url.startsWith(scene.urls.upload))
    .flatMap(({ url, ...answer }) => {
      const isShown = page === REFERENCE && language !== 'json' && answer.status < 400;
      const by = isShown ? shown[language] : document;
      return by.faults({ ...answer, path: url.slice(scene.urls.upload.length) });
    });
}

/** `GET /v1/assets`, of every endpoint. */
function routesOf({ text }: ApiDocument): string[] {
  const { paths } = JSON.parse(text) as { paths: Readonly<Record<string, object>> };
  return Object.entries(paths).flatMap(([route, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${route}`),
  );
}

async function runShell(example: Example): Promise<void> {
  const { page, text } = example;
  const key = FOR_ADMINS.includes(page) ? scene.keys.admin : scene.keys.client;
  const given = { K: `Authorization: Bearer ${key}`, KEY: key, ADMIN_KEY: scene.keys.admin };
  scene.shell.fresh();
  for (const command of commandsOf(text)) {
    const placed = await names.filled(scene.placed(command), (noun) => scene.make(noun));
    const run = (): Promise<Ended> => scene.shell.run(placed, { ...given, ...names.environment });
    const ended = command.includes('--settled') ? await settled(run) : await run();
    const { code, error, exchanges } = ended;
    expect({ command, code, faults: faultsOf(example, exchanges), ...(code === 0 ? {} : { placed, error }) }).toEqual({
      command,
      code: 0,
      faults: [],
    });
    names.note(ended);
  }
}

/** What is about the end of all work is run again until that has come. */
async function settled(run: () => Promise<Ended>): Promise<Ended> {
  let last = await run();
  await eventually(
    'all work is done',
    async () => last.code === 0 || ((last = await run()), undefined),
    SETTLED_MS_MAX,
  );
  return last;
}

/** An example in JSON is what its mark says. It may leave members out, and has no others. */
async function checkJson({ mark, text }: Example): Promise<void> {
  if (mark !== 'policy') {
    expect(document.faultsOfSchema(mark, JSON.parse(text) as Json, false)).toEqual([]);
    return;
  }
  const part: unknown = JSON.parse(`{${text}}`);
  const headers = { authorization: `Bearer ${scene.keys.admin}`, 'content-type': 'application/json' };
  const live = (await (await fetch(`${scene.urls.console}/api/policies/live`, { headers })).json()) as {
    version: number;
  };
  const draft = {
    note: 'an example',
    baseVersion: live.version,
    document: { ...STARTING_POLICY, ...(isJsonObject(part as Json) ? (part as object) : {}) },
  };
  const response = await fetch(`${scene.urls.console}/api/policies`, {
    method: 'POST',
    headers,
    body: JSON.stringify(draft),
  });
  expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ state: 'draft' })]);
}

async function runTypeScript(example: Example): Promise<void> {
  const program = scene.placed(programOf(example));
  expect(typeFaults(program)).toEqual([]);
  // test/medium/client-in-browser.spec.ts runs it
  if (example.mark === 'browser') return;
  const environment = {
    URL: scene.urls.upload,
    KEY: scene.keys.client,
    SCORES_KEY: scene.keys.scores,
    ADMIN_KEY: scene.keys.admin,
    PORTCULLIS_URL: scene.urls.upload,
    PORTCULLIS_KEY: scene.keys.client,
    PORTCULLIS_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ...(needsAsset(example) ? { ASSET_ID: await scene.make('assets') } : {}),
  };
  const running = runProgram(program, scene.folder, environment);
  const exchanges = await (needsLife(example) ? scene.uploadingWhile(running) : running);
  expect(faultsOf(example, exchanges)).toEqual([]);
}

describe.each(PAGES)('%s', (page) => {
  const examples = examplesOf(page);
  beforeAll(() => {
    names = new ExampleNames();
  });

  it.each(examples.filter(({ mark }) => mark !== 'no-run').map((example) => [titleOf(example), example] as const))(
    'keeps its word in %s',
    async (_, example) => {
      if (example.language === 'sh') await runShell(example);
      else if (example.language === 'json') await checkJson(example);
      else await runTypeScript(example);
    },
  );

  it('has no example that is not tried without a reason, and no reason too many', () => {
    const marked = examples.filter(({ mark }) => mark === 'no-run').map(nameOf);
    const listed = Object.keys(NOT_RUN).filter((name) => name.startsWith(`${page}: `));
    expect(marked.sort()).toEqual(listed.sort());
  });
});

describe(REFERENCE, () => {
  it.each(LANGUAGES)('has an example in %s of every endpoint, and all of them were run', (language) => {
    const endpoints = document.operations();
    expect(endpoints.length).toBeGreaterThan(30);
    expect(endpoints.filter((endpoint) => !shown[language].asked.has(endpoint))).toEqual([]);
  });

  it('lists every endpoint, and none that there is not', () => {
    const listed = [...textOf(REFERENCE).matchAll(/^\| `([A-Z]+ \/[^`]*)` +\|/gm)].map(([, route = '']) => route);
    expect(listed.sort()).toEqual(routesOf(document).sort());
  });
});
