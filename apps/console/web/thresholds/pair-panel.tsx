import { useMemo, useState, type ReactNode } from 'react';

import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { FieldFault } from '#contracts/problems.js';
import type { Thresholds } from '#moderation/policy.js';

import { Icon } from '../ui/icon.js';
import { LABEL_NAMES, TIER_NAMES } from '../words/words.js';
import { barsOf } from './bars.js';
import { BinTable } from './bin-table.js';
import { STANDINGS, type Bar, type Parted } from './counts.js';
import { Handle } from './handle.js';
import { HistogramChart } from './histogram.js';
import { counted, scoreText, shareText } from './numbers.js';
import { partOf } from './scale.js';
import { ShareBar } from './share-bar.js';
import { ThresholdInputs, type EdgeFaults } from './threshold-inputs.js';
import { pairName, STANDING_NAMES } from './tuning-words.js';
import { usePartedAt } from './use-parted.js';

interface PairPanelProps {
  /** What the service counted, of this label and tier. */
  readonly live: ThresholdAnswer;
  /** What it counted of the thresholds as they are; undefined while it does. */
  readonly exact: ThresholdPreview | undefined;
  readonly value: Thresholds;
  readonly set: (value: Thresholds) => void;
  readonly faults: readonly FieldFault[];
  readonly tellWrong: (isWrong: boolean) => void;
}

type View = 'chart' | 'table';

/** The scores of a label in a tier, and its two thresholds among them. */
export function PairPanel({ live, exact, value, set, faults, tellWrong }: PairPanelProps): ReactNode {
  const { label, tier } = live;
  const [view, setView] = useState<View>('chart');
  const { histogram, scored } = live.statistics;
  const bars = useMemo(() => barsOf(histogram), [histogram]);
  const parted = usePartedAt(live, value, exact);
  const name = pairName(label, tier);
  return (
    <section className="panel tune-pair-panel" aria-labelledby="pair-name">
      <header className="tune-pair-head">
        <h2 id="pair-name">{name}</h2>
        <span className="soft small">
          {counted(scored)} of {counted(live.assets)} assets have a score of it
        </span>
        <ViewChoice view={view} set={setView} />
      </header>
      {scored === 0 ? (
        <NoScores live={live} />
      ) : (
        <>
          <div className="tune-histogram" hidden={view === 'table'}>
            <Chart bars={bars} live={live} parted={parted} value={value} set={set} />
          </div>
          <div
            className={view === 'table' ? 'table tune-bins' : 'unseen'}
            role="region"
            aria-label="Scores as a table"
            tabIndex={view === 'table' ? 0 : undefined}
          >
            <BinTable bars={bars} name={name} thresholds={value} />
          </div>
        </>
      )}
      <ThresholdInputs
        key={`${label} ${tier}`}
        value={value}
        set={set}
        isReadOnly={false}
        faults={edgeFaults(faults, live)}
        tellWrong={tellWrong}
      >
        <ShareBar bands={parted.bands} mayBeOff={parted.mayBeOff} />
      </ThresholdInputs>
      <p className="soft small">
        By {LABEL_NAMES[label]} alone; another label may be stricter.{' '}
        {parted.mayBeOff === 0
          ? 'Exact for the assets of the sample.'
          : `Between two steps of the scale: off by at most ${counted(parted.mayBeOff)} until the service has counted.`}
      </p>
    </section>
  );
}

function edgeFaults(faults: readonly FieldFault[], { label, tier }: ThresholdAnswer): EdgeFaults {
  const at = (edge: string): string | undefined =>
    faults.find(({ pointer }) => pointer === `/document/thresholds/${label}/${tier}/${edge}`)?.detail;
  return { clearBelow: at('clearBelow'), blockFrom: at('blockFrom') };
}

interface ChartProps {
  readonly bars: readonly Bar[];
  readonly live: ThresholdAnswer;
  readonly parted: Parted;
  readonly value: Thresholds;
  readonly set: (value: Thresholds) => void;
}

function Chart({ bars, live, parted, value, set }: ChartProps): ReactNode {
  const [pointed, setPointed] = useState<Bar | undefined>(undefined);
  const { label, tier } = live;
  const name = pairName(label, tier);
  const { bands } = parted;
  const all = Math.max(1, bands.clear + bands.uncertain + bands.violating);
  const common = { edges: live.statistics.histogram.edges, isReadOnly: false };
  return (
    <>
      <div className="tune-histogram-box">
        <Zones value={value} />
        <HistogramChart
          bars={bars}
          axis={`Score of “${LABEL_NAMES[label]}” by the ${TIER_NAMES[tier].toLowerCase()} (log-odds scale)`}
          point={setPointed}
        />
        <div className="tune-handles">
          <Handle
            {...common}
            kind="clear"
            name={`Allow below: ${name}`}
            meaning={`allows ${shareText(bands.clear / all)}, ${counted(bands.clear)} assets`}
            value={value.clearBelow}
            min={0}
            max={value.blockFrom}
            set={(clearBelow) => set({ ...value, clearBelow })}
          />
          <Handle
            {...common}
            kind="block"
            name={`Block from: ${name}`}
            meaning={`blocks ${shareText(bands.violating / all)}, ${counted(bands.violating)} assets`}
            value={value.blockFrom}
            min={value.clearBelow}
            max={1}
            set={(blockFrom) => set({ ...value, blockFrom })}
          />
        </div>
      </div>
      <div className="tune-legend small">
        <ul aria-label="Colours: what stands of an asset in the end">
          {STANDINGS.map((one) => (
            <li key={one}>
              <span className={`tune-swatch ${one}`} aria-hidden="true" />
              {STANDING_NAMES[one]}
            </li>
          ))}
        </ul>
        <p className="soft" aria-hidden="true">
          {pointed === undefined
            ? 'Height: number of assets. Colours: their shares. Point at a bar for both.'
            : barText(pointed)}
        </p>
      </div>
    </>
  );
}

/** Where scores are allowed, uncertain and blocked, behind the bars. */
const Zones = ({ value: { clearBelow, blockFrom } }: { readonly value: Thresholds }): ReactNode => {
  const [clear, block] = [partOf(clearBelow) * 100, partOf(blockFrom) * 100];
  return (
    <div className="tune-zones" aria-hidden="true">
      <div className="tune-zone clear" style={{ left: 0, width: `${clear}%` }}>
        <span>Allow</span>
      </div>
      <div className="tune-zone uncertain" style={{ left: `${clear}%`, width: `${block - clear}%` }}>
        <span>Uncertain</span>
      </div>
      <div className="tune-zone violating" style={{ left: `${block}%`, width: `${100 - block}%` }}>
        <span>Block</span>
      </div>
    </div>
  );
};

const barText = ({ from, to, all, standing }: Bar): string => {
  const parts = STANDINGS.filter((name) => standing[name] > 0).map(
    (name) => `${counted(standing[name])} ${STANDING_NAMES[name].toLowerCase()}`,
  );
  return `${scoreText(from)} – ${scoreText(to)}: ${counted(all)} ${all === 1 ? 'asset' : 'assets'}${all === 0 ? '' : ` · ${parts.join(', ')}`}`;
};

const NoScores = ({ live: { label, tier, assets } }: { readonly live: ThresholdAnswer }): ReactNode => (
  <div className="note">
    <Icon name="search" />
    <div>
      <p>
        <strong>
          {assets === 0
            ? 'No asset was received in this window.'
            : `None of ${counted(assets)} assets has a score of “${LABEL_NAMES[label]}” by the ${TIER_NAMES[tier].toLowerCase()}.`}
        </strong>
      </p>
      <p className="soft">Choose a longer window. The thresholds can be set as numbers all the same.</p>
    </div>
  </div>
);

interface ViewChoiceProps {
  readonly view: View;
  readonly set: (view: View) => void;
}

const ViewChoice = ({ view, set }: ViewChoiceProps): ReactNode => (
  <fieldset className="segments tune-view-choice">
    <legend className="unseen">Show the scores as</legend>
    {(['chart', 'table'] as const).map((one) => (
      <label key={one} className="segment">
        <input type="radio" name="view" checked={view === one} onChange={() => set(one)} />
        <span>{one === 'chart' ? 'Chart' : 'Table'}</span>
      </label>
    ))}
  </fieldset>
);
