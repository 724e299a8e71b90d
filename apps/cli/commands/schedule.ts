import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { presentSchedules, presentWorker, type ScheduleList } from '#contracts/schedule-answer.js';
import {
  BATCH_SIZE_MAX,
  BATCH_WAIT_MS_MAX,
  SCHEDULE_MODES,
  scheduleFaults,
  type Schedule,
  type ScheduleMode,
} from '#moderation/capacity/batch-schedule.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { cliActs, type CliActs } from '../acting.js';
import { withInstalledDatabase } from '../reach-database.js';
import { scheduleText } from '../schedule/schedule-text.js';

type Stores = { readonly schedules: ScheduleStore; readonly workers: BatchWorkerStore; readonly acts: CliActs };

interface JsonOption {
  readonly json?: boolean;
}
interface SetOptions extends JsonOption {
  readonly mode?: ScheduleMode;
  readonly size?: number;
  readonly wait?: number;
}

const BY = 'cli';

/** `portcullis schedule`: when the heavy tier's batches go, in the installation's database. */
export function scheduleCommand(): Command {
  return new Command('schedule')
    .description('when the heavy tier’s batches go, a class at a time; the batch services follow within two seconds')
    .addCommand(showCommand(), { isDefault: true })
    .addCommand(setCommand())
    .addCommand(clearCommand());
}

const showCommand = (): Command =>
  new Command('show')
    .description('the schedule of every class, and what the batch services make of their time')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: JsonOption) => {
      print(await withStores(readAll), json);
    });

const setCommand = (): Command =>
  new Command('set')
    .description('change the schedule of a class; what is left out stays as it is')
    .addArgument(classArgument())
    .addOption(
      new Option('--mode <mode>', 'at the time, at the size, or at the first of both and of a deadline').choices(
        SCHEDULE_MODES,
      ),
    )
    .option('--size <assets>', `N, a full batch: 1..${BATCH_SIZE_MAX}`, wholeUpTo(1, BATCH_SIZE_MAX))
    .option('--wait <ms>', `T, from the first of a batch: 0..${BATCH_WAIT_MS_MAX}`, wholeUpTo(0, BATCH_WAIT_MS_MAX))
    .option('--json', 'print all schedules as JSON')
    .action(async (of: TrafficClass, { json, ...changes }: SetOptions) => {
      print(await withStores((stores) => change(stores, of, changes)), json);
    });

const clearCommand = (): Command =>
  new Command('clear')
    .description('let a class go by the settings again')
    .addArgument(classArgument())
    .option('--json', 'print all schedules as JSON')
    .action(async (of: TrafficClass, { json }: JsonOption) => {
      const cleared = async (stores: Stores): Promise<ScheduleList> => {
        const deed = { act: 'schedule.clear', subject: 'schedule', id: of } as const;
        await stores.acts.act(deed, () => stores.schedules.clear(of));
        return readAll(stores);
      };
      print(await withStores(cleared), json);
    });

/** What is left out stays as it is, whoever else changes it at this moment. */
async function change(stores: Stores, of: TrafficClass, changes: Omit<SetOptions, 'json'>): Promise<ScheduleList> {
  const deed = { act: 'schedule.set', subject: 'schedule', id: of } as const;
  await stores.acts.act(deed, async () => {
    await stores.schedules.hold();
    await stores.schedules.set(of, await changed(stores, of, changes), BY);
  });
  return readAll(stores);
}

/** @throws Error where that is no schedule */
async function changed(stores: Stores, of: TrafficClass, changes: Omit<SetOptions, 'json'>): Promise<Schedule> {
  const before = (await readAll(stores)).items.find((one) => one.class === of);
  const sizeMax = changes.size ?? before?.sizeMax ?? undefined;
  if (before === undefined || sizeMax === undefined) throw new Error('the size is left to measuring: name one, --size');
  const schedule: Schedule = { mode: changes.mode ?? before.mode, sizeMax, waitMs: changes.wait ?? before.waitMs };
  const faults = scheduleFaults(schedule);
  if (faults.length > 0)
    throw new Error(faults.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; '));
  return schedule;
}

async function readAll({ schedules, workers }: Stores): Promise<ScheduleList> {
  const { heavy } = readSettings(process.env, ROOT);
  const items = presentSchedules(await schedules.list(), heavy);
  return { items, workers: (await workers.list()).map(presentWorker) };
}

const withStores = <T>(work: (stores: Stores) => Promise<T>): Promise<T> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (source) => {
    const acts = cliActs(source);
    const { database } = acts;
    return work({ schedules: new ScheduleStore(database), workers: new BatchWorkerStore(database), acts });
  });

const classArgument = (): Argument => new Argument('<class>', 'of traffic').choices(TRAFFIC_CLASSES);

function print(list: ScheduleList, json = false): void {
  process.stdout.write(json ? `${JSON.stringify(list)}\n` : scheduleText(list));
}

const wholeUpTo =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
