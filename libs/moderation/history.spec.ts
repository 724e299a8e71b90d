import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { servedSinceMs, supersede, tiersDisagree, type PastDecision, type Superseding } from './history.js';
import type { Judgement } from './judge.js';
import { isHuman, served, standing } from './standing.js';
import { BANDS, PROVISIONAL_VERDICTS, VERDICTS, type Band, type Source, type Verdict } from './words.js';

const judgement = (source: Source, verdict: Verdict): Judgement => ({ source, verdict, band: null, reasons: [] });
const provisional = (verdict: Verdict, decidedAtMs = 1_000): PastDecision => ({
  ...judgement('fast', verdict),
  revision: 1,
  stage: 'provisional',
  decidedAtMs,
});

/** The history as the database keeps it: rows are only ever added. */
function append(history: readonly PastDecision[], next: Superseding, made: Judgement, atMs: number): PastDecision[] {
  return [...history, { ...made, revision: next.revision, stage: 'final', decidedAtMs: atMs }];
}

function build(first: Verdict, steps: readonly { readonly made: Judgement; readonly atMs: number }[]) {
  let history = [provisional(first, 0)];
  return steps.map(({ made, atMs }) => {
    const before = history;
    const next = supersede(before, made, atMs);
    history = append(before, next, made, atMs);
    return { before, made, atMs, next, after: history };
  });
}

const machine = fc.record({
  source: fc.constantFrom<Source>('hash', 'heavy', 'default'),
  verdict: fc.constantFrom(...VERDICTS),
});
const human = fc.record({
  source: fc.constantFrom<Source>('moderator', 'appeal'),
  verdict: fc.constantFrom<Verdict>(...PROVISIONAL_VERDICTS),
});
const first = fc.constantFrom(...PROVISIONAL_VERDICTS);
const stepsOf = (by: fc.Arbitrary<{ source: Source; verdict: Verdict }>) =>
  fc.array(fc.tuple(by, fc.integer({ min: 0, max: 50 })), { maxLength: 10 }).map((drawn) => {
    let atMs = 0;
    return drawn.map(([{ source, verdict }, afterMs]) => ({
      made: judgement(source, verdict),
      atMs: (atMs += afterMs),
    }));
  });
const steps = stepsOf(fc.oneof(machine, human));

describe('a final decision over a provisional one of 1000 ms, at 5000 ms', () => {
  it.each<[Verdict, Verdict, Partial<Superseding>]>([
    [
      'allow',
      'allow',
      { served: true, reconciliation: { transition: 'confirmed_allow', exposureMs: null, wrongfulHoldMs: null } },
    ],
    [
      'allow',
      'block',
      { served: false, reconciliation: { transition: 'late_block', exposureMs: 4_000, wrongfulHoldMs: null } },
    ],
    ['allow', 'review', { served: true, needsReview: true }],
    [
      'block',
      'allow',
      { served: true, reconciliation: { transition: 'late_release', exposureMs: null, wrongfulHoldMs: 4_000 } },
    ],
    [
      'block',
      'block',
      { served: false, reconciliation: { transition: 'confirmed_block', exposureMs: null, wrongfulHoldMs: null } },
    ],
    ['block', 'review', { served: false, needsReview: true }],
  ])('%s, then %s', (before, verdict, expected) => {
    expect(supersede([provisional(before)], judgement('heavy', verdict), 5_000)).toEqual({
      revision: 2,
      supersedes: 1,
      standingRevision: 2,
      stage: 'final',
      verdict,
      needsReview: false,
      reconciliation: { transition: 'needs_review', exposureMs: null, wrongfulHoldMs: null },
      ...expected,
    });
  });

  it('is a defect without a provisional one', () => {
    expect(() => supersede([], judgement('heavy', 'allow'), 0)).toThrow('provisional');
  });
});

describe('a human decision', () => {
  it('is superseded by no sequence of machine decisions', () => {
    fc.assert(
      fc.property(first, steps, human, stepsOf(machine), (start, before, { source, verdict }, machines) => {
        const locked = build(start, [...before, { made: judgement(source, verdict), atMs: 1_000 }]).at(-1);
        let history = locked?.after ?? [];
        for (const { made, atMs } of machines) {
          const next = supersede(history, made, 1_000 + atMs);
          expect(next).toEqual({
            revision: history.length + 1,
            supersedes: null,
            standingRevision: locked?.next.revision,
            stage: 'final',
            verdict,
            served: verdict === 'allow',
            reconciliation: null,
            needsReview: false,
          });
          history = append(history, next, made, 1_000 + atMs);
        }
        expect(standing(history)).toMatchObject({ source, verdict });
      }),
    );
  });

  it('is superseded by the next human one', () => {
    const [, , last] = build('allow', [
      { made: judgement('moderator', 'block'), atMs: 10 },
      { made: judgement('heavy', 'allow'), atMs: 20 },
      { made: judgement('appeal', 'allow'), atMs: 50 },
    ]);
    expect(last?.next).toMatchObject({
      revision: 4,
      supersedes: 2,
      served: true,
      reconciliation: { transition: 'late_release', wrongfulHoldMs: 40 },
    });
  });
});

describe('any history', () => {
  it('counts revisions without gaps, and what it says afterwards is what the rows say', () => {
    fc.assert(
      fc.property(first, steps, (start, drawn) => {
        for (const { before, made, next, after } of build(start, drawn)) {
          expect(next.revision).toBe(before.length + 1);
          expect(standing(after)).toMatchObject({
            revision: next.standingRevision,
            stage: next.stage,
            verdict: next.verdict,
          });
          expect(next.served).toBe(served(after));
          expect(next.supersedes === null).toBe(next.standingRevision !== next.revision);
          expect(next.supersedes === null).toBe(next.reconciliation === null);
          const overruled = before.find(({ revision }) => revision === next.supersedes);
          if (overruled !== undefined && isHuman(overruled.source)) expect(isHuman(made.source)).toBe(true);
        }
      }),
    );
  });

  it('keeps what is served through a review', () => {
    fc.assert(
      fc.property(first, steps, (start, drawn) => {
        for (const { before, made, next } of build(start, drawn)) {
          if (made.verdict === 'review') expect(next.served).toBe(served(before));
        }
      }),
    );
  });

  it('has been served, or withheld, since its last switch', () => {
    fc.assert(
      fc.property(first, steps, (start, drawn) => {
        let model = { locked: false, shown: start === 'allow', sinceMs: 0 };
        for (const { before, made, atMs, after, next } of build(start, drawn)) {
          expect(servedSinceMs(before)).toBe(model.sinceMs);
          const { exposureMs = null, wrongfulHoldMs = null } = next.reconciliation ?? {};
          if (exposureMs !== null || wrongfulHoldMs !== null) {
            expect(model.shown ? exposureMs : wrongfulHoldMs).toBe(atMs - model.sinceMs);
          }
          const counts = made.verdict !== 'review' && (isHuman(made.source) || !model.locked);
          const shown = counts ? made.verdict === 'allow' : model.shown;
          model = {
            locked: model.locked || isHuman(made.source),
            shown,
            sinceMs: shown === model.shown ? model.sinceMs : atMs,
          };
          expect(served(after)).toBe(model.shown);
          expect(servedSinceMs([...after].reverse())).toBe(model.sinceMs);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('what a default withheld until a final blocks it', () => {
  const shown = provisional('allow', 0);
  const withheld: PastDecision = {
    ...judgement('default', 'block'),
    revision: 2,
    stage: 'provisional',
    decidedAtMs: 60_000,
  };
  const final = (verdict: Verdict, revision: number, source: Source, decidedAtMs: number): PastDecision => ({
    ...judgement(source, verdict),
    revision,
    stage: 'final',
    decidedAtMs,
  });
  const review = final('review', 3, 'heavy', 70_000);
  const before = [shown, withheld, review];
  const exposure = (history: readonly PastDecision[]): number | null | undefined =>
    supersede(history, judgement('moderator', 'block'), 100_000).reconciliation?.exposureMs;

  it('was shown until the default, also where a person allowed it by mistake and took that back', () => {
    const undone = { ...final('review', 5, 'heavy', 90_000), undoes: 4 };
    expect(exposure(before)).toBe(60_000);
    expect(exposure([...before, final('allow', 4, 'moderator', 80_000)])).toBe(20_000);
    expect(exposure([...before, final('allow', 4, 'moderator', 80_000), undone])).toBe(60_000);
  });

  it('is not confirmed twice where a person blocked it and took that back', () => {
    const undone = { ...withheld, revision: 4, decidedAtMs: 90_000, undoes: 3 };
    const twice = [shown, withheld, final('block', 3, 'moderator', 80_000), undone];
    expect(exposure(twice)).toBe(60_000);
    expect(supersede(twice, judgement('heavy', 'allow'), 100_000).reconciliation).toEqual(
      supersede([shown, withheld], judgement('heavy', 'allow'), 100_000).reconciliation,
    );
  });

  it('says the same whatever people decided and took back, apart from the time in which it was served', () => {
    const mistaken = fc.constantFrom(...PROVISIONAL_VERDICTS);
    const lateOnes = fc.tuple(first, fc.boolean(), steps).map(([start, isLate, drawn]) => {
      const late = isLate && start === 'allow' ? [{ ...withheld, decidedAtMs: 30 }] : [];
      return drawn
        .filter(({ made }) => !isHuman(made.source))
        .reduce<PastDecision[]>(
          (history, { made, atMs }) => append(history, supersede(history, made, 30 + atMs), made, 30 + atMs),
          [provisional(start, 0), ...late],
        );
    });
    fc.assert(
      fc.property(lateOnes, mistaken, fc.constantFrom(...VERDICTS), (history, verdict, says) => {
        const former = standing(history);
        if (former === undefined) throw new Error('a history has a first decision');
        const [atMs, revision] = [former.decidedAtMs + 5, history.length + 1];
        const mistake = final(verdict, revision, 'moderator', atMs);
        const undone = { ...former, revision: revision + 1, decidedAtMs: atMs + 5, undoes: revision };
        const [a, b] = [history, [...history, mistake, undone]].map((one) =>
          supersede(one, judgement('heavy', says), 1_000),
        );
        expect([b?.verdict, b?.served, b?.needsReview]).toEqual([a?.verdict, a?.served, a?.needsReview]);
        expect(b?.reconciliation?.transition).toBe(a?.reconciliation?.transition);
        const isServedTime = ['late_block', 'late_release'].includes(a?.reconciliation?.transition ?? '');
        const hasFlipped = (verdict === 'allow') !== served(history);
        if (!isServedTime || !hasFlipped) expect(b?.reconciliation).toEqual(a?.reconciliation);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the tiers disagree', () => {
  const cases = [...BANDS, null].flatMap((a) => [...BANDS, null].map((b): [Band | null, Band | null] => [a, b]));
  it.each(cases)('on %s and %s unless both saw the same band', (a, b) => {
    expect(tiersDisagree(a, b)).toBe(!(a !== null && b !== null && a === b));
  });
});
