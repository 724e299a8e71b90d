import { describe, expect, it } from '@jest/globals';

import { joinSamples } from '#moderation/statistics/label-sample.js';
import type { ScorePage } from '#persistence/score-store.js';

import { SampleScores, type Sampled } from './sample-scores.js';

const EMPTY: ScorePage = { sample: joinSamples([]), ids: [], next: null, reachedMs: null };
const WINDOW = { from: new Date(0), before: new Date(5_000), clientId: null };
const usage = { sum: () => Promise.resolve([]) };
const nowMs = (): number => 0;

describe('samples of scores', () => {
  it('are read a few at once, whoever asks, and each window once', async () => {
    const answers: ((page: ScorePage) => void)[] = [];
    const page = (): Promise<ScorePage> => new Promise((resolve) => answers.push(resolve));
    const scores = { page, firstReceived: () => Promise.resolve(undefined) };
    const samples = new SampleScores({ scores, usage, nowMs, passedMs: () => 0 });
    const read = (key: string): Promise<Sampled> => samples.read(key, WINDOW, false);

    const [one, same, two, three] = [read('a'), read('a'), read('b'), read('c')];
    await expect(read('d')).rejects.toMatchObject({ code: 'overloaded' });
    expect(answers.length).toBe(3);
    for (const answer of answers) answer(EMPTY);
    expect(await one).toBe(await same);
    await Promise.all([two, three]);

    const late = read('d');
    answers[3]?.(EMPTY);
    expect(await late).toMatchObject({ truncated: false });
  });

  it('are kept for a moment, or longer where the window has ended', async () => {
    let passed = 0;
    let pages = 0;
    const page = (): Promise<ScorePage> => Promise.resolve({ ...EMPTY, reachedMs: (pages += 1) });
    const scores = { page, firstReceived: () => Promise.resolve(undefined) };
    const samples = new SampleScores({ scores, usage, nowMs, passedMs: () => passed });
    await samples.read('moves', WINDOW, false);
    await samples.read('ended', WINDOW, true);
    passed = 31_000;
    await samples.read('ended', WINDOW, true);
    expect(pages).toBe(2);
    await samples.read('moves', WINDOW, false);
    expect(pages).toBe(3);
    passed = 601_000;
    await samples.read('ended', WINDOW, true);
    expect(pages).toBe(4);
  });

  it('begin with the first asset of all, and say what a heavy look took since', async () => {
    const minute = { tier: 'heavy', modelId: 'm/1', allocatedCoreMs: 0, cpuMs: null } as const;
    const found = [
      { ...minute, busyCoreMs: 6_000, items: 3 },
      { ...minute, tier: 'fast' as const, busyCoreMs: 9_000, items: 1 },
    ];
    const asked: number[] = [];
    const sum = (from: Date): Promise<typeof found> => {
      asked.push(from.getTime());
      return Promise.resolve(found);
    };
    const scores = { page: () => Promise.resolve(EMPTY), firstReceived: () => Promise.resolve(new Date(2_000)) };
    const samples = new SampleScores({ scores, usage: { sum }, nowMs, passedMs: () => 0 });
    const sampled = await samples.read('a', WINDOW, false);
    expect(sampled).toMatchObject({ sinceMs: 2_000, heavySecondsPerAsset: 2 });
    expect(asked).toEqual([2_000]);
  });
});
