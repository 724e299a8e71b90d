import type { Provider, Type } from '@nestjs/common';

import { OIP_BACKEND, type OipBackend } from './oip-backend.js';
import { OipInferController } from './oip-infer.controller.js';
import { OipModelController } from './oip-model.controller.js';
import { OipServerController } from './oip-server.controller.js';

/** The routes under `/v2`; the service's HTTP must `speakOip` too. */
export const OIP_CONTROLLERS: readonly Type[] = [OipServerController, OipModelController, OipInferController];

export const oipProviders = (backend: OipBackend): Provider[] => [{ provide: OIP_BACKEND, useValue: backend }];
