import { join } from 'node:path';

import { AssetStore } from '#persistence/asset-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { AssetFiles } from '#storage/asset-files.js';

import { progressBar } from '../../progress-bar.js';
import { verifyInstallation, type VerifyReport } from '../../verify/verify-installation.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { drawPhotographs } from '../photographs.js';
import { installPrivately, startService, type PrivateInstallation } from '../private-installation.js';
import { UniqueCopies } from '../unique-copies.js';
import { FormClient } from '../upload/form-client.js';
import { readDeaths } from './classifier-deaths.js';
import { readCorpus } from './corpus.js';
import { HostileFiles, type HostileFile } from './hostile-files.js';
import { keepFindings } from './keep-findings.js';
import type { MalformedOptions } from './malformed-options.js';
import { LATE_MS, malformedResult, MEMORY_SHARE } from './malformed-result.js';
import { sendFiles, type Parcel } from './send-files.js';
import { isBack, isSteady, settledHoldings } from './settled-holdings.js';
import { Tally } from './tally.js';

const PHOTOGRAPHS = { count: 12, side: { width: 640, height: 480 } };
/** One good file after so many hostile ones. */
const GOOD_EVERY = 10;
/**
 * Good uploads before the hostile ones, and as many after them: memory is looked at after the same work both times. What
 * a decoder let go of is collected when there is work again, and not before.
 */
const CALM_UPLOADS = 300;
const STEADY_MS_MAX = 30_000;
const BACK_MS_MAX = 120_000;

/** What hostile files do to the upload service, and to those who upload good ones meanwhile. */
export async function benchMalformed(context: BenchContext, options: MalformedOptions): Promise<BenchResult> {
  const { clients, seed, corpus, keep } = options;
  const { signal } = context;
  const good = new UniqueCopies(await drawPhotographs(PHOTOGRAPHS.count, PHOTOGRAPHS.side));
  const hostile = await HostileFiles.prepare(seed, signal);
  const given = corpus === undefined ? [] : await readCorpus(corpus);
  const installation = await installPrivately(context);
  const service = await startService(context, installation, 'upload', { FAST_SLO_MS: String(options.slo) });
  const client = new FormClient(`${service.url}/v1/assets`, { authorization: `Bearer ${installation.clientKey}` });
  context.cleanup.defer(() => client.close());
  const goodFile = (): HostileFile => ({ name: 'a photograph', bytes: good.next() });
  const pid = (): number => service.pid();

  const calm = new Tally(LATE_MS);
  const uploadInCalm = (): Promise<void> => {
    let left = CALM_UPLOADS;
    const next = (): Parcel | undefined => (left-- > 0 ? parcel(goodFile(), calm) : undefined);
    return sendFiles(client, next, { clients, signal });
  };
  await uploadInCalm();
  const before = await settledHoldings(pid, { isSettled: isSteady, withinMs: STEADY_MS_MAX, signal });

  const tallies = { hostile: new Tally(LATE_MS), good: new Tally(LATE_MS) };
  const startedMs = performance.now();
  await attack(client, { options, given, hostile, goodFile, tallies, signal });
  const tookMs = performance.now() - startedMs;
  await uploadInCalm();
  const isSettled = before === undefined ? () => true : isBack(before, MEMORY_SHARE);
  const after = await settledHoldings(pid, { isSettled, withinMs: BACK_MS_MAX, signal });
  const findings = [...tallies.hostile.findings, ...tallies.good.findings, ...calm.findings];
  if (keep !== undefined) await keepFindings(keep, findings);
  return malformedResult(options, {
    corpusFiles: given.length,
    tallies,
    calm,
    tookMs,
    before,
    after,
    deaths: await readDeaths(service.url),
    verified: await verify(installation),
  });
}

interface Attack {
  readonly options: MalformedOptions;
  readonly given: readonly HostileFile[];
  readonly hostile: HostileFiles;
  readonly goodFile: () => HostileFile;
  readonly tallies: { readonly hostile: Tally; readonly good: Tally };
  readonly signal: AbortSignal;
}

/** The files of the corpus, then those that are made, and a good one after every few. */
async function attack(
  client: FormClient,
  { options, given, hostile, goodFile, tallies, signal }: Attack,
): Promise<void> {
  const total = given.length + options.files;
  const bar = progressBar('hostile files');
  let sent = 0;
  let sinceGood = 0;
  const next = (): Parcel | undefined => {
    if (sinceGood === GOOD_EVERY) {
      sinceGood = 0;
      return parcel(goodFile(), tallies.good);
    }
    if (sent === total) return undefined;
    sinceGood += 1;
    const file = given[sent] ?? hostile.at(sent - given.length);
    sent += 1;
    bar.show(sent, total);
    return parcel(file, tallies.hostile);
  };
  try {
    await sendFiles(client, next, { clients: options.clients, signal });
  } finally {
    bar.end();
  }
}

const parcel = (file: HostileFile, tally: Tally): Parcel => ({ file, onReply: (reply) => tally.add(file, reply) });

/** No upload is under way any more: bytes without a row are orphans, however young. */
async function verify({ database, home }: PrivateInstallation): Promise<VerifyReport> {
  const bar = progressBar('verified');
  try {
    return await verifyInstallation(
      {
        histories: new HistoryStore(database),
        assets: new AssetStore(database),
        bytes: new AssetFiles(join(home, 'assets')),
      },
      { orphanGraceMs: 0, seen: [], settled: false, onProgress: bar.show },
    );
  } finally {
    bar.end();
  }
}
