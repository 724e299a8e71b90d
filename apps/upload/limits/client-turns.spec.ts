import { describe, expect, it } from '@jest/globals';

import { ClientTurns } from './client-turns.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when the test says so. */
class Scene {
  readonly begun: string[] = [];
  readonly turns = new ClientTurns({ atOnce: 2, waitingMax: 1, refusal: () => new Error('too many') });
  private readonly ends = new Map<string, (fault?: Error) => void>();

  hold(client: string, name: string): Promise<string> {
    return this.turns.hold(
      client,
      () =>
        new Promise((resolve, reject) => {
          this.begun.push(name);
          this.ends.set(name, (fault) => (fault === undefined ? resolve(name) : reject(fault)));
        }),
    );
  }

  async end(name: string, fault?: Error): Promise<void> {
    this.ends.get(name)?.(fault);
    await turn();
  }
}

describe('turns of clients', () => {
  it('are a few at once for each, in order, and nobody waits for another client', async () => {
    const scene = new Scene();
    const held = ['a', 'b', 'c'].map((name) => scene.hold('shop', name));
    await expect(scene.hold('shop', 'd')).rejects.toThrow('too many');
    held.push(scene.hold('press', 'e'));
    expect(scene.begun).toEqual(['a', 'b', 'e']);
    await scene.end('b');
    expect(scene.begun).toEqual(['a', 'b', 'e', 'c']);
    for (const name of ['a', 'c', 'e']) await scene.end(name);
    expect(await Promise.all(held)).toEqual(['a', 'b', 'c', 'e']);
  });

  it('are given back by what fails, too', async () => {
    const scene = new Scene();
    const failing = ['a', 'b'].map((name) => scene.hold('shop', name));
    const ended = Promise.allSettled(failing);
    await scene.end('a', new Error('late'));
    await scene.end('b', new Error('late'));
    expect(await ended).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    const again = ['c', 'd', 'e'].map((name) => scene.hold('shop', name));
    expect(scene.begun).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['c', 'd', 'e']) await scene.end(name);
    await Promise.all(again);
  });
});
