import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isJsonObject, type Json } from '#openapi/json.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { ApiDocument } from '../support/api-document.js';
import { eventually } from '../support/eventually.js';
import { commandsOf, examplesOf, PAGES, type Example } from './example-blocks.js';
import { ExampleNames } from './example-names.js';
import { programOf } from './example-parts.js';
import { runProgram, typeFaults } from './example-program.js';
import { ExampleScene } from './example-scene.js';
import type { Ended } from './example-shell.js';
import { NOT_RUN } from './not-run.js';

/** A hang: the slowest example waits for a batch of images. */
jest.setTimeout(120_000);

const SETTLED_MS_MAX = 60_000;
/** Pages whose readers are admins. */
const FOR_ADMINS = ['docs/operations.md'];

const document = ApiDocument.read();
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

/** What an answer says otherwise than the document. Of the console's there is none. */
function faultsOf({ exchanges }: Ended): string[] {
  return exchanges
    .filter(({ url }) => url.startsWith(scene.urls.upload))
    .flatMap(({ url, ...answer }) => document.faults({ ...answer, path: url.slice(scene.urls.upload.length) }));
}

async function runShell({ page, text }: Example): Promise<void> {
  const key = FOR_ADMINS.includes(page) ? scene.keys.admin : scene.keys.client;
  const given = { K: `Authorization: Bearer ${key}`, KEY: key, ADMIN_KEY: scene.keys.admin };
  scene.shell.fresh();
  for (const command of commandsOf(text)) {
    const placed = await names.filled(scene.placed(command), (noun) => scene.make(noun));
    const run = (): Promise<Ended> => scene.shell.run(placed, { ...given, ...names.environment });
    const ended = command.includes('--settled') ? await settled(run) : await run();
    const { code, error } = ended;
    expect({ command, code, faults: faultsOf(ended), ...(code === 0 ? {} : { placed, error }) }).toEqual({
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
  const draft = {
    note: 'an example',
    document: { ...STARTING_POLICY, ...(isJsonObject(part as Json) ? (part as object) : {}) },
  };
  const response = await fetch(`${scene.urls.console}/api/policies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.keys.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(draft),
  });
  expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ state: 'draft' })]);
}

async function runTypeScript(example: Example): Promise<void> {
  const program = scene.placed(programOf(example));
  expect(typeFaults(program)).toEqual([]);
  const environment = {
    URL: scene.urls.upload,
    KEY: scene.keys.client,
    PORTCULLIS_URL: scene.urls.upload,
    PORTCULLIS_KEY: scene.keys.client,
    PORTCULLIS_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  };
  await runProgram(program, scene.folder, environment);
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

describe('all pages together', () => {
  it('have an example of every route that clients use', () => {
    const routes = document.operations(['assets', 'batches', 'events', 'webhooks']);
    expect(routes.filter((route) => !document.asked.has(route))).toEqual([]);
  });
});
