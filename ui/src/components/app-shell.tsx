"use client";

/**
 * The page's frame: navigation on the left, the list in the middle, and on the right a task's details and the assistant,
 * side by side if there is room, otherwise as tabs. On small screens the outer columns become sheets above the page.
 */
import { type ReactNode, useState } from "react";
import { ROOMY, useMediaQuery, WIDE } from "@/lib/use-media-query";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { PanelGroup, type SidePanel } from "./panel-group";
import { Wordmark } from "./wordmark";

type AppShellProps = {
  /** Receives a function that closes the navigation sheet, to call after a choice. */
  sidebar: (close: () => void) => ReactNode;
  panels: SidePanel[];
  /** The label of the panel that is visible when there is room for only one. */
  front: string;
  onFront: (label: string) => void;
  /** For the small screen's header. */
  actions?: ReactNode;
  children: ReactNode;
};

export function AppShell({ sidebar, panels, front, onFront, actions, children }: AppShellProps) {
  const [menuOpen, setMenuOpen] = useState(false);
  const wide = useMediaQuery(WIDE);
  const roomy = useMediaQuery(ROOMY);
  const groups = roomy ? panels.map((panel) => [panel]) : panels.length > 0 ? [panels] : [];

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
      {groups.map((group) => (
        <PanelGroup
          key={roomy ? group[0]?.label : "panels"}
          panels={group}
          front={front}
          onFront={onFront}
          sheet={!wide}
        />
      ))}
      {menuOpen && !wide && (
        <Dialog label="Navigation" placement="left" onClose={() => setMenuOpen(false)}>
          {sidebar(() => setMenuOpen(false))}
        </Dialog>
      )}
    </div>
  );
}
