import { describe, expect, it } from '@jest/globals';

import { joinSamples } from '#moderation/statistics/label-sample.js';
import type { ScorePage } from '#persistence/score-store.js';

import { SampleScores, type Sampled } from './sample-scores.js';

const EMPTY: ScorePage = { sample: joinSamples([]), ids: [], next: null, reachedMs: null };
const WINDOW = { from: new Date(0), before: new Date(1), clientId: null };

describe('samples of scores', () => {
  it('are read a few at once, whoever asks, and each window once', async () => {
    const answers: ((page: ScorePage) => void)[] = [];
    const page = (): Promise<ScorePage> => new Promise((resolve) => answers.push(resolve));
    const samples = new SampleScores({ page }, () => 0);
    const read = (key: string): Promise<Sampled> => samples.read(key, WINDOW);

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
});
