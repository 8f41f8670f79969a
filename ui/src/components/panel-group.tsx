"use client";

/**
 * One or more panels in one column, or in one sheet on a small screen. Tabs switch between several, so every open panel
 * is visible at least as a tab.
 */
import { type KeyboardEvent, type ReactNode, useId } from "react";
import { classNames } from "@/lib/class-names";
import { Dialog } from "./dialog";

export type SidePanel = {
  label: string;
  content: ReactNode;
  onClose: () => void;
  /** Fills the height of a sheet, even with little content. */
  tall?: boolean;
};

type PanelGroupProps = {
  panels: SidePanel[];
  front: string;
  onFront: (label: string) => void;
  sheet: boolean;
};

export function PanelGroup({ panels, front, onFront, sheet }: PanelGroupProps) {
  const id = useId();
  const panel = panels.find(({ label }) => label === front) ?? panels[0];
  if (!panel) return null;
  const tabbed = panels.length > 1;
  const content = (
    <>
      {tabbed && (
        <Tabs id={id} labels={panels.map(({ label }) => label)} front={panel.label} onFront={onFront} />
      )}
      <div
        key={panel.label}
        {...(tabbed && { role: "tabpanel", id: `${id}-panel`, "aria-label": panel.label })}
        className="min-h-0 flex-1 overflow-y-auto"
      >
        {panel.content}
      </div>
    </>
  );
  if (sheet) {
    return (
      <Dialog label={panel.label} placement="bottom" onClose={panel.onClose}>
        <div className={classNames("flex max-h-[92dvh] flex-col", (panel.tall || tabbed) && "h-[92dvh]")}>
          {content}
        </div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={panel.label}
      className="sticky top-0 flex h-dvh w-[23rem] animate-slide-in flex-col border-line border-l bg-surface xl:w-[26rem]"
    >
      {content}
    </aside>
  );
}

type TabsProps = { id: string; labels: string[]; front: string; onFront: (label: string) => void };

function Tabs({ id, labels, front, onFront }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (labels.indexOf(front) + step + labels.length) % labels.length;
    event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
    onFront(labels[next] ?? front);
  };
  return (
    <div
      role="tablist"
      aria-label="Panels"
      tabIndex={-1}
      className="flex shrink-0 gap-1 border-line border-b p-1.5"
      onKeyDown={onKeyDown}
    >
      {labels.map((label) => (
        <button
          key={label}
          type="button"
          role="tab"
          aria-selected={label === front}
          aria-controls={`${id}-panel`}
          tabIndex={label === front ? 0 : -1}
          onClick={() => onFront(label)}
          className="flex-1 rounded-lg px-3 py-1.5 text-sm text-soft transition-colors hover:bg-raised aria-selected:bg-accent-soft aria-selected:font-medium aria-selected:text-accent-strong"
        >
          {label}
        </button>
      ))}
    </div>
  );
}
