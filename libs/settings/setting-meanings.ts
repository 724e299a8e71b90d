/** Every setting there is, with what it means. The reference (docs/generated/settings.md) is made of this. */
export const SETTING_MEANINGS = {
  PORTCULLIS_HOME: 'Where data live: `assets/`, the embedded `postgres/`, the first keys. Relative to the checkout.',
  MODEL_ROOT: 'The model repository. Relative to the checkout.',
  LOG_LEVEL: 'What the services write to their log.',
  HOST: 'The address the services listen on; `0.0.0.0` for all.',
  DATABASE_URL: 'PostgreSQL 14 or newer. Not set: `portcullis up` runs an embedded one.',
  DATABASE_POOL_MAX: 'Connections of one service process, besides up to four for what clients wait for.',
  REDIS_URL: 'Redis for the queue. Not set: the queue lives in PostgreSQL.',
  UPLOAD_PORT: 'Port of the upload service; 0 takes a free one.',
  ASSET_BYTES_MAX: 'The largest image file that is accepted.',
  BODY_MS_MAX: 'How long an upload may take to arrive.',
  UPLOAD_IF_SHED:
    'What happens to an upload that the fast tier cannot judge in time: `accept` it with the policy’s default verdict, marked `shed`, for the heavy tier to settle; or `refuse` it with 503.',
  PIXELS_MAX: 'The most pixels of one frame, checked before decoding.',
  FRAMES_MAX: 'The most frames of an animation, checked before decoding.',
  ORPHAN_GRACE_MS: 'Stored bytes without a row are removed when they are older than this.',
  FAST_MODEL: 'The fast tier’s model version.',
  FAST_VARIANT:
    '`f32`, `int8`, or `auto`: int8 where it agrees with f32 and is faster on this machine. `portcullis plan` shows the choice.',
  FAST_SLO_MS:
    'The promise to clients: a decision within this many milliseconds, 95 times of 100. Bounds of queue and batch follow from it.',
  FAST_PROCESSES:
    'Classifier processes of the upload service. By default as many as measure best; `portcullis plan` shows it.',
  FAST_THREADS: 'Threads of one classifier process. By default as many as measure best.',
  FAST_BATCH_MAX:
    'Images in one run of the fast model. By default as many as measure best; more than the SLO allows is refused.',
  FAST_BATCH_WINDOW_MS:
    'How long the first image of a micro-batch may wait for company. 0: never; it goes as soon as a process is free.',
  FAST_CALL_MS_MAX: 'A process that works longer on one image is killed and replaced.',
  FAST_RSS_MB_MAX: 'A process that holds more memory is killed and replaced.',
  FAST_INFERENCE_URL:
    'A server that runs the fast model and speaks the Open Inference Protocol v2 (Triton, KServe, another Portcullis). Not set: this machine runs it.',
  FAST_INFERENCE_KEY: 'Bearer key for that server.',
  HEAVY_MODEL: 'The heavy tier’s model version.',
  HEAVY_VARIANT: '`f32`, `int8`, or `auto`, as FAST_VARIANT.',
  HEAVY_PROCESSES: 'Classifier processes of the batch service. By default one for each core.',
  HEAVY_CALL_MS_MAX: 'A process that works longer on one batch is killed and replaced.',
  HEAVY_RSS_MB_MAX: 'A process that holds more memory is killed and replaced.',
  HEAVY_INFERENCE_URL: 'A server that runs the heavy model, as FAST_INFERENCE_URL.',
  HEAVY_INFERENCE_KEY: 'Bearer key for that server.',
  HEAVY_BATCH_SIZE:
    'Assets of a full batch: leased, labelled and committed together. 0: measured, and the views of a run with it. Holds where no schedule is set.',
  HEAVY_BATCH_WINDOW_MS: 'How long the first asset of a batch waits for company. Holds where no schedule is set.',
  HEAVY_INFERENCE_BATCH: 'Views in one run of the heavy model. On CPUs more than 1 gains nothing and costs memory.',
  HEAVY_LEASE_MS: 'A worker that is silent for longer loses its assets to another.',
  HEAVY_ATTEMPTS_MAX: 'Tries before an asset gets a dead letter and goes to a human.',
  HEAVY_NICE: 'How far the heavy tier steps back for the fast one on the same cores: 0 not at all, 19 wholly.',
  BATCH_PORT: 'Port of the batch service’s health and metrics; 0 takes a free one.',
  BATCH_GRACE_MS: 'How long the batch service finishes what it has in hand after SIGTERM; the rest is handed back.',
  SWEEP_MS: 'How often the sweeper looks for overdue assets.',
  DUE_MS: 'An asset without a final is overdue this long after it was last rung for.',
  OLDEST_ALARM_MS: 'The log and a metric warn when an asset has waited longer than this for its final.',
  CONSOLE_PORT: 'Port of the console service; 0 takes a free one.',
  CLAIM_MS: 'How long a moderator’s claim on a case lasts.',
  EXPOSURE_SLO_MS: 'How long a late_block may have been served; metrics count what was served for longer.',
  WRONGFUL_HOLD_SLO_MS: 'How long a late_release may have been withheld; metrics count what was withheld for longer.',
  PRICE_PER_CORE_HOUR:
    'What a core costs an hour, for `portcullis costs`: what you pay for a machine ÷ its cores ÷ hours.',
  PRICE_CURRENCY: 'The currency of that price. It is shown and never converted.',
} as const;

export type SettingName = keyof typeof SETTING_MEANINGS;
