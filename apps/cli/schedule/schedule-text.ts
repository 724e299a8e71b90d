import Table from 'cli-table3';

import type { BatchWorkerAnswer, ScheduleList } from '#contracts/schedule-answer.js';

const STYLE = { head: [], border: [], compact: true };

/** The schedules of all classes and the batch services that run, for people. */
export function scheduleText({ items, workers }: ScheduleList): string {
  const table = new Table({
    head: ['class', 'mode', 'size', 'wait', 'from', 'changed by', 'changed at'],
    colAligns: ['left', 'left', 'right', 'right', 'left', 'left', 'left'],
    style: STYLE,
  });
  for (const { class: of, mode, sizeMax, waitMs, from, changedBy, changedAt } of items) {
    const wait = mode === 'size' ? '' : `${waitMs} ms`;
    table.push([of, mode, sizeMax ?? 'measured', wait, from, changedBy ?? '', changedAt ?? '']);
  }
  return `${table.toString()}\n\n${workersText(workers)}`;
}

function workersText(workers: readonly BatchWorkerAnswer[]): string {
  if (workers.length === 0) return 'No batch service has said anything lately.\n';
  const table = new Table({
    head: ['batch service', 'size unless set', 'efficiency', 'useful', 'startup', 'idle'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: STYLE,
  });
  for (const { id, batchSize, efficiency, usefulMs, startupMs, idleMs } of workers) {
    table.push([
      id.slice(0, 8),
      batchSize,
      `${(efficiency * 100).toFixed(1)} %`,
      ...[usefulMs, startupMs, idleMs].map(seconds),
    ]);
  }
  return `${table.toString()}\nOf the time of their classifier processes, in the last five minutes.\n`;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
