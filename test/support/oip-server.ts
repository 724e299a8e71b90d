import 'reflect-metadata';
import { APP_GUARD } from '@nestjs/core';
import pino from 'pino';
import type { Principal, Scope } from '#contracts/access.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { createHttpService, listen } from '#service/http-service.js';
import type { OipBackend } from '../../apps/upload/inference/oip-backend.js';
import { OIP_CONTROLLERS, oipProviders } from '../../apps/upload/inference/oip-routes.js';
import { speakOip } from '../../apps/upload/inference/oip-http.js';
import { acceptUploadBodies } from '../../apps/upload/assets/upload-bodies.js';

/** A key that may see scores, and one that may not. */
export const OIP_KEY = 'key-with-scores';
export const PLAIN_KEY = 'key-without-scores';
/** A key of another client that may see scores. */
export const OTHER_KEY = 'key-of-another';

const BODY_BYTES_MAX = 40_000_000;
const REQUEST_MS_MAX = 10_000;

/** The Open Inference Protocol's part of the upload service, on a socket of its own. */
export interface OipServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 takes a free one */
export async function openOipServer(backend: OipBackend, port = 0): Promise<OipServer> {
  class Module {}
  const guard = new ApiKeyGuard((secret) => Promise.resolve(principals[secret]));
  const providers = [...oipProviders(backend), { provide: APP_GUARD, useValue: guard }];
  const log = pino({ level: 'silent' });
  const module = { module: Module, controllers: [...OIP_CONTROLLERS], providers };
  const app = await createHttpService(module, { log, requestMsMax: REQUEST_MS_MAX, rawBodies: true });
  await acceptUploadBodies(app, BODY_BYTES_MAX);
  speakOip(app);
  const taken = await listen(app, '127.0.0.1', port);
  return { url: `http://127.0.0.1:${taken}`, port: taken, close: () => app.close() };
}

const principal = (scopes: readonly Scope[], clientId = 'client'): Principal => ({
  keyId: 'key',
  role: 'client',
  clientId,
  holder: 'test',
  scopes,
});

const principals: Readonly<Record<string, Principal>> = {
  [OIP_KEY]: principal(['scores']),
  [PLAIN_KEY]: principal(['upload', 'read']),
  [OTHER_KEY]: principal(['scores'], 'another'),
};
