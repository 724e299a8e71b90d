import { describe, expect, it } from '@jest/globals';
import { WaitingNotes } from './waiting-notes.js';

describe('notes about a server that is waited for', () => {
  it('come at once, then every ten seconds, and at once when it is lost again', () => {
    const said: string[] = [];
    let nowMs = 0;
    const notes = new WaitingNotes(
      (why) => said.push(`${nowMs} ${why}`),
      () => nowMs,
    );
    for (; nowMs <= 20_000; nowMs += 250) notes.late('away');
    notes.over();
    notes.late('away again');
    expect(said).toEqual(['0 away', '10000 away', '20000 away', '20250 away again']);
  });
});
