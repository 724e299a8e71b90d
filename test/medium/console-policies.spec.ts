import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PolicyAnswer, PolicyList } from '#contracts/policy-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene, type Answer } from './console-scene.js';

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());

/** The starting policy with other values at some JSON pointers; undefined takes the member away. */
function changed(values: Readonly<Record<string, unknown>>): object {
  const document = structuredClone(STARTING_POLICY) as object;
  for (const [pointer, value] of Object.entries(values)) {
    const path = pointer.split('/').slice(1);
    const last = path.pop() ?? '';
    const parent = path.reduce((part, name) => Reflect.get(part, name) as object, document);
    Reflect.set(parent, last, value);
  }
  return document;
}

const draft = async <T = PolicyAnswer>(document: unknown, note: unknown = 'a try'): Promise<Answer<T>> => {
  const { version: baseVersion } = await live();
  return scene.ask<T>('chief', 'POST', '/api/policies', { document, note, baseVersion });
};
const publish = <T = PolicyAnswer>(version: number): Promise<Answer<T>> =>
  scene.ask<T>('chief', 'POST', `/api/policies/${version}/publish`);
const live = async (): Promise<PolicyAnswer> =>
  (await scene.ask<PolicyAnswer>('anna', 'GET', '/api/policies/live')).body;
const count = async (): Promise<number> => (await scene.rows('SELECT 1 FROM policy_version')).length;

describe('a policy', () => {
  it('is drafted on top of the live one and decides nothing until it is published', async () => {
    const before = await live();
    const document = changed({ '/provisional/uncertain': 'block' });
    const { status, body } = await draft(document, 'block the uncertain');
    expect(status).toBe(201);
    expect(body).toEqual({
      version: expect.any(Number),
      baseVersion: before.version,
      state: 'draft',
      document,
      note: 'block the uncertain',
      author: 'chief',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      publishedBy: null,
      publishedAt: null,
      approvedBy: null,
      approvedAt: null,
      publishAt: null,
      publishAtBy: null,
      missed: null,
      restores: null,
      refusedBy: null,
      refusedAt: null,
      refusedBecause: null,
    });
    expect(await live()).toEqual(before);

    const published = await publish(body.version);
    expect(published.status).toBe(200);
    expect(published.body).toMatchObject({ version: body.version, state: 'live', publishedBy: 'chief', document });
    expect(await live()).toEqual(published.body);
    const { body: retired } = await scene.ask('anna', 'GET', `/api/policies/${before.version}`);
    expect(retired).toEqual({ ...before, state: 'retired' });
  });

  it('is noticed by the services within a second', async () => {
    let nowMs = 0;
    const policies = new LivePolicy(scene.policies, () => nowMs);
    const before = (await policies.current()).version;
    const { body } = await draft(changed({ '/finalWithinMs/urgent': 30_000 }));
    await publish(body.version);
    nowMs = 999;
    expect((await policies.current()).version).toBe(before);
    nowMs = 1_000;
    expect(await policies.current()).toEqual({ version: body.version, document: body.document });
  });

  it('drafted on a version that is live no more is refused, with what to do', async () => {
    const { version: base } = await live();
    const first = (await draft(STARTING_POLICY)).body.version;
    const second = (await draft(STARTING_POLICY)).body.version;
    expect((await publish(first)).status).toBe(200);
    const { status, body } = await publish<ProblemBody>(second);
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'policy-base-stale' });
    expect(body.detail).toBe(
      `Version ${first} is live, and version ${second} was drafted when version ${base} was. Compare the two, then post a new draft and publish that.`,
    );
    expect((await live()).version).toBe(first);

    const again = await publish<ProblemBody>(first);
    expect(again.status).toBe(409);
    expect(again.body.detail).toContain(`Version ${first} is live, and only a draft can be published`);
    expect((await publish<ProblemBody>(base)).body.detail).toContain(`Version ${base} is retired`);
  });

  it('is published by one of two who publish at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const drafts = await Promise.all([draft(STARTING_POLICY), draft(STARTING_POLICY)]);
      const answers = await Promise.all(drafts.map(({ body }) => publish(body.version)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const won = drafts[answers.findIndex(({ status }) => status === 200)]?.body.version;
      expect(await scene.rows(`SELECT version FROM policy_version WHERE state = 'live'`)).toEqual([{ version: won }]);
    }
  });

  it('is listed newest first', async () => {
    const { body } = await scene.ask<PolicyList>('anna', 'GET', '/api/policies?limit=100');
    const versions = body.items.map(({ version }) => version);
    expect(versions.length).toBeGreaterThan(3);
    expect(versions).toEqual([...versions].sort((a, b) => b - a));
    const { body: two } = await scene.ask<PolicyList>('anna', 'GET', '/api/policies?limit=2');
    expect(two.items).toEqual(body.items.slice(0, 2));
    for (const query of ['limit=0', 'limit=101', 'limit=all', 'page=2']) {
      expect((await scene.ask('anna', 'GET', `/api/policies?${query}`)).status).toBe(400);
    }
  });

  it.each(['0', '-1', '1.5', '1e3', 'x', '999999', '2147483648', '99999999999999999999'])(
    'with version %s is not found',
    async (version) => {
      expect((await scene.ask('anna', 'GET', `/api/policies/${version}`)).status).toBe(404);
      expect((await scene.ask('chief', 'POST', `/api/policies/${version}/publish`)).status).toBe(404);
    },
  );

  it('is not found while none is live, and the service is not ready', async () => {
    const bare = await ConsoleScene.open({ policy: false });
    try {
      expect((await bare.ask('anna', 'GET', '/api/policies/live')).status).toBe(404);
      const thresholds = await bare.ask('anna', 'GET', '/api/thresholds?label=sexual.explicit&tier=fast');
      expect(thresholds.status).toBe(404);
      expect(await bare.ask(undefined, 'GET', '/health/ready')).toMatchObject({
        status: 503,
        body: { missing: { policy: 'no policy is live' } },
      });
      const { body } = await bare.ask<PolicyAnswer>('chief', 'POST', '/api/policies', {
        document: STARTING_POLICY,
        note: 'the first',
        baseVersion: null,
      });
      expect(body.baseVersion).toBeNull();
      expect((await bare.ask('chief', 'POST', `/api/policies/${body.version}/publish`)).status).toBe(200);
      const ready = async (): Promise<boolean> => (await bare.ask(undefined, 'GET', '/health/ready')).status === 200;
      await eventually('the service is ready', ready);
    } finally {
      await bare.close();
    }
  });
});

describe('a document', () => {
  it('that would not decide every score is refused with every fault', async () => {
    const before = await count();
    const { status, body } = await draft<ProblemBody>(
      changed({
        '/thresholds/sexual.explicit/fast/clearBelow': 0.9,
        '/thresholds/sexual.suggestive/heavy/blockFrom': 1.5,
        '/thresholds/sexual.explicit.drawn/heavy/clearBelow': -0.1,
        '/finalWithinMs/bulk': 5,
      }),
    );
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid-policy' });
    expect(body.errors).toEqual([
      { pointer: '/document/thresholds/sexual.explicit/fast/clearBelow', detail: 'must not exceed blockFrom' },
      {
        pointer: '/document/thresholds/sexual.explicit.drawn/heavy/clearBelow',
        detail: 'must lie between 0 and 1',
      },
      { pointer: '/document/thresholds/sexual.suggestive/heavy/blockFrom', detail: 'must lie between 0 and 1' },
      {
        pointer: '/document/finalWithinMs/bulk',
        detail: 'must lie between 1000 and 2592000000 milliseconds',
      },
    ]);
    expect(await count()).toBe(before);
  });

  it('may leave out what a late final and a transition do, as a whole or in part', async () => {
    const { ifLate, transitions, ...older } = STARTING_POLICY;
    expect((await draft(older)).body.document).toEqual(STARTING_POLICY);
    const asks = { 'sexual.explicit': { do: 'ask' } };
    const close = { 'sexual.suggestive': { do: 'apply_unless_close', margin: 0.05 } };
    const { status, body } = await draft({
      ...older,
      ifLate: { urgent: 'block' },
      transitions: { late_block: asks, late_release: close },
    });
    expect(status).toBe(201);
    expect(body.document).toEqual({
      ...older,
      ifLate: { ...ifLate, urgent: 'block' },
      transitions: {
        late_block: { ...transitions.late_block, ...asks },
        late_release: { ...transitions.late_release, ...close },
      },
    });
  });

  it('whose margin no score can keep is refused', async () => {
    const late_block = { 'sexual.explicit': { do: 'apply_unless_close', margin: 1.5 } };
    const { status, body } = await draft<ProblemBody>({ ...STARTING_POLICY, transitions: { late_block } });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid-policy' });
    const pointer = '/document/transitions/late_block/sexual.explicit/margin';
    expect(body.errors).toEqual([{ pointer, detail: 'must lie between 0 and 1' }]);
  });

  const ruled = (rule: unknown): object => changed({ '/transitions': { late_block: { 'sexual.explicit': rule } } });
  const RULE = '/document/transitions/late_block/sexual.explicit';
  it.each<[string, unknown, string]>([
    ['a late final that releases', changed({ '/ifLate/bulk': 'allow' }), '/document/ifLate/bulk'],
    ['no answer to a late final', changed({ '/ifLate': null }), '/document/ifLate'],
    [
      'a rule for what changes nothing',
      changed({ '/transitions/confirmed_allow': {} }),
      '/document/transitions/confirmed_allow',
    ],
    ['a rule without a deed', ruled({}), `${RULE}/do`],
    ['a rule that is a word', ruled('ask'), RULE],
    ['a rule that is a list', ruled([{ do: 'ask' }]), RULE],
    ['an unknown rule', ruled({ do: 'wait' }), `${RULE}/do`],
    ['a rule that is a number', ruled({ do: 1 }), `${RULE}/do`],
    ['a margin where none counts', ruled({ do: 'ask', margin: 0.1 }), `${RULE}/margin`],
    ['no margin where one counts', ruled({ do: 'apply_unless_close' }), `${RULE}/margin`],
    ['a margin that is a text', ruled({ do: 'apply_unless_close', margin: '0.1' }), `${RULE}/margin`],
    ['a text', 'x', '/document'],
    ['nothing', null, '/document'],
    ['a list', [], '/document'],
    ['a list of documents', [STARTING_POLICY], '/document'],
    ['an empty object', {}, '/document/thresholds'],
    [
      'a label that is missing',
      changed({ '/thresholds/sexual.suggestive': undefined }),
      '/document/thresholds/sexual.suggestive',
    ],
    [
      'a tier that is missing',
      changed({ '/thresholds/sexual.explicit/heavy': undefined }),
      '/document/thresholds/sexual.explicit/heavy',
    ],
    [
      'a tier that is a list',
      changed({ '/thresholds/sexual.explicit/heavy': [{ clearBelow: 0, blockFrom: 1 }] }),
      '/document/thresholds/sexual.explicit/heavy',
    ],
    [
      'a number that is a text',
      changed({ '/thresholds/sexual.explicit/fast/blockFrom': '0.7' }),
      '/document/thresholds/sexual.explicit/fast/blockFrom',
    ],
    [
      'a number that is null',
      changed({ '/thresholds/sexual.explicit/fast/blockFrom': Number.NaN }),
      '/document/thresholds/sexual.explicit/fast/blockFrom',
    ],
    [
      'a verdict that settles nothing',
      changed({ '/provisional/unavailable': 'review' }),
      '/document/provisional/unavailable',
    ],
    ['half a millisecond', changed({ '/finalWithinMs/urgent': 60_000.5 }), '/document/finalWithinMs/urgent'],
    ['an unknown label', changed({ '/thresholds/neutral': {} }), '/document/thresholds/neutral'],
    ['an unknown field', changed({ '/extra': 1 }), '/document/extra'],
    ['a field called constructor', changed({ '/constructor': 1 }), '/document/constructor'],
    ['a field called toString', changed({ '/thresholds/toString': 'x' }), '/document/thresholds/toString'],
  ])('with %s is refused', async (_what, document, pointer) => {
    const before = await count();
    const { status, body } = await draft<ProblemBody>(document);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-request' });
    expect(body.errors?.map((fault) => fault.pointer)).toContain(pointer);
    expect(await count()).toBe(before);
  });

  const whole = JSON.stringify({ document: STARTING_POLICY, note: 'x', baseVersion: 1 });
  it.each<[string, string, number]>([
    ['another prototype', whole.replace('{', '{"__proto__":{"admin":true},'), 400],
    ['another prototype within', whole.replace('"provisional":{', '"provisional":{"__proto__":{"admin":true},'), 400],
    ['a constructor’s prototype', whole.replace('{', '{"constructor":{"prototype":{"admin":true}},'), 400],
    ['NaN', whole.replace('0.75', 'NaN'), 400],
    ['a number beyond all', whole.replace('0.75', '1e999'), 400],
    ['half of it', whole.slice(0, -10), 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a list', `[${whole}]`, 400],
    ['a member called constructor', whole.replace('{', '{"constructor":1,'), 400],
    ['thousands of lists', `{"document":${'['.repeat(100_000)}${']'.repeat(100_000)},"note":"x"}`, 400],
    ['thousands of objects', `{"document":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)},"note":"x"}`, 400],
    ['a quarter of a megabyte', JSON.stringify({ document: STARTING_POLICY, note: 'x'.repeat(262_144) }), 413],
    ['thousands of unknown fields', `{${Array.from({ length: 10_000 }, (_, index) => `"f${index}":1`).join()}}`, 400],
    ['no base', JSON.stringify({ document: STARTING_POLICY, note: 'x' }), 400],
    ['no note', JSON.stringify({ document: STARTING_POLICY, baseVersion: 1 }), 400],
    ['a blank note', JSON.stringify({ document: STARTING_POLICY, note: ' ', baseVersion: 1 }), 400],
    ['an author', JSON.stringify({ document: STARTING_POLICY, note: 'x', baseVersion: 1, author: 'anna' }), 400],
    ['a version', JSON.stringify({ document: STARTING_POLICY, note: 'x', baseVersion: 1, version: 7 }), 400],
    [
      'a base that no version can be',
      JSON.stringify({ document: STARTING_POLICY, note: 'x', baseVersion: 2 ** 31 }),
      400,
    ],
  ])('in a body that is or has %s is refused', async (_what, text, expected) => {
    const before = await count();
    const { status, type } = await scene.ask('chief', 'POST', '/api/policies', text);
    expect(status).toBe(expected);
    expect(type).toContain('application/problem+json');
    expect(await count()).toBe(before);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});
