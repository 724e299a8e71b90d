import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { judgeUnlabelled } from '#moderation/judge.js';
import { NO_INSTALLATION, itSaysWhatIsWrong } from '../support/cli-faults.js';
import { runCli, type CliEnded } from '../support/run-cli.js';
import { ConsoleScene } from './console-scene.js';

let scene: ConsoleScene;
let home: string;
let assetId: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-letters-'));
  scene = await ConsoleScene.open();
  assetId = await scene.upload({});
  const judgement = judgeUnlabelled('heavy_tier_failed');
  const dead = { reason: 'memory', attempts: 3, detail: 'the classifier process took more memory than it may' };
  await scene.settle({ ...(await scene.heavyResult(assetId, {})), judgement, classification: null, margin: 0, dead });
});
afterAll(async () => {
  await scene.close();
  await rm(home, { recursive: true, force: true });
});

function deadLetters(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliEnded> {
  const place = { DATABASE_URL: scene.databaseUrl, PORTCULLIS_HOME: home };
  return runCli(['dead-letters', ...args], { ...place, ...environment });
}

describe('portcullis dead-letters', () => {
  it('shows them in a table and as JSON, and explains one', async () => {
    const table = await deadLetters(['list']);
    expect(table.code).toBe(0);
    expect(table.out).toContain(assetId);
    expect(table.out).toContain('memory');
    const { out } = await deadLetters(['list', '--json', '--limit', '1']);
    const [letter] = JSON.parse(out) as { id: number }[];
    expect(letter).toMatchObject({ assetId, reason: 'memory', attempts: 3, class: 'normal', closedAt: null });
    expect(JSON.parse((await deadLetters(['list', '--json', '--after', String(letter?.id)])).out)).toEqual([]);
    expect(JSON.parse((await deadLetters(['list', '--json', '--reason', 'timeout'])).out)).toEqual([]);

    const said = await deadLetters(['explain', String(letter?.id)]);
    expect(said.code).toBe(0);
    expect(said.out).toContain('memory: the classifier process took more memory than it may');
    expect(said.out).toContain('review by default (heavy_tier_failed), served');
    expect(said.out).toContain('It was tried 3 times.');
    expect(said.out).toContain('HEAVY_RSS_MB_MAX is raised');
  });

  it('closes them once, and says with its exit code that a second time did nothing', async () => {
    const first = await deadLetters(['discard', '--reason', 'memory', '--note', 'decided by mail']);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ discarded\n$/) });
    const id = first.out.split(' ')[0] ?? '';
    const second = await deadLetters(['resubmit', id, '--note', 'x']);
    expect(second).toMatchObject({ code: 1, out: `${id} already closed\n` });
    const closed = await deadLetters(['list', '--state', 'closed', '--json']);
    expect(JSON.parse(closed.out)).toMatchObject([
      { id: Number(id), closedHow: 'discarded', closedBy: 'cli', note: 'decided by mail' },
    ]);
    expect((await deadLetters(['discard', '--reason', 'memory', '--note', 'x'])).out).toBe(
      'there is no such dead letter\n',
    );
  });

  itSaysWhatIsWrong(deadLetters, [
    ['a letter that there is not', ['explain', '999999'], {}, 2, 'there is no dead letter 999999'],
    ['a number that is none', ['explain', '1e3'], {}, 1, 'must be the number of a dead letter'],
    ['a number among others', ['discard', '1', 'x', '--note', 'x'], {}, 1, 'must be the number of a dead letter'],
    ['no note', ['resubmit', '1'], {}, 1, '--note'],
    ['neither numbers nor a reason', ['resubmit', '--note', 'x'], {}, 2, 'name dead letters by their numbers'],
    ['both', ['discard', '1', '--reason', 'memory', '--note', 'x'], {}, 2, 'name dead letters by their numbers'],
    ['a reason that is none', ['list', '--reason', 'luck'], {}, 1, 'memory'],
    ['a page that is too long', ['list', '--limit', '10001'], {}, 1, 'from 1 to 10000'],
    NO_INSTALLATION,
  ]);
});
