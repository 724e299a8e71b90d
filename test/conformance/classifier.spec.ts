import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClassifyOutcome } from '#contracts/classify.js';
import { drawSample } from '#imaging/draw-samples.js';
import { ClassifierPool } from '#inference/classifier/pool.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { openManifest } from '#inference/models/repository.js';
import { RemoteClassifier } from '#inference/remote/remote-classifier.js';
import { makeHangingFile } from '../faults/fixtures/hanging-file.js';
import { TINY, TINY_CLASSES, writeTinyModel, type TinyKind } from '../faults/fixtures/tiny-model.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { openOipServer, OIP_KEY } from '../support/oip-server.js';

/** Forked processes are plain Node and run what is built. */
const entry = (await build())('apps/upload/classifier-process.js');

/** One transparent pixel, scored on white and on black; one black and one white pixel. */
const TRANSPARENT_GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const BLACK_GIF = 'R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=';
const WHITE_GIF = 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';
const PHOTOGRAPHS = ['photo-0', 'photo-1', 'photo-2'];
const VIEW_BYTES = 16 * 16 * 3;
const REMOTE_SHUT_MS = 50;

interface Wanted {
  readonly kind?: TinyKind;
  /** A call that takes longer costs its process. */
  readonly callMsMax?: number;
  /** No call may wait. */
  readonly narrow?: boolean;
  readonly onRoom?: () => void;
}

const ends: (() => Promise<void>)[] = [];
const fifo = makeHangingFile();
let folder = '';
const file = (name: string) => join(folder, name);
const itemsOf = (names: readonly string[]) => names.map((name) => ({ path: file(name) }));

const imageLimits = { pixelsMax: 1_000_000, framesMax: 10 };

function makePool({ kind = 'mean', callMsMax = 10_000, narrow, onRoom }: Wanted): ClassifierPool {
  const host = { modelRoot: file(kind), modelRef: TINY, threads: 1, inferenceBatch: 4 };
  const pool = new ClassifierPool({
    entry,
    host: { ...host, decodeAhead: 2, imageLimits, nice: 0 },
    processes: 1,
    inFlightPerProcess: 1,
    queueMax: narrow === true ? 0 : 20,
    callMsMax,
    rssBytesMax: 1_000_000_000,
    ...(onRoom === undefined ? {} : { onRoom }),
  });
  ends.unshift(() => pool.close(0));
  return pool;
}

/** Decodes here, and asks our own server, which has such a pool behind it. */
async function makeRemote({ kind = 'mean', callMsMax = 10_000, narrow, onRoom }: Wanted): Promise<RemoteClassifier> {
  const served = makePool({ kind });
  const manifest = await openManifest(file(kind), TINY);
  await served.start();
  const server = await openOipServer({
    manifest: () => manifest,
    ready: () => served.isReady,
    onShed: () => undefined,
    infer: (views, { deadlineMs }) => served.infer(views, deadlineMs === undefined ? {} : { timeoutMs: deadlineMs }),
  });
  const remote = new RemoteClassifier({
    url: server.url,
    key: OIP_KEY,
    manifest,
    entry,
    host: { decodeAhead: 2, imageLimits, nice: 0 },
    processes: 1,
    inFlightPerProcess: 1,
    rssBytesMax: 1_000_000_000,
    callsMax: narrow === true ? 1 : 20,
    callMsMax,
    batchMax: 4,
    watchMs: REMOTE_SHUT_MS,
    ...(onRoom === undefined ? {} : { onRoom }),
  });
  ends.unshift(() => server.close());
  ends.unshift(() => remote.close(0));
  return remote;
}

const implementations: [string, (wanted: Wanted) => Promise<Classifier>][] = [
  ['processes of this machine', (wanted) => Promise.resolve(makePool(wanted))],
  ['a server of the Open Inference Protocol', makeRemote],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-conformance-'));
  await writeFile(file('transparent'), Buffer.from(TRANSPARENT_GIF, 'base64'));
  await writeFile(file('black'), Buffer.from(BLACK_GIF, 'base64'));
  await writeFile(file('white'), Buffer.from(WHITE_GIF, 'base64'));
  await writeFile(file('text'), 'no image at all');
  for (const [index, name] of PHOTOGRAPHS.entries()) {
    await writeFile(file(name), (await drawSample(index, { width: 96, height: 64 })).bytes);
  }
  for (const kind of ['mean', 'fragile'] satisfies TinyKind[]) await writeTinyModel(file(kind), kind);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(dirname(fifo), { recursive: true });
});

const scoresOf = (outcomes: readonly ClassifyOutcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'scored' ? outcome.views : outcome.code));

describe.each(implementations)('a classifier by %s', (_how, make) => {
  async function started(wanted: Wanted = {}): Promise<Classifier> {
    const classifier = await make(wanted);
    await classifier.start();
    return classifier;
  }

  it('says what it serves, and is ready with room when it has started', async () => {
    const classifier = await make({});
    expect(classifier.isReady).toBe(false);
    await expect(classifier.classify(itemsOf(['white']))).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    const model = await classifier.start();
    expect(model).toMatchObject({ id: TINY, classes: TINY_CLASSES, preprocessing: { size: 16, framesScoredMax: 3 } });
    expect(model.labels).toEqual(['neutral', 'sexual.explicit', 'sexual.suggestive']);
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(classifier.model).toEqual(model);
    expect(classifier.isReady).toBe(true);
    expect(classifier.room).toBe(1);
    expect(classifier.state()).toMatchObject({ processes: 1, ready: 1, inFlight: 0, queued: 0, replaced: 0 });
  });

  it('scores every view, in order, whatever batches they fall into, and passes rejections through', async () => {
    const classifier = await started();
    const names = ['transparent', 'text', 'black', 'white', 'transparent', 'white', 'black'];
    const { outcomes, queueMs } = await classifier.classify(itemsOf(names));
    const [white, black] = [
      [1, 1, 1],
      [0, 0, 0],
    ];
    expect(scoresOf(outcomes)).toEqual([
      [white, black],
      'unsupported-media',
      [black],
      [white],
      [white, black],
      [white],
      [black],
    ]);
    expect(outcomes[0]).toMatchObject({ facts: { mediaType: 'image/gif', alpha: true, degraded: [] } });
    const scored = outcomes.filter((outcome) => outcome.kind === 'scored');
    expect(scored.every(({ decodeMs, inferenceMs }) => decodeMs > 0 && inferenceMs > 0)).toBe(true);
    expect(scored.every(({ perceptual }) => perceptual === null)).toBe(true);
    expect(queueMs).toBeGreaterThanOrEqual(0);
  });

  it('puts back what is expected to take long to decode, and scores the rest', async () => {
    const classifier = await started();
    const names = ['white', 'photo-0', 'text'];
    const { outcomes } = await classifier.classifyLight(itemsOf(names), { decodeMsMax: 0.005 });
    expect(outcomes).toMatchObject([
      { kind: 'scored', views: [[1, 1, 1]] },
      { kind: 'costly', mediaType: 'image/jpeg', decodeMs: (96 * 64 * 5) / 1e6 },
      { kind: 'rejected', code: 'unsupported-media' },
    ]);
    const all = await classifier.classifyLight(itemsOf(names), { decodeMsMax: 60 });
    expect(all.outcomes).toMatchObject([{ kind: 'scored' }, { kind: 'scored' }, { kind: 'rejected' }]);
  });

  it('gives the scores that processes of this machine give', async () => {
    const reference = makePool({});
    await reference.start();
    const expected = await reference.classify(itemsOf(PHOTOGRAPHS));
    const classifier = await started();
    const { outcomes } = await classifier.classify(itemsOf(PHOTOGRAPHS));
    const flat = (all: readonly ClassifyOutcome[]) => scoresOf(all).flat(2).map(Number);
    expect(flat(outcomes)).toHaveLength(9);
    expect(new Set(flat(outcomes)).size).toBeGreaterThan(6);
    for (const [index, score] of flat(outcomes).entries()) {
      expect(Math.abs(score - (flat(expected.outcomes)[index] ?? NaN))).toBeLessThanOrEqual(1e-6);
    }
  });

  it('gives the perceptual hash when it is wanted', async () => {
    const classifier = await started();
    const { outcomes } = await classifier.classify(itemsOf(['photo-0', 'text', 'photo-1']), { perceptual: true });
    expect(outcomes).toMatchObject([
      { perceptual: { pdq: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { kind: 'rejected' },
      { perceptual: { pdq: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
  });

  it('scores views that are decoded already', async () => {
    const classifier = await started();
    const shades = Array.from({ length: 21 }, (_, index) => index * 12);
    const { scores, inferenceMs } = await classifier.infer(
      shades.map((shade) => new Uint8Array(VIEW_BYTES).fill(shade)),
    );
    expect(scores).toHaveLength(21);
    for (const [index, shade] of shades.entries()) {
      for (const score of scores[index] ?? []) expect(score).toBeCloseTo(shade / 255, 6);
    }
    expect(inferenceMs).toBeGreaterThan(0);
    expect(await classifier.infer([])).toMatchObject({ scores: [] });
    await expect(classifier.infer([new Uint8Array(VIEW_BYTES - 3)])).rejects.toThrow('a view has 765 bytes');
    const many = Array.from({ length: 65 }, () => new Uint8Array(VIEW_BYTES));
    await expect(classifier.infer(many)).rejects.toThrow(RangeError);
  });

  it('answers nothing with nothing', async () => {
    const classifier = await started();
    expect(await classifier.classify([])).toEqual({ outcomes: [], queueMs: 0 });
  });

  it('keeps to the deadline of a call', async () => {
    const classifier = await started({ callMsMax: 3_600_000 });
    const late = classifier.classify(itemsOf(['white']), { timeoutMs: 0 });
    await expect(late).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    // its process might take an hour
    const hanging = classifier.classify([{ path: fifo }], { timeoutMs: 100 });
    await expect(hanging).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(classifier.state().replaced).toBe(0);
  });

  it('refuses calls beyond its bound, and tells when there is room', async () => {
    let rooms = 0;
    const classifier = await started({ narrow: true, callMsMax: 1_000, onRoom: () => (rooms += 1) });
    const hanging = expect(classifier.classify([{ path: fifo }])).rejects.toMatchObject({ reason: 'timeout' });
    await eventually('it has no room', () => classifier.room === 0);
    const refused = classifier.classify(itemsOf(['white']));
    await expect(refused).rejects.toMatchObject({ name: 'ClassifierOverloaded' });
    const before = rooms;
    await hanging;
    await eventually('it has room', () => classifier.room === 1 && rooms > before);
    expect((await classifier.classify(itemsOf(['white']))).outcomes).toHaveLength(1);
  });

  it('loses one call to a picture that hangs its decoder, and no more', async () => {
    const classifier = await started({ callMsMax: 500 });
    const poisoned = classifier.classify([{ path: fifo }]);
    const waiting = classifier.classify(itemsOf(['white']));
    await expect(poisoned).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(scoresOf((await waiting).outcomes)).toEqual([[[1, 1, 1]]]);
    expect(classifier.state()).toMatchObject({ ready: 1, replaced: 1, inFlight: 0 });
  });

  it('fails a call whose bytes are not there, and goes on', async () => {
    const classifier = await started();
    const failing = classifier.classify(itemsOf(['white', 'nothing']));
    await expect(failing).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'io' });
    expect((await classifier.classify(itemsOf(['black']))).outcomes).toHaveLength(1);
  });

  it('fails a call whose picture the model cannot score, and goes on', async () => {
    const classifier = await started({ kind: 'fragile' });
    await expect(classifier.classify(itemsOf(['black']))).rejects.toMatchObject({ name: 'ClassifierFailed' });
    expect(scoresOf((await classifier.classify(itemsOf(['white']))).outcomes)).toEqual([[[1, 1, 1]]]);
  });

  it('lets its calls end when it closes, and takes no more', async () => {
    const classifier = await started();
    const running = classifier.classify(itemsOf(['white', 'black']));
    const closed = classifier.close(10_000);
    expect(classifier.isReady).toBe(false);
    expect(classifier.room).toBe(0);
    await expect(classifier.classify(itemsOf(['white']))).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    expect((await running).outcomes).toHaveLength(2);
    await closed;
    await expect(classifier.infer([new Uint8Array(VIEW_BYTES)])).rejects.toMatchObject({
      name: 'ClassifierUnavailable',
    });
  });

  it('cuts its calls at the end of the grace', async () => {
    const classifier = await started();
    const end = expect(classifier.classify([{ path: fifo }])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    await eventually('the call has begun', () => classifier.state().inFlight === 1);
    await classifier.close(50);
    await end;
  });
});
