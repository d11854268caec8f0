import type { ComponentChildren, JSX } from "preact";

/** Tabs over a panel: the arrow keys, Home and End move between them. */
export function Tabs<Tab extends string>({
  id,
  label,
  tabs,
  current,
  onSelect,
  children,
}: {
  id: string;
  label: string;
  tabs: readonly { readonly tab: Tab; readonly name: string; readonly mark?: string }[];
  current: Tab;
  onSelect: (tab: Tab) => void;
  children: ComponentChildren;
}): JSX.Element {
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((one) => one.tab === current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.tab);
    requestAnimationFrame(() => document.getElementById(`${id}-${next.tab}`)?.focus());
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ tab, name, mark = "" }) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-${tab}`}
            class="tab"
            aria-selected={tab === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => onSelect(tab)}
          >
            {name}
            {mark !== "" && <span class="tab-count"> {mark}</span>}
          </button>
        ))}
      </div>
      <div
        class="tab-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current}`}
        tabIndex={-1}
      >
        {children}
      </div>
    </>
  );
}
