import { useState, type ReactNode } from 'react';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { publishPolicy, schedulePolicy, usePolicyDiff } from '../api/policies.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { FormDialog } from '../ui/form-dialog.js';
import { When } from '../ui/when.js';
import { CancelSchedule } from './cancel-schedule.js';
import { DiffTable } from './diff-table.js';
import { localInput } from './local-input.js';
import { Step } from './step.js';
import { usePolicyStep } from './use-policy-step.js';

interface PublishProps {
  readonly policy: PolicyAnswer;
  readonly liveVersion: number;
  /** What must have happened has happened. */
  readonly isReady: boolean;
}

/** Puts a version in force, now or at a time. */
export function PublishStep({ policy, liveVersion, isReady }: PublishProps): ReactNode {
  const { role } = useSession();
  const [open, setOpen] = useState<'now' | 'later' | undefined>(undefined);
  const { version, publishAt, publishAtBy } = policy;
  const close = (): void => setOpen(undefined);
  return (
    <Step name="Publish" isDone={false}>
      {publishAt === null ? null : (
        <p className="foreign">
          It goes live at <When at={publishAt} />, as {publishAtBy} has set it.
        </p>
      )}
      {isAtLeast('admin', role) ? (
        <p className="policy-acts">
          <button type="button" className="button main" disabled={!isReady} onClick={() => setOpen('now')}>
            Publish now
          </button>
          <button type="button" className="button" disabled={!isReady} onClick={() => setOpen('later')}>
            {publishAt === null ? 'Schedule' : 'Another time'}
          </button>
          {publishAt === null ? null : <CancelSchedule version={version} />}
        </p>
      ) : (
        <p className="soft">An admin publishes it.</p>
      )}
      {isReady ? null : <p className="soft small">What is needed above comes first.</p>}
      {open === 'now' ? <PublishDialog version={version} liveVersion={liveVersion} close={close} /> : null}
      {open === 'later' ? <ScheduleDialog version={version} close={close} /> : null}
    </Step>
  );
}

interface PublishDialogProps {
  readonly version: number;
  readonly liveVersion: number;
  readonly close: () => void;
}

function PublishDialog({ version, liveVersion, close }: PublishDialogProps): ReactNode {
  const { data } = usePolicyDiff(version, liveVersion);
  const publishing = usePolicyStep({
    take: () => publishPolicy(version),
    done: () => `Version ${version} is live. The services follow within a second.`,
    after: close,
  });
  return (
    <FormDialog
      title={`Publish version ${version}`}
      close={close}
      button="Publish it"
      sending={publishing}
      submit={() => publishing.mutate()}
    >
      <p>
        It takes the place of version {liveVersion} for images that come in from now on. Past images stay as they were
        decided.
      </p>
      {data === undefined ? null : (
        <DiffTable changes={data.changes} from={`Version ${liveVersion}, live`} to={`Version ${version}`} />
      )}
    </FormDialog>
  );
}

const HOUR_MS = 3_600_000;

function ScheduleDialog({ version, close }: { readonly version: number; readonly close: () => void }): ReactNode {
  const [at, setAt] = useState(() => localInput(Date.now() + HOUR_MS));
  const time = new Date(at);
  const isTime = !Number.isNaN(time.getTime());
  const scheduling = usePolicyStep({
    take: () => schedulePolicy(version, time.toISOString()),
    done: () => `Version ${version} is scheduled.`,
    after: close,
  });
  return (
    <FormDialog
      title={`Schedule version ${version}`}
      close={close}
      button="Schedule it"
      isReady={isTime}
      sending={scheduling}
      submit={() => scheduling.mutate()}
    >
      <p className="soft">
        It goes live then if nothing stands against it by that time. When another version goes live before, it does not,
        and says so.
      </p>
      <label className="field">
        <span>When, in your local time</span>
        <input
          className="input"
          type="datetime-local"
          required
          value={at}
          onChange={({ target }) => setAt(target.value)}
        />
      </label>
      {isTime ? <p className="soft small">In UTC: {time.toISOString().slice(0, 16).replace('T', ' ')}</p> : null}
    </FormDialog>
  );
}
