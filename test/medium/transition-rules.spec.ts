import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { historyFaults } from '#moderation/check-history.js';
import type { Finding } from '#moderation/label.js';
import {
  STARTING_TRANSITIONS,
  type RuledTransition,
  type TransitionRule,
  type TransitionRules,
} from '#moderation/policy.js';
import { HistoryStore } from '#persistence/history-store.js';
import type { Settled } from '#persistence/final-store.js';
import { sceneForAll, type Scores } from './console-scene.js';

const scene = sceneForAll('asset, review, bank_entry');

const CLEAR: Scores = {};
const VIOLATING: Scores = { explicit: 0.9 };
const BARELY: Scores = { explicit: 0.72 };

const rulesOf = (transition: RuledTransition, label: Finding, rule: TransitionRule): TransitionRules => ({
  ...STARTING_TRANSITIONS,
  [transition]: { ...STARTING_TRANSITIONS[transition], [label]: rule },
});

/** A final that comes a second after an upload, under some rules. */
async function finalOf(
  fast: Scores,
  heavy: Scores,
  rules: TransitionRules,
): Promise<{ readonly id: string; readonly settled: Settled | undefined }> {
  const id = await scene().upload(fast);
  scene().nowMs += 1_000;
  const settled = await scene().settle({ ...(await scene().heavyResult(id, heavy)), rules, feedsBank: true });
  return { id, settled };
}

const assetOf = async (id: string): Promise<unknown> =>
  (await scene().rows('SELECT served, verdict, stage, transition FROM asset WHERE id = $1', [id]))[0];
const faults = async (): Promise<string[]> =>
  (await new HistoryStore(scene().database).page(undefined, 10)).flatMap((history) => historyFaults(history));

describe('a late block whose label asks for a human', () => {
  const rules = rulesOf('late_block', 'sexual.explicit', { do: 'ask' });

  it('is a case, and what is served stays as it was; the banks learn nothing', async () => {
    const { id, settled } = await finalOf(CLEAR, VIOLATING, rules);
    const held = { change: 'late_block', heldBy: 'ask', labels: ['sexual.explicit'], exposureMs: null };
    expect(settled).toMatchObject({ transition: 'needs_review', ...held });
    const review = { served: true, verdict: 'review', stage: 'final', transition: 'needs_review' };
    expect(await assetOf(id)).toEqual(review);
    expect(await scene().rows('SELECT band, source, reasons FROM decision WHERE revision = 2')).toEqual([
      {
        band: 'violating',
        source: 'heavy',
        reasons: [{ code: 'violating', label: 'sexual.explicit' }, { code: 'awaits_moderator' }],
      },
    ]);
    expect(await scene().rows('SELECT state, disagreement FROM review')).toEqual([
      { state: 'open', disagreement: true },
    ]);
    expect(await scene().rows('SELECT 1 FROM bank_entry')).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('is one when the moderator says so, and its exposure is counted from the start', async () => {
    const { id } = await finalOf(CLEAR, VIOLATING, rules);
    const [review] = await scene().rows<{ id: string }>('SELECT id FROM review WHERE asset_id = $1', [id]);
    scene().nowMs += 8_000;
    await scene().ask('anna', 'POST', `/api/reviews/${review?.id}/claim`);
    const decision = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'plain to see', expectedRevision: 2 };
    const { body } = await scene().ask('anna', 'POST', `/api/reviews/${review?.id}/decide`, decision);
    expect(body).toEqual({ decisionId: `${id}.3`, revision: 3, transition: 'late_block', served: false });
    expect(await scene().rows(`SELECT exposure_ms::integer AS ms FROM reconciliation WHERE revision = 3`)).toEqual([
      { ms: 9_000 },
    ]);
    const { body: metrics } = await scene().ask<string>(undefined, 'GET', '/metrics');
    expect(metrics).toContain('portcullis_exposure_seconds_sum{label="sexual.explicit"} 9\n');
    // taken back it is served again: what it was withheld for is no exposure
    scene().nowMs += 5_000;
    await scene().ask('anna', 'POST', `/api/decisions/${id}.3/undo`, {});
    scene().nowMs += 2_000;
    expect((await scene().ask('anna', 'GET', `/api/reviews/${review?.id}`)).body).toMatchObject({ exposureMs: 11_000 });
    expect(await faults()).toEqual([]);
  });
});

describe('a late block that applies unless it is close', () => {
  const rules = rulesOf('late_block', 'sexual.explicit', { do: 'apply_unless_close', margin: 0.05 });

  it.each([
    ['near an operating point is left to a human', BARELY, 'needs_review', true],
    ['far from all of them applies', VIOLATING, 'late_block', false],
  ])('%s', async (_case, heavy, transition, served) => {
    const { id, settled } = await finalOf(CLEAR, heavy, rules);
    expect([settled?.transition, settled?.exposureMs]).toEqual([transition, served ? null : 1_000]);
    expect(await assetOf(id)).toMatchObject({ served, transition });
    expect(await faults()).toEqual([]);
  });
});

describe('a late release', () => {
  it.each<[string, Scores, Finding, string, boolean]>([
    ['asks about the label that was blocked', VIOLATING, 'sexual.explicit', 'needs_review', false],
    ['does not ask about another label', VIOLATING, 'sexual.suggestive', 'late_release', true],
  ])('%s', async (_case, fast, label, transition, served) => {
    const { id, settled } = await finalOf(fast, CLEAR, rulesOf('late_release', label, { do: 'ask' }));
    expect(settled).toMatchObject({ transition, change: 'late_release', labels: ['sexual.explicit'] });
    expect(await assetOf(id)).toMatchObject({ served, transition });
    expect(await faults()).toEqual([]);
  });
});
