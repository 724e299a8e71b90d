import type { Asset } from '#client/answers.js';
import { DeadlineError } from '#client/errors.js';
import type { Portcullis } from '#client/portcullis.js';

import { percentile } from '../percentile.js';
import { progressBar } from '../progress-bar.js';
import type { Picture } from './pictures.js';

/** One image's way through both tiers. */
export interface DemoRow {
  readonly name: string;
  readonly latencyMs: number;
  readonly provisional: Asset;
  readonly final: Asset;
  readonly finalLagMs: number;
}

export interface DemoResult {
  readonly rows: readonly DemoRow[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

export interface DemoSummary {
  readonly assets: number;
  readonly provisional: Readonly<Record<string, number>>;
  readonly final: Readonly<Record<string, number>>;
  readonly transitions: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly finalLagMs: { readonly p50: number; readonly p95: number };
}

type Uploaded = Pick<DemoRow, 'name' | 'latencyMs' | 'provisional'>;

const FINAL_MS_MAX = 300_000;

/** Uploads pictures one after the other, then waits for their finals. @throws Error when a final does not come in time */
export async function runDemo(client: Portcullis, images: readonly Picture[]): Promise<DemoResult> {
  const uploaded: Uploaded[] = [];
  const refused: { name: string; why: string }[] = [];
  const uploads = progressBar('uploaded');
  for (const [index, { name, read }] of images.entries()) {
    const bytes = await read();
    const startedMs = performance.now();
    try {
      const provisional = await client.submit(bytes, { externalId: name });
      uploaded.push({ name, provisional, latencyMs: performance.now() - startedMs });
    } catch (error) {
      refused.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
    uploads.show(index + 1, images.length);
  }
  uploads.end();
  const rows: DemoRow[] = [];
  const finals = progressBar('labelled');
  for (const upload of uploaded) {
    rows.push(await withFinal(client, upload));
    finals.show(rows.length, uploaded.length);
  }
  finals.end();
  return { rows, refused };
}

async function withFinal(client: Portcullis, upload: Uploaded): Promise<DemoRow> {
  const { id, decision } = upload.provisional;
  const final = await client.waitForFinal(id, { timeoutMs: FINAL_MS_MAX }).catch((cause: unknown) => {
    if (!(cause instanceof DeadlineError)) throw cause;
    throw new Error(`${upload.name} has no final after ${FINAL_MS_MAX / 1_000} s`, { cause });
  });
  return { ...upload, final, finalLagMs: Date.parse(final.decision.decidedAt) - Date.parse(decision.decidedAt) };
}

/** The result in numbers. */
export function summarise({ rows }: DemoResult): DemoSummary {
  const latencies = rows.map((row) => row.latencyMs);
  const lags = rows.map((row) => row.finalLagMs);
  return {
    assets: rows.length,
    provisional: countBy(rows.map((row) => row.provisional.decision.verdict)),
    final: countBy(rows.map((row) => row.final.decision.verdict)),
    transitions: countBy(rows.map((row) => row.final.transition ?? 'none')),
    latencyMs: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
    finalLagMs: { p50: percentile(lags, 0.5), p95: percentile(lags, 0.95) },
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
