import { describe, expect, it } from '@jest/globals';

import type { Principal } from '#contracts/access.js';
import { OperationalError } from '#contracts/errors.js';

import { KnownKeys } from './known-keys.js';

const LOOKUPS_MAX = 4;
const WAITING_MAX = 64;
const SHOP: Principal = { keyId: 'k', role: 'client', clientId: 'c', holder: 'shop', scopes: ['upload'] };

/** Look-ups that end when the test says so, on a clock that the test moves. */
class Scene {
  nowMs = 0;
  readonly asked: string[] = [];
  readonly keys: KnownKeys;
  private readonly open: { secret: string; end: Ending<Principal | undefined> }[] = [];

  constructor() {
    this.keys = new KnownKeys(
      (secret) => {
        this.asked.push(secret);
        const end = withResolvers<Principal | undefined>();
        this.open.push({ secret, end });
        return end.promise;
      },
      () => this.nowMs,
    );
  }

  /** Ends the oldest look-up of this key. */
  async answer(secret: string, answer: Principal | undefined | Error): Promise<void> {
    const at = this.open.findIndex((one) => one.secret === secret);
    const [one] = this.open.splice(at, 1);
    if (at === -1 || one === undefined) throw new Error(`nobody looks up ${secret}`);
    if (answer instanceof Error) one.end.reject(answer);
    else one.end.resolve(answer);
    await settled();
  }

  /** Shows a key that is good. */
  async show(secret: string): Promise<void> {
    const found = this.keys.find(secret);
    await settled();
    await this.answer(secret, SHOP);
    expect(await found).toBe(SHOP);
  }
}

interface Ending<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

function withResolvers<T>(): Ending<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('keys that are known', () => {
  it('are looked up once, however many show them, and not again for a while', async () => {
    const scene = new Scene();
    const found = [scene.keys.find('a'), scene.keys.find('a')];
    await settled();
    await scene.answer('a', SHOP);
    expect(await Promise.all(found)).toEqual([SHOP, SHOP]);
    scene.nowMs = 2_499;
    expect(await scene.keys.find('a')).toBe(SHOP);
    expect(scene.asked).toEqual(['a']);
  });

  it('are looked up anew at half the time, while those who show them go on', async () => {
    const scene = new Scene();
    await scene.show('a');
    scene.nowMs = 2_500;
    expect([await scene.keys.find('a'), await scene.keys.find('a')]).toEqual([SHOP, SHOP]);
    expect(scene.asked).toEqual(['a', 'a']);
    await scene.answer('a', SHOP);
    scene.nowMs = 4_999;
    expect(await scene.keys.find('a')).toBe(SHOP);
    expect(scene.asked).toHaveLength(2);
  });

  it('stop working at the refresh that finds them revoked', async () => {
    const scene = new Scene();
    await scene.show('a');
    scene.nowMs = 2_500;
    await scene.keys.find('a');
    await scene.answer('a', undefined);
    expect(await scene.keys.find('a')).toBeUndefined();
  });

  it('work for five seconds without a database, counted from when the last look-up began, and not longer', async () => {
    const scene = new Scene();
    const found = scene.keys.find('a');
    await settled();
    scene.nowMs = 1_000;
    await scene.answer('a', SHOP);
    await found;
    scene.nowMs = 4_999;
    expect(await scene.keys.find('a')).toBe(SHOP);
    await scene.answer('a', new OperationalError('late'));
    expect(await scene.keys.find('a')).toBe(SHOP);
    await scene.answer('a', new OperationalError('late'));
    scene.nowMs = 5_000;
    const old = scene.keys.find('a');
    await settled();
    const refused = expect(old).rejects.toThrow('late');
    await scene.answer('a', new OperationalError('late'));
    await refused;
  });
});

describe('keys that nobody has', () => {
  it('are not looked up again for a second', async () => {
    const scene = new Scene();
    const found = scene.keys.find('x');
    await settled();
    await scene.answer('x', undefined);
    expect(await found).toBeUndefined();
    scene.nowMs = 999;
    expect(await scene.keys.find('x')).toBeUndefined();
    expect(scene.asked).toEqual(['x']);
    scene.nowMs = 1_000;
    await scene.show('x');
  });

  it('in a flood take few look-ups at a time, are sent away beyond some, and hold up no key in use', async () => {
    const scene = new Scene();
    await scene.show('a');
    const guesses = Array.from({ length: LOOKUPS_MAX + WAITING_MAX }, (_, n) => scene.keys.find(`guess ${n}`));
    await settled();
    expect(scene.asked).toHaveLength(1 + LOOKUPS_MAX);
    await expect(scene.keys.find('one more')).rejects.toBeInstanceOf(OperationalError);
    scene.nowMs = 2_500;
    expect(await scene.keys.find('a')).toBe(SHOP);
    await scene.answer('guess 0', undefined);
    expect(scene.asked.at(-1)).toBe('a');
    await scene.answer('a', SHOP);
    for (let n = 1; n < guesses.length; n += 1) await scene.answer(`guess ${n}`, undefined);
    expect(await Promise.all(guesses)).toEqual(guesses.map(() => undefined));
    await scene.show('b');
  });
});
