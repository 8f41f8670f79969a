"use client";

/**
 * The page's frame: navigation on the left, the work in the middle, and on the right whatever accompanies the work
 * (a task's details, the assistant): side by side where there is room, else the first of them. On small screens the
 * outer columns become sheets above the page.
 */
import { type ReactNode, useState } from "react";
import { ROOMY, useMediaQuery, WIDE } from "@/lib/use-media-query";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { Wordmark } from "./wordmark";

export type SidePanel = { label: string; content: ReactNode; onClose: () => void };

type AppShellProps = {
  /** Gets a function that closes the navigation sheet, to be called when something was chosen. */
  sidebar: (close: () => void) => ReactNode;
  /** The most important one first. */
  panels: SidePanel[];
  /** For the small screen's header. */
  actions?: ReactNode;
  children: ReactNode;
};

export function AppShell({ sidebar, panels, actions, children }: AppShellProps) {
  const [menuOpen, setMenuOpen] = useState(false);
  const wide = useMediaQuery(WIDE);
  const roomy = useMediaQuery(ROOMY);
  const shown = panels.slice(0, roomy ? 2 : 1);

  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[15.5rem_minmax(0,1fr)_auto_auto]">
      <header className="flex items-center gap-2 px-3 pt-3 lg:hidden">
        <Button look="icon" aria-label="Open menu" onClick={() => setMenuOpen(true)}>
          <Icon name="menu" className="size-6" />
        </Button>
        <Wordmark />
        <div className="ml-auto">{actions}</div>
      </header>
      <aside
        aria-label="Navigation"
        className="sticky top-0 hidden h-dvh overflow-y-auto border-line border-r lg:block"
      >
        {sidebar(() => undefined)}
      </aside>
      {children}
      {shown.map((panel) =>
        wide ? (
          <aside
            key={panel.label}
            aria-label={panel.label}
            className="sticky top-0 h-dvh w-[23rem] animate-slide-in overflow-y-auto border-line border-l bg-surface xl:w-[26rem]"
          >
            {panel.content}
          </aside>
        ) : (
          <Dialog key={panel.label} label={panel.label} placement="bottom" onClose={panel.onClose}>
            {panel.content}
          </Dialog>
        ),
      )}
      {menuOpen && !wide && (
        <Dialog label="Navigation" placement="left" onClose={() => setMenuOpen(false)}>
          {sidebar(() => setMenuOpen(false))}
        </Dialog>
      )}
    </div>
  );
}
