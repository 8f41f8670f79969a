import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Icon } from "@/components/icon";

const SHORTCUTS = [
  ["n", "New task"],
  ["/", "Search"],
  ["a", "Ask the assistant"],
  ["j k", "Next and previous task"],
  ["Enter", "Open details"],
  ["d", "Complete or reopen"],
  ["e", "Rename"],
  ["x", "Select; with Shift, up to here"],
  ["Del", "Delete"],
  ["Ctrl Z", "Undo"],
  ["Esc", "Close, or clear the selection"],
  ["?", "This list"],
] as const;

/** All keyboard shortcuts, in a dialog. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
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
      </div>
    </Dialog>
  );
}
