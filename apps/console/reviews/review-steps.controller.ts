import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';

import type { CaseStepDone } from '#contracts/review-answer.js';
import { AssignBody, HoldBody, OptionalReasonBody, ReasonBody } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { MoveReview } from './move-review.js';
import { Asking } from './reviewer-of.js';

@Controller('api/reviews/:id')
@Access({ roles: ['moderator', 'admin'] })
export class ReviewStepsController {
  constructor(private readonly moves: MoveReview) {}

  /** Gives the caller's claim up: the case is anybody's again. */
  @Post('release')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.release', subject: 'review' })
  release(@Asking() who: Reviewer, @Param('id') id: string): Promise<CaseStepDone> {
    return this.moves.release(idFrom(id), who);
  }

  /** Puts the case back, and behind all others for the caller. */
  @Post('skip')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.skip', subject: 'review' })
  skip(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: ReasonBody): Promise<CaseStepDone> {
    return this.moves.skip(idFrom(id), body, who);
  }

  /** Puts the case off until a time; until then nobody but the caller, seniors and admins may claim it. */
  @Post('hold')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.hold', subject: 'review', asked: ['until'] })
  hold(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: HoldBody): Promise<CaseStepDone> {
    return this.moves.hold(idFrom(id), body, who);
  }

  /** Leaves the case to a senior: nobody but seniors and admins may claim or decide it. */
  @Post('escalate')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.escalate', subject: 'review' })
  escalate(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: ReasonBody): Promise<CaseStepDone> {
    return this.moves.escalate(idFrom(id), body, who);
  }

  /** Gives the case to somebody: nobody but they, seniors and admins may claim it. */
  @Post('assign')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.assign', subject: 'review', asked: ['assignee'] })
  assign(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: AssignBody): Promise<CaseStepDone> {
    return this.moves.assign(idFrom(id), body, who);
  }

  /** Takes a hold, an escalation or an assignment back: the case is anybody's again. */
  @Post('return')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.return', subject: 'review' })
  return(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: OptionalReasonBody): Promise<CaseStepDone> {
    return this.moves.return(idFrom(id), body, who);
  }
}
