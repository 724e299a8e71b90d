import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Pace } from '#moderation/sources/pace.js';
import type { ProvisionalVerdict } from '#moderation/words.js';
import { SourceItemStore } from '#persistence/source-item-store.js';
import { SourceStore } from '#persistence/source-store.js';
import type { Sent } from '../../apps/cli/ingest/item-sender.js';
import type { IngestPlace, Listed, ListedItem } from '../../apps/cli/ingest/place.js';
import { runSource } from '../../apps/cli/ingest/run-source.js';
import { newTally } from '../../apps/cli/ingest/run-tally.js';
import type { HistoryUploads } from './history-uploads.js';

const KILLED = 'killed';

/** A process' end of the store, for as long as it lives. */
class MortalItems extends SourceItemStore {
  isDead = false;

  override remember(...given: Parameters<SourceItemStore['remember']>): Promise<void> {
    return this.isDead ? Promise.reject(new Error(KILLED)) : super.remember(...given);
  }
}

/** A folder that images are taken from, with the product's own ingest, in the stores and in the model. */
export class HistoryIngest {
  /** Versions of the files that are there; a file's version is never an earlier one's. */
  private readonly files = new Map<string, string>();
  private versions = 0;
  /** Assets by file and version: every one of them was uploaded once. */
  private readonly uploaded = new Map<string, string>();
  /** The version of each file that is remembered. */
  private readonly remembered = new Map<string, string>();
  /** Files and versions whose assets are erased. */
  private readonly erased = new Set<string>();
  private isUnderWay = false;

  constructor(
    private readonly database: DataSource,
    private readonly clientId: string,
    private readonly uploads: HistoryUploads,
    private readonly location: string,
  ) {}

  writeFile(name: string): void {
    this.versions += 1;
    this.files.set(name, `v${this.versions}`);
  }

  /** A run, or the rest of one. @param diesAfter so many uploads: the last of them is not remembered; null: it does not */
  async run(verdict: ProvisionalVerdict, diesAfter: number | null): Promise<void> {
    const sources = new SourceStore(this.database);
    const items = new MortalItems(this.database);
    const { id } = await sources.ensure({ kind: 'folder', location: this.location, clientId: this.clientId });
    const begun = await sources.begin(id, 'bulk');
    expect(begun.goesOn).toBe(this.isUnderWay);
    const wanted = this.listed().filter((item) => !this.uploaded.has(nameOf(item)));
    const expected = wanted.slice(0, diesAfter ?? wanted.length).map(nameOf);
    const sent: string[] = [];
    const send = async (item: ListedItem): Promise<Sent> => {
      sent.push(nameOf(item));
      const { assetId } = { assetId: await this.upload(id, item, verdict) };
      if (sent.length !== diesAfter) return { kind: 'accepted', assetId, verdict };
      items.isDead = true;
      throw new Error(KILLED);
    };
    const parts = {
      ...{ place: this.place(), sources, items, sender: { send, isThere: () => Promise.resolve(true) } },
      ...{ tally: newTally(), pace: new Pace(null), stop: new AbortController().signal, concurrency: 1 },
      onTrouble: () => undefined,
    };
    const ended = runSource(begun, parts, { retryRefused: false, isMeant: () => true });
    const isKilled = expected.length === diesAfter;
    if (isKilled) await expect(ended).rejects.toThrow(KILLED);
    else await ended;
    expect(sent).toEqual(expected);
    // what an earlier process uploaded is found and remembered before anything else; what this one did, at its end
    for (const item of this.listed()) {
      if (!isKilled || !expected.includes(nameOf(item))) {
        const name = nameOf(item);
        if (this.uploaded.has(name) && !this.erased.has(name)) this.remembered.set(item.key.toString(), item.version);
      }
    }
    this.isUnderWay = isKilled;
  }

  /** An asset is erased: its version is known for good, and its name is forgotten. */
  forget(assetId: string): void {
    for (const [name, id] of this.uploaded) {
      if (id !== assetId) continue;
      this.erased.add(name);
      const [key = '', version] = name.split(' ');
      if (this.remembered.get(key) === version) this.remembered.delete(key);
    }
  }

  /** What is remembered is what the model says, and each of it is the asset that was uploaded; of what is erased no name. */
  async check(): Promise<void> {
    const nameless = await this.database.query<{ id: string }[]>(
      `SELECT asset_id AS id FROM source_item i JOIN source s ON s.id = i.source_id
       WHERE s.location = $1 AND get_byte(key, 0) = 0`,
      [this.location],
    );
    expect(nameless.map(({ id }) => id).sort()).toEqual([...this.erased].map((name) => this.uploaded.get(name)).sort());
    const rows = await this.database.query<{ name: string; version: string; outcome: string; id: string }[]>(
      `SELECT convert_from(key, 'UTF8') AS name, version, outcome, asset_id AS id FROM source_item i
       JOIN source s ON s.id = i.source_id WHERE s.location = $1 AND get_byte(key, 0) <> 0 ORDER BY key`,
      [this.location],
    );
    expect(rows).toEqual(
      [...this.remembered].sort().map(([name, version]) => ({
        ...{ name, version, outcome: 'accepted', id: this.uploaded.get(`${name} ${version}`) },
      })),
    );
  }

  private async upload(source: string, item: ListedItem, verdict: ProvisionalVerdict): Promise<string> {
    const name = nameOf(item);
    const more = {
      ...{ externalId: item.key.toString(), trafficClass: 'bulk' as const },
      metadata: { source, sourceVersion: item.version },
    };
    const uploaded = { verdict, ifLate: 'provisional_stands', overdue: false } as const;
    const id = await this.uploads.accept(uploaded, `ingest ${source} ${name}`, more);
    this.uploaded.set(name, id);
    return id;
  }

  private listed(): ListedItem[] {
    return [...this.files].sort().map(([name, version]) => ({ key: Buffer.from(name), version }));
  }

  private place(): IngestPlace {
    const listed = this.listed();
    return {
      ...{ kind: 'folder', location: this.location },
      list: async function* (after): AsyncGenerator<Listed> {
        for (const item of listed) {
          if (after === undefined || Buffer.compare(item.key, after) > 0)
            yield await Promise.resolve({ kind: 'item', item });
        }
      },
      find: () => Promise.resolve(undefined),
      open: () =>
        Promise.resolve({
          bytes: 0,
          chunks: (async function* (): AsyncGenerator<Uint8Array> {
            yield* await Promise.resolve([]);
          })(),
          close: () => Promise.resolve(),
        }),
    };
  }
}

const nameOf = ({ key, version }: ListedItem): string => `${key.toString()} ${version}`;
