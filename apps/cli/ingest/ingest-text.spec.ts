import { describe, expect, it } from '@jest/globals';

import type { IngestSource } from '#persistence/source-store.js';
import type { ItemGroup } from '#moderation/sources/source-counts.js';

import { reportOn } from './ingest-report.js';
import { dryRunText, reportText, sourcesTable } from './ingest-text.js';

const SOURCE: IngestSource = {
  id: '01a202a2-a2f2-79a7-9e37-5e1591a960fb',
  kind: 'folder',
  location: '/srv/pictures',
  clientId: 'c',
  client: 'shop',
  createdAt: new Date(0),
  run: 3,
  trafficClass: 'bulk',
  cursor: null,
  figures: { listed: 20, unchanged: 6, passed: { link_outside: 2, unreadable: 1 }, activeMs: 4_000 },
  startedAt: new Date('2026-06-01T12:00:00Z'),
  endedAt: new Date('2026-06-01T12:00:04Z'),
};

const group = (some: Partial<ItemGroup>): ItemGroup => ({
  isOfRun: true,
  change: 'new',
  outcome: 'accepted',
  word: 'allow',
  isFinal: false,
  transition: null,
  items: 1,
  ...some,
});
const GROUPS: readonly ItemGroup[] = [
  group({ items: 7 }),
  group({ items: 3, word: 'block', change: 'changed', isFinal: true, transition: 'late_release' }),
  group({ items: 2, outcome: 'refused', word: 'undecodable' }),
  group({ items: 1, outcome: 'refused', word: 'unsupported-media' }),
  group({ items: 1, outcome: 'failed', word: 'busy', change: 'retried' }),
  // a page later, and of former runs
  group({ items: 1, isOfRun: true, outcome: 'refused', word: 'unsupported-media' }),
  group({ items: 5, isOfRun: false, isFinal: true, transition: 'confirmed_allow' }),
];
const STORE = { groups: () => Promise.resolve([...GROUPS]) };

describe('a report', () => {
  it('says what became of the items of the run, and of all', async () => {
    expect(reportText(await reportOn(SOURCE, STORE))).toBe(`/srv/pictures of shop (source ${SOURCE.id})
run 3, done
  20 listed: 11 new, 3 changed, 1 tried again, 6 unchanged
  10 accepted: 7 allow, 3 block
  4 refused: 2 undecodable, 2 unsupported-media
  1 failed: 1 busy
  3 passed over: 2 link_outside, 1 unreadable
  4.0 s, 3.8 uploads/s
all 20 items: 15 accepted, 4 refused, 1 failed
  8 with their final: 5 confirmed_allow, 3 late_release
  7 waiting for it
`);
  });

  it('says so where there was no run, or it is not at its end', async () => {
    const none = { groups: () => Promise.resolve([]) };
    const first = { ...SOURCE, run: 0, startedAt: null, endedAt: null };
    expect(reportText(await reportOn(first, none))).toContain('  no run yet\nall 0 items');
    const midway = await reportOn({ ...SOURCE, endedAt: null }, none);
    expect(reportText(midway)).toContain('run 3, not at its end: it goes on there\n');
    expect(midway.run).toMatchObject({ isDone: false, listedPerSecond: 5, uploadedPerSecond: 0 });
  });
});

describe('a dry run', () => {
  it('says what would be done', () => {
    const would = { listed: 5, new: 2, changed: 1, retried: 1, unchanged: 1, passed: { broken_link: 1 } };
    expect(dryRunText(would)).toBe(
      '5 listed: 2 new, 1 changed, 1 to try again, 1 unchanged\n1 to be passed over: 1 broken_link\nNothing was uploaded.\n',
    );
  });
});

describe('the list of sources', () => {
  it('has a line for each', () => {
    expect(sourcesTable([SOURCE])).toMatch(/\/srv\/pictures +│ shop +│ +3 │ +20 │ done +│ 2026-06-01T12:00:00.000Z/);
    expect(sourcesTable([])).toContain('no sources yet');
  });
});
