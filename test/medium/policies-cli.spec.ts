import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { PolicyAnswer } from '#contracts/policy-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { idAt } from '../support/id-at.js';
import { runCli, type CliEnded } from '../support/run-cli.js';
import { ConsoleScene, secretOf } from './console-scene.js';

const PLACE = '/thresholds/sexual.explicit/heavy/blockFrom';

let scene: ConsoleScene;
let folder: string;
let keyFile: string;
beforeAll(async () => {
  scene = await ConsoleScene.open({ settings: { POLICY_REPLAY: 'on' } });
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-policies-'));
  keyFile = path.join(folder, 'key');
  await writeFile(keyFile, secretOf('chief'));
});
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true });
});

const policies = (...args: string[]): Promise<CliEnded> =>
  runCli(['policies', ...args, '--url', scene.url, '--key-file', keyFile], {});

describe('portcullis policies', () => {
  it('drafts a policy, shows what it would have changed, publishes it, and goes back', async () => {
    const assetId = idAt(scene.nowMs);
    await scene.upload({}, { assetId });
    await scene.settle(await scene.heavyResult(assetId, { explicit: 0.75 }));
    scene.nowMs += 1_000;
    const [file, shown] = [path.join(folder, 'policy.json'), path.join(folder, 'shown.json')];
    await writeFile(shown, (await policies('show', '--json')).out);
    await writeFile(file, JSON.stringify(applyChanges(STARTING_POLICY, [{ path: PLACE, from: 0.7, to: 0.8 }])));
    const drafted = await policies('draft', file, '--note', 'fewer wrong blocks', '--base', '1', '--json');
    const { version, baseVersion } = JSON.parse(drafted.out) as PolicyAnswer;
    const { out, code } = await policies('replay', String(version));
    expect([code, out]).toEqual([0, expect.stringContaining('1 of 1 assets would have another verdict')]);
    expect((await policies('publish', String(version))).out).toBe(`version ${version} is live\n`);
    const back = await policies('rollback', String(baseVersion), '--note', 'back', '--replaces', String(version));
    expect(back.out).toMatch(/^version \d+ is live\n$/);
    // what was shown is live no more: what others published since would be lost
    const late = await policies('draft', shown, '--note', 'x');
    expect(late.code).not.toBe(0);
    expect(late.error).toMatch(/Version \d+ is live now/);
  });
});
