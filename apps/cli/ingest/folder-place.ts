import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';

import { StartRefused } from '#contracts/errors.js';
import { ITEM_KEY_BYTES_MAX, type PassReason } from '#moderation/sources/source.js';

import { ItemFault, type IngestPlace, type Listed, type ListedItem, type OpenedItem } from './place.js';
import { placeOf, sortedNames, type FolderEntry } from './sorted-names.js';

const SLASH = Buffer.from('/');
/** No link is followed at its last part, and nothing is waited for: what is a pipe by now does not hang us. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CHUNK_BYTES = 65_536;
/** Codes of errors that say that there is no such thing. */
const GONE = ['ENOENT', 'ENOTDIR'];
/** Codes of errors that one entry of a folder may have; every other ends the run. */
const UNREADABLE = ['EACCES', 'EPERM', 'EIO', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'EOVERFLOW', 'ESTALE'];

/** A folder of this machine, with all folders in it. Links to files in it are files; no other link is followed. */
export class FolderPlace implements IngestPlace {
  readonly kind = 'folder';

  /** @param root its real path */
  private constructor(
    readonly location: string,
    private readonly root: Buffer,
  ) {}

  /** @throws StartRefused when it is no folder */
  static async at(path: string): Promise<FolderPlace> {
    const refuse = (cause?: unknown): never => {
      throw new StartRefused(`${path} is no folder that can be read`, { cause });
    };
    const root = await realpath(path, { encoding: 'buffer' }).catch(refuse);
    const location = root.toString('utf8');
    if (!Buffer.from(location).equals(root)) throw new StartRefused(`the path of ${path} is no UTF-8: rename it`);
    const facts = await stat(root).catch(refuse);
    return facts.isDirectory() ? new FolderPlace(location, root) : refuse();
  }

  list(after: Buffer | undefined): AsyncIterable<Listed> {
    return this.walk(Buffer.alloc(0), after);
  }

  async find(key: Buffer): Promise<ListedItem | undefined> {
    const listed = await this.look(key, 'link');
    if (listed?.kind !== 'passed') return listed?.item;
    if (listed.reason === 'broken_link') return undefined;
    throw new ItemFault('unreadable', `it is not read: ${listed.reason}`);
  }

  async open(item: ListedItem): Promise<OpenedItem | undefined> {
    const path = await this.target(this.pathOf(item.key)).catch(absent);
    if (path === undefined) return undefined;
    const handle = await open(path, READ_ONLY).catch(absent);
    if (handle === undefined) return undefined;
    try {
      const facts = await handle.stat({ bigint: true });
      if (versionOf(facts) !== item.version) throw changing();
      const bytes = Number(facts.size);
      return { bytes, chunks: chunksOf(handle, bytes, item.version), close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @param prefix of keys: empty, or a folder's path below the root with a slash at its end */
  private async *walk(prefix: Buffer, after: Buffer | undefined): AsyncGenerator<Listed> {
    try {
      for await (const entry of sortedNames(this.pathOf(prefix), firstPlace(prefix, after))) {
        const key = Buffer.concat([prefix, placeOf(entry)]);
        if (entry.type === 'folder') yield* this.walk(key, after);
        else if (after === undefined || Buffer.compare(key, after) > 0) yield* this.one(key, entry);
      }
    } catch (error) {
      // the root must be there: an end that comes too soon would be taken for the end of the listing
      if (prefix.byteLength === 0 || !(isGone(error) || isUnreadable(error))) throw error;
      if (isUnreadable(error)) yield { kind: 'passed', key: prefix, reason: 'unreadable' };
    }
  }

  private async *one(key: Buffer, { type }: FolderEntry): AsyncGenerator<Listed> {
    const listed = await this.look(key, type);
    if (listed !== undefined) yield listed;
  }

  /** What stands at a key; undefined when it is not there any more. */
  private async look(key: Buffer, type: FolderEntry['type']): Promise<Listed | undefined> {
    const pass = (reason: PassReason): Listed => ({ kind: 'passed', key, reason });
    if (key.byteLength > ITEM_KEY_BYTES_MAX) return pass('name_too_long');
    if (type === 'other') return pass('not_a_file');
    const path = this.pathOf(key);
    try {
      const target = type === 'link' ? await realpath(path, { encoding: 'buffer' }) : path;
      if (type === 'link' && !this.isInside(target)) return pass('link_outside');
      const facts = await lstat(target, { bigint: true });
      if (facts.isDirectory()) return pass('link_to_folder');
      if (!facts.isFile()) return pass('not_a_file');
      return { kind: 'item', item: { key, version: versionOf(facts) } };
    } catch (error) {
      if (isGone(error)) return type === 'link' ? pass('broken_link') : undefined;
      if (isUnreadable(error)) return pass('unreadable');
      throw error;
    }
  }

  /** The file itself, where a link stands for it. @throws ItemFault for what lies outside */
  private async target(path: Buffer): Promise<Buffer> {
    const real = await realpath(path, { encoding: 'buffer' });
    if (this.isInside(real)) return real;
    throw new ItemFault('unreadable', 'it leads out of the folder');
  }

  private isInside(real: Buffer): boolean {
    const root = this.root.equals(SLASH) ? SLASH : Buffer.concat([this.root, SLASH]);
    return real.subarray(0, root.byteLength).equals(root);
  }

  private pathOf(key: Buffer): Buffer {
    return Buffer.concat([this.root, SLASH, key]);
  }
}

/** Where the listing of the folder `prefix` begins: at the entry that `after` is or lies in, or else at its first. */
function firstPlace(prefix: Buffer, after: Buffer | undefined): Buffer {
  if (after?.subarray(0, prefix.byteLength).equals(prefix) !== true) return Buffer.alloc(0);
  const rest = after.subarray(prefix.byteLength);
  const slashAt = rest.indexOf(SLASH);
  return slashAt < 0 ? rest : rest.subarray(0, slashAt + 1);
}

async function* chunksOf(handle: FileHandle, bytes: number, version: string): AsyncGenerator<Uint8Array> {
  let last: Uint8Array | undefined;
  for (let read = 0; read < bytes;) {
    const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - read));
    const { bytesRead } = await handle.read(piece).catch(unreadable);
    if (bytesRead === 0) throw changing();
    if (last !== undefined) yield last;
    last = piece.subarray(0, bytesRead);
    read += bytesRead;
  }
  // before the last piece: what is not sent to its end is not accepted
  if (versionOf(await handle.stat({ bigint: true })) !== version) throw changing();
  if (last !== undefined) yield last;
}

const versionOf = ({ size, mtimeNs }: BigIntStats): string => `${size}-${mtimeNs}`;

const changing = (): ItemFault => new ItemFault('changing', 'it changed while it was read');

function absent(error: unknown): undefined {
  return isGone(error) ? undefined : unreadable(error);
}

function unreadable(error: unknown): never {
  if (isUnreadable(error)) throw new ItemFault('unreadable', `it cannot be read: ${codeOf(error)}`, { cause: error });
  throw error;
}

const isGone = (error: unknown): boolean => GONE.includes(codeOf(error));
const isUnreadable = (error: unknown): boolean => UNREADABLE.includes(codeOf(error));

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
