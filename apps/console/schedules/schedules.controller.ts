import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ScheduleAnswer, ScheduleList } from '#contracts/schedule-answer.js';
import { ScheduleBody } from '#contracts/schedule-body.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { Act } from '../audit/act.js';
import { ListSchedules } from './list-schedules.js';
import { SetSchedules } from './set-schedules.js';

@Controller('api/schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: ListSchedules,
    private readonly setSchedules: SetSchedules,
  ) {}

  /** When the batches of each class go, and what the batch services make of their time. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  list(): Promise<ScheduleList> {
    return this.schedules.list();
  }

  /** Changes when the batches of a class go; the batch services notice within two seconds. */
  @Put(':class')
  @Access({ roles: ['admin'] })
  @Act({ act: 'schedule.set', subject: 'schedule', param: 'class' })
  async set(
    @Caller() caller: Principal,
    @Param('class') of: string,
    @Body() schedule: ScheduleBody,
  ): Promise<ScheduleAnswer> {
    await this.setSchedules.set(of, schedule, caller.holder);
    return this.schedules.of(of);
  }

  /** Back to the settings. */
  @Delete(':class')
  @Access({ roles: ['admin'] })
  @Act({ act: 'schedule.clear', subject: 'schedule', param: 'class' })
  async clear(@Param('class') of: string): Promise<ScheduleAnswer> {
    await this.setSchedules.clear(of);
    return this.schedules.of(of);
  }
}
