import { describe, expect, it } from '@jest/globals';

import { DEAD_REASONS, explainDeadLetter, type DeadLetterFacts } from './dead-letter.js';

const FACTS: DeadLetterFacts = {
  reason: 'timeout',
  attempts: 3,
  earlier: 0,
  closedHow: null,
  humanDecided: false,
  pending: false,
  bytes: 'stored',
};

describe('a dead letter in words', () => {
  it('says for every reason something else of what happened, and always how to go on', () => {
    const said = DEAD_REASONS.map((reason) => explainDeadLetter({ ...FACTS, reason }));
    expect(new Set(said.map(({ happened }) => happened)).size).toBe(DEAD_REASONS.length);
    for (const { next } of said) expect(next).toMatch(/resubmit it/i);
    for (const { next } of said) expect(next).toMatch(/discard the letter/);
  });

  it('has words for a reason that it does not know', () => {
    expect(explainDeadLetter({ ...FACTS, reason: 'struck by lightning' }).happened).toContain('`detail` says how');
  });

  it.each<[Partial<DeadLetterFacts>, string]>([
    [{ attempts: 1 }, 'It was tried once.'],
    [{ attempts: 3 }, 'It was tried 3 times.'],
    [{ attempts: 3, earlier: 1 }, 'It was tried 3 times; work on this asset had ended so once before.'],
    [{ attempts: 1, earlier: 2 }, 'It was tried once; work on this asset had ended so 2 times before.'],
  ])('counts the tries: %j', (facts, expected) => {
    expect(explainDeadLetter({ ...FACTS, ...facts }).tried).toBe(expected);
  });

  it.each<[Partial<DeadLetterFacts>, RegExp]>([
    [{ bytes: 'gone' }, /^Put its bytes back/],
    [{ bytes: 'unreadable' }, /HEAVY_CALL_MS_MAX/],
    [{ reason: 'bytes_gone' }, /^The bytes are there again/],
    [{ reason: 'bytes_gone', bytes: 'away' }, /^Put its bytes back/],
    [{ closedHow: 'discarded', bytes: 'gone' }, /^Nothing by machine/],
    [{ closedHow: 'settled' }, /a human had decided/],
    [{ closedHow: 'labelled', bytes: 'gone' }, /a campaign has labelled the asset since/],
    [{ closedHow: 'settled', humanDecided: true }, /a human has decided\.$/],
    [{ humanDecided: true, pending: true }, /a human has decided\. Discard the letter\.$/],
    [{ closedHow: 'resubmitted' }, /that try has ended/],
    [{ closedHow: 'resubmitted', pending: true }, /waits for another try/],
  ])('says what is left to do: %j', (facts, expected) => {
    expect(explainDeadLetter({ ...FACTS, ...facts }).next).toMatch(expected);
  });
});
