import { describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';

import { RunningKeys } from './running-keys.js';

/** Work that ends when it is told to. */
function work<T>(): { readonly run: () => Promise<T>; finish: (value: T) => void; fail: (error: Error) => void } {
  let finish: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const done = new Promise<T>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return { run: () => done, finish, fail };
}

const never = (): Promise<never> => Promise.reject(new Error('this must not run'));
const now = (): Promise<string> => Promise.resolve('now');

describe('a key whose request is running', () => {
  it('lets no second request of its client run', async () => {
    const keys = new RunningKeys();
    const first = work<string>();
    const running = keys.hold('ann', 'k', first.run);
    const refused = keys.hold('ann', 'k', never);
    await expect(refused).rejects.toBeInstanceOf(Problem);
    await expect(refused).rejects.toMatchObject({ code: 'still-running' });
    first.finish('stored');
    await expect(running).resolves.toBe('stored');
  });

  it.each([
    ['another key', 'ann', 'other'],
    ["another client's same key", 'bob', 'k'],
    ['no key', 'ann', undefined],
  ])('is no concern of %s', async (_case, client, key) => {
    const keys = new RunningKeys();
    const first = work<string>();
    const running = keys.hold('ann', 'k', first.run);
    await expect(keys.hold(client, key, now)).resolves.toBe('now');
    first.finish('stored');
    await running;
  });

  it.each<[string, (first: ReturnType<typeof work<string>>) => void]>([
    ['succeeded', (first) => first.finish('stored')],
    ['failed', (first) => first.fail(new Error('late'))],
  ])('is free again when it has %s, and not a moment sooner', async (_case, end) => {
    const keys = new RunningKeys();
    const first = work<string>();
    const running = keys.hold('ann', 'k', first.run);
    await expect(keys.hold('ann', 'k', never)).rejects.toMatchObject({ code: 'still-running' });
    await expect(keys.hold('ann', 'k', never)).rejects.toMatchObject({ code: 'still-running' });
    end(first);
    await Promise.allSettled([running]);
    await expect(keys.hold('ann', 'k', now)).resolves.toBe('now');
  });

  it('passes on what its work throws', async () => {
    const error = new Error('late');
    await expect(new RunningKeys().hold('ann', 'k', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('is no key at all: such requests run beside each other', async () => {
    const keys = new RunningKeys();
    const [one, two] = [work<number>(), work<number>()];
    const both = Promise.all([keys.hold('ann', undefined, one.run), keys.hold('ann', undefined, two.run)]);
    two.finish(2);
    one.finish(1);
    await expect(both).resolves.toEqual([1, 2]);
  });
});
