import { describe, expect, it } from '@jest/globals';

import type { AssetAnswer } from '#contracts/asset-answer.js';
import { OperationalError } from '#contracts/errors.js';
import { Problem } from '#contracts/problems.js';
import { allow } from '#fetching/url-guard.js';
import type { BulkWork } from '#persistence/bulk-work-store.js';

import type { Submitter } from '../assets/judged-upload.js';
import type { UploadSource } from '../assets/upload-source.js';
import { fetchSlots, hostSlots } from '../fetching/fetch-slots.js';
import { ArchiveFiles } from './archive-files.js';
import { Archives } from './archives.js';
import { workItem, type WorkParts } from './work-item.js';

const WORK: BulkWork = {
  submissionId: '01890a5d-ac96-774b-bcce-b302099a80a1',
  number: 7,
  clientId: 'client',
  shared: false,
  attempts: 1,
  sheds: 0,
  url: 'http://images.example/a.jpg',
  host: 'images.example',
  entry: null,
  externalId: 'a',
  uploaderId: null,
  metadata: { page: 1 },
};

interface Asked {
  readonly source: UploadSource;
  readonly by: Submitter;
}

/** Hands one item in. @param end what the upload path makes of it */
async function outcomeOf(end: () => unknown, more: Partial<BulkWork> = {}, aborted = false) {
  const asked: Asked[] = [];
  const logged: unknown[] = [];
  const aborter = new AbortController();
  if (aborted) aborter.abort();
  const parts: WorkParts = {
    submitAsset: {
      submit: async (source, by) => {
        asked.push({ source, by });
        await Promise.resolve();
        return end() as never;
      },
    },
    fetching: {
      web: { resolve: () => Promise.resolve([]), allowances: allow([], []), totalMs: 100 },
      slots: fetchSlots(),
      hosts: hostSlots(),
    },
    archives: new Archives(new ArchiveFiles('nowhere'), undefined),
    log: { error: (told: unknown) => void logged.push(told) },
    signal: aborter.signal,
  };
  const outcome = await workItem({ ...WORK, ...more } as BulkWork, parts);
  return { outcome, asked, logged };
}

const accepted = (verdict: string) => () => ({
  answer: { id: 'asset', decision: { verdict } } as AssetAnswer,
  replayed: false,
});

function fail(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe('an item', () => {
  it('is handed in as a patient upload of its class, under the same key each time', async () => {
    const first = await outcomeOf(accepted('allow'));
    const second = await outcomeOf(accepted('block'), { attempts: 2 });
    expect(first.outcome).toEqual({ kind: 'accepted', assetId: 'asset', verdict: 'allow' });
    expect(second.outcome).toEqual({ kind: 'accepted', assetId: 'asset', verdict: 'block' });
    const [one, other] = [first.asked[0], second.asked[0]];
    expect(one?.by).toEqual({
      clientId: 'client',
      key: 'bulk·01890a5d-ac96-774b-bcce-b302099a80a1·7',
      deadlineMs: undefined,
    });
    expect([other?.by, other?.source.print]).toEqual([one?.by, one?.source.print]);
    expect(one?.source).toMatchObject({ trafficClass: 'bulk', patienceMs: expect.any(Number) });
  });

  it('with another number has another key', async () => {
    const [first, second] = [await outcomeOf(accepted('allow')), await outcomeOf(accepted('allow'), { number: 8 })];
    expect(second.asked[0]?.by.key).not.toBe(first.asked[0]?.by.key);
    expect(second.asked[0]?.source.print).not.toBe(first.asked[0]?.source.print);
  });

  it('that its client must mend has failed', async () => {
    const { outcome } = await outcomeOf(fail(new Problem('undecodable', 'broken')));
    expect(outcome).toEqual({ kind: 'failed', problem: { code: 'undecodable', detail: 'broken' } });
  });

  it.each([
    [0, 1_000],
    [3, 8_000],
    [20, 30_000],
  ])('that others went before %d times waits longer, and takes no default', async (sheds, afterMs) => {
    const { outcome } = await outcomeOf(fail(new Problem('overloaded', '', { retryAfterMs: 1_000 })), { sheds });
    expect(outcome).toEqual({ kind: 'later', afterMs, shed: true });
  });

  it('waits for a database that is late', async () => {
    const { outcome, logged } = await outcomeOf(fail(new OperationalError('late')));
    expect([outcome, logged]).toEqual([{ kind: 'later', afterMs: 2_000, shed: true }, []]);
  });

  it.each([
    [1, { kind: 'later', afterMs: 5_000, shed: false }],
    [3, { kind: 'later', afterMs: 80_000, shed: false }],
    [4, { kind: 'failed', problem: { code: 'url-unreachable', detail: 'gone' } }],
  ])('whose server does not answer is tried again, but not for ever: %d', async (attempts, expected) => {
    const { outcome } = await outcomeOf(fail(new Problem('url-unreachable', 'gone')), { attempts });
    expect(outcome).toEqual(expected);
  });

  it('that shows a defect is tried again, then failed, and the log knows', async () => {
    const first = await outcomeOf(fail(new TypeError('ours')));
    expect([first.outcome.kind, first.logged.length]).toEqual(['later', 1]);
    const last = await outcomeOf(fail(new TypeError('ours')), { attempts: 4 });
    expect(last.outcome).toMatchObject({ kind: 'failed', problem: { code: 'defect' } });
  });

  it('that takes its service down every time is not begun for ever', async () => {
    const last = await outcomeOf(accepted('allow'), { attempts: 12 });
    const { outcome, asked } = await outcomeOf(accepted('allow'), { attempts: 13 });
    // where one of them made an asset of it, that is the answer; otherwise it is read no more
    expect([last.outcome.kind, outcome.kind]).toEqual(['accepted', 'accepted']);
    const unread = () => Promise.reject(new Error('it is read'));
    const read = (one: Asked | undefined) =>
      one?.source.receive('id', { files: { write: unread, remove: unread }, assetBytesMax: 1 });
    await expect(read(asked[0])).rejects.toMatchObject({ code: 'defect' });
    const gone = await outcomeOf(fail(new Problem('defect', 'unfinished')), { attempts: 13 });
    expect(gone.outcome).toMatchObject({ kind: 'failed', problem: { code: 'defect' } });
  });

  it('is given back when the service ends', async () => {
    const { outcome } = await outcomeOf(fail(new Problem('url-unreachable', 'given up')), {}, true);
    expect(outcome).toEqual({ kind: 'later', afterMs: 0, shed: true });
  });
});
