import { describe, expect, it } from '@jest/globals';
import { FewAtOnce } from './few-at-once.js';

/** Work that ends when it is told to, and tells when it begins. */
function held() {
  let [end, begin] = [(): void => undefined, (): void => undefined];
  const ended = new Promise<void>((resolve) => (end = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return { ended, begun, end: () => end(), begin: () => begin() };
}

describe('few at once', () => {
  it('do the work; others wait in turn, and who comes behind them is sent away', async () => {
    const few = new FewAtOnce(2, 1);
    const order: string[] = [];
    const works = ['a', 'b', 'c'].map((name) => ({ name, ...held() }));
    const runs = works.map(({ name, ended, begin }) =>
      few.run(async () => {
        order.push(name);
        begin();
        await ended;
        return name;
      }),
    );
    await expect(few.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'overloaded' });
    expect(order).toEqual(['a', 'b']);
    works[1]?.end();
    await works[2]?.begun;
    expect(order).toEqual(['a', 'b', 'c']);
    works.forEach(({ end }) => end());
    expect(await Promise.all(runs)).toEqual(['a', 'b', 'c']);
    expect(await few.run(() => Promise.resolve('later'))).toBe('later');
  });

  it('take those who come first before all others, who cannot fill their line', async () => {
    const few = new FewAtOnce(1, 2);
    const order: string[] = [];
    const { ended, end } = held();
    const does = (name: string) => (): Promise<unknown> => Promise.resolve(order.push(name));
    const runs = [
      few.run(() => ended),
      few.run(does('one')),
      few.run(does('two')),
      few.run(does('me'), 'first'),
      few.run(does('me too'), 'first'),
    ];
    await expect(few.run(does('three'))).rejects.toMatchObject({ code: 'overloaded' });
    await expect(few.run(does('and me'), 'first')).rejects.toMatchObject({ code: 'overloaded' });
    end();
    await Promise.all(runs);
    expect(order).toEqual(['me', 'me too', 'one', 'two']);
  });

  it('goes on after work that failed', async () => {
    const few = new FewAtOnce(1, 1);
    await expect(few.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await few.run(() => Promise.resolve(1))).toBe(1);
  });
});
