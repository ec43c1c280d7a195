/** Find and replace in the cell that is being edited: a row above its code. */
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  replaceAll,
  replaceNext,
  SearchQuery,
  search,
  setSearchQuery,
} from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap, type Panel, type ViewUpdate } from "@codemirror/view";

/** More are not counted. */
const MAX_COUNTED = 1000;

export const cellSearch: Extension = [
  search({ top: true, createPanel: (view) => new SearchRow(view) }),
  keymap.of([
    {
      key: "Escape",
      run: (view) => view.state.selection.ranges.length === 1 && closeSearchPanel(view),
    },
  ]),
];

class SearchRow implements Panel {
  readonly dom = document.createElement("div");
  readonly top = true;
  private readonly view: EditorView;
  private readonly sought = field("Find in this cell", "Find");
  private readonly replacement = field("Replace with", "Replace with");
  private readonly matchCase = toggle("Aa", "Match capitals");
  private readonly wholeWord = toggle("ab|", "Whole words");
  private readonly regexp = toggle(".*", "Regular expression");
  private readonly count = document.createElement("span");

  constructor(view: EditorView) {
    this.view = view;
    this.dom.className = "cm-cell-search";
    this.dom.setAttribute("role", "search");
    this.dom.setAttribute("aria-label", "This cell");
    this.count.className = "cm-cell-count";
    this.count.setAttribute("role", "status");
    const find = row(
      this.sought,
      this.matchCase,
      this.wholeWord,
      this.regexp,
      this.count,
      button("↑", "The one before", () => findPrevious(view)),
      button("↓", "The next one", () => findNext(view)),
      button("×", "Close the search", () => this.close()),
    );
    const replace = row(
      this.replacement,
      button("Replace", "Replace this one", () => replaceNext(view)),
      button("All", "Replace all", () => replaceAll(view)),
    );
    this.dom.append(find, ...(view.state.readOnly ? [] : [replace]));
    this.show(getSearchQuery(view.state));
    for (const input of [this.sought, this.replacement]) input.addEventListener("input", this.commit);
    for (const box of [this.matchCase, this.wholeWord, this.regexp]) {
      box.addEventListener("click", () => {
        box.setAttribute("aria-pressed", String(!isOn(box)));
        this.commit();
      });
    }
    this.dom.addEventListener("keydown", this.onKey);
  }

  mount(): void {
    this.sought.select();
  }

  update(update: ViewUpdate): void {
    const query = getSearchQuery(update.state);
    if (query !== getSearchQuery(update.startState)) this.show(query);
    else if (update.docChanged || update.selectionSet) this.tell(query);
  }

  private readonly commit = (): void => {
    const query = new SearchQuery({
      search: this.sought.value,
      replace: this.replacement.value,
      caseSensitive: isOn(this.matchCase),
      wholeWord: isOn(this.wholeWord),
      regexp: isOn(this.regexp),
    });
    this.view.dispatch({ effects: setSearchQuery.of(query) });
  };

  private show(query: SearchQuery): void {
    if (this.sought.value !== query.search) this.sought.value = query.search;
    if (this.replacement.value !== query.replace) this.replacement.value = query.replace;
    this.matchCase.setAttribute("aria-pressed", String(query.caseSensitive));
    this.wholeWord.setAttribute("aria-pressed", String(query.wholeWord));
    this.regexp.setAttribute("aria-pressed", String(query.regexp));
    this.tell(query);
  }

  private tell(query: SearchQuery): void {
    this.count.textContent = countText(query, this.view);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // Nothing that is typed here is the notebook's.
    event.stopPropagation();
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.replacement) replaceNext(this.view);
    else if (event.key === "F3" || (event.key === "Enter" && event.target === this.sought))
      (event.shiftKey ? findPrevious : findNext)(this.view);
    else return;
    event.preventDefault();
  };

  private close(): void {
    closeSearchPanel(this.view);
    this.view.focus();
  }
}

function countText(query: SearchQuery, view: EditorView): string {
  if (query.search === "") return "";
  if (!query.valid) return "not an expression";
  const { main } = view.state.selection;
  const cursor = query.getCursor(view.state);
  let count = 0;
  let current = 0;
  for (let next = cursor.next(); !next.done && count < MAX_COUNTED; next = cursor.next()) {
    count += 1;
    if (next.value.from === main.from && next.value.to === main.to) current = count;
  }
  const all = count === MAX_COUNTED ? `${MAX_COUNTED}+` : String(count);
  return count === 0 ? "none" : current === 0 ? all : `${current} of ${all}`;
}

function row(...parts: readonly HTMLElement[]): HTMLElement {
  const made = document.createElement("div");
  made.append(...parts);
  return made;
}

function field(label: string, hint: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "text";
  input.placeholder = hint;
  input.spellcheck = false;
  input.setAttribute("aria-label", label);
  // The editor gives the focus to what carries this when the row opens, and again when it is asked for again.
  if (label.startsWith("Find")) input.setAttribute("main-field", "true");
  return input;
}

function button(text: string, label: string, run: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", run);
  return made;
}

function toggle(text: string, label: string): HTMLButtonElement {
  const made = button(text, label, () => {});
  made.setAttribute("aria-pressed", "false");
  return made;
}

function isOn(box: HTMLElement): boolean {
  return box.getAttribute("aria-pressed") === "true";
}
