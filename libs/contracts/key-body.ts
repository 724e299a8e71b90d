import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsInt, IsUUID, Max, Min, ValidateIf } from 'class-validator';

import { roleFor, ROLES, SCOPES, type Role, type Scope } from './access.js';
import { ClientQuery } from './client-body.js';
import { MayMiss } from './may-miss.js';
import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const HOLDER_CHARACTERS_MAX = 64;
/** How long a key that was replaced goes on. */
export const OVERLAP_HOURS_DEFAULT = 24;
export const OVERLAP_HOURS_MAX = 720;

/** A new key: of a client, by its name, or of a person of the console. */
export class KeyBody {
  /** Left out: `admin` where that is the scope, otherwise `client`. */
  @MayMiss()
  @IsIn(ROLES, { message: `must be one of ${ROLES.join(', ')}` })
  role?: Role;

  /** Whose key it is, for the role `client`. */
  @ValidateIf((key: KeyBody) => roleOf(key) === 'client' || key.client !== undefined)
  @PlainText(HOLDER_CHARACTERS_MAX)
  client?: string;

  /** Who acts with it, as it is written beside what they did; of a client left out: the client's name. */
  @ValidateIf((key: KeyBody) => roleOf(key) !== 'client' || key.holder !== undefined)
  @PlainText(HOLDER_CHARACTERS_MAX)
  holder?: string;

  /** What it may do; left out: `upload` and `read`. An admin's key has `admin` and no other, a moderator's has none. */
  @MayMiss()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(SCOPES.length, { message: `must be at most ${SCOPES.length} scopes` })
  @ArrayUnique({ message: 'must name a scope once' })
  @IsIn(SCOPES, { each: true, message: `must be some of ${SCOPES.join(', ')}` })
  scopes?: Scope[];

  /** From when it does not work any more; left out: until it is revoked. */
  @MayMiss()
  @PointInTime()
  expiresAt?: Date;
}

/** Whose key is asked for: what it is to do tells, where nothing else does. */
export const roleOf = ({ role, scopes }: KeyBody): Role => role ?? roleFor(Array.isArray(scopes) ? scopes : []);

/** How a key is replaced. */
export class RotateBody {
  /** How long the old one goes on beside the new one; 0: it stops at once. */
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(OVERLAP_HOURS_MAX, { message: `must be at most ${OVERLAP_HOURS_MAX}` })
  overlapHours: number = OVERLAP_HOURS_DEFAULT;

  /** Of the new key; left out: as the old one was to expire. */
  @MayMiss()
  @PointInTime()
  expiresAt?: Date;
}

/** Which keys to list: all, or those of a client. */
export class KeyQuery extends ClientQuery {
  @MayMiss()
  @IsUUID(undefined, { message: 'must be the id of a client' })
  clientId?: string;
}
