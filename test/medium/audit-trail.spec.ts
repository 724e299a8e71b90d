import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Problem } from '#contracts/problems.js';
import { AuditStore, type Actor } from '#persistence/audit-store.js';
import { AuditTrail } from '#persistence/audit-trail.js';
import { ClientStore, type Client } from '#persistence/client-store.js';
import { verifyAudit } from '#persistence/audit-verify.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

let made: MigratedDatabase;
let trail: AuditTrail;
let clients: ClientStore;
beforeAll(async () => {
  made = await migratedDatabase(4);
  trail = new AuditTrail(made.database);
  clients = new ClientStore(trail.database);
});
afterAll(() => made.drop());

const BY: Actor = { kind: 'cli', id: null, name: 'somebody', role: null, requestId: null };
const NEW = { act: 'client.create', subject: 'client', madeId: ({ id }: Client) => id } as const;
const LIMITS = { uploadsPerMinute: null, assetsPerDay: null };

async function create(name: string): Promise<Client> {
  const client = await clients.create(name, LIMITS);
  if (client === undefined) throw new Error('taken');
  return client;
}
const seenByOthers = async (name: string): Promise<boolean> =>
  (await made.database.query<unknown[]>(`SELECT 1 FROM client WHERE name = $1`, [name])).length > 0;

describe('an act', () => {
  it('is seen by nobody else before its row is, and by itself', async () => {
    await trail.perform(BY, NEW, async () => {
      const client = await create('one');
      expect(await seenByOthers('one')).toBe(false);
      expect(await clients.find({ name: 'one' })).toEqual(client);
      return client;
    });
    expect(await seenByOthers('one')).toBe(true);
    expect((await new AuditStore(made.database).page({}, 10)).map(({ act }) => act)).toEqual(['client.create']);
  });

  it('that fails at its end leaves nothing, also of stores that have transactions of their own', async () => {
    const failing = trail.perform(BY, NEW, async () => {
      await trail.database.transaction((inner) =>
        inner.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'inner')`),
      );
      await create('two');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await seenByOthers('inner'), await seenByOthers('two')]).toEqual([false, false]);
    expect((await new AuditStore(made.database).head()).number).toBe(1);
  });

  it('goes on where a store’s own transaction was taken back', async () => {
    await trail.perform(BY, NEW, async () => {
      const inner = trail.database.transaction(async (transaction) => {
        await transaction.query(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'taken-back')`);
        throw new Error('inner');
      });
      await inner.catch(() => undefined);
      return create('three');
    });
    expect([await seenByOthers('taken-back'), await seenByOthers('three')]).toEqual([false, true]);
  });

  it('has its transaction to itself while others act', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `at-once-${n}`);
    const acts = names.map((name, n) =>
      trail.perform(BY, NEW, async () => {
        const client = await create(name);
        if (n % 3 === 0) throw new Error('no');
        return client;
      }),
    );
    const ended = await Promise.allSettled(acts);
    expect(ended.map(({ status }) => status)).toEqual(names.map((_, n) => (n % 3 === 0 ? 'rejected' : 'fulfilled')));
    const there = await Promise.all(names.map(seenByOthers));
    expect(there).toEqual(names.map((_, n) => n % 3 !== 0));
    expect(await verifyAudit(new AuditStore(made.database))).toMatchObject({ rows: 10, faultCount: 0 });
  });

  it('that is refused is refused as it was, whatever words people used', async () => {
    const refused = new Problem('conflict', 'There is a person called timeout@example.org already.');
    await expect(trail.perform(BY, NEW, () => Promise.reject(refused))).rejects.toBe(refused);
  });

  it('is told from what the one before it left, and under the id as it is kept', async () => {
    const client = await trail.perform(BY, NEW, () => create('both'));
    const id = client.id.toUpperCase();
    const set = (column: string) =>
      trail.perform(BY, { act: `client.${column}`, subject: 'client', id }, () =>
        trail.database.query(`UPDATE client SET ${column} = 7 WHERE id = $1`, [client.id]),
      );
    await Promise.all(['uploads_per_minute', 'assets_per_day', 'retention_days'].map(set));
    const rows = await new AuditStore(made.database).page({ subject: 'client', subjectId: client.id }, 3);
    for (const { act, detail } of rows) {
      const column = act.replace('client.', '');
      expect(detail).toEqual({ before: { [column]: null }, after: { [column]: 7 } });
    }
    expect(new Set(rows.map(({ act }) => act)).size).toBe(3);
  });

  it('is over for what it leaves running', async () => {
    let later: Promise<Client | undefined> = Promise.resolve(undefined);
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    await trail.perform(BY, NEW, () => {
      later = ended.then(() => clients.find({ name: 'one' }));
      return create('four');
    });
    end();
    expect(await later).toMatchObject({ name: 'one' });
  });
});
