import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ReplayAnswer, ReplayDetailAnswer, ReplayList } from '#contracts/replay-answer.js';
import { ReplayBody } from '#contracts/replay-body.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { versionFrom } from '../policies/version-from.js';
import { AskReplay } from './ask-replay.js';

@Controller('api')
export class ReplaysController {
  constructor(private readonly askReplay: AskReplay) {}

  /** Has a version replayed over stored scores: what it would have changed. Nothing is classified again. */
  @Post('policies/:version/replays')
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'replay.ask', subject: 'replay', made: ['id'] })
  ask(
    @Caller() { holder }: Principal,
    @Param('version') version: string,
    @Body() body: ReplayBody,
  ): Promise<ReplayAnswer> {
    return this.askReplay.ask(versionFrom(version), body, holder);
  }

  /** The newest replays of a version. */
  @Get('policies/:version/replays')
  @Access({ roles: ['moderator', 'admin'] })
  list(@Param('version') version: string): Promise<ReplayList> {
    return this.askReplay.ofVersion(versionFrom(version));
  }

  /** Has a draft replayed as it says now; it goes with the version that is made of it, if that says the same. */
  @Post('policy-drafts/:id/replays')
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'replay.ask', subject: 'replay', made: ['id'] })
  askOfDraft(
    @Caller() { holder }: Principal,
    @Param('id') id: string,
    @Body() body: ReplayBody,
  ): Promise<ReplayAnswer> {
    return this.askReplay.askOfDraft(idFrom(id), body, holder);
  }

  /** The newest replays of a draft. */
  @Get('policy-drafts/:id/replays')
  @Access({ roles: ['moderator', 'admin'] })
  listOfDraft(@Param('id') id: string): Promise<ReplayList> {
    return this.askReplay.ofDraft(idFrom(id));
  }

  /** How far one is, and what came of it. */
  @Get('replays/:id')
  @Access({ roles: ['moderator', 'admin'] })
  read(@Param('id') id: string): Promise<ReplayDetailAnswer> {
    return this.askReplay.read(idFrom(id));
  }

  /** Ends one that has not ended. */
  @Post('replays/:id/cancel')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'replay.cancel', subject: 'replay' })
  cancel(@Param('id') id: string): Promise<ReplayAnswer> {
    return this.askReplay.cancel(idFrom(id));
  }
}
