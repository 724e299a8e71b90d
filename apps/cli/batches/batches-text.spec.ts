import { describe, expect, it } from '@jest/globals';

import type { Batch } from '#client/batch-answers.js';

import { batchesTable, batchText } from './batches-text.js';

const BATCH: Batch = {
  id: '01890a5d-ac96-774b-bcce-b302099a80a1',
  kind: 'urls',
  state: 'running',
  total: 5,
  createdAt: '2026-06-01T12:00:00.000Z',
  finishedAt: null,
  links: { self: '', errors: '' },
  counts: { total: 5, waiting: 2, accepted: 2, failed: 1, cancelled: 0 },
  report: {
    verdicts: { allow: 1, block: 1 },
    transitions: { pending: 1, late_block: 1 },
    failures: { undecodable: 1 },
    itemsPerSecond: 1.5,
  },
};

describe('a batch for people', () => {
  it('says where it stands, and how to get what failed', () => {
    expect(batchText(BATCH)).toBe(`01890a5d-ac96-774b-bcce-b302099a80a1: running
  3 of 5 done, 1.5 a second; 2 wait, 0 given up
  2 accepted: 1 allow, 1 block; finals: 1 pending, 1 late_block
  1 failed: 1 undecodable
  portcullis batches errors 01890a5d-ac96-774b-bcce-b302099a80a1 > errors.jsonl
`);
  });

  it('says nothing of what there is not', () => {
    const counts = { total: 5, waiting: 5, accepted: 0, failed: 0, cancelled: 0 };
    const text = batchText({ ...BATCH, counts, report: { ...BATCH.report, itemsPerSecond: null } });
    expect(text).toBe(`${BATCH.id}: running\n  0 of 5 done; 5 wait, 0 given up\n  0 accepted\n  0 failed\n`);
  });

  it('is a row of a list', () => {
    expect(batchesTable([BATCH])).toMatch(/80a1 *│ addresses *│ running *│ *5 *│ 2026-06-01T12:00:00.000Z/);
  });
});
