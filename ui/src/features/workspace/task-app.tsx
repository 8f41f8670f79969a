"use client";

/**
 * The page: combines the parts and holds their shared state.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { AppShell } from "@/components/app-shell";
import { OfflineNotice } from "@/components/offline-notice";
import { ServiceFooter } from "@/components/service-footer";
import { ChatProvider } from "@/features/chat/chat-provider";
import { ChatPanel } from "@/features/chat/components/chat-panel";
import { ChatToggle } from "@/features/chat/components/chat-toggle";
import { useChatPanel } from "@/features/chat/use-chat-panel";
import { settle } from "@/features/tasks/cache";
import { AddTask } from "@/features/tasks/components/add-task";
import { BulkBar } from "@/features/tasks/components/bulk-bar";
import { DetailPanel } from "@/features/tasks/components/detail-panel";
import { TaskList } from "@/features/tasks/components/task-list";
import { Toolbar } from "@/features/tasks/components/toolbar";
import { UnsavedChanges } from "@/features/tasks/components/unsaved-changes";
import { NO_FILTERS } from "@/features/tasks/filters";
import { recordStep } from "@/features/tasks/history";
import { currentRow, focusRow, focusTask, revealTask, visibleTaskIds } from "@/features/tasks/row-focus";
import { useSelection } from "@/features/tasks/selection";
import { useAdded } from "@/features/tasks/use-added";
import { useFilters, useOpenTask } from "@/features/tasks/use-filters";
import { useListKeys } from "@/features/tasks/use-list-keys";
import { useOtherDevices, useOutbox } from "@/features/tasks/use-outbox";
import { useTaskList } from "@/features/tasks/use-task-list";
import type { ToolEvent } from "@/lib/api/types";
import { ROOMY, useMediaQuery, WIDE } from "@/lib/use-media-query";
import { useNow } from "@/lib/use-now";
import { Heading } from "./heading";
import { ShortcutHelp } from "./shortcut-help";
import { Sidebar } from "./sidebar";
import { useFocusKeeper } from "./use-focus-keeper";

const DETAILS = "Task details";
const ASSISTANT = "Assistant";

export function TaskApp() {
  const client = useQueryClient();
  useOutbox();
  useOtherDevices();
  const onTasksChanged = (event?: ToolEvent) => {
    if (event?.change_id) {
      recordStep({ label: event.summary, parts: [{ changeId: event.change_id, before: [] }] });
    }
    settle(client);
  };
  return (
    <ChatProvider onTasksChanged={onTasksChanged}>
      <TaskPage />
    </ChatProvider>
  );
}

function TaskPage() {
  const [filters, setFilters] = useFilters();
  const [openId, setOpenId] = useOpenTask();
  const [front, setFront] = useState({ panel: DETAILS, byTab: false });
  const [entered, setEntered] = useState<string | null>(null);
  const [selection, changeSelection] = useSelection();
  const [selecting, setSelecting] = useState(false);
  const [helping, setHelping] = useState(false);
  const addRef = useRef<HTMLInputElement>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const now = useNow();
  const list = useTaskList(filters, now);
  const onAdded = useAdded(filters, setFilters, list);
  const wide = useMediaQuery(WIDE);
  const roomy = useMediaQuery(ROOMY);
  const hidden = Boolean(openId) && !roomy && front.panel !== ASSISTANT;
  const assistant = useChatPanel(wide, hidden, () => setFront({ panel: ASSISTANT, byTab: false }));
  useFocusKeeper();

  const openTask = useCallback(
    (id: string, byKeyboard = false) => {
      setEntered(byKeyboard ? id : null);
      setFront({ panel: DETAILS, byTab: false });
      setOpenId(id);
    },
    [setOpenId],
  );

  const select = useCallback(
    (id: string, extend: boolean) => {
      changeSelection(extend ? { type: "extend", id, order: visibleTaskIds() } : { type: "toggle", id });
      revealTask(id);
    },
    [changeSelection],
  );
  const stopSelecting = () => {
    changeSelection({ type: "clear" });
    setSelecting(false);
  };
  const closeTask = () => {
    if (!openId) return;
    setEntered(null);
    setOpenId(null);
    focusTask(openId) || focusRow(currentRow());
  };
  useListKeys({
    addRef,
    searchRef,
    onSelect: select,
    onSelectAll: () => changeSelection({ type: "all", order: visibleTaskIds() }),
    onEscape: () => (selection.ids.size || selecting ? stopSelecting() : closeTask()),
    onHelp: () => setHelping(true),
  });

  const selectedIds = list.tasks.map(({ id }) => id).filter((id) => selection.ids.has(id));
  const panels = [];
  if (openId) {
    const listed = list.tasks.find(({ id }) => id === openId);
    const content = (
      <DetailPanel id={openId} entered={entered === openId} listed={listed} onClose={closeTask} />
    );
    panels.push({ label: DETAILS, onClose: closeTask, content });
  }
  if (assistant.open) {
    // Next to a list that shows the task, its row is enough. Otherwise the assistant opens the details.
    const showTask = (id: string) => (wide && visibleTaskIds().includes(id) ? focusTask(id) : openTask(id));
    const content = (
      <ChatPanel
        autoFocus={wide && assistant.asked && !front.byTab}
        onClose={assistant.close}
        onTask={showTask}
      />
    );
    panels.push({ label: ASSISTANT, onClose: assistant.close, content, tall: true });
  }
  const sidebar = (close: () => void) => (
    <Sidebar
      filters={filters}
      onChange={(change) => {
        setFilters(change);
        close();
      }}
      onHelp={() => {
        close();
        setHelping(true);
      }}
    />
  );

  return (
    <AppShell
      sidebar={sidebar}
      panels={panels}
      front={front.panel}
      onFront={(panel) => setFront({ panel, byTab: true })}
      actions={<ChatToggle panel={assistant} />}
    >
      <div className="flex min-h-dvh flex-col px-4 sm:px-10">
        <main className="mx-auto w-full max-w-2xl flex-1 pt-6 pb-24 lg:pt-12">
          <OfflineNotice />
          <div className="flex items-start justify-between gap-4">
            <Heading filters={filters} now={now} />
            <ChatToggle panel={assistant} className="max-lg:hidden" />
          </div>
          <AddTask filters={filters} inputRef={addRef} onAdded={onAdded} />
          <Toolbar
            filters={filters}
            onChange={setFilters}
            searchRef={searchRef}
            selecting={selecting}
            onSelecting={(on) => (on ? setSelecting(true) : stopSelecting())}
          />
          <UnsavedChanges onOpen={openTask} />
          <TaskList
            list={list}
            filters={filters}
            now={now}
            openId={openId}
            onOpen={openTask}
            selection={selection}
            selecting={selecting || selectedIds.length > 0}
            bulkBar={selectedIds.length > 0 && <BulkBar ids={selectedIds} onDone={stopSelecting} />}
            onSelect={select}
            onAdd={() => addRef.current?.focus()}
            onClearFilters={() => setFilters(NO_FILTERS)}
          />
        </main>
        <ServiceFooter />
      </div>
      {helping && <ShortcutHelp onClose={() => setHelping(false)} />}
    </AppShell>
  );
}
