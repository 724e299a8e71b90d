import type { ReactNode } from 'react';

/** Lines on a field of 20 by 20. */
const PATHS = {
  asset: 'M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M13 8.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z',
  queue: 'M3 5h14M3 10h14M3 15h9',
  overview: 'M3 17h14M5 14v-4M9 14V5M13 14v-6M17 14v-3',
  history: 'M4 10a6 6 0 1 1 2 4.5M4 10V6m0 4h4M10 7v3.5l2.5 1.5',
  audit: 'M6 3h8l3 3v11H6zM9 9h5M9 12h5M3 6v11',
  policy: 'M3 6h6m4 0h4M11 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3 14h2m4 0h8M7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  threshold: 'M3 17V9m3 8v-5m3 5V5m3 12v-3m3 3v-7M13 3v14',
  dead: 'M3 6l7 5 7-5M3 5h14v10H3z',
  deliveries: 'M3 9.5L17 4l-5.5 13-2.5-6zM9 11l8-7',
  people:
    'M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2.5 16c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5M13 9a2 2 0 1 0 0-4M14 11.6c2 .3 3.5 1.8 3.5 4.4',
  close: 'M5 5l10 10M15 5L5 15',
  search: 'M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10zM13 13l4 4',
  back: 'M12 4l-6 6 6 6',
  forth: 'M8 4l6 6-6 6',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  hidden:
    'M3 3l14 14M8 5.2A8 8 0 0 1 10 5c5 0 8 5 8 5a14 14 0 0 1-2.4 2.9M5 6.8A13 13 0 0 0 2 10s3 5 8 5a8 8 0 0 0 3-.6',
  settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  check: 'M4 10.5l4 4 8-9',
  alert: 'M10 3l8 14H2zM10 8v4M10 14.5v.01',
  offline: 'M3 3l14 14M5 9a8 8 0 0 1 2-1.2M10 7a8 8 0 0 1 5 2M8 12.5a3.4 3.4 0 0 1 4 0M10 15.5v.01',
  keys: 'M3 6h14v9H3zM6 9v.01M10 9v.01M14 9v.01M7 12h6',
  out: 'M8 4H4v12h4M12 7l3 3-3 3M15 10H8',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a text that says the same; screen readers skip it. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
