import { OperationalError } from '#contracts/errors.js';
import { Pace } from '#moderation/sources/pace.js';
import type { ItemOutcome } from '#moderation/sources/source.js';
import type { TrafficClass } from '#moderation/words.js';
import { SourceItemStore } from '#persistence/source-item-store.js';
import { withSourceLock } from '#persistence/source-lock.js';
import { SourceReportStore } from '#persistence/source-report-store.js';
import { SourceStore, type IngestSource } from '#persistence/source-store.js';

import { uploadClient } from '../upload-client.js';
import { showProgress } from './ingest-progress.js';
import { reportOn, type IngestReport } from './ingest-report.js';
import { ItemSender } from './item-sender.js';
import { keyText } from './key-text.js';
import type { IngestPlace } from './place.js';
import type { UploadAddress } from './reach-upload.js';
import { retryUnsettled } from './retry-unsettled.js';
import { runSource, type RunParts } from './run-source.js';
import { newTally } from './run-tally.js';

type Database = Parameters<typeof withSourceLock>[0];

export interface SessionOptions {
  readonly concurrency: number;
  /** Uploads a second; null: as many as the service takes. */
  readonly perSecond: number | null;
  readonly stop: AbortSignal;
}

export interface RunOrder {
  readonly trafficClass: TrafficClass;
  readonly retryRefused: boolean;
  readonly isMeant: (key: Buffer) => boolean;
}

/** Troubles that are told one by one; the failures of a source can be listed afterwards. */
const TOLD_MAX = 20;

/** Works on sources of one place: one process at a time, with what has become of it told on stderr. */
export class IngestSession {
  readonly sources: SourceStore;
  readonly items: SourceItemStore;
  private readonly reports: SourceReportStore;

  constructor(
    private readonly database: Database,
    private readonly place: IngestPlace,
    private readonly upload: UploadAddress,
    private readonly options: SessionOptions,
  ) {
    this.sources = new SourceStore(database);
    this.items = new SourceItemStore(database);
    this.reports = new SourceReportStore(database);
  }

  /** Runs a source, or goes on with its run. @returns undefined when another process is at it @throws as `runSource` */
  run(source: IngestSource, { trafficClass, ...order }: RunOrder): Promise<IngestReport | undefined> {
    return this.alone(source, async () => {
      const begun = await this.sources.begin(source.id, trafficClass);
      const { run, cursor } = begun.source;
      if (begun.goesOn) say(`goes on with run ${run}${cursor === null ? '' : `, behind ${keyText(cursor)}`}`);
      await this.work(begun.source, source.figures.listed, (parts) => runSource(begun, parts, order));
    });
  }

  /** Tries what became no asset again. @returns undefined when another process is at it @throws as `runSource` */
  retry(source: IngestSource, outcomes: readonly ItemOutcome[]): Promise<IngestReport | undefined> {
    return this.alone(source, () => this.work(source, 0, (parts) => retryUnsettled(source, outcomes, parts)));
  }

  private async alone(source: IngestSource, work: () => Promise<void>): Promise<IngestReport | undefined> {
    if (!(await uploadClient(this.upload).isThere())) {
      throw new OperationalError(
        `no upload service answers at ${this.upload.url}: start it, or name another with --url`,
      );
    }
    const worked = await withSourceLock(this.database, source.id, work);
    if (worked === undefined) return undefined;
    const now = await this.sources.find(source.id);
    if (now === undefined) throw new Error('a source that was worked on is there');
    return reportOn(now, this.reports);
  }

  private async work(source: IngestSource, expected: number, work: (parts: RunParts) => Promise<void>): Promise<void> {
    const { concurrency, perSecond, stop } = this.options;
    const tally = newTally();
    const troubles: string[] = [];
    const { place, items, sources, upload } = this;
    const { id: sourceId, location, trafficClass } = source;
    const sender = new ItemSender({ ...upload, sourceId, location, trafficClass: trafficClass ?? 'bulk' });
    const onTrouble = (key: Buffer, what: string): void => {
      if (troubles.length <= TOLD_MAX) troubles.push(`  ${keyText(key)}: ${what}`);
    };
    const pace = new Pace(perSecond);
    const end = showProgress(tally, expected);
    try {
      await work({ place, items, sources, sender, tally, pace, stop, concurrency, onTrouble });
    } finally {
      end();
      for (const trouble of troubles.slice(0, TOLD_MAX)) say(trouble);
      if (troubles.length > TOLD_MAX) say(`  … and more: portcullis ingest report ${sourceId} --failures <file>`);
    }
  }
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
