import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCOPES, type Role, type Scope } from '#contracts/access.js';
import type { Plan } from '#contracts/plan-answer.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { createHttpService, listen } from '#service/http-service.js';
import { createLogger } from '#telemetry/logger.js';
import { CURRENT_PLAN, PlanController } from '../../apps/upload/plan/plan.controller.js';

const PLAN: Plan = {
  tier: 'fast',
  machine: { cpu: 'a processor', cores: 2, coresReason: 'why', memoryBytes: 1, node: '20', onnxruntime: '1' },
  sloMs: 300,
  candidates: [],
  rows: [],
  chosen: {
    modelRef: 'm/1.0.0',
    workers: 2,
    threads: 1,
    batchMax: 1,
    capacityPerSecond: 1,
    serviceTimes: [],
    reason: 'why',
  },
  rejected: [],
  loadBefore: 0,
  measuredAt: '2026-11-22T05:32:57.165Z',
  tookMs: 1,
  cached: true,
};

class PlanModule {}

let plan: Plan | undefined;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  const guard = new ApiKeyGuard((secret) => {
    const role = (['client', 'moderator', 'admin'] as Role[]).find((one) => one === secret);
    const scopes: Scope[] =
      role === 'client' ? SCOPES.filter((scope) => scope !== 'admin') : role === 'admin' ? ['admin'] : [];
    return Promise.resolve(role && { keyId: role, role, clientId: null, holder: role, scopes });
  });
  const module: DynamicModule = {
    module: PlanModule,
    controllers: [PlanController],
    providers: [
      { provide: CURRENT_PLAN, useValue: () => plan },
      { provide: APP_GUARD, useValue: guard },
    ],
  };
  const app = await createHttpService(module, { log: createLogger('test', 'silent'), requestMsMax: 5_000 });
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}/v1/plan`;
  close = () => app.close();
});
afterAll(() => close());

const get = (key: string): Promise<Response> => fetch(url, { headers: { authorization: `Bearer ${key}` } });

describe('GET /v1/plan', () => {
  it('shows admins the plan as it is', async () => {
    plan = PLAN;
    const answer = await get('admin');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(PLAN);
  });

  it.each(['client', 'moderator'])('is closed to a %s', async (role) => {
    plan = PLAN;
    expect((await get(role)).status).toBe(403);
  });

  it('says that there is none yet', async () => {
    plan = undefined;
    const answer = await get('admin');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'not-found', detail: expect.stringContaining('no plan') });
  });
});
