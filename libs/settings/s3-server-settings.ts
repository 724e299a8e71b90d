import type { EnvironmentReader } from './read-environment.js';
import type { SettingName } from './setting-meanings.js';

/** Where buckets are and who asks. */
export interface S3ServerSettings {
  readonly region: string;
  /** Undefined: AWS. */
  readonly endpoint: string | undefined;
  /** The bucket's name is in the path rather than in the host's name. */
  readonly forcePathStyle: boolean;
  /** Both or none; none: the SDK finds them. */
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
}

const REGION = /^[a-z0-9-]{1,64}$/;
const PATH_STYLES = ['auto', 'true', 'false'] as const;

/** Reads the settings of a server that begin with `of`, and tells what they must be together. */
export function readS3Server(from: EnvironmentReader<SettingName>, of: 'S3' | 'SOURCE_S3'): S3ServerSettings {
  const region = from.matching(`${of}_REGION`, 'us-east-1', REGION, 'eu-central-1');
  const endpoint = from.address(`${of}_ENDPOINT`, ['http', 'https']);
  const pathStyle = from.oneOf(`${of}_FORCE_PATH_STYLE`, 'auto', PATH_STYLES);
  const accessKeyId = from.secret(`${of}_ACCESS_KEY_ID`);
  const secretAccessKey = from.secret(`${of}_SECRET_ACCESS_KEY`);
  from.must(
    endpoint === undefined || isPlainEndpoint(endpoint),
    `${of}_ENDPOINT must be scheme, host and port alone, such as http://minio:9000; the keys have settings of their own`,
  );
  from.must(
    (accessKeyId === undefined) === (secretAccessKey === undefined),
    `${of}_ACCESS_KEY_ID and ${of}_SECRET_ACCESS_KEY must be set both, or neither: then the SDK looks for credentials itself`,
  );
  const forcePathStyle = pathStyle === 'auto' ? endpoint !== undefined : pathStyle === 'true';
  return { region, endpoint, forcePathStyle, accessKeyId, secretAccessKey };
}

function isPlainEndpoint(endpoint: string): boolean {
  const { username, password, pathname, search, hash } = new URL(endpoint);
  return username + password + search + hash === '' && pathname === '/';
}
