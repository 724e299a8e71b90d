import type { OipModel } from '../oip/oip-model.js';

/** Where a model is served. */
export interface ServerAddress {
  readonly origin: string;
  /** Of one model version, without a slash at its end: `/v2/models/mobilenet_v2/versions/1.0.0`. */
  readonly path: string;
}

const MODEL_PATH = /^(.*)\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?\/?$/;

/**
 * Where a model is served by a server's URL. The model's own name and version hold, unless the URL names others:
 * `http://triton:8000/v2/models/nsfw/versions/1`, because Triton's versions are whole numbers. A URL that names a model
 * and no version leaves the version to the server.
 *
 * @throws TypeError for what is no URL
 */
export function serverAddress(url: string, model: Pick<OipModel, 'name' | 'version'>): ServerAddress {
  const { origin, pathname } = new URL(url);
  const [, base, name, version] = MODEL_PATH.exec(pathname) ?? [];
  if (base === undefined || name === undefined) {
    return { origin, path: `${pathname.replace(/\/+$/, '')}/v2/models/${model.name}/versions/${model.version}` };
  }
  const versions = version === undefined ? '' : `/versions/${version}`;
  return { origin, path: `${base}/v2/models/${name}${versions}` };
}
