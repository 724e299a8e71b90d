import type { Plan, PlanCandidate, PlanPoint, PlanRejection, PlanRow, PlanTimes } from '#contracts/plan-answer.js';
import { BATCH_FIXED_MS, batchWorth, planTable } from '#moderation/capacity/batch-worth.js';

import { markdownTable } from '../bench/markdown-table.js';

const HEAD = ['processes × threads', 'batch', 'run p50', 'run p95', 'served p50', 'served p95', 'images/s', 'memory'];

/** A plan for people: the machine, the table, the choice and why, and why not the others. */
export function planText(plan: Plan): string {
  const { machine, chosen, sloMs, tookMs, cached, measuredAt, loadBefore } = plan;
  const composed = plan.rows.some(({ serviceMeasured }) => !serviceMeasured);
  const parts = [
    `The ${plan.tier} tier on ${machine.cpu}, ${machine.cores} cores (${machine.coresReason}), ` +
      `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GB, Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}.`,
    sloMs === null ? '' : `A decision is promised within ${sloMs} ms.`,
    `\n${markdownTable(
      HEAD,
      plan.rows.map((row) => cells(row, chosen)),
    )}\n`,
    'All processes work at the same time; a run is inference of one batch, served is decode and inference of it.',
    composed ? '~ put together of the decode of single pictures and the measured run.' : '',
    'In brackets the number of runs. > is chosen.\n',
    ...plan.candidates.map(candidateText),
    `Chosen: ${count(chosen.workers, 'process')} of ${count(chosen.threads, 'thread')}, batches of up to ${chosen.batchMax}: ${chosen.reason}.`,
    plan.tier === 'heavy' ? worthText(plan) : '',
    plan.rejected.length === 0 ? '' : 'Not chosen:',
    ...grouped(plan.rejected).map(({ points, reason }) => `- ${points}: ${reason}`),
    `\nMeasured ${measuredAt} in ${(tookMs / 1000).toFixed(1)} s${cached ? ', and kept since' : ''}.`,
    loadBefore > machine.cores
      ? `The machine was busy then (load ${loadBefore}): measure again with --fresh at a quieter time.`
      : '',
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function cells(row: PlanRow, chosen: Plan['chosen']): string[] {
  const isChosen = isSameShape(row, chosen) && row.batch === chosen.batchMax;
  const about = row.serviceMeasured ? '' : '~';
  return [
    `${isChosen ? '> ' : ''}${row.workers} × ${row.threads}`,
    String(row.batch),
    `${ms(row.inference.p50Ms)} (${row.inference.n})`,
    ms(row.inference.p95Ms),
    `${about}${ms(row.service.p50Ms)} (${row.service.n})`,
    `${about}${ms(row.service.p95Ms)}`,
    row.perSecond.toFixed(1),
    `${Math.round(row.rssBytes / 1e6)} MB`,
  ];
}

function candidateText({ modelRef, kind, inference, agreement, used, reason }: PlanCandidate): string {
  const speed = inference === null ? '' : `, ${runs(inference)}`;
  const same =
    agreement === null
      ? ''
      : `, first class as f32 in ${(agreement.top1 * 100).toFixed(0)} % of ${agreement.views} views, p95 |Δp| ${agreement.p95.toFixed(3)}`;
  return `${used ? 'Serves' : 'Does not serve'}: ${modelRef} (${kind}${speed}${same}): ${reason}.`;
}

function worthText({ chosen }: Plan): string {
  const assets = batchWorth(planTable(chosen.serviceTimes));
  return `Labelled and committed together: ${count(assets, 'asset')} unless HEAVY_BATCH_SIZE or a schedule says otherwise; more would gain less than 3 % from sharing the ${BATCH_FIXED_MS} ms that a batch costs.`;
}

/** Points with the same reason in one line. */
function grouped(rejected: readonly PlanRejection[]): { points: string; reason: string }[] {
  const groups: { shape: PlanPoint; batches: number[]; reason: string }[] = [];
  for (const { reason, ...point } of rejected) {
    const last = groups.at(-1);
    if (last !== undefined && last.reason === reason && isSameShape(last.shape, point)) last.batches.push(point.batch);
    else groups.push({ shape: point, batches: [point.batch], reason });
  }
  return groups.map(({ shape, batches, reason }) => ({
    points: `${shape.workers} × ${shape.threads}, batch ${batches.join(', ')}`,
    reason,
  }));
}

const isSameShape = (a: Omit<PlanPoint, 'batch'>, b: Omit<PlanPoint, 'batch'>): boolean =>
  a.workers === b.workers && a.threads === b.threads;
const count = (many: number, of: string): string =>
  many === 1 ? `1 ${of}` : `${many} ${of}${of.endsWith('s') ? 'es' : 's'}`;
const runs = ({ n, p50Ms, p95Ms }: PlanTimes): string => `run p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)} of ${n}`;
const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
