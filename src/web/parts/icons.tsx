/** The page's signs: one stroke, 16 px, the colour of the text around them. Names are given by their buttons. */
import type { ReactNode } from "react";

function Sign({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Sign>
    <path d="M5 3.2v9.6L12.6 8z" fill="currentColor" stroke="none" />
  </Sign>
);
export const FollowIcon = () => (
  <Sign>
    <circle cx="8" cy="8" r="4.5" />
    <path d="M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3" />
  </Sign>
);
export const StopIcon = () => (
  <Sign>
    <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" stroke="none" />
  </Sign>
);
export const UpIcon = () => (
  <Sign>
    <path d="M8 13V3.5M4 7l4-4 4 4" />
  </Sign>
);
export const DownIcon = () => (
  <Sign>
    <path d="M8 3v9.5M4 9l4 4 4-4" />
  </Sign>
);
export const ChevronIcon = () => (
  <Sign>
    <path d="M6 3.5L10.5 8 6 12.5" />
  </Sign>
);
export const BinIcon = () => (
  <Sign>
    <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5" />
  </Sign>
);
export const CopyIcon = () => (
  <Sign>
    <rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5" />
    <path d="M10.5 3H4.5A1.5 1.5 0 0 0 3 4.5v6" />
  </Sign>
);
export const PlusIcon = () => (
  <Sign>
    <path d="M8 3.5v9M3.5 8h9" />
  </Sign>
);
export const CloseIcon = () => (
  <Sign>
    <path d="M4 4l8 8M12 4l-8 8" />
  </Sign>
);
export const MoreIcon = () => (
  <Sign>
    <circle cx="3.5" cy="8" r="1.2" fill="currentColor" stroke="none" />
    <circle cx="8" cy="8" r="1.2" fill="currentColor" stroke="none" />
    <circle cx="12.5" cy="8" r="1.2" fill="currentColor" stroke="none" />
  </Sign>
);
export const PanelIcon = () => (
  <Sign>
    <rect x="2.5" y="3" width="11" height="10" rx="1.5" />
    <path d="M10 3v10" />
  </Sign>
);
export const ContentsIcon = () => (
  <Sign>
    <path d="M2.5 4h7M4.5 8h9M4.5 12h7" />
  </Sign>
);
export const FolderIcon = () => (
  <Sign>
    <path d="M2 4.5A1.5 1.5 0 0 1 3.5 3h2.6l1.6 1.8h4.8A1.5 1.5 0 0 1 14 6.3v5.2a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 11.5z" />
  </Sign>
);
export const NotebookIcon = () => (
  <Sign>
    <rect x="3.5" y="2" width="10" height="12" rx="1.5" />
    <path d="M6 2v12M2 5h2.5M2 8h2.5M2 11h2.5M8.5 5.5H11" />
  </Sign>
);
export const FileIcon = () => (
  <Sign>
    <path d="M4 2h5l3.5 3.5V13a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V2.5zM9 2v3.5h3.5" />
  </Sign>
);
export const CheckIcon = () => (
  <Sign>
    <path d="M3 8.5l3.2 3.2L13 4.8" />
  </Sign>
);
export const CommentIcon = () => (
  <Sign>
    <path d="M3.5 3h9A1.5 1.5 0 0 1 14 4.5v5a1.5 1.5 0 0 1-1.5 1.5H8l-3.2 2.6V11H3.5A1.5 1.5 0 0 1 2 9.5v-5A1.5 1.5 0 0 1 3.5 3z" />
  </Sign>
);
