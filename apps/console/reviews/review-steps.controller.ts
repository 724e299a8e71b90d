import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { CaseStepDone } from '#contracts/review-answer.js';
import { AssignBody, HoldBody, OptionalReasonBody, ReasonBody } from '#contracts/review-work.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { MoveReview } from './move-review.js';
import { reviewerOf } from './reviewer-of.js';

@Controller('api/reviews/:id')
@Access({ roles: ['moderator', 'admin'] })
export class ReviewStepsController {
  constructor(private readonly moves: MoveReview) {}

  /** Gives the caller's claim up: the case is anybody's again. */
  @Post('release')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.release', subject: 'review' })
  release(@Caller() caller: Principal, @Param('id') id: string): Promise<CaseStepDone> {
    return this.moves.release(idFrom(id), reviewerOf(caller));
  }

  /** Puts the case back, and behind all others for the caller. */
  @Post('skip')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.skip', subject: 'review' })
  skip(@Caller() caller: Principal, @Param('id') id: string, @Body() body: ReasonBody): Promise<CaseStepDone> {
    return this.moves.skip(idFrom(id), body, reviewerOf(caller));
  }

  /** Puts the case off until a time; until then nobody but the caller, seniors and admins may claim it. */
  @Post('hold')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.hold', subject: 'review', asked: ['until'] })
  hold(@Caller() caller: Principal, @Param('id') id: string, @Body() body: HoldBody): Promise<CaseStepDone> {
    return this.moves.hold(idFrom(id), body, reviewerOf(caller));
  }

  /** Leaves the case to a senior: nobody but seniors and admins may claim or decide it. */
  @Post('escalate')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.escalate', subject: 'review' })
  escalate(@Caller() caller: Principal, @Param('id') id: string, @Body() body: ReasonBody): Promise<CaseStepDone> {
    return this.moves.escalate(idFrom(id), body, reviewerOf(caller));
  }

  /** Gives the case to somebody: nobody but they, seniors and admins may claim it. */
  @Post('assign')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.assign', subject: 'review', asked: ['assignee'] })
  assign(@Caller() caller: Principal, @Param('id') id: string, @Body() body: AssignBody): Promise<CaseStepDone> {
    return this.moves.assign(idFrom(id), body, reviewerOf(caller));
  }

  /** Takes a hold, an escalation or an assignment back: the case is anybody's again. */
  @Post('return')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.return', subject: 'review' })
  return(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: OptionalReasonBody,
  ): Promise<CaseStepDone> {
    return this.moves.return(idFrom(id), body, reviewerOf(caller));
  }
}
