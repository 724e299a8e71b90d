import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query, Req } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type {
  EndedSessionsAnswer,
  InvitedPersonAnswer,
  PersonAnswer,
  PersonPage,
  PersonSessionList,
} from '#contracts/person-answer.js';
import { PersonBody, PersonChangeBody, PersonQuery } from '#contracts/person-body.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act, NoAct } from '../audit/act.js';
import type { WebRequest } from '../sign-in/web-request.js';
import { ChangePerson } from './change-person.js';
import { InvitePerson } from './invite-person.js';
import { ReadPersons } from './read-persons.js';

@Controller('api/persons')
@Access({ roles: ['admin'] })
export class PersonsController {
  constructor(
    private readonly persons: ReadPersons,
    private readonly invitePerson: InvitePerson,
    private readonly changePerson: ChangePerson,
  ) {}

  /** Newest first, those that are disabled among them; `next` leads to the page after. */
  @Get()
  list(@Query() query: PersonQuery): Promise<PersonPage> {
    return this.persons.list(query);
  }

  /** One of them. */
  @Get(':id')
  read(@Param('id') id: string): Promise<PersonAnswer> {
    return this.persons.read(idFrom(id));
  }

  /** Makes a person, with a password that works once. The answer is the one time that it is shown. */
  @Post()
  @NoAct('writes itself down')
  invite(
    @Caller() principal: Principal,
    @Req() { id: requestId }: WebRequest,
    @Body() body: PersonBody,
  ): Promise<InvitedPersonAnswer> {
    return this.invitePerson.invite(body, { principal, requestId });
  }

  /** Changes the role, which holds from the next request on; or disables, which signs out. */
  @Patch(':id')
  @Act({ act: 'person.change', subject: 'person' })
  change(@Param('id') id: string, @Body() body: PersonChangeBody): Promise<PersonAnswer> {
    return this.changePerson.change(idFrom(id), body);
  }

  /** Gives another password that works once, and ends all sessions. */
  @Post(':id/reset')
  @HttpCode(HttpStatus.OK)
  @NoAct('writes itself down')
  reset(
    @Caller() principal: Principal,
    @Req() { id: requestId }: WebRequest,
    @Param('id') id: string,
  ): Promise<InvitedPersonAnswer> {
    return this.invitePerson.reset(idFrom(id), { principal, requestId });
  }

  /** Where the person is signed in. */
  @Get(':id/sessions')
  sessions(@Param('id') id: string): Promise<PersonSessionList> {
    return this.persons.sessions(idFrom(id));
  }

  /** Signs the person out everywhere. */
  @Delete(':id/sessions')
  @Act({ act: 'person.sign_out', subject: 'person', came: ['ended'] })
  signOut(@Param('id') id: string): Promise<EndedSessionsAnswer> {
    return this.changePerson.signOut(idFrom(id));
  }
}
