import { S3Client } from '@aws-sdk/client-s3';

/** Where a bucket is and who asks. */
export interface S3Place {
  readonly bucket: string;
  readonly region: string;
  /** Of a server that is not AWS's; undefined: AWS. */
  readonly endpoint: string | undefined;
  /** The bucket's name is in the path rather than in the host's name. */
  readonly forcePathStyle: boolean;
  /** Undefined: the SDK finds them (environment, shared files, container or instance role). */
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
}

/** A server that is there answers a connection at once. */
const CONNECT_MS_MAX = 2_000;
/** Silence on a connection in the middle of something; the SDK notices up to three seconds later. */
const SILENCE_MS_MAX = 5_000;
/** With the SDK's jitter between them: some 300 ms of waiting in all. */
const TRIES = 3;
/** More at once wait for a connection. */
const CONNECTIONS_MAX = 64;

/** Faults are told by those who meet them. */
const quiet = (): void => undefined;
const QUIET = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A client of the SDK with a limit on everything. It sends checksums only where it is given them: not all servers know more. */
export function s3Client({ region, endpoint, forcePathStyle, accessKeyId, secretAccessKey }: S3Place): S3Client {
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    maxAttempts: TRIES,
    retryMode: 'standard',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false, // a server that does not know it costs seconds an object
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      socketTimeout: SILENCE_MS_MAX,
      httpAgent: { maxSockets: CONNECTIONS_MAX },
      httpsAgent: { maxSockets: CONNECTIONS_MAX },
    },
    logger: QUIET,
  });
}
