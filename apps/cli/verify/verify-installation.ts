import { historyFaults } from '#moderation/check-history.js';
import type { AssetStore } from '#persistence/asset-store.js';
import type { AssetHistory, HistoryStore } from '#persistence/history-store.js';
import type { AssetFiles } from '#storage/asset-files.js';

export interface VerifyParts {
  readonly histories: HistoryStore;
  readonly assets: AssetStore;
  readonly files: AssetFiles;
}

export interface VerifyOptions {
  /** Bytes without a row may be this old: their upload may still be under way. */
  readonly orphanGraceMs: number;
  /** Ids of assets a client saw accepted: each must be there. */
  readonly seen: readonly string[];
  /** Also demand that nothing waits for its final any more. */
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
  readonly faultCount: number;
  /** The first of them; there may be more. */
  readonly faults: readonly VerifyFault[];
}

const PAGE = 200;
const FAULTS_LISTED_MAX = 1_000;

/** Checks the invariants over database and storage. Reads everything, changes nothing; safe while services run. */
export async function verifyInstallation(parts: VerifyParts, options: VerifyOptions): Promise<VerifyReport> {
  const { histories, assets, files } = parts;
  const book = new FaultBook();
  const total = await histories.count();
  let done = 0;
  let pending = 0;
  for (let after: string | undefined, page = await histories.page(after, PAGE); page.length > 0;) {
    for (const history of page) {
      for (const fault of await faultsOf(history, files)) book.add(history.assetId, fault);
      if (history.pending) pending += 1;
      if (history.pending && options.settled) book.add(history.assetId, 'still waits for its final');
    }
    done += page.length;
    options.onProgress(done, Math.max(done, total));
    after = page.at(-1)?.assetId;
    page = await histories.page(after, PAGE);
  }
  for (const id of await assets.unknownOf(options.seen)) book.add(id, 'a client saw it accepted and there is no row');
  for await (const id of files.idsWrittenBefore(Date.now() - options.orphanGraceMs)) {
    const [orphan] = await assets.unknownOf([id]);
    if (orphan !== undefined) book.add(id, 'has bytes and no row, and is older than the grace');
  }
  for await (const name of files.strays()) book.add(name, 'lies among the assets and is none');
  for (const id of await histories.wrongAnswers(FAULTS_LISTED_MAX)) {
    book.add(id, 'an idempotency key of it answers with another asset');
  }
  for (const id of await histories.wrongCampaigns(FAULTS_LISTED_MAX)) {
    book.add(id, "a campaign's books say other than its decisions");
  }
  return { assets: done, pending, faultCount: book.count, faults: book.listed };
}

async function faultsOf(history: AssetHistory, files: AssetFiles): Promise<string[]> {
  const digest = await files.digest(history.assetId);
  const bytes =
    digest === undefined
      ? ['has a row and no bytes']
      : digest.toString('hex') === history.sha256
        ? []
        : ['its bytes are not those that were accepted'];
  return [...bytes, ...historyFaults(history)];
}

class FaultBook {
  readonly listed: VerifyFault[] = [];
  count = 0;

  add(assetId: string, fault: string): void {
    this.count += 1;
    if (this.listed.length < FAULTS_LISTED_MAX) this.listed.push({ assetId, fault });
  }
}
