import { useEffect, useState, type ReactNode } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { renditionOf } from '../api/reviews.js';
import { KeyHint } from '../keys/key-hint.js';
import { useKeys } from '../keys/use-keys.js';
import { usePersonal } from '../personal/personal.js';
import { Icon } from '../ui/icon.js';
import { Empty } from '../ui/empty.js';
import { RENDITION_PX } from './rendition-size.js';
import { useTries } from './use-tries.js';
import { veilOf } from './veil.js';

/** As much of a case, or of an asset without one, as its picture needs. */
type Pictured = Pick<ReviewDetailAnswer, 'asset' | 'assetId' | 'clientName' | 'labels' | 'rendition'>;

/** What is judged: veiled until somebody wants to see it, and never the bytes that were uploaded. */
export function Picture({ detail }: { readonly detail: Pictured }): ReactNode {
  const [isShown, setIsShown] = useState(false);
  const [frame, setFrame] = useState(0);
  const peek = usePeek();
  const frames = detail.asset.frames ?? 1;
  const toFrame = (step: number): void => setFrame((frame + step + frames) % frames);
  useKeys({
    blur: () => setIsShown(!isShown),
    peek: peek.begin,
    ...(frames > 1 ? { nextFrame: () => toFrame(1), frameBefore: () => toFrame(-1) } : {}),
  });
  return (
    <section className="picture" aria-label="The picture">
      <Stage detail={detail} frame={frame} isClear={isShown || peek.isOn} peek={peek.begin} />
      <div className="picture-bar">
        <button type="button" className="button little" aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
          <Icon name={isShown ? 'hidden' : 'eye'} /> {isShown ? 'Blur' : 'Show'} <KeyHint action="blur" />
        </button>
        <span className="soft small picture-hint">
          or hold it <KeyHint action="peek" />
        </span>
        {frames > 1 ? <Frames count={frames} at={frame} go={setFrame} step={toFrame} /> : null}
        <Facts detail={detail} />
      </div>
    </section>
  );
}

interface StageProps {
  readonly detail: Pictured;
  readonly frame: number;
  readonly isClear: boolean;
  readonly peek: () => void;
}

function Stage({ detail, frame, isClear, peek }: StageProps): ReactNode {
  const personal = usePersonal();
  const { isFailed, tries, fail, again } = useTries();
  const isErased = detail.rendition === null;
  if (isErased || isFailed) {
    return (
      <div className="stage">
        <Empty icon="hidden" title={isErased ? 'The picture is erased' : 'The picture cannot be shown'}>
          {isErased ? (
            'Only its decisions are left.'
          ) : (
            <button type="button" className="button little" onClick={again}>
              Try again
            </button>
          )}
        </Empty>
      </div>
    );
  }
  return (
    <div
      className="stage"
      onPointerDown={({ button }) => {
        // a menu would swallow the end of it
        if (button === 0) peek();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <img
        key={tries}
        src={renditionOf(detail.assetId, RENDITION_PX.item, frame)}
        alt={isClear ? 'The picture to decide about' : 'The picture to decide about, veiled'}
        draggable={false}
        style={{ filter: isClear ? 'none' : veilOf(personal, detail.labels) }}
        onError={fail}
      />
    </div>
  );
}

interface FramesProps {
  readonly count: number;
  readonly at: number;
  readonly go: (frame: number) => void;
  readonly step: (step: number) => void;
}

const Frames = ({ count, at, go, step }: FramesProps): ReactNode => (
  <span className="frames">
    <button type="button" className="button plain little" aria-label="Frame before" onClick={() => step(-1)}>
      <Icon name="back" />
    </button>
    <input
      type="range"
      min={0}
      max={count - 1}
      value={at}
      aria-label={`Frame ${at + 1} of ${count}`}
      onChange={(event) => go(Number(event.target.value))}
    />
    <button type="button" className="button plain little" aria-label="Next frame" onClick={() => step(1)}>
      <Icon name="forth" />
    </button>
    <span className="small">
      {at + 1} / {count}
    </span>
  </span>
);

function Facts({ detail: { asset, clientName } }: { readonly detail: Pictured }): ReactNode {
  const size = asset.width === null || asset.height === null ? '' : `${asset.width} × ${asset.height} · `;
  return (
    <p className="facts soft small">
      <span className="foreign cut" title={clientName}>
        {clientName}
      </span>
      {asset.externalId === null ? null : (
        <span className="foreign cut" title={asset.externalId}>
          {asset.externalId}
        </span>
      )}
      <span>
        {size}
        {asset.mediaType.replace('image/', '').toUpperCase()} · {Math.ceil(asset.bytes / 1_024)} kB
      </span>
    </p>
  );
}

/** As long as the pointer or the key is down, wherever it is let go. */
function usePeek(): { readonly isOn: boolean; readonly begin: () => void } {
  const [isOn, setIsOn] = useState(false);
  useEffect(() => {
    const end = (): void => setIsOn(false);
    const ends = ['keyup', 'pointerup', 'pointercancel', 'blur'] as const;
    for (const name of ends) window.addEventListener(name, end);
    return () => {
      for (const name of ends) window.removeEventListener(name, end);
    };
  }, []);
  return { isOn, begin: () => setIsOn(true) };
}
