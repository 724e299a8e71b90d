import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { readNetwork, readPorts, type Ports } from './network-settings.js';
import { EnvironmentReader, type Derived, type Environment, type SettingFacts } from './read-environment.js';
import type { SettingName } from './setting-meanings.js';
import { readOrigin } from './read-origin.js';
import { readS3Server, type S3ServerSettings } from './s3-server-settings.js';
import { readStorage, type StorageSettings } from './storage-settings.js';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** ISO 4217. */
const CURRENCY = /^[A-Z]{3}$/;
const MODEL_REF = /^[a-z0-9_]+\/\d+\.\d+\.\d+$/;
/** From an upload's last byte to its commit: the longest wait for the fast tier, its look, the database's limits. */
const UPLOAD_AFTER_BODY_MS_MAX = 180_000;

/** One upload on its way in must not keep another out. */
const SPOOLED_MIN = 2;

type Reader = EnvironmentReader<SettingName>;

const PORT = { min: 0, max: 65_535 };

const VARIANTS = ['auto', 'f32', 'int8'] as const;
const IF_SHED = ['accept', 'refuse'] as const;
const ON_OFF = ['on', 'off'] as const;
const HTTP_ENDPOINTS = ['refuse', 'allow'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A number that is found out by measuring, unless it is set. */
const MEASURED = { value: 0, words: 'measured' };

/** What a tier's classifier processes run on. */
export interface TierSettings {
  /** `<name>/<version>` in the model repository. */
  readonly model: string;
  /** `auto`: the int8 variant where it agrees and is faster on this machine. */
  readonly variant: (typeof VARIANTS)[number];
  /** Of the fast tier 0 means measured. */
  readonly processes: number;
  /** A call that takes longer is killed with its process. */
  readonly callMsMax: number;
  readonly rssBytesMax: number;
  /** A server that speaks the Open Inference Protocol and runs the model; undefined: this machine runs it. */
  readonly inferenceUrl: string | undefined;
  readonly inferenceKey: string | undefined;
}

export interface FastSettings extends TierSettings {
  /** The promise to clients: a decision within this, in 95 of 100 cases. */
  readonly sloMs: number;
  /** ORT threads of one process; 0 means measured. */
  readonly threads: number;
  /** Images in one run; 0 means measured. */
  readonly batchMax: number;
  readonly batchWindowMs: number;
}

export interface Settings {
  /** Where data live when nothing else is said: bytes, embedded PostgreSQL, first keys. */
  readonly home: string;
  readonly modelRoot: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly host: string;
  /** Undefined: `portcullis up` starts the embedded PostgreSQL and says where it is. */
  readonly databaseUrl: string | undefined;
  readonly databasePoolMax: number;
  /** Undefined: the queue lives in PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly storage: StorageSettings;
  /** Of the buckets that images are taken from. */
  readonly sourceS3: S3ServerSettings;
  readonly upload: {
    readonly port: number;
    readonly assetBytesMax: number;
    readonly bodyMsMax: number;
    readonly ifShed: (typeof IF_SHED)[number];
    readonly pixelsMax: number;
    readonly framesMax: number;
    readonly orphanGraceMs: number;
    /** Of pages that may call from a browser. */
    readonly corsOrigins: readonly string[];
    /** Whether the reference of the API is served. */
    readonly reference: boolean;
  };
  readonly bulk: {
    /** Of one archive. */
    readonly bytesMax: number;
    readonly bodyMsMax: number;
    /** How long what became of a batch can be read. */
    readonly keptDays: number;
  };
  readonly fast: FastSettings;
  readonly heavy: TierSettings & {
    /** 0 means measured. */
    readonly batchSize: number;
    readonly batchWindowMs: number;
    /** Views in one run; 0 means measured, or 1 on another server. */
    readonly inferenceBatch: number;
    readonly leaseMs: number;
    readonly attemptsMax: number;
    readonly nice: number;
  };
  readonly batch: {
    readonly port: number;
    readonly graceMs: number;
    readonly sweepMs: number;
    readonly dueMs: number;
    readonly oldestAlarmMs: number;
    /** An open case keeps an asset for so much longer than its client's retention, at most. */
    readonly retentionCaseDays: number;
  };
  readonly console: {
    readonly port: number;
    readonly claimMs: number;
    /** How long a case may be open before it is late. */
    readonly reviewSlaMs: number;
    /** Cases that one bulk decision may be about. */
    readonly bulkDecisionsMax: number;
    /** How long people stay signed in: at most, and without doing anything. */
    readonly sessionMs: number;
    readonly sessionIdleMs: number;
    /** In CIDR notation. */
    readonly trustedProxies: readonly string[];
  };
  /** What a draft of a policy must have before it is published. */
  readonly policy: {
    /** Somebody else has agreed to it. */
    readonly approval: boolean;
    /** It was replayed over stored scores. */
    readonly replay: boolean;
  };
  /** How long the wrong thing may stand: a late_block be served, a late_release withheld. */
  readonly slo: { readonly exposureMs: number; readonly wrongfulHoldMs: number };
  /** What URLs that clients name may lead to, beside the public internet on ports 80 and 443. */
  readonly fetch: {
    /** In CIDR notation. */
    readonly privateNetworks: readonly string[];
    /** Further ports, within those networks only. */
    readonly privatePorts: readonly Ports[];
  };
  readonly webhooks: {
    /** Whether endpoints may be without TLS. */
    readonly httpAllowed: boolean;
    readonly tryMsMax: number;
    readonly failingMsMax: number;
    readonly eventsKeptMs: number;
  };
  /** Where commands send images to, and with whose key; undefined: this installation's. */
  readonly client: { readonly url: string | undefined; readonly key: string | undefined };
  readonly price: { readonly perCoreHour: number; readonly currency: string };
}

/**
 * The whole configuration, validated and frozen.
 *
 * @param environment usually `process.env`
 * @param root the repository's root, which relative defaults start from
 * @throws SettingsRefused with all faults together
 */
export function readSettings(environment: Environment, root: string): Settings {
  const from = new EnvironmentReader<SettingName>(environment);
  const settings = readAll(from, root);
  const { orphanGraceMs, bodyMsMax, assetBytesMax } = settings.upload;
  from.must(
    orphanGraceMs >= bodyMsMax + UPLOAD_AFTER_BODY_MS_MAX,
    `ORPHAN_GRACE_MS must be at least BODY_MS_MAX and ${UPLOAD_AFTER_BODY_MS_MAX} more, so that no upload under way loses its bytes`,
  );
  from.must(
    settings.storage.spoolBytesMax >= SPOOLED_MIN * assetBytesMax,
    `SPOOL_BYTES_MAX must be at least ${SPOOLED_MIN} times ASSET_BYTES_MAX`,
  );
  from.finish();
  for (const group of Object.values<unknown>({ ...settings })) Object.freeze(group);
  return Object.freeze(settings);
}

/** Every setting with what it expects and what holds without it, in the order of the reference. */
export function describeSettings(): readonly SettingFacts<SettingName>[] {
  const from = new EnvironmentReader<SettingName>({});
  readAll(from, '.');
  return from.asked;
}

function readAll(from: Reader, root: string): Settings {
  const cores = { value: availableParallelism(), words: 'the number of cores' };
  return {
    home: resolve(root, from.text('PORTCULLIS_HOME', '.portcullis')),
    modelRoot: resolve(root, from.text('MODEL_ROOT', 'models')),
    logLevel: from.oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    host: from.text('HOST', '127.0.0.1'),
    databaseUrl: from.address('DATABASE_URL', ['postgres', 'postgresql']),
    databasePoolMax: from.whole('DATABASE_POOL_MAX', 10, { min: 2, max: 200 }),
    redisUrl: from.address('REDIS_URL', ['redis', 'rediss', 'unix']),
    storage: readStorage(from),
    sourceS3: readS3Server(from, 'SOURCE_S3'),
    upload: readUpload(from),
    bulk: {
      bytesMax: from.whole('BULK_BYTES_MAX', 1_000_000_000, { min: 1_000, max: 100_000_000_000 }),
      bodyMsMax: from.whole('BULK_BODY_MS_MAX', 600_000, { min: 1_000, max: 7_200_000 }),
      keptDays: from.whole('BULK_KEPT_DAYS', 30, { min: 1, max: 3_650 }),
    },
    fast: readFast(from),
    heavy: readHeavy(from, cores),
    batch: {
      port: from.whole('BATCH_PORT', 8082, PORT),
      graceMs: from.whole('BATCH_GRACE_MS', 10_000, { min: 0, max: 600_000 }),
      sweepMs: from.whole('SWEEP_MS', 1_000, { min: 100, max: 600_000 }),
      dueMs: from.whole('DUE_MS', 30_000, { min: 500, max: 3_600_000 }),
      oldestAlarmMs: from.whole('OLDEST_ALARM_MS', 1_800_000, { min: 1_000, max: 2_592_000_000 }),
      retentionCaseDays: from.whole('RETENTION_CASE_DAYS', 30, { min: 0, max: 3_650 }),
    },
    console: {
      port: from.whole('CONSOLE_PORT', 8081, PORT),
      claimMs: from.whole('CLAIM_MS', 120_000, { min: 5_000, max: 3_600_000 }),
      reviewSlaMs: from.whole('REVIEW_SLA_MINUTES', 60, { min: 1, max: 43_200 }) * MINUTE_MS,
      bulkDecisionsMax: from.whole('BULK_DECISIONS_MAX', 100, { min: 1, max: 500 }),
      sessionMs: from.whole('SESSION_HOURS', 12, { min: 1, max: 720 }) * HOUR_MS,
      sessionIdleMs: from.whole('SESSION_IDLE_MINUTES', 60, { min: 5, max: 43_200 }) * MINUTE_MS,
      trustedProxies: from.list('CONSOLE_TRUSTED_PROXIES', 'networks like 10.1.0.0/16, fd00::/8', readNetwork),
    },
    policy: {
      approval: from.oneOf('POLICY_APPROVAL', 'off', ON_OFF) === 'on',
      replay: from.oneOf('POLICY_REPLAY', 'on', ON_OFF) === 'on',
    },
    slo: {
      exposureMs: from.whole('EXPOSURE_SLO_MS', 600_000, { min: 1_000, max: 2_592_000_000 }),
      wrongfulHoldMs: from.whole('WRONGFUL_HOLD_SLO_MS', 3_600_000, { min: 1_000, max: 2_592_000_000 }),
    },
    fetch: {
      privateNetworks: from.list('FETCH_PRIVATE_NETWORKS', 'networks like 10.1.0.0/16, fd00::/8', readNetwork),
      privatePorts: from.list('FETCH_PRIVATE_PORTS', 'ports like 8080, 9000-9100', readPorts),
    },
    webhooks: {
      httpAllowed: from.oneOf('WEBHOOK_HTTP', 'refuse', HTTP_ENDPOINTS) === 'allow',
      tryMsMax: from.whole('WEBHOOK_MS_MAX', 20_000, { min: 100, max: 60_000 }),
      failingMsMax: from.whole('WEBHOOK_FAILING_DAYS', 5, { min: 1, max: 30 }) * DAY_MS,
      eventsKeptMs: from.whole('EVENTS_KEPT_DAYS', 30, { min: 4, max: 3_650 }) * DAY_MS,
    },
    client: { url: from.address('PORTCULLIS_URL', ['http', 'https']), key: from.secret('PORTCULLIS_KEY') },
    price: {
      perCoreHour: from.decimal('PRICE_PER_CORE_HOUR', 0.04, { min: 0, max: 10_000 }),
      currency: from.matching('PRICE_CURRENCY', 'USD', CURRENCY, 'USD'),
    },
  };
}

function readUpload(from: Reader): Settings['upload'] {
  return {
    port: from.whole('UPLOAD_PORT', 8080, PORT),
    assetBytesMax: from.whole('ASSET_BYTES_MAX', 20_000_000, { min: 1_000, max: 500_000_000 }),
    bodyMsMax: from.whole('BODY_MS_MAX', 60_000, { min: 1_000, max: 600_000 }),
    ifShed: from.oneOf('UPLOAD_IF_SHED', 'accept', IF_SHED),
    pixelsMax: from.whole('PIXELS_MAX', 50_000_000, { min: 1_000, max: 500_000_000 }),
    framesMax: from.whole('FRAMES_MAX', 100, { min: 1, max: 10_000 }),
    orphanGraceMs: from.whole('ORPHAN_GRACE_MS', 3_600_000, { min: 181_000, max: 604_800_000 }),
    corsOrigins: from.list('UPLOAD_CORS_ORIGINS', 'origins like https://shop.example', readOrigin),
    reference: from.oneOf('API_REFERENCE', 'on', ON_OFF) === 'on',
  };
}

function readFast(from: Reader): FastSettings {
  return {
    model: from.matching('FAST_MODEL', 'mobilenet_v2/1.1.0', MODEL_REF, 'mobilenet_v2/1.1.0'),
    variant: from.oneOf('FAST_VARIANT', 'auto', VARIANTS),
    sloMs: from.whole('FAST_SLO_MS', 300, { min: 20, max: 60_000 }),
    processes: from.whole('FAST_PROCESSES', MEASURED, { min: 0, max: 256 }),
    threads: from.whole('FAST_THREADS', MEASURED, { min: 0, max: 64 }),
    batchMax: from.whole('FAST_BATCH_MAX', MEASURED, { min: 0, max: 16 }),
    batchWindowMs: from.whole('FAST_BATCH_WINDOW_MS', 0, { min: 0, max: 50 }),
    callMsMax: from.whole('FAST_CALL_MS_MAX', 10_000, { min: 100, max: 120_000 }),
    rssBytesMax: from.whole('FAST_RSS_MB_MAX', 1_500, { min: 150, max: 65_536 }) * 1_048_576,
    inferenceUrl: from.address('FAST_INFERENCE_URL', ['http', 'https']),
    inferenceKey: from.secret('FAST_INFERENCE_KEY'),
  };
}

function readHeavy(from: Reader, cores: Derived): Settings['heavy'] {
  return {
    model: from.matching('HEAVY_MODEL', 'inception_v3/1.1.0', MODEL_REF, 'inception_v3/1.1.0'),
    variant: from.oneOf('HEAVY_VARIANT', 'auto', VARIANTS),
    processes: from.whole('HEAVY_PROCESSES', cores, { min: 1, max: 256 }),
    callMsMax: from.whole('HEAVY_CALL_MS_MAX', 60_000, { min: 1_000, max: 3_600_000 }),
    rssBytesMax: from.whole('HEAVY_RSS_MB_MAX', 3_000, { min: 300, max: 65_536 }) * 1_048_576,
    inferenceUrl: from.address('HEAVY_INFERENCE_URL', ['http', 'https']),
    inferenceKey: from.secret('HEAVY_INFERENCE_KEY'),
    batchSize: from.whole('HEAVY_BATCH_SIZE', 0, { min: 0, max: 256 }),
    batchWindowMs: from.whole('HEAVY_BATCH_WINDOW_MS', 100, { min: 0, max: 60_000 }),
    inferenceBatch: from.whole('HEAVY_INFERENCE_BATCH', 0, { min: 0, max: 64 }),
    leaseMs: from.whole('HEAVY_LEASE_MS', 8_000, { min: 1_000, max: 3_600_000 }),
    attemptsMax: from.whole('HEAVY_ATTEMPTS_MAX', 3, { min: 1, max: 20 }),
    nice: from.whole('HEAVY_NICE', 10, { min: 0, max: 19 }),
  };
}
