import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type {
  CampaignAnswer,
  CampaignDetailAnswer,
  CampaignDraftAnswer,
  CampaignPage,
  CampaignReportAnswer,
} from '#contracts/campaign-answer.js';
import { CampaignBody } from '#contracts/campaign-body.js';
import { CampaignQuery, CampaignReportQuery } from '#contracts/campaign-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { DraftCampaign } from './draft-campaign.js';
import { OrderCampaign } from './order-campaign.js';
import { ReadCampaign } from './read-campaign.js';

@Controller('api/campaigns')
@Access({ roles: ['admin'] })
export class CampaignsController {
  constructor(
    private readonly draftCampaign: DraftCampaign,
    private readonly readCampaign: ReadCampaign,
    private readonly orderCampaign: OrderCampaign,
  ) {}

  /** Stores a draft, which changes nothing yet, and tells what it would do. */
  @Post()
  @Act({ act: 'campaign.draft', subject: 'campaign', made: ['campaign', 'id'] })
  draft(@Caller() caller: Principal, @Body() body: CampaignBody): Promise<CampaignDraftAnswer> {
    return this.draftCampaign.draft(body, caller.holder);
  }

  /** The newest first; `next` leads to the page after. */
  @Get()
  list(@Query() query: CampaignQuery): Promise<CampaignPage> {
    return this.readCampaign.list(query);
  }

  /** How far it is, and who has asked for what. */
  @Get(':id')
  read(@Param('id') id: string): Promise<CampaignDetailAnswer> {
    return this.readCampaign.read(idFrom(id));
  }

  /** What it has found: verdicts before and now, with examples of each change. */
  @Get(':id/report')
  report(@Param('id') id: string, @Query() query: CampaignReportQuery): Promise<CampaignReportAnswer> {
    return this.readCampaign.report(idFrom(id), query);
  }

  /** Begins to judge past assets; nothing is decided yet. */
  @Post(':id/start')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.start', subject: 'campaign' })
  start(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'start', holder);
  }

  /** Rests until it is resumed; what it has found stays. */
  @Post(':id/pause')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.pause', subject: 'campaign' })
  pause(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'pause', holder);
  }

  /** Goes on where it was paused. */
  @Post(':id/resume')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.resume', subject: 'campaign' })
  resume(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'resume', holder);
  }

  /** What it has found becomes decisions, wherever nothing else was decided since. */
  @Post(':id/apply')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.apply', subject: 'campaign' })
  apply(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'apply', holder);
  }

  /** What it could not look at is tried again; nothing else is judged a second time. */
  @Post(':id/retry')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.retry', subject: 'campaign' })
  retry(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'retry', holder);
  }

  /** Nothing of it will be applied. Its report stays. */
  @Post(':id/discard')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.discard', subject: 'campaign' })
  discard(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'discard', holder);
  }

  /** What stood before comes into force again, wherever its decision still stands. */
  @Post(':id/rollback')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'campaign.rollback', subject: 'campaign' })
  rollback(@Caller() { holder }: Principal, @Param('id') id: string): Promise<CampaignAnswer> {
    return this.orderCampaign.order(idFrom(id), 'rollback', holder);
  }
}
