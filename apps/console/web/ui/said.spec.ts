import { describe, expect, it } from '@jest/globals';

import { announce, hearSaid, lastSaid } from './said.js';

describe('what screen readers are to say', () => {
  it('is something new each time, also in the same words', () => {
    const turns: number[] = [];
    const end = hearSaid(() => turns.push(lastSaid().turn));
    const first = lastSaid().turn + 1;
    announce('Needs review, Explicit');
    announce('Needs review, Explicit');
    end();
    announce('Needs review, Explicit');
    expect(turns).toEqual([first, first + 1]);
    expect(lastSaid()).toEqual({ text: 'Needs review, Explicit', turn: first + 2 });
  });
});
