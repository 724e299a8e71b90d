import {
  changeCounts,
  finalCounts,
  outcomeCounts,
  type Counts,
  type FinalCounts,
  type OutcomeCounts,
} from '#moderation/sources/source-counts.js';
import type { ItemChange } from '#moderation/sources/source.js';
import type { SourceReportStore } from '#persistence/source-report-store.js';
import type { IngestSource } from '#persistence/source-store.js';

/** What became of a source's items: in its run under way or last, and all together. */
export interface IngestReport {
  readonly source: Pick<IngestSource, 'id' | 'kind' | 'location' | 'client'>;
  readonly run: RunReport;
  readonly all: OutcomeCounts & FinalCounts;
}

export interface RunReport extends OutcomeCounts, Readonly<Record<ItemChange, number>> {
  readonly number: number;
  /** It came to the end of the listing; otherwise it is under way, or goes on when it is started again. */
  readonly isDone: boolean;
  readonly class: IngestSource['trafficClass'];
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** How long was worked on it. */
  readonly seconds: number;
  /** Listed items in a second of that. */
  readonly listedPerSecond: number | null;
  /** Uploaded ones. */
  readonly uploadedPerSecond: number | null;
  readonly listed: number;
  readonly unchanged: number;
  /** What is not taken for an image, by reason. */
  readonly passed: Counts;
}

/** Counts what became of a source's items. */
export async function reportOn(source: IngestSource, store: Pick<SourceReportStore, 'groups'>): Promise<IngestReport> {
  const groups = await store.groups(source.id, source.run);
  const ofRun = groups.filter(({ isOfRun }) => isOfRun);
  const { listed, unchanged, passed, activeMs } = source.figures;
  const outcomes = outcomeCounts(ofRun);
  const perSecond = (items: number): number | null => (activeMs === 0 ? null : (items * 1_000) / activeMs);
  const { id, kind, location, client } = source;
  return {
    source: { id, kind, location, client },
    run: {
      number: source.run,
      isDone: source.endedAt !== null,
      class: source.trafficClass,
      startedAt: source.startedAt,
      endedAt: source.endedAt,
      seconds: activeMs / 1_000,
      listedPerSecond: perSecond(listed),
      uploadedPerSecond: perSecond(outcomes.items),
      listed,
      unchanged,
      passed,
      ...changeCounts(ofRun),
      ...outcomes,
    },
    all: { ...outcomeCounts(groups), ...finalCounts(groups) },
  };
}
