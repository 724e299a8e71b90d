import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { itSaysWhatIsWrong } from '../support/cli-faults.js';
import { askCli, runCli, type CliEnded } from '../support/run-cli.js';
import { ConsoleScene, secretOf } from './console-scene.js';

let scene: ConsoleScene;
let home: string;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-banks-'));
  await writeFile(path.join(home, 'admin-key'), `${secretOf('chief')}\n`);
});
afterAll(async () => {
  await scene.close();
  await rm(home, { recursive: true, force: true });
});

const hash = (): string => randomBytes(32).toString('hex');

/** The admin of the scene's installation. */
const admin = () => ({ PORTCULLIS_HOME: home, CONSOLE_PORT: new URL(scene.url).port });

const banks = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliEnded> =>
  runCli(['banks', ...args], { ...admin(), ...environment });

const answer = <T>(...args: string[]): Promise<T> => askCli<T>(['banks', ...args], admin());

describe('portcullis banks', () => {
  it('makes a bank, fills it, asks it, and takes things out again', async () => {
    await answer('create', 'partner', 'block', '--distance', '20');
    expect(await answer('create', 'exact', 'block', '--distance', 'none')).toMatchObject({ distanceMax: null });
    const sha256 = hash();
    expect(await answer('add', 'partner', sha256, `pdq:${hash()},77`, '--note', 'by hand')).toEqual({
      added: 2,
      known: 0,
      faultCount: 0,
      faults: [],
    });
    const { hit } = await answer<{ hit: { entryId: number } }>('lookup', 'partner', sha256);
    expect(hit).toMatchObject({ bank: 'partner', match: 'exact' });
    const entry = String(hit.entryId);

    expect(await answer('disable', 'partner', entry)).toMatchObject({ disabledUntil: '9999-12-31T00:00:00.000Z' });
    expect(await banks(['lookup', 'partner', sha256])).toMatchObject({ code: 1, out: 'not known\n' });
    await answer('enable', 'partner', entry);
    expect((await banks(['lookup', 'partner', sha256])).out).toBe(`entry ${entry}, exact, 0 bits off\n`);
    const until = '2030-01-01T00:00:00.000Z';
    expect(await answer('disable', 'partner', '--until', until)).toMatchObject({ disabledUntil: until });
    expect((await banks(['list'])).out).toMatch(/partner +│ block +│ +2 │ +20 bits │ 2030-01-01/);
    await answer('enable', 'partner');
    await answer('remove', 'partner', entry);
    expect((await banks(['lookup', 'partner', sha256])).code).toBe(1);
  });

  it('imports a file of any length in pieces, twice without harm, and tells which lines are no hash', async () => {
    await answer('create', 'long', 'block');
    const file = path.join(home, 'hashes.txt');
    const lines = Array.from({ length: 7_000 }, hash);
    const text = ['# a list', ...lines.slice(0, 6_000), 'ä'.repeat(300_000), ...lines.slice(6_000)].join('\r\n');
    await writeFile(file, text);
    const faults = [{ line: 6_002, detail: expect.stringContaining('is not sha256:') }];
    const first = await banks(['import', 'long', file, '--json']);
    expect([first.code, JSON.parse(first.out)]).toEqual([1, { added: 7_000, known: 0, faultCount: 1, faults }]);
    const second = await banks(['import', 'long', file]);
    expect(second.code).toBe(1);
    expect(second.out).toMatch(/^0 added, 7000 known already, 1 lines that are no hash\n {2}line 6002 is not/);
  });

  itSaysWhatIsWrong(banks, [
    [
      'a bank that is not there',
      ['add', 'nothing', hash()],
      {},
      2,
      'there is no bank called nothing; there are decided',
    ],
    ['a name that is none', ['create', 'No Name', 'block'], {}, 2, '/name must be of a-z'],
    ['an entry that is not there', ['remove', 'decided.block', '999'], {}, 2, 'no entry with this id'],
    ['a time that is none', ['disable', 'decided.block', '--until', 'soon'], {}, 2, '/disabledUntil must be a time'],
    ['a file that is not there', ['import', 'decided.block', 'nowhere.txt'], {}, 2, 'nowhere.txt is not there or'],
    ['a folder', ['import', 'decided.block', '.'], {}, 2, '. is a folder: name a text file'],
    ['no console', ['list'], { CONSOLE_PORT: '1' }, 2, 'does not answer at http://127.0.0.1:1: start it'],
    ['no key', ['list'], { PORTCULLIS_HOME: '/nonexistent' }, 78, 'cannot be read: set PORTCULLIS_HOME'],
    ['a kind that is none', ['create', 'x', 'review'], {}, 1, 'Allowed choices are block, allow'],
  ]);
});
