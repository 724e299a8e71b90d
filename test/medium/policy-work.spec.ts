import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PolicyAnswer, PolicyDiffAnswer, PolicyMergeAnswer } from '#contracts/policy-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import type { ReplayAnswer, ReplayDetailAnswer, ReplayList } from '#contracts/replay-answer.js';
import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import { FINDINGS } from '#moderation/label.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { WIDTH } from '#moderation/replay/score-columns.js';
import { AccessStore } from '#persistence/access-store.js';
import { AuditStore } from '#persistence/audit-store.js';
import { PolicyChangeStore } from '#persistence/policy-change-store.js';
import { ReplayStore } from '#persistence/replay-store.js';
import { ScoreStore } from '#persistence/score-store.js';
import { eventually } from '../support/eventually.js';
import { idAt } from '../support/id-at.js';
import { ConsoleScene, FAST, HEAVY, NOON, secretOf, type Answer, type Scores } from './console-scene.js';

const DEMANDS = { approval: true, replay: true };
const LONG_AGO = { receivedFrom: '2020-01-01T00:00:00Z', receivedBefore: '2020-02-01T00:00:00Z' };
const HEAVY_EXPLICIT = '/thresholds/sexual.explicit/heavy/blockFrom';
const blockFrom = (to: number, of: PolicyDocument = STARTING_POLICY): PolicyDocument =>
  applyChanges(of, [{ path: HEAVY_EXPLICIT, from: 0.7, to }]);

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open({ settings: { POLICY_REPLAY: 'on', POLICY_APPROVAL: 'on' } });
  const access = new AccessStore(scene.database);
  const senior = { role: 'senior', clientId: null, holder: 'deputy', scopes: [] } as const;
  for (const holder of ['deputy', 'Chief']) {
    await access.addKey({ ...senior, holder, scopes: [], secret: secretOf(holder) });
  }
});
afterAll(() => scene.close());

const draft = async (document: PolicyDocument): Promise<number> => {
  const { version: baseVersion } = await live();
  const posted = { document, note: 'x', baseVersion };
  const { status, body } = await scene.ask<PolicyAnswer>('chief', 'POST', '/api/policies', posted);
  expect(status).toBe(201);
  return body.version;
};
const step = <T = PolicyAnswer>(who: string, version: number, name: string, body?: unknown): Promise<Answer<T>> =>
  scene.ask<T>(who, 'POST', `/api/policies/${version}/${name}`, body);
const refused = async (who: string, version: number, name: string): Promise<string> =>
  (await step<ProblemBody>(who, version, name)).body.code;
const live = async (): Promise<PolicyAnswer> =>
  (await scene.ask<PolicyAnswer>('anna', 'GET', '/api/policies/live')).body;
const diff = async (version: number, against: number): Promise<PolicyDiffAnswer> =>
  (await scene.ask<PolicyDiffAnswer>('anna', 'GET', `/api/policies/${version}/diff?against=${against}`)).body;

async function replayed(version: number, window: object = {}): Promise<ReplayDetailAnswer> {
  const { status, body } = await step<ReplayDetailAnswer>('deputy', version, 'replays', window);
  expect([status, body.state]).toEqual([201, 'waiting']);
  let found = body;
  await eventually('the replay has ended', async () => {
    found = (await scene.ask<ReplayDetailAnswer>('anna', 'GET', `/api/replays/${body.id}`)).body;
    return found.state !== 'waiting' && found.state !== 'running';
  });
  return found;
}
const published = async (document: PolicyDocument): Promise<number> => {
  const version = await draft(document);
  await replayed(version);
  await step('deputy', version, 'approve');
  expect((await step('chief', version, 'publish')).status).toBe(200);
  return version;
};
const settled = async (fast: Scores, heavy: Scores): Promise<string> => {
  const assetId = idAt(scene.nowMs);
  await scene.upload(fast, { assetId });
  await scene.settle(await scene.heavyResult(assetId, heavy));
  return assetId;
};

describe('a policy, from its draft to its end', () => {
  it('is replayed over nothing while there is nothing', async () => {
    const version = await draft(blockFrom(0.79));
    expect((await replayed(version)).result?.assets).toBe(0);
    expect((await step('deputy', version, 'approve')).status).toBe(200);
  });

  it('is replayed, approved by another, published and rolled back, each step in the audit', async () => {
    const book = new AuditStore(scene.database);
    const { number: begun } = await book.head();
    const first = await live();
    const assets = [await settled({}, { explicit: 0.75 }), await settled({}, { explicit: 0.9 }), await settled({}, {})];
    scene.nowMs += 1_000;
    const version = await draft(blockFrom(0.8));
    expect([await refused('chief', version, 'publish'), await refused('deputy', version, 'approve')]).toEqual([
      'replay-required',
      'replay-required',
    ]);

    // nothing was received then: nobody has seen yet what it changes
    const blind = await replayed(version, LONG_AGO);
    expect([blind.state, blind.result?.assets]).toEqual(['done', 0]);
    expect(await refused('deputy', version, 'approve')).toBe('replay-required');

    const replay = await replayed(version);
    expect(replay).toMatchObject({
      state: 'done',
      version,
      against: first.version,
      handled: 3,
      progress: 1,
      fault: null,
    });
    expect(replay.result).toMatchObject({
      assets: 3,
      changed: 1,
      changedHumanDecided: 0,
      judged: { fast: 3, heavy: 3 },
    });
    const explicit = 'sexual.explicit';
    const change = {
      tier: 'heavy',
      from: { verdict: 'block', band: 'violating', label: explicit },
      to: { verdict: 'review', band: 'uncertain', label: explicit },
    };
    expect(replay.result?.changes).toEqual([{ ...change, count: 1, share: 1 / 3 }]);
    expect(replay.result?.affected).toMatchObject([{ ...change, assetId: assets[0], score: 0.75 }]);
    const { items } = (await scene.ask<ReplayList>('anna', 'GET', `/api/policies/${version}/replays`)).body;
    expect(items).toEqual([replay, blind].map((read) => ({ ...read, cases: undefined })));

    expect([
      await refused('chief', version, 'publish'),
      await refused('chief', version, 'approve'),
      await refused('Chief', version, 'approve'),
    ]).toEqual(['approval-required', 'own-draft', 'own-draft']);
    expect((await step('deputy', version, 'approve')).body).toMatchObject({ state: 'draft', approvedBy: 'deputy' });
    expect((await step('chief', version, 'publish')).body).toMatchObject({ state: 'live', publishedBy: 'chief' });
    expect((await diff(version, first.version)).changes).toEqual([{ path: HEAVY_EXPLICIT, from: 0.7, to: 0.8 }]);

    const back = await step('chief', first.version, 'rollback', { note: 'too lax', replaces: version });
    expect(back.body).toMatchObject({ state: 'live', baseVersion: version, restores: first.version, note: 'too lax' });
    expect(back.body.document).toEqual(first.document);
    expect((await diff(back.body.version, first.version)).changes).toEqual([]);
    // the second of two quick clicks
    const again = await step<ProblemBody>('chief', first.version, 'rollback', {});
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);

    const rows = await book.following({}, 100, begun);
    expect(rows.map(({ act, actor }) => `${act} ${actor}`)).toEqual([
      'policy.draft chief',
      'replay.ask deputy',
      'replay.ask deputy',
      'policy.approve deputy',
      'policy.publish chief',
      'policy.rollback chief',
    ]);
  });

  it('is not brought back where it was never live, nor where another is live than was said', async () => {
    const never = await draft(blockFrom(0.81));
    const { version } = await live();
    for (const [of, body] of [
      [never, {}],
      [1, { replaces: version + 100 }],
    ] as const) {
      const { status } = await step('chief', of, 'rollback', body);
      expect(status).toBe(409);
    }
    expect((await live()).version).toBe(version);
    expect((await step('chief', 999_999, 'rollback', {})).status).toBe(404);
    expect((await step('chief', 1, 'rollback', { note: ' ' })).status).toBe(400);
  });

  it('drafted on a version that is live no more is refused with all that brings both together', async () => {
    const yours = await draft(
      applyChanges(blockFrom(0.85), [{ path: '/provisional/uncertain', from: 'allow', to: 'block' }]),
    );
    const { version: base, document } = await live();
    const theirs = await published(blockFrom(0.9));
    const { status, body } = await step<ProblemBody & { merge: PolicyMergeAnswer }>('deputy', yours, 'approve');
    expect([status, body.code]).toEqual([409, 'policy-base-stale']);
    expect(body.merge).toMatchObject({ baseVersion: base, liveVersion: theirs, faults: [] });
    expect(body.merge.documents).toMatchObject({ base: document, theirs: blockFrom(0.9) });
    expect(body.merge.conflicts).toEqual([{ path: HEAVY_EXPLICIT, base: 0.7, theirs: 0.9, yours: 0.85 }]);
    expect(body.merge.merged).toMatchObject({
      provisional: { uncertain: 'block' },
      thresholds: blockFrom(0.9).thresholds,
    });
    expect((await scene.ask('anna', 'GET', `/api/policies/${yours}/merge`)).body).toEqual(body.merge);
    const late = { document: blockFrom(0.85), note: 'x', baseVersion: base };
    const again = await scene.ask<ProblemBody>('chief', 'POST', '/api/policies', late);
    expect([again.status, again.body.code]).toEqual([409, 'policy-base-stale']);
  });
});

describe('a replay', () => {
  it('is over a window, and of one client', async () => {
    const version = await draft(blockFrom(0.89));
    const before = await replayed(version, LONG_AGO);
    expect(before.result?.assets).toBe(0);
    const ofShop = await replayed(version, { client: 'shop' });
    expect(ofShop.result?.assets).toBe(3);
    for (const [body, status] of [
      [{ client: 'nobody' }, 400],
      [{ receivedFrom: '2020-02-01T00:00:00Z', receivedBefore: '2020-01-01T00:00:00Z' }, 400],
      [{ receivedFrom: '2020-02-01T00:00:00Z' }, 400],
      [{ from: '2020' }, 400],
    ] as const) {
      expect([body, (await step('chief', version, 'replays', body)).status]).toEqual([body, status]);
    }
  });

  it('whose worker died is begun anew by another, and given up when that goes on', async () => {
    const store = new ReplayStore(scene.database);
    const dies = async (tries: number): Promise<ReplayAnswer> => {
      const rows = await scene.rows<{ id: string }>(
        `INSERT INTO replay (id, version, against, received_from, received_before, state, asked_by, token, lease_expires_at, tries)
         SELECT gen_random_uuid(), max(version), 1, $1, $2, 'running', 'x', gen_random_uuid(), now(), $3 FROM policy_version
         RETURNING id`,
        [new Date(NOON - 1_000), new Date(NOON + 1_000), tries],
      );
      const id = rows[0]?.id ?? '';
      const ended = async (): Promise<boolean> => ((await store.find(id))?.endedAt ?? null) !== null;
      await eventually('somebody else has ended it', ended);
      return (await scene.ask<ReplayAnswer>('anna', 'GET', `/api/replays/${id}`)).body;
    };
    expect(await dies(1)).toMatchObject({ state: 'done', result: { assets: 3 } });
    const given = await dies(3);
    expect(given).toMatchObject({ state: 'failed', result: null });
    expect(given.fault).toContain('ask for it again');
  });

  it('is not asked for by one person in the place of all others', async () => {
    const store = new ReplayStore(scene.database);
    const version = await draft(blockFrom(0.78));
    const window = { clientId: null, receivedFrom: new Date(NOON), receivedBefore: new Date(NOON + 1_000) };
    const ask = (askedBy: string): Promise<unknown> =>
      store.ask({ version, draft: null, against: 1, ...window, askedBy }, { waitingMax: 20, ownWaitingMax: 2 });
    await scene.rows(
      `INSERT INTO replay (id, version, against, received_from, received_before, state, asked_by, token, lease_expires_at)
       SELECT gen_random_uuid(), $1, 1, now(), now(), 'running', 'greedy', gen_random_uuid(), now() + interval '1 day'
       FROM generate_series(1, 2)`,
      [version],
    );
    expect(await ask('greedy')).toBeUndefined();
    expect(await ask('modest')).toMatchObject({ askedBy: 'modest' });
    await scene.rows(`UPDATE replay SET state = 'cancelled', ended_at = now() WHERE asked_by = 'greedy'`);
  });

  it('that is cancelled keeps no result, and ends once', async () => {
    const version = await draft(blockFrom(0.82));
    const [held] = await scene.rows<{ id: string }>(
      `INSERT INTO replay (id, version, against, received_from, received_before, state, asked_by, token, lease_expires_at)
       VALUES (gen_random_uuid(), $1, 1, now(), now(), 'running', 'x', gen_random_uuid(), now() + interval '1 day')
       RETURNING id`,
      [version],
    );
    const cancel = (): Promise<Answer<ReplayAnswer>> =>
      scene.ask('deputy', 'POST', `/api/replays/${held?.id ?? ''}/cancel`);
    expect((await cancel()).body).toMatchObject({ state: 'cancelled', result: null });
    expect((await cancel()).status).toBe(409);
    expect(await refused('deputy', version, 'approve')).toBe('replay-required');
  });
});

describe('a policy with a time', () => {
  const schedule = (version: number, at: string): Promise<Answer<PolicyAnswer>> =>
    scene.ask('chief', 'PUT', `/api/policies/${version}/schedule`, { at });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const due = (version: number): Promise<unknown> =>
    scene.rows(`UPDATE policy_version SET publish_at = now() WHERE version = $1`, [version]);
  const read = async (version: number): Promise<PolicyAnswer> =>
    (await scene.ask<PolicyAnswer>('anna', 'GET', `/api/policies/${version}`)).body;
  const told = async (version: number): Promise<string[]> => {
    const filter = { subject: 'policy', subjectId: String(version) };
    return (await new AuditStore(scene.database).following(filter, 100, 0)).map(({ act }) => act);
  };
  const ready = async (document: PolicyDocument): Promise<number> => {
    const version = await draft(document);
    await replayed(version);
    await step('deputy', version, 'approve');
    return version;
  };

  it('is published then, once, by one of all who try', async () => {
    const version = await ready(blockFrom(0.83));
    expect((await schedule(version, tomorrow)).body).toMatchObject({
      state: 'draft',
      publishAt: tomorrow,
      publishAtBy: 'chief',
    });
    await due(version);
    const changes = new PolicyChangeStore(scene.database);
    const tries = await Promise.all(Array.from({ length: 4 }, () => changes.publishDue(version, DEMANDS)));
    await eventually('it is live', async () => (await live()).version === version);
    // the console is one of those who try
    const times = tries.filter((one) => one !== undefined).length;
    const byConsole = (await told(version)).filter((act) => act === 'policy.publish_scheduled').length;
    expect(times + byConsole).toBe(1);
    expect(await live()).toMatchObject({ version, publishedBy: 'chief', missed: null });
  });

  it('is not published where another was quicker, and says so', async () => {
    const version = await ready(blockFrom(0.84));
    await schedule(version, tomorrow);
    const other = await published(blockFrom(0.86));
    await due(version);
    await eventually('its time is over', async () => (await read(version)).missed !== null);
    expect(await read(version)).toMatchObject({ state: 'draft', missed: 'stale_base' });
    expect((await live()).version).toBe(other);
    expect((await told(version)).at(-1)).toBe('policy.publish_scheduled');
  });

  it('is not published where whoever set its time may publish no more, and says so', async () => {
    const version = await ready(blockFrom(0.81));
    const [zoe] = await Promise.all(
      ['zoe', 'zed', 'zoa'].map((name) =>
        scene.ask<{ person: { id: string } }>('chief', 'POST', '/api/persons', {
          name,
          displayName: name,
          role: name === 'zed' ? 'senior' : 'admin',
        }),
      ),
    );
    expect((await scene.ask('chief', 'PATCH', `/api/persons/${zoe?.body.person.id}`, { disabled: true })).status).toBe(
      200,
    );
    const key = { role: 'admin', clientId: null, holder: 'gone', scopes: [], secret: secretOf('gone') } as const;
    await scene.rows(`UPDATE api_key SET revoked_at = now() WHERE id = $1`, [
      await new AccessStore(scene.database).addKey(key),
    ]);
    const before = (await live()).version;
    for (const by of ['zoe', 'zed', 'gone']) {
      expect((await schedule(version, tomorrow)).body.missed).toBeNull();
      await scene.rows(`UPDATE policy_version SET publish_at_by = $2, publish_at = now() WHERE version = $1`, [
        version,
        by,
      ]);
      await eventually(`the time of ${by} is over`, async () => (await read(version)).missed !== null);
      expect(await read(version)).toMatchObject({ state: 'draft', missed: 'not_allowed' });
    }
    expect((await live()).version).toBe(before);
  });

  it('must be ready for it, and loses its time again', async () => {
    const bare = await draft(blockFrom(0.87));
    expect((await schedule(bare, tomorrow)).status).toBe(409);
    const version = await ready(blockFrom(0.88));
    for (const at of ['2020-01-01T00:00:00Z', '2199-01-01T00:00:00Z']) {
      expect((await schedule(version, at)).status).toBe(400);
    }
    await schedule(version, tomorrow);
    const { status, body } = await scene.ask<PolicyAnswer>('chief', 'DELETE', `/api/policies/${version}/schedule`);
    expect([status, body.publishAt]).toEqual([200, null]);
  });
});

describe('thresholds', () => {
  const read = async (who: string, query: string): Promise<Answer<ThresholdAnswer>> =>
    scene.ask(who, 'GET', `/api/thresholds?label=sexual.explicit&tier=heavy${query}`);
  const preview = <T = ThresholdPreview>(document: PolicyDocument, more: object = {}): Promise<Answer<T>> =>
    scene.ask<T>('anna', 'POST', '/api/thresholds/preview', {
      ...{ label: 'sexual.explicit', tier: 'heavy', document },
      ...more,
    });
  const until = (): string => new Date(scene.nowMs).toISOString();

  it('are told by stored scores and people’s decisions', async () => {
    const asset = await settled({ explicit: 0.5 }, { explicit: 0.5 });
    const cases = await scene.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [asset]);
    const reviewId = cases[0]?.id ?? '';
    await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
    const decision = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'x', expectedRevision: 2 };
    expect((await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, decision)).status).toBe(200);
    scene.nowMs += 1_000;
    // all of them came within the hour: no quiet week lies before them
    expect((await read('anna', '')).body).toMatchObject({ assets: 4, days: 1 / 24 });
    const { nowMs } = scene;
    scene.nowMs = NOON - 8 * 86_400_000;
    await settled({}, {});
    scene.nowMs = nowMs;
    const { status, body } = await read('anna', `&clearBelow=0.25&blockFrom=0.8&receivedBefore=${until()}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      thresholds: { clearBelow: 0.25, blockFrom: 0.8 },
      assets: 4,
      truncated: false,
      days: 7,
      policy: { final: { allow: 1, block: 1, review: 2 } },
      // what is left to people, and the late block that they look at afterwards
      reviewsPerDay: 3 / 7,
      heavy: { costPerDay: null },
    });
    expect(body.statistics).toMatchObject({
      scored: 4,
      bands: { clear: 1, uncertain: 2, violating: 1 },
      confusion: { there: { uncertain: 1, violating: 0 } },
      precision: null,
      recall: { hits: 0, of: 1 },
      caught: { hits: 1, of: 1 },
      cautions: ['too_few', 'reviewed_only', 'one_sided'],
    });
  });

  it('cost what the heavy tier takes, for admins', async () => {
    await scene.rows(
      `INSERT INTO usage (minute, tier, model_id, instance, busy_core_ms, allocated_core_ms, items)
       VALUES (date_trunc('minute', $1::timestamptz), 'heavy', 'm/1.0.0', gen_random_uuid(), 8000, 60000, 4)`,
      [new Date(NOON - 3_600_000)],
    );
    const { body } = await read('chief', `&receivedFrom=${new Date(scene.nowMs - 7 * 86_400_000).toISOString()}`);
    expect(body.heavy).toMatchObject({ secondsPerAsset: 2, secondsPerDay: 8 / 7, currency: 'USD' });
    expect(body.heavy.costPerDay).toBeCloseTo(((8 / 7) * 0.04) / 3_600, 12);
  });

  it('are tried in a policy that nobody has stored, with the figures that they would have if they were live', async () => {
    const { live: before, liveVersion, statistics, ...asked } = (await read('anna', `&receivedBefore=${until()}`)).body;
    const { histogram, ...figures } = statistics;
    const { body: now } = await scene.ask<PolicyAnswer>('anna', 'GET', '/api/policies/live');
    expect([now.version, now.document.thresholds['sexual.explicit'].heavy]).toEqual([liveVersion, before]);
    const same = await preview(now.document, { receivedBefore: until() });
    expect(same.status).toBe(200);
    expect(same.body).toEqual({ ...asked, statistics: figures });
    expect(asked).toMatchObject({ models: [{ modelId: HEAVY, assets: 4 }], raisingMayBlock: false });
    const bins = Object.values(histogram.standing).flat();
    expect(bins.reduce((sum, one) => sum + one, 0)).toBe(figures.scored);

    const ask = { late_block: { ...now.document.transitions.late_block, 'sexual.explicit': { do: 'ask' as const } } };
    const tried = blockFrom(0.5, now.document);
    const { body } = await preview({ ...tried, transitions: { ...tried.transitions, ...ask } });
    expect(body).toMatchObject({ thresholds: { blockFrom: 0.5 }, raisingMayBlock: true });
    expect(body.statistics.bands).toEqual({ clear: 1, uncertain: 0, violating: 3 });
    const refusal = await preview<ProblemBody>(blockFrom(0.1, now.document));
    const pointer = '/document/thresholds/sexual.explicit/heavy/clearBelow';
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid-policy', errors: [{ pointer }] } });
  });

  it.each(['&clearBelow=0.9&blockFrom=0.8', '&blockFrom=1.5', '&client=nobody', '&tier=slow', '&more=1'])(
    'with %s are refused',
    async (query) => {
      expect((await read('anna', query)).status).toBe(400);
    },
  );
});

describe('stored scores', () => {
  const MINUTE = 60_000;
  const explicitOf = async (assetId: string): Promise<number | undefined> => {
    const window = { from: new Date(scene.nowMs - MINUTE), before: new Date(scene.nowMs + MINUTE), clientId: null };
    const { ids, sample } = await new ScoreStore(scene.database).page(window, 100);
    return sample.columns.heavy[ids.indexOf(assetId) * WIDTH + FINDINGS.indexOf('sexual.explicit')];
  };

  it('of a time long past are found at once, whatever was received since', async () => {
    const { nowMs } = scene;
    scene.nowMs = NOON - 90 * 86_400_000;
    const old = await settled({}, {});
    const window = { from: new Date(scene.nowMs - MINUTE), before: new Date(scene.nowMs + MINUTE), clientId: null };
    scene.nowMs = nowMs;
    expect((await new ScoreStore(scene.database).page(window, 1)).ids).toEqual([old]);
  });

  it('are those of the newest final that stands, and not of a campaign that was rolled back', async () => {
    const assetId = await settled({ explicit: 0.125 }, { explicit: 0.75 });
    const columns =
      'asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, supersedes, decided_at';
    const again = (revision: number, modelId: string, cause: string): Promise<unknown> =>
      scene.rows(
        `INSERT INTO decision (${columns}, cause, cause_id)
         SELECT asset_id, $2, stage, verdict, band, source, reasons, policy_version, $3, $2 - 1, decided_at, $4, 'c'
         FROM decision WHERE asset_id = $1 AND revision = 2`,
        [assetId, revision, modelId, cause],
      );
    const stands = (revision: number): Promise<unknown> =>
      scene.rows(`UPDATE asset SET standing_revision = $2, revisions = $2 WHERE id = $1`, [assetId, revision]);
    expect(await explicitOf(assetId)).toBe(0.75);
    await again(3, FAST, 'campaign');
    await stands(3);
    expect(await explicitOf(assetId)).toBe(0.125);
    await again(4, HEAVY, 'rollback');
    await stands(4);
    expect(await explicitOf(assetId)).toBe(0.75);
  });
});
