import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STARTING_POLICY } from '#moderation/policy.js';
import { ReplayStore, type StoredReplay } from '#persistence/replay-store.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

describe('a replay whose console is killed in the middle of it', () => {
  let product: Product;
  let consoles: readonly [TestService, TestService];
  let replays: ReplayStore;

  beforeAll(async () => {
    product = await Product.open();
    consoles = [product.another('console'), product.another('console')];
    replays = new ReplayStore(product.database);
    await consoles[0].start();
  }, 120_000);
  afterAll(() => product.close());

  const asked = async (): Promise<string> => {
    const { version } = await product.policies.draft({ document: STARTING_POLICY, note: 'x', author: 'chief' });
    const window = { receivedFrom: new Date(Date.now() - 60_000), receivedBefore: new Date(), clientId: null };
    const order = { version, draft: null, against: 1, ...window, askedBy: 'chief' };
    return (await replays.ask(order, { waitingMax: 1, ownWaitingMax: 1 }))?.id ?? '';
  };
  const found = async (id: string, is: (replay: StoredReplay) => boolean): Promise<StoredReplay | undefined> => {
    let replay: StoredReplay | undefined;
    await eventually('the replay is so far', async () => {
      replay = await replays.find(id);
      return replay !== undefined && is(replay);
    });
    return replay;
  };

  it('is begun anew by the next one, and tells so', async () => {
    // whoever reads assets waits: the replay is in the middle of it for as long as that takes
    const holder = product.database.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    const id = await asked();
    await found(id, ({ state }) => state === 'running');
    await consoles[0].end('SIGKILL');
    await holder.rollbackTransaction();
    await holder.release();
    expect(await replays.find(id)).toMatchObject({ state: 'running', tries: 1 });

    // time passes
    await product.rows(`UPDATE replay SET lease_expires_at = now() WHERE id = $1`, [id]);
    await consoles[1].start();
    const ended = await found(id, ({ endedAt }) => endedAt !== null);
    expect(ended).toMatchObject({ state: 'done', tries: 2, fault: null, result: { assets: 0 } });
  }, 120_000);
});
