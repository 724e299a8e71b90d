import { availableParallelism } from 'node:os';

import { describe, expect, it } from '@jest/globals';

import { SettingsRefused, type Environment } from './read-environment.js';
import { readSettings } from './settings.js';

const ROOT = '/srv/portcullis';

function faultsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment, ROOT);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    return error.faults;
  }
}

/** Every variable with a value it cannot take. */
const WRONG: Environment = {
  LOG_LEVEL: 'chatty',
  DATABASE_URL: 'mysql://h/d',
  DATABASE_POOL_MAX: '1',
  REDIS_URL: 'http://h',
  S3_BUCKET: 'Not A Bucket',
  S3_PREFIX: '/assets',
  S3_REGION: 'eu central',
  S3_ENDPOINT: 'https://key:secret@h/path',
  S3_FORCE_PATH_STYLE: 'yes',
  SPOOL_BYTES_MAX: '39999999',
  SOURCE_S3_REGION: 'eu central',
  SOURCE_S3_ENDPOINT: 'https://h/path',
  SOURCE_S3_FORCE_PATH_STYLE: 'yes',
  UPLOAD_PORT: '65536',
  ASSET_BYTES_MAX: '20MB',
  BODY_MS_MAX: '0',
  UPLOAD_IF_SHED: 'queue',
  PIXELS_MAX: '-1',
  FRAMES_MAX: '0',
  ORPHAN_GRACE_MS: '1',
  FAST_MODEL: '../../etc/passwd',
  FAST_VARIANT: 'fp16',
  FAST_SLO_MS: '19',
  FAST_PROCESSES: '257',
  FAST_THREADS: '65',
  FAST_BATCH_MAX: '17',
  FAST_BATCH_WINDOW_MS: '51',
  FAST_CALL_MS_MAX: '99',
  FAST_RSS_MB_MAX: '1.5',
  FAST_INFERENCE_URL: 'grpc://h',
  HEAVY_MODEL: 'inception_v3',
  HEAVY_PROCESSES: 'all',
  HEAVY_CALL_MS_MAX: '1',
  HEAVY_RSS_MB_MAX: '1',
  HEAVY_VARIANT: 'int4',
  HEAVY_INFERENCE_URL: 'h:8000',
  HEAVY_BATCH_SIZE: '257',
  HEAVY_BATCH_WINDOW_MS: '-1',
  HEAVY_INFERENCE_BATCH: '65',
  HEAVY_LEASE_MS: '999',
  HEAVY_ATTEMPTS_MAX: '0',
  HEAVY_NICE: '20',
  BATCH_PORT: '-1',
  BATCH_GRACE_MS: '-1',
  SWEEP_MS: '0',
  DUE_MS: '0',
  RETENTION_CASE_DAYS: '-1',
  CONSOLE_PORT: 'http',
  CLAIM_MS: '1',
  PRICE_PER_CORE_HOUR: '-0.1',
  PRICE_CURRENCY: 'euro',
};

describe('settings', () => {
  it('have a default each', () => {
    expect(readSettings({}, ROOT)).toMatchObject({
      home: '/srv/portcullis/.portcullis',
      modelRoot: '/srv/portcullis/models',
      logLevel: 'info',
      host: '127.0.0.1',
      databaseUrl: undefined,
      redisUrl: undefined,
      upload: { port: 8080, assetBytesMax: 20_000_000, pixelsMax: 50_000_000, framesMax: 100 },
      fast: { model: 'mobilenet_v2/1.1.0', variant: 'auto', sloMs: 300, processes: 0, threads: 0, batchMax: 0 },
      heavy: {
        ...{ model: 'inception_v3/1.1.0', processes: availableParallelism(), attemptsMax: 3 },
        ...{ batchSize: 0, inferenceBatch: 0 },
      },
      batch: { port: 8082 },
      console: { port: 8081 },
      price: { perCoreHour: 0.04, currency: 'USD' },
    });
  });

  it('come from the environment', () => {
    const settings = readSettings(
      {
        PORTCULLIS_HOME: '/data',
        MODEL_ROOT: 'other/models',
        DATABASE_URL: 'postgresql://u:p@h/d',
        REDIS_URL: 'unix:///run/redis.sock',
        UPLOAD_PORT: '0',
        FAST_RSS_MB_MAX: '200',
        HEAVY_MODEL: 'big_one/2.10.3',
        HEAVY_BATCH_WINDOW_MS: '0',
        CLAIM_MS: '5000',
        PRICE_PER_CORE_HOUR: '0.125',
        PRICE_CURRENCY: 'EUR',
        PATH: '/usr/bin',
      },
      ROOT,
    );
    expect(settings).toMatchObject({
      home: '/data',
      modelRoot: '/srv/portcullis/other/models',
      databaseUrl: 'postgresql://u:p@h/d',
      redisUrl: 'unix:///run/redis.sock',
      upload: { port: 0 },
      fast: { rssBytesMax: 209_715_200 },
      heavy: { model: 'big_one/2.10.3', batchWindowMs: 0 },
      console: { claimMs: 5_000 },
      price: { perCoreHour: 0.125, currency: 'EUR' },
    });
  });

  it('tell all their faults together, one a variable', () => {
    const named = faultsOf(WRONG).map((fault) => fault.split(' ')[0]);
    expect(named.sort()).toEqual(Object.keys(WRONG).sort());
  });

  it.each(Object.entries(WRONG))('refuse %s alone when it is %s', (name, raw) => {
    expect(faultsOf({ [name]: raw })).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
  });

  it('are frozen, groups and all', () => {
    const settings = readSettings({}, ROOT);
    expect(Object.isFrozen(settings)).toBe(true);
    const thawed = Object.entries(settings).filter(([, group]) => !Object.isFrozen(group));
    expect(thawed.map(([name]) => name)).toEqual([]);
  });

  it.each(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])('refuse %s alone, and do not repeat it', (name) => {
    const faults = faultsOf({ S3_BUCKET: 'assets', [name]: 'hunter2' });
    expect(faults).toEqual([expect.stringContaining('must be set both')]);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it.each([
    [{}, { bucket: undefined, prefix: '', endpoint: undefined, forcePathStyle: false, spoolBytesMax: 1_000_000_000 }],
    [
      { S3_BUCKET: 'b.c-1', S3_PREFIX: 'a/b/' },
      { bucket: 'b.c-1', prefix: 'a/b/', region: 'us-east-1' },
    ],
    [{ S3_ENDPOINT: 'http://minio:9000' }, { endpoint: 'http://minio:9000', forcePathStyle: true }],
    [{ S3_ENDPOINT: 'https://r2.example', S3_FORCE_PATH_STYLE: 'false' }, { forcePathStyle: false }],
  ])('read %j as the storage %j', (environment, storage) => {
    expect(readSettings(environment, ROOT).storage).toMatchObject(storage);
  });

  it('refuse a grace for orphans in which an upload may still be under way', () => {
    const patient = { BODY_MS_MAX: '600000', ORPHAN_GRACE_MS: '780000' };
    expect(faultsOf(patient)).toEqual([]);
    expect(faultsOf({ ...patient, ORPHAN_GRACE_MS: '779999' })).toEqual([expect.stringContaining('ORPHAN_GRACE_MS')]);
  });
});
