/**
 * The few icons in use, drawn on a 20-unit grid with one stroke width. Decorative: the control around an icon
 * carries its name.
 */
const PATHS = {
  arrow: "M4 10h12m-4-4 4 4-4 4",
  assistant: "M9 3.5 10.6 8l4.4 1.6-4.4 1.6L9 15.7l-1.6-4.5L3 9.6 7.4 8 9 3.5Zm6.5 9v4m-2-2h4",
  calendar: "M4 5.5h12V16H4V5.5ZM4 9h12M7 3.5v3.2m6-3.2v3.2",
  check: "m5 10.5 3.5 3.5L15 7",
  chevron: "m7.5 5 5 5-5 5",
  clock: "M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM10 6.5V10l2.5 1.5",
  close: "m5.5 5.5 9 9m0-9-9 9",
  done: "M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM7.2 10.2l2 2 3.6-4",
  flag: "M5 17V3.5m0 .5h9l-2 3.5 2 3.5H5",
  filter: "M3.5 5.5h13M6 10h8m-5.5 4.5h3",
  info: "M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM10 9.5v3.7M10 6.8h.01",
  keyboard: "M2.5 5.5h15v9h-15v-9ZM5.5 8.5h.01m2.99 0h.01m2.99 0h.01m2.99 0h.01M6.5 11.5h7",
  menu: "M3.5 6h13M3.5 10h13m-13 4h13",
  "no-date": "M4 5.5h12V16H4V5.5ZM4 9h12M7 3.5v3.2m6-3.2v3.2M8.5 12.5h3",
  note: "M5 3.5h10v13H5v-13Zm2.5 4h5m-5 3h5m-5 3H10",
  pencil: "m4 16 .8-3.2L13.5 4 16 6.5l-8.8 8.7L4 16Zm7.6-10 2.4 2.4",
  plus: "M10 4v12M4 10h12",
  question: "M7.2 7.6a2.8 2.8 0 1 1 4.3 2.4c-.9.6-1.5 1.1-1.5 2.2M10 15h.01",
  retry: "M15.5 7.5A6 6 0 1 0 16 11M16 4v3.8h-3.8",
  search: "M14 9A5 5 0 1 1 4 9a5 5 0 0 1 10 0Zm-1 4 3.5 3.5",
  send: "M10 16V4.5M5 9l5-5 5 5",
  "sign-out": "M8 3.5H4v13h4M8.5 10h8m-3-3 3 3-3 3",
  stop: "M6 6h8v8H6V6Z",
  sun: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM10 3v1.5m0 11V17m7-7h-1.5m-11 0H3m11.9-4.9-1 1m-7.8 7.8-1 1m0-9.8 1 1m7.8 7.8 1 1",
  tag: "M3.5 3.5h6l7 7-6 6-7-7v-6Zm3.2 3.2h.01",
  trash: "M4 6h12M8 6V4h4v2m-6.5 0 .7 10h7.6l.7-10M8.5 9v4.5m3-4.5v4.5",
  tray: "M3.5 11 6 4.5h8l2.5 6.5v4.5h-13V11Zm0 0H7l1 2h4l1-2h3.5",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = "size-4" }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={className}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
