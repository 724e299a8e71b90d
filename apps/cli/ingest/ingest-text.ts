import Table from 'cli-table3';

import type { Counts } from '#moderation/sources/source-counts.js';
import type { IngestSource } from '#persistence/source-store.js';

import type { DryRun } from './dry-run.js';
import type { IngestReport, RunReport } from './ingest-report.js';

/** A report for people. */
export function reportText({ source, run, all }: IngestReport): string {
  const { withFinal, waiting, transitions } = all;
  const lines = [
    `${source.location} of ${source.client} (source ${source.id})`,
    ...(run.number === 0 ? ['  no run yet'] : runLines(run)),
    `all ${all.items} items: ${total(all.accepted)} accepted, ${total(all.refused)} refused, ${total(all.failed)} failed`,
    `  ${withFinal} with their final${list(transitions)}`,
    `  ${waiting} waiting for it`,
  ];
  return `${lines.join('\n')}\n`;
}

function runLines(run: RunReport): string[] {
  const { listed, unchanged, accepted, refused, failed, passed, seconds, listedPerSecond, uploadedPerSecond } = run;
  const changes = [`${run.new} new`, `${run.changed} changed`, `${run.retried} tried again`, `${unchanged} unchanged`];
  const rate =
    uploadedPerSecond === null || listedPerSecond === null ? '' : `, ${uploadedPerSecond.toFixed(1)} uploads/s`;
  return [
    `run ${run.number}, ${run.isDone ? 'done' : 'not at its end: it goes on there'}`,
    `  ${listed} listed: ${changes.join(', ')}`,
    `  ${total(accepted)} accepted${list(accepted)}`,
    `  ${total(refused)} refused${list(refused)}`,
    `  ${total(failed)} failed${list(failed)}`,
    ...(total(passed) > 0 ? [`  ${total(passed)} passed over${list(passed)}`] : []),
    `  ${seconds.toFixed(1)} s${rate}`,
  ];
}

/** What a run would do, for people. */
export function dryRunText({ listed, unchanged, passed, ...changes }: DryRun): string {
  const words = [`${changes.new} new`, `${changes.changed} changed`, `${changes.retried} to try again`];
  const more = total(passed) > 0 ? `\n${total(passed)} to be passed over${list(passed)}` : '';
  return `${listed} listed: ${words.join(', ')}, ${unchanged} unchanged${more}\nNothing was uploaded.\n`;
}

/** Sources for people. */
export function sourcesTable(sources: readonly IngestSource[]): string {
  if (sources.length === 0) return 'no sources yet: portcullis ingest <folder or s3://bucket/prefix>\n';
  const table = new Table({
    head: ['source', 'location', 'client', 'runs', 'listed', 'state', 'begun'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, location, client, run, figures, startedAt, endedAt } of sources) {
    const state = startedAt === null ? 'no run yet' : endedAt === null ? 'not at its end' : 'done';
    table.push([id, location, client, run, figures.listed, state, startedAt?.toISOString() ?? '']);
  }
  return `${table.toString()}\n`;
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, items) => sum + items, 0);

/** The words with their numbers, the most frequent first; nothing where there are none. */
function list(counts: Counts): string {
  const words = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return words.length === 0 ? '' : `: ${words.map(([word, items]) => `${items} ${word}`).join(', ')}`;
}
