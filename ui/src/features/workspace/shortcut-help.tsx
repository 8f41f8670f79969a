"use client";

import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Icon } from "@/components/icon";
import { characterKeys } from "@/lib/character-keys";

const SHORTCUTS = [
  ["n", "New task"],
  ["/", "Search"],
  ["a", "Ask the assistant"],
  ["j k", "Next and previous task; the arrows too"],
  ["Home End", "First and last task"],
  ["← →", "The buttons of a task"],
  ["Enter", "Open details, and go there"],
  ["d", "Complete or reopen"],
  ["e", "Rename"],
  ["x", "Select; with Shift, up to here"],
  ["Del", "Delete"],
  ["Ctrl Z", "Undo"],
  ["Esc", "Close, or clear the selection"],
  ["?", "This list"],
] as const;

/** All keyboard shortcuts, in a dialog, and the switch for those of a single character. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const on = characterKeys.use();
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose}>
      <div className="p-6">
        <div className="mb-4 flex items-center justify-between">
          <h2 className="font-semibold text-lg">Keyboard shortcuts</h2>
          <Button look="icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" className="size-5" />
          </Button>
        </div>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5 text-sm">
          {SHORTCUTS.map(([keys, meaning]) => (
            <div key={keys} className="contents">
              <dt className="flex gap-1">
                {keys.split(" ").map((key) => (
                  <kbd
                    key={key}
                    className="rounded-md border border-line bg-raised px-1.5 py-0.5 font-sans text-xs"
                  >
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd className="text-soft">{meaning}</dd>
            </div>
          ))}
        </dl>
        <label className="mt-5 flex items-start gap-3 border-line border-t pt-4 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={on}
            onChange={({ target }) => characterKeys.write(target.checked)}
          />
          <span>
            Single-character shortcuts
            <span className="mt-0.5 block text-faint text-xs">
              Switch them off if speech input or a stray key sets them off. The other keys keep working.
            </span>
          </span>
        </label>
      </div>
    </Dialog>
  );
}
