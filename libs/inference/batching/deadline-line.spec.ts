import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DeadlineLine } from './deadline-line.js';

it('gives the earliest deadline first, who came first among equals, and each once', () => {
  const deadlines = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Infinity)), { maxLength: 40 });
  fc.assert(
    fc.property(deadlines, fc.integer({ min: 1, max: 9 }), (all, sizeMax) => {
      const line = new DeadlineLine();
      for (const [arrivedAtMs, finalByMs] of all.entries()) line.add({ arrivedAtMs, finalByMs });
      expect(line.size).toBe(all.length);
      const wanted = all
        .map((finalByMs, arrivedAtMs) => ({ arrivedAtMs, finalByMs }))
        .sort((a, b) => (a.finalByMs === b.finalByMs ? a.arrivedAtMs - b.arrivedAtMs : a.finalByMs - b.finalByMs));
      expect([...line]).toEqual(wanted);
      const taken = [];
      while (line.size > 0) taken.push(line.take(sizeMax));
      expect(taken.flat()).toEqual(wanted);
      expect(taken.slice(0, -1).every((batch) => batch.length === sizeMax)).toBe(true);
    }),
  );
});
