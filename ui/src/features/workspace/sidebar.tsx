"use client";

/**
 * The views, the tags, and the account.
 */
import { Button } from "@/components/button";
import { Icon, type IconName } from "@/components/icon";
import { ThemeSwitch } from "@/components/theme-switch";
import { Wordmark } from "@/components/wordmark";
import { useSignOut } from "@/features/auth/api";
import { type Filters, NO_FILTERS } from "@/features/tasks/filters";
import { useTags } from "@/features/tasks/use-tags";
import { classNames } from "@/lib/class-names";
import { plural } from "@/lib/plural";
import { useSession } from "@/lib/session";

type View = { title: string; icon: IconName } & Pick<Filters, "status" | "due">;

const VIEWS: View[] = [
  { title: "All tasks", icon: "tray", status: "all", due: null },
  { title: "Today", icon: "sun", status: "all", due: "today" },
  { title: "Upcoming", icon: "calendar", status: "all", due: "upcoming" },
  { title: "Overdue", icon: "clock", status: "all", due: "overdue" },
  { title: "No date", icon: "no-date", status: "all", due: "none" },
  { title: "Completed", icon: "done", status: "completed", due: null },
];

export function currentView({ status, due }: Filters): View | undefined {
  return VIEWS.find((view) => view.status === (status === "open" ? "all" : status) && view.due === due);
}

type SidebarProps = { filters: Filters; onChange: (change: Partial<Filters>) => void };

export function Sidebar({ filters, onChange, onHelp }: SidebarProps & { onHelp: () => void }) {
  return (
    <div className="flex min-h-full flex-col p-4">
      <Wordmark className="mb-7 px-2 pt-1" />
      <nav aria-label="Views" className="flex flex-col gap-0.5">
        {VIEWS.map((view) => (
          <NavItem
            key={view.title}
            icon={<Icon name={view.icon} className="size-5" />}
            current={view === currentView(filters)}
            onClick={() =>
              onChange({ ...NO_FILTERS, sort: filters.sort, status: view.status, due: view.due })
            }
          >
            {view.title}
          </NavItem>
        ))}
      </nav>
      <TagList filters={filters} onChange={onChange} />
      <Account onHelp={onHelp} />
    </div>
  );
}

type NavItemProps = {
  icon: React.ReactNode;
  current: boolean;
  onClick: () => void;
  children: React.ReactNode;
};

function NavItem({ icon, current, onClick, children }: NavItemProps) {
  return (
    <button
      type="button"
      aria-current={current ? "page" : undefined}
      onClick={onClick}
      className={classNames(
        "flex items-center gap-3 rounded-lg px-2.5 py-2 text-left text-sm transition-colors",
        current
          ? "bg-accent-soft font-medium text-accent-strong"
          : "text-soft hover:bg-raised hover:text-ink",
      )}
    >
      {icon}
      {children}
    </button>
  );
}

function TagList({ filters, onChange }: SidebarProps) {
  const { data: tags } = useTags();
  if (!tags?.length) return null;

  const toggle = (name: string) => {
    const { tags: chosen } = filters;
    onChange({ tags: chosen.includes(name) ? chosen.filter((tag) => tag !== name) : [...chosen, name] });
  };
  return (
    <section aria-labelledby="sidebar-tags" className="mt-7">
      <h2 id="sidebar-tags" className="mb-1 px-2.5 font-medium text-faint text-xs">
        Tags
      </h2>
      <ul className="flex flex-col gap-0.5">
        {tags.map(({ name, count }) => {
          const chosen = filters.tags.includes(name);
          return (
            <li key={name}>
              <button
                type="button"
                aria-pressed={chosen}
                onClick={() => toggle(name)}
                className={classNames(
                  "flex w-full items-center gap-3 rounded-lg px-2.5 py-1.5 text-left text-sm transition-colors",
                  chosen
                    ? "bg-accent-soft font-medium text-accent-strong"
                    : "text-soft hover:bg-raised hover:text-ink",
                )}
              >
                <Icon name="tag" className="size-4 shrink-0" />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span aria-hidden="true" className="text-faint text-xs tabular-nums">
                  {count}
                </span>
                <span className="sr-only">, {plural(count, "task")}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Account({ onHelp }: { onHelp: () => void }) {
  const session = useSession();
  const signOut = useSignOut();
  if (!session) return null;
  const { name, email } = session.user;
  return (
    <div className="mt-auto pt-8">
      <button
        type="button"
        aria-keyshortcuts="?"
        onClick={onHelp}
        className="mb-3 flex w-full items-center gap-3 rounded-lg px-2.5 py-1.5 text-left text-soft text-sm transition-colors hover:bg-raised hover:text-ink"
      >
        <Icon name="keyboard" className="size-5" />
        <span className="flex-1">Keyboard shortcuts</span>
        <span aria-hidden="true" className="rounded-md border border-line px-1.5 text-xs">
          ?
        </span>
      </button>
      <ThemeSwitch />
      <div className="mt-3 flex items-center gap-2 px-1">
        <div className="min-w-0 flex-1 text-sm">
          <p className="truncate font-medium">{name || email}</p>
          {name && <p className="truncate text-faint text-xs">{email}</p>}
        </div>
        <Button look="icon" aria-label="Sign out" title="Sign out" onClick={signOut}>
          <Icon name="sign-out" className="size-5" />
        </Button>
      </div>
    </div>
  );
}
