import { Controller, Get, Inject } from '@nestjs/common';

import type { Plan } from '#contracts/plan-answer.js';
import { Problem } from '#contracts/problems.js';
import { Access } from '#service/api-key.guard.js';

/** The fast tier's plan; undefined while it is being measured, and where the model runs elsewhere. */
export type CurrentPlan = () => Plan | undefined;

export const CURRENT_PLAN = Symbol('current plan');

@Controller('v1/plan')
export class PlanController {
  constructor(@Inject(CURRENT_PLAN) private readonly current: CurrentPlan) {}

  /** What was measured on this machine, what was chosen, and why nothing else was. */
  @Get()
  @Access({ roles: ['admin'] })
  read(): Plan {
    const plan = this.current();
    if (plan === undefined) {
      throw new Problem('not-found', 'There is no plan: it is being measured, or the model runs on another server.');
    }
    return plan;
  }
}
