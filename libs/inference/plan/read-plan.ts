import type {
  Plan,
  PlanAgreement,
  PlanCandidate,
  PlanChoice,
  PlanMachine,
  PlanRejection,
  PlanRow,
  PlanTimes,
} from '#contracts/plan-answer.js';
import { JsonField } from '../models/json.js';

const SHA256 = { matches: /^[0-9a-f]{64}$/, as: 'a SHA-256 of 64 hexadecimal digits' };
const TIME = { matches: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, as: 'a time in UTC' };

/** Checks a plan that was kept as JSON. @throws Error naming the first field that is not as it must be */
export function readPlan(json: unknown): Plan {
  const root = JsonField.strict(json, '');
  const plan: Plan = {
    tier: root.get('tier').oneOf(['fast', 'heavy'], 'fast'),
    machine: readMachine(root.get('machine')),
    sloMs: root.has('sloMs') ? root.get('sloMs').number() : null,
    candidates: root.get('candidates').items().map(readCandidate),
    rows: root.get('rows').items().map(readRow),
    chosen: readChoice(root.get('chosen')),
    rejected: root.get('rejected').items().map(readRejection),
    loadBefore: amount(root.get('loadBefore')),
    measuredAt: root.get('measuredAt').text(TIME),
    tookMs: amount(root.get('tookMs')),
    cached: root.get('cached').flag(),
  };
  const { modelRef } = plan.chosen;
  if (!plan.candidates.some((candidate) => candidate.used && candidate.modelRef === modelRef)) {
    root.get('chosen').get('modelRef').fail('is none of the candidates that are used');
  }
  return plan;
}

function readMachine(field: JsonField): PlanMachine {
  return {
    cpu: field.get('cpu').text(),
    cores: amount(field.get('cores')),
    coresReason: field.get('coresReason').text(),
    memoryBytes: amount(field.get('memoryBytes')),
    node: field.get('node').text(),
    onnxruntime: field.get('onnxruntime').text(),
  };
}

function readCandidate(field: JsonField): PlanCandidate {
  return {
    modelRef: field.get('modelRef').text(),
    sha256: field.get('sha256').text(SHA256),
    kind: field.get('kind').oneOf(['f32', 'int8'], 'f32'),
    inference: field.has('inference') ? readTimes(field.get('inference')) : null,
    agreement: field.has('agreement') ? readAgreement(field.get('agreement')) : null,
    used: field.get('used').flag(),
    reason: field.get('reason').text(),
  };
}

function readAgreement(field: JsonField): PlanAgreement {
  return {
    views: field.get('views').integer(1),
    top1: amount(field.get('top1')),
    p95: amount(field.get('p95')),
    max: amount(field.get('max')),
  };
}

function readRow(field: JsonField): PlanRow {
  return {
    ...readPoint(field),
    inference: readTimes(field.get('inference')),
    service: readTimes(field.get('service')),
    serviceMeasured: field.get('serviceMeasured').flag(),
    perSecond: amount(field.get('perSecond')),
    rssBytes: amount(field.get('rssBytes')),
  };
}

function readChoice(field: JsonField): PlanChoice {
  const serviceTimes = field
    .get('serviceTimes')
    .items()
    .map((item) => ({ batch: item.get('batch').integer(1), p95Ms: amount(item.get('p95Ms')) }));
  if (serviceTimes.length === 0) field.get('serviceTimes').fail('is empty');
  return {
    modelRef: field.get('modelRef').text(),
    workers: field.get('workers').integer(1),
    threads: field.get('threads').integer(1),
    batchMax: field.get('batchMax').integer(1),
    capacityPerSecond: amount(field.get('capacityPerSecond')),
    serviceTimes,
    reason: field.get('reason').text(),
  };
}

const readRejection = (field: JsonField): PlanRejection => ({
  ...readPoint(field),
  reason: field.get('reason').text(),
});

const readPoint = (field: JsonField): Pick<PlanRow, 'workers' | 'threads' | 'batch'> => ({
  workers: field.get('workers').integer(1),
  threads: field.get('threads').integer(1),
  batch: field.get('batch').integer(1),
});

const readTimes = (field: JsonField): PlanTimes => ({
  n: field.get('n').integer(1),
  p50Ms: amount(field.get('p50Ms')),
  p95Ms: amount(field.get('p95Ms')),
});

/** A number that is not below 0. */
function amount(field: JsonField): number {
  const value = field.number();
  if (value < 0) field.fail('is below 0');
  return value;
}
