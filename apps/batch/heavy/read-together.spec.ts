import { expect, it } from '@jest/globals';

import { ReadTogether } from './read-together.js';

/** Reads that end when they are told to, and the keys of each. */
function reading() {
  const asked: string[] = [];
  const ends: { succeed: () => void; fail: (error: Error) => void }[] = [];
  const together = new ReadTogether<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        asked.push(keys.join(''));
        const values = new Map(keys.filter((key) => key !== '-').map((key) => [key, key.toUpperCase()]));
        ends.push({ succeed: () => resolve(values), fail: reject });
      }),
  );
  return { asked, ends, together };
}

it('reads what is asked for in one turn together, and what comes meanwhile in the next read', async () => {
  const { asked, ends, together } = reading();
  const first = [together.of('a'), together.of('-'), together.of('a')];
  await Promise.resolve();
  const second = [together.of('b'), together.of('c')];
  expect(asked).toEqual(['a-a']);
  ends.shift()?.succeed();
  expect(await Promise.all(first)).toEqual(['A', undefined, 'A']);
  expect(asked).toEqual(['a-a', 'bc']);
  ends.shift()?.succeed();
  expect(await Promise.all(second)).toEqual(['B', 'C']);
});

it('fails only those who asked for the read that failed', async () => {
  const { asked, ends, together } = reading();
  const first = together.of('a');
  await Promise.resolve();
  const second = together.of('b');
  ends.shift()?.fail(new Error('late'));
  await expect(first).rejects.toThrow('late');
  ends.shift()?.succeed();
  expect(await second).toBe('B');
  const third = together.of('c');
  await Promise.resolve();
  ends.shift()?.succeed();
  expect([await third, asked]).toEqual(['C', ['a', 'b', 'c']]);
});
