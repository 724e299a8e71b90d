/** Every setting there is, with what it means. The reference (docs/generated/settings.md) is made of this. */
export const SETTING_MEANINGS = {
  PORTCULLIS_HOME: 'Where data live: `assets/`, the embedded `postgres/`, the first keys. Relative to the checkout.',
  MODEL_ROOT: 'The model repository. Relative to the checkout.',
  LOG_LEVEL: 'What the services write to their log.',
  HOST: 'The address the services listen on; `0.0.0.0` for all.',
  DATABASE_URL: 'PostgreSQL 14 or newer. Not set: `portcullis up` runs an embedded one.',
  DATABASE_POOL_MAX: 'Connections of one service process, besides up to four for what clients wait for.',
  REDIS_URL: 'Redis for the queue. Not set: the queue lives in PostgreSQL.',
  S3_BUCKET: 'The bucket that holds the assets’ bytes. Not set: files in `assets/` of PORTCULLIS_HOME.',
  S3_PREFIX: 'What all keys in the bucket begin with; nothing else may be under it. Not set: nothing.',
  S3_REGION: 'The bucket’s region.',
  S3_ENDPOINT: 'A server that speaks the S3 protocol (MinIO, Ceph, R2). Not set: AWS.',
  S3_FORCE_PATH_STYLE:
    'Whether the bucket’s name is in the path rather than in the host’s name. `auto`: where S3_ENDPOINT is set.',
  S3_ACCESS_KEY_ID:
    'Key id for the bucket. Not set: the AWS SDK looks for credentials (environment, shared files, container or instance role).',
  S3_SECRET_ACCESS_KEY: 'The secret to that key id.',
  SPOOL_BYTES_MAX:
    'Local files of one process on their way to or from the bucket (`spool/` of PORTCULLIS_HOME), in bytes together.',
  SOURCE_S3_REGION: 'The region of the buckets that `portcullis ingest` takes images from.',
  SOURCE_S3_ENDPOINT: 'The server of these buckets, as S3_ENDPOINT. Not set: AWS.',
  SOURCE_S3_FORCE_PATH_STYLE: 'As S3_FORCE_PATH_STYLE, for these buckets.',
  SOURCE_S3_ACCESS_KEY_ID: 'Key id for these buckets, of any account. Not set: the AWS SDK looks for one.',
  SOURCE_S3_SECRET_ACCESS_KEY: 'The secret to that key id.',
  UPLOAD_PORT: 'Port of the upload service; 0 takes a free one.',
  ASSET_BYTES_MAX: 'The largest image file that is accepted.',
  BODY_MS_MAX: 'How long an upload may take to arrive.',
  UPLOAD_IF_SHED:
    'What happens to an upload that the fast tier cannot judge in time: `accept` it with the policy’s default verdict, marked `shed`, for the heavy tier to settle; or `refuse` it with 503.',
  PIXELS_MAX: 'The most pixels of one frame, checked before decoding.',
  FRAMES_MAX: 'The most frames of an animation, checked before decoding.',
  ORPHAN_GRACE_MS: 'Stored bytes without a row are removed when they are older than this.',
  UPLOAD_CORS_ORIGINS:
    'Origins whose pages may call the upload service from a browser, such as `https://shop.example`. Whoever opens such a page can read the key it holds.',
  API_REFERENCE:
    'Whether the services show their API at `/docs` and `/openapi.json`: the upload service to everybody who reaches its port, the console to those who are signed in.',
  BULK_BYTES_MAX:
    'The largest archive of `POST /v1/batches`, packed or unpacked. It lies in `bulk/` of PORTCULLIS_HOME until it is worked off; with S3_BUCKET it waits there, and may have 5 GB at most.',
  BULK_BODY_MS_MAX: 'How long an archive may take to arrive.',
  BULK_KEPT_DAYS: 'How long what became of a batch can be read after its end.',
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
  HEAVY_MODEL:
    'The heavy tier’s model version. 1.0.0 of the same model looks once at a picture, and costs a half to a sixth.',
  HEAVY_VARIANT: '`f32`, `int8`, or `auto`, as FAST_VARIANT.',
  HEAVY_PROCESSES: 'Classifier processes of the batch service. By default one for each core.',
  HEAVY_CALL_MS_MAX: 'A process that works longer on one batch is killed and replaced.',
  HEAVY_RSS_MB_MAX: 'A process that holds more memory is killed and replaced.',
  HEAVY_INFERENCE_URL: 'A server that runs the heavy model, as FAST_INFERENCE_URL.',
  HEAVY_INFERENCE_KEY: 'Bearer key for that server.',
  HEAVY_BATCH_SIZE:
    'Assets of a full batch: leased, labelled and committed together. 0: what is worth it by the measured plan, 8 on another server. Holds where no schedule is set.',
  HEAVY_BATCH_WINDOW_MS: 'How long the first asset of a batch waits for company. Holds where no schedule is set.',
  HEAVY_INFERENCE_BATCH:
    'Views in one run of the heavy model. 0: measured, within 80 % of HEAVY_RSS_MB_MAX; on most CPUs more than 1 gains nothing and costs memory.',
  HEAVY_LEASE_MS: 'A worker that is silent for longer loses its assets to another.',
  HEAVY_ATTEMPTS_MAX: 'Tries before an asset gets a dead letter and goes to a human.',
  HEAVY_NICE: 'How far the heavy tier steps back for the fast one on the same cores: 0 not at all, 19 wholly.',
  BATCH_PORT: 'Port of the batch service’s health and metrics; 0 takes a free one.',
  BATCH_GRACE_MS: 'How long the batch service finishes what it has in hand after SIGTERM; the rest is handed back.',
  SWEEP_MS: 'How often a worker looks for work that no bell has told it of.',
  DUE_MS: 'When batch services of an older release ring for an asset that nobody has labelled.',
  OLDEST_ALARM_MS: 'The log and a metric warn when an asset has waited longer than this for its final.',
  RETENTION_CASE_DAYS:
    'An asset whose case is open is kept for so many days longer than its client’s retention; then it is erased all the same, and its case ends undecided.',
  CONSOLE_PORT: 'Port of the console service; 0 takes a free one.',
  CLAIM_MS: 'How long a moderator’s claim on a case lasts.',
  REVIEW_SLA_MINUTES: 'How long a case may be open: the queue shows it amber when a quarter of that is left, then red.',
  BULK_DECISIONS_MAX: 'Cases that moderators may decide at once.',
  SESSION_HOURS: 'How long people stay signed in at the console, at most.',
  SESSION_IDLE_MINUTES: 'How long they stay signed in without doing anything.',
  CONSOLE_TRUSTED_PROXIES:
    'Proxies in front of the console whose `X-Forwarded-For` is believed: sign-ins are limited by address. Not set: none.',
  POLICY_APPROVAL: 'Whether a second person must approve a policy before it is published.',
  POLICY_REPLAY: 'Whether a policy must be replayed over stored scores before it is published or approved.',
  EXPOSURE_SLO_MS: 'How long a late_block may have been served; metrics count what was served for longer.',
  WRONGFUL_HOLD_SLO_MS: 'How long a late_release may have been withheld; metrics count what was withheld for longer.',
  FETCH_PRIVATE_NETWORKS:
    'Private networks that images by URL may come from and webhooks may go to. Not set: the public internet alone.',
  FETCH_PRIVATE_PORTS: 'Ports beside 80 and 443 that may be used in those networks.',
  WEBHOOK_HTTP: 'Whether webhooks may go to endpoints without TLS, `http://…`: `refuse` or `allow`.',
  WEBHOOK_MS_MAX: 'How long an endpoint may take to answer a webhook.',
  WEBHOOK_FAILING_DAYS: 'An endpoint that nothing but failures came of for so many days is disabled.',
  EVENTS_KEPT_DAYS:
    'How many days events are kept, with what became of their deliveries: for `Last-Event-ID`, and to send them again.',
  PORTCULLIS_URL:
    'The upload service that commands such as `portcullis submit` send to. Not set: that of this machine, at UPLOAD_PORT.',
  PORTCULLIS_KEY: 'The client’s key that they show. Not set: `client-key` in PORTCULLIS_HOME.',
  PRICE_PER_CORE_HOUR:
    'What a core costs an hour, for `portcullis costs`: what you pay for a machine ÷ its cores ÷ hours.',
  PRICE_CURRENCY: 'The currency of that price. It is shown and never converted.',
} as const;

export type SettingName = keyof typeof SETTING_MEANINGS;
