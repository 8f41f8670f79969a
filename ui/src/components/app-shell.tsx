"use client";

/**
 * The page's frame: navigation on the left, the work in the middle, and one column on the right for whatever
 * accompanies the work (a task's details; the assistant will share the place). On small screens the outer columns
 * become sheets above the page.
 */
import { type ReactNode, useState } from "react";
import { useMediaQuery } from "@/lib/use-media-query";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { Wordmark } from "./wordmark";

export type SidePanel = { label: string; content: ReactNode; onClose: () => void };

type AppShellProps = {
  /** Gets a function that closes the navigation sheet, to be called when something was chosen. */
  sidebar: (close: () => void) => ReactNode;
  panel?: SidePanel;
  children: ReactNode;
};

export function AppShell({ sidebar, panel, children }: AppShellProps) {
  const [menuOpen, setMenuOpen] = useState(false);
  const wide = useMediaQuery("(min-width: 64rem)");

  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[15.5rem_minmax(0,1fr)_auto]">
      <header className="flex items-center gap-2 px-3 pt-3 lg:hidden">
        <Button look="icon" aria-label="Open menu" onClick={() => setMenuOpen(true)}>
          <Icon name="menu" className="size-6" />
        </Button>
        <Wordmark />
      </header>
      <aside
        aria-label="Navigation"
        className="sticky top-0 hidden h-dvh overflow-y-auto border-line border-r lg:block"
      >
        {sidebar(() => undefined)}
      </aside>
      {children}
      {panel &&
        (wide ? (
          <aside
            aria-label={panel.label}
            className="sticky top-0 h-dvh w-[23rem] animate-slide-in overflow-y-auto border-line border-l bg-surface xl:w-[26rem]"
          >
            {panel.content}
          </aside>
        ) : (
          <Dialog label={panel.label} placement="bottom" onClose={panel.onClose}>
            {panel.content}
          </Dialog>
        ))}
      {menuOpen && !wide && (
        <Dialog label="Navigation" placement="left" onClose={() => setMenuOpen(false)}>
          {sidebar(() => setMenuOpen(false))}
        </Dialog>
      )}
    </div>
  );
}
