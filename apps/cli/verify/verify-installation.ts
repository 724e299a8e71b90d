import { historyFaults } from '#moderation/check-history.js';
import type { AssetStore } from '#persistence/asset-store.js';
import type { AssetHistory, HistoryStore } from '#persistence/history-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

export interface VerifyParts {
  readonly histories: HistoryStore;
  readonly assets: AssetStore;
  readonly bytes: Pick<AssetBytes, 'digest' | 'idsWrittenBefore' | 'strays'>;
}

export interface VerifyOptions {
  /** Bytes without a row may be this old: their upload may still be under way. So may bytes of what was erased. */
  readonly orphanGraceMs: number;
  /** Ids of assets a client saw accepted: each must be there. */
  readonly seen: readonly string[];
  /** Also demand that nothing waits for its final any more, and no bytes for their removal. */
  readonly settled: boolean;
  readonly onProgress: (done: number, total: number) => void;
}

export interface VerifyFault {
  readonly assetId: string;
  readonly fault: string;
}

export interface VerifyReport {
  readonly assets: number;
  readonly pending: number;
  /** Of the assets, how many were erased. */
  readonly erased: number;
  /** Stored bytes that no row names, of whatever age: an upload that did not end, or a database that was restored. */
  readonly orphans: number;
  readonly faultCount: number;
  /** The first of them; there may be more. */
  readonly faults: readonly VerifyFault[];
}

const PAGE = 200;
/** Stored bytes that are read at the same time. */
const READS_MAX = 16;
const FAULTS_LISTED_MAX = 1_000;

/** Checks the invariants over database and storage. Reads everything, changes nothing; safe while services run. */
export async function verifyInstallation(parts: VerifyParts, options: VerifyOptions): Promise<VerifyReport> {
  const { histories, assets, bytes } = parts;
  const book = new FaultBook();
  const total = await histories.count();
  let done = 0;
  let pending = 0;
  let erased = 0;
  for (let after: string | undefined, page = await histories.page(after, PAGE); page.length > 0;) {
    for await (const [history, faults] of faultsOfAll(page, parts, options)) {
      if (history.erased) erased += 1;
      for (const fault of faults) book.add(history.assetId, fault);
      if (history.pending) pending += 1;
      if (history.pending && options.settled) book.add(history.assetId, 'still waits for its final');
    }
    done += page.length;
    options.onProgress(done, Math.max(done, total));
    after = page.at(-1)?.assetId;
    page = await histories.page(after, PAGE);
  }
  for (const id of await assets.unknownOf(options.seen)) {
    const there = (await bytes.digest(id)) !== undefined;
    book.add(id, `a client saw it accepted and there is no row; its bytes are ${there ? 'here' : 'gone too'}`);
  }
  const orphans = await withoutRow(assets, bytes.idsWrittenBefore(Infinity));
  for await (const id of bytes.idsWrittenBefore(Date.now() - options.orphanGraceMs)) {
    if (orphans.has(id)) book.add(id, 'has bytes and no row, and is older than the grace');
  }
  for await (const name of bytes.strays()) book.add(name, 'lies among the assets and is none');
  for (const id of await histories.wrongAnswers(FAULTS_LISTED_MAX)) {
    book.add(id, 'an idempotency key of it answers with another asset');
  }
  for (const id of await histories.wrongCampaigns(FAULTS_LISTED_MAX)) {
    book.add(id, "a campaign's books say other than its decisions");
  }
  return { assets: done, pending, erased, orphans: orphans.size, faultCount: book.count, faults: book.listed };
}

/** In the order of the page; some are read at once, for a bucket takes its time. */
async function* faultsOfAll(
  page: readonly AssetHistory[],
  parts: BytesParts,
  graces: Graces,
): AsyncGenerator<readonly [AssetHistory, string[]]> {
  for (let from = 0; from < page.length; from += READS_MAX) {
    const some = page.slice(from, from + READS_MAX);
    yield* await Promise.all(some.map(async (history) => [history, await faultsOf(history, parts, graces)] as const));
  }
}

/** Those of some stored assets that no row names. */
async function withoutRow(assets: AssetStore, stored: AsyncIterable<string>): Promise<Set<string>> {
  const unknown = new Set<string>();
  let page: string[] = [];
  const look = async (): Promise<void> => {
    for (const id of await assets.unknownOf(page)) unknown.add(id);
    page = [];
  };
  for await (const id of stored) {
    page.push(id);
    if (page.length === PAGE) await look();
  }
  await look();
  return unknown;
}

async function faultsOf(history: AssetHistory, parts: BytesParts, graces: Graces): Promise<string[]> {
  const bytes = await bytesFault(history, parts, graces);
  return [...(bytes === undefined ? [] : [bytes]), ...historyFaults(history)];
}

type BytesParts = Pick<VerifyParts, 'histories'> & { readonly bytes: Pick<AssetBytes, 'digest'> };
type Graces = Pick<VerifyOptions, 'orphanGraceMs' | 'settled'>;

async function bytesFault(
  { assetId, sha256, erasure }: AssetHistory,
  { histories, bytes }: BytesParts,
  { orphanGraceMs, settled }: Graces,
): Promise<string | undefined> {
  const digest = await bytes.digest(assetId);
  if (erasure !== null) {
    const mayBeThere = digest === undefined || (!erasure.bytesGone && !settled && erasure.ageMs <= orphanGraceMs);
    return mayBeThere ? undefined : 'it is erased and its bytes are still there';
  }
  if (digest?.toString('hex') === sha256) return undefined;
  // its row was read before somebody erased it
  if (await histories.isErased(assetId)) return undefined;
  return digest === undefined ? 'has a row and no bytes' : 'its bytes are not those that were accepted';
}

class FaultBook {
  readonly listed: VerifyFault[] = [];
  count = 0;

  add(assetId: string, fault: string): void {
    this.count += 1;
    if (this.listed.length < FAULTS_LISTED_MAX) this.listed.push({ assetId, fault });
  }
}
